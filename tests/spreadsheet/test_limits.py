"""A limit on records counts the same records, however they come."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clientimport.adapters.records import RecordsSource
from clientimport.errors import LimitExceededError
from clientimport.limits import Limits
from clientimport.ports import Source
from tests.spreadsheet.reading import read
from tests.spreadsheet.workbooks import plain_workbook

Opened = Callable[[int, Limits], Source]


def _table(records: int) -> list[list[str]]:
    return [["Klantenlijst", ""], ["", ""], ["Naam", "Nr"], *(["Jan", str(number)] for number in range(records))]


def _text(records: int, limits: Limits) -> Source:
    return read("\n".join(map(",".join, _table(records))).encode(), limits=limits)


def _workbook(records: int, limits: Limits) -> Source:
    return read(plain_workbook(_table(records)), limits=limits)


def _memory(records: int, limits: Limits) -> Source:
    return RecordsSource([{"Naam": "Jan", "Nr": number} for number in range(records)], limits=limits)


@pytest.mark.parametrize("opened", [_text, _workbook, _memory])
@pytest.mark.parametrize("records", [1, 49, 150, 300, 1200])
def test_a_limit_of_so_many_rows_lets_so_many_records_in(opened: Opened, records: int) -> None:
    """Titles, blank rows and the header are no records; one record more is one too many."""
    source = opened(records, Limits(rows=records))

    assert sum(len(batch.rows) for batch in source.batches(100)) == records
    with pytest.raises(LimitExceededError) as error:
        list(opened(records + 1, Limits(rows=records)).batches(100))
    assert (error.value.limit, error.value.allowed) == ("rows", records)
