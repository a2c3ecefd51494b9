"""The store in memory: the model that other stores are compared with, and the store of ``Importer("memory:")``."""

from __future__ import annotations

import builtins
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import attrs

from clientimport.adapters.stores import chain
from clientimport.adapters.stores.ids import in_order, number, possible
from clientimport.adapters.stores.keys import given_slot, kept_slot
from clientimport.adapters.stores.memory.ledger import MemoryLedger
from clientimport.adapters.stores.memory.outbox import MemoryOutbox
from clientimport.adapters.stores.memory.tables import Permit, Shared, Tables
from clientimport.errors import KeyTakenError, StoreError
from clientimport.ports import (
    LEAVING,
    ActivityEntry,
    ClientUpdate,
    Key,
    NewClient,
    OperationRow,
    RunRow,
    StoredClient,
)


class MemoryStore:
    """Clients of one workspace in plain dictionaries; gone when the object is.

    A writing unit of work changes a copy, which takes the place of the original when its block ends. So readers see
    one snapshot, and what raised never happened.

    Args:
        workspace: Whose clients these are.
        identity: Tells this store from others; one of its own unless told otherwise.
    """

    def __init__(self, workspace: str = "default", identity: str | None = None) -> None:
        self._workspace = workspace
        self._identity = identity or f"memory-{uuid.uuid4().hex}"
        self._shared = Shared()

    def beside(self, workspace: str) -> MemoryStore:
        """Another workspace of the same store: ids and numbers are given from one counter, nothing else is shared."""
        other = type(self)(workspace, self._identity)
        other._shared = self._shared  # noqa: SLF001  # of our own class
        return other

    def identity(self) -> str:
        return f"{self._identity}/{self._workspace}"

    @contextmanager
    def reading(self) -> Iterator[MemoryUnitOfWork]:
        unit = self._unit(self._shared.tables(self._workspace), Permit(writes=False))
        try:
            yield unit
        finally:
            unit.permit.ended = True

    @contextmanager
    def writing(self) -> Iterator[MemoryUnitOfWork]:
        shared = self._shared
        with shared.writer():
            tables = shared.copy(self._workspace)
            unit = self._unit(tables, Permit(writes=True))
            try:
                yield unit
            finally:
                unit.permit.ended = True
            if unit.permit.broken:
                raise StoreError("Something in this unit of work failed, so none of it was kept.")
            shared.keep(self._workspace, tables)

    def close(self) -> None:
        """Nothing to let go of; the clients stay as long as the object does."""

    def _unit(self, tables: Tables, permit: Permit) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(tables, permit)


class MemoryUnitOfWork:
    """One copy of the tables, or in a reading unit of work the tables themselves."""

    def __init__(self, tables: Tables, permit: Permit) -> None:
        self.permit = permit
        self.clients = MemoryClients(tables, permit)
        self.runs = MemoryRuns(tables, permit)
        self.ledger = MemoryLedger(tables, permit)
        self.activity = MemoryActivity(tables, permit)
        self.outbox = MemoryOutbox(tables, permit)


