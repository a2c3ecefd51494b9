"""An Excel workbook (.xlsx, .xlsm) as a source: one worksheet of it, as a person sees it, as text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, MutableSequence
from itertools import islice
from typing import TYPE_CHECKING, Self

import attrs

from clientimport.adapters.spreadsheet.archive import Archive
from clientimport.adapters.spreadsheet.content import Content
from clientimport.adapters.spreadsheet.counting import counted
from clientimport.adapters.spreadsheet.formats import ToText, iso_text, plain
from clientimport.adapters.spreadsheet.header import (
    HEAD_ROWS,
    Header,
    HeadRow,
    find_header,
    header_findings,
    letter_of,
    name_columns,
)
from clientimport.adapters.spreadsheet.sheet import Cell, SheetFacts, SheetPart
from clientimport.adapters.spreadsheet.texts import (
    NotCanonical,
    Texts,
    decode_entities,
    decode_escapes,
    read_texts,
)
from clientimport.adapters.spreadsheet.workbook import Workbook, Worksheet, read_formats, read_workbook
from clientimport.core.findings import CODES, Finding, Flag
from clientimport.core.locator import Locator
from clientimport.errors import LimitExceededError, SettingsError, SourceUnreadableError
from clientimport.ports import RecordBatch, SourceDescription

if TYPE_CHECKING:
    from clientimport.adapters.spreadsheet.options import SpreadsheetOptions
    from clientimport.limits import Limits

Note = tuple[int | None, str, Mapping[str, str | int | list[str]]]
"""Column position, finding code and parameters, about one cell of a row."""


@attrs.frozen
class _Known:
    """What the first look found out."""

    description: SourceDescription
    sheet: Worksheet
    facts: SheetFacts
    header: Header
    texts: Texts
    formats: Mapping[str, ToText]


class XlsxSource:
    """A worksheet. The number of a record is its row in the sheet; hidden rows and columns are read like all others.

    Between calls it keeps the workbook's table of texts in memory, and no file open.
    """

    def __init__(self, content: Content, *, options: SpreadsheetOptions, limits: Limits, careful: bool = False) -> None:
        """*careful* reads everything with the full XML parser; slower, and the same."""
        self._content = content
        self._options = options
        self._limits = limits
        self._careful = careful
        self._known: _Known | None = None

    def describe(self) -> SourceDescription:
        """What is in it. The first call inflates the worksheet once, proves it harmless and reads its first rows."""
        return self._know().description

    def batches(self, size: int = 500) -> Iterator[RecordBatch]:
        """All records in order, *size* at a time.

        Raises LimitExceededError for what is beyond the limits, SourceUnreadableError for a damaged or changed file.
        """
        if size < 1:
            raise SettingsError("size", size, wanted="a whole number above zero")
        known = self._know()
        with Archive(self._content, self._limits) as archive:
            part = SheetPart(archive, known.sheet.part, self._content.name, self._limits)
            yield from counted(self._batches(part, known, size), self._limits)

    def close(self) -> None:
        """Let go of what the first look found."""
        self._known = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -------------------------------------------------------------------------------------------- looking

    def _know(self) -> _Known:
        if self._known is None:
            with Archive(self._content, self._limits) as archive:
                archive.refuse_dtd()
                self._known = self._look(archive)
        return self._known

    def _look(self, archive: Archive) -> _Known:
        content, limits = self._content, self._limits
        workbook = read_workbook(archive, content, limits)
        formats = read_formats(archive, workbook, content, limits)
        texts = read_texts(archive, workbook.strings_part, content, limits, careful=self._careful)
        sheet, facts, head = self._choose(archive, workbook, texts, formats)
        header = find_header([HeadRow(number, cells) for number, cells, _ in head], self._options.header)
        letters = _layout(head, header)
        if len(letters) > limits.columns:
            raise LimitExceededError("columns", allowed=limits.columns, seen=len(letters), detail=f"sheet {sheet.name}")
        above = dict(enumerate(header.row.cells)) if header.row else {}
        for number, _, far in head:
            if header.row and number == header.row.number:
                above |= far
        names = [above.get(_index(letter), "") for letter in letters]
        columns, repeated = name_columns(len(letters), names, letters=letters, hidden=frozenset(facts.hidden_columns))
        locator = Locator(source=content.name, sheet=sheet.name)
        description = SourceDescription(
            name=content.name,
            kind="xlsx",
            sheet=sheet.name,
            sheets=tuple(one.name for one in workbook.sheets),
            columns=columns,
            digest=content.digest(),
            header_row=header.row.number if header.row else None,
            findings=(
                *self._others(archive, workbook, sheet),
                *_hidden(workbook, facts, letters, locator),
                *header_findings(header, repeated, locator),
            ),
            bytes_total=archive.size(sheet.part),
        )
        return _Known(description, sheet, facts, header, texts, formats)

    def _others(self, archive: Archive, workbook: Workbook, read: Worksheet) -> Iterator[Finding]:
        """That there are other sheets with something in them, where nobody named the one that is *read*."""
        if self._options.sheet is None:
            others = [
                one.name
                for one in workbook.sheets
                if not one.hidden and one is not read and _has_cells(archive, one.part)
            ]
            if others:
                yield _finding(
                    "other-sheets", Locator(source=self._content.name), {"read": read.name, "sheets": others}
                )

    def _choose(
        self, archive: Archive, workbook: Workbook, texts: Texts, formats: Mapping[str, ToText]
    ) -> tuple[Worksheet, SheetFacts, list[_HeadRow]]:
        """The worksheet wanted, or the first visible one with something in it, then the first hidden one."""
        wanted = self._options.sheet
        if wanted is not None:
            candidates = [workbook.sheet(wanted)]
        else:
            candidates = sorted(workbook.sheets, key=lambda sheet: sheet.hidden)
        for sheet in candidates:
            part = SheetPart(archive, sheet.part, self._content.name, self._limits)
            facts = part.look(careful=self._careful)
            head = self._head(part, facts, texts, formats)
            if head:
                return sheet, facts, head
        names = ", ".join(repr(sheet.name) for sheet in candidates[:10])
        raise SourceUnreadableError(f"{self._content.name} is empty: there is no cell with anything in it in {names}.")

    def _head(self, part: SheetPart, facts: SheetFacts, texts: Texts, formats: Mapping[str, ToText]) -> list[_HeadRow]:
        """The first rows that are not blank, through the header's if that is lower; far cells apart."""
        through = self._options.header if isinstance(self._options.header, int) else 0
        reader = _CellReader(texts, formats, self._content.name)
        most = self._limits.columns
        head: list[_HeadRow] = []
        for number, cells in part.rows(facts):
            found: defaultdict[int, str] = defaultdict(str)
            reader.fill(number, cells, _index, found, [], [], [])
            filled = {index: text for index, text in found.items() if text.strip()}
            if filled:
                near = [index for index in filled if index < most]
                width = max(near, default=-1) + 1
                far = {index: text for index, text in filled.items() if index >= most}
                head.append((number, [found.get(index, "") for index in range(width)], far))
            if len(head) >= HEAD_ROWS and number >= through:
                break
        return head

    # -------------------------------------------------------------------------------------------- reading

    def _batches(self, part: SheetPart, known: _Known, size: int) -> Iterator[RecordBatch]:
        description = known.description
        position = {column.letter: column.index for column in description.columns}.get
        width, start = len(description.columns), known.header.start
        fill = _CellReader(known.texts, known.formats, self._content.name).fill
        blank = [""] * width
        numbers: list[int] = []
        rows: list[list[str]] = []
        flags: list[Flag] = []
        notes: list[Note] = []
        far: list[str] = []
        points: list[int] = []
        fractions: dict[int, list[int]] = {}
        last = 0
        for number, cells in part.rows(known.facts):
            if number < start or not cells:
                continue
            row = blank.copy()
            fill(number, cells, position, row, notes, far, points)
            if points:
                for column in points:
                    fractions.setdefault(column, []).append(len(rows))
                points.clear()
            if not (far or notes) and not "".join(row).strip():
                continue
            if number <= last:
                raise SourceUnreadableError(
                    f"{self._content.name} is damaged: row {number} stands after row {last}. Open it and save it again."
                )
            last = number
            if notes:
                flags += [Flag(len(rows), code, None, column, params) for column, code, params in notes]
                notes.clear()
            if far:
                flags.append(_row_long(len(rows), far, width))
                far.clear()
            numbers.append(number)
            rows.append(row)
            if len(rows) >= size:
                yield RecordBatch(numbers, rows, flags, None, fractions)
                numbers, rows, flags, fractions = [], [], [], {}
        if rows:
            yield RecordBatch(numbers, rows, flags, description.bytes_total, fractions)


