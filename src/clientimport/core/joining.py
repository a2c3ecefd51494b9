"""Records of one client as one: what they say together, in which currencies they bring a balance, where they contradict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from clientimport.core.matching import comparable_name, key_text
from clientimport.core.openings import Given, OpeningSlots
from clientimport.core.plan import Line
from clientimport.core.schema import Schema
from clientimport.core.text import comparison_key


class Balance(NamedTuple):
    """The opening balance that records of one client give in one currency.

    Attributes:
        given: What they give together.
        carrier: Index of the record that it is posted with: the first one for the first currency that is given, else the
            first that gives an amount in its currency.
    """

    given: Given
    carrier: int


class Joined(NamedTuple):
    """Records of one client as one record.

    Attributes:
        values: In the order of the fields; those of an opening balance are of the first currency that is given.
        origins: The row each value came from.
        contradictions: The fields in which the records contradict, in order.
        balances: One for each currency, in the order in which they are given first.
        disputed: The currencies in whose balance the records contradict (``None`` where no record gives an amount) -> the
            numbers of the open documents that differ.
    """

    values: list[Any]
    origins: list[int]
    contradictions: list[str]
    balances: list[Balance]
    disputed: dict[str | None, set[str]]


class Joiner:
    """Joins records that are one client.

    Args:
        fields: The fields that are fed, in order.
        schema: The rules.
    """

    def __init__(self, fields: Sequence[str], schema: Schema) -> None:
        self._fields = tuple(fields)
        self._scheme = {name: schema[name].scheme for name in fields}
        self._compare = {name: schema[name].compare for name in fields}
        self._many = frozenset(index for index, name in enumerate(fields) if schema[name].many)
        self._opening = OpeningSlots(fields)
        self._opening_slots = frozenset(index for index, name in enumerate(fields) if schema[name].opening)

    def join(self, members: Sequence[Line], leader: Line | None = None) -> Joined:
        """The members' values as one record; where they contradict, *leader* holds.

        Blank cells are filled from later records; of two spellings of one text the first stands; lists add up. A client
        has a balance a currency, so amounts in different currencies do not contradict, nor do the days and documents
        that go with them.
        """
        ordered = members if leader is None else [leader, *(line for line in members if line is not leader)]
        values: list[Any] = [None] * len(self._fields)
        origins = [members[0].row] * len(self._fields)
        found: set[int] = set()
        owes = False
        for slot, said in enumerate(zip(*(line.values for line in ordered), strict=True)):
            if slot in self._opening_slots:
                owes = owes or said.count(None) < len(said)
                continue
            if said.count(said[0]) == len(said):
                values[slot], origins[slot] = said[0], ordered[0].row
                continue
            values[slot], origins[slot], contradicts = self._value(slot, ordered)
            if contradicts:
                found.add(slot)
        balances: list[Balance] = []
        disputed: dict[str | None, set[str]] = {}
        for place, (currency, carrier) in enumerate(self._currencies(members) if owes else ()):
            own, given, differ, documents = self._balance([line for line in ordered if self._about(line, currency)])
            if place == 0:  # a record has one balance: the first goes where a single record has its own
                for slot, value in own.items():
                    values[slot] = value
            if differ:
                found |= differ
                disputed[currency] = documents
            if given is not None:
                balances.append(Balance(given, carrier if place else 0))
        return Joined(values, origins, [self._fields[slot] for slot in sorted(found)], balances, disputed)

    def choosable(self, members: Sequence[Line], joined: Joined) -> list[Line]:
        """The records that may be said to hold: those that say something about what is in dispute.

        None if more than one balance or document is: to follow one record would drop what others say without a word.
        """
        if len(joined.disputed) > 1:
            return []
        elsewhere: set[int] = set()  # records about another balance than the one in dispute
        for currency, documents in joined.disputed.items():
            about = [line for line in members if self._about(line, currency)]
            if self._opening.itemised and "opening_balance" in joined.contradictions:
                alone = len(documents) == 1 and joined.contradictions == ["opening_balance"]
                return [line for line in about if alone and self._opening.number(line.values) in documents]
            elsewhere = {line.sequence for line in members} - {line.sequence for line in about}
        slots = [self._fields.index(name) for name in joined.contradictions]
        said = [
            [
                line.values[slot] is not None and not (slot in self._opening_slots and line.sequence in elsewhere)
                for slot in slots
            ]
            for line in members
        ]
        whole = [line for line, given in zip(members, said, strict=True) if all(given)]
        return whole or [line for line, given in zip(members, said, strict=True) if any(given)]

    def same(self, field: str, old: Any, new: Any) -> bool:
        """Whether two values of *field* mean the same to a person; a list is the same if it brings nothing new."""
        if isinstance(old, list) and isinstance(new, list):
            return set(new) <= set(old)
        if not isinstance(old, str) or not isinstance(new, str):
            return bool(old == new)
        compare = self._compare[field]
        if compare == "name":
            return comparable_name(old) == comparable_name(new)
        if compare == "words":
            key = comparison_key(old)
            return bool(key) and key == comparison_key(new)
        scheme = self._scheme[field]
        return old == new if scheme is None else key_text(scheme, old) == key_text(scheme, new)

    # -------------------------------------------------------------------------------------------- helpers

    def _value(self, slot: int, lines: Sequence[Line]) -> tuple[Any, int, bool]:
        """What *lines* say in one field, the row it came from, and whether they contradict."""
        value: Any = None
        origin = lines[0].row
        contradicts = False
        for line in lines:
            other = line.values[slot]
            if other is None or other == value:
                continue
            if value is None:
                value, origin = other, line.row
            elif slot in self._many:
                value = list(dict.fromkeys((*value, *other)))
            elif not self.same(self._fields[slot], value, other):
                contradicts = True
        return value, origin, contradicts

    def _currencies(self, members: Sequence[Line]) -> Iterator[tuple[str | None, int]]:
        """The currencies that *members* give, each with the first record that gives it; ``None`` if there is none."""
        found: dict[str | None, int] = {}
        for index, line in enumerate(members):
            if (currency := self._opening.currency_given(line.values)) is not None:
                found.setdefault(currency, index)
        yield from (found or {None: 0}).items()

    def _about(self, line: Line, currency: str | None) -> bool:
        """Whether *line* says something about the balance in *currency*; without an amount it is about each."""
        return self._opening.currency_given(line.values) in {None, currency}

    def _balance(self, lines: Sequence[Line]) -> tuple[dict[int, Any], Given | None, set[int], set[str]]:
        """What *lines* say about the balance in one currency.

        As values by slot, as ``Given``, the slots in which they contradict, and the numbers of the documents that do.
        """
        opening = self._opening
        own: dict[int, Any] = {}
        differ: set[int] = set()
        for slot in self._opening_slots:
            own[slot], _, contradicts = self._value(slot, lines)
            if contradicts and not opening.adds_up(slot):
                differ.add(slot)
        if not opening:
            return own, None, differ, set()
        items: list[list[Any]] = []
        documents: set[str] = set()
        if opening.itemised:
            own[opening.amount], items, documents = opening.together([line.values for line in lines])
            if documents:
                differ.add(opening.amount)
        elif opening.date is not None:  # the day goes with the amount
            alike = [line.values for line in lines if line.values[opening.amount] in {None, own[opening.amount]}]
            own[opening.date] = next((day for values in alike if (day := values[opening.date])), None)
        amount = own[opening.amount]
        if amount is None:
            return {**own, opening.currency: None}, None, differ, documents
        date = None if opening.date is None else own[opening.date]
        return own, Given(own[opening.currency], amount, date, items), differ, documents


def united_hits(members: Sequence[Line]) -> dict[str, list[Any]]:
    """Every stored client the members' keys point at, with all schemes that say so."""
    hits: dict[str, list[Any]] = {}
    for line in members:
        for hit in line.hits:
            seen = hits.get(hit[0])
            if seen is None:
                hits[hit[0]] = [*hit[:3], list(hit[3]), *hit[4:]]
            else:
                seen[3].extend(scheme for scheme in hit[3] if scheme not in seen[3])
    return hits


def hit_of_others(own: Sequence[Sequence[Any]], hits: Sequence[Sequence[Any]], client: str | None) -> list[list[Any]]:
    """The hit of *client* among those of all members, for one whose *own* keys do not point there: with no scheme."""
    if client is None or any(hit[0] == client for hit in own):
        return []
    return [[*hit[:3], [], *hit[4:]] for hit in hits if hit[0] == client]
