"""Finding the stored clients that a batch of records points at: one query a rung, one for the clients."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

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
        self._fields = tuple(fields)
        self._limit = shared_limit
        self._letter = letter

    def hits(self, read: Interpreted) -> dict[int, list[list[Any]]]:
        """Row index -> ``Hit`` lists of the stored clients its keys point at, in the order of the ladder."""
        rows = read.values
        candidates: dict[int, list[tuple[str, bool, list[str]]]] = {}
        wanted: dict[str, None] = {}
        for slots in self._ladder.rungs:
            pairs = slots.column(rows)
            if not pairs:
                continue
            scheme, exclusive = slots.rung.scheme, slots.rung.exclusive
            holders: dict[str, list[str]] = {}
            for _, value, client in self._clients.by_keys(scheme, list(dict.fromkeys([key for _, key in pairs]))):
                holders.setdefault(value, []).append(client)
                wanted[client] = None
            if not holders:
                continue
            for row, key in pairs:
                clients = holders.get(key)
                if clients is not None:
                    candidates.setdefault(row, []).append((scheme, exclusive, clients))
        if not candidates:
            return {}
        fields = self._fields
        stored = {
            client: (found.version, {name: document[name] for name in fields if name in document}, document)
            for client, found in self._clients.fetch(list(wanted)).items()
            for document in (json.loads(found.text),)
        }
        hits: dict[int, list[list[Any]]] = {}
        for row, found in candidates.items():
            schemes: dict[str, list[str]] = {}
            for scheme, exclusive, holders_ in found:
                proven = not exclusive or len(holders_) > 1
                clients = self._by_name(read, row, scheme, exclusive, holders_, stored) if proven else holders_
                for client in clients:
                    if client in stored:
                        schemes.setdefault(client, []).append(scheme)
            if schemes:
                hits[row] = [
                    [client, stored[client][0], stored[client][1], list(dict.fromkeys(named))]
                    for client, named in schemes.items()
                ]
        return hits

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
        name = self._ladder.name_key(read.values[row])
        agreeing = [client for client in clients if client in stored and name_agrees(name, stored[client][2])]
        if agreeing or (exclusive and len(clients) <= self._limit):
            return agreeing or clients
        if self._letter is not None:
            params = {"scheme": scheme, "client": min(clients, key=lambda client: (len(client), client))}
            read.flags.setdefault(row, []).append(["same-key-other-name", self._letter, None, None, params])
        return []
