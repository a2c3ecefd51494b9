"""Spreadsheets as sources: delimited text and Excel workbooks, whatever they are called.

``open_source`` looks at the content, not at the extension, and refuses what it cannot read with an error that says what
the file is and what to do about it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, BinaryIO, cast

from clientimport.adapters.spreadsheet.options import DEFAULT_OPTIONS, DELIMITERS, SpreadsheetOptions
from clientimport.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from clientimport.adapters.records import RecordsSource
    from clientimport.adapters.spreadsheet.delimited import DelimitedSource
    from clientimport.adapters.spreadsheet.xlsx import XlsxSource

__all__ = ["DEFAULT_OPTIONS", "DELIMITERS", "SpreadsheetOptions", "open_source"]


def open_source(
    data: str | os.PathLike[str] | bytes | BinaryIO | Iterable[Mapping[str, object]],
    *,
    options: SpreadsheetOptions = DEFAULT_OPTIONS,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> DelimitedSource | XlsxSource | RecordsSource:
    """Open a file, its bytes, or records as rows of text that can be read more than once.

    A path is read from disk as needed; an open binary file is read to its end at once and left open; a list of mappings
    becomes records. *name* is what findings call the source: by default the file's name.

    Everything that can be wrong with the file as a whole is raised here: SettingsError (an option that does not fit the
    file), SourceUnsupportedError, SourceUnreadableError, LimitExceededError.
    """
    from clientimport.adapters.spreadsheet.content import ZIP, Content, refuse_foreign

    source: DelimitedSource | XlsxSource | RecordsSource
    if not isinstance(data, str | os.PathLike | bytes | bytearray | memoryview) and not hasattr(data, "read"):
        from clientimport.adapters.records import RecordsSource

        source = RecordsSource(data, name=name or "records", limits=limits)
    else:
        content = Content(cast("str | bytes | BinaryIO", data), name=name, limits=limits)
        refuse_foreign(content)
        if content.head(4) == ZIP:
            from clientimport.adapters.spreadsheet.xlsx import XlsxSource

            source = XlsxSource(content, options=options, limits=limits)
        else:
            from clientimport.adapters.spreadsheet.delimited import DelimitedSource

            source = DelimitedSource(content, options=options, limits=limits)
    source.describe()
    return source
