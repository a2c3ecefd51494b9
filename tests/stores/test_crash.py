"""A process that is killed, at any point, leaves whole units of work; processes that write at once both succeed.

Real processes: the child is killed by SIGKILL, so nothing of Python or SQLite cleans up behind it.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from pathlib import Path
from typing import Literal

import pytest

from clientimport.adapters.stores.sql import SqlStore, steps
from clientimport.adapters.stores.sql.session import Session
from clientimport.errors import StoreError
from clientimport.ports import ClientUpdate, NewClient, Store
from clientimport.testing.faults import Fault, FaultyStore, kill
from clientimport.testing.store_ledger import add_up
from clientimport.testing.store_samples import (
    documents,
    everything,
    found,
    insert,
    key,
    new,
    opening,
    operation,
    run,
    start,
)
from tests.crash.processes import ended, forked, waited

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the child is a fork of this process"),
]

FULL = bool(os.environ.get("CLIENTIMPORT_FULL"))
UNITS = 4
CALLS = 7  # writing ones in ``one_unit``
STATEMENTS = CALLS * UNITS


def one_unit(store: Store, number: int) -> None:
    """Three clients in every table, an opening balance each, and one older client changed."""
    with store.writing() as unit:
        ids = unit.clients.new_ids(3)
        unit.clients.insert([NewClient(client, '{"n":1}', [key("code", f"C{client}", "")]) for client in ids])
        unit.clients.update([ClientUpdate("1", f'{{"units":{number + 1}}}', (), ())])
        unit.runs.add_operations("r1", [operation(3 * number + place, client=ids[place]) for place in range(3)])
        unit.ledger.post("r1", [opening(client, number + 1, items=documents(number + 1)) for client in ids])
        unit.runs.progress("r1", 3 * number + 2, "{}", "")
        unit.activity.append("2026-01-01T00:00:00Z", "an", "import", "r1", {"unit": number})


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store with one client and one run."""
    url = f"sqlite:///{tmp_path / 'clients.db'}"
    store = SqlStore(url)
    insert(store, new('{"units":0}'))
    start(store, run("r1", "sha256:1"))
    store.close()
    return url


def whole_units(url: str) -> int:
    """How many units of work are in the store; fails if any is there in part."""
    raw = sqlite3.connect(url.removeprefix("sqlite:///"))
    assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    counts = {
        table: raw.execute(f"SELECT count(*) FROM clientimport_{table}").fetchone()[0]
        for table in ("clients", "keys", "run_op", "posting", "opening", "open_item", "activity")
    }
    raw.close()
    units = int(counts["activity"])
    assert counts == {
        "clients": 3 * units + 1,
        "keys": 3 * units,
        "run_op": 3 * units,
        "posting": 3 * units,
        "opening": 3 * units,
        "open_item": 3 * units,
        "activity": units,
    }
    store = SqlStore(url)
    with store.reading() as unit:
        assert found(unit.runs.get("r1")).through == 3 * units - 1
        assert unit.clients.fetch(["1"])["1"][1:] == (units + 1, f'{{"units":{units}}}')
        assert unit.activity.verify() is None
    add_up(store)
    store.close()
    return units


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_statement(url: str, when: Literal["before", "after"]) -> None:
    """Of the unit it was in, nothing is left; of the earlier ones, all; and the next process goes on."""
    for at in range(1, STATEMENTS + 1, 1 if FULL or when == "before" else 3):
        done = whole_units(url)
        fault = Fault(at=at, when=when, act=kill)
        assert ended(lambda fault=fault, done=done: work(url, fault, done)) == -signal.SIGKILL  # type: ignore[misc]
        assert whole_units(url) == done + (at - 1) // CALLS


@pytest.mark.parametrize(("when", "kept"), [("before", 2), ("after", 3)])
def test_killed_around_a_commit(url: str, when: Literal["before", "after"], kept: int) -> None:
    """What was committed is there, though the process never heard so."""
    fault = Fault(at=3, of="unit", when=when, act=kill)
    assert ended(lambda: work(url, fault, 0)) == -signal.SIGKILL
    assert whole_units(url) == kept


def test_killed_at_any_time(url: str) -> None:
    """In the middle of a statement, a commit or a checkpoint: whole units of work, never fewer than before."""
    chance = random.Random(7)
    before = 0
    for _ in range(200 if FULL else 15):
        child = forked(lambda before=before: work(url, Fault(), before, units=10_000))  # type: ignore[misc]
        time.sleep(chance.uniform(0.01, 0.12))
        os.kill(child, signal.SIGKILL)
        assert waited(child) == -signal.SIGKILL
        after = whole_units(url)
        assert after >= before
        before = after
    assert before > 0, "no child came as far as its first commit"


def test_killed_while_the_tables_are_made(tmp_path: Path) -> None:
    """The next one to open the store finds none of them, and makes them all."""
    every = 1 if FULL else 3
    for at in range(0, sum(len(step.statements) for step in steps()) + 2, every):
        url = f"sqlite:///{tmp_path / f'{at}.db'}"

        def open_and_die(url: str = url, at: int = at) -> None:
            left = [at]
            write = Session.write

            def counted(session: Session, statement: str, values: tuple[object, ...] = ()) -> int:
                if not left[0]:
                    kill()
                left[0] -= 1
                return write(session, statement, values)

            Session.write = counted  # type: ignore[method-assign,assignment]
            SqlStore(url)
            kill()

        assert ended(open_and_die) == -signal.SIGKILL
        store = SqlStore(url)
        assert not any(everything(store).values())
        insert(store, new())
        store.close()


def test_two_processes_write_at_once(url: str) -> None:
    """Each waits for the other; no id is given twice and no update is lost."""

    def count() -> None:
        store = SqlStore(url)
        for _ in range(25):
            with store.writing() as unit:
                old = unit.clients.fetch(["1"])["1"]
                (client,) = unit.clients.new_ids(1)
                unit.clients.insert([NewClient(client, "{}", [key("code", f"C{client}", "")])])
                unit.clients.update([ClientUpdate("1", f'{{"units":{old.version}}}', (), ())])
        store.close()

    children = [forked(count), forked(count)]
    assert [waited(child) for child in children] == [0, 0]

    store = SqlStore(url)
    with store.reading() as unit:
        assert unit.clients.fetch(["1"])["1"][1:] == (51, '{"units":50}')
        assert [client.id for batch in unit.clients.scan() for client in batch] == [str(n) for n in range(1, 52)]
    store.close()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_failing_statement_undoes_its_unit(url: str, when: Literal["before", "after"]) -> None:
    """The same, where the process lives on: an error instead of a kill, at every statement."""
    store = SqlStore(url)
    counting = FaultyStore(store)
    one_unit(counting, 0)
    assert (counting.statements, counting.units) == (CALLS, 1)
    for at in range(1, CALLS + 1):
        before = everything(store)
        with pytest.raises(StoreError) as failed:
            one_unit(FaultyStore(store, Fault(at=at, when=when)), 1)
        assert failed.value.retry
        assert everything(store) == before
    lost = FaultyStore(store, Fault(at=1, of="unit", when="after"))
    with pytest.raises(StoreError):
        one_unit(lost, 1)
    store.close()
    assert whole_units(url) == 2


def work(url: str, fault: Fault, first: int, units: int = UNITS) -> None:
    store = FaultyStore(SqlStore(url), fault)
    for number in range(first, first + units):
        one_unit(store, number)
