"""Whatever moment the process dies at: apply again, or undo again, and all is as if nothing had happened.

The children are real and are killed by SIGKILL, so nothing of Python or SQLite cleans up behind them.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientimport import Books, Importer, Plan, Settings, StoreError
from clientimport.adapters.stores.memory import MemoryStore
from clientimport.adapters.stores.sql import SqlStore
from clientimport.services import applying
from clientimport.testing.faults import Fault, FaultyStore, kill
from tests.crash.processes import KILLED, ended, forked, killed, waited
from tests.laws.strategies import FIELDS, big_file
from tests.planning.given import NOW, everything, plan_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the children are forks of this process")

FULL = os.environ.get("CLIENTIMPORT_FULL") == "1"
BLANK = dict.fromkeys(FIELDS, "")
FILE = [
    *big_file(60),
    *big_file(4),  # said before
    *(BLANK | {"name": name, "email": "wie@voorbeeld.be"} for name in ("Jan Peeters", "Els Maes")),  # who is it?
]
ROWS = [
    row
    | {"opening_balance": str(sum(map(ord, row["email"])) % 5), "opening_currency": "USD" if 60 <= n < 64 else "EUR"}
    for n, row in enumerate(FILE)
]
GONE = [BLANK | {"name": f"Weg {n}", "email": f"weg{n}@voorbeeld.be"} for n in range(12)]
"""Clients that the file does not list any more."""
PAGE = 4
OPTIONS: dict[str, Any] = {
    "profile": "daftra",
    "settings": Settings(
        commit_every=2 * PAGE,
        default_country="BE",
        shared_key_limit=6,
        books=Books(existing="replace", entries="cut_over", base_currency="EUR", rates={"USD": "0.9"}),
    ),
    "clock": lambda: NOW,
}


def importer_on(store: object, run: str = "the-run") -> Importer:
    """An importer whose next run is called *run*."""
    return Importer(store, new_id=lambda: run, **OPTIONS)


def the_plan(importer: Importer) -> Plan:
    """The plan of the file; who is not listed any more is deactivated, and every other of them removed."""
    gone = [client.id for client in importer.clients() if client.name.startswith("Weg")]
    decisions = {"clients:not-listed": "deactivate"} | {f"client:{client}": "remove" for client in gone[::2]}
    return plan_of(importer, *ROWS, decisions=decisions)


class Scene:
    """A store with some clients and a plan for it, to be copied for each crash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        self.plan_path = folder / "plan.jsonl"
        self._copies = 0
        with importer_on(self.url(self._template), "before") as importer:
            older = {"city": "Oostende", "tags": "oud", "opening_balance": "9"}
            known = [row | (older if n % 2 else {}) for n, row in enumerate(ROWS[::3])]
            importer.apply(plan_of(importer, *known, *GONE, merge="overwrite"))
            the_plan(importer).save(self.plan_path)
        with importer_on(self.copy()) as importer:
            counting = FaultyStore(importer.store)
            self.apply(counting)
            self.statements, self.units = counting.statements, counting.units
            self.applied = outcome(importer)
            counting = FaultyStore(importer.store)
            self.undo(counting)
            self.undo_statements, self.undo_units = counting.statements, counting.units
            self.undone = outcome(importer)

    @staticmethod
    def url(path: Path) -> str:
        return f"sqlite:///{path}"

    def copy(self, of: Path | None = None) -> str:
        self._copies += 1
        path = self._folder / f"copy{self._copies}.db"
        shutil.copyfile(of or self._template, path)
        return self.url(path)

    def apply(self, store: object, run: str = "the-run") -> None:
        importer = importer_on(store, run)
        importer.apply(importer.load(self.plan_path))

    @staticmethod
    def undo(store: object, run: str = "the-undo") -> None:
        importer_on(store, run).undo("the-run")


