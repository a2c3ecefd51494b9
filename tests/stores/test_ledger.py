"""The books in an SQLite file: what no program may do to them, how older files come along, and that they always add up."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientimport.adapters.stores.memory import MemoryStore
from clientimport.adapters.stores.sql import SqlStore, newest, steps
from clientimport.core.journal import ROUNDING
from clientimport.errors import OpeningExistsError, PeriodClosedError, StoreError
from clientimport.ports import Store
from clientimport.testing.store_ledger import add_up
from clientimport.testing.store_samples import (
    converted,
    documents,
    everything,
    insert,
    ledger,
    mirror,
    new,
    opening,
    payment,
    post,
    run,
    start,
)
from tests.stores.test_conformance import make_tables

CLIENTS = ("1", "2", "3")
POSTING = (
    "number, workspace, entry, run, sequence, joint, kind, date, client, account, contra, currency, minor, rate, "
    "base_currency, base_minor, reverses, sources"
)


class Books:
    """A store file with three clients, and a second program that writes to it without asking us.

    Postings: 1 the opening balance of client 1, taken back by 2; 3 that of client 2 and 4, converted, that of client 3
    stand; 5 is a rounding. January 2025 is closed; client 4 was removed, client 5 is of another workspace.
    """

    def __init__(self, path: Path) -> None:
        self.store = SqlStore(f"sqlite:///{path}")
        self.raw = sqlite3.connect(path, isolation_level=None)
        self.before = self.contents()

    @staticmethod
    def make(path: Path) -> None:
        store = SqlStore(f"sqlite:///{path}")
        start(store, run("r1", "sha256:1"), run("r2", "sha256:2"))
        removed = insert(store, *(new() for _ in range(4)))[3]
        other = SqlStore(f"sqlite:///{path}", workspace="other")
        insert(other, new())
        start(other, run("r1", "sha256:1"))
        other.close()
        (first,) = post(store, "r1", opening("1", sequence=1))
        post(store, "r2", mirror(first))
        post(store, "r1", opening("2", -7, items=documents(-7), joint=True), converted("3"))
        post(store, "r1", opening(None, 2, kind=ROUNDING, joint=True))
        with store.writing() as unit:
            unit.clients.remove([(removed, ())])
            unit.ledger.close_period("2025-01-01", "2025-01-31")
            unit.ledger.add_payments([payment("1")])
        store.close()

    def contents(self) -> list[list[Any]]:
        tables = [name for (name,) in self.raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [[name, *self.raw.execute(f"SELECT * FROM {name}").fetchall()] for name in sorted(tables)]

    def close(self) -> None:
        self.raw.close()
        self.store.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("books") / "clients.db"
    Books.make(path)
    return path


@pytest.fixture
def books(made: Path, tmp_path: Path) -> Iterator[Books]:
    books = Books(Path(shutil.copy(made, tmp_path)))
    yield books
    books.close()


def copied(of: int, **other: str) -> str:
    """A SELECT of a posting's row, as a new row with other values for some columns (SQL)."""
    changed = {"number": "99", "entry": "99", "joint": "0", **other}
    columns = ", ".join(changed.get(name, name) for name in POSTING.split(", "))
    return f"INTO clientimport_posting ({POSTING}) SELECT {columns} FROM clientimport_posting WHERE number = {of}"


def taking_back(of: int, **other: str) -> str:
    fields = {"kind": "'reversal'", "minor": "-minor", "base_minor": "-base_minor", "reverses": str(of)}
    return copied(of, **{**fields, **other})


