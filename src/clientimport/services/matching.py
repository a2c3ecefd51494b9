"""Finding the stored clients that a batch of records points at: one query a rung, one for the clients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from clientimport.core.canonical import decode, decode_each
from clientimport.core.interpretation import Interpreted
from clientimport.core.lifecycle import TWO_STATES, Lifecycle
from clientimport.core.matching import Ladder, client_order, comparable_name, name_agrees
from clientimport.core.merging import base_beside
from clientimport.core.near.nearness import NEAR
from clientimport.core.openings import Stored, stored_opening
from clientimport.core.schema import CLIENT, client_of
from clientimport.ports import Clients, Ledger, StoredClient
from clientimport.services.claims import Claim, Claims
from clientimport.services.history import History
from clientimport.services.twins import Twins

_PAGE = 1000
"""Clients fetched at a time to learn the names of a crowd."""


class Lookup:
    """The look-up of one plan against one store.

    Args:
        clients: The store's clients.
        ladder: The profile's ladder against the plan's fields.
        fields: The fields that snapshots keep.
        shared_limit: More clients than this under one key: it tells nothing without an equal name.
        letter: The severity letter of ``same-key-other-name``.
        ledger: Where the opening balances of found clients are looked up; ``None`` if the plan brings none.
        sign: Of the store, as ``sign_of_store`` gives it.
        history: Tells what imports said of found clients; ``None`` if the plan asks about no field.
        lifecycle: The profile's states.
        columns: Field -> index of the raw column that feeds it, to say where a key was refused.
        writes: Whether the plan may write a field over a stored value.
    """

    def __init__(
        self,
        clients: Clients,
        ladder: Ladder,
        fields: Sequence[str],
        shared_limit: int,
        letter: str,
        sign: str,
        ledger: Ledger | None = None,
        history: History | None = None,
        lifecycle: Lifecycle = TWO_STATES,
        columns: Mapping[str, int] | None = None,
        writes: Callable[[str, object], bool] = lambda *_: True,
    ) -> None:
        self._clients = clients
        self._ledger = ledger
        self._history = history
        self._ladder = ladder
        self._fields = frozenset(fields)
        self._limit = shared_limit
        self._letter = letter
        self._sign = sign
        self._whole: dict[tuple[str, ...], bool] = {}
        self._crowds: dict[tuple[str, str], _Crowd] = {}
        self._columns = columns or {}
        self._claims = Claims(clients, ladder, writes)
        self._twins = Twins(clients, ladder, lifecycle, self._columns)

    def hits(self, read: Interpreted, columns: Sequence[Sequence[tuple[int, str]]]) -> dict[int, list[list[Any]]]:
        """Row index -> ``Hit`` lists of the stored clients its keys point at, in the order of the ladder.

        Args:
            read: The batch.
            columns: For each rung (row index, key text) of the batch, as ``RungSlots.column`` gives them.
        """
        # row -> client -> schemes; rows with a key that does not prove by itself are looked at again, with names
        matched: dict[int, dict[str, list[str]]] = {}
        doubtful: dict[int, list[tuple[str, bool, list[str]]]] = {}
        held: dict[int, list[tuple[str, str]]] = {}  # (scheme, client) of keys that identify nobody by themselves
        wanted: set[str] = set()
        versions: dict[int, str] = {}  # that rows which name their client were written from
        claims: dict[int, list[Claim]] = {}
        for slots, pairs in zip(self._ladder.rungs, columns, strict=True):
            if not pairs:
                continue
            scheme, exclusive = slots.rung.scheme, slots.rung.exclusive
            holders = self._holders(scheme, pairs, crowds=not slots.rung.refuses)
            if scheme == CLIENT:
                slot = slots.slots[0][0]
                told = {row: client_of(read.values[row][slot]) for row, _ in pairs}
                versions = {row: version for row, (_, version, _) in told.items()}
                there = [pair for pair in pairs if pair[1] in holders and told[pair[0]][2] in {"", self._sign}]
                for row in sorted(told.keys() - {row for row, _ in there}):
                    # never silenced: it would come in as a new client
                    read.flags.setdefault(row, []).append(["client-unknown", "e", CLIENT, None, {}])
                    read.refused.add(row)
                pairs = there  # noqa: PLW2901
                claims = self._claims.find(read, dict(there))
                wanted.update(each.client for found in claims.values() for each in found)
            wanted.update(chain.from_iterable(holders.values()))
            if slots.rung.refuses:
                for row, key in pairs:
                    held.setdefault(row, []).extend((scheme, client) for client in holders.get(key, ()))
                continue
            for row, key in [pair for pair in pairs if pair[1] in holders] if holders else ():
                clients = holders[key]
                if not exclusive or len(clients) > 1:
                    doubtful.setdefault(row, []).append((scheme, exclusive, clients))
                elif (by_client := matched.get(row)) is None:
                    matched[row] = {clients[0]: [scheme]}
                else:
                    by_client.setdefault(clients[0], []).append(scheme)
            for row, key in pairs if self._crowds else ():
                if crowd := self._crowds.get((scheme, key)):
                    name = self._ladder.name(read.values[row])
                    namesakes = crowd.called.get(name, ())
                    wanted.update(namesakes)
                    for client in namesakes:
                        matched.setdefault(row, {}).setdefault(client, []).append(scheme)
                    if not namesakes:
                        self._other_name(read, row, scheme, crowd.first)
                    if not name and self._only_crowds(read.values[row]):
                        params = {"scheme": scheme, "client": crowd.first}
                        read.flags[row].append(["shared-key-alone", "e", None, None, params])
                        read.refused.add(row)
        self._twins.beside(read, versions)
        if not wanted:
            return {}
        fetched = self._clients.fetch(list(wanted))
        documents = decode_each(found.text for found in fetched.values())
        stored = {
            client: (found.version, self.snapshot(document), document)
            for (client, found), document in zip(fetched.items(), documents, strict=True)
        }
        for row, doubts in doubtful.items():
            for scheme, exclusive, clients in doubts:
                for client in self._by_name(read, row, scheme, exclusive, clients, stored):
                    matched.setdefault(row, {}).setdefault(client, []).append(scheme)
        self._twins.told_apart(read, {row: list(matched.get(row, ())) for row in versions}, stored)
        for row, found in claims.items():
            (own,) = matched[row]
            if row not in read.refused and own in stored and (others := self._claims.standing(found, stored[own][2])):
                held.setdefault(row, []).extend(others)
        for row, others in held.items():
            self._refuse(read, row, others, matched.setdefault(row, {}))
        openings = self._openings(stored)
        bases = self._bases(stored)
        hits: dict[int, list[list[Any]]] = {}
        for row, by_client in matched.items():
            if not by_client:
                continue
            own_hits = hits[row] = []
            for client, schemes in by_client.items():
                if (known := stored.get(client)) is None:
                    continue
                if len(schemes) > 1:
                    schemes = list(dict.fromkeys(schemes))  # noqa: PLW2901
                base, leads = self._base(bases[client], row, versions, known[0]) if client in bases else (None, None)
                own_hits.append([client, known[0], known[1], schemes, openings.get(client, {}), base, leads])
        return hits

    @staticmethod
    def _base(
        known: tuple[dict[str, Any], dict[str, bool] | None], row: int, versions: Mapping[int, str], version: int
    ) -> tuple[dict[str, Any] | None, dict[str, bool] | None]:
        """``Hit.base`` and ``Hit.leads``: a row that was written from the client as it still is, was changed by its file alone."""
        return ({}, known[1]) if versions.get(row) == str(version) else known

    def near_hits(self, clients: Sequence[StoredClient]) -> dict[str, list[Any]]:
        """Stored clients that a record resembles, as ``Hit`` lists, by id."""
        stored = {
            each.id: (each.version, self.snapshot(document), document)
            for each in clients
            for document in (decode(each.text),)
        }
        openings = self._openings(stored)
        bases = self._bases(stored)
        return {
            client: [client, version, seen, [NEAR], openings.get(client, {}), *bases.get(client, (None, None))]
            for client, (version, seen, _) in stored.items()
        }

    def _openings(self, clients: Iterable[str]) -> dict[str, dict[str, Stored]]:
        """Client -> currency -> its live opening balance, of those that have any."""
        if self._ledger is None:
            return {}
        return {
            client: {
                live.currency: stored_opening(live.origin, live.currency, live.minor, live.date, live.sources)
                for live in found
            }
            for client, found in self._ledger.live(list(clients)).items()
        }

    def _bases(
        self, stored: Mapping[str, tuple[int, dict[str, Any], dict[str, Any]]]
    ) -> dict[str, tuple[dict[str, Any], dict[str, bool] | None]]:
        """Client -> what imports last said of it, and whose values hold, as ``Hit.base`` and ``Hit.leads``."""
        if (history := self._history) is None:
            return {}
        found = history.about(list(stored))
        return {
            client: (base_beside(self.snapshot(history.said(about)), document), history.leads(about, document))
            for client, (_, document, _) in stored.items()
            for about in (found.get(client, ()),)
        }

    def _refuse(
        self, read: Interpreted, row: int, held: Sequence[tuple[str, str]], matched: dict[str, list[str]]
    ) -> None:
        """Refuse a row with a key of a client that it is not *matched* with; of the one it is, the key agrees too.

        Those clients are among its hits all the same: a row that speaks of them is no proof that they left.
        """
        others = [(scheme, client) for scheme, client in held if client not in matched]
        for scheme, client in held:
            matched.setdefault(client, []).append(scheme)
        if others:
            scheme, client = others[0]
            field = self._ladder.field_of[scheme]
            params = {"scheme": scheme, "client": client}
            read.flags.setdefault(row, []).append(["key-of-another", "e", field, self._columns.get(field), params])
            read.refused.add(row)

    def _holders(self, scheme: str, pairs: Sequence[tuple[int, str]], *, crowds: bool = True) -> dict[str, list[str]]:
        """Key text -> the clients that hold it. Keys of crowds are left out; a new crowd is got to know."""
        keys = {key for _, key in pairs}
        if self._crowds:
            keys.difference_update([key for crowded, key in self._crowds if crowded == scheme])
        found = list(key_holders(self._clients, scheme, list(keys)))
        holders = {value: [client] for value, client in found}
        if len(holders) == len(found):  # each is held by one client, as nearly all are
            return holders
        holders = {value: [] for value in holders}
        for value, client in found:
            holders[value].append(client)
        for key in [key for key, clients in holders.items() if crowds and len(clients) > self._limit]:
            self._crowds[scheme, key] = _Crowd(self._documents(holders.pop(key)))
        return holders

    def _only_crowds(self, values: Sequence[Any]) -> bool:
        """Whether every key of a nameless record that could prove something is that of a crowd."""
        keys = [(slots.rung, slots.keys(values)) for slots in self._ladder.rungs]
        return all((rung.scheme, key) in self._crowds for rung, found in keys if rung.exclusive for key in found)

    def _documents(self, ids: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        for start in range(0, len(ids), _PAGE):
            for client, found in self._clients.fetch(ids[start : start + _PAGE]).items():
                yield client, decode(found.text)

    def snapshot(self, document: dict[str, Any]) -> dict[str, Any]:
        """The part of a stored client that this plan can see: the fields it maps."""
        kind = tuple(document)  # there are few kinds: clients with the same fields filled
        whole = self._whole.get(kind)
        if whole is None:
            whole = self._whole[kind] = self._fields.issuperset(kind)
        if whole:
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
        if agreeing or exclusive:
            return agreeing or clients
        self._other_name(read, row, scheme, min(clients, key=client_order))
        return []

    def _other_name(self, read: Interpreted, row: int, scheme: str, client: str) -> None:
        """Say that the key is somebody else's too: applying reads it to know that the key is not exclusive."""
        params = {"scheme": scheme, "client": client}
        read.flags.setdefault(row, []).append(["same-key-other-name", self._letter, None, None, params])


def key_holders(clients: Clients, scheme: str, keys: Sequence[str]) -> Iterable[tuple[str, str]]:
    """(key text, client) of those who hold one of *keys*; a client's id is held by itself."""
    if scheme == CLIENT:
        return [(client, client) for client in clients.fetch(keys)]
    return clients.by_keys(scheme, keys)


class _Crowd:
    """The holders of a key that too many clients share; only those of a record's name are of interest.

    Attributes:
        called: Comparable name -> the clients called so.
        first: The holder that came first.
    """

    def __init__(self, documents: Iterator[tuple[str, dict[str, Any]]]) -> None:
        self.called: dict[str, list[str]] = {}
        ids: list[str] = []
        for client, document in documents:
            ids.append(client)
            if name := comparable_name(document.get("name")):
                self.called.setdefault(name, []).append(client)
        self.first = min(ids, key=client_order)