class MemoryClients:
    """The ``Clients`` port."""

    def __init__(self, tables: Tables, permit: Permit) -> None:
        self._tables = tables
        self._permit = permit

    def revision(self) -> str:
        self._permit.read()
        return str(self._tables.revision)

    def by_keys(self, scheme: str, values: Sequence[str], slot: str | None = None) -> list[tuple[str, str]]:
        self._permit.read()
        holders = self._tables.holders
        return [
            (value, str(client))
            for value in dict.fromkeys(values)
            for client in dict.fromkeys(
                client for held, client in holders.get((scheme, value), ()) if slot is None or held == slot
            )
        ]

    def fetch(self, ids: Sequence[str]) -> dict[str, StoredClient]:
        self._permit.read()
        live = self._tables.live
        return {client: live[int(client)] for client in ids if possible(client) and int(client) in live}

    def keys_of(self, ids: Sequence[str]) -> dict[str, list[Key]]:
        self._permit.read()
        keys = self._tables.keys
        return {
            client: [(scheme, value, given_slot(slot)) for scheme, value, slot in sorted(keys[int(client)])]
            for client in ids
            if possible(client) and keys.get(int(client))
        }

    def new_ids(self, count: int) -> list[str]:
        self._permit.write()
        first = self._tables.next_client
        self._tables.next_client += count
        return [str(client) for client in range(first, first + count)]

    def insert(self, clients: Sequence[NewClient]) -> None:
        with self._changing(clients):
            for client, text, _ in clients:
                place = number(client)
                if place >= self._tables.next_client:
                    raise StoreError("A new client's id was not given by this store.")
                if place in self._tables.live or place in self._tables.removed:
                    raise StoreError("A client with this id exists already.")
                self._tables.live[place] = StoredClient(client, 1, text)
            for client, _, keys in clients:
                self._add_keys(client, keys)

    def update(self, updates: Sequence[ClientUpdate]) -> None:
        with self._changing(updates):
            for client, text, _, _ in updates:
                self._tables.live[int(client)] = StoredClient(client, self._old(client).version + 1, text)
            # All keys are freed before any is taken: one client of a batch may take over what another gives up.
            for client, _, _, removed in updates:
                self._drop_keys(int(client), set(removed))
            for client, _, added, _ in updates:
                self._add_keys(client, added)

    def remove(self, removals: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        with self._changing(removals):
            for client, _ in removals:
                if client in self._tables.openings:
                    raise StoreError("A client with an opening balance cannot be removed; take the balance back first.")
                self._tables.removed[int(client)] = StoredClient(client, self._old(client).version + 1, "{}")
                del self._tables.live[int(client)]
            for client, _ in removals:
                self._drop_keys(int(client))
            gone = {int(client) for client, _ in removals}
            for pair in [pair for pair in self._tables.not_same if not gone.isdisjoint(pair)]:
                del self._tables.not_same[pair]

    def restore(self, clients: Sequence[NewClient]) -> None:
        with self._changing(clients):
            for client, text, _ in clients:
                removed = self._tables.removed.pop(number(client), None)
                if removed is None:
                    raise StoreError("A client to be brought back is not one that was removed.")
                self._tables.live[int(client)] = StoredClient(client, removed.version + 1, text)
            for client, _, keys in clients:
                self._add_keys(client, keys)

    def scan(self, size: int = 500) -> Iterator[list[StoredClient]]:
        self._permit.read()
        ids = sorted(self._tables.live)
        for start in range(0, len(ids), size):
            self._permit.read()
            yield [self._tables.live[client] for client in ids[start : start + size] if client in self._tables.live]

    def count(self) -> int:
        self._permit.read()
        return len(self._tables.live)

    def not_same(self, clients: Sequence[str] | None = None) -> set[tuple[str, str]]:
        self._permit.read()
        among = None if clients is None else set(clients)
        pairs = ((str(one), str(other)) for one, other in self._tables.not_same)
        return {pair for pair in pairs if among is None or among.issuperset(pair)}

    def pairs_of(self, ids: Sequence[str]) -> dict[tuple[str, str], str]:
        self._permit.read()
        among = set(ids)
        pairs = {(str(one), str(other)): run for (one, other), run in self._tables.not_same.items()}
        return {pair: run for pair, run in pairs.items() if not among.isdisjoint(pair)}

    def add_not_same(self, pairs: Sequence[tuple[str, str]], run: str = "") -> None:
        with self._permit.changing():
            for pair in in_order(pairs):
                self._tables.not_same[pair] = self._tables.not_same.get(pair, run) if run else ""

    def remove_not_same(self, pairs: Sequence[tuple[str, str]] = (), run: str = "") -> None:
        with self._permit.changing():
            gone = {pair for pair, said in self._tables.not_same.items() if run and said == run}
            for pair in (*in_order(pairs), *gone):
                self._tables.not_same.pop(pair, None)

    @contextmanager
    def _changing(self, batch: Sequence[object]) -> Iterator[None]:
        with self._permit.changing():
            if batch:
                self._tables.revise()
            yield

    def _old(self, client: str) -> StoredClient:
        old = self._tables.live.get(number(client))
        if old is None:
            raise StoreError("A client to be changed is not there or was removed.")
        return old

    def _add_keys(self, client: str, keys: Sequence[Key]) -> None:
        tables, place = self._tables, int(client)
        for scheme, value, given in keys:
            if "\0" in value:
                raise StoreError("A key's value holds a NUL character.")
            slot = kept_slot(given, client)
            held = tables.holders.get((scheme, value), ())
            holder = dict(held).get(slot)
            if holder is None:
                tables.holders[scheme, value] = (*held, (slot, place))
                tables.keys[place] = tables.keys.get(place, frozenset()) | {(scheme, value, slot)}
            elif holder != place:
                raise KeyTakenError("An exclusive key is held by another client.")

    def _drop_keys(self, place: int, only: set[tuple[str, str]] | None = None) -> None:
        """Free the client's keys, or those of them that *only* names, whatever their slot."""
        tables = self._tables
        dropped = {key for key in tables.keys.get(place, frozenset()) if only is None or key[:2] in only}
        for scheme, value, slot in dropped:
            left = tuple(held for held in tables.holders[scheme, value] if held != (slot, place))
            if left:
                tables.holders[scheme, value] = left
            else:
                del tables.holders[scheme, value]
        if dropped:
            tables.keys[place] -= dropped


class MemoryRuns:
    """The ``Runs`` port."""

    def __init__(self, tables: Tables, permit: Permit) -> None:
        self._tables = tables
        self._permit = permit

    def start(self, run: RunRow) -> None:
        with self._permit.changing():
            if run.id in self._tables.runs:
                raise StoreError("A run with this id exists already.")
            self._tables.runs[run.id] = run

    def find(self, plan_digest: str) -> RunRow | None:
        return next((run for run in reversed(self.list()) if run.plan_digest == plan_digest), None)

    def get(self, run_id: str) -> RunRow | None:
        self._permit.read()
        return self._tables.runs.get(run_id)

    def list(self) -> builtins.list[RunRow]:
        self._permit.read()
        return [*self._tables.runs.values()]

    def progress(self, run_id: str, through: int, counts: str, revision: str) -> None:
        self._change(run_id, through=through, counts=counts, revision=revision)

    def finish(self, run_id: str, finished_at: str, counts: str) -> None:
        self._change(run_id, state="done", finished_at=finished_at, counts=counts)

    def mark_undone(self, run_id: str, undo_run_id: str) -> None:
        self._change(run_id, undone_by=undo_run_id)

    def add_pages(self, run_id: str, pages: Sequence[tuple[int, int, str]]) -> None:
        with self._permit.changing():
            self._known(run_id)
            for first, last, lines in pages:
                if (run_id, first) in self._tables.pages:
                    raise StoreError("The run has a page that begins at this sequence already.")
                self._tables.pages[run_id, first] = (first, last, lines)

    def pages(self, run_id: str) -> Iterator[tuple[int, int, str]]:
        self._permit.read()
        for page in sorted(page for (run, _), page in self._tables.pages.items() if run == run_id):
            self._permit.read()
            yield page

    def add_operations(self, run_id: str, operations: Sequence[OperationRow]) -> None:
        with self._permit.changing():
            self._known(run_id)
            for operation in operations:
                if (run_id, operation.sequence) in self._tables.operations:
                    raise StoreError("The run has an operation with this sequence already.")
                if operation.client is not None:
                    number(operation.client)
                if operation.client is not None and operation.outcome == "applied":
                    runs = self._tables.touched.get(operation.client, {})
                    sequences = (*runs.get(run_id, ()), operation.sequence)
                    self._tables.touched[operation.client] = {**runs, run_id: sequences}
                self._tables.operations[run_id, operation.sequence] = operation

    def operations(
        self, run_id: str, *, newest_first: bool = False, size: int = 500
    ) -> Iterator[builtins.list[OperationRow]]:
        self._permit.read()
        done = [operation for (run, _), operation in self._tables.operations.items() if run == run_id]
        done.sort(key=lambda operation: operation.sequence, reverse=newest_first)
        for start in range(0, len(done), size):
            self._permit.read()
            yield done[start : start + size]

    def page(self, run_id: str, sequence: int) -> tuple[int, int, str] | None:
        return next((page for page in self.pages(run_id) if page[0] <= sequence <= page[1]), None)

    def done(self, run_id: str, sequences: Sequence[int]) -> dict[int, OperationRow]:
        self._permit.read()
        found = ((sequence, self._tables.operations.get((run_id, sequence))) for sequence in sequences)
        return {sequence: done for sequence, done in found if done is not None}

    def touched(self, clients: Sequence[str]) -> set[str]:
        self._permit.read()
        operations = self._tables.operations
        standing = {run.id for run in self._tables.runs.values() if run.kind == "import" and run.undone_by is None}
        return {
            client
            for client in clients
            for run, sequences in self._tables.touched.get(client, {}).items()
            if run in standing and any(operations[run, sequence].action not in LEAVING for sequence in sequences)
        }

    def about(
        self, clients: Sequence[str], system: str | None = None
    ) -> dict[str, builtins.list[tuple[str, OperationRow]]]:
        self._permit.read()
        order = {
            run.id: place
            for place, run in enumerate(self._tables.runs.values())
            if run.kind == "import" and run.undone_by is None and system in {None, run.system}
        }
        found: dict[str, builtins.list[tuple[str, OperationRow]]] = {}
        for client in clients:
            runs = sorted(order.keys() & self._tables.touched.get(client, {}).keys(), key=order.__getitem__)
            done = [
                (run, self._tables.operations[run, sequence])
                for run in runs
                for sequence in sorted(self._tables.touched[client][run])
            ]
            if done:
                found[client] = done
        return found

    def _change(self, run_id: str, **to: object) -> None:
        with self._permit.changing():
            self._tables.runs[run_id] = attrs.evolve(self._known(run_id), **to)  # type: ignore[arg-type]

    def _known(self, run_id: str) -> RunRow:
        run = self._tables.runs.get(run_id)
        if run is None:
            raise StoreError("The run is not in the run log.")
        return run


class MemoryActivity:
    """The ``Activity`` port; ``verify`` goes beyond it."""

    def __init__(self, tables: Tables, permit: Permit) -> None:
        self._tables = tables
        self._permit = permit

    def append(self, at: str, actor: str, action: str, run: str | None, summary: Mapping[str, object]) -> None:
        with self._permit.changing():
            log = self._tables.activity
            sequence, previous = (log[-1].sequence + 1, log[-1].digest) if log else (chain.FIRST, "")
            text = chain.canonical(summary)
            made = chain.entry(sequence, at=at, actor=actor, action=action, run=run, summary=text, previous=previous)
            log.append(made)

    def entries(self) -> Iterator[ActivityEntry]:
        self._permit.read()
        yield from list(self._tables.activity)

    def verify(self) -> int | None:
        """The sequence at which the chain is first broken, ``None`` if it holds."""
        return chain.first_break(self.entries())
