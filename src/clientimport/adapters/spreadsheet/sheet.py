"""The rows of a worksheet, streamed as they are stored.

Why not a library: python-calamine ends the whole process on hostile bytes (a far cell, a lying count), cannot tell
``00123`` from ``123`` and turns ``#REF!`` into nothing; openpyxl takes five to ten times as long, believes the sheet's own
claim of its size and so loses rows without a word. Guarding either takes a pass over the same XML that already has all
the answers. So there is one reader with two lanes, as for the table of texts: the quick lane takes rows of the shape that
nearly all programs write by regular expression, and proves for every row, by counting, that it missed no cell; whatever
it cannot prove is read by a full XML parser. Cells go to their column by reference, so neither a far cell nor a false
dimension costs or loses anything.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

import attrs

from clientimport.adapters.spreadsheet.archive import Archive
from clientimport.adapters.spreadsheet.header import letter_of
from clientimport.adapters.spreadsheet.texts import (
    NotCanonical,
    check_block,
    check_length,
    decode_entities,
    quick_root,
    without_prefix,
)
from clientimport.adapters.spreadsheet.xmlpart import Attributes, Guarded
from clientimport.errors import LimitExceededError, SourceUnreadableError
from clientimport.limits import Limits


class Cell(NamedTuple):
    """A cell as stored; the quick lane gives plain tuples of this shape.

    Attributes:
        letters: Its column.
        style: Number of its style, ``""`` for none.
        kind: ``s`` shared text, ``str`` and ``inlineStr`` text, ``b`` yes or no, ``e`` error, ``d`` ISO date, ``n`` or ``""`` number.
        formula: What stands between ``<f`` and the end of ``</f>`` or ``/>``, ``""`` if there is no formula.
        stored: Not ``""`` if a formula's cell has a value element, even an empty one.
        value: Its value, entities still in it.
    """

    letters: str
    style: str
    kind: str
    formula: str
    stored: str
    value: str


@attrs.frozen
class SheetFacts:
    """What a look at the whole part showed.

    Attributes:
        quick: The quick lane may read it.
        hidden_rows: How many rows with cells are hidden.
        first_hidden: The first of them.
        hidden_columns: Letters; of a range that runs to the sheet's end, none beyond ``Limits.columns``.
    """

    quick: bool
    hidden_rows: int
    first_hidden: int | None
    hidden_columns: tuple[str, ...]


@attrs.frozen
class SheetPart:
    """A worksheet's part in an open archive."""

    archive: Archive
    part: str
    name: str
    limits: Limits

    def look(self, *, careful: bool = False) -> SheetFacts:
        """Inflate it once, to the end, before any of it is used: its real size, its shape, what is hidden."""
        if not careful:
            try:
                return self._look_quickly()
            except NotCanonical:
                pass
        return self._look_carefully()

    def rows(self, facts: SheetFacts) -> Iterator[tuple[int, list[Cell]]]:
        """(physical number, cells) of every row element, in the order of the file, blank ones included."""
        return self._quick_rows() if facts.quick else self._careful_rows()

    # -------------------------------------------------------------------------------------------- looking

    def _look_quickly(self) -> SheetFacts:
        blocks = without_prefix(self._blocks())
        head, start = _prolog(blocks)
        columns = _HiddenColumns(self)
        columns.feed(head[:start])
        hidden, first = 0, None
        window = head[head.index(b">", start) + 1 :]
        empty = head[start:].startswith(b"<sheetData/>")
        ended = empty
        while not ended:
            at = window.find(b"</sheetData>")
            ended = at >= 0
            whole = window[:at] if ended else window
            check_block(whole)
            cut = len(whole) if ended else max(whole.rfind(b"<"), 0)
            if whole.find(b"hidden", 0, cut) >= 0:
                for tag in _HIDDEN_ROW.finditer(whole, 0, cut):
                    hidden += 1
                    number = _ROW_NUMBER.search(tag.group())
                    first = first or (int(number.group(1)) if number else None)
            if ended:
                break
            block = next(blocks, b"")
            if not block:
                raise self.damaged("it ends in the middle of its rows")
            if len(whole) - cut > self.limits.row_bytes:
                raise self._row_too_long(len(whole))
            window = whole[cut:] + block
        for _ in blocks:  # To the end, so that the archive's checksum is compared.
            pass
        return SheetFacts(quick=True, hidden_rows=hidden, first_hidden=first, hidden_columns=columns.letters())

    def _look_carefully(self) -> SheetFacts:
        columns = _HiddenColumns(self)
        for block in self._blocks():
            columns.feed(block)
        columns.feed(b"", final=True)
        return SheetFacts(
            quick=False,
            hidden_rows=columns.rows,
            first_hidden=columns.first,
            hidden_columns=columns.letters(),
        )

    def _blocks(self) -> Iterator[bytes]:
        return self.archive.blocks(self.part, "sheet_bytes")

    # -------------------------------------------------------------------------------------------- the quick lane

    def _quick_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        decoder = codecs.getincrementaldecoder("utf-8")()
        blocks = without_prefix(self._blocks())
        head, start = _prolog(blocks)
        rest = head[head.index(b">", start) + 1 :]
        if head[start:].startswith(b"<sheetData/>"):
            return
        most = self.limits.cell_length
        find_cells, find_number = _CELL.findall, _ROW.match
        text = self._decode(decoder, rest)
        last = 0
        while True:
            *pieces, text = text.split("</row>")
            for piece in pieces:
                row = piece.rfind("<row")
                body = piece.find(">", row) + 1
                cells = find_cells(piece, body)
                number = find_number(piece, max(row, 0))
                if (
                    len(cells) != piece.count("<c", body)
                    or number is None
                    or (row and not _BETWEEN.fullmatch(piece, 0, row))
                    or "\r" in piece
                ):
                    for last, odd in self._fragment(f"{piece}</row>", last):  # noqa: B020 - where it goes on from
                        yield last, odd
                    continue
                if len(piece) > most:
                    self._check_cells(cells)
                last = int(number.group(1))
                yield last, cells
            if "</sheetData>" in text:
                tail = text[: text.index("</sheetData>")]
                if not _BETWEEN.fullmatch(tail):
                    yield from self._fragment(tail, last)
                return
            if len(text) > self.limits.row_bytes:
                raise self._row_too_long(len(text))
            block = next(blocks, b"")
            if not block:
                return
            text += self._decode(decoder, block)

    def _fragment(self, piece: str, last: int) -> list[tuple[int, list[Cell]]]:
        """The rows in a piece, read by the careful lane; *last* is the number of the row before it."""
        reader = _CarefulRows(self, last)
        reader.feed(f"<sheetData>{piece}</sheetData>", final=True)
        return reader.take()

    def _check_cells(self, cells: list[Cell]) -> None:
        for cell in cells:
            if len(cell[5]) > self.limits.cell_length:
                check_length(_decoded(cell[5]), self.limits, self.part)

    def _decode(self, decoder: codecs.IncrementalDecoder, block: bytes) -> str:
        try:
            return decoder.decode(block)
        except UnicodeDecodeError:
            raise self.damaged("it has bytes that are not UTF-8") from None

    # -------------------------------------------------------------------------------------------- the careful lane

    def _careful_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        reader = _CarefulRows(self)
        for block in self._blocks():
            reader.feed(block)
            yield from reader.take()
        reader.feed(b"", final=True)
        yield from reader.take()

    # -------------------------------------------------------------------------------------------- errors

    def damaged(self, why: str) -> SourceUnreadableError:
        return SourceUnreadableError(f"{self.name} is damaged: {why} ({self.part}). Open it and save it again.")

    def _row_too_long(self, seen: int) -> LimitExceededError:
        return LimitExceededError("row_bytes", allowed=self.limits.row_bytes, seen=seen, detail=self.part)


