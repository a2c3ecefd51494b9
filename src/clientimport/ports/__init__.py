"""What the services need from the world, as protocols: a source of records, a store of clients, a clock.

Adapters implement these; services see nothing else. The conformance classes in ``clientimport.testing`` say
what each promise means by testing it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol, runtime_checkable

import attrs

from clientimport.core.findings import Finding, Flag
from clientimport.ports.ledger import (
    AccountTotal as AccountTotal,
)
from clientimport.ports.ledger import (
    Ledger as Ledger,
)
from clientimport.ports.ledger import (
    LiveOpening as LiveOpening,
)
from clientimport.ports.ledger import (
    NewItem as NewItem,
)
from clientimport.ports.ledger import (
    NewPayment as NewPayment,
)
from clientimport.ports.ledger import (
    NewPosting as NewPosting,
)
from clientimport.ports.ledger import (
    StoredPayment as StoredPayment,
)
from clientimport.ports.outbox import (
    MessageDeferredError as MessageDeferredError,
)
from clientimport.ports.outbox import (
    MessageRefusedError as MessageRefusedError,
)
from clientimport.ports.outbox import (
    Outbox as Outbox,
)
from clientimport.ports.outbox import (
    Sender as Sender,
)
from clientimport.ports.outbox import (
    SenderUnavailableError as SenderUnavailableError,
)

# ------------------------------------------------------------------------------------------------ sources


@attrs.frozen(kw_only=True)
class SourceColumn:
    """One column of a source.

    Attributes:
        index: Position from 0.
        header: Its header as written; a made-up, unique one (the letter, or ``header (2)``) where the file has none
            or repeats one. Unique within the source.
        letter: ``A``, ``B`` … for spreadsheets and text files.
        hidden: Hidden in the workbook.
    """

    index: int
    header: str
    letter: str
    hidden: bool = False


@attrs.frozen(kw_only=True)
class SourceDescription:
    """What a source says about itself before its records are read.

    Attributes:
        name: File name without folder, or a connection's name.
        kind: ``"csv"``, ``"xlsx"``, ``"records"`` …
        sheet: The worksheet read, ``None`` where there are none.
        sheets: All worksheets' names, hidden ones included, in order.
        columns: In file order.
        digest: ``sha256:…`` of the bytes or of the records; the same content gives the same digest.
        header_row: Physical row of the header; ``None`` if there is none.
        encoding: Text files: the encoding used, in Python's spelling.
        delimiter: Text files: the delimiter used.
        findings: Doubts and oddities about the source as a whole (codes under "the source as a whole").
        bytes_total: Size for a progress bar; ``None`` if unknown.
    """

    name: str
    kind: str
    columns: tuple[SourceColumn, ...]
    digest: str
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    findings: tuple[Finding, ...] = ()
    bytes_total: int | None = None


class RecordBatch(NamedTuple):
    """Records as read: text only, never converted.

    Attributes:
        numbers: Physical row or line of each record, rising.
        rows: One list of texts a record, each exactly as long as the description's columns; ``""`` is blank.
        flags: What reading found wrong in single rows or cells (codes under "one row or cell").
        done: Bytes consumed so far, for progress; ``None`` if unknown.
        fractions: Column -> rows, both as indexes, whose cell the source keeps as a number with decimals and not as text. Its
            decimal mark is the source's, so it tells nothing of how people wrote the texts in that column.
    """

    numbers: list[int]
    rows: list[list[str]]
    flags: list[Flag]
    done: int | None = None
    fractions: Mapping[int, Sequence[int]] = MappingProxyType({})


@runtime_checkable
class Source(Protocol):
    """Records that can be read more than once, always the same."""

    def describe(self) -> SourceDescription:
        """What is in it. Cheap after the first call; reads no more than a head of the records."""

    def batches(self, size: int = 500) -> Iterator[RecordBatch]:
        """All records in order, *size* at a time; blank rows are passed over. A new call starts again."""

    def close(self) -> None:
        """Let go of files. Harmless twice."""


# ------------------------------------------------------------------------------------------------ stores

Document = dict[str, object]
"""A stored client's non-blank fields: field name -> text, bool or list of texts, keys sorted."""


Key = tuple[str, str, str | None]
"""(scheme, value, slot): what identifies a client, for example ``("email", "jan@voorbeeld.be", "")``.

The slot makes it unique (exclusive schemes: the client's kind in the profile, usually ``""``) or not (``None``: the store
puts the client's own id there, so that several clients may hold it). A plain tuple, because an import makes millions.
"""


class StoredClient(NamedTuple):
    """A client as the store holds it.

    Attributes:
        id: Opaque text, given by the store, never used again for another client.
        version: Rises by one with every change.
        text: The document as canonical JSON (``json.dumps(sort_keys=True, ensure_ascii=False, separators=(",", ":"))``).
    """

    id: str
    version: int
    text: str


class NewClient(NamedTuple):
    id: str
    text: str
    keys: Sequence[Key]


