"""What a workbook says about itself: its worksheets, its epoch, and its number formats."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

import attrs

from clientimport.adapters.spreadsheet.archive import Archive
from clientimport.adapters.spreadsheet.content import Content, foreign_archive
from clientimport.adapters.spreadsheet.formats import ToText, to_text
from clientimport.adapters.spreadsheet.xmlpart import elements
from clientimport.errors import SettingsError, SourceUnreadableError, SourceUnsupportedError
from clientimport.limits import Limits


@attrs.frozen
class Worksheet:
    """A worksheet by name.

    Attributes:
        name: As on its tab.
        part: Where its cells are in the archive.
        hidden: Hidden or very hidden.
    """

    name: str
    part: str
    hidden: bool


@attrs.frozen
class Workbook:
    """The table of contents of a workbook.

    Attributes:
        sheets: Worksheets in the order of their tabs; charts and macro sheets are none.
        epoch_1904: Days are counted from 1 January 1904.
        strings_part: Where the table of texts is, if there is one.
        styles_part: Where the number formats are, if there are any.
    """

    sheets: tuple[Worksheet, ...]
    epoch_1904: bool
    strings_part: str | None
    styles_part: str | None

    def sheet(self, wanted: str | int) -> Worksheet:
        """The worksheet of that name, else of that name in other case, else of that number counted from 1.

        Raises SettingsError naming ``sheet`` and the worksheets there are.
        """
        if isinstance(wanted, str):
            for fold in (str, str.casefold):
                for sheet in self.sheets:
                    if fold(sheet.name) == fold(wanted):
                        return sheet
        for number, sheet in enumerate(self.sheets, start=1):
            if str(wanted) == str(number):
                return sheet
        names = tuple(sheet.name for sheet in self.sheets)
        raise SettingsError("sheet", wanted, wanted=f"a name, or a number from 1 to {len(names)}", allowed=names)


def read_workbook(archive: Archive, content: Content, limits: Limits) -> Workbook:
    """The workbook's table of contents.

    Raises SourceUnsupportedError if the archive is of another kind, SourceUnreadableError if it has no worksheet.
    """
    _refuse_other_kinds(archive, content)
    root = next(
        (target for kind, target in _relations(archive, "", content, limits).values() if kind == "officeDocument"),
        "xl/workbook.xml",
    )
    if not archive.has(root):
        raise foreign_archive(content, "a zip archive without a workbook in it", "Unpack it and give the file inside")
    relations = _relations(archive, root, content, limits)
    sheets: list[Worksheet] = []
    epoch_1904 = False
    for path, attributes, tag in elements(archive.blocks(root, "part_bytes"), content.name, root, limits):
        if tag == "workbookPr":
            epoch_1904 = attributes.get("date1904", "0").lower() in ("1", "true", "on")
        elif tag == "sheet" and path.endswith("sheets/sheet"):
            kind, target = relations.get(attributes.get("id", ""), ("", ""))
            if kind == "worksheet" and archive.has(target):
                hidden = attributes.get("state", "visible") != "visible"
                sheets.append(Worksheet(attributes.get("name", ""), target, hidden))
    if not sheets:
        raise SourceUnreadableError(f"{content.name} has no worksheet in it. Open it and save it again.")
    parts = {kind: target for kind, target in relations.values() if archive.has(target)}
    return Workbook(tuple(sheets), epoch_1904, parts.get("sharedStrings"), parts.get("styles"))


def read_formats(archive: Archive, workbook: Workbook, content: Content, limits: Limits) -> Mapping[str, ToText]:
    """How numbers of each style (its number, as text) are written; styles that are written plain are left out."""
    if workbook.styles_part is None:
        return {}
    codes: dict[int, str] = {}
    used: list[int] = []
    blocks = archive.blocks(workbook.styles_part, "part_bytes")
    for path, attributes, tag in elements(blocks, content.name, workbook.styles_part, limits):
        if tag == "numFmt" and path.endswith("numFmts/numFmt"):
            codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag == "xf" and path.endswith("cellXfs/xf"):
            used.append(_number(attributes.get("numFmtId")))
    kinds = {number: to_text(number, codes.get(number), epoch_1904=workbook.epoch_1904) for number in set(used)}
    return {str(style): kind for style, number in enumerate(used) if (kind := kinds[number]) is not None}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else 0


def _relations(archive: Archive, part: str, content: Content, limits: Limits) -> dict[str, tuple[str, str]]:
    """Id -> (kind, part) of everything a part refers to inside the archive.

    The kind is the last word of its type, which is the same in Transitional and Strict workbooks.
    """
    folder, name = posixpath.split(part)
    where = posixpath.join(folder, "_rels", f"{name}.rels")
    if not archive.has(where):
        return {}
    found: dict[str, tuple[str, str]] = {}
    for _, attributes, tag in elements(archive.blocks(where, "part_bytes"), content.name, where, limits):
        if tag == "Relationship" and attributes.get("TargetMode", "Internal") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            resolved = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], resolved)
    return found


def _refuse_other_kinds(archive: Archive, content: Content) -> None:
    kind = remedy = ""
    if archive.has("mimetype") and archive.size("mimetype") < 200:
        mime = archive.read("mimetype")
        if b"opendocument.spreadsheet" in mime:
            kind, remedy = "an OpenDocument spreadsheet (.ods)", "Open it and save it as .xlsx"
        elif b"opendocument" in mime or b"epub" in mime:
            kind, remedy = "a document and no spreadsheet", "Ask for the list as .xlsx or CSV"
    elif archive.has("xl/workbook.bin"):
        kind, remedy = "a binary Excel workbook (.xlsb)", "Open it and save it as .xlsx"
    elif archive.has("word/document.xml"):
        kind, remedy = "a Word document", "Copy its table into a workbook and save that as .xlsx"
    elif archive.has("ppt/presentation.xml"):
        kind, remedy = "a presentation", "Copy its table into a workbook and save that as .xlsx"
    elif archive.has("index/document.iwa"):
        kind, remedy = "a Numbers or Pages document", "Export it as Excel (.xlsx) or CSV"
    if kind:
        error: SourceUnsupportedError = foreign_archive(content, kind, remedy)
        raise error
