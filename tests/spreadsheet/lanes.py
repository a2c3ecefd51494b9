"""Workbooks read by both lanes of the reader, which must agree."""

from __future__ import annotations

from typing import Any

from clientimport.adapters.spreadsheet.content import Content
from clientimport.adapters.spreadsheet.options import SpreadsheetOptions
from clientimport.adapters.spreadsheet.xlsx import XlsxSource
from clientimport.limits import DEFAULT_LIMITS
from tests.spreadsheet.reading import read
from tests.spreadsheet.workbooks import Sheet, header, row


def careful(data: bytes, **options: Any) -> XlsxSource:
    """The same workbook read with the full XML parser only."""
    content = Content(data, name=None, limits=DEFAULT_LIMITS)
    return XlsxSource(content, options=SpreadsheetOptions(**options), limits=DEFAULT_LIMITS, careful=True)


def both(data: bytes, **options: Any) -> XlsxSource:
    """A source, after checking that both lanes read it the same."""
    quick = read(data, **options)
    slow = careful(data, **options)
    assert isinstance(quick, XlsxSource)
    assert quick.describe() == slow.describe()
    assert not slow._know().facts.quick
    assert list(quick.batches(3)) == list(slow.batches(3))
    return quick


def row_of(*cells: str, **odd: Any) -> XlsxSource:
    """A sheet with the headers a, b, c … and one row of these cells."""
    names = [chr(97 + at) for at in range(max(len(cells), 2))]
    return both(Sheet(header(*names) + row(2, *cells), **odd).workbook())
