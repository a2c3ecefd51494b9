"""Delimited text (CSV, TSV, text) as a source.

The standard library's ``csv`` reads it, row by row from a stream, so memory stays flat. One look at all bytes before
that (needed for the digest anyhow) proves most files clean; then a row costs a check of its width and no work per cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Self

import attrs

from clientimport.adapters.spreadsheet.content import Content, foreign_archive
from clientimport.adapters.spreadsheet.counting import counted
from clientimport.adapters.spreadsheet.delimiter import Delimiter, declared_delimiter, find_delimiter
from clientimport.adapters.spreadsheet.encoding import ERRORS, TextFacts, look_at
from clientimport.adapters.spreadsheet.header import (
    HEAD_ROWS,
    Header,
    HeadRow,
    find_header,
    header_findings,
    name_columns,
)
from clientimport.core.findings import CODES, Finding, Flag
from clientimport.core.locator import Locator
from clientimport.errors import LimitExceededError, SettingsError, SourceUnreadableError
from clientimport.ports import RecordBatch, SourceDescription

if TYPE_CHECKING:
    from clientimport.adapters.spreadsheet.options import SpreadsheetOptions
    from clientimport.limits import Limits

_BLOCK = 1 << 20
_HEAD_CHARACTERS = 64 * 1024
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")


class DelimitedSource:
    """A text file of rows and cells. The number of a record is the physical line on which it starts."""

    def __init__(self, content: Content, *, options: SpreadsheetOptions, limits: Limits) -> None:
        self._content = content
        self._options = options
        self._limits = limits
        self._known: tuple[SourceDescription, TextFacts, Header] | None = None

    def describe(self) -> SourceDescription:
        """What is in it. The first call looks at all bytes once and reads the first rows."""
        return self._know()[0]

    def batches(self, size: int = 500) -> Iterator[RecordBatch]:
        """All records in order, *size* at a time.

        Raises LimitExceededError for a row or cell beyond the limits, and SourceUnreadableError if the file changes.
        """
        description, facts, header = self._know()
        records = _Records(self._content, facts, str(description.delimiter), self._limits)
        return counted(records.batches(size, width=len(description.columns), start=header.start), self._limits)

    def close(self) -> None:
        """Nothing is held open between calls."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _know(self) -> tuple[SourceDescription, TextFacts, Header]:
        if self._known is None:
            self._known = self._look()
        return self._known

    def _look(self) -> tuple[SourceDescription, TextFacts, Header]:
        content, options, limits = self._content, self._options, self._limits
        facts = self._facts()
        with content.open() as file:
            stream = io.TextIOWrapper(file, encoding=facts.encoding, errors=ERRORS, newline="")
            text = stream.read(_HEAD_CHARACTERS)
            complete = not stream.read(1)
        if not text.strip("\ufeff \t\r\n\x00"):
            raise SourceUnreadableError(f"{content.name} is empty: it has no text in it. Export or save it again.")
        self._refuse_binary(text)
        first = text.split("\n", 1)[0]
        declared = declared_delimiter(first + "\n" if "\n" in text else first)
        found = find_delimiter(text, complete=complete) if options.delimiter is None else Delimiter(options.delimiter)
        records = _Records(content, facts, found.character, limits)
        head = records.head(
            HEAD_ROWS, through=options.header if isinstance(options.header, int) else 0, skip=1 if declared else 0
        )
        header = find_header(head, options.header)
        header = attrs.evolve(header, start=max(header.start, 2 if declared else 1))
        columns, repeated = name_columns(_width(head, header), header.row.cells if header.row else None)
        if len(columns) > limits.columns:
            raise LimitExceededError("columns", allowed=limits.columns, seen=len(columns), detail=content.name)
        locator = Locator(source=content.name)
        findings: list[Finding] = []
        if facts.alternatives:
            findings.append(_doubt("encoding", facts.encoding, facts.alternatives, locator))
        if found.alternatives:
            findings.append(_doubt("delimiter", found.character, found.alternatives, locator))
        description = SourceDescription(
            name=content.name,
            kind="csv",
            columns=columns,
            digest=content.digest(),
            header_row=header.row.number if header.row else None,
            encoding=facts.encoding,
            delimiter=found.character,
            findings=(*findings, *header_findings(header, repeated, locator)),
            bytes_total=content.size,
        )
        return description, facts, header

    def _facts(self) -> TextFacts:
        with self._content.open() as file:
            facts = look_at(iter(lambda: file.read(_BLOCK), b""), encoding=self._options.encoding)
        if facts.longest_gap > self._limits.row_bytes + _BLOCK:
            raise LimitExceededError(
                "row_bytes", allowed=self._limits.row_bytes, seen=facts.longest_gap, detail="a single line"
            )
        return facts

    def _refuse_binary(self, text: str) -> None:
        """Text has few control characters; a file full of them is of a kind nobody here knows."""
        sample = text[:4096]
        odd = len(_CONTROLS.findall(sample))
        if odd > max(8, len(sample) * 0.05):
            raise foreign_archive(self._content, "not text and not a workbook", "Export the list as .xlsx or CSV")


