"""Which fields an import may not change in the state a client is in, or only with a warning, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from clientimport.core.findings import CODES
from clientimport.core.openings import Given, Openings, Refusal, Stored
from clientimport.core.plan import MERGED, verdict_client
from clientimport.core.profile import Profile

LOCKED, RISKY = "field-locked", "field-risky"
OPENING = "opening_balance"


class Locks:
    """The locks of one plan; false if no state of the profile's lifecycle has any.

    Args:
        profile: Its lifecycle, and how much the findings weigh.
        fields: The fields of clients that are fed, in order.
        slots: Where in a record's values each of them stands.
        columns: Field -> index of the raw column that feeds it.
        same: Whether two values of a field mean the same to a person.
        derived: Fields whose values follow from others: of them nothing is said, for it is said of the others.

    Attributes:
        watched: The fields of stored clients that states follow from; empty if there are no locks.
    """

    def __init__(
        self,
        profile: Profile,
        fields: Sequence[str],
        slots: Sequence[int],
        columns: Mapping[str, int],
        same: Callable[[str, Any, Any], bool],
        derived: Container[str] = (),
    ) -> None:
        self._lifecycle = profile.lifecycle
        self._fields = fields
        self._slots = slots
        self._columns = columns
        self._same = same
        self._derived = derived
        weights = {code: profile.severities.get(code, CODES[code]) for code in (LOCKED, RISKY)}
        self._letters = {code: weight.value[0] for code, weight in weights.items() if weight}
        self.watched = profile.lifecycle.watched if profile.lifecycle.locks else ()

    def __bool__(self) -> bool:
        return bool(self.watched)

    def opened(self, document: Mapping[str, Any], values: Sequence[Any]) -> list[Any]:
        """*values* of the fields, without those that may not be changed in the state of the stored client *document*."""
        editable = self._lifecycle.editable(document) if self else None
        if editable is None:
            return list(values)
        return [value if name in editable else None for name, value in zip(self._fields, values, strict=True)]

    def flags(
        self, values: Sequence[Any], hits: Iterable[Sequence[Any]], verdict: tuple[str, str, Any, Any]
    ) -> list[list[Any]]:
        """What is said of the *values* of a record that differ from what its client has and stays, and of risky changes.

        As ``Line.flags``; what changes is said of the record whose verdict has the changes.

        *hits* are the stored clients that it points at; its *verdict* names the one it is about.
        """
        if not self or (verdict[0] == "skip" and verdict[1] != MERGED):
            return []
        client = verdict_client(verdict)
        document = next((hit[2] for hit in hits if hit[0] == client), None)
        if document is None:
            return []
        found = [*self._kept(values, document), *self._risky(document, verdict)]
        params = {"state": self._lifecycle.state(document)}
        return [
            [code, self._letters[code], name, self._columns.get(name), params]
            for code, name in found
            if code in self._letters and name not in self._derived
        ]

    def _kept(self, values: Sequence[Any], document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        editable = self._lifecycle.editable(document)
        if editable is not None:
            for name, slot in zip(self._fields, self._slots, strict=True):
                value = values[slot]
                if value is not None and name not in editable and not self._stands(name, document.get(name), value):
                    yield LOCKED, name

    def _risky(self, document: Mapping[str, Any], verdict: tuple[str, str, Any, Any]) -> Iterator[tuple[str, str]]:
        warned = self._lifecycle.warned(document)
        if warned and verdict[0] == "update":
            yield from ((RISKY, change[0]) for change in verdict[2][2] if change[0] in warned)

    def refusal(
        self, openings: Openings, given: Given, stored: Stored | None, hit: Sequence[Any] | None
    ) -> Refusal | None:
        """Why a balance *given* beside the *stored* one cannot be posted: as *openings* say, or for its client's state."""
        refusal = openings.refusal(given, stored)
        editable = self._lifecycle.editable(hit[2]) if self and hit is not None else None
        if refusal is not None or hit is None or editable is None or OPENING in editable:
            return refusal
        if openings.posting(given, stored, "replace") is None:  # nothing would change
            return None
        return Refusal("opening-locked", OPENING, {"state": self._lifecycle.state(hit[2])})

    def _stands(self, name: str, stored: Any, value: Any) -> bool:
        if stored is None:
            return value is False  # where a yes or no is blank it is no
        return bool(stored == value or self._same(name, stored, value))