class ClientUpdate(NamedTuple):
    """The whole new document and the keys to add and to remove; the version rises by one.

    A key to be removed is (scheme, value): it goes whatever its slot, but only where this client holds it.
    """

    id: str
    text: str
    keys_added: Sequence[Key]
    keys_removed: Sequence[tuple[str, str]]


LEAVING = ("deactivate", "remove")
"""Actions of an import about clients that it does not list."""


class OperationRow(NamedTuple):
    """One thing a run did, kept for idempotency, undo and questions.

    Attributes:
        sequence: The record's sequence in the plan; for a client that leaves its place behind the records.
        client: Client id, ``None`` if nothing was written.
        action: ``create``, ``update`` or ``link`` for a record; ``deactivate`` or ``remove`` for a client that leaves;
            ``move`` (earlier ``deactivate`` or ``reactivate``) by hand; in an undo ``remove`` or ``restore``.
        outcome: ``applied``, ``stale`` (somebody changed it since), ``kept`` (it had to stay).
        document: JSON: for a create the client document; for an update or a move ``{"field": [old, new], …}``; for a
            client that an import removed ``{"document": {…}, "keys": [[scheme, value, slot], …]}``; for stale or kept ones why.
        version: The client's version after it, ``None`` if nothing was written.
        said: JSON: the values that the import gave besides those in ``document``, field -> value, as far as they were not
            known from imports before; ``None`` if there are none. The next import compares with them.
    """

    sequence: int
    client: str | None
    action: str
    outcome: str
    document: str
    version: int | None
    said: str | None = None


@attrs.frozen(kw_only=True)
class RunRow:
    """One run as the log keeps it.

    Attributes:
        id: Opaque text.
        kind: ``import``, ``undo``, ``openings`` (opening balances set or deleted by hand) or ``status`` (clients moved to another
            state by hand).
        plan_digest: Digest of the plan applied; for an undo, ``undo:`` and the id of the run undone.
        state: ``running`` (started, perhaps killed: apply again goes on) or ``done``.
        through: The highest sequence that is committed, -1 before the first.
        actor: Who.
        source: Name of the source.
        started_at, finished_at: UTC, ISO 8601 text.
        counts: Outcome counts and the plan's own counts, JSON object text.
        header: The plan's header line (JSON text), for reports made later.
        undone_by: The undo run's id once it is done; ``None`` before.
        revision: The store's revision that this run left behind at its last commit, or planning saw before the first; empty
            once somebody else has written in between.
        source_digest: Digest of the source it read; empty where there was none.
        system: What its source comes from, as the plan's header names it; empty where there was none.
    """

    id: str
    kind: str
    plan_digest: str
    state: str
    through: int
    actor: str
    source: str
    started_at: str
    finished_at: str | None
    counts: str
    header: str
    undone_by: str | None = None
    revision: str = ""
    source_digest: str = ""
    system: str = ""


@attrs.frozen(kw_only=True)
class ActivityEntry:
    """One line of the activity log: who did what, when. Chained by digest; holds no values of people.

    ``digest`` is ``sha256`` over the canonical JSON of ``[sequence, at, actor, action, run, summary, previous]``.
    """

    sequence: int
    at: str
    actor: str
    action: str
    run: str | None
    summary: Mapping[str, object]
    previous: str
    digest: str