_HeadRow = tuple[int, list[str], dict[int, str]]
"""Number, cells up to the limit of columns, and those beyond it by index."""


def _row_long(row: int, far: list[str], width: int) -> Flag:
    return Flag(row, "row-long", None, None, {"cells": max(map(_index, far)) + 1, "columns": width})


def _layout(head: list[_HeadRow], header: Header) -> list[str]:
    """The letters of the columns: all up to the last header or the last cell under it, then any far cell's own.

    In a worksheet, unlike in a text file, a cell right of the header stands where somebody put it: it is a column whose
    header is missing. Columns between the table and a far cell are not counted, so that a stray one costs nothing.
    """
    body = [row for row in head if row[0] >= header.start]
    widths = [len(cells) for _, cells, _ in body]
    across = len(header.row.cells) if header.row else max(widths, default=0)
    used = {index for _, cells, far in body for index in (*(i for i, c in enumerate(cells) if c.strip()), *far)}
    if header.row:
        used |= {index for row in head if row[0] == header.row.number for index in row[2]}
    beyond = sorted(index for index in used if index >= across)
    return [letter_of(index) for index in (*range(across), *beyond)]


def _has_cells(archive: Archive, part: str) -> bool:
    """Whether there is a cell in the beginning of a worksheet's part; of one that cannot be read nothing is said."""
    try:
        return any(b"<c " in block or b":c " in block for block in islice(archive.blocks(part, "sheet_bytes"), 8))
    except (SourceUnreadableError, LimitExceededError):
        return False


