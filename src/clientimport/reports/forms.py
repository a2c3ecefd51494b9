"""Workbooks that people fill in: sheets of text in which only the cells that wait for a choice can be changed.

Written as XML by ourselves, because such a workbook has a row for every field in which a client differs: openpyxl needs
five times as long. Several sheets can be filled at the same time; each goes to a temporary file until the workbook ends.
The same rows give the same bytes.
"""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from typing import IO, Literal

import attrs

from clientimport.reports.files import whole_file
from clientimport.reports.neutral import formula_like
from clientimport.reports.workbook import MAX_ROWS, MAX_TEXT, letter, storable

Look = Literal[
    "plain", "head", "bold", "kept", "written", "asked", "error", "warning", "choice", "id", "free", "needed"
]

PLAIN: Look = "plain"
CHOICE: Look = "choice"
FREE: Look = "free"
KEPT: Look = "kept"
SMALL: Look = "id"

MAX_TITLE = 31
"""Characters that the name of a sheet can have."""


@attrs.frozen
class Column:
    """A column of a sheet.

    Attributes:
        head: Its heading.
        width: In characters.
        hidden: Not shown.
        free: Its cells can be changed, also those below the last row.
        needed: Its heading stands out, because it must be filled in.
    """

    head: str
    width: int = 18
    hidden: bool = False
    free: bool = False
    needed: bool = False


@attrs.frozen(kw_only=True)
class ChoiceColumn:
    """A column of a sheet whose cells wait for a choice.

    Attributes:
        index: Which one, from 0.
        words: What the list offers that opens in a cell, if it is the same for all rows; without commas.
        cells: Where the words stand instead, such as ``'Lists'!$A$2:$A$9``.
        options: First and last index of the columns in which each row has its own list, if it is not.
        warning: (title, text) of what is said when something else is typed; without it anything may be.
    """

    index: int
    words: Sequence[str] = ()
    cells: str = ""
    options: tuple[int, int] | None = None
    warning: tuple[str, str] | None = None


@contextmanager
def form_workbook(path: str | os.PathLike[str]) -> Iterator[FormWorkbook]:
    """A workbook to fill; it stands at *path*, whole, when the block ends well, and not at all otherwise.

    Raises:
        SettingsError: the folder does not exist.
    """
    with whole_file(path) as written:
        book = FormWorkbook()
        try:
            yield book
            with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
                book.save(archive)
        finally:
            book.close()


