"""A store compared with the one in memory, step by step, over histories that hypothesis makes up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from clientimport.adapters.stores.memory import MemoryStore
from clientimport.core.invitations import STATES, NewInvitation
from clientimport.core.journal import ROUNDING
from clientimport.errors import StoreError
from clientimport.ports import ClientUpdate, Key, NewClient, NewPosting, Store, UnitOfWork
from clientimport.testing.store_ledger import add_up
from clientimport.testing.store_samples import (
    converted,
    documents,
    everything,
    insert,
    mirror,
    new,
    opening,
    operation,
    payment,
    run,
    start,
)

VALUES = ("a", "A", "1", "é", "")
RUNS = ("r1", "r2")

_keys = st.lists(
    st.tuples(
        st.sampled_from(("email", "code")),
        st.sampled_from(VALUES),
        st.sampled_from((None, None, "", "standard")),
    ),
    max_size=3,
)
_freed = st.lists(st.tuples(st.sampled_from(("email", "code")), st.sampled_from(VALUES)), max_size=3)
_texts = st.sampled_from(("{}", '{"a":1}', '{"a":"é"}'))
_who = st.integers(1, 8).map(str)  # some of them never given, some removed
_sequences = st.integers(0, 4)
_seldom = st.sampled_from((False, False, False, True))
_numbers = st.sampled_from((1, 1, 2, 2, 3, 4, 5))
_there = st.sampled_from(("1", "2", "1", "2", "3"))
_days = st.sampled_from(("2026-01-01", "2026-01-01", "2026-01-02", "2026-01-01", "2025-12-31", "2026-02-30"))
_amounts = st.sampled_from((12_345, -12_345, 1, -1, 2**63 - 1, 0))
_openings = st.one_of(
    st.builds(
        opening,
        _there,
        _amounts,
        date=_days,
        joint=st.booleans(),
        currency=st.sampled_from(("EUR", "USD")),
        sources=st.sampled_from(("", "sha256:a", "sha256:b sha256:a")),
    ),
    st.builds(
        lambda client, minor: opening(client, minor, items=documents(12_000, 345)),
        _there,
        st.sampled_from((12_345, 12_345, 12_346)),
    ),
    st.builds(converted, _there, _amounts),
)
_postings = st.lists(
    st.one_of(
        _openings,
        _openings,
        st.builds(lambda minor, date: opening(None, minor, kind=ROUNDING, date=date, joint=True), _amounts, _days),
    ),
    max_size=2,
)


def _insert(unit: UnitOfWork, text: str, keys: list[Key]) -> None:
    (client,) = unit.clients.new_ids(1)
    unit.clients.insert([NewClient(client, text, keys)])


def _log(unit: UnitOfWork, run_id: str, sequences: list[int], action: str) -> None:
    unit.runs.add_operations(run_id, [operation(number, action=action) for number in sequences])


def _take_back(unit: UnitOfWork, run_id: str, number: int, again: list[NewPosting], **other: object) -> object:
    found = unit.ledger.get([number])
    for posted in found.values():
        unit.ledger.post(run_id, [mirror(posted, **other), *again])
    return list(found)


def _move(unit: UnitOfWork, ids: list[str], state: str) -> object:
    rows = unit.outbox.get(ids)
    return unit.outbox.move(
        [rows[each] for each in ids if each in rows],
        state,
        "2026-01-02T00:00:00Z",
        error="x",
        address="a" * (state == "sending"),
    )


_Change = Callable[[UnitOfWork], object]
_bookings: st.SearchStrategy[_Change] = st.one_of(
    st.builds(
        lambda run_id, postings: lambda unit: unit.ledger.post(run_id, postings), st.sampled_from(RUNS), _postings
    ),
    st.builds(
        lambda run_id, number, again, joint: lambda unit: _take_back(unit, run_id, number, again, joint=joint),
        st.sampled_from(RUNS), _numbers, _postings, st.booleans(),
    ),
    st.builds(
        lambda number, other: lambda unit: _take_back(unit, "r1", number, [], **other),
        _numbers, st.sampled_from(({"minor": 1}, {"date": "2026-01-02"}, {"client": "2"}, {"reverses": 2})),
    ),
    st.builds(lambda start, end: lambda unit: unit.ledger.close_period(start, end), _days, _days),
    st.builds(lambda start, end: lambda unit: unit.ledger.reopen_period(start, end), _days, _days),
    st.lists(st.builds(payment, _there, _amounts), max_size=2).map(
        lambda payments: lambda unit: unit.ledger.add_payments(payments)
    ),
)  # fmt: skip
_changes: st.SearchStrategy[_Change] = st.one_of(
    st.builds(lambda text, keys: lambda unit: _insert(unit, text, keys), _texts, _keys),
    st.builds(lambda count: lambda unit: unit.clients.new_ids(count), st.integers(0, 3)),
    st.lists(st.builds(ClientUpdate, _who, _texts, _keys, _freed), max_size=3).map(
        lambda updates: lambda unit: unit.clients.update(updates)
    ),
    st.lists(st.tuples(_who, st.just(())), max_size=2).map(lambda gone: lambda unit: unit.clients.remove(gone)),
    st.lists(st.builds(NewClient, _who, _texts, _keys), max_size=2).map(
        lambda back: lambda unit: unit.clients.restore(back)
    ),
    st.sampled_from(RUNS).map(lambda run_id: lambda unit: unit.runs.start(run(run_id, "sha256:1"))),
    st.builds(
        lambda run_id, at: lambda unit: unit.runs.progress(run_id, at, "{}", "1"), st.sampled_from(RUNS), _sequences
    ),
    st.builds(
        lambda one, two: lambda unit: unit.runs.mark_undone(one, two), st.sampled_from(RUNS), st.sampled_from(RUNS)
    ),
    st.builds(
        lambda run_id, sequences, action: lambda unit: _log(unit, run_id, sequences, action),
        st.sampled_from(RUNS),
        st.lists(_sequences, max_size=3),
        st.sampled_from(("update", "update", "deactivate")),
    ),
    st.just(lambda unit: unit.activity.append("2026-01-01T00:00:00Z", "an", "import", None, {"a": [1]})),
    st.lists(
        st.builds(
            NewInvitation, _who, st.sampled_from(("a", "b")), st.just(""), st.sampled_from(("", *RUNS)), st.just(""),
            st.just("2026-01-01T00:00:00Z"),
        ),
        min_size=1, max_size=2,
    ).map(lambda rows: lambda unit: unit.outbox.queue(rows)),
    st.builds(
        lambda ids, state: lambda unit: _move(unit, ids, state),
        st.lists(st.sampled_from(("1", "2", "3")), max_size=2), st.sampled_from(STATES),
    ),
    _bookings,
    _bookings,
)  # fmt: skip


def store_machine(make_store: Callable[[ExitStack], Store]) -> type[RuleBasedStateMachine]:
    """A state machine whose ``TestCase`` pytest can run.

    Args:
        make_store: Opens an empty store; what must be done afterwards goes onto the stack it gets.
    """

    class StoreMachine(RuleBasedStateMachine):
        store: Store
        model: MemoryStore

        @initialize()
        def begin(self) -> None:
            self.after = ExitStack()
            self.store = make_store(self.after)
            self.model = MemoryStore()
            for store in (self.store, self.model):
                insert(store, new(), new())
                start(store, run("r1", "sha256:1", source_digest="sha256:a"))

        @rule(changes=st.lists(_changes, min_size=1, max_size=4), interrupted=_seldom, heedless=st.booleans())
        def work(self, changes: list[_Change], interrupted: bool, heedless: bool) -> None:
            """One unit of work in both, which end alike."""
            outcomes = [_unit(store, changes, interrupted, heedless) for store in (self.store, self.model)]
            assert outcomes[0] == outcomes[1]

        @invariant()
        def same(self) -> None:
            """Whatever can be read is equal."""
            ids = [str(number) for number in range(1, 12)]
            seen, wanted = (
                everything(store, keys=VALUES, clients=ids, runs=RUNS) for store in (self.store, self.model)
            )
            assert seen == wanted
            add_up(self.store)

        def teardown(self) -> None:
            if hasattr(self, "after"):
                self.after.close()

    return StoreMachine


def _unit(store: Store, changes: list[_Change], interrupted: bool, heedless: bool) -> list[Any]:
    """What each change answered up to the first that was refused; *heedless*: go on after a refusal."""
    told: list[Any] = []
    try:
        with store.writing() as unit:
            for change in changes:
                try:
                    answer = change(unit)
                except StoreError:
                    answer = "refused"
                    if not heedless:
                        raise
                # What failed may be done half-way, so what is answered after it is anybody's guess.
                if "refused" not in told:
                    told.append(answer)
            if interrupted:
                raise _InterruptedError  # noqa: TRY301  # the block raises, as a caller would
    except StoreError:
        told.append("rolled back")
    except _InterruptedError:
        told.append("interrupted")
    return told


class _InterruptedError(Exception):
    pass
