"""Files from before keys lay by value first: they come along, and everybody is found by what found them before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from clientimport.adapters.stores.sql import SqlStore, newest, steps
from clientimport.errors import KeyTakenError, StoreError
from clientimport.ports import ClientUpdate, Key, NewClient
from clientimport.testing.store_samples import insert, key, new

BEFORE = 5
"""The last version with keys by scheme first."""

NAMES = {1: "Jan", 2: "Els", 3: "Bo", 4: "An of elsewhere"}
SCHEMES = ((1, "default", "email"), (2, "elsewhere", "email"), (3, "default", "phone"), (4, "default", "a code"))
KEYS = (
    (1, "jan@voorbeeld.be", "", 1),  # nobody else may have it
    (1, "kantoor@voorbeeld.be", "#1", 1),  # two clients share it
    (1, "kantoor@voorbeeld.be", "#2", 2),
    (1, "team@voorbeeld.be", "", 2),  # one value in two slots, of two clients
    (1, "team@voorbeeld.be", "offline", 3),
    (3, "+3225551212", "", 2),  # one value in two slots, of one client
    (3, "+3225551212", "#2", 2),
    (3, "jan@voorbeeld.be", "", 3),  # the same text under another scheme
    (4, "Zoë 🐘", "", 3),
    (4, "zoë 🐘", "", 1),
    (2, "jan@voorbeeld.be", "", 4),  # and in another workspace
    (2, "team@voorbeeld.be", "#4", 4),
)
HELD = {
    "1": [key("a code", "zoë 🐘", ""), key("email", "jan@voorbeeld.be", ""), key("email", "kantoor@voorbeeld.be")],
    "2": [
        key("email", "kantoor@voorbeeld.be"),
        key("email", "team@voorbeeld.be", ""),
        key("phone", "+3225551212", ""),
        key("phone", "+3225551212"),
    ],
    "3": [
        key("a code", "Zoë 🐘", ""),
        key("email", "team@voorbeeld.be", "offline"),
        key("phone", "jan@voorbeeld.be", ""),
    ],
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file as that release left it, with keys of three clients, and of one in another workspace."""
    path = tmp_path / "clients.db"
    with closing(sqlite3.connect(path)) as connection:
        take(connection, 0, BEFORE)
        connection.executemany(
            "INSERT INTO clientimport_clients VALUES (?, ?, 1, 0, ?)",
            [(number, "elsewhere" if number == 4 else "default", f'{{"name":"{NAMES[number]}"}}') for number in NAMES],
        )
        connection.executemany("INSERT INTO clientimport_scheme VALUES (?, ?, ?)", SCHEMES)
        connection.executemany("INSERT INTO clientimport_keys VALUES (?, ?, ?, ?)", KEYS)
        connection.execute("UPDATE clientimport_meta SET value = '5' WHERE name = 'next_client'")
        connection.commit()
    return path


@pytest.fixture
def store(old: Path) -> Iterator[SqlStore]:
    """That file, opened by this release."""
    store = SqlStore(f"sqlite:///{old}")
    yield store
    store.close()


def take(connection: sqlite3.Connection, after: int, through: int) -> None:
    """Take the steps above *after* up to *through*, as a host's migrations do."""
    for step in steps(after=after):
        for statement in step.statements if step.number <= through else ():
            connection.execute(statement)