REFUSED = {
    "a second opening balance": copied(3),
    "a second one by another run": copied(3, run="2", minor="1"),
    "an opening balance for who was removed": copied(3, client="4"),
    "an opening balance for another workspace's client": copied(3, client="5"),
    "an opening balance for nobody": copied(3, client="NULL"),
    "a number that is taken": copied(5, number="5", entry="5"),
    "a number that is taken, by an opening balance": copied(1, number="1", entry="1"),
    "a double reversal": taking_back(1),
    "a reversal of a reversal": taking_back(2),
    "a reversal of nothing": taking_back(3, reverses="77"),
    "a reversal of half": taking_back(3, minor="3"),
    "a reversal with the same sign": taking_back(3, minor="minor"),
    "a reversal on another day": taking_back(3, date="'2026-01-02'"),
    "a reversal for another client": taking_back(3, client="1"),
    "a reversal for nobody": taking_back(3, client="NULL"),
    "a reversal on another account": taking_back(3, account="'1201'"),
    "a reversal against another account": taking_back(3, contra="'3901'"),
    "a reversal in another currency": taking_back(3, currency="'USD'"),
    "a reversal at another rate": taking_back(4, rate="'0.93'"),
    "a reversal with other base money": taking_back(4, base_currency="'CHF'"),
    "a reversal with another base amount": taking_back(4, base_minor="-1"),
    "a reversal in another workspace": taking_back(3, workspace="'other'", run="3"),
    "a reversal that reverses nothing": taking_back(3, reverses="NULL"),
    "an opening balance that reverses": copied(3, client="1", reverses="3", minor="-minor"),
    "a posting in a closed period": copied(5, date="'2025-01-31'"),
    "a posting without a run": copied(5, run="77"),
    "a posting of another workspace's run": copied(5, run="3"),
    "a posting in an entry that is not there": copied(5, entry="77", joint="1"),
    "a posting in another's own entry": copied(5, entry="1", joint="1"),
    "a posting in a joint entry of another day": copied(5, entry="3", joint="1", date="'2026-01-02'"),
    "a posting in a joint entry of another run": copied(5, entry="3", joint="1", run="2"),
    "a posting of its own in a joint entry": copied(5, entry="3"),
    "a posting in what is no entry": copied(5, entry="5", joint="1"),
    "a reversal in an entry of postings": taking_back(3, entry="3", joint="1"),
    "a posting of another kind": copied(5, kind="'payment'"),
    "a posting of nothing": copied(5, minor="0"),
    "a posting of half a cent": copied(5, minor="0.5"),
    "a posting of a text": copied(5, minor="'ten'"),
    "a posting too large to be mirrored": copied(5, minor="-9223372036854775807 - 1"),
    "a posting that stays where it is": copied(5, contra="account"),
    "a posting on no day": copied(5, date="'2026-02-30'"),
    "a posting on a day in words": copied(5, date="'today'"),
    "a rounding of a client": copied(5, client="1"),
    "half a conversion": copied(5, rate="'1'"),
    "half a conversion, without rate": copied(5, base_currency="'EUR'", base_minor="2"),
    "a conversion that changes sides": copied(5, rate="'1'", base_currency="'EUR'", base_minor="-2"),
    "documents of an older balance": "INTO clientimport_open_item VALUES ('default', 3, 0, 'F9', NULL, NULL, 1)",
    "documents of a rounding": "INTO clientimport_open_item VALUES ('default', 5, 0, 'F9', NULL, NULL, 1)",
    "a line of the register that no posting made": "INTO clientimport_opening VALUES ('default', 1, 'USD', 3)",
    "a line of the register for what was taken back": "INTO clientimport_opening VALUES ('default', 1, 'EUR', 1)",
    "a line of the register for a rounding": "INTO clientimport_opening VALUES ('default', 1, 'EUR', 5)",
    "a second payment of a number": "INTO clientimport_payment VALUES (1,'default',1,'2026-01-01','x','EUR',1,'')",
    "a payment of nobody": "INTO clientimport_payment VALUES (9,'default',4,'2026-01-01','x','EUR',1,'')",
    "a payment on no day": "INTO clientimport_payment VALUES (9,'default',1,'2026-02-30','x','EUR',1,'')",
    "a period that ends before it starts": "INTO clientimport_period VALUES ('default', '2025-02-02', '2025-02-01')",
}

