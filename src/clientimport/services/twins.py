"""Where a client's twin counts: rows that it keeps out, rows that take one for the other, and who belongs together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clientimport.core.canonical import decode
from clientimport.core.interpretation import Interpreted
from clientimport.core.lifecycle import Lifecycle
from clientimport.core.matching import ClientKeys, Ladder
from clientimport.core.twins import Twin, of_other_kind, plain
from clientimport.ports import Clients, Key, StoredClient


class Twins:
    """The look-ups of one plan that are about twins; does nothing where the profile has one kind of clients.

    Args:
        clients: The store's clients.
        ladder: The profile's ladder against the plan's fields.
        lifecycle: The profile's states.
        columns: Field -> index of the raw column that feeds it.
    """

    def __init__(self, clients: Clients, ladder: Ladder, lifecycle: Lifecycle, columns: Mapping[str, int]) -> None:
        self._clients = clients
        self._lifecycle = lifecycle
        self._twin = ladder.twin
        self._kind = ladder.kind
        self._field_of = ladder.field_of
        self._columns = columns
        self._slots = next((each for each in ladder.rungs if ladder.twin and each.rung.scheme == ladder.twin.key), None)

    def beside(self, read: Interpreted, told: Mapping[int, str]) -> None:
        """Refuse rows of the second kind whose client of the first kind is in a state that keeps them out.

        Not those that name their client, as *told*: that is there already.
        """
        if self._twin is None or self._kind is None or self._slots is None or not self._twin.refused_beside:
            return
        wanted: dict[str, list[int]] = {}
        for row, values in enumerate(read.values):
            if values[self._kind] is True and row not in told:
                for key in self._slots.keys(values):
                    wanted.setdefault(of_other_kind(key), []).append(row)
        if not wanted:
            return
        holders = list(self._clients.by_keys(self._twin.key, list(wanted)))
        stored = self._clients.fetch([client for _, client in holders])
        for key, client in holders:
            if client not in stored:
                continue
            state = self._lifecycle.state(decode(stored[client].text))
            if state in self._twin.refused_beside:
                field = self._field_of[self._twin.key]
                for row in wanted[key]:
                    params = {"state": state, "client": client}
                    flag = ["beside-twin", "e", field, self._columns.get(field), params]
                    read.flags.setdefault(row, []).append(flag)
                    read.refused.add(row)

    def told_apart(
        self,
        read: Interpreted,
        told: Mapping[int, Sequence[str]],
        stored: Mapping[str, tuple[int, dict[str, Any], dict[str, Any]]],
    ) -> None:
        """Refuse rows that name a client, as *told*, and say that it is of the kind that it is not: a kind never changes."""
        if self._twin is None or self._kind is None:
            return
        for row, clients in told.items():
            said = read.values[row][self._kind]
            if said is not None and any(self._twin.second(stored[each][2]) != said for each in clients):
                field = self._twin.field
                flag: list[Any] = ["client-of-other-kind", "e", field, self._columns.get(field), {}]
                read.flags.setdefault(row, []).append(flag)
                read.refused.add(row)


def kept_out(
    clients: Clients, twin: Twin | None, lifecycle: Lifecycle, newcomers: Sequence[Sequence[Key]]
) -> dict[int, tuple[str, str]]:
    """Index -> (client, its state) that keeps it out, of new clients of the second kind with these keys."""
    if twin is None or not twin.refused_beside:
        return {}
    wanted: dict[str, list[int]] = {}
    for index, keys in enumerate(newcomers):
        for scheme, key, _ in keys:
            if scheme == twin.key and key != plain(key):
                wanted.setdefault(plain(key), []).append(index)
    holders = list(clients.by_keys(twin.key, list(wanted))) if wanted else []
    stored = clients.fetch([client for _, client in holders])
    states = {client: lifecycle.state(decode(found.text)) for client, found in stored.items()}
    return {
        index: (client, states[client])
        for key, client in holders
        if states.get(client) in twin.refused_beside
        for index in wanted[key]
    }


def twins_of(
    clients: Clients, keys: ClientKeys, documents: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[StoredClient]]:
    """Client -> the clients of the other kind that have its twin key, of those in *documents* that have any."""
    twin = keys.twin
    if twin is None:
        return {}
    wanted: dict[str, list[str]] = {}
    for client, document in documents.items():
        for scheme, key, _ in keys.rows(document):
            if scheme == twin.key:
                wanted.setdefault(of_other_kind(key), []).append(client)
    holders = list(clients.by_keys(twin.key, list(wanted))) if wanted else []
    stored = clients.fetch([client for _, client in holders])
    found: dict[str, list[StoredClient]] = {}
    for key, holder in holders:
        if holder in stored:
            for client in wanted[key]:
                found.setdefault(client, []).append(stored[holder])
    return found
