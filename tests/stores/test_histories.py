"""Whatever is done to a store, in whatever order, it answers as the model does."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from clientimport.adapters.stores.memory import MemoryStore
from clientimport.adapters.stores.sql import SqlStore
from clientimport.testing.store_machine import store_machine
from tests.stores.test_conformance import make_tables
from tests.stores.test_suite_checks_itself import (
    ForgetsSources,
    KeepsOldOpenings,
    KeepsTheVersion,
    LeavesKeysBehind,
    StealsExclusiveKeys,
    breaking,
)


def on_a_file(after: ExitStack) -> SqlStore:
    folder = after.enter_context(tempfile.TemporaryDirectory())
    store = SqlStore(f"sqlite:///{Path(folder) / 'clients.db'}")
    after.callback(store.close)
    return store


def on_a_borrowed_connection(after: ExitStack) -> SqlStore:
    connection = sqlite3.connect(":memory:")
    after.callback(connection.close)
    make_tables(connection)
    return SqlStore(connection)


TestFile = store_machine(on_a_file).TestCase
TestFile.settings = settings(max_examples=25, stateful_step_count=12)

TestBorrowed = store_machine(on_a_borrowed_connection).TestCase
TestBorrowed.settings = settings(max_examples=60, stateful_step_count=15)


@pytest.mark.parametrize(
    "broken",
    [
        breaking(LeavesKeysBehind),
        breaking(KeepsTheVersion),
        breaking(StealsExclusiveKeys),
        breaking(ledger=ForgetsSources),
        breaking(ledger=KeepsOldOpenings),
    ],
)
def test_a_store_that_differs_is_noticed(broken: type[MemoryStore]) -> None:
    """The comparison can fail: histories are found in which these stores answer otherwise than the model."""
    machine = store_machine(lambda _: broken())
    tries = settings(max_examples=400, derandomize=True, database=None, phases=[Phase.generate])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=tries)