NEVER = [
    "UPDATE {or_} clientimport_posting SET minor = minor + 1 WHERE number = 3",
    "UPDATE {or_} clientimport_posting SET sources = ''",
    "DELETE FROM clientimport_posting WHERE number = 5",
    "DELETE FROM clientimport_posting",
    "UPDATE {or_} clientimport_opening SET posting = 4",
    "DELETE FROM clientimport_opening WHERE client = 2",
    "UPDATE {or_} clientimport_open_item SET minor = 1",
    "DELETE FROM clientimport_open_item",
    "UPDATE {or_} clientimport_payment SET minor = 1",
    "DELETE FROM clientimport_payment",
    "UPDATE {or_} clientimport_period SET last = '2025-01-30'",
    "UPDATE {or_} clientimport_clients SET removed = 1 WHERE id = 2",
    "UPDATE {or_} clientimport_clients SET removed = removed + 1",
    "UPDATE {or_} clientimport_clients SET workspace = 'other' WHERE id = 2",
    "UPDATE {or_} clientimport_clients SET id = 77 WHERE id = 2",
    "DELETE FROM clientimport_clients WHERE id = 2",
]


@pytest.mark.parametrize("conflict", ["", "OR REPLACE", "OR IGNORE"])
@pytest.mark.parametrize("what", REFUSED)
def test_another_program_cannot_break_a_rule(books: Books, what: str, conflict: str) -> None:
    """Whatever it says should be done about conflicts: nothing is inserted, replaced or made room for."""
    try:
        books.raw.execute(f"INSERT {conflict} {REFUSED[what]}")
    except sqlite3.Error:
        pass
    else:
        assert conflict in {"OR IGNORE", "OR REPLACE"}, "only these may pass in silence"
    unharmed(books)


@pytest.mark.parametrize("conflict", ["", "OR REPLACE", "OR IGNORE"])
@pytest.mark.parametrize("statement", NEVER)
def test_another_program_cannot_rewrite_what_is_posted(books: Books, statement: str, conflict: str) -> None:
    """Nor drop it, nor make a client disappear who still owes."""
    with pytest.raises(sqlite3.IntegrityError):
        books.raw.execute(statement.format(or_=conflict))
    unharmed(books)


def unharmed(books: Books) -> None:
    """What was there is there, nothing else is, and the file is whole."""
    assert books.contents() == books.before
    assert books.raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    add_up(books.store)


@pytest.mark.parametrize("insert_", [copied(3, client="1"), taking_back(3), copied(5, entry="3", joint="1")])
def test_another_program_may_post_by_the_rules(books: Books, insert_: str) -> None:
    """The register follows, whoever posts: what the tests above send is refused for the reason that they name."""
    books.raw.execute(f"INSERT {insert_}")
    assert len(books.contents()) == len(books.before)
    assert books.contents() != books.before
    add_up(books.store)


@pytest.mark.parametrize(
    ("statement", "error", "says"),
    [
        (f"INSERT {copied(3)}", OpeningExistsError, "has an opening balance in this currency already"),
        (f"INSERT {copied(5, date=repr('2025-01-01'))}", PeriodClosedError, "closed period"),
        (f"INSERT {taking_back(3, minor='3')}", StoreError, "does not mirror"),
        (f"INSERT {taking_back(1)}", StoreError, "taken back already"),
        (f"INSERT {copied(3, client='4')}", StoreError, "not there"),
        (f"INSERT {copied(5, minor='0')}", StoreError, "not possible"),
        (f"INSERT {copied(5, run='77')}", StoreError, "run log"),
        (f"INSERT {copied(5, entry='1', joint='1')}", StoreError, "entry"),
        (f"INSERT {copied(5, number='5', entry='5')}", StoreError, "number exists"),
        (f"INSERT {REFUSED['documents of an older balance']}", StoreError, "documents are never changed"),
        (f"INSERT {REFUSED['documents of a rounding']}", StoreError, "belong to an opening"),
        (f"INSERT {REFUSED['a second payment of a number']}", StoreError, "number exists"),
        (f"INSERT {REFUSED['a payment on no day']}", StoreError, "date or amount"),
        (f"INSERT {REFUSED['a period that ends before it starts']}", StoreError, "first and a last day"),
        (NEVER[0], StoreError, "posted is never changed"),
        (NEVER[5], StoreError, "register"),
        (NEVER[8], StoreError, "Payments are never"),
        (NEVER[10], StoreError, "reopened"),
        (NEVER[11], StoreError, "cannot be removed"),
    ],
)
def test_refusals_are_told_in_words(books: Books, statement: str, error: type[StoreError], says: str) -> None:
    """Each rule has its own, none holds SQL, a name or an amount."""
    with pytest.raises(error, match=says) as refused, books.store.writing() as unit:
        unit.ledger._session.write(statement.format(or_=""))
    assert type(refused.value) is error
    assert "clientimport_" not in str(refused.value)
    unharmed(books)


