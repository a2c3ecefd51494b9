"""In a host's transaction: what is theirs stays theirs, whatever happens to us."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Connection, create_engine

from clientimport.adapters.stores.sql import SqlStore, steps
from clientimport.errors import StoreError
from clientimport.testing.store_samples import everything, insert, key, new, run, start
from tests.stores.test_conformance import make_tables


class Host:
    """A host's database with a table of its own, reached through sqlite3 or SQLAlchemy."""

    def __init__(self, connection: Any, path: Path) -> None:
        self.connection = connection
        self.path = path

    def execute(self, statement: str) -> None:
        getattr(self.connection, "exec_driver_sql", self.connection.execute)(statement)

    def committed(self) -> tuple[list[str], int]:
        """The host's own rows and the number of our clients, as another connection sees them."""
        with sqlite3.connect(self.path) as other:
            names = [name for (name,) in other.execute("SELECT name FROM invoice ORDER BY name")]
            clients = other.execute("SELECT count(*) FROM clientimport_clients").fetchone()[0]
        other.close()
        return names, clients


@pytest.fixture(params=["sqlite3", "explicit", "sqlalchemy"])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Host]:
    path = tmp_path / "host.db"
    first = sqlite3.connect(path)
    make_tables(first)
    first.execute("CREATE TABLE invoice (name TEXT)")
    first.close()
    if request.param == "sqlalchemy":
        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as borrowed:
            yield Host(borrowed, path)
        engine.dispose()
        return
    connection = sqlite3.connect(path, isolation_level=None if request.param == "explicit" else "DEFERRED")
    if request.param == "explicit":
        connection.execute("BEGIN")
    yield Host(connection, path)
    connection.close()


def test_nothing_is_committed_before_the_host_commits(host: Host) -> None:
    """Ours and theirs appear together."""
    host.execute("INSERT INTO invoice VALUES ('before')")
    store = SqlStore(host.connection)
    insert(store, new("{}", key("email", "a@x")))
    host.execute("INSERT INTO invoice VALUES ('after')")
    store.close()
    assert host.committed() == ([], 0)

    host.connection.commit()

    assert host.committed() == (["after", "before"], 1)


def test_the_hosts_rollback_removes_everything_of_ours(host: Host) -> None:
    """Clients, keys, runs, operations, ids: as if we had never been there; also where our work began the transaction."""
    store = SqlStore(host.connection)
    insert(store, new("{}", key("email", "a@x")))
    start(store, run("r1", "sha256:1"))
    host.execute("INSERT INTO invoice VALUES ('one')")

    host.connection.rollback()

    assert host.committed() == ([], 0)
    if getattr(host.connection, "isolation_level", "") is None:
        host.execute("BEGIN")
    assert not any(everything(SqlStore(host.connection)).values())


