"""Keys: what makes two records, or a record and a stored client, one client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.emails import email_key
from clientimport.core.profile import Profile, Rung
from clientimport.core.schema import Schema
from clientimport.core.text import name_key


def key_text(scheme: str, value: str) -> str:
    """The form of *value* in which equal means the same: e-mail addresses without regard to case, others as they are."""
    return email_key(value) if scheme == "email" else value


@attrs.frozen
class RungSlots:
    """One rung of the ladder against the fields of a plan.

    Attributes:
        rung: The rung.
        slots: (index among the plan's fields, whether it holds many) of the fields with this scheme.
    """

    rung: Rung
    slots: tuple[tuple[int, bool], ...]

    def keys(self, values: Sequence[Any]) -> list[str]:
        """The record's key texts under this scheme, without repeats, in field order."""
        found: list[str] = []
        for slot, many in self.slots:
            value = values[slot]
            if value is None:
                continue
            for text in value if many else (value,):
                key = key_text(self.rung.scheme, text)
                if key not in found:
                    found.append(key)
        return found

    def column(self, rows: Sequence[Sequence[Any]]) -> list[tuple[int, str]]:
        """(row index, key text) of all rows; a row may be there several times."""
        scheme = self.rung.scheme
        pairs: list[tuple[int, str]] = []
        for slot, many in self.slots:
            if many:
                pairs.extend(
                    (row, key_text(scheme, text))
                    for row, values in enumerate(rows)
                    if values[slot] is not None
                    for text in values[slot]
                )
            elif scheme == "email":
                pairs.extend(
                    [(row, email_key(value)) for row, values in enumerate(rows) if (value := values[slot]) is not None]
                )
            else:
                pairs.extend([(row, value) for row, values in enumerate(rows) if (value := values[slot]) is not None])
        return pairs


class Ladder:
    """A profile's matching ladder against the fields of one plan.

    Attributes:
        rungs: Strongest first; rungs that no field feeds are left out.
        name_slot: Index of the name among the fields; ``None`` if no column feeds it.
    """

    def __init__(self, profile: Profile, schema: Schema, fields: Sequence[str]) -> None:
        slots: dict[str, list[tuple[int, bool]]] = {}
        for index, name in enumerate(fields):
            field = schema[name]
            if field.scheme is not None:
                slots.setdefault(field.scheme, []).append((index, field.many))
        self.rungs: tuple[RungSlots, ...] = tuple(
            RungSlots(rung, tuple(slots[rung.scheme])) for rung in profile.ladder if rung.scheme in slots
        )
        self.name_slot: int | None = fields.index("name") if "name" in fields else None

    def name_key(self, values: Sequence[Any]) -> str:
        """The record's name in the form names are compared in; empty if it has none."""
        name = None if self.name_slot is None else values[self.name_slot]
        return name_key(name) if name else ""

    def record_key(self, values: Sequence[Any]) -> str:
        """The record's strongest key as ``scheme:value``: how its source row is recognised next time; may be empty."""
        for rung in self.rungs:
            for key in rung.keys(values):
                return f"{rung.rung.scheme}:{key}"
        name = self.name_key(values)
        return f"name:{name}" if name else ""


class ClientKeys:
    """The keys of a stored client: every scheme of the schema, exclusive where the profile says so."""

    def __init__(self, profile: Profile, schema: Schema) -> None:
        self._fields = tuple((field.name, field.scheme, field.many) for field in schema if field.scheme is not None)
        self.exclusive: frozenset[str] = frozenset(rung.scheme for rung in profile.ladder if rung.exclusive)
        self.fields: frozenset[str] = frozenset(name for name, _, _ in self._fields)

    def of(self, document: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(scheme, key text) of a client document, without repeats, in field order."""
        found: dict[tuple[str, str], None] = {}
        for name, scheme, many in self._fields:
            value = document.get(name)
            if value is None:
                continue
            for text in value if many else (value,):
                found[scheme, key_text(scheme, text)] = None
        return list(found)


def name_agrees(name: str, document: Mapping[str, Any]) -> bool:
    """Whether a record's name key is the stored client's; two blank names prove nothing."""
    stored = document.get("name")
    return bool(name) and isinstance(stored, str) and name_key(stored) == name