def outcome(importer: Importer) -> dict[str, Any]:
    """Everything that must not depend on how often the process died."""
    with importer.store.reading() as work:
        runs = work.runs.list()
        return {
            "clients": everything(importer),
            "versions": [client.version for client in importer.clients()],
            "runs": runs,
            "operations": {run.id: [row for page in work.runs.operations(run.id) for row in page] for run in runs},
            "lines": {
                run.id: [line for _, _, text in work.runs.pages(run.id) for line in text.split("\n")] for run in runs
            },
            "postings": [posting for page in work.ledger.postings() for posting in page],
            "books": work.ledger.totals(),
            "activity": importer.activity(),
        }


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Pages of a few records, so that a small plan needs many commits."""
    page, applying.PAGE = applying.PAGE, PAGE
    try:
        yield Scene(tmp_path_factory.mktemp("crash"))
    finally:
        applying.PAGE = page


def faults(statements: int, units: int, normal: int) -> list[Fault]:
    """Before and after every statement and every commit; a spread of *normal* of them in the normal run."""
    every = [
        Fault(at=at, of=of, when=when, act=kill)  # type: ignore[arg-type]
        for of, most in (("statement", statements), ("unit", units))
        for at in range(1, most + 1)
        for when in ("before", "after")
    ]
    if FULL or len(every) <= normal:
        return every
    return [every[round(index * (len(every) - 1) / (normal - 1))] for index in range(normal)]


def test_the_scene_is_worth_dying_in(scene: Scene) -> None:
    """Creates, updates, merged rows, refused and waiting ones, and clients that leave, in several commits."""
    counts = json.loads(scene.applied["runs"][-1].counts)

    assert min(counts[name] for name in ("created", "updated", "unchanged", "skipped", "refused", "held")) > 0, counts
    assert counts["stale"] == 0
    assert (counts.pop("deactivated"), counts.pop("removed")) == (6, 6)
    assert sum(count for name, count in counts.items() if not name.startswith("openings")) == len(ROWS)
    kinds = {posting.kind for posting in scene.applied["postings"] if posting.run == "the-run"}
    assert kinds == {"opening", "reversal"}
    assert counts["openings_posted"] > 20
    assert {posting.currency for posting in scene.applied["postings"] if posting.run == "the-run"} == {"EUR", "USD"}
    assert scene.units > 8


@pytest.mark.crash
def test_killed_while_applying_and_applied_again(scene: Scene) -> None:
    """Nothing lost, nothing doubled: clients, keys, operations, lines, counts and activity of an uninterrupted run."""
    for fault in faults(scene.statements, scene.units, 24):
        url = scene.copy()

        assert ended(lambda: scene.apply(FaultyStore(SqlStore(url), fault))) == KILLED, fault  # noqa: B023

        with importer_on(url) as importer:
            scene.apply(importer.store)
            assert outcome(importer) == scene.applied, fault


@pytest.mark.crash
def test_killed_again_and_again(scene: Scene) -> None:
    """Every life does one more commit, or none."""
    url = scene.copy()
    deaths = 0
    for at in (2, 3, 1, 2, 4):
        fault = Fault(at=at, of="unit", when="after" if at % 2 else "before", act=kill)
        deaths += ended(lambda: scene.apply(FaultyStore(SqlStore(url), fault))) == KILLED  # noqa: B023

    with importer_on(url) as importer:
        scene.apply(importer.store)
        assert outcome(importer) == scene.applied
    assert deaths >= 4


@pytest.mark.crash
def test_killed_while_undoing_and_undone_again(scene: Scene) -> None:
    """All of the run is undone or nothing."""
    applied = scene.copy()
    with importer_on(applied) as importer:
        scene.apply(importer.store)
    for fault in faults(scene.undo_statements, scene.undo_units, 10):
        url = scene.copy(Path(applied.removeprefix("sqlite:///")))

        assert ended(lambda: scene.undo(FaultyStore(SqlStore(url), fault))) == KILLED, fault  # noqa: B023

        with importer_on(url) as importer:
            assert outcome(importer) in (scene.applied, scene.undone)
            scene.undo(importer.store)
            assert outcome(importer) == scene.undone, fault


@pytest.mark.crash
def test_killed_at_any_moment(scene: Scene) -> None:
    """Also in the middle of what SQLite does."""
    chance = random.Random(time.time_ns())
    began = time.perf_counter()
    with importer_on(scene.copy()) as importer:
        scene.apply(importer.store)
    length = time.perf_counter() - began
    for _ in range(300 if FULL else 6):
        url = scene.copy()
        after = chance.uniform(0, length)

        killed(lambda: scene.apply(SqlStore(url)), after)  # noqa: B023

        with importer_on(url) as importer:
            scene.apply(importer.store)
            assert outcome(importer) == scene.applied, after


def test_half_applied_can_be_undone(scene: Scene) -> None:
    """Killed for good: what was written goes again, and applying anew begins a new run."""
    url = scene.copy()
    with importer_on(url) as importer:
        before, owed = everything(importer), [client.balance for client in importer.clients()]
    assert ended(lambda: scene.apply(FaultyStore(SqlStore(url), Fault(at=5, of="unit", act=kill)))) == KILLED

    with importer_on(url) as importer:
        assert everything(importer) != before
        scene.undo(importer.store)
        assert everything(importer) == before
        assert [client.balance for client in importer.clients()] == owed
        scene.apply(importer.store, "another-run")
        assert [run.id for run in importer.runs.list()] == ["before", "the-run", "the-undo", "another-run"]


def test_two_processes_apply_the_same_plan_at_once(scene: Scene) -> None:
    """Everything once, in one run, whoever does it."""
    for _ in range(20 if FULL else 2):
        url = scene.copy()
        children = [forked(lambda name=name: scene.apply(SqlStore(url), name)) for name in ("one", "two")]  # type: ignore[misc]  # noqa: B023

        assert [waited(child) for child in children] == [0, 0]

        with importer_on(url) as importer:
            found = outcome(importer)
            assert found["clients"] == scene.applied["clients"]
            assert found["versions"] == scene.applied["versions"]
            assert [run.id for run in found["runs"]] in (["before", "one"], ["before", "two"])
            assert found["runs"][1].counts == scene.applied["runs"][1].counts
            assert found["operations"][found["runs"][1].id] == scene.applied["operations"]["the-run"]
            assert found["lines"][found["runs"][1].id] == scene.applied["lines"]["the-run"]
            assert len(found["activity"]) == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_store_that_fails_can_be_tried_again(scene: Scene, when: str) -> None:
    """In the same process, at every commit: the error says that trying again helps, and it does."""
    for at in range(1, scene.units + 1):
        store = memory_with_clients()
        plan = the_plan(importer_on(store))
        expected = applied_in_memory(plan)
        faulty = importer_on(FaultyStore(store, Fault(at=at, of="unit", when=when)))  # type: ignore[arg-type]

        with pytest.raises(StoreError) as failed:
            faulty.apply(plan)
        assert failed.value.retry
        faulty.apply(plan)

        assert outcome(faulty) == expected


def memory_with_clients() -> MemoryStore:
    store = MemoryStore(identity="memory")
    importer = importer_on(store, "before")
    known = (row | {"city": "Oostende"} for row in ROWS[::3])
    importer.apply(plan_of(importer, *known, *GONE, merge="overwrite"))
    return store


def applied_in_memory(plan: Plan) -> dict[str, Any]:
    importer = importer_on(memory_with_clients())
    importer.apply(plan)
    return outcome(importer)
