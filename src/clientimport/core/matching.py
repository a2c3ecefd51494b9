"""Keys: what makes two records, or a record and a stored client, one client."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import attrs

from clientimport.core.cells.emails import email_key
from clientimport.core.profile import Profile, Rung
from clientimport.core.schema import BY_NAME, CLIENT, Schema, client_of
from clientimport.core.text import name_key
from clientimport.core.twins import of_kind

RESPELLED = frozenset(("email", CLIENT))
"""The schemes whose key texts may be others than their values."""


def key_text(scheme: str, value: str) -> str:
    """The form of *value* in which equal means the same: e-mail addresses without regard to case, others as they are."""
    if scheme == CLIENT:
        return client_of(value)[0]
    return email_key(value) if scheme == "email" else value


@attrs.frozen
class RungSlots:
    """One rung of the ladder against the fields of a plan.

    Attributes:
        rung: The rung.
        slots: (index among the plan's fields, whether it holds many) of the fields with this scheme.
        kind: Index of the field that says of which kind a record is; ``None`` if there is one kind.
    """

    rung: Rung
    slots: tuple[tuple[int, bool], ...]
    kind: int | None = None

    def keys(self, values: Sequence[Any]) -> list[str]:
        """The record's key texts under this scheme, without repeats, in field order."""
        found: list[str] = []
        scheme = self.rung.scheme
        for slot, many in self.slots:
            value = values[slot]
            if value is None:
                continue
            for text in value if many else (value,):
                key = key_text(scheme, text) if scheme in RESPELLED else text
                if key not in found:
                    found.append(key)
        if self.kind is not None and values[self.kind] is True:
            return [of_kind(key, second=True) for key in found]
        return found

    def column(self, columns: Sequence[Sequence[Any]]) -> list[tuple[int, str]]:
        """(row index, key text) of a batch's value *columns*; a row may be there several times."""
        scheme = self.rung.scheme
        pairs: list[tuple[int, str]] = []
        for slot, many in self.slots:
            column = columns[slot]
            if many:
                texts = ((row, text) for row, value in enumerate(column) if value is not None for text in value)
                pairs.extend((row, key_text(scheme, text)) for row, text in texts)
            elif scheme == "email":
                pairs.extend([(row, email_key(text)) for row, text in enumerate(column) if text is not None])
            elif scheme in RESPELLED:
                pairs.extend([(row, key_text(scheme, text)) for row, text in enumerate(column) if text is not None])
            else:
                pairs.extend([pair for pair in enumerate(column) if pair[1] is not None])
        if self.kind is not None:
            kinds = columns[self.kind]
            return [(row, of_kind(key, kinds[row] is True)) for row, key in pairs]
        return pairs


class Ladder:
    """A profile's matching ladder against the fields of one plan.

    Attributes:
        rungs: Strongest first; rungs that no field feeds are left out. The last one is ``BY_NAME``: it holds only the
            records that have no other key, so that importing them again does not make them twice. Where a column has
            clients' ids, ``CLIENT`` is the first: a record that names its client has no other key, whoever shares those, but
            for those that identify nobody.
        twin: The second kind of clients, if the profile has one.
        kind: Index of the field that says of which kind a record is; ``None`` if no column says it, or there is one kind.
        field_of: Scheme -> the first field that is fed and has it.
    """

    def __init__(self, profile: Profile, schema: Schema, fields: Sequence[str]) -> None:
        slots: dict[str, list[tuple[int, bool]]] = {}
        for index, name in enumerate(fields):
            field = schema[name]
            if field.scheme is not None:
                slots.setdefault(field.scheme, []).append((index, field.many))
        twin = profile.lifecycle.twin
        self._fields = tuple(fields)
        self.twin = twin
        self.kind = fields.index(twin.field) if twin is not None and twin.field in fields else None
        keyed = [
            RungSlots(rung, tuple(slots[rung.scheme]), self.kind) for rung in profile.ladder if rung.scheme in slots
        ]
        self._named = CLIENT in fields
        if self._named:
            keyed.insert(0, RungSlots(Rung(scheme=CLIENT), ((fields.index(CLIENT), False),)))
        self._keyed = tuple(keyed)
        self.field_of = {scheme: fields[found[0][0]] for scheme, found in slots.items()}
        self.rungs: tuple[RungSlots, ...] = (*keyed, RungSlots(Rung(scheme=BY_NAME, exclusive=False), ()))
        self._name_slot: int | None = fields.index("name") if "name" in fields else None

    def name(self, values: Sequence[Any]) -> str:
        """The record's name in the form names are compared in; empty if it has none."""
        return "" if self._name_slot is None else comparable_name(values[self._name_slot])

    def keys(self, values: Sequence[Any]) -> list[list[str]]:
        """A record's key texts, a list a rung."""
        found = [slots.keys(values) for slots in self._keyed]
        if self._named and found[0]:
            refusing = self.kind_known(values)
            kept = [
                keys if refusing and slots.rung.refuses else [] for slots, keys in zip(self._keyed, found, strict=True)
            ]
            return [found[0], *kept[1:], []]
        name = "" if any(found) else self.name(values)
        second = self.kind is not None and values[self.kind] is True
        return [*found, [of_kind(name, second)] if name else []]

    def said(self, hit: Sequence[Any], values: Sequence[Any]) -> tuple[Any, Any]:
        """``Hit.base`` and ``Hit.leads``, as far as they hold for a record with these *values*.

        What the last import said tells which of the two changed only where both are surely about one client. A record whose
        client number is another than its client's, and that only a weaker key such as an e-mail address points there, may be
        somebody else: then every difference is looked at as if nobody had said anything.
        """
        base, leads = hit[5:7]
        # what an import said of the client is the client's too: an answer given about it is not asked again
        known = None if base is None else {**hit[2], **base}
        return (None, leads) if known is not None and self._is_another(hit[3], values, known) else (base, leads)

    def _is_another(self, schemes: Container[str], values: Sequence[Any], document: Mapping[str, Any]) -> bool:
        """Whether a record and a client both have a key that proves more than *schemes*, which they share, and not the same."""
        for slots in self._keyed:
            if slots.rung.scheme in schemes:
                return False
            if slots.rung.exclusive and not slots.rung.refuses:
                held = [document.get(self._fields[slot]) for slot, _ in slots.slots]
                own, theirs = (
                    {
                        key_text(slots.rung.scheme, text)
                        for (_, many), value in zip(slots.slots, each, strict=True)
                        if value is not None
                        for text in (value if many else (value,))
                    }
                    for each in ([values[slot] for slot, _ in slots.slots], held)
                )
                if own and theirs and own.isdisjoint(theirs):
                    return True
        return False

    def kind_known(self, values: Sequence[Any]) -> bool:
        """Whether a row that names its client says of which kind that is, if there are two."""
        return self.twin is None or (self.kind is not None and values[self.kind] is not None)

    def keyed_fields(self, slots: RungSlots, values: Sequence[Any]) -> list[tuple[str, str]]:
        """(field, key text) of a record under one rung."""
        second = self.kind is not None and values[self.kind] is True
        return [
            (self._fields[slot], of_kind(key_text(slots.rung.scheme, text), second))
            for slot, many in slots.slots
            if (value := values[slot]) is not None
            for text in (value if many else (value,))
        ]

    def columns(self, columns: Sequence[Sequence[Any]], size: int) -> list[list[tuple[int, str]]]:
        """The keys of a batch of *size* records, given as its value columns: for each rung (row index, key text)."""
        found = [slots.column(columns) for slots in self._keyed]
        if self._named and found[0]:
            told = {row for row, _ in found[0]}
            kinds = None if self.kind is None else columns[self.kind]
            doubtful = (
                told if self.twin is not None and kinds is None else {r for r in told if kinds and kinds[r] is None}
            )
            for index, slots in enumerate(self._keyed[1:], 1):
                out = doubtful if slots.rung.refuses else told
                found[index] = [pair for pair in found[index] if pair[0] not in out]
        keyed = {row for column in found for row, _ in column}
        names: list[tuple[int, str]] = []
        if len(keyed) < size and self._name_slot is not None:
            column = columns[self._name_slot]
            named = ((row, comparable_name(column[row])) for row in range(size) if row not in keyed)
            kinds = None if self.kind is None else columns[self.kind]
            names = [(row, of_kind(name, kinds is not None and kinds[row] is True)) for row, name in named if name]
        return [*found, names]


class ClientKeys:
    """The keys of a stored client: every scheme of the schema, exclusive where the profile says so.

    Attributes:
        fields: (field, scheme, whether it holds many) of every field that identifies.
        exclusive: The schemes of which one client holds a value.
        matching: The schemes that the profile's ladder looks for.
    """

    def __init__(self, profile: Profile, schema: Schema) -> None:
        self.fields = tuple((field.name, field.scheme, field.many) for field in schema if field.scheme is not None)
        self.exclusive: frozenset[str] = frozenset(rung.scheme for rung in profile.ladder if rung.exclusive)
        self.matching: frozenset[str] = frozenset(rung.scheme for rung in profile.ladder)
        self.twin = profile.lifecycle.twin
        self._compiled = tuple(
            (name, scheme, many, scheme in self.exclusive, scheme in self.matching)
            for name, scheme, many in self.fields
        )
        self._decisive = {"name"} if self.twin is None else {"name", self.twin.field}
        self._beside = {
            name: {other for other, also, _ in self.fields if also == scheme} for name, scheme, _ in self.fields
        }

    def second(self, document: Mapping[str, Any]) -> bool:
        """Whether the client with these values is of the second kind."""
        return self.twin is not None and self.twin.second(document)

    def rows(
        self, document: Mapping[str, Any], shared: Container[str] = (), *, second: bool | None = None
    ) -> list[tuple[str, str, str | None]]:
        """(scheme, key text, slot) of a client document, as ``ports.Key``, without repeats, in field order.

        Args:
            document: The client's non-blank values.
            shared: Schemes whose values this client holds together with others, whatever the profile says.
            second: Of which kind it is, where *document* is only a part of it.
        """
        second = self.second(document) if second is None else second
        found: dict[tuple[str, str, str | None], None] = {}
        known = False
        for name, scheme, many, exclusive, matches in self._compiled:
            value = document.get(name)
            if value is None:
                continue
            known = known or matches
            slot = "" if exclusive and scheme not in shared else None
            for text in value if many else (value,):
                key = key_text(scheme, text) if scheme in RESPELLED else text
                found[scheme, of_kind(key, second) if second else key, slot] = None
        keys = list(found)
        if not known and (by_name := comparable_name(document.get("name"))):
            keys.append((BY_NAME, of_kind(by_name, second), None))
        return keys

    def changes(
        self,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        changed: AbstractSet[str],
        shared: Container[str] = (),
    ) -> tuple[list[tuple[str, str, str | None]], list[tuple[str, str]]]:
        """The keys that a client takes, as ``rows`` has them, and those (scheme, key text) that it gives up.

        Args:
            before: Its values until now.
            after: Its values from now on.
            changed: The fields in which they differ.
            shared: As for ``rows``.
        """
        touched = [self._beside[name] for name in changed if name in self._beside]
        if not touched and self._decisive.isdisjoint(changed):
            return [], []
        second = self.second(before), self.second(after)
        # another key to find it by, that stays: the name is none, and what else it holds makes no difference
        if self._decisive.isdisjoint(changed) and any(
            matches and name in before and name not in changed for name, _, _, _, matches in self._compiled
        ):
            fields = touched[0].union(*touched[1:])
            before = {name: before[name] for name in fields if name in before}
            after = {name: after[name] for name in fields if name in after}
        old = {key[:2] for key in self.rows(before, second=second[0])}
        new = self.rows(after, shared, second=second[1])
        there = {key[:2] for key in new}
        return [key for key in new if key[:2] not in old], [key for key in old if key not in there]

    def nameless(self, keys: Sequence[tuple[str, str, str | None]]) -> bool:
        """Whether none of *keys* would be looked for, so that only the name is left to find the client by."""
        return not any(key[0] in self.matching for key in keys)


def comparable_name(name: object) -> str:
    """A name in the form names are compared in; one that has no letters as it stands."""
    return (name_key(name) or name.casefold()) if isinstance(name, str) else ""


def client_order(client: str) -> tuple[int, str]:
    """Ids in the order people count, though they are text."""
    return (len(client), client)


def name_agrees(name: str, document: Mapping[str, Any]) -> bool:
    """Whether a record's comparable name is the stored client's; two blank names prove nothing."""
    return bool(name) and comparable_name(document.get("name")) == name