def test_a_number_of_too_many_bits_is_an_error_of_the_store(books: Books) -> None:
    """Not one of Python's."""
    with pytest.raises(StoreError, match="too large"), books.store.writing() as unit:
        unit.ledger.post("r1", [opening("1", sequence=2**63)])
    unharmed(books)


def test_indexes_find_the_few_rows_that_are_wanted(books: Books) -> None:
    """Postings by run, by number and a client's payments are searched, never scanned."""
    from clientimport.adapters.stores.sql import ledger as sql

    among = books.store._access.dialect.among
    for statement, index in (
        (sql._OF_RUN, "posting USING INDEX clientimport_posting_run (run=? AND rowid>? AND rowid<?)"),
        (sql._NEXT_POSTING, "SEARCH clientimport_posting"),
        (sql._GET.format(among=among), "posting USING INTEGER PRIMARY KEY"),
        (sql._ALL, "posting USING INDEX clientimport_posting_workspace (workspace=? AND rowid>? AND rowid<?)"),
        (sql._LIVE.format(among=among), "opening USING PRIMARY KEY (workspace=? AND client=?)"),
        (sql._HEADS, "clientimport_posting_joint (run=?)"),
        (sql._PAID_BY_ONE, "clientimport_payment_client (client=? AND rowid>? AND rowid<?)"),
    ):
        plan = books.raw.execute(f"EXPLAIN QUERY PLAN {statement}", [None] * statement.count("?")).fetchall()
        assert any(index in step[3] for step in plan), plan


# -------------------------------------------------------------------------------------------- older files


def of_the_first_release(path: Path) -> sqlite3.Connection:
    """A file of schema version 1, with a client and a run in it."""
    connection = sqlite3.connect(path, isolation_level=None)
    for step in steps():
        for statement in step.statements if step.number == 1 else ():
            connection.execute(statement)
    connection.execute("INSERT INTO clientimport_clients VALUES (1, 'default', 4, 0, '{\"name\":\"Old\"}')")
    connection.execute("UPDATE clientimport_meta SET value = '2' WHERE name = 'next_client'")
    connection.execute(
        "INSERT INTO clientimport_run (number, workspace, id, kind, plan_digest, state, through, actor, source, "
        "started_at, counts, header, revision) VALUES (1, 'default', 'r1', 'import', 'sha256:1', 'done', 3, 'an', "
        "'clients.csv', '2026-01-01T00:00:00Z', '{\"records\":1}', '[\"é\"]', '')"
    )
    return connection


def test_a_file_of_the_first_release_comes_along(tmp_path: Path) -> None:
    """Opening it adds the books and keeps what is there; opening it again changes nothing."""
    path = tmp_path / "clients.db"
    raw = of_the_first_release(path)
    identity = raw.execute("SELECT value FROM clientimport_meta WHERE name = 'store'").fetchone()[0]
    for _ in range(2):
        store = SqlStore(f"sqlite:///{path}")
        assert store.identity() == f"{identity}/default"
        assert raw.execute("SELECT value FROM clientimport_meta WHERE name = 'schema'").fetchone() == (str(newest()),)
        with store.reading() as unit:
            assert unit.clients.fetch(["1"])["1"][1:] == (4, '{"name":"Old"}')
            (kept,) = unit.runs.list()
            assert (kept.id, kept.through, kept.source_digest) == ("r1", 3, "")
        store.close()
    store = SqlStore(f"sqlite:///{path}")
    (posted,) = post(store, "r1", opening("1"))
    assert posted.number == 1
    add_up(store)
    store.close()
    raw.close()


def test_a_migration_that_is_cut_short_leaves_the_old_file(tmp_path: Path) -> None:
    """A step is one transaction: the next one to open the file takes it whole."""
    path = tmp_path / "clients.db"
    raw = of_the_first_release(path)
    raw.execute("BEGIN")
    for statement in steps(after=1)[0].statements[:9]:
        raw.execute(statement)
    raw.close()
    store = SqlStore(f"sqlite:///{path}")
    post(store, "r1", opening("1"))
    store.close()


