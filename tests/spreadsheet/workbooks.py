"""Workbooks made by hand, byte by byte, so that they can be wrong in every way a test wants."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import attrs

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@attrs.frozen
class Sheet:
    """A workbook with one sheet of these rows (XML), and whatever else a test needs to be odd."""

    rows: str
    before: str = '<dimension ref="A1:C9"/>'
    strings: str | bytes | None = None
    formats: Sequence[str] = ()
    epoch_1904: bool = False
    main: str = MAIN
    name: str = "Clients"
    sheet_xml: str | bytes | None = None
    more_sheets: Sequence[tuple[str, str, str]] = ()
    """Name, state and rows of further sheets."""
    state: str = "visible"
    extra: Sequence[tuple[str, bytes]] = ()

    def parts(self) -> dict[str, bytes]:
        office = _STRICT_OFFICE if self.main == STRICT else _OFFICE
        sheets = [(self.name, self.state, self.rows), *self.more_sheets]
        tabs = "".join(
            f'<sheet name="{escape(name)}" sheetId="{at}" state="{state}" r:id="rId{at}"/>'
            for at, (name, state, _) in enumerate(sheets, 1)
        )
        links = "".join(
            f'<Relationship Id="rId{at}" Type="{office}/worksheet" Target="worksheets/sheet{at}.xml"/>'
            for at in range(1, len(sheets) + 1)
        )
        links += f'<Relationship Id="rIdS" Type="{office}/styles" Target="styles.xml"/>'
        if self.strings is not None:
            links += f'<Relationship Id="rIdT" Type="{office}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        codes = "".join(
            f'<numFmt numFmtId="{164 + at}" formatCode="{_attribute(code)}"/>' for at, code in enumerate(self.formats)
        )
        xfs = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{164 + at}"/>' for at in range(len(self.formats)))
        parts: dict[str, str | bytes] = {
            "[Content_Types].xml": f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'{_XML}<workbook xmlns="{self.main}" xmlns:r="{office}">'
            f"<workbookPr{' date1904=' + chr(34) + '1' + chr(34) if self.epoch_1904 else ''}/><sheets>{tabs}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
            "xl/styles.xml": f'{_XML}<styleSheet xmlns="{self.main}"><numFmts>{codes}</numFmts>'
            f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{xfs}</cellXfs></styleSheet>',
        }
        for at, (_, _, rows) in enumerate(sheets, 1):
            parts[f"xl/worksheets/sheet{at}.xml"] = (
                f'{_XML}<worksheet xmlns="{self.main}">{self.before}<sheetData>{rows}</sheetData></worksheet>'
            )
        if self.sheet_xml is not None:
            parts["xl/worksheets/sheet1.xml"] = self.sheet_xml
        if self.strings is not None:
            parts["xl/sharedStrings.xml"] = self.strings
        encoded = {name: body.encode() if isinstance(body, str) else body for name, body in parts.items()}
        return encoded | dict(self.extra)

    def workbook(self) -> bytes:
        return archive(list(self.parts().items()))


def archive(parts: Sequence[tuple[str, bytes]]) -> bytes:
    """A zip archive of *parts*: the same bytes whenever it is made, because ``writestr`` with a mere name puts the time in."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for name, body in parts:
            zipped.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def shared(*entries: str, count: int | None = None) -> str:
    """A table of texts; *entries* is the XML inside each ``si``."""
    count = len(entries) if count is None else count
    body = "".join(f"<si>{entry}</si>" for entry in entries)
    return f'{_XML}<sst xmlns="{MAIN}" count="{count}" uniqueCount="{count}">{body}</sst>'


def text(reference: str, words: str) -> str:
    """An inline text cell."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(words)}</t></is></c>'


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def header(*names: str) -> str:
    return row(1, *(text(f"{chr(65 + at)}1", name) for at, name in enumerate(names)))


def plain_workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows of text as a usual workbook, blank cells left out."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Clients"
    for at, cells in enumerate(rows, 1):
        for column, words in enumerate(cells, 1):
            if words:
                cell = sheet.cell(at, column, words)
                cell.data_type = "s"  # also where it looks like a formula
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _attribute(words: str) -> str:
    return escape(words, {'"': "&quot;"})
