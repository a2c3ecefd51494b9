"""Workbooks of text: every cell is text when it is opened, whatever it looks like, and is written row by row."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from clientimport.reports.files import whole_file
from clientimport.reports.neutral import formula_like

Style = Literal["plain", "head", "error", "warning", "comment"]

MAX_ROWS = 1_048_576
"""Rows a worksheet can have."""
MAX_TEXT = 32_767
"""Characters a cell can hold."""
MAX_NOTES = 5_000
"""Notes on cells in one workbook; each is a drawing kept in memory until the end."""

_FILLS: Mapping[str, str] = {"head": "FFDDE3EA", "error": "FFF8C9C4", "warning": "FFFBE7A6"}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_TITLE = re.compile(r"[\[\]:*?/\\]")


@contextmanager
def text_workbook(path: str | os.PathLike[str]) -> Iterator[TextWorkbook]:
    """A workbook to fill; it stands at *path*, whole, when the block ends well, and not at all otherwise.

    Raises:
        SettingsError: the folder does not exist.
    """
    with whole_file(path) as written:
        book = TextWorkbook()
        try:
            yield book
        finally:
            book.close()
        book.save(written)


class TextWorkbook:
    """Sheets of text cells, each row written when it is given."""

    def __init__(self) -> None:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell

        self._cell: Any = WriteOnlyCell
        self._book = Workbook(write_only=True)
        self._styles: dict[tuple[str, bool], Any] = {}
        self._notes = 0
        self._sheet: Any = None
        self._sheets = 0
        self._head: Sequence[str] = ()
        self._title = ""
        self._part = 1
        self._widths: Sequence[int] = ()
        self._rows = 0

    def sheet(self, title: str, head: Sequence[str], widths: Sequence[int] = ()) -> None:
        """Begin a sheet with a row of headings that stays in view.

        A sheet that is full is followed by another with the same headings.

        Args:
            title: Signs a sheet name cannot have are taken out.
            head: The headings.
            widths: Of the columns, in characters; the rest get 18.
        """
        self._part = 1
        self._title, self._head, self._widths = _TITLE.sub(" ", title), head, widths
        self._begin()

    def row(
        self,
        cells: Iterable[str],
        styles: Mapping[int, Style] | None = None,
        notes: Mapping[int, str] | None = None,
    ) -> None:
        """Write a row below the last one.

        Args:
            cells: Texts; ``""`` leaves the cell empty. Longer than a cell can hold is cut.
            styles: Column index -> how the cell looks, where it is not plain.
            notes: Column index -> what the note on it says; past ``MAX_NOTES`` in a workbook there are no more.
        """
        if self._rows >= MAX_ROWS:
            self._part += 1
            self._begin()
        looks = styles or {}
        said = notes or {}
        row = []
        for index, text in enumerate(cells):
            look = looks.get(index, "plain")
            row.append(self._make(text, look, said.get(index)) if text or look != "plain" else None)
        self._sheet.append(row)
        self._rows += 1

    def close(self) -> None:
        """End the current sheet. Harmless twice."""
        if self._sheet is not None and not self._sheet.closed:
            if self._head:
                self._sheet.auto_filter.ref = f"A1:{letter(len(self._head))}{self._rows}"
            self._sheet.close()

    def save(self, path: os.PathLike[str]) -> None:
        """Write the file; the workbook takes no more rows."""
        self.close()
        self._book.save(os.fspath(path))

    # ------------------------------------------------------------------------------------------- helpers

    def _begin(self) -> None:
        self.close()
        suffix = f" ({self._part})" if self._part > 1 else ""
        self._sheet = self._book.create_sheet(self._title[: 31 - len(suffix)] + suffix)
        for index in range(1, len(self._head) + 1):
            width = self._widths[index - 1] if index <= len(self._widths) else 18
            self._sheet.column_dimensions[letter(index)].width = width
        self._sheet.freeze_panes = "A2"
        self._rows = 0
        self._sheet.append([self._make(text, "head", None) for text in self._head])
        self._rows = 1

    def _make(self, text: str, look: str, note: str | None) -> Any:
        safe = storable(text)
        cell = self._cell(self._sheet, safe[:MAX_TEXT])
        cell.data_type = "s"  # openpyxl took a text that begins with = for a formula
        cell._style = self._style(look, quoted=formula_like(text))  # noqa: SLF001 one shared style, or 20 µs a cell
        if note and self._notes < MAX_NOTES:
            from openpyxl.comments import Comment

            self._notes += 1
            comment = Comment(_CONTROL.sub(" ", note), "clientimport")
            comment.width, comment.height = 320, 110
            cell.comment = comment
        return cell

    def _style(self, look: str, *, quoted: bool) -> Any:
        """The style array of a look; made once, shared by its cells."""
        made = self._styles.get((look, quoted))
        if made is None:
            from openpyxl.styles import Alignment, Font, PatternFill

            model = self._cell(self._sheet, "x")
            model.number_format = "@"
            model.alignment = Alignment(vertical="top", wrap_text=look in ("comment", "head"))
            if look in _FILLS:
                model.fill = PatternFill("solid", start_color=_FILLS[look])
            if look == "head":
                model.font = Font(bold=True)
            model.quotePrefix = quoted
            made = self._styles[look, quoted] = copy.copy(model._style)  # noqa: SLF001
        return made


def storable(text: str) -> str:
    """*text* with what XML cannot hold as the file format writes it: ``_x000D_``; an underscore before such a form ``_x005F_``."""
    return _CONTROL.sub(_escape, text)


def letter(number: int) -> str:
    """The letters of a column by its number, from 1: ``A``, ``AA``."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _escape(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"
