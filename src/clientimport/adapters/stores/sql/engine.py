"""Whose connection it is, and so who begins, commits and closes: our own, of a host's engine, or a host's.

Our own connections to a file are set up for this library's work. On a host's engine the transactions are ours, but no setting
is changed. On a host's connection the transaction is theirs too: we neither commit, roll back nor close, change no
setting and no table, and each unit of work is a savepoint, so that our failure leaves their work whole.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from clientimport.adapters.stores.sql.dialects import Sqlite
from clientimport.adapters.stores.sql.own_file import WANTED, own_file
from clientimport.adapters.stores.sql.session import DbApiDriver, Session, SqlAlchemyDriver, opened
from clientimport.errors import SettingsError, StoreError

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection, Engine

_TAKE_WRITE_LOCK = "UPDATE clientimport_meta SET value = value WHERE name = 'schema'"


class Access(Protocol):
    """How a store comes by the connection for a unit of work.

    Attributes:
        dialect: What is special about this database.
        may_define: Whether the schema may be created and upgraded here.
    """

    dialect: Sqlite
    may_define: bool

    def reading(self) -> AbstractContextManager[Session]: ...

    def writing(self) -> AbstractContextManager[Session]:
        """The write lock is taken; the block's end commits or keeps, its exception undoes what was done in it."""

    def defining(self) -> AbstractContextManager[Session]:
        """As ``writing``, but the tables need not be there yet."""

    def close(self) -> None: ...


def access_to(target: object) -> Access:
    """The way to reach *target*.

    Raises:
        SettingsError: It is nothing that a SQL store can be made of.
        StoreError: The database's folder does not exist, or the connection cannot be used as it is.
    """
    if isinstance(target, str):
        return own_file(target)
    kind = type(target)
    home = {base.__module__.partition(".")[0] for base in kind.__mro__}
    if "sqlite3" in home and hasattr(target, "in_transaction"):
        return ConnectionAccess(target)  # type: ignore[arg-type]
    if "sqlalchemy" in home and "sqlalchemy" in sys.modules:
        from sqlalchemy import URL, Connection, Engine  # heavy; the host has loaded it already

        if isinstance(target, URL):
            return own_file(target)
        if isinstance(target, Engine | Connection):
            if target.dialect.name != Sqlite.name:
                raise SettingsError("store", f"{kind.__name__} for {target.dialect.name}", wanted=WANTED)
            return EngineAccess(target) if isinstance(target, Engine) else ConnectionAccess(target)
    raise SettingsError("store", kind.__name__, wanted=WANTED)


class EngineAccess:
    """Connections from a host's engine; every unit of work is a transaction of its own."""

    may_define = True

    def __init__(self, engine: Engine) -> None:
        self.dialect = Sqlite()
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with (
            self._connected() as connection,
            opened(SqlAlchemyDriver(connection), self.dialect, writes=False) as session,
        ):
            self._begin(connection, session, "BEGIN")  # one snapshot for the whole unit of work
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self._transaction(tables=True) as session:
            yield session

    @contextmanager
    def defining(self) -> Iterator[Session]:
        with self._transaction(tables=False) as session:
            yield session

    def close(self) -> None:
        """Nothing: the engine is the host's."""

    @contextmanager
    def _transaction(self, *, tables: bool) -> Iterator[Session]:
        with (
            self._connected() as connection,
            opened(SqlAlchemyDriver(connection), self.dialect, writes=True) as session,
        ):
            if not self._begin(connection, session, "BEGIN IMMEDIATE") and tables:
                session.write(_TAKE_WRITE_LOCK)
            yield session
            session.check()
            session.guarded(connection.commit)

    @staticmethod
    def _begin(connection: Connection, session: Session, statement: str) -> bool:
        """Begin with *statement*; ``False``: a listener of the host's engine has sent a BEGIN of its own already."""
        session.guarded(connection.begin)
        if _raw(connection).in_transaction:
            return False
        session.control(statement)
        return True

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        failure = None
        connection = None
        try:
            connection = self._engine.connect()
        except Exception as error:  # noqa: BLE001  # a listener of the host's may raise anything
            failure = self.dialect.failure(getattr(error, "orig", None) or error)
        if connection is None:
            raise failure or StoreError("The database cannot be reached.")
        with connection:  # returning it to the pool rolls back whatever was not committed
            yield connection


class ConnectionAccess:
    """A connection of the host, inside the host's transaction."""

    may_define = False

    def __init__(self, connection: sqlite3.Connection | Connection) -> None:
        self.dialect = Sqlite()
        self._connection = connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Reads through the host's transaction, what it has not committed included; begins none.

        Not through SQLAlchemy either: its connection would begin one, and refuse the host's own ``begin()`` after it.
        """
        raw = _raw(self._connection)
        with opened(DbApiDriver(raw), self.dialect, writes=False) as session:
            self._check_open(session, raw)
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        raw = _raw(self._connection)
        connection: Any = self._connection
        driver = DbApiDriver(raw) if connection is raw else SqlAlchemyDriver(connection)
        with opened(driver, self.dialect, writes=True) as session:
            self._check_open(session, raw)  # here a SQLAlchemy connection begins, so that the host's commit() commits
            if not self.dialect.in_transaction(raw):
                session.control("BEGIN")  # else the savepoint would begin a transaction, and its release commit
            session.control("SAVEPOINT clientimport_unit")
            try:
                session.write(_TAKE_WRITE_LOCK)
                yield session
                session.check()
                session.control("RELEASE clientimport_unit")
            except BaseException:
                self._undo(session, raw)
                raise

    @contextmanager
    def defining(self) -> Iterator[Session]:
        """Never: the schema of a host's connection is the host's to make."""
        raise StoreError("The tables are not made on a borrowed connection.")
        yield

    def close(self) -> None:
        """Nothing: the connection is the host's."""

    def _check_open(self, session: Session, raw: sqlite3.Connection) -> None:
        """Raise if the connection is closed, or would commit each statement by itself."""
        session.rows("SELECT 1")
        if not self.dialect.in_transaction(raw) and self.dialect.autocommits(raw):
            raise StoreError(
                "The borrowed connection is in autocommit mode and outside a transaction, so that nothing could be "
                "undone together; begin a transaction first."
            )

    def _undo(self, session: Session, raw: sqlite3.Connection) -> None:
        # A full disk or an I/O error makes SQLite roll back everything by itself; then the savepoint is gone.
        with suppress(StoreError):
            if self.dialect.in_transaction(raw):
                session.control("ROLLBACK TO clientimport_unit")
                session.control("RELEASE clientimport_unit")


def _raw(connection: Any) -> sqlite3.Connection:
    """The driver's connection inside SQLAlchemy's, or the connection itself."""
    raw: sqlite3.Connection = connection
    if hasattr(connection, "exec_driver_sql"):
        if connection.closed:
            raise StoreError("The borrowed connection is closed.")
        raw = connection.connection.driver_connection
    return raw