class FormWorkbook:
    """Sheets of text, in the order in which they are begun."""

    def __init__(self) -> None:
        self._sheets: list[FormSheet] = []
        self._titles: set[str] = set()

    def sheet(
        self,
        title: str,
        columns: Sequence[Column],
        *choices: ChoiceColumn,
        table: bool = True,
        protected: bool = True,
    ) -> FormSheet:
        """Begin a sheet with a row of headings that stays in view; it is protected, without a password.

        A sheet that is full is followed by another with the same headings.

        Args:
            title: Cut to what a sheet's name can be, and numbered if another sheet is called so.
            columns: Its columns.
            choices: Those whose cells offer something.
            table: Its rows can be filtered.
            protected: What is not free cannot be changed; else everything can.
        """
        return FormSheet(self, title, columns, choices, table=table, protected=protected)

    def close(self) -> None:
        """Let go of the temporary files. Harmless twice."""
        for sheet in self._sheets:
            sheet.close()

    def save(self, archive: zipfile.ZipFile) -> None:
        """Write everything; the workbook takes no more rows."""
        parts = [part for sheet in self._sheets for part in sheet.parts]
        _write(archive, "[Content_Types].xml", _content_types(len(parts)))
        _write(archive, "_rels/.rels", _RELATIONS.replace("@", _relation(1, "officeDocument", "xl/workbook.xml")))
        _write(archive, "xl/workbook.xml", _table_of_contents(parts))
        related = [_relation(n, "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(parts) + 1)]
        related.append(_relation(len(parts) + 1, "styles", "styles.xml"))
        _write(archive, "xl/_rels/workbook.xml.rels", _RELATIONS.replace("@", "".join(related)))
        _write(archive, "xl/styles.xml", _STYLES)
        for number, part in enumerate(parts, start=1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as file:
                part.copy(file)

    def take(self, title: str) -> str:
        """A name for a sheet that is legal and that no other sheet has."""
        legal = " ".join(_ILLEGAL.sub(" ", title).split()).strip("'")
        if not legal or legal.casefold() == "history":  # Excel keeps this one to itself
            legal = f"{legal}_"
        number, name = 1, _cut(legal, MAX_TITLE).rstrip(" '")
        while name.casefold() in self._titles:
            number += 1
            suffix = f" ({number})"
            name = _cut(legal, MAX_TITLE - len(suffix)).rstrip() + suffix
        self._titles.add(name.casefold())
        return name

    def begun(self, sheet: FormSheet) -> None:
        """Keep *sheet*."""
        self._sheets.append(sheet)


class FormSheet:
    """A sheet to which rows are added, and those that follow when it is full.

    Attributes:
        title: Its name, as on its tab.
        parts: The worksheets it takes.
    """

    def __init__(
        self,
        book: FormWorkbook,
        title: str,
        columns: Sequence[Column],
        choices: Sequence[ChoiceColumn],
        *,
        table: bool,
        protected: bool,
    ) -> None:
        self._book = book
        self._wanted = title
        self._columns = tuple(columns)
        self._choices = tuple(choices)
        self._table = table
        self._protected = protected
        self.parts: list[_Part] = []
        self._begin()
        self.title = self.parts[0].title
        book.begun(self)

    def row(self, cells: Iterable[str], looks: tuple[Look, ...]) -> None:
        """Write a row below the last one.

        Args:
            cells: Texts; ``""`` leaves the cell empty. Longer than a cell can hold is cut.
            looks: How each of them looks; as many as there are columns.
        """
        if self.parts[-1].rows >= MAX_ROWS:
            self._begin()
        self.parts[-1].row(cells, looks)

    def close(self) -> None:
        for part in self.parts:
            part.close()

    def _begin(self) -> None:
        title = self._book.take(self._wanted)
        self.parts.append(_Part(title, self._columns, self._choices, table=self._table, protected=self._protected))


class _Part:
    """One worksheet, as XML in a temporary file.

    Attributes:
        title: Its name.
        table: Its rows can be filtered.
        rows: Written so far, the headings too.
    """

    def __init__(
        self,
        title: str,
        columns: tuple[Column, ...],
        choices: Sequence[ChoiceColumn],
        *,
        table: bool,
        protected: bool,
    ) -> None:
        self.title = title
        self.table = table
        self.rows = 0
        self._columns = columns
        self._choices = choices
        self._protected = protected
        self._starts: dict[tuple[Look, ...], list[tuple[str, str, str, str, int]]] = {}
        self._waiting: list[str] = []
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115  # open as long as the sheet is
        heads: tuple[Look, ...] = tuple("needed" if column.needed else "head" for column in columns)
        self.row([column.head for column in columns], heads)

    @property
    def range(self) -> str:
        """All cells, with absolute addresses."""
        return f"$A$1:${letter(len(self._columns))}${self.rows}"

    def row(self, cells: Iterable[str], looks: tuple[Look, ...]) -> None:
        self.rows += 1
        number = str(self.rows)
        pieces = [""]
        lines = 1
        starts = self._starts.get(looks) or self._make(looks)
        for text, (column, plain, quoted, empty, width) in zip(cells, starts, strict=True):
            if not text:
                if empty:
                    pieces.append(f"{column}{number}{empty}")
                continue
            if len(text) > width or "\n" in text:
                lines = max(lines, _lines(text, width))
            start = plain if text[0].isalnum() or not formula_like(text) else quoted
            pieces.append(f"{column}{number}{start}{_written(text)}</t></is></c>")
        height = f' ht="{min(lines, _MOST_LINES) * _LINE}" customHeight="1"' if lines > 1 else ""
        pieces[0] = f'<row r="{number}"{height}>'
        pieces.append("</row>\n")
        self._waiting.append("".join(pieces))
        if len(self._waiting) >= _ROWS_AT_ONCE:
            self._flush()

    def copy(self, file: IO[bytes]) -> None:
        """Write the whole worksheet to *file*."""
        self._flush()
        file.write(self._before().encode())
        self._file.seek(0)
        while block := self._file.read(_BLOCK):
            file.write(block)
        file.write(self._after().encode())

    def close(self) -> None:
        self._file.close()

    def _make(self, looks: tuple[Look, ...]) -> list[tuple[str, str, str, str, int]]:
        """Of each cell what stands before its row's number, what behind it (plain, quoted, without text), and how much fits."""
        made = []
        for index, look in enumerate(looks):
            plain, quoted = (
                f'" s="{_LOOKS[look] * 2 + more}" t="inlineStr"><is><t xml:space="preserve">' for more in (0, 1)
            )
            empty = "" if look in {"plain", "bold", "id", "free"} else f'" s="{_LOOKS[look] * 2}"/>'
            column = self._columns[index]
            fits = column.width if _SHAPES[look][2] and not column.hidden else MAX_TEXT
            made.append((f'<c r="{letter(index + 1)}', plain, quoted, empty, fits))
        self._starts[looks] = made
        return made

    def _flush(self) -> None:
        self._file.write("".join(self._waiting).encode())
        self._waiting.clear()

    def _before(self) -> str:
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{column.width}" customWidth="1" hidden="{int(column.hidden)}"'
            f"{_FREE_STYLE if column.free else ''}/>"
            for n, column in enumerate(self._columns, start=1)
        )
        return (
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
            'state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
            f"<cols>{columns}</cols><sheetData>\n"
        )

    def _after(self) -> str:
        """What follows the rows, in the order that the format prescribes. In the protection "0" means allowed."""
        table = f'<autoFilter ref="{self.range.replace("$", "")}"/>' if self.table else ""
        protection = (
            '<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0" '
            'sort="0" autoFilter="0"/>'
        )
        return (
            f"</sheetData>{protection if self._protected else ''}{table}{self._validations()}"
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
        )

    def _validations(self) -> str:
        made = [self._validation(choice) for choice in self._choices if self._through(choice) > 1]
        return f'<dataValidations count="{len(made)}">{"".join(made)}</dataValidations>' if made else ""

    def _through(self, choice: ChoiceColumn) -> int:
        """The last row whose cell offers something."""
        return MAX_ROWS if self._columns[choice.index].free else self.rows

    def _validation(self, choice: ChoiceColumn) -> str:
        if choice.cells:
            offered = choice.cells
        elif choice.options is None:
            offered = f'"{",".join(choice.words)}"'
        else:  # of the row itself, so that rows may be sorted
            first, last = (letter(index + 1) for index in choice.options)
            offered = f"OFFSET(${first}2,0,0,1,MAX(1,COUNTA(${first}2:${last}2)))"
        said = ""
        if choice.warning:
            title, text = (escape(storable(part[:most])) for part, most in zip(choice.warning, (32, 225), strict=True))
            said = f' showErrorMessage="1" errorStyle="warning" errorTitle="{title}" error="{text}"'
        where = letter(choice.index + 1)
        return (
            f'<dataValidation type="list" allowBlank="1"{said} sqref="{where}2:{where}{self._through(choice)}">'
            f"<formula1>{escape(offered, quote=False)}</formula1></dataValidation>"
        )


# --------------------------------------------------------------------------------------------------- the package

_LEVEL = 3
_SPOOLED = 4 * 1024 * 1024
_BLOCK = 256 * 1024
_ROWS_AT_ONCE = 500
_LINE = 15
_MOST_LINES = 27
"""Lines of ``_LINE`` points that the highest row has."""
_ILLEGAL = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile(r"[^\x20-%'-;=?-^`-~\xa0-\ud7ff]")
"""What has to be looked at before it is written; an underscore because of ``_x000D_``."""

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">@</Relationships>'

_FONTS = (
    '<sz val="11"/><name val="Calibri"/>',
    '<b/><sz val="11"/><name val="Calibri"/>',
    '<sz val="11"/><color rgb="FF767676"/><name val="Calibri"/>',
    '<sz val="8"/><color rgb="FF767676"/><name val="Calibri"/>',
)
_FILLS = ("FFDDE3EA", "FFF0F0F0", "FFCDE8CF", "FFFBE7A6", "FFF8C9C4", "FFEAF2FB")
_SHAPES: Mapping[Look, tuple[int, int, bool]] = {  # number of the font, of the fill, whether text is broken into lines
    "plain": (0, 0, True),
    "head": (1, 2, True),
    "bold": (1, 0, True),
    "kept": (2, 3, True),
    "written": (0, 4, True),
    "asked": (0, 5, True),
    "error": (0, 6, True),
    "warning": (0, 5, True),
    "choice": (0, 7, True),
    "id": (3, 0, False),
    "free": (0, 0, True),
    "needed": (1, 5, True),
}
_LOOKS: Mapping[Look, int] = {look: number for number, look in enumerate(_SHAPES)}
_FREE_STYLE = f' style="{_LOOKS[FREE] * 2}"'


def _styles() -> str:
    """Two formats for each look: as it is, and for text that looks like a formula."""
    fonts = "".join(f"<font>{font}</font>" for font in _FONTS)
    fills = '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' + "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/></patternFill></fill>' for colour in _FILLS
    )
    edge = "".join(
        f'<{side} style="thin"><color rgb="FF9DB2CC"/></{side}>' for side in ("left", "right", "top", "bottom")
    )
    borders = f"<border><left/><right/><top/><bottom/><diagonal/></border><border>{edge}<diagonal/></border>"
    formats = "".join(
        f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{int(look == "choice")}" xfId="0" '
        f'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1" applyProtection="1"{quoted}>'
        f'<alignment vertical="top" wrapText="{int(wrapped)}"/><protection locked="{int(look not in {CHOICE, FREE})}"/></xf>'
        for look, (font, fill, wrapped) in _SHAPES.items()
        for quoted in ("", ' quotePrefix="1"')
    )
    return (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="{len(_FONTS)}">{fonts}</fonts>'
        f'<fills count="{len(_FILLS) + 2}">{fills}</fills><borders count="2">{borders}</borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{2 * len(_SHAPES)}">{formats}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


_STYLES = _styles()


def _content_types(sheets: int) -> str:
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in range(1, sheets + 1)]
    overrides = "".join(f'<Override PartName="{part}" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in parts)
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _table_of_contents(parts: Sequence[_Part]) -> str:
    sheets = "".join(
        f'<sheet name="{escape(part.title)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, part in enumerate(parts, start=1)
    )
    names = []
    for index, part in enumerate(parts):
        sheet = escape("'" + part.title.replace("'", "''") + "'", quote=False)
        names.append(
            f'<definedName name="_xlnm._FilterDatabase" localSheetId="{index}" hidden="1">{sheet}!{part.range}'
        )
        names.append(f'<definedName name="_xlnm.Print_Titles" localSheetId="{index}">{sheet}!$1:$1')
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets><definedNames>{''.join(f'{name}</definedName>' for name in names)}</definedNames>"
        "</workbook>"
    )


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _write(archive: zipfile.ZipFile, name: str, text: str) -> None:
    with archive.open(name, "w") as file:
        file.write(text.encode())


def _written(text: str) -> str:
    """*text* as it stands in a cell."""
    if _SPECIAL.search(text) is None:
        return text[:MAX_TEXT]
    return escape(_cut(storable(text), MAX_TEXT), quote=False)


def _lines(text: str, width: int) -> int:
    """Lines that *text* takes where *width* characters fit on one."""
    return sum(max(1, -(-len(line) // width)) for line in text.split("\n")) if width < MAX_TEXT else 1


def _cut(text: str, length: int) -> str:
    """The beginning of *text*, counted as spreadsheet programs count: signs beyond the first plane are two."""
    if 2 * len(text) <= length:
        return text
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore")
