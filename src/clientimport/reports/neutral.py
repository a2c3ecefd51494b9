"""Text that a spreadsheet program would take for a formula, made text, and made itself again.

A program that opens a CSV file runs a field beginning with ``=``, ``+``, ``-`` or ``@`` as a formula, and some do so
after blanks, a tab, a line break or with the full-width forms of these signs. So such a field gets an apostrophe in
front. A field that begins with apostrophes and then looks like a formula gets one more, which makes the step
reversible: ``restore(neutralise(text)) == text`` for every text. Plain numbers (``-12.50``, ``+32475123456``) do no
harm and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from clientimport.ports import RecordBatch, Source, SourceDescription

MARK = "clientimport id"
"""The heading of the column of clients' ids, in every file that we write to be edited and given back."""

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_DANGEROUS = re.compile(f"'*(?:\\s*[{_SIGNS}]|[\\t\\r\\n\\0])")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")


def formula_like(text: str) -> bool:
    """Whether a spreadsheet program might run *text*, or would hide an apostrophe in front of it."""
    return _DANGEROUS.match(text) is not None and _NUMBER.fullmatch(text) is None


def neutralise(text: str) -> str:
    """*text* as it may stand in a CSV file that somebody opens in a spreadsheet program."""
    return f"'{text}" if formula_like(text) else text


def restore(text: str) -> str:
    """What ``neutralise`` was given; other texts come back as they are."""
    return text[1:] if text[:1] == "'" and formula_like(text[1:]) else text


def is_own(headers: Sequence[str]) -> bool:
    """Whether the file with these headings is one that we wrote to be edited and given back."""
    return any(header.strip().casefold() == MARK for header in headers)


def is_comments(header: str, comment_column: str) -> bool:
    """Whether *header* is that of the column in which an exception report says what is wrong."""
    wanted = comment_column.strip().casefold()
    return header.strip().casefold() in {wanted, _second(wanted)}


def free_header(comment_column: str, headers: Sequence[str]) -> str:
    """What an exception report calls its own column, beside the source's *headers*, of which one may be called so too."""
    taken = {header.strip().casefold() for header in headers}
    return _second(comment_column) if comment_column.strip().casefold() in taken else comment_column


def _second(header: str) -> str:
    return f"{header} (2)"


def as_report(source: Source, comment_column: str) -> Source:
    """*source* with the apostrophes taken off that we wrote, if it is an exception report or an export in a text file.

    An exception report is known by its last column, which is called as the profile's comment column; an export by its
    column of clients' ids. Any other source comes back as it is, and so does a workbook (its cells are typed, nothing was added
    to them), but that the other sheets of one that we wrote, with its lists and what to do, are no news.
    """
    description = source.describe()
    headers = [column.header for column in description.columns]
    if description.kind == "xlsx" and is_own(headers):
        return _OwnWorkbook(source)
    if description.kind != "csv" or not headers:
        return source
    if not is_own(headers) and not is_comments(headers[-1], comment_column):
        return source
    return _Report(source)


class _OwnWorkbook:
    """A workbook of ours read back."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.batches, self.close = source.batches, source.close

    def describe(self) -> SourceDescription:
        description = self._source.describe()
        findings = tuple(finding for finding in description.findings if finding.code != "other-sheets")
        return attrs.evolve(description, findings=findings)


class _Report:
    """A text file of ours read back."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def describe(self) -> SourceDescription:
        description = self._source.describe()
        columns = tuple(attrs.evolve(column, header=restore(column.header)) for column in description.columns)
        return attrs.evolve(description, columns=columns)

    def batches(self, size: int = 500) -> Iterator[RecordBatch]:
        for batch in self._source.batches(size):
            rows = [[restore(text) if text[:1] == "'" else text for text in row] for row in batch.rows]
            yield batch._replace(rows=rows)

    def close(self) -> None:
        self._source.close()
