"""The numbers of schemes and runs are asked for once a unit of work, and forgotten with one that kept nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from clientimport.adapters.stores.sql import SqlStore
from clientimport.errors import KeyTakenError, StoreError
from clientimport.ports import ClientUpdate, Key, NewClient, UnitOfWork
from clientimport.testing.store_samples import insert, key, new, operation, run, start
from tests.stores.test_conformance import make_tables

Ask = Callable[[str], list[Sequence[object]]]

CARD = key("card", "C1", "")
MAIL = key("email", "jan@voorbeeld.be", "")


@pytest.fixture(params=["file", "engine", "connection"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Callable[..., SqlStore], Ask]]:
    """Opens stores in one place, on a connection of whichever kind; and asks that place by SQL."""
    path = tmp_path / "clients.db"
    raw = sqlite3.connect(path)
    engine = create_engine(f"sqlite:///{path}")
    opened: list[SqlStore] = []
    if request.param == "connection":
        make_tables(raw)
        raw.commit()

    def make(**options: str) -> SqlStore:
        target = {"file": f"sqlite:///{path}", "engine": engine, "connection": raw}[request.param]
        opened.append(SqlStore(target, **options))  # type: ignore[arg-type]
        return opened[-1]

    def ask(query: str) -> list[Sequence[object]]:
        return raw.execute(query).fetchall()

    yield make, ask
    for store in opened:
        store.close()
    engine.dispose()
    raw.close()


def put(unit: UnitOfWork, *keys: Key) -> str:
    (client,) = unit.clients.new_ids(1)
    unit.clients.insert([NewClient(client, "{}", keys)])
    return client


def test_a_scheme_that_was_not_kept_is_not_remembered(database: tuple[Callable[..., SqlStore], Ask]) -> None:
    """The unit of work that was the first to have it failed: the next one gives it a number that is there."""
    make, ask = database
    store = make()
    for failure in (KeyError, KeyboardInterrupt):
        with pytest.raises(failure), store.writing() as unit:  # noqa: PT012  # one unit of work
            put(unit, CARD)
            assert unit.clients.by_keys("card", ["C1"]) != []
            raise failure
        assert ask("SELECT * FROM clientimport_scheme") == []

    (other,) = insert(store, new("{}", key("another", "C1", "")))  # takes the number that the first would have had
    (client,) = insert(store, new("{}", CARD))

    with store.reading() as unit:
        assert unit.clients.by_keys("card", ["C1"], "") == [("C1", client)]
        assert unit.clients.by_keys("another", ["C1"], "") == [("C1", other)]
        assert unit.clients.keys_of([client]) == {client: [CARD]}
    assert ask("SELECT name, count(*) FROM clientimport_scheme GROUP BY name") == [("another", 1), ("card", 1)]
    assert ask(
        "SELECT count(*) FROM clientimport_keys WHERE scheme NOT IN (SELECT number FROM clientimport_scheme)"
    ) == [(0,)]


def test_a_scheme_gets_one_number_however_often_it_comes(database: tuple[Callable[..., SqlStore], Ask]) -> None:
    """In one unit of work and in the next, alone and among others."""
    make, ask = database
    store = make()
    with store.writing() as unit:
        first = put(unit, CARD)
        second = put(unit, key("card", "C2", ""), MAIL)
        third = put(unit, key("phone", "+321", ""), key("email", "b@x"))
        unit.clients.update([ClientUpdate(first, "{}", [key("phone", "+322", "")], [("card", "C1")])])
    (fourth,) = insert(store, new("{}", CARD, key("phone", "+323", "")))

    assert [row[0] for row in ask("SELECT name FROM clientimport_scheme ORDER BY name")] == ["card", "email", "phone"]
    with store.reading() as unit:
        assert sorted(unit.clients.by_keys("card", ["C1", "C2"])) == [("C1", fourth), ("C2", second)]
        assert sorted(unit.clients.by_keys("phone", ["+321", "+322", "+323"])) == [
            ("+321", third),
            ("+322", first),
            ("+323", fourth),
        ]


def test_a_key_is_given_up_whose_scheme_came_in_the_same_unit(database: tuple[Callable[..., SqlStore], Ask]) -> None:
    """It was asked for before the scheme was there: what was not known then is known now."""
    make, ask = database
    store = make()
    with store.writing() as unit:
        first = put(unit)
        unit.clients.update([ClientUpdate(first, "{}", (), [("card", "C1")])])
        unit.clients.update([ClientUpdate(first, "{}", [CARD, MAIL], ())])
        unit.clients.update([ClientUpdate(first, "{}", (), [("card", "C1"), ("no such scheme", "x")])])

    with store.reading() as unit:
        assert unit.clients.keys_of([first]) == {first: [MAIL]}
    assert ask("SELECT count(*) FROM clientimport_scheme") == [(2,)]


def test_a_key_is_given_up_by_a_unit_that_does_nothing_else(database: tuple[Callable[..., SqlStore], Ask]) -> None:
    """No scheme was asked for before it."""
    make, _ = database
    store = make()
    (client,) = insert(store, new("{}", CARD, MAIL))

    with store.writing() as unit:
        unit.clients.update([ClientUpdate(client, "{}", (), [("card", "C1")])])

    with store.reading() as unit:
        assert unit.clients.keys_of([client]) == {client: [MAIL]}


def test_a_key_that_was_taken_spoils_no_later_unit(database: tuple[Callable[..., SqlStore], Ask]) -> None:
    """It is refused after its scheme, and another new one, were given numbers; both of them go."""
    make, ask = database
    store = make()
    (holder,) = insert(store, new("{}", MAIL))
    with pytest.raises(KeyTakenError):
        insert(store, new("{}", CARD, key("code", "1", ""), MAIL))
    assert ask("SELECT name FROM clientimport_scheme") == [("email",)]

    (client,) = insert(store, new("{}", key("code", "1", ""), CARD))

    with store.reading() as unit:
        assert unit.clients.by_keys("card", ["C1"]) == [("C1", client)]
        assert unit.clients.by_keys("code", ["1"]) == [("1", client)]
        assert unit.clients.by_keys("email", [MAIL[1]]) == [(MAIL[1], holder)]


def test_workspaces_number_their_schemes_for_themselves(database: tuple[Callable[..., SqlStore], Ask]) -> None:
    """The same name is another number, also where one of the two failed."""
    make, ask = database
    gent, brugge = make(workspace="gent"), make(workspace="brugge")
    (here,) = insert(gent, new("{}", CARD))
    with pytest.raises(KeyError), brugge.writing() as unit:  # noqa: PT012  # one unit of work
        put(unit, CARD)
        raise KeyError
    (there,) = insert(brugge, new("{}", CARD))

    assert ask("SELECT workspace, name FROM clientimport_scheme ORDER BY workspace") == [
        ("brugge", "card"),
        ("gent", "card"),
    ]
    for store, client in ((gent, here), (brugge, there)):
        with store.reading() as unit:
            assert unit.clients.by_keys("card", ["C1"], "") == [("C1", client)]


def test_a_run_that_was_not_kept_is_not_remembered(database: tuple[Callable[..., SqlStore], Ask]) -> None:
    """The next unit of work does not write under its number, which by then is another run's."""
    make, ask = database
    store = make()
    with pytest.raises(KeyError), store.writing() as unit:  # noqa: PT012  # one unit of work
        unit.runs.start(run("r1", "sha256:1"))
        unit.runs.add_operations("r1", [operation(0)])
        raise KeyError
    with pytest.raises(StoreError, match="run log"), store.writing() as unit:
        unit.runs.add_operations("r1", [operation(0)])

    start(store, run("r2", "sha256:2"))
    with store.writing() as unit:
        assert list(unit.runs.operations("r1")) == []  # asked for before it is there, and known once it is
        unit.runs.start(run("r1", "sha256:1"))
        unit.runs.add_operations("r1", [operation(3)])
        unit.runs.add_operations("r2", [operation(5)])
        unit.runs.add_pages("r1", [(3, 3, "[]")])

    with store.reading() as unit:
        assert [list(unit.runs.operations(name)) for name in ("r1", "r2")] == [[[operation(3)]], [[operation(5)]]]
        assert list(unit.runs.pages("r1")) == [(3, 3, "[]")]
        assert list(unit.runs.pages("r2")) == []
    assert ask("SELECT id, number FROM clientimport_run ORDER BY number") == [("r2", 1), ("r1", 2)]


def test_runs_of_one_name_in_two_workspaces_are_two(database: tuple[Callable[..., SqlStore], Ask]) -> None:
    """Each keeps its own operations."""
    make, _ = database
    stores = [make(workspace=name) for name in ("gent", "brugge")]
    for store in stores:
        start(store, run("r1", "sha256:1"))
    for sequence, store in enumerate(stores):
        with store.writing() as unit:
            for more in (0, 2):
                unit.runs.add_operations("r1", [operation(sequence + more)])

    for sequence, store in enumerate(stores):
        with store.reading() as unit:
            assert list(unit.runs.operations("r1")) == [[operation(sequence), operation(sequence + 2)]]
