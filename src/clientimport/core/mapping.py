"""Which column feeds which field: the mapping as a value."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingABC

import attrs


def _headers(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _entries(values: Iterable[FieldMapping]) -> tuple[FieldMapping, ...]:
    return tuple(values)


@attrs.frozen(kw_only=True)
class FieldMapping:
    """How one field gets its text.

    Attributes:
        field: The field fed.
        columns: Headers of the source columns, in order. More than one are joined: their non-blank texts, with
            ``join`` between them. Empty only where ``constant`` is set.
        join: What stands between joined texts (``" "`` for names and phone parts).
        part: For a full name in one column: ``"first"`` (all but the last word) or ``"last"`` (the last word), or,
            for ``"Last, First"``, what stands on that side of the comma. ``None`` takes the whole text.
        split: A separator that divides one cell into several values (``"a@x.be; b@x.be"``); only for fields that hold
            many. ``None`` never splits.
        values: Replacements of whole cell texts, compared without regard to case and outer blanks
            (``{"ja": "yes", "nv": "organisation"}``). A text not named passes unchanged.
        format: For dates ``"DMY"``, ``"MDY"`` or ``"YMD"``; for amounts the decimal mark ``","`` or ``"."``.
            ``None`` lets the column's own evidence decide.
        constant: The text every record gets, whatever the file holds.
        confidence: How sure a suggestion is, 0 to 1; 1 for what a person wrote.
        reason: Why it was suggested, a stable word: ``exact``, ``alias``, ``preset``, ``fuzzy``, ``values``,
            ``given`` (a person said so).
    """

    field: str
    columns: tuple[str, ...] = attrs.field(default=(), converter=_headers)
    join: str = " "
    part: str | None = None
    split: str | None = None
    values: MappingABC[str, str] = attrs.field(factory=dict)
    format: str | None = None
    constant: str | None = None
    confidence: float = 1.0
    reason: str = "given"


@attrs.frozen(kw_only=True)
class Mapping:
    """Every field that is fed, and the columns left out on purpose.

    Attributes:
        fields: In the schema's order; one entry a field, but a field that holds many may have several.
        dropped: Headers a person decided not to import.
        name: Name of the preset or file it came from, for people.
    """

    fields: tuple[FieldMapping, ...] = attrs.field(default=(), converter=_entries)
    dropped: tuple[str, ...] = attrs.field(default=(), converter=_headers)
    name: str | None = None

    def field(self, name: str) -> FieldMapping | None:
        """The first entry that feeds *name*, if any."""
        return next((entry for entry in self.fields if entry.field == name), None)

    def with_field(self, entry: FieldMapping) -> Mapping:
        """This mapping with *entry* in place of whatever fed its field or used its columns alone."""
        kept: Iterable[FieldMapping] = (
            old for old in self.fields if old.field != entry.field and not set(old.columns) & set(entry.columns)
        )
        return attrs.evolve(
            self, fields=(*kept, entry), dropped=tuple(c for c in self.dropped if c not in entry.columns)
        )

    def drop(self, header: str) -> Mapping:
        """This mapping without the column *header*, which is then left out on purpose."""
        kept = tuple(old for old in self.fields if header not in old.columns)
        return attrs.evolve(self, fields=kept, dropped=(*self.dropped, header))
