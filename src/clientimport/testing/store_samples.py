"""What the tests of stores put in and take out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from clientimport.core.invitations import NewInvitation
from clientimport.core.journal import OPENING, REVERSAL, Posting
from clientimport.ports import (
    ClientUpdate,
    Key,
    NewClient,
    NewItem,
    NewPayment,
    NewPosting,
    OperationRow,
    RunRow,
    Store,
    UnitOfWork,
)


class MakeStore(Protocol):
    """Opens a store; within one test all that it opens lie in the same place, so that they see the same clients."""

    def __call__(self, workspace: str = "default") -> Store: ...


@runtime_checkable
class Verifies(Protocol):
    """An ``Activity`` that can check its own chain."""

    def verify(self) -> int | None: ...


def key(scheme: str, value: str, slot: str | None = None) -> Key:
    return (scheme, value, slot)


def new(text: str = "{}", *keys: Key) -> tuple[str, Sequence[Key]]:
    return text, keys


def insert(store: Store, *clients: tuple[str, Sequence[Key]]) -> list[str]:
    """Insert and commit; the ids, in order."""
    with store.writing() as unit:
        ids = unit.clients.new_ids(len(clients))
        unit.clients.insert([NewClient(client, *what) for client, what in zip(ids, clients, strict=True)])
    return ids


def change(client: str, text: str) -> ClientUpdate:
    return ClientUpdate(client, text, (), ())


def run(
    run_id: str,
    digest: str,
    *,
    kind: str = "import",
    finished_at: str | None = None,
    undone_by: str | None = None,
    through: int = -1,
    revision: str = "",
    source_digest: str = "",
    system: str = "",
) -> RunRow:
    return RunRow(
        id=run_id,
        kind=kind,
        plan_digest=digest,
        state="running",
        through=through,
        actor="an",
        source="clients.csv",
        started_at="2026-01-01T00:00:00Z",
        finished_at=finished_at,
        counts='{"records":1}',
        header='["é"]',
        undone_by=undone_by,
        revision=revision,
        source_digest=source_digest,
        system=system,
    )


def start(store: Store, *runs: RunRow) -> None:
    with store.writing() as unit:
        for one in runs:
            unit.runs.start(one)


def found(one: RunRow | None) -> RunRow:
    assert one is not None
    return one


def operation(
    sequence: int,
    *,
    client: str | None = "7",
    action: str = "update",
    outcome: str = "applied",
    said: str | None = None,
) -> OperationRow:
    return OperationRow(sequence, client, action, outcome, '{"city":["é",null]}', None if client is None else 2, said)


def opening(client: str | None, minor: int = 12_345, **other: Any) -> NewPosting:
    """An opening balance in euros of 1 January, but for what is given."""
    values = {"sequence": 0, "kind": OPENING, "date": "2026-01-01", "account": "1200", "contra": "3900"}
    return NewPosting(**{**values, "client": client, "currency": "EUR", "minor": minor, **other})


def converted(client: str | None, minor: int = 12_345, **other: Any) -> NewPosting:
    """An opening balance in dollars that was converted to euros."""
    values = {"currency": "USD", "rate": "0.92", "base_currency": "EUR", "base_minor": minor * 92 // 100}
    return opening(client, minor, **{**values, **other})


def mirror(posting: Posting, **other: Any) -> NewPosting:
    """What takes *posting* back, but for what is given."""
    fields = {name: getattr(posting, name) for name in NewPosting._fields if name in Posting._fields}
    base = None if posting.base_minor is None else -posting.base_minor
    changed = {"kind": REVERSAL, "minor": -posting.minor, "base_minor": base, "reverses": posting.number, "sources": ""}
    changed["restores"] = None
    return NewPosting(**{**fields, **changed, **other})


def documents(*amounts: int) -> tuple[NewItem, ...]:
    return tuple(NewItem(f"F{place}", "2025-11-30", None, minor) for place, minor in enumerate(amounts))


def payment(client: str, minor: int = 5_000) -> NewPayment:
    return NewPayment(client, "2026-02-03", "Bank transfer", "EUR", minor, "F1 é")


def post(store: Store, run_id: str, *postings: NewPosting) -> list[Posting]:
    """Post and commit; the postings as the store tells them."""
    with store.writing() as unit:
        before = {posting.number for page in unit.ledger.postings() for posting in page}
        unit.ledger.post(run_id, postings)
        return [posting for page in unit.ledger.postings() for posting in page if posting.number not in before]


def do_everything(unit: UnitOfWork, stays: str, goes: str) -> None:
    """Change something in every table."""
    (client,) = unit.clients.new_ids(1)
    unit.clients.insert([NewClient(client, '{"name":"new"}', [key("email", "c@x")])])
    unit.clients.update([ClientUpdate(stays, '{"a":1}', [key("email", "d@x")], [("email", "a@x")])])
    unit.clients.remove([(goes, [("email", "b@x")])])
    unit.clients.add_not_same([(stays, client)], "r1")
    unit.runs.start(run("r2", "sha256:2"))
    unit.ledger.post("r1", [opening(stays), opening(stays, currency="USD", items=documents(12_345))])
    unit.ledger.close_period("2025-01-01", "2025-12-31")
    unit.ledger.add_payments([payment(stays)])
    unit.runs.progress("r1", 3, '{"a":1}', "7")
    unit.runs.finish("r1", "2026-01-02T00:00:00Z", '{"a":2}')
    unit.runs.mark_undone("r1", "r2")
    unit.runs.add_pages("r1", [(0, 0, "x")])
    unit.runs.add_operations("r1", [operation(0, client=client)])
    unit.activity.append("2026-01-01T00:00:00Z", "an", "import", "r1", {})
    unit.outbox.queue([NewInvitation(stays, "welcome", "", "r1", "", "2026-01-01T00:00:00Z")])


def everything(
    store: Store,
    *,
    keys: Sequence[str] = ("a@x", "b@x", "c@x", "d@x", "C1"),
    clients: Sequence[str] = (),
    runs: Sequence[str] = ("r1", "r2"),
) -> Mapping[str, list[object]]:
    """All that can be read from a store, to be compared."""
    with store.reading() as unit:
        return {
            "clients": [client for batch in unit.clients.scan() for client in batch],
            "fetched": list(unit.clients.fetch(clients)),
            "keys": [
                (scheme, slot, *hit)
                for scheme in ("email", "code")
                for slot in (None, "")
                for hit in sorted(unit.clients.by_keys(scheme, keys, slot))
            ],
            "apart": [*sorted(unit.clients.not_same()), *sorted(unit.clients.pairs_of(clients).items())],
            "told": [*unit.clients.keys_of(clients).items()],
            "runs": [*unit.runs.list(), *filter(None, map(unit.runs.get, runs))],
            "found": [*filter(None, (unit.runs.find("sha256:1"), unit.runs.find("sha256:2")))],
            "pages": [page for one in runs for page in unit.runs.pages(one)],
            "operations": [row for one in runs for batch in unit.runs.operations(one) for row in batch],
            "touched": [*sorted(unit.runs.touched(clients))],
            "activity": list(unit.activity.entries()),
            "outbox": [row for page in unit.outbox.rows() for row in page],
            "invited": [*unit.outbox.about(clients).items()],
            "queued": [row for one in runs for row in unit.outbox.of_run(one)],
            **ledger(unit, clients),
        }


def ledger(unit: UnitOfWork, clients: Sequence[str] = ()) -> Mapping[str, list[object]]:
    """All that can be read from the ledger."""
    postings = [posting for page in unit.ledger.postings() for posting in page]
    return {
        "postings": [*postings],
        "posted": [*unit.ledger.get([posting.number for posting in postings]).values()],
        "openings": [posting for page in unit.ledger.openings() for posting in page],
        "live": [*unit.ledger.live(clients).items()],
        "items": [*unit.ledger.items([posting.number for posting in postings]).items()],
        "totals": [*unit.ledger.totals()],
        "periods": [*unit.ledger.periods()],
        "payments": [paid for page in unit.ledger.payments() for paid in page],
    }


def writes() -> list[Callable[[UnitOfWork], object]]:
    """A call of every method that writes."""
    return [
        lambda unit: unit.clients.new_ids(1),
        lambda unit: unit.clients.insert([]),
        lambda unit: unit.clients.update([]),
        lambda unit: unit.clients.remove([]),
        lambda unit: unit.clients.add_not_same([]),
        lambda unit: unit.clients.remove_not_same([]),
        lambda unit: unit.clients.restore([]),
        lambda unit: unit.runs.start(run("r1", "sha256:1")),
        lambda unit: unit.runs.progress("r1", 0, "{}", ""),
        lambda unit: unit.runs.finish("r1", "2026-01-01T00:00:00Z", "{}"),
        lambda unit: unit.runs.mark_undone("r1", "r2"),
        lambda unit: unit.runs.add_pages("r1", []),
        lambda unit: unit.runs.add_operations("r1", []),
        lambda unit: unit.ledger.post("r1", []),
        lambda unit: unit.ledger.close_period("2026-01-01", "2026-01-31"),
        lambda unit: unit.ledger.reopen_period("2026-01-01", "2026-01-31"),
        lambda unit: unit.ledger.add_payments([]),
        lambda unit: unit.activity.append("2026-01-01T00:00:00Z", "an", "import", None, {}),
        lambda unit: unit.outbox.queue([]),
        lambda unit: unit.outbox.move([], "sending", "2026-01-01T00:00:00Z"),
    ]
