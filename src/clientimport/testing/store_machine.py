"""A store compared with the one in memory, step by step, over histories that hypothesis makes up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from clientimport.adapters.stores.memory import MemoryStore
from clientimport.errors import StoreError
from clientimport.ports import ClientUpdate, Key, NewClient, Store, UnitOfWork
from clientimport.testing.store_samples import everything, operation, run

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


def _insert(unit: UnitOfWork, text: str, keys: list[Key]) -> None:
    (client,) = unit.clients.new_ids(1)
    unit.clients.insert([NewClient(client, text, keys)])


def _log(unit: UnitOfWork, run_id: str, sequences: list[int]) -> None:
    unit.runs.add_operations(run_id, [operation(number) for number in sequences])


_Change = Callable[[UnitOfWork], object]
_changes: st.SearchStrategy[_Change] = st.one_of(
    st.builds(lambda text, keys: lambda unit: _insert(unit, text, keys), _texts, _keys),
    st.builds(lambda count: lambda unit: unit.clients.new_ids(count), st.integers(0, 3)),
    st.lists(st.builds(ClientUpdate, _who, _texts, _keys, _freed), max_size=3).map(
        lambda updates: lambda unit: unit.clients.update(updates)
    ),
    st.lists(st.tuples(_who, st.just(())), max_size=2).map(lambda gone: lambda unit: unit.clients.remove(gone)),
    st.sampled_from(RUNS).map(lambda run_id: lambda unit: unit.runs.start(run(run_id, "sha256:1"))),
    st.builds(
        lambda run_id, at: lambda unit: unit.runs.progress(run_id, at, "{}", "1"), st.sampled_from(RUNS), _sequences
    ),
    st.builds(
        lambda one, two: lambda unit: unit.runs.mark_undone(one, two), st.sampled_from(RUNS), st.sampled_from(RUNS)
    ),
    st.builds(
        lambda run_id, sequences: lambda unit: _log(unit, run_id, sequences),
        st.sampled_from(RUNS),
        st.lists(_sequences, max_size=3),
    ),
    st.just(lambda unit: unit.activity.append("2026-01-01T00:00:00Z", "an", "import", None, {"a": [1]})),
)


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

        @rule(changes=st.lists(_changes, min_size=1, max_size=4), interrupted=st.booleans(), heedless=st.booleans())
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

        def teardown(self) -> None:
            if hasattr(self, "after"):
                self.after.close()

    return StoreMachine


def _unit(store: Store, changes: list[_Change], interrupted: bool, heedless: bool) -> list[Any]:
    """What each change did: its answer, or that it was refused; *heedless*: go on after a refusal."""
    told: list[Any] = []
    try:
        with store.writing() as unit:
            for change in changes:
                try:
                    told.append(change(unit))
                except StoreError:
                    told.append("refused")
                    if not heedless:
                        raise
            if interrupted:
                raise _InterruptedError  # noqa: TRY301  # the block raises, as a caller would
    except StoreError:
        told.append("rolled back")
    except _InterruptedError:
        told.append("interrupted")
    return told


class _InterruptedError(Exception):
    pass
