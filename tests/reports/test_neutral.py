"""Text that looks like a formula is harmless on opening and itself again afterwards."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clientimport.ports import RecordBatch, SourceColumn, SourceDescription
from clientimport.reports.neutral import as_report, formula_like, neutralise, restore

FORMULAS = (
    "=cmd|'/C calc'!A0",
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1+1",
    "\u00a0=1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(A1)",
    "\x00=1",
    "-",
    "+",
    "+32 475 12 34 56",
    "-1-2",
    '=HYPERLINK("https://x.example","y")',
    "'=1+1",
    "''@x",
)
HARMLESS = (
    "-12.50",
    "+32475123456",
    "-1.234,56",
    "0",
    "",
    "Jan = Piet",
    "'s Gravenhage",
    "00123",
    "a@b.be",
    "x\n=1",
)

texts = st.text(alphabet="'=+-@＝\t\r\n 0123,.abc\x00", max_size=8) | st.text(max_size=12)


@given(text=texts)
@example(text="'-12")
@example(text="''=x")
def test_neutral_text_comes_back_unchanged(text: str) -> None:
    """For every text, also one that had apostrophes of its own."""
    assert restore(neutralise(text)) == text


@given(text=texts)
def test_neutral_text_is_never_a_formula(text: str) -> None:
    """What a program sees first is an apostrophe, a harmless sign, or a plain number."""
    seen = neutralise(text).lstrip("' \u00a0")
    plain = neutralise(text)
    if not plain.startswith("'"):
        assert plain[:1] not in "\t\r\n\x00" or plain == ""
        assert plain.lstrip()[:1] not in "=@＝＋－＠" or plain.lstrip() == ""
        if plain[:1] in ("+", "-"):
            assert seen[1:].replace(",", "").replace(".", "").isdigit()


@pytest.mark.parametrize("text", FORMULAS)
def test_known_attacks_get_an_apostrophe(text: str) -> None:
    """The list of ways in which a field is run as a formula."""
    assert formula_like(text)
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays(text: str) -> None:
    """Amounts, numbers and names with an apostrophe are not touched."""
    assert neutralise(text) == text
    assert restore(text) == text


class Fields:
    """A source over ready rows."""

    def __init__(self, headers: list[str], rows: list[list[str]], kind: str = "csv") -> None:
        columns = tuple(SourceColumn(index=i, header=h, letter=chr(65 + i)) for i, h in enumerate(headers))
        self._description = SourceDescription(name="x.csv", kind=kind, columns=columns, digest="sha256:0")
        self._rows = rows
        self.closed = False

    def describe(self) -> SourceDescription:
        return self._description

    def batches(self, size: int = 500) -> Iterator[RecordBatch]:
        for start in range(0, len(self._rows), size):
            part = self._rows[start : start + size]
            yield RecordBatch(list(range(start + 2, start + 2 + len(part))), part, [])

    def close(self) -> None:
        self.closed = True


def test_a_report_in_a_text_file_is_read_as_what_it_was() -> None:
    """Apostrophes go from headers and cells, and only those that were added."""
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows(
        [[neutralise(cell) for cell in row] for row in [["=Name", "Phone", "Comments"], ["'=x", "-1+1", "wrong"]]]
    )
    headers, *rows = list(csv.reader(io.StringIO(file.getvalue())))
    source = Fields(headers, rows)

    report = as_report(source, "comments")

    assert [column.header for column in report.describe().columns] == ["=Name", "Phone", "Comments"]
    assert [batch.rows for batch in report.batches()] == [[["'=x", "-1+1", "wrong"]]]
    report.close()
    assert source.closed


@pytest.mark.parametrize(
    "source",
    [Fields(["Name", "Notes"], [["'=x", ""]]), Fields(["Name", "Comments"], [["'=x", ""]], "xlsx"), Fields([], [])],
)
def test_other_sources_are_left_alone(source: Fields) -> None:
    """Reading never changes a file that is not our report."""
    assert as_report(source, "Comments") is source
