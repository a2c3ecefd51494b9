"""What a store in memory holds, who may change it, and until when."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import attrs

from clientimport.core.invitations import Invitation
from clientimport.core.journal import Posting
from clientimport.errors import StoreError
from clientimport.ports import ActivityEntry, NewItem, OperationRow, RunRow, StoredClient, StoredPayment

WAIT = 30.0  # seconds that one writer waits for another, as in the SQL store
COUNTERS = ("next_client", "next_posting", "next_payment", "next_invitation")

KeptKey = tuple[str, str, str]  # scheme, value, slot as kept


@attrs.define
class Tables:
    """What one workspace holds. Values are never changed in place, so that a copy of the dictionaries is a snapshot."""

    live: dict[int, StoredClient] = attrs.Factory(dict)
    removed: dict[int, StoredClient] = attrs.Factory(dict)
    holders: dict[tuple[str, str], tuple[tuple[str, int], ...]] = attrs.Factory(dict)  # (scheme, value): slot, client
    keys: dict[int, frozenset[KeptKey]] = attrs.Factory(dict)
    not_same: dict[tuple[int, int], str] = attrs.Factory(dict)  # the pair: the run that said it, or nothing
    runs: dict[str, RunRow] = attrs.Factory(dict)
    pages: dict[tuple[str, int], tuple[int, int, str]] = attrs.Factory(dict)
    operations: dict[tuple[str, int], OperationRow] = attrs.Factory(dict)
    touched: dict[str, Mapping[str, tuple[int, ...]]] = attrs.Factory(dict)  # client: run: what it did, by sequence
    activity: list[ActivityEntry] = attrs.Factory(list)
    postings: dict[int, Posting] = attrs.Factory(dict)
    heads: dict[tuple[str, str, bool], int] = attrs.Factory(dict)  # run, date, taking back: the first of a joint entry
    openings: dict[str, Mapping[str, int]] = attrs.Factory(dict)  # client: currency and number of what stands
    items: dict[int, tuple[NewItem, ...]] = attrs.Factory(dict)
    periods: set[tuple[str, str]] = attrs.Factory(set)
    payments: dict[int, StoredPayment] = attrs.Factory(dict)
    invitations: dict[int, Invitation] = attrs.Factory(dict)
    invited: dict[str, tuple[int, ...]] = attrs.Factory(dict)  # client: its invitations
    addressed: dict[str, tuple[int, ...]] = attrs.Factory(dict)  # digest of an address: the invitations sent to it
    next_client: int = 1
    next_posting: int = 1
    next_payment: int = 1
    next_invitation: int = 1
    revision: int = 0
    revised: bool = False  # whether the unit of work that changes this copy has made a new revision

    def revise(self) -> None:
        """Make a new revision, unless this unit of work has made one."""
        if not self.revised:
            self.revised = True
            self.revision += 1

    def copy(self) -> Tables:
        held = {field.name: getattr(self, field.name) for field in attrs.fields(Tables)}
        copies = {name: value.copy() for name, value in held.items() if not isinstance(value, int)}
        return attrs.evolve(self, revised=False, **copies)


class Shared:
    """What the workspaces of one store share: the counters and the write lock."""

    def __init__(self) -> None:
        self.workspaces: dict[str, Tables] = {}
        self._next = dict.fromkeys(COUNTERS, 1)
        self._lock = threading.Lock()
        self._writer: int | None = None

    def tables(self, workspace: str) -> Tables:
        return self.workspaces.get(workspace) or Tables()

    def copy(self, workspace: str) -> Tables:
        """What a writing unit of work may change."""
        tables = self.tables(workspace).copy()
        for name, number in self._next.items():
            setattr(tables, name, number)
        return tables

    def keep(self, workspace: str, tables: Tables) -> None:
        """From now on this is what the workspace holds."""
        self._next = {name: getattr(tables, name) for name in COUNTERS}
        self.workspaces[workspace] = tables

    @contextmanager
    def writer(self) -> Iterator[None]:
        thread = threading.get_ident()
        if self._writer == thread:  # waiting for oneself would never end
            raise StoreError("This thread is in a writing unit of work of this store already.")
        if not self._lock.acquire(timeout=WAIT):
            raise StoreError("Another thread is writing and did not finish in time; try again.", retry=True)
        self._writer = thread
        try:
            yield
        finally:
            self._writer = None
            self._lock.release()


class Permit:
    """What a unit of work may still do.

    Attributes:
        ended: Its block is over.
        broken: A change failed half-way, so it will not be kept.
    """

    def __init__(self, *, writes: bool) -> None:
        self.ended = False
        self.broken = False
        self._writes = writes

    def read(self) -> None:
        if self.ended:
            raise StoreError("This unit of work has ended; ask the store for a new one.")

    def write(self) -> None:
        self.read()
        if not self._writes:
            raise StoreError("A reading unit of work cannot write; use writing().")

    @contextmanager
    def changing(self) -> Iterator[None]:
        self.write()
        try:
            yield
        except BaseException:
            self.broken = True
            raise
