"""Clients and their keys in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, repeat
from operator import itemgetter
from typing import TypeVar

from clientimport.adapters.stores.ids import in_order, numbers, possible
from clientimport.adapters.stores.keys import OWN, given_slot, kept_slot
from clientimport.adapters.stores.sql.inserts import Insert, Row
from clientimport.adapters.stores.sql.revision import SqlRevision
from clientimport.adapters.stores.sql.session import Session
from clientimport.core.rows import made
from clientimport.errors import StoreError
from clientimport.ports import ClientUpdate, Key, NewClient, StoredClient

_T = TypeVar("_T")

_NEXT = "SELECT value FROM clientimport_meta WHERE name = 'next_client'"
_SET_NEXT = "UPDATE clientimport_meta SET value = ? WHERE name = 'next_client'"
_INSERT = Insert("clientimport_clients", ("id", "workspace", "version", "removed", "document"))
_UPDATE = """UPDATE clientimport_clients SET document = ?, version = version + 1
    WHERE id = ? AND workspace = ? AND removed = 0"""
_REMOVE = """UPDATE clientimport_clients SET document = '{}', version = version + 1, removed = 1
    WHERE id = ? AND workspace = ? AND removed = 0"""
_RESTORE = """UPDATE clientimport_clients SET document = ?, version = version + 1, removed = 0
    WHERE id = ? AND workspace = ? AND removed = 1"""
_ADD_KEYS = Insert(
    "clientimport_keys",
    ("scheme", "value", "slot", "client"),
    "ON CONFLICT (scheme, value, slot) DO NOTHING",
)
# Changes nothing where the client itself holds the key; another holder becomes NULL, which the column refuses.
_CONFIRM_KEY = """UPDATE clientimport_keys SET client = CASE WHEN client = ? THEN client END
    WHERE scheme = ? AND value = ? AND slot = ?"""
_DROP_KEY = "DELETE FROM clientimport_keys WHERE scheme = ? AND value = ? AND client = ?"
_DROP_KEYS = "DELETE FROM clientimport_keys WHERE client = ?"
_SCHEMES = "SELECT name, number FROM clientimport_scheme WHERE workspace = ?"
_ADD_SCHEME = """INSERT INTO clientimport_scheme (number, workspace, name)
    VALUES ((SELECT coalesce(max(number), 0) + 1 FROM clientimport_scheme), ?, ?)"""
_SCAN = """SELECT id, version, document FROM clientimport_clients
    WHERE workspace = ? AND removed = 0 AND id > ? ORDER BY id LIMIT ?"""

_COUNT = "SELECT count(*) FROM clientimport_clients WHERE workspace = ? AND removed = 0"
_APART = "SELECT one, other FROM clientimport_not_same WHERE workspace = ?"
_TELL_APART = """INSERT INTO clientimport_not_same (workspace, one, other, run) VALUES (?, ?, ?, ?)
    ON CONFLICT (workspace, one, other)
    DO UPDATE SET run = CASE WHEN excluded.run = '' THEN '' ELSE clientimport_not_same.run END"""
_FORGET = "DELETE FROM clientimport_not_same WHERE workspace = ? AND one = ? AND other = ?"
_FORGET_CLIENT = "DELETE FROM clientimport_not_same WHERE workspace = ? AND one = ?"
_FORGET_OTHER = "DELETE FROM clientimport_not_same WHERE workspace = ? AND other = ?"
_FORGET_RUN = "DELETE FROM clientimport_not_same WHERE workspace = ? AND run = ?"
_NOT_THERE = "A client to be changed is not there or was removed."
_NOT_REMOVED = "A client to be brought back is not one that was removed."


class SqlClients:
    """The ``Clients`` port over a session."""

    def __init__(self, session: Session, workspace: str, revision: SqlRevision) -> None:
        self._session = session
        self._workspace = workspace
        self._revision = revision
        self._numbers: dict[str, int] | None = None  # of the schemes, once they were asked for

    def revision(self) -> str:
        return self._revision.current()

    def by_keys(self, scheme: str, values: Sequence[str], slot: str | None = None) -> list[tuple[str, str]]:
        dialect = self._session.dialect
        statement, in_slot = (dialect.hits, ()) if slot is None else (dialect.hits_in_slot, (slot,))
        # Neither a value asked for twice nor a key held in two slots makes a hit twice.
        found: dict[tuple[str, int], None] = {}
        for some in _chunks(values, dialect.chunk):
            rows = self._session.rows(statement, (dialect.pack_texts(some), self._workspace, scheme, *in_slot))
            found.update(dict.fromkeys(rows))
        return [(value, str(client)) for value, client in found]

    def fetch(self, ids: Sequence[str]) -> dict[str, StoredClient]:
        dialect = self._session.dialect
        found: dict[str, StoredClient] = {}
        for some in _chunks([client for client in ids if possible(client)], dialect.chunk):
            rows = self._session.rows(dialect.clients, (dialect.pack_numbers(some), self._workspace))
            if rows:
                numbers_, versions, documents = zip(*rows, strict=True)
                clients = list(map(str, numbers_))
                found.update(zip(clients, made(StoredClient, clients, versions, documents), strict=True))
        return found

    def keys_of(self, ids: Sequence[str]) -> dict[str, list[Key]]:
        dialect = self._session.dialect
        found: dict[str, list[Key]] = {}
        wanted = list(dict.fromkeys(client for client in ids if possible(client)))
        for some in _chunks(wanted, dialect.chunk):
            rows = self._session.rows(dialect.keys_of, (dialect.pack_numbers(some), self._workspace))
            for client, scheme, value, slot in rows:
                found.setdefault(str(client), []).append((scheme, value, given_slot(slot)))
        return found

    def new_ids(self, count: int) -> list[str]:
        with self._session.changing():
            first = self._next()
            self._session.write(_SET_NEXT, (str(first + count),))
        return [str(client) for client in range(first, first + count)]

    def insert(self, clients: Sequence[NewClient]) -> None:
        with self._changing(clients):
            if not clients:
                return
            given, texts, keys = zip(*clients, strict=True)
            ids = numbers(given)
            if max(ids) >= self._next():
                raise StoreError("A new client's id was not given by this store.")
            self._session.insert(_INSERT, list(zip(ids, repeat(self._workspace), repeat(1), repeat(0), texts)))
            self._add_keys(list(zip(ids, keys, strict=True)))

    def update(self, updates: Sequence[ClientUpdate]) -> None:
        workspace = self._workspace
        with self._changing(updates):
            ids = numbers([update[0] for update in updates])
            changed = zip(ids, updates, strict=True)
            self._change(_UPDATE, [(text, client, workspace) for client, (_, text, _, _) in changed])
            # All keys are freed before any is taken: one client of a batch may take over what another gives up.
            dropped = [(client, removed) for client, _, _, removed in updates if removed]
            added = [(client, update[2]) for client, update in zip(ids, updates, strict=True) if update[2]]
            self._session.write_many(_DROP_KEY, self._dropped_rows(dropped))
            self._add_keys(added)

    def remove(self, removals: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        with self._changing(removals):
            rows = [(client, self._workspace) for client in numbers([client for client, _ in removals])]
            self._change(_REMOVE, rows)
            # The index by client finds the keys, those included that the caller did not know of.
            self._session.write_many(_DROP_KEYS, [row[:1] for row in rows])
            self._session.write_many(_FORGET_CLIENT, [(row[1], row[0]) for row in rows])
            self._session.write_many(_FORGET_OTHER, [(row[1], row[0]) for row in rows])

    def restore(self, clients: Sequence[NewClient]) -> None:
        with self._changing(clients):
            ids = numbers([client for client, _, _ in clients])
            back = zip(ids, clients, strict=True)
            self._change(_RESTORE, [(text, client, self._workspace) for client, (_, text, _) in back], _NOT_REMOVED)
            self._add_keys(list(zip(ids, (keys for _, _, keys in clients), strict=True)))

    def scan(self, size: int = 500) -> Iterator[list[StoredClient]]:
        last = 0
        # A new query for each batch: the caller may write to the store in between.
        while rows := self._session.rows(_SCAN, (self._workspace, last, size)):
            last = rows[-1][0]
            yield [StoredClient(str(client), version, document) for client, version, document in rows]

    def count(self) -> int:
        return int(self._session.rows(_COUNT, (self._workspace,))[0][0])

    def not_same(self, clients: Sequence[str] | None = None) -> set[tuple[str, str]]:
        if clients is None:
            return {(str(one), str(other)) for one, other in self._session.rows(_APART, (self._workspace,))}
        dialect = self._session.dialect
        wanted = list(dict.fromkeys(client for client in clients if possible(client)))
        among = set(wanted)
        return {
            pair
            for some in _chunks(wanted, dialect.chunk)
            for one, other in self._session.rows(dialect.apart, (dialect.pack_numbers(some), self._workspace))
            if (pair := (str(one), str(other)))[1] in among
        }

    def pairs_of(self, ids: Sequence[str]) -> dict[tuple[str, str], str]:
        dialect = self._session.dialect
        wanted = list(dict.fromkeys(client for client in ids if possible(client)))
        return {
            (str(one), str(other)): run
            for some in _chunks(wanted, dialect.chunk)
            for statement in dialect.pairs_of
            for one, other, run in self._session.rows(statement, (dialect.pack_numbers(some), self._workspace))
        }

    def add_not_same(self, pairs: Sequence[tuple[str, str]], run: str = "") -> None:
        with self._session.changing():
            rows = [(self._workspace, *pair, run) for pair in in_order(pairs)]
            self._session.write_many(_TELL_APART, rows)

    def remove_not_same(self, pairs: Sequence[tuple[str, str]] = (), run: str = "") -> None:
        with self._session.changing():
            self._session.write_many(_FORGET, [(self._workspace, *pair) for pair in in_order(pairs)])
            if run:
                self._session.write(_FORGET_RUN, (self._workspace, run))

    @contextmanager
    def _changing(self, batch: Sequence[object]) -> Iterator[None]:
        with self._session.changing():
            if batch:
                self._revision.move()
            yield

    def _next(self) -> int:
        return int(self._session.rows(_NEXT)[0][0])

    def _change(self, statement: str, rows: list[Row], refusal: str = _NOT_THERE) -> None:
        if self._session.write_many(statement, rows) != len(rows):
            raise StoreError(refusal)

    def _add_keys(self, of: Sequence[tuple[int, Sequence[Key]]]) -> None:
        rows = self._key_rows(of)
        if self._session.insert(_ADD_KEYS, rows) != len(rows):
            self._session.write_many(_CONFIRM_KEY, [(row[-1], *row[:-1]) for row in rows])

    def _key_rows(self, of: Sequence[tuple[int, Sequence[Key]]]) -> list[Row]:
        schemes = self._schemes(set(map(itemgetter(0), chain.from_iterable(keys for _, keys in of))))
        rows: list[Row] = [
            (
                schemes[scheme],
                value,
                "" if slot == "" else f"{OWN}{client}" if slot is None else kept_slot(slot, str(client)),
                client,
            )
            for client, keys in of
            for scheme, value, slot in keys
        ]
        if "\0" in "".join([row[1] for row in rows]):
            raise StoreError("A key's value holds a NUL character.")
        return rows

    def _dropped_rows(self, of: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> list[Row]:
        known = self._schemes(set())
        return [(known[scheme], value, int(client)) for client, keys in of for scheme, value in keys if scheme in known]

    def _schemes(self, wanted: set[str]) -> dict[str, int]:
        """The numbers of this workspace's schemes; those that are *wanted* and new get one."""
        known = self._numbers
        if known is None or not wanted <= known.keys():
            known = dict(self._session.rows(_SCHEMES, (self._workspace,)))
            new = sorted(wanted - known.keys())
            for scheme in new:
                self._session.write(_ADD_SCHEME, (self._workspace, scheme))
            self._numbers = known = dict(self._session.rows(_SCHEMES, (self._workspace,))) if new else known
        return known


def _chunks(values: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    if len(values) <= size:
        if values:
            yield values
        return
    for start in range(0, len(values), size):
        yield values[start : start + size]
