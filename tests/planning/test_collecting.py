"""The garbage collector belongs to the host: it comes less often while records go by, and then it is as it was."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

from clientimport import Settings
from clientimport.services.applying import PAGE
from clientimport.services.collecting import RARELY, collecting_rarely
from tests.planning.given import OpenImporter, plan_of

ROWS = [{"external_id": f"{n}", "name": f"Client {n}", "email": f"c{n}@voorbeeld.be"} for n in range(7)]

Thresholds = tuple[int, ...]


@pytest.fixture(autouse=True)
def usual() -> Iterator[Thresholds]:
    """A host that leaves the collector as Python has it, whatever stood before; and that again afterwards."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield gc.get_threshold()
    gc.set_threshold(*before)


def first() -> int:
    """New objects between two looks for garbage, as it is now."""
    return gc.get_threshold()[0]


# ------------------------------------------------------------------------------------------------ the block


def test_it_comes_less_often_inside_and_is_as_it_was_after(usual: Thresholds) -> None:
    """Only the first of its thresholds is another one."""
    with collecting_rarely():
        assert gc.get_threshold() == (RARELY, *usual[1:])

    assert gc.get_threshold() == usual


def test_blocks_may_stand_in_one_another(usual: Thresholds) -> None:
    """The end of an inner one changes nothing; after the outer one there may be another."""
    for _ in range(2):
        with collecting_rarely():
            for _ in range(2):
                with collecting_rarely():
                    assert first() == RARELY
                assert first() == RARELY
        assert gc.get_threshold() == usual


def test_a_failure_inside_gives_it_back_too(usual: Thresholds) -> None:
    """Also where it goes through several blocks."""
    with pytest.raises(KeyError), collecting_rarely(), collecting_rarely():
        raise KeyError
    assert gc.get_threshold() == usual


@pytest.mark.parametrize("own", [0, RARELY, RARELY + 1, 1_000_000])
def test_a_host_that_wants_it_as_seldom_keeps_its_setting(own: int) -> None:
    """Zero is never: then it stays off, and is not switched on afterwards."""
    gc.set_threshold(own)
    before = gc.get_threshold()

    with collecting_rarely(), collecting_rarely():
        assert gc.get_threshold() == before
    assert gc.get_threshold() == before


@pytest.mark.parametrize("own", [0, 500, 700, 1_000_000])
def test_what_a_host_sets_meanwhile_stays(own: int) -> None:
    """It knows better than what was noted at the start; the next block begins with it."""
    with collecting_rarely():
        gc.set_threshold(own, 7, 7)
        chosen = gc.get_threshold()
        with collecting_rarely():
            assert gc.get_threshold() == chosen
        assert gc.get_threshold() == chosen
    assert gc.get_threshold() == chosen

    with collecting_rarely():
        assert first() == (own if own in {0, 1_000_000} else RARELY)
    assert gc.get_threshold() == chosen


@pytest.mark.parametrize("first_out", [0, 1])
def test_of_two_threads_the_last_one_out_gives_it_back(usual: Thresholds, first_out: int) -> None:
    """Whoever came first: the setting is one for the whole process."""
    jobs = [Job(), Job()]
    for job in jobs:
        job.begin()

    jobs[first_out].end()
    assert first() == RARELY
    jobs[1 - first_out].end()
    assert gc.get_threshold() == usual


class Job:
    """A thread that is inside a block from ``begin`` to ``end``."""

    def __init__(self) -> None:
        self._inside, self._enough = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work)

    def begin(self) -> None:
        self._thread.start()
        assert self._inside.wait(60)

    def end(self) -> None:
        self._enough.set()
        self._thread.join()

    def _work(self) -> None:
        with collecting_rarely():
            self._inside.set()
            self._enough.wait(60)


def test_many_threads_come_and_go(usual: Thresholds) -> None:
    """Each of them works with the setting, and none of them leaves it behind."""
    seen: set[int] = set()
    together = threading.Barrier(8)

    def work() -> None:
        together.wait(60)
        for _ in range(200):
            with collecting_rarely():
                seen.add(first())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == {RARELY}
    assert gc.get_threshold() == usual


# ------------------------------------------------------------------------------------------------ an import


def test_planning_collects_rarely_and_gives_it_back(open_importer: OpenImporter, usual: Thresholds) -> None:
    """In every stage of it; deciding makes a plan as well."""
    importer = open_importer(settings=Settings(batch_size=2))
    rows = [*ROWS, {**ROWS[0], "email": "else@voorbeeld.be"}]
    seen: list[int] = []

    plan = plan_of(importer, *rows, progress=lambda *_: seen.append(first()))

    assert set(seen) == {RARELY}
    assert gc.get_threshold() == usual
    (question,) = plan.conflicts
    assert plan.decide({question.id: "skip"}).summary.conflicts == 0
    assert gc.get_threshold() == usual


def test_planning_that_is_stopped_gives_it_back(open_importer: OpenImporter, usual: Thresholds) -> None:
    """The host stops it from its own progress bar."""
    importer = open_importer(settings=Settings(batch_size=2))

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan_of(importer, *ROWS, progress=stop)

    assert gc.get_threshold() == usual


@pytest.fixture
def spied(open_importer: OpenImporter, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[int]]:
    """What the store sees, whenever this method of its clients is called."""
    with open_importer().store.reading() as work:
        clients_class: Any = type(work.clients)

    def spy(name: str) -> list[int]:
        seen: list[int] = []
        really = getattr(clients_class, name)

        def noted(self: Any, *given: Any) -> Any:
            seen.append(first())
            return really(self, *given)

        monkeypatch.setattr(clients_class, name, noted)
        return seen

    return spy


def test_applying_and_undoing_collect_rarely_and_give_it_back(
    open_importer: OpenImporter, spied: Callable[[str], list[int]], usual: Thresholds
) -> None:
    """While they write, and not a moment longer."""
    importer = open_importer()
    plan = plan_of(importer, *ROWS)
    inserting, removing = spied("insert"), spied("remove")

    receipt = importer.apply(plan)
    assert gc.get_threshold() == usual
    assert importer.undo(receipt).reversed == len(ROWS)
    assert gc.get_threshold() == usual

    assert set(inserting) == set(removing) == {RARELY}


@pytest.mark.parametrize("own", [300, 1_000_000])
def test_between_two_steps_the_hosts_setting_holds(
    open_importer: OpenImporter, spied: Callable[[str], list[int]], own: int
) -> None:
    """What the host does there is its own; it may also stop there, and go on later."""
    importer = open_importer(settings=Settings(commit_every=PAGE))
    plan = plan_of(importer, *({"name": f"Client {n}", "external_id": f"{n}"} for n in range(3 * PAGE)))
    inserting = spied("insert")
    gc.set_threshold(own)
    before = gc.get_threshold()

    seen: list[Thresholds] = [gc.get_threshold() for _ in islice(importer.apply_iter(plan), 1)]
    seen.append(gc.get_threshold())
    importer.apply(plan, progress=lambda *_: seen.append(gc.get_threshold()))

    assert len(seen) > 4
    assert set(seen) == {before}
    assert set(inserting) == {max(own, RARELY)}