def test_a_borrowed_connection_is_not_migrated(tmp_path: Path) -> None:
    """The error says which steps the host must take, and those are all that is needed."""
    connection = of_the_first_release(tmp_path / "host.db")
    connection.execute("BEGIN")
    with pytest.raises(StoreError, match=r"of schema version 1.*schema\.steps\(after=1\)"):
        SqlStore(connection)
    for step in steps(after=1):
        for statement in step.statements:
            connection.execute(statement)
    post(SqlStore(connection), "r1", opening("1"))
    connection.close()


# -------------------------------------------------------------------------------------------- laws


@contextmanager
def on_a_connection() -> Iterator[Store]:
    with closing(sqlite3.connect(":memory:")) as connection:
        make_tables(connection)
        yield SqlStore(connection)


@contextmanager
def in_memory() -> Iterator[Store]:
    yield MemoryStore()


_days = st.sampled_from(("2026-01-01", "2026-01-02"))
_amounts = st.integers(-(2**63) + 1, 2**63 - 1).filter(bool)
_actions = st.one_of(
    st.tuples(
        st.just("open"), st.sampled_from(CLIENTS), _amounts, _days, st.sampled_from(("EUR", "USD")), st.booleans()
    ),
    st.tuples(st.just("convert"), st.sampled_from(CLIENTS), st.integers(-(10**6), 10**6).filter(bool), _days),
    st.tuples(st.just("take back"), st.integers(1, 10), st.booleans()),
    st.tuples(st.just("replace"), st.integers(1, 10), _amounts),
    st.tuples(st.just("close"), _days),
    st.tuples(st.just("reopen"), _days),
    st.tuples(st.just("remove"), st.sampled_from(CLIENTS)),
)


def act(store: Store, name: str, *values: Any) -> None:
    with store.writing() as unit:
        books = unit.ledger
        match name, values:
            case "open", (client, minor, date, currency, joint):
                items = documents(minor) if joint else ()
                books.post("r1", [opening(client, minor, date=date, currency=currency, joint=joint, items=items)])
            case "convert", (client, minor, date):
                base = minor * 92 // 100 or minor
                books.post("r1", [converted(client, minor, base_minor=base, date=date)])
            case "take back", (number, joint):
                books.post("r2", [mirror(posting, joint=joint) for posting in books.get([number]).values()])
            case "replace", (number, minor):
                for posting in books.get([number]).values():
                    books.post("r2", [mirror(posting), opening(posting.client, minor, currency=posting.currency)])
            case "close", (day,):
                books.close_period(day, day)
            case "reopen", (day,):
                books.reopen_period(day, day)
            case "remove", (client,):
                unit.clients.remove([(client, ())])


@pytest.mark.parametrize("make", [on_a_connection, in_memory])
@given(actions=st.lists(_actions, max_size=25))
@settings(max_examples=60)
def test_books_add_up_whatever_is_done(
    make: Callable[[], AbstractContextManager[Store]], actions: list[tuple[Any, ...]]
) -> None:
    """No money is lost, the register is what was not taken back, and control accounts are the sum over their clients."""
    with make() as store:
        start(store, run("r1", "sha256:1"), run("r2", "sha256:2"))
        insert(store, *(new() for _ in CLIENTS))
        for action in actions:
            before = everything(store, clients=CLIENTS)
            try:
                act(store, *action)
            except StoreError:
                assert everything(store, clients=CLIENTS) == before
            add_up(store)


@given(actions=st.lists(_actions, max_size=25))
@settings(max_examples=60)
def test_both_stores_keep_the_same_books(actions: list[tuple[Any, ...]]) -> None:
    """What one takes the other takes, what one refuses the other refuses, and they tell the same."""
    told: list[list[Any]] = [[], []]
    for make, seen in zip((on_a_connection, in_memory), told, strict=True):
        with make() as store:
            start(store, run("r1", "sha256:1"), run("r2", "sha256:2"))
            insert(store, *(new() for _ in CLIENTS))
            for action in actions:
                try:
                    act(store, *action)
                except StoreError as refused:
                    seen.append(type(refused))
                with store.reading() as unit:
                    seen.append(ledger(unit, CLIENTS))
    assert told[0] == told[1]
