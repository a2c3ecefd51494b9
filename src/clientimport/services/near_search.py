"""Near matches of records that would be created: found while planning, asked about when the plan is sealed.

Everything is linear: a few clues a record and a stored client (``core.clues``), and comparisons only where two share one.
Memory holds the clues of the would-be creates and the matches found; stored clients pass by a page at a time.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from clientimport.core.canonical import decode
from clientimport.core.matching import client_order
from clientimport.core.near.clues import MAX_SHARED, clues, may_be_one, name_mask
from clientimport.core.near.nearness import MAX_OPTIONS, NEAR_ROW, Near
from clientimport.core.near.similar_names import Name, name_level, name_of
from clientimport.core.near.similarity import BANDS, WEIGHTS, Subject, judge, subject
from clientimport.ports import Clients, StoredClient

PAGE = 1000
"""Stored clients read at a time."""

_KEPT = 4 * MAX_OPTIONS  # matches kept a record before those told apart are taken out
_SEVERAL = 4  # clues shared from which names are compared in any case
_SUBJECTS = 4096  # records held taken apart

Snapshot = Callable[[dict[str, Any]], dict[str, Any]]
"""The part of a stored client's document that a plan can see."""

Hits = Callable[[Sequence[StoredClient]], dict[str, list[Any]]]
"""Stored clients as ``Hit`` lists of the scheme ``near``, by id."""


class NearSearch:
    """The near matches of would-be creates among themselves and in the store.

    Args:
        document: Gives what a record, by its sequence, says in the fields that are compared.
        at_least: The weight in bits from which two are near.
    """

    def __init__(self, document: Callable[[int], Mapping[str, Any]], at_least: int) -> None:
        self._least = at_least
        self._by_place = at_least < BANDS["close"]
        self._holders: dict[int, tuple[int, ...]] = {}  # clue: who has it; empty once too many had it
        self._records = array("Q")  # the holders are places in it
        self._masks = array("Q")  # of their names
        self._clues = array("q")  # of all records, one after the other
        self._ends = array("Q", [0])
        self._subject: Callable[[int], Subject] = lru_cache(_SUBJECTS)(lambda record: subject(document(record)))
        self._name: Callable[[int], Name] = lru_cache(4 * _SUBJECTS)(lambda record: name_of(document(record)))
        self._found: dict[int, list[tuple[int, int | str]]] = {}
        self._stored: dict[str, StoredClient] = {}

    def add(self, record: int, document: Mapping[str, Any]) -> None:
        """Take in a would-be create; they come in rising order."""
        own, words = clues(document, by_place=self._by_place)
        place = len(self._records)
        self._records.append(record)
        self._masks.append(name_mask(words))
        self._clues.extend(own)
        self._ends.append(len(self._clues))
        holders = self._holders
        for clue in own:
            held = holders.get(clue)
            if held is None:
                holders[clue] = (place,)
            elif held and held[-1] != place:
                holders[clue] = (*held, place) if len(held) < MAX_SHARED else ()

    def among(self) -> None:
        """Compare everything taken in with what came before it."""
        for place, record in enumerate(self._records):
            own = self._clues[self._ends[place] : self._ends[place + 1]]
            for other in self._likely(own, self._masks[place], before=place):
                weight = self._weight(self._name(record), partial(self._subject, record), other)
                if weight is not None:
                    self._note(record, weight, other)

    def look(self, page: Iterable[StoredClient], snapshot: Snapshot) -> None:
        """Compare stored clients with everything taken in."""
        for stored in page:
            document = snapshot(decode(stored.text))
            likely = self._likely(*clues(document, by_place=self._by_place))
            if not likely:
                continue
            name = name_of(document)
            apart: list[Subject] = []  # taken apart once somebody needs it

            def whole(document: dict[str, Any] = document, apart: list[Subject] = apart) -> Subject:
                if not apart:
                    apart.append(subject(document))
                return apart[0]

            for record in likely:
                weight = self._weight(name, whole, record)
                if weight is not None:
                    self._note(record, weight, stored.id)
                    self._stored[stored.id] = stored

    def found(self, clients: Clients, hits: Hits) -> Near:
        """Record -> its near matches, the strongest first, none that was told apart from a nearer one."""
        ids = sorted({other for near in self._found.values() for _, other in near if isinstance(other, str)})
        apart = clients.not_same(ids) if len(ids) > 1 else set()
        chosen = {record: self._strongest(near, apart) for record, near in self._found.items()}
        wanted = {other: None for near in chosen.values() for other in near if isinstance(other, str)}
        stored = hits([self._stored[client] for client in wanted])
        return {
            record: [
                stored[other] if isinstance(other, str) else [str(other), 0, {}, [NEAR_ROW], {}, None, None]
                for other in near
            ]
            for record, near in sorted(chosen.items())
        }

    # ------------------------------------------------------------------------------------------------ the inside

    def _likely(self, own: Iterable[int], name: int | list[str], before: int | None = None) -> list[int]:
        """The records that share a clue, and whose names may agree or that share several clues; only those *before*."""
        counts: dict[int, int] = {}
        for clue in own:
            if held := self._holders.get(clue):
                for place in held:
                    counts[place] = counts.get(place, 0) + 1
        if not counts:
            return _NOBODY
        mask = name if isinstance(name, int) else name_mask(name)
        return [
            self._records[place]
            for place, count in sorted(counts.items())
            if (before is None or place < before) and (count >= _SEVERAL or may_be_one(mask, self._masks[place]))
        ]

    def _weight(self, name: Name, whole: Callable[[], Subject], record: int) -> int | None:
        if _NAMES[name_level(name, self._name(record))] + _BESIDES < self._least:
            return None
        likeness = judge(whole(), self._subject(record), self._least)
        return None if likeness is None else likeness.weight

    def _note(self, record: int, weight: int, other: int | str) -> None:
        near = self._found.setdefault(record, [])
        near.append((weight, other))
        if len(near) > 2 * _KEPT:
            near.sort(key=_strength)
            del near[_KEPT:]

    @staticmethod
    def _strongest(near: list[tuple[int, int | str]], apart: set[tuple[str, str]]) -> list[int | str]:
        """The strongest; of two clients that were told apart only the nearer one, or both if they are equally near."""
        kept: list[tuple[int, int | str]] = []
        for weight, other in sorted(near, key=_strength):
            if not any(
                stronger > weight and isinstance(one, str) and isinstance(other, str) and _pair(one, other) in apart
                for stronger, one in kept
            ):
                kept.append((weight, other))
        return [other for _, other in kept[:MAX_OPTIONS]]


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if client_order(one) <= client_order(other) else (other, one)


def _strength(near: tuple[int, int | str]) -> tuple[Any, ...]:
    weight, other = near
    return (-weight, 0, *client_order(other)) if isinstance(other, str) else (-weight, 1, other, "")


_NOBODY: list[int] = []
_NAMES = WEIGHTS["name"]
_BESIDES = sum(max(levels.values()) for field, levels in WEIGHTS.items() if field != "name")
