"""Where something stands in a source."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Locator:
    """The place a record or a cell came from, in words a person can look up.

    Attributes:
        source: The file's name without its folder, or the name of a connection.
        sheet: The worksheet; ``None`` where a source has none.
        row: The physical line of a text file (where the record starts) or the row of a worksheet,
            counted from 1. ``None`` for something said about the source as a whole.
        column: The column's header as the file writes it, else its letter. ``None`` for a whole row.
        external_id: The record's id in the system it came from, if it has one.
    """

    source: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    external_id: str | None = None

    def __str__(self) -> str:
        words = [self.source]
        if self.sheet is not None:
            words.append(f"sheet {self.sheet!r}")
        if self.row is not None:
            words.append(f"row {self.row}")
        place = " ".join(words)
        return place if self.column is None else f'{place}, "{self.column}"'

    def to_dict(self) -> dict[str, str | int | None]:
        """The machine-readable form: ``source``, ``sheet``, ``row``, ``column``, ``external_id``."""
        return attrs.asdict(self)
