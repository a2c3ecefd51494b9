"""What openpyxl writes and reads, we read alike."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from clientimport.adapters.spreadsheet.formats import plain
from tests.spreadsheet.lanes import both
from tests.spreadsheet.reading import numbers, rows
from tests.spreadsheet.workbooks import Sheet, header, plain_workbook, row, shared

# ------------------------------------------------------------------------------------------------ against openpyxl

_words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\n\t&<>\"'"),
    max_size=12,
)
_values = st.one_of(
    st.none(),
    _words,
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2999, 12, 31)),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9).map(
        lambda number: round(number, 2)
    ),
)


def _seen(value: object) -> str:
    """What a person sees of a value as openpyxl reads it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return plain(repr(value))
    return str(value)


@given(st.lists(st.lists(_values, min_size=4, max_size=4), min_size=1, max_size=8))
def test_we_read_what_openpyxl_reads(table: list[list[object]]) -> None:
    """Any workbook it writes: same rows, same cells, by both lanes."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["Naam", "E-mail", "Saldo", "Datum"])
    for at, cells in enumerate(table, 2):
        for column, value in enumerate(cells, 1):
            cell = sheet.cell(at, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    file = io.BytesIO()
    book.save(file)
    data = file.getvalue()
    back: Any = openpyxl.load_workbook(io.BytesIO(data)).active
    expected = [
        (at, [_seen(cell) for cell in cells])
        for at, cells in enumerate(back.iter_rows(min_row=2, max_col=4, values_only=True), 2)
    ]
    source = both(data, header=1)

    assert list(zip(numbers(source), rows(source), strict=True)) == [
        (at, cells) for at, cells in expected if "".join(cells).strip()
    ]


@given(st.lists(st.lists(_words, min_size=3, max_size=3), min_size=1, max_size=6))
def test_texts_come_back(table: list[list[str]]) -> None:
    """Inline or shared, exactly as they were."""
    whole = [["Naam", "E-mail", "Nota"], *table]
    entries = [f'<t xml:space="preserve">{escape(cell)}</t>' for cells in whole for cell in cells]
    body = "".join(
        row(at + 1, *(f'<c r="{letter}{at + 1}" t="s"><v>{at * 3 + n}</v></c>' for n, letter in enumerate("ABC")))
        for at in range(len(whole))
    )
    expected = [cells for cells in table if "".join(cells).strip()]

    assert rows(both(plain_workbook(whole), header=1)) == expected
    assert rows(both(Sheet(body, strings=shared(*entries)).workbook(), header=1)) == expected


def test_a_big_table_of_texts_is_read_across_blocks() -> None:
    """The table is read in blocks; plain, rich and escaped texts at every place of a block."""
    words = [f"Zoë & François nr {at} " + "é" * (at % 7) for at in range(8_000)]
    entries = [
        f"<r><t>{escape(word[:5])}</t></r><r><t xml:space='preserve'>{escape(word[5:])}</t></r>"
        if at % 1000 == 999
        else f'<t xml:space="preserve">{escape(word)}</t>'
        for at, word in enumerate(words)
    ]
    body = "".join(row(at + 2, f'<c r="A{at + 2}" t="s"><v>{at}</v></c>') for at in range(len(words)))
    source = both(Sheet(header("Naam", "x") + body, strings=shared(*entries)).workbook())

    assert [cells[0] for cells in rows(source)] == words
