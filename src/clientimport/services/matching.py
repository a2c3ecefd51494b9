"""Finding the stored clients that a batch of records points at: one query a rung, one for the clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientimport.core.canonical import decode
from clientimport.core.interpretation import Interpreted
from clientimport.core.matching import Ladder, name_agrees
from clientimport.ports import Clients


class Lookup:
    """The look-up of one plan against one store.

    Args:
        clients: The store's clients.
        ladder: The profile's ladder against the plan's fields.
        fields: The fields that snapshots keep.
        shared_limit: More clients than this under one key: it tells nothing without an equal name.
        letter: The severity letter of ``same-key-other-name``, ``None`` where the profile silences it.
    """

    def __init__(
        self, clients: Clients, ladder: Ladder, fields: Sequence[str], shared_limit: int, letter: str | None
    ) -> None:
        self._clients = clients
        self._ladder = ladder
        self._fields = frozenset(fields)
        self._limit = shared_limit
        self._letter = letter

    def hits(self, read: Interpreted, columns: Sequence[Sequence[tuple[int, str]]]) -> dict[int, list[list[Any]]]:
        """Row index -> ``Hit`` lists of the stored clients its keys point at, in the order of the ladder.

        Args:
            read: The batch.
            columns: For each rung (row index, key text) of the batch, as ``RungSlots.column`` gives them.
        """
        # row -> client -> schemes; rows with a key that does not prove by itself are looked at again, with names
        matched: dict[int, dict[str, list[str]]] = {}
        doubtful: dict[int, list[tuple[str, bool, list[str]]]] = {}
        wanted: set[str] = set()
        for slots, pairs in zip(self._ladder.rungs, columns, strict=True):
            if not pairs:
                continue
            scheme, exclusive = slots.rung.scheme, slots.rung.exclusive
            holders: dict[str, list[str]] = {}
            for value, client in self._clients.by_keys(scheme, list({key for _, key in pairs})):
                holders.setdefault(value, []).append(client)
                wanted.add(client)
            if not holders:
                continue
            for row, key in pairs:
                if key in holders:
                    clients = holders[key]
                    if exclusive and len(clients) == 1:
                        matched.setdefault(row, {}).setdefault(clients[0], []).append(scheme)
                    else:
                        doubtful.setdefault(row, []).append((scheme, exclusive, clients))
        if not wanted:
            return {}
        stored = {
            client: (found.version, self._snapshot(document), document)
            for client, found in self._clients.fetch(list(wanted)).items()
            for document in (decode(found.text),)
        }
        for row, found in doubtful.items():
            for scheme, exclusive, clients in found:
                for client in self._by_name(read, row, scheme, exclusive, clients, stored):
                    matched.setdefault(row, {}).setdefault(client, []).append(scheme)
        return {
            row: [
                [client, stored[client][0], stored[client][1], list(dict.fromkeys(schemes))]
                for client, schemes in found.items()
                if client in stored
            ]
            for row, found in matched.items()
        }

    def _snapshot(self, document: dict[str, Any]) -> dict[str, Any]:
        """The part of a stored client that this plan can see: the fields it maps."""
        if document.keys() <= self._fields:
            return document
        return {name: value for name, value in document.items() if name in self._fields}

    def _by_name(
        self,
        read: Interpreted,
        row: int,
        scheme: str,
        exclusive: bool,
        clients: list[str],
        stored: dict[str, tuple[int, dict[str, Any], dict[str, Any]]],
    ) -> list[str]:
        """Those of several holders of a key whose name agrees; where the key alone proves, all of them if none does."""
        name = self._ladder.name(read.values[row])
        agreeing = [client for client in clients if client in stored and name_agrees(name, stored[client][2])]
        if agreeing or (exclusive and len(clients) <= self._limit):
            return agreeing or clients
        if self._letter is not None:
            params = {"scheme": scheme, "client": min(clients, key=lambda client: (len(client), client))}
            read.flags.setdefault(row, []).append(["same-key-other-name", self._letter, None, None, params])
        return []