def asked(path: Path, query: str) -> list[Sequence[object]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def hits(store: SqlStore, scheme: str, *values: str, slot: str | None = None) -> list[tuple[str, str]]:
    with store.reading() as unit:
        return sorted(unit.clients.by_keys(scheme, values, slot))


def held(store: SqlStore, *clients: str) -> dict[str, list[Key]]:
    with store.reading() as unit:
        return {client: sorted(keys, key=str) for client, keys in unit.clients.keys_of(clients).items()}


def test_opening_it_lays_the_keys_by_value(old: Path) -> None:
    """All of them and nothing else, and no table is left over; opening it again changes nothing."""
    tables = "SELECT name FROM sqlite_master WHERE type IN ('table', 'index') ORDER BY name"
    before = asked(old, tables)
    rest = "SELECT * FROM clientimport_clients"
    clients = asked(old, rest)

    for _ in range(2):
        SqlStore(f"sqlite:///{old}").close()

        assert asked(old, "SELECT value FROM clientimport_meta WHERE name = 'schema'") == [(str(newest()),)]
        assert sorted(asked(old, "SELECT * FROM clientimport_keys"), key=repr) == sorted(KEYS, key=repr)
        assert asked(old, tables) == before
        assert asked(old, rest) == clients
    ordered = asked(old, "SELECT name FROM pragma_index_xinfo('sqlite_autoindex_clientimport_keys_1') WHERE key = 1")
    assert ordered == [("value",), ("scheme",), ("slot",)]


def test_everybody_is_found_by_what_they_had(store: SqlStore) -> None:
    """In any slot, in one, and in no other workspace."""
    team, office, jan, phone = "team@voorbeeld.be", "kantoor@voorbeeld.be", "jan@voorbeeld.be", "+3225551212"
    assert hits(store, "email", jan) == [(jan, "1")]
    assert hits(store, "email", jan, slot="") == [(jan, "1")]
    assert hits(store, "email", office) == [(office, "1"), (office, "2")]
    assert hits(store, "email", office, slot="") == []
    assert hits(store, "email", team) == [(team, "2"), (team, "3")]
    assert hits(store, "email", team, slot="") == [(team, "2")]
    assert hits(store, "email", team, slot="offline") == [(team, "3")]
    assert hits(store, "phone", phone, jan) == [(phone, "2"), (jan, "3")]
    assert hits(store, "phone", phone, slot="") == [(phone, "2")]
    assert hits(store, "a code", "Zoë 🐘", "zoë 🐘", "ZOË 🐘") == [("Zoë 🐘", "3"), ("zoë 🐘", "1")]
    assert hits(store, "another", jan) == hits(store, "email", "nobody@voorbeeld.be") == []


def test_everybody_holds_what_they_held(store: SqlStore) -> None:
    """Key by key, as the store gave them before."""
    assert held(store, "1", "2", "3", "4") == {client: sorted(keys, key=str) for client, keys in HELD.items()}


def test_the_other_workspace_is_still_another(old: Path) -> None:
    """One value, two workspaces: each finds its own client."""
    elsewhere = SqlStore(f"sqlite:///{old}", workspace="elsewhere")

    assert hits(elsewhere, "email", "jan@voorbeeld.be", slot="") == [("jan@voorbeeld.be", "4")]
    assert hits(elsewhere, "phone", "jan@voorbeeld.be") == []
    assert held(elsewhere, "1", "4") == {
        "4": [key("email", "jan@voorbeeld.be", ""), key("email", "team@voorbeeld.be")],
    }
    elsewhere.close()


@pytest.mark.parametrize(
    "taken",
    [
        key("email", "jan@voorbeeld.be", ""),
        key("email", "team@voorbeeld.be", "offline"),
        key("phone", "+3225551212", ""),
    ],
)
def test_what_one_client_has_no_other_may_have(store: SqlStore, taken: Key) -> None:
    """Neither a new one nor one that was there; what was to be written is not."""
    (client,) = insert(store, new())
    with pytest.raises(KeyTakenError):
        insert(store, new("{}", taken))
    with pytest.raises(KeyTakenError), store.writing() as unit:
        unit.clients.update([ClientUpdate(client, "{}", [taken], ())])

    assert held(store, client) == {}
    assert {client: keys for client, keys in held(store, "1", "2", "3").items() if taken in keys} != {}


def test_keys_are_taken_and_given_up_as_ever(store: SqlStore) -> None:
    """What one client gives up another may have; what several share they go on sharing, under schemes old and new."""
    with store.writing() as unit:
        unit.clients.update(
            [
                ClientUpdate("1", "{}", [key("phone", "+32475123456", "")], [("email", "jan@voorbeeld.be")]),
                ClientUpdate("3", "{}", [key("email", "jan@voorbeeld.be", "")], [("phone", "jan@voorbeeld.be")]),
            ]
        )
        unit.clients.remove([("2", ())])
    (shares,) = insert(store, new("{}", key("email", "kantoor@voorbeeld.be"), key("new", "jan@voorbeeld.be", "")))

    assert hits(store, "email", "jan@voorbeeld.be") == [("jan@voorbeeld.be", "3")]
    assert hits(store, "phone", "+32475123456", "jan@voorbeeld.be", "+3225551212") == [("+32475123456", "1")]
    assert hits(store, "email", "kantoor@voorbeeld.be") == [
        ("kantoor@voorbeeld.be", client) for client in sorted(("1", shares))
    ]
    assert hits(store, "email", "team@voorbeeld.be") == [("team@voorbeeld.be", "3")]
    assert hits(store, "new", "jan@voorbeeld.be", slot="") == [("jan@voorbeeld.be", shares)]
    with store.writing() as unit:
        unit.clients.restore([NewClient("2", "{}", HELD["2"])])
    assert held(store, "2") == {"2": sorted(HELD["2"], key=str)}


def test_a_step_that_is_cut_short_leaves_the_old_file(old: Path) -> None:
    """It is one transaction; whoever opens the file next takes it whole."""
    step = steps(after=BEFORE)[0]
    before = asked(old, "SELECT name, sql FROM sqlite_master ORDER BY name")
    for count in range(1, len(step.statements) + 1):
        with closing(sqlite3.connect(old, isolation_level=None)) as connection:
            connection.execute("BEGIN")
            for statement in step.statements[:count]:
                connection.execute(statement)
        assert asked(old, "SELECT name, sql FROM sqlite_master ORDER BY name") == before

    store = SqlStore(f"sqlite:///{old}")
    assert hits(store, "email", "jan@voorbeeld.be") == [("jan@voorbeeld.be", "1")]
    store.close()


def test_a_hosts_own_migrations_do_the_same(old: Path) -> None:
    """A borrowed connection is refused until the host has taken the step itself."""
    with closing(sqlite3.connect(old)) as connection:
        with pytest.raises(StoreError, match=rf"schema version {BEFORE}.*steps\(after={BEFORE}\)"):
            SqlStore(connection)
        take(connection, BEFORE, newest())
        connection.commit()
        store = SqlStore(connection)

        assert hits(store, "email", "team@voorbeeld.be") == [("team@voorbeeld.be", "2"), ("team@voorbeeld.be", "3")]
        assert held(store, "1", "2", "3") == {client: sorted(keys, key=str) for client, keys in HELD.items()}
        with pytest.raises(KeyTakenError):
            insert(store, new("{}", key("email", "jan@voorbeeld.be", "")))


def test_a_key_is_looked_for_by_value_and_scheme(store: SqlStore) -> None:
    """The look-up goes down the index by both, and so does the one in one slot."""
    dialect = store._access.dialect
    with store.reading() as unit:
        for statement, means in ((dialect.hits, "value=? AND scheme=?"), (dialect.hits_in_slot, "AND slot=?")):
            values = [None] * statement.count("?")
            plan = unit.clients._session.rows(f"EXPLAIN QUERY PLAN {statement}", tuple(values))
            assert any("SEARCH held USING PRIMARY KEY" in step[3] and means in step[3] for step in plan), plan


def test_views_of_the_host_stay_what_they_are(tmp_path: Path) -> None:
    """One on our keys goes on working, and one that is broken for long is no reason to fail."""
    path = tmp_path / "clients.db"
    raw = sqlite3.connect(path, isolation_level=None)
    for step in steps()[:5]:
        for statement in step.statements:
            raw.execute(statement)
    raw.execute("CREATE TABLE theirs (x)")
    raw.execute("CREATE VIEW broken AS SELECT x FROM theirs")
    raw.execute("DROP TABLE theirs")
    raw.execute("CREATE VIEW held AS SELECT value, client FROM clientimport_keys")
    store = SqlStore(f"sqlite:///{path}")
    (client,) = insert(store, new('{"name":"Jan"}', key("email", "jan@voorbeeld.be", "")))
    store.close()

    assert raw.execute("SELECT value, client FROM held").fetchall() == [("jan@voorbeeld.be", int(client))]
    raw.close()