def _doubt(what: str, chosen: str, alternatives: tuple[str, ...], locator: Locator) -> Finding:
    code = f"{what}-doubt"
    params: dict[str, str | int | list[str]] = {what: chosen, "alternatives": list(alternatives)}
    return Finding(code=code, severity=CODES[code], locator=locator, params=params)


def _width(head: list[HeadRow], header: Header) -> int:
    """The columns of the table: the header's, or without one the commonest width of the first rows.

    A row with more cells than its header is broken more often than it is right, so it does not widen the table; blank
    headers at the end count only if something stands below them.
    """
    body = [row.cells for row in head if row.number >= header.start]
    if header.row is None:
        widths = sorted((len(row) for row in body), reverse=True)
        return max(set(widths), key=lambda width: (widths.count(width), width)) if widths else 0
    cells = header.row.cells
    filled = max((index + 1 for index, cell in enumerate(cells) if cell.strip()), default=0)
    below = max((index + 1 for row in body for index, cell in enumerate(row) if cell.strip()), default=0)
    return max(filled, min(below, len(cells)))


class _Lines:
    """The lines of a text, those of the record being read kept aside.

    Attributes:
        pending: Lines given out by ``feed`` since it was last cleared.
        done: Lines of the records that are read.
    """

    def __init__(self, stream: Iterator[str], delimiter: str, limits: Limits) -> None:
        self.pending: list[str] = []
        self.done = 0
        self._stream = stream
        self._delimiter = delimiter
        self._limits = limits
        self._back: deque[str] = deque()
        self._taken: deque[str] = deque()
        self._begun = False

    @property
    def given_back(self) -> bool:
        """Whether there are lines that were given back."""
        return bool(self._back or self._taken)

    def take(self, count: int) -> list[str]:
        """The next *count* lines, where none was given back; fewer at the end."""
        taken = list(islice(self._stream, count))
        if taken and not self._begun:
            self._begun = True
            taken[0] = taken[0].removeprefix("\ufeff")
        return taken

    def give_back(self, lines: list[str]) -> None:
        """Give *lines* that were taken to the next ``feed``, which looks at them for the first time."""
        self._taken.extend(lines)

    def put_back(self, lines: list[str]) -> None:
        """Give *lines* out again, before all others, to the next ``feed``."""
        self._back.extendleft(reversed(lines))

    def feed(self) -> Iterator[str]:
        """The lines one by one."""
        pending, limit = self.pending, self._limits.cell_length
        size = 0
        while self._back:
            pending.append(self._back.popleft())
            yield pending[-1]
        for line in self._next():
            if pending:
                # The record goes on: a quote is open. Unless it closes in good time it was never meant to be one.
                size = size + len(line) if len(pending) > 1 else len(pending[0]) + len(line)
                if size > limit:
                    self._check_open_cell(line)
                    limit = size * 2
            else:
                limit = self._limits.cell_length
            pending.append(line)
            yield line

    def _next(self) -> Iterator[str]:
        while self._taken:
            yield self._taken.popleft()
        # "yield from" would close the file where this is not read to the end
        for line in self._stream:  # noqa: UP028
            yield line

    def _check_open_cell(self, line: str) -> None:
        cells = next(csv.reader([*self.pending, line], delimiter=self._delimiter))
        longest = max(map(len, cells))
        if longest > self._limits.cell_length:
            raise _cell_too_long(self._limits, longest, "a quote is opened and not closed")