class Clients(Protocol):
    """Clients of one workspace. Bulk only: no method is meant to be called once a row."""

    def revision(self) -> str:
        """Changes whenever any unit of work changes a client, key, posting or closed period of this store, and only then."""

    def by_keys(self, scheme: str, values: Sequence[str], slot: str | None = None) -> list[tuple[str, str]]:
        """(value, client) of every live client holding one of *values* under *scheme*; no order, no duplicates.

        With *slot* only keys held in that slot count.
        """

    def keys_of(self, ids: Sequence[str]) -> dict[str, list[Key]]:
        """The keys, as they were given, of each live client among *ids* that has any, sorted by scheme, value and slot."""

    def fetch(self, ids: Sequence[str]) -> dict[str, StoredClient]:
        """The live clients among *ids*; removed or unknown ones are missing from the answer.

        In a write unit of work the clients come locked against other writers.
        """

    def new_ids(self, count: int) -> list[str]:
        """*count* ids never given before. Only in a write unit of work."""

    def insert(self, clients: Sequence[NewClient]) -> None:
        """Add clients with their keys.

        Raises:
            KeyTakenError: another client holds one of the exclusive keys; the unit of work cannot commit any more.
        """

    def update(self, updates: Sequence[ClientUpdate]) -> None:
        """Change clients and their keys.

        Raises:
            KeyTakenError: as for ``insert``.
        """

    def remove(self, removals: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        """Tombstone clients and free their keys, given as (scheme, value); the version rises, the document is emptied.

        Pairs that one of them is in are forgotten.
        """

    def restore(self, clients: Sequence[NewClient]) -> None:
        """Bring removed clients back under their own ids, at the place they had, with a document and keys; the version rises.

        Raises:
            KeyTakenError: as for ``insert``.
            StoreError: one was never there, or was not removed.
        """

    def scan(self, size: int = 500) -> Iterator[list[StoredClient]]:
        """All live clients, in the order they came, *size* at a time."""

    def count(self) -> int:
        """How many live clients there are; cheap."""

    def not_same(self, clients: Sequence[str] | None = None) -> set[tuple[str, str]]:
        """The pairs among *clients* that are not the same client, as somebody said; ``None``: all pairs.

        Of each pair the client that came first stands first.
        """

    def pairs_of(self, ids: Sequence[str]) -> dict[tuple[str, str], str]:
        """The pairs, as in ``not_same``, in which any of *ids* is -> the run that said it; empty if none did."""

    def add_not_same(self, pairs: Sequence[tuple[str, str]], run: str = "") -> None:
        """Remember *pairs*, in whatever order, with the *run* that said it, or without one.

        What is remembered already stays; a pair that is said again without a run no longer depends on one. A client and
        itself are no pair.
        """

    def remove_not_same(self, pairs: Sequence[tuple[str, str]] = (), run: str = "") -> None:
        """Forget *pairs*, in whatever order, and all those that a *run* said."""


class Runs(Protocol):
    """The run log of one workspace."""

    def start(self, run: RunRow) -> None: ...

    def find(self, plan_digest: str) -> RunRow | None:
        """The newest run of that digest, undone or not."""

    def get(self, run_id: str) -> RunRow | None: ...

    def progress(self, run_id: str, through: int, counts: str, revision: str) -> None: ...

    def finish(self, run_id: str, finished_at: str, counts: str) -> None:
        """Mark it done."""

    def mark_undone(self, run_id: str, undo_run_id: str) -> None: ...

    def add_pages(self, run_id: str, pages: Sequence[tuple[int, int, str]]) -> None:
        """Plan lines as they are: (first sequence, last sequence, lines joined with newlines)."""

    def pages(self, run_id: str) -> Iterator[tuple[int, int, str]]:
        """In order."""

    def add_operations(self, run_id: str, operations: Sequence[OperationRow]) -> None: ...

    def operations(self, run_id: str, *, newest_first: bool = False, size: int = 500) -> Iterator[list[OperationRow]]:
        """In order of sequence."""

    def page(self, run_id: str, sequence: int) -> tuple[int, int, str] | None:
        """The page with this sequence, as ``pages`` gives it; ``None`` if no page reaches there."""

    def done(self, run_id: str, sequences: Sequence[int]) -> dict[int, OperationRow]:
        """The run's operations with these sequences, by sequence; also those of the same unit of work."""

    def touched(self, clients: Sequence[str]) -> set[str]:
        """Those of *clients* that an import which still stands (was not undone) met: an applied operation of it is about them.

        That an import made a client leave (see ``LEAVING``) does not count: it met others.
        """

    def about(self, clients: Sequence[str], system: str | None = None) -> dict[str, list[tuple[str, OperationRow]]]:
        """(run id, operation) of the applied operations about *clients* of imports that still stand, oldest first.

        Those by which a client left (see ``LEAVING``) are among them.
        With *system* only imports from there count. Clients without any are missing.
        """

    def list(self) -> list[RunRow]:
        """All runs, oldest first."""


class Activity(Protocol):
    """The append-only log of one workspace."""

    def append(self, at: str, actor: str, action: str, run: str | None, summary: Mapping[str, object]) -> None: ...

    def entries(self) -> Iterable[ActivityEntry]:
        """Oldest first."""


class UnitOfWork(Protocol):
    """One transaction over everything a run touches."""

    @property
    def clients(self) -> Clients: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def activity(self) -> Activity: ...
    @property
    def outbox(self) -> Outbox: ...


class Store(Protocol):
    """Where clients live. One object serves one workspace."""

    def identity(self) -> str:
        """What tells this store and workspace from every other; a plan is only ever applied to the one it read."""

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """A unit of work that may only read."""

    def writing(self) -> AbstractContextManager[UnitOfWork]:
        """A unit of work that commits when its block ends and rolls back when it raises.

        Takes the write lock at once, so that what is read inside it is still true when it commits.
        """

    def close(self) -> None: ...


# ------------------------------------------------------------------------------------------------ the rest


class Clock(Protocol):
    """What time it is; tests and replays bring their own."""

    def __call__(self) -> datetime:
        """The time now, with its zone."""


class Spool(Protocol):
    """Lines put aside while a plan is being made: appended once, read in order or by number."""

    def extend(self, lines: Sequence[bytes]) -> None:
        """Append lines in UTF-8; none holds a line break."""

    def __len__(self) -> int: ...

    def page(self, start: int, stop: int) -> bytes:
        """Lines *start* up to *stop*, each ended by a line break, in UTF-8."""

    def line(self, number: int) -> bytes:
        """One line, without its line break."""

    def close(self) -> None: ...


class PlanSink(Protocol):
    """Where a sealed plan is written."""

    def write(self, lines: bytes) -> None:
        """Append whole lines."""

    def finish(self, summary: bytes) -> str:
        """Append the summary line and the digest over all before it; answer the digest."""
