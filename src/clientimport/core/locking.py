"""Which fields an import may not change in the state a client is in, and what is said where it would."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from clientimport.core.findings import CODES
from clientimport.core.openings import Given, Openings, Refusal, Stored
from clientimport.core.plan import MERGED, VERDICT, line_client
from clientimport.core.profile import Profile

LOCKED = "field-locked"
OPENING = "opening_balance"
_UNPLACED = (None,) * VERDICT


class Locks:
    """The locks of one plan; false if no state of the profile's lifecycle has any.

    Args:
        profile: Its lifecycle, and how much the finding weighs.
        fields: The fields of clients that are fed, in order.
        slots: Where in a record's values each of them stands.
        columns: Field -> index of the raw column that feeds it.
        same: Whether two values of a field mean the same to a person.

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
    ) -> None:
        self._lifecycle = profile.lifecycle
        self._fields = fields
        self._slots = slots
        self._columns = columns
        self._same = same
        weight = profile.severities.get(LOCKED, CODES[LOCKED])
        self._letter = weight.value[0] if weight else None
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
        """What is said of the *values* of a record that differ from what its client has and stays, as ``Line.flags``.

        *hits* are the stored clients that it points at; its *verdict* names the one it is about.
        """
        if not self or self._letter is None or (verdict[0] == "skip" and verdict[1] != MERGED):
            return []
        client = line_client((*_UNPLACED, *verdict))
        document = next((hit[2] for hit in hits if hit[0] == client), None)
        editable = None if document is None else self._lifecycle.editable(document)
        if document is None or editable is None:
            return []
        params = {"state": self._lifecycle.state(document)}
        return [
            [LOCKED, self._letter, name, self._columns.get(name), params]
            for name, slot in zip(self._fields, self._slots, strict=True)
            if (value := values[slot]) is not None
            and name not in editable
            and not self._stands(name, document.get(name), value)
        ]

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
        return stored is not None and (stored == value or self._same(name, stored, value))
