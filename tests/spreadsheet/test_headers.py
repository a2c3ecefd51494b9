"""The header is found on the header sets that people and programs write, below titles too, and missed where there is none."""

from __future__ import annotations

import pytest

from clientimport.adapters.spreadsheet.header import HeadRow, find_header
from tests.mapping.corpus_sets import HeaderSet, header_sets

TITLES = [
    [],
    [["Klantenlijst 2025"]],
    [["Export"], ["Datum:", "03/04/2025"], ["Aantal", "8"]],
]


def _table(one: HeaderSet) -> tuple[list[str], list[list[str]]]:
    """Headers, and up to eight rows with something in them; short columns begin again."""
    columns = [column.texts or ("",) for column in one.columns]
    rows = [[column[at % len(column)] for column in columns] for at in range(min(8, max(map(len, columns))))]
    return [column.header for column in one.columns], [row for row in rows if "".join(row).strip()]


def _found(rows: list[list[str]]) -> int | None:
    header = find_header([HeadRow(at, row) for at, row in enumerate(rows, 1)], "auto")
    return header.row.number if header.row else None


@pytest.mark.parametrize("titles", TITLES)
def test_headers_are_found(titles: list[list[str]]) -> None:
    """In every set of the corpus, whatever its language."""
    missed = []
    for one in header_sets():
        headers, rows = _table(one)
        if _found([*titles, headers, *rows]) != len(titles) + 1:
            missed.append(one.name)

    assert missed == []


@pytest.mark.parametrize("titles", TITLES)
def test_missing_headers_are_noticed(titles: list[list[str]]) -> None:
    """The same sets without their headers: a client must not be taken for one."""
    wrong, total = [], 0
    for one in header_sets():
        _, rows = _table(one)
        if len(rows) >= 3:
            total += 1
            if _found([*titles, *rows]) is not None:
                wrong.append(one.name)

    assert total > 40
    assert len(wrong) <= total * 0.03, wrong
