"""Which column feeds which field: the mapping as a value."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingABC

import attrs

from clientimport.errors import SettingsError

PARTS = ("first", "last")


def _headers(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _entries(values: Iterable[FieldMapping]) -> tuple[FieldMapping, ...]:
    return tuple(values)


def _part(entry: FieldMapping, _: attrs.Attribute[str | None], value: object) -> None:
    if value is not None and value not in PARTS:
        raise SettingsError(f"fields.{entry.field}.part", value, allowed=PARTS)


def _split(entry: FieldMapping, _: attrs.Attribute[str | None], value: object) -> None:
    if value is not None and (not isinstance(value, str) or not value):
        raise SettingsError(f"fields.{entry.field}.split", value, wanted="at least one character")


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

    Raises:
        SettingsError: a part that does not exist, or an empty separator.
    """

    field: str
    columns: tuple[str, ...] = attrs.field(default=(), converter=_headers)
    join: str = " "
    part: str | None = attrs.field(default=None, validator=_part)
    split: str | None = attrs.field(default=None, validator=_split)
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

    def with_field(self, *entries: FieldMapping) -> Mapping:
        """This mapping with *entries* in place of whatever fed their fields or used their columns."""
        fed = {entry.field for entry in entries}
        used = {header for entry in entries for header in entry.columns}
        kept = (old for old in self.fields if old.field not in fed and used.isdisjoint(old.columns))
        return attrs.evolve(
            self, fields=(*kept, *entries), dropped=tuple(header for header in self.dropped if header not in used)
        )

    def drop(self, header: str) -> Mapping:
        """This mapping without the column *header*, which is then left out on purpose."""
        kept = tuple(old for old in self.fields if header not in old.columns)
        return attrs.evolve(self, fields=kept, dropped=dict.fromkeys((*self.dropped, header)))
