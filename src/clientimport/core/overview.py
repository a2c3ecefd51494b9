"""A plan beside the store, client by client: only in the import, only here, in both, invalid.

A client may stand in several rows; it has one entry, so that the rows of all entries are the records read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.decisions import (
    CHOICES,
    CHOOSE,
    CLIENT,
    FIELDS,
    NEW,
    choose_id,
    client_id,
    field_id,
    record_id,
)
from clientimport.core.joining import Joiner
from clientimport.core.leaving import Pointed
from clientimport.core.matching import Ladder
from clientimport.core.naming import FOLLOWS
from clientimport.core.near.nearness import as_seen
from clientimport.core.plan import MERGED, Line, PlannedRecord, Value, planned_record
from clientimport.core.profile import Profile
from clientimport.core.schema import BUILTIN_FIELDS, Field, Schema

GROUPS = ("only_in_import", "only_here", "both", "invalid")
"""The groups of an overview, in the order people read them."""

Lines = Callable[[], Iterator[list[Any]]]
"""Gives the record lines of a plan, as ``Line``; each call from the beginning."""


@attrs.frozen(kw_only=True)
class FieldReview:
    """One field of one client, here and in the import.

    Attributes:
        field: Which field.
        here: What is stored; ``None`` is blank.
        given: What the import says, the rows of the client together; ``None`` is blank.
        base: What the last import of the same system said; ``None`` if that is not known.
        fate: ``same`` (nothing differs), ``written`` (the import's value), ``kept`` (what is here stays), ``asked`` (a person
            must say which), ``waiting`` (for the answer to another question of its record) or ``only_here`` (the import says
            nothing).
        rule: For ``written`` what chose it, as ``FieldChange.rule``, or ``new`` for a new client; else ``None``.
        id: The decision about it, whose choices are ``keep`` and ``overwrite``; ``None`` if there is nothing to decide: both
            sides say the same, one says nothing, or it is not certain yet who is meant.
        choice: What the plan does now: ``overwrite`` or ``keep``; ``None`` if nothing can be decided or nothing is yet.
    """

    field: str
    here: Value = attrs.field(repr=False)
    given: Value = attrs.field(repr=False)
    base: Value = attrs.field(default=None, repr=False)
    fate: str
    rule: str | None = None
    id: str | None = None

    @property
    def choice(self) -> str | None:
        if self.id is None or self.fate in {"asked", "waiting"}:
            return None
        return "overwrite" if self.fate == "written" else "keep"


@attrs.frozen(kw_only=True)
class ClientChoice:
    """A field in which something is chosen for one new client, for its rows say nothing there.

    Attributes:
        field: Which field.
        id: The decision about it; what is chosen for this client goes before what is chosen for all.
        value: What it gets; ``None`` while it waits.
        choice: What was chosen for this client alone; ``None``: nothing was.
    """

    field: str
    id: str
    value: Value = attrs.field(repr=False)
    choice: str | None = None


@attrs.frozen(kw_only=True)
class OverviewEntry:
    """One client of the import.

    Attributes:
        group: ``only_in_import``, ``both`` or ``invalid``.
        record: Its first record, with findings, opening balance and what becomes of it.
        rows: Physical rows of all its records.
        name: What it is called in the import, else here; empty if nowhere.
        clients: The stored clients that it is or may be; one but for a question which of several is meant.
        fields: Field by field, in the order of the schema: those that either side has. Empty for an invalid record, and where
            it is not known which client is meant.
        id: The decision about it, whose choices are ``take`` and ``skip`` (leave it out); ``None`` where it makes no difference.
        choose: What can be chosen for it alone, if it is new.
    """

    group: str
    record: PlannedRecord
    rows: tuple[int, ...]
    name: str = attrs.field(repr=False)
    clients: tuple[str, ...] = ()
    fields: tuple[FieldReview, ...] = ()
    id: str | None = None
    choose: tuple[ClientChoice, ...] = ()

    @property
    def choice(self) -> str | None:
        """What the plan does now: ``take`` or ``skip``; ``None`` if nothing can be decided."""
        if self.id is None:
            return None
        return "skip" if self.record.disposition == "skip" else "take"

    @property
    def differences(self) -> tuple[FieldReview, ...]:
        """The fields in which the import says another thing than what is here."""
        return tuple(field for field in self.fields if field.fate not in {"same", "only_here"})


@attrs.frozen(kw_only=True)
class OtherClient:
    """A stored client that no record of the import points at.

    Attributes:
        client: Its id.
        name: What it is called here; empty if it has no name.
        reason: Why it is probably not in the import: ``deactivated`` (here, before), ``other-kind`` (of a kind of clients of
            which the import has none), ``maybe-listed`` (a refused or new
            record has its name or resembles it, or a record of another name has its e-mail, phone or number), ``not-listed``
            (an earlier import of this system had it), ``other-system`` (only imports of other systems had it) or ``entered-here`` (no import had it).
        systems: The systems whose imports had it, in the order of their first.
        choice: What the plan does now: ``leave`` (as it is), ``deactivate`` or ``remove``.
        choices: What can be decided: ``leave``, ``deactivate`` where it is not and the profile's lifecycle has that event, and
            ``remove``.
    """

    client: str
    name: str = attrs.field(repr=False)
    reason: str
    systems: tuple[str, ...] = ()
    choice: str = "leave"
    choices: tuple[str, ...] = CHOICES[CLIENT]

    @property
    def id(self) -> str:
        """The decision about it."""
        return client_id(self.client)


_OF_CLIENT = 3
"""Where in the detail of a record that waits for a choice the first record of its client is named."""


class Reviewer:
    """The entries of one plan.

    The first pass over the lines finds what belongs together and counts; entries are made on a second pass, one by one.

    Args:
        lines: The record lines.
        header: The plan's header.
        profile: The plan's profile.

    Attributes:
        pointed: Whom the records point at.
        counts: Group -> clients, of the groups that the import has.
        records: Group -> records; together all that were read.
    """

    def __init__(self, lines: Lines, header: Mapping[str, Any], profile: Profile) -> None:
        self._lines = lines
        self._header = header
        declared = [Field(**{**given, "choices": tuple(given["choices"])}) for given in header["declared"]]
        schema = Schema((*BUILTIN_FIELDS, *declared))
        self._joiner = Joiner(header["fields"], schema)
        self._ladder = Ladder(profile, schema, header["fields"])
        self._scheme = {name: schema[name].scheme for name in header["fields"]}
        self._decided: Mapping[str, str] = header["decisions"]
        opening = set(header["opening_fields"])
        self._lifecycle = profile.lifecycle
        self._chosen = tuple(each.field for each in profile.choose)
        self._slots = {name: slot for slot, name in enumerate(header["fields"]) if name not in opening}
        self._order = {field.name: place for place, field in enumerate(schema)}
        self.pointed = Pointed(header["fields"], profile.lifecycle.twin)
        self.counts = dict.fromkeys(("only_in_import", "both", "invalid"), 0)
        self.records = dict(self.counts)
        self._merged: dict[int, list[int]] = {}  # sequence of the first record: rows of those merged into it
        self._waiting: dict[str, list[Line]] = {}  # question about several records: these
        self._left_out: dict[int, list[Line]] = {}  # sequence of the first record: those left out together with it
        self._count()

    def entries(self, group: str) -> Iterator[OverviewEntry]:
        """The entries of *group* in the order of the source."""
        for given in self._lines():
            line = as_seen(Line(*given))
            if not self._follows(line) and self._group(line) == group:
                yield self._entry(line, group)

    def _count(self) -> None:
        left_out: dict[int, str] = {}  # sequence of a record that was left out: its group
        for given in self._lines():
            self.pointed.see(Line(*given))
            line = as_seen(Line(*given))
            if line.reason == MERGED:
                self._merged.setdefault(line.detail[2], []).append(line.row)
                self.records["only_in_import" if line.detail[1] is None else "both"] += 1
            elif _with_another(line):
                self._left_out.setdefault(line.detail[2], []).append(line)
                self.records[left_out[line.detail[2]]] += 1
            elif _of_several(line) or (line.disposition == "conflict" and _question(line) in self._waiting):
                self._waiting.setdefault(_question(line), []).append(line)
            else:
                group = self._group(line)
                self.counts[group] += 1
                self.records[group] += 1
                if _left_out(line):
                    left_out[line.sequence] = group
        for members in self._waiting.values():
            group = self._group(members[0])
            self.counts[group] += 1
            self.records[group] += len(members)

    def _follows(self, line: Line) -> bool:
        """Whether the record has no entry of its own, because an earlier one of the same client has it."""
        if line.disposition == "conflict" and _question(line) in self._waiting:
            return self._waiting[_question(line)][0].sequence != line.sequence
        return line.reason == MERGED or _with_another(line)

    def _group(self, line: Line) -> str:
        if line.disposition == "invalid":
            return "invalid"
        if line.disposition == "conflict":
            members = self._waiting.get(_question(line), [line])
            return "both" if any(member.hits for member in members) else "only_in_import"
        if line.disposition == "skip":
            return "both" if line.detail[1] is not None or line.hits else "only_in_import"
        return "only_in_import" if line.disposition == "create" else "both"

    def _entry(self, line: Line, group: str) -> OverviewEntry:
        members = [line]
        if line.disposition == "conflict":
            members = self._waiting.get(_question(line), members)
        elif _left_out(line):
            members += self._left_out.get(line.sequence, ())
        rows = [member.row for member in members] + self._merged.get(line.sequence, [])
        hits = {hit[0]: hit for member in members for hit in member.hits}
        clients = tuple(dict.fromkeys(self._meant(line) or hits))
        # one that is new has hits all the same where too many share its key: it is none of them
        hit = hits.get(clients[0]) if len(clients) == 1 and group != "only_in_import" else None
        values = self._values(line, members)
        fields: tuple[FieldReview, ...] = ()
        if group == "only_in_import" or (group == "both" and hit is not None):
            fields = tuple(self._fields(line, values, hit, self._decidable(line, members, hits)))
        given = values[self._slots["name"]] if "name" in self._slots else None
        return OverviewEntry(
            group=group,
            record=planned_record(line, self._header),
            rows=tuple(rows),
            name=str(given or (hit[2].get("name") if hit else None) or ""),
            clients=clients if group == "both" else (),
            fields=fields,
            id=self._id(line, members, group),
            choose=tuple(self._choose(line, members, values)) if group == "only_in_import" else (),
        )

    def bulk(self) -> dict[str, int]:
        """The decisions about all clients of the import -> how many clients each is about. Makes every entry once."""
        fields = Counter(
            field.field for entry in self.entries("both") for field in entry.fields if field.id is not None
        )
        found = {NEW: self.counts["only_in_import"]}
        return found | {f"{FIELDS}:{name}": fields[name] for name in sorted(fields, key=self._order.__getitem__)}

    def _id(self, line: Line, members: Sequence[Line], group: str) -> str | None:
        """The id of an entry's decision, if one could change anything."""
        if line.disposition == "invalid" or (line.disposition == "skip" and not _left_out(line)):
            return None
        ids = self._record_ids(members)
        if not _left_out(line):
            return ids[0]
        told = next((id_ for id_ in ids if self._decided.get(id_) == "skip"), None)
        if told is None and group == "only_in_import" and self._decided.get(NEW) == "skip":
            return ids[0]
        return told  # none: it was left out by the answer to a question

    def _record_ids(self, members: Sequence[Line]) -> list[str]:
        return [record_id(self._ladder.name(each.values), self._ladder.keys(each.values), each.row) for each in members]

    def _choose(self, line: Line, members: Sequence[Line], values: Sequence[Any]) -> Iterator[ClientChoice]:
        """What can be chosen for a new client alone; of one with several rows only what is not decided yet or was for it."""
        if line.disposition != "create" and line.reason != CHOOSE:
            return
        records = self._record_ids(members) if self._chosen else []
        for field in self._chosen:
            slot = self._slots[field]
            ids = [choose_id(field, record) for record in records]
            own = next((id_ for id_ in ids if id_ in self._decided), None)
            several = len(members) > 1 or line.sequence in self._merged
            if line.values[slot] in (None, []) and (values[slot] in (None, []) or own is not None or not several):
                choice = None if own is None else self._decided[own]
                yield ClientChoice(field=field, id=own or ids[0], value=values[slot], choice=choice)

    def _decidable(self, line: Line, members: Sequence[Line], hits: Mapping[str, Sequence[Any]]) -> Container[str]:
        """The fields that can be decided one by one."""
        if line.disposition == "conflict":
            if line.detail[1] is None or line.detail[1]["kind"] != "fields-differ":
                return ()
            if len(members) > 1 and self._joiner.join(members).contradictions:
                return line.detail[1]["fields"]  # type: ignore[no-any-return]
        elif line.disposition not in {"update", "unchanged"}:
            return ()
        # what belongs to the other clients that it points at stays theirs
        meant = self._meant(line)
        foreign = {scheme for name, hit in hits.items() if name not in meant for scheme in hit[3]}
        return [name for name in self._slots if self._scheme[name] not in foreign]

    @staticmethod
    def _meant(line: Line) -> list[str]:
        """The stored client that the verdict names."""
        place = {"update": 0, "unchanged": 0, "skip": 1}.get(line.disposition)
        client = None if place is None else line.detail[place]
        if line.disposition == "conflict" and line.detail[1] is not None:
            client = line.detail[1]["params"].get("client")
        return [] if client is None else [client]

    def _values(self, line: Line, members: Sequence[Line]) -> Sequence[Any]:
        """What the rows of the client say together; of rows that contradict, what the question says or else the first."""
        place = {"update": 3, "unchanged": 2}.get(line.disposition)
        merged = line.detail if line.disposition == "create" else None if place is None else line.detail[place]
        if merged is not None:
            return merged  # type: ignore[no-any-return]
        if len(members) == 1:
            return line.values
        values = self._joiner.join(members).values
        question = line.detail[1] if line.disposition == "conflict" else None
        if question is not None and question["kind"] == "fields-differ":
            for name, given in question["params"]["given"].items():
                values[self._slots[name]] = given
        return values

    def _fields(
        self, line: Line, values: Sequence[Any], hit: Sequence[Any] | None, decidable: Container[str]
    ) -> Iterator[FieldReview]:
        here: Mapping[str, Any] = {} if hit is None else hit[2]
        base: Mapping[str, Any] | None = hit[5] if hit is not None and len(hit) > 5 else None
        editable = self._lifecycle.editable(here)
        open_: Container[str] = self._slots if editable is None else editable
        changes = {change[0]: change for change in line.detail[2]} if line.disposition == "update" else {}
        asked: set[str] = set()
        if line.disposition == "conflict" and line.detail[1] is not None:
            asked = set(line.detail[1]["fields"])
        for name in sorted(self._slots, key=self._order.__getitem__):
            old = here.get(name)
            new = values[self._slots[name]] if name in self._slots else None
            if old is None and new is None:
                continue
            rule = changes[name][3] if name in changes else "new" if line.disposition == "create" else None
            if rule == FOLLOWS:  # made with the parts that the row says nothing of
                new = changes[name][2]
            yield FieldReview(
                field=name,
                here=old,
                given=new,
                base=None if base is None else base.get(name, old),
                fate="asked" if name in asked else self._fate(name, old, new, rule is not None, line.disposition),
                rule=rule,
                id=field_id(hit[0], name, old, new)
                if hit is not None and new is not None and old != new and name in decidable and name in open_
                else None,
            )

    def _fate(self, name: str, old: Value, new: Value, written: bool, disposition: str) -> str:
        if new is None:
            return "only_here"
        if written:
            return "written"
        if old is not None and self._joiner.same(name, old, new):
            return "same"
        return "waiting" if disposition == "conflict" else "kept"


def _question(line: Line) -> str:
    """What a record waits for: its question, and where that is asked of all, the client."""
    return str(line.detail[0]) if len(line.detail) <= _OF_CLIENT else f"{line.detail[0]}:{line.detail[_OF_CLIENT]}"


def _of_several(line: Line) -> bool:
    """Whether a question about this record and others stands with it."""
    if line.disposition != "conflict":
        return False
    return len(line.detail) > _OF_CLIENT or (line.detail[1] is not None and len(line.detail[1]["sequences"]) > 1)


def _left_out(line: Line) -> bool:
    """Whether somebody decided to leave the record out."""
    return line.disposition == "skip" and line.reason == "decision"


def _with_another(line: Line) -> bool:
    """Whether it was left out with an earlier record of the same client."""
    return _left_out(line) and line.detail[2] is not None
