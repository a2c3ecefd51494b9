"""Keys that a row which names its client would take from another one: told when it is planned, not when it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from clientimport.core.interpretation import Interpreted
from clientimport.core.matching import Ladder
from clientimport.core.schema import CLIENT
from clientimport.ports import Clients


@attrs.frozen
class Claim:
    """A key in a row, and the client that holds it alone.

    Attributes:
        scheme: What kind of key.
        field: The field of the row that has it.
        client: Who holds it; not the one that the row names.
    """

    scheme: str
    field: str
    client: str


class Claims:
    """The claims of one plan. A row that names its client is matched by nothing else, so nobody else looks at its keys.

    Args:
        clients: The store's clients.
        ladder: The profile's ladder against the plan's fields.
        writes: Whether the plan may write a field over a stored value.
    """

    def __init__(self, clients: Clients, ladder: Ladder, writes: Callable[[str, object], bool]) -> None:
        self._clients = clients
        self._ladder = ladder
        self._writes = writes
        rungs = [
            slots for slots in ladder.rungs if slots.rung.exclusive and slots.slots and slots.rung.scheme != CLIENT
        ]
        self._rungs = [slots for slots in rungs if not slots.rung.refuses]  # those are looked at anyhow

    def find(self, read: Interpreted, told: Mapping[int, str]) -> dict[int, list[Claim]]:
        """Row index -> its claims, of the rows *told* (row index -> the client that it names)."""
        found: dict[int, list[Claim]] = {}
        for slots in self._rungs if told else ():
            wanted: dict[str, list[tuple[int, str]]] = {}
            for row in told:
                values = read.values[row]
                if self._ladder.kind_known(values):
                    for field, key in self._ladder.keyed_fields(slots, values):
                        wanted.setdefault(key, []).append((row, field))
            holders = self._clients.by_keys(slots.rung.scheme, list(wanted), slot="") if wanted else ()
            for key, client in holders:
                for row, field in wanted[key]:
                    if client != told[row]:
                        found.setdefault(row, []).append(Claim(slots.rung.scheme, field, client))
        return found

    def standing(self, claims: list[Claim], document: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(scheme, holder) of the *claims* of a row that would be written to its client, which has the values *document*."""
        return [(each.scheme, each.client) for each in claims if self._writes(each.field, document.get(each.field))]
