"""Spreadsheets as sources: delimited text and Excel workbooks, whatever they are called.

``open_source`` looks at the content, not at the extension, and refuses what it cannot read with an error that says what
the file is and what to do about it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

from clientimport.adapters.spreadsheet.options import DEFAULT_OPTIONS, DELIMITERS, SpreadsheetOptions
from clientimport.errors import SettingsError
from clientimport.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from clientimport.adapters.spreadsheet.delimited import DelimitedSource
    from clientimport.adapters.spreadsheet.xlsx import XlsxSource

__all__ = ["DEFAULT_OPTIONS", "DELIMITERS", "SpreadsheetOptions", "open_source"]


def open_source(
    data: str | os.PathLike[str] | bytes | BinaryIO,
    *,
    options: SpreadsheetOptions = DEFAULT_OPTIONS,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> DelimitedSource | XlsxSource:
    """Open a file or its bytes as rows of text that can be read more than once.

    A path is read from disk as needed; an open binary file is read to its end at once and left open. *name* is what
    findings call the source: by default the file's name.

    Everything that can be wrong with the file as a whole is raised here.

    Raises:
        SettingsError: an option does not fit the file (a sheet it has not).
        SourceUnsupportedError: it is of another format; the text names it.
        SourceUnreadableError: it is damaged, encrypted, empty, or cannot be opened.
        LimitExceededError: it is bigger than *limits* allow.
    """
    from clientimport.adapters.spreadsheet.content import ZIP, Content, refuse_foreign

    content = Content(data, name=name, limits=limits)
    refuse_foreign(content)
    source: DelimitedSource | XlsxSource
    if content.head(4) == ZIP:
        from clientimport.adapters.spreadsheet.xlsx import XlsxSource

        source = XlsxSource(content, options=options, limits=limits)
    else:
        from clientimport.adapters.spreadsheet.delimited import DelimitedSource

        if options.sheet is not None:
            raise SettingsError("sheet", options.sheet, wanted="no sheet: this is a text file, which has none")
        source = DelimitedSource(content, options=options, limits=limits)
    source.describe()
    return source