def test_our_failure_leaves_the_hosts_work_whole(host: Host) -> None:
    """A unit of work that fails takes back its own rows and no others; the host may go on and commit."""
    host.execute("INSERT INTO invoice VALUES ('before')")
    store = SqlStore(host.connection)
    code = key("code", "C1", "")
    insert(store, new("{}", code))
    with pytest.raises(StoreError):
        insert(store, new(), new("{}", code))
    with pytest.raises(ZeroDivisionError), store.writing() as unit:
        unit.clients.new_ids(1 // 0)
    host.execute("INSERT INTO invoice VALUES ('after')")

    host.connection.commit()

    assert host.committed() == (["after", "before"], 1)


def test_the_first_thing_in_a_transaction_may_fail(host: Host) -> None:
    """The savepoint is inside a transaction even if the host has not written yet, so nothing was committed by it."""
    store = SqlStore(host.connection)
    insert(store, new())
    assert host.committed() == ([], 0)
    with pytest.raises(ZeroDivisionError), store.writing():
        host.execute(f"INSERT INTO invoice VALUES ('{1 // 0}')")

    host.connection.commit()

    assert host.committed() == ([], 1)


def test_reading_leaves_the_connection_as_it_was(host: Host) -> None:
    """No transaction is begun on a plain connection, and none is ended."""
    store = SqlStore(host.connection)
    raw = driver(host)
    before = raw.in_transaction
    everything(store)
    assert raw.in_transaction is before


def test_no_setting_of_the_host_is_changed(host: Host) -> None:
    """No PRAGMA is set, no function made, and a row factory of the host's stays and does not disturb us."""
    raw = driver(host)
    raw.row_factory = sqlite3.Row
    settings = ("journal_mode", "synchronous", "cache_size", "busy_timeout", "foreign_keys")
    before = [tuple(raw.execute(f"PRAGMA {name}").fetchone()) for name in settings]
    functions = raw.execute("SELECT count(*) FROM pragma_function_list").fetchone()[0]
    store = SqlStore(host.connection)
    insert(store, new("{}", key("email", "a@x")))
    assert everything(store)["keys"]
    store.close()
    assert [tuple(raw.execute(f"PRAGMA {name}").fetchone()) for name in settings] == before
    assert raw.execute("SELECT count(*) FROM pragma_function_list").fetchone()[0] == functions
    assert raw.row_factory is sqlite3.Row


def test_reading_leaves_sqlalchemys_begin_to_the_host(tmp_path: Path) -> None:
    """A connection that has begun by itself would refuse the host's own ``begin()``."""
    engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    with engine.connect() as connection:
        make_tables(cast("sqlite3.Connection", connection.connection.driver_connection))
        store = SqlStore(connection)
        everything(store)
        with connection.begin():
            insert(store, new())
        assert len(everything(store)["clients"]) == 1
    engine.dispose()


def test_a_closed_connection_is_an_error_of_the_store(host: Host) -> None:
    """Not one of the driver's or of SQLAlchemy's."""
    store = SqlStore(host.connection)
    host.connection.close()
    with pytest.raises(StoreError), store.reading():
        pass
    with pytest.raises(StoreError), store.writing():
        pass


def test_two_units_and_the_hosts_savepoint(host: Host) -> None:
    """A host that rolls back to its own savepoint takes our later units back and leaves the earlier ones."""
    store = SqlStore(host.connection)
    insert(store, new())
    host.execute("SAVEPOINT mine")
    insert(store, new(), new())
    host.execute("ROLLBACK TO mine")
    host.connection.commit()
    assert host.committed() == ([], 1)


def test_a_host_that_ends_the_transaction_under_us_is_told() -> None:
    """Committing inside our block takes the savepoint away: the block fails instead of pretending."""
    connection = sqlite3.connect(":memory:")
    make_tables(connection)
    store = SqlStore(connection)
    with pytest.raises(StoreError), store.writing():
        connection.commit()
    connection.close()


def test_autocommit_outside_a_transaction_is_refused() -> None:
    """There every statement would be kept by itself; inside BEGIN … the same connection is welcome."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    make_tables(connection)
    with pytest.raises(StoreError, match="autocommit"):
        SqlStore(connection)
    connection.execute("BEGIN")
    store = SqlStore(connection)
    connection.execute("COMMIT")
    with pytest.raises(StoreError, match="autocommit"), store.writing():
        pass
    with pytest.raises(StoreError, match="autocommit"), store.reading():
        pass
    connection.close()


def test_sqlalchemys_autocommit_is_refused(tmp_path: Path) -> None:
    """The same for a SQLAlchemy connection at that isolation level."""
    engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        make_tables(cast("sqlite3.Connection", connection.connection.driver_connection))
        with pytest.raises(StoreError, match="autocommit"):
            SqlStore(connection)
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite3", "sqlalchemy"])
def test_no_table_is_made_on_a_borrowed_connection(kind: str) -> None:
    """The error says where the SQL is, and that SQL is all that is needed."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        raw = cast("sqlite3.Connection", connection.connection.driver_connection)
        borrowed: sqlite3.Connection | Connection = raw if kind == "sqlite3" else connection
        with pytest.raises(StoreError, match=r"schema\.steps\(after=0\)"):
            SqlStore(borrowed)
        assert raw.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        for step in steps():
            for statement in step.statements:
                raw.execute(statement)
        insert(SqlStore(borrowed), new())
    engine.dispose()


def test_each_database_gets_an_identity_of_its_own(tmp_path: Path) -> None:
    """One migration file run on two databases makes two stores."""
    identities = set()
    for name in ("test.db", "live.db"):
        connection = sqlite3.connect(tmp_path / name)
        make_tables(connection)
        identities.add(SqlStore(connection).identity())
        connection.close()
    assert len(identities) == 2


def driver(host: Host) -> sqlite3.Connection:
    if hasattr(host.connection, "exec_driver_sql"):
        return cast("sqlite3.Connection", host.connection.connection.driver_connection)
    return cast("sqlite3.Connection", host.connection)