_CELL = re.compile(
    r'<c r="([A-Z]{1,3})[0-9]{1,9}"(?: s="([0-9]{1,9})")?(?: t="([a-zA-Z]+)")?'
    r"(?:/>|>(?:<f([^<]*(?:</f>|/>))(?=(<v)?))?"
    r'(?:<(?:v|is><t(?: xml:space="preserve")?)>([^<]*)</(?:v|t></is)>|<v/>)?</c>)'
)
_ROW = re.compile(r'<row r="([0-9]{1,9})"[ >]')
_BETWEEN = re.compile(r"(?:\s*<row(?: [^<>]*)?/>)*\s*")
_HIDDEN_ROW = re.compile(rb"<row\s[^<>]*?\bhidden\s*=\s*[\"'](?:1|true|on)[\"'][^<>]*(?<!/)>")
_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d{1,9})[\"']")
_PROLOG = 1 << 20


def _prolog(blocks: Iterator[bytes]) -> tuple[bytes, int]:
    """The first bytes of a worksheet and where in them its rows begin; NotCanonical if the quick lane may not read it."""
    head = b""
    for block in blocks:
        head += block
        start = head.find(b"<sheetData")
        if start >= 0 and head.find(b">", start) >= 0:
            quick_root(head, b"worksheet")
            if b"<!" in head[:start]:
                break
            return head, start
        if len(head) > _PROLOG:
            break
    raise NotCanonical