def _hidden(workbook: Workbook, facts: SheetFacts, letters: list[str], locator: Locator) -> Iterator[Finding]:
    sheets = [sheet.name for sheet in workbook.sheets if sheet.hidden]
    columns = [letter for letter in facts.hidden_columns if letter in set(letters)]
    if sheets:
        yield _finding("hidden-sheets", Locator(source=locator.source), {"sheets": sheets})
    if facts.hidden_rows:
        yield _finding("hidden-rows", locator, {"rows": facts.hidden_rows, "first": facts.first_hidden or 0})
    if columns:
        yield _finding("hidden-columns", locator, {"columns": columns})


def _finding(code: str, locator: Locator, params: Mapping[str, str | int | list[str]]) -> Finding:
    return Finding(code=code, severity=CODES[code], locator=locator, params=params)


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


# ------------------------------------------------------------------------------------------------ cells into text


_OUT_OF_ORDER = 1 << 30


class _CellReader:
    """Turns stored cells into the text a person sees."""

    def __init__(self, texts: Texts, formats: Mapping[str, ToText], name: str) -> None:
        self._texts = texts
        self._formats = formats
        self._name = name

    def fill(
        self,
        number: int,
        cells: list[Cell],
        position: Callable[[str], int | None],
        row: MutableSequence[str] | defaultdict[int, str],
        notes: list[Note],
        far: list[str],
        points: list[int],
    ) -> None:
        """Put the texts of *cells* into *row* where *position* says; what has no place there goes to *far* by its letters.

        The positions of numbers with decimals go to *points*. Blank cells change nothing. The hottest loop of the reader: kept to one look-up a cell.
        """
        texts, format_of, problems = self._texts, self._formats.get, self._texts.problems
        last = -1
        for letters, style, kind, formula, stored, value in cells:
            at = position(letters)
            if not value:
                if not formula or (stored and kind == "str"):
                    continue
                text = "=" + self._unescaped(formula.partition(">")[2][:-4])
                notes.append((at, "formula-uncached", {"cell": f"{letters}{number}"}))
            elif kind == "s":
                try:
                    text = texts[int(value)] if value >= "0" else texts[self._number(value)]
                except (IndexError, ValueError):
                    raise self._damaged(f"cell {letters}{number} names a text that is not there") from None
                if problems and int(value) in problems:
                    notes.append((at, problems[int(value)], {}))
            elif not kind or kind == "n":
                to_text = format_of(style)
                if to_text is not None:
                    text = to_text(value if "&" not in value else self._unescaped(value))
                elif value.isdigit() and (value[0] != "0" or value == "0"):
                    text = value
                else:
                    text = plain(value if "&" not in value else self._unescaped(value))
                if "." in text and at is not None:
                    points.append(at)
            elif kind in ("inlineStr", "str"):
                text = value if "&" not in value and "_x" not in value else self._text(value, at, notes)
            elif kind == "b":
                text = {"1": "TRUE", "0": "FALSE"}.get(value) or self._unescaped(value).upper()
            elif kind == "e":
                text = self._unescaped(value)
                notes.append((at, "cell-error", {"cell": f"{letters}{number}", "error": text}))
            elif kind == "d":
                text = iso_text(self._unescaped(value))
            else:
                text = self._text(value, at, notes)
            if at is None:
                if text.strip():
                    far.append(letters)
                continue
            if at > last:
                last = at
            elif row[at]:
                raise self._damaged(f"cell {letters}{number} is there twice")
            else:
                last = _OUT_OF_ORDER  # from here on every cell is compared with what is there
            row[at] = text

    def _text(self, value: str, at: int | None, notes: list[Note]) -> str:
        text, problem = decode_escapes(self._unescaped(value))
        if problem:
            notes.append((at, problem, {}))
        return text

    def _number(self, value: str) -> int:
        number = int(value)
        if number < 0:
            raise ValueError
        return number

    def _unescaped(self, value: str) -> str:
        try:
            return decode_entities(value)
        except NotCanonical:
            raise self._damaged("a cell has a character that XML does not allow") from None

    def _damaged(self, why: str) -> SourceUnreadableError:
        return SourceUnreadableError(
            f"{self._name} is damaged: {why}. Open it in a spreadsheet program and save it again."
        )