def _cell_too_long(limits: Limits, seen: int, why: str, line: int | None = None) -> LimitExceededError:
    place = f" in the record that starts on line {line}" if line else ""
    return LimitExceededError("cell_length", allowed=limits.cell_length, seen=seen, detail=why + place)


class _Records:
    """The records of a file, read from its start each time."""

    def __init__(self, content: Content, facts: TextFacts, delimiter: str, limits: Limits) -> None:
        self._content = content
        self._facts = facts
        self._delimiter = delimiter
        self._limits = limits

    def head(self, count: int, *, through: int, skip: int) -> list[HeadRow]:
        """The first *count* rows that are not blank, more if that does not reach line *through*; *skip* lines passed over."""
        rows: list[HeadRow] = []
        for batch in self.batches(50, width=None, start=skip + 1):
            rows += map(HeadRow, batch.numbers, batch.rows)
            if len(rows) >= count and batch.numbers[-1] >= through:
                break
        return rows

    def batches(self, size: int, *, width: int | None, start: int) -> Iterator[RecordBatch]:
        """Records from line *start* on, cut and padded to *width*, or as wide as they are where it is ``None``."""
        if size < 1:
            raise SettingsError("size", size, wanted="a whole number above zero")
        with self._content.open() as file:
            text = io.TextIOWrapper(file, encoding=self._facts.encoding, errors=ERRORS, newline="")
            numbers: list[int] = []
            rows: list[list[str]] = []
            flags: list[Flag] = []
            for found in self._pieces(text, size, width=width, start=start):
                done = file.tell()
                if not rows and len(found.rows) == size:
                    yield found._replace(done=done)
                    continue
                flags += [flag._replace(row=flag.row + len(rows)) for flag in found.flags]
                numbers += found.numbers
                rows += found.rows
                if len(rows) >= size:
                    yield RecordBatch(numbers[:size], rows[:size], [flag for flag in flags if flag.row < size], done)
                    numbers, rows = numbers[size:], rows[size:]
                    flags = [flag._replace(row=flag.row - size) for flag in flags if flag.row >= size]
            if rows:
                yield RecordBatch(numbers, rows, flags, self._content.size)

    def _pieces(self, text: Iterator[str], size: int, *, width: int | None, start: int) -> Iterator[RecordBatch]:
        """The same in pieces of *size* at most."""
        lines = _Lines(text, self._delimiter, self._limits)
        while taken := lines.take(size):
            rows = self._a_line_each(taken)
            if rows is None:
                lines.give_back(taken)
                yield from self._one_by_one(lines, size, width=width, start=start)
                continue
            numbers = list(range(lines.done + 1, lines.done + 1 + len(rows)))
            lines.done += len(rows)
            first = [row[0] if row else "" for row in rows]
            if numbers[0] < start or "" in first or any(map(str.isspace, first)):
                there = [each for each in zip(numbers, rows, strict=True) if each[0] >= start and not _blank(each[1])]
                numbers, rows = [number for number, _ in there], [row for _, row in there]
            flags: list[Flag] = []
            if not self._facts.clean or (width is not None and set(map(len, rows)) != {width}):
                for index, row in enumerate(rows):
                    self._mend(row, index, width, flags)
            yield RecordBatch(numbers, rows, flags)

    def _a_line_each(self, lines: list[str]) -> list[list[str]] | None:
        """The rows of *lines* if each of them is one, as nearly always; ``None`` if a cell may go on in the next line."""
        if max(map(len, lines)) > self._limits.cell_length:
            return None
        try:
            rows = list(csv.reader([*lines, "end"], delimiter=self._delimiter))
        except csv.Error:
            return None
        # where a quote is open at the end of a line, there is a row less
        return rows[:-1] if len(rows) == len(lines) + 1 and rows[-1] == ["end"] else None

    def _one_by_one(self, lines: _Lines, size: int, *, width: int | None, start: int) -> Iterator[RecordBatch]:
        """The records of the lines that were given back; of the last one also the lines behind those."""
        most_cell = self._limits.cell_length
        numbers: list[int] = []
        rows: list[list[str]] = []
        flags: list[Flag] = []
        pending = lines.pending
        while lines.given_back:
            for row in self._reader(lines):
                number = lines.done + 1
                span = len(pending)
                unclosed = False
                if span > 1 and self._swallowed(row, pending, width):
                    lines.put_back(pending[1:])
                    unclosed, span = True, 1
                    row = self._literally(pending[0])  # noqa: PLW2901 - the row as it should have been cut
                lines.done += span
                if (span > 1 or len(pending[0]) > most_cell) and max(map(len, row), default=0) > most_cell:
                    raise _cell_too_long(self._limits, max(map(len, row)), "a cell", number)
                pending.clear()
                if number >= start and not _blank(row):
                    index = len(rows)
                    if unclosed:
                        flags.append(Flag(index, "quote-unclosed", None, None, {}))
                    self._mend(row, index, width, flags)
                    numbers.append(number)
                    rows.append(row)
                    if index + 1 >= size:
                        yield RecordBatch(numbers, rows, flags)
                        numbers, rows, flags = [], [], []
                if unclosed or not lines.given_back:
                    break
        if rows:
            yield RecordBatch(numbers, rows, flags)

    def _mend(self, row: list[str], index: int, width: int | None, flags: list[Flag]) -> None:
        """Take out what is not text and make the row *width* cells long, in place; say what was wrong."""
        if not self._facts.clean:
            self._tidy(row, index, width, flags)
        if width is not None and len(row) != width:
            _fit(row, width, index, flags)

    def _reader(self, lines: _Lines) -> Iterator[list[str]]:
        """Rows of *lines*; plain ``csv`` but for its errors."""
        reader = csv.reader(lines.feed(), delimiter=self._delimiter)
        try:
            yield from reader
        except csv.Error:
            # The one error of a reader that is not strict: a cell above csv.field_size_limit, which belongs to the host.
            raise _cell_too_long(self._limits, csv.field_size_limit(), "csv.field_size_limit() was reached") from None

    def _swallowed(self, row: list[str], lines: list[str], width: int | None) -> bool:
        """Whether a quote that was never meant to open a cell has eaten the lines after it.

        It has if the file ends inside the quotes, or if text follows the closing quote and either the row is not as wide
        as the others or its first line alone is.
        """
        try:
            list(csv.reader(lines, delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            alone = len(self._literally(lines[0]))
            if "unexpected end" in str(error):
                return True
            return alone >= len(row) if width is None else len(row) != width or alone == width
        return False

    def _literally(self, line: str) -> list[str]:
        return next(csv.reader([line], delimiter=self._delimiter, quoting=csv.QUOTE_NONE))

    def _tidy(self, row: list[str], index: int, width: int | None, flags: list[Flag]) -> None:
        """Take out what is not text, in place, and say so."""
        if not _ODD.search("".join(row)):
            return
        for position, cell in enumerate(row):
            column = position if width is None or position < width else None
            if _SURROGATES.search(cell):
                flags.append(Flag(index, "text-undecodable", None, column, {}))
                cell = _SURROGATES.sub("\ufffd", cell)  # noqa: PLW2901
            if _CONTROLS.search(cell):
                flags.append(Flag(index, "text-control-characters", None, column, {}))
                cell = _CONTROLS.sub("", cell)  # noqa: PLW2901
            row[position] = cell


def _blank(row: list[str]) -> bool:
    return not row or ((not row[0] or row[0].isspace()) and not "".join(row).strip())


def _fit(row: list[str], width: int, index: int, flags: list[Flag]) -> None:
    """Make *row* exactly *width* cells long, in place, and say what was missing or too much."""
    cells = len(row)
    if cells < width:
        row.extend([""] * (width - cells))
        flags.append(Flag(index, "row-short", None, None, {"cells": cells, "columns": width}))
        return
    while cells > width and not row[cells - 1].strip():
        cells -= 1
    if cells > width:
        flags.append(Flag(index, "row-long", None, None, {"cells": cells, "columns": width}))
    del row[width:]