def _decoded(value: str) -> str:
    try:
        return decode_entities(value)
    except NotCanonical:
        return value


class _HiddenColumns(Guarded):
    """Looks only for what is hidden: columns before the rows, and rows where those are fed too."""

    def __init__(self, sheet: SheetPart) -> None:
        super().__init__(sheet.name, sheet.part, sheet.limits)
        self._columns = sheet.limits.columns
        self._ranges: list[tuple[int, int]] = []
        self._row: Attributes | None = None
        self._number = 0
        self.rows = 0
        self.first: int | None = None
        self.start = self._look

    def _look(self, tag: str, attributes: Attributes) -> None:
        if tag == "row":
            self._row = attributes
            self._number = _position(attributes.get("r"), self._number + 1)
        elif tag == "c" and self._row is not None:
            if _on(self._row.get("hidden")):
                self.rows += 1
                self.first = self.first or self._number
            self._row = None
        elif tag == "col" and _on(attributes.get("hidden")):
            self._ranges.append((_position(attributes.get("min"), 0), _position(attributes.get("max"), 0)))

    def letters(self) -> tuple[str, ...]:
        found = {index for low, high in self._ranges for index in range(max(low, 1), min(high, self._columns) + 1)}
        return tuple(letter_of(index - 1) for index in sorted(found))


def _on(text: str | None) -> bool:
    return text in ("1", "true", "on")


def _position(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else otherwise


_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,9})")


class _CarefulRows(Guarded):
    """Collects rows and cells from any well-formed XML, in the shape the quick lane gives."""

    def __init__(self, sheet: SheetPart, last: int = 0) -> None:
        super().__init__(sheet.name, sheet.part, sheet.limits)
        self._most = sheet.limits.cell_length
        self._sheet = sheet
        self._done: list[tuple[int, list[Cell]]] = []
        self._inside = False
        self._in_row = False
        self._number = last
        self._numbered = True
        self._column = 0
        self._cells: list[Cell] = []
        self._cell: tuple[str, str, str] | None = None
        self._formula: list[str] | None = None
        self._value: list[str] | None = None
        self._into: list[str] | None = None
        self._hints = 0
        self._length = 0
        self.start, self.end, self.text = self._open, self._close, self._add

    def take(self) -> list[tuple[int, list[Cell]]]:
        """The rows completed since the last call."""
        done, self._done = self._done, []
        return done

    def _open(self, tag: str, attributes: Attributes) -> None:
        if tag == "sheetData":
            self._inside = True
        elif not self._inside:
            return
        elif tag == "row":
            self._in_row = True
            self._numbered = (attributes.get("r") or "").isdigit()
            self._number = _position(attributes.get("r"), self._number + 1)
            self._column = 0
            self._cells = []
        elif tag == "c":
            if not self._in_row:
                raise self._sheet.damaged("it has a cell outside all rows")
            letters = letter_of(self._column)
            match = _REFERENCE.fullmatch(attributes.get("r", ""))
            if match:
                letters = match.group(1).upper()
                if not self._numbered and not self._cells:
                    self._number = int(match.group(2))
            self._column = _index(letters) + 1
            self._cell = (letters, str(_position(attributes.get("s"), 0)), attributes.get("t", ""))
            self._formula = self._value = self._into = None
            self._length = 0
        elif self._cell is None:
            return
        elif tag == "f":
            self._formula = self._into = []
        elif tag == "v":
            self._value = self._into = []
        elif tag == "is" and self._value is None:
            self._value = []
        elif tag == "t" and not self._hints:
            self._into = self._value
        elif tag == "rPh":
            self._hints += 1

    def _close(self, tag: str) -> None:
        if tag == "sheetData":
            self._inside = False
        elif tag == "row" and self._inside:
            self._in_row = False
            self._done.append((self._number, self._cells))
        elif tag in ("f", "v", "t"):
            self._into = None
        elif tag == "rPh":
            self._hints = max(0, self._hints - 1)
        elif tag == "c" and self._cell is not None:
            letters, style, kind = self._cell
            formula = "" if self._formula is None else f">{escape(''.join(self._formula))}</f>"
            value = "" if self._value is None else escape("".join(self._value), {"\r": "&#13;"})
            self._cells.append(Cell(letters, style, kind, formula, "" if self._value is None else "<v", value))
            self._cell = None

    def _add(self, piece: str) -> None:
        if self._into is not None:
            self._length += len(piece)
            if self._length > self._most:
                raise LimitExceededError("cell_length", allowed=self._most, seen=self._length, detail=self._sheet.part)
            self._into.append(piece)


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
