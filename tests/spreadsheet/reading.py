"""Reading a source to its end, for tests."""

from __future__ import annotations

from typing import Any

from clientimport.adapters.spreadsheet import SpreadsheetOptions, open_source
from clientimport.core.findings import Flag
from clientimport.limits import DEFAULT_LIMITS, Limits
from clientimport.ports import Source


def read(data: Any, *, limits: Limits = DEFAULT_LIMITS, name: str | None = None, **options: Any) -> Source:
    return open_source(data, options=SpreadsheetOptions(**options), limits=limits, name=name)


def rows(source: Source) -> list[list[str]]:
    return [row for batch in source.batches(3) for row in batch.rows]


def numbers(source: Source) -> list[int]:
    return [number for batch in source.batches(3) for number in batch.numbers]


def flags(source: Source) -> list[Flag]:
    """All flags, each with the physical number of its row instead of its place in the batch."""
    return [flag._replace(row=batch.numbers[flag.row]) for batch in source.batches(3) for flag in batch.flags]


def headers(source: Source) -> list[str]:
    return [column.header for column in source.describe().columns]


def findings(source: Source) -> dict[str, dict[str, Any]]:
    """Code -> params of what is said about the source as a whole."""
    return {finding.code: dict(finding.params) for finding in source.describe().findings}
