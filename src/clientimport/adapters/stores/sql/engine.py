"""Whose connection it is, and so who begins, commits and closes: our own engine, a host's engine, a host's connection.

Our own SQLite engine is set up for this library's work. On a host's engine the transactions are ours, but no setting
is changed. On a host's connection the transaction is theirs too: we neither commit, roll back nor close, change no
setting and no table, and each unit of work is a savepoint, so that our failure leaves their work whole.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from clientimport.adapters.stores.sql.dialects import Sqlite
from clientimport.adapters.stores.sql.session import DbApiDriver, Session, SqlAlchemyDriver
from clientimport.errors import SettingsError, StoreError

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import URL, Connection, Engine

WANTED = (
    '"memory:", a SQLAlchemy URL such as "sqlite:///clients.db", a SQLAlchemy Engine or Connection for SQLite, '
    "an sqlite3 connection, or a store object"
)

BUSY_TIMEOUT = 30  # seconds; longer than another import's commit of 50,000 records takes on a slow disk
PAGE_SIZE = 16 * 1024  # bytes; applying costs a sixth less than with SQLite's own 4096
PAGE_CACHE = 64 * 1024  # KiB; holds the inner pages of the key index at a million clients
PAGE_CACHE_MOST = 192 * 1024  # KiB, while writing; holds the whole key index at a million clients

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
        return EngineAccess(_own_engine(target), owned=True)
    kind = type(target)
    home = {base.__module__.partition(".")[0] for base in kind.__mro__}
    if "sqlite3" in home and hasattr(target, "in_transaction"):
        return ConnectionAccess(target)  # type: ignore[arg-type]
    if "sqlalchemy" in home and "sqlalchemy" in sys.modules:
        from sqlalchemy import URL, Connection, Engine  # heavy; the host has loaded it already

        if isinstance(target, URL):
            return EngineAccess(_own_engine(target), owned=True)
        if isinstance(target, Engine | Connection):
            if target.dialect.name != Sqlite.name:
                raise SettingsError("store", f"{kind.__name__} for {target.dialect.name}", wanted=WANTED)
            return EngineAccess(target, owned=False) if isinstance(target, Engine) else ConnectionAccess(target)
    raise SettingsError("store", kind.__name__, wanted=WANTED)


class EngineAccess:
    """Connections from an engine; every unit of work is a transaction of its own."""

    may_define = True

    def __init__(self, engine: Engine, *, owned: bool) -> None:
        self.dialect = Sqlite()
        self._engine = engine
        self._owned = owned

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._connected() as connection, _session(SqlAlchemyDriver(connection), writes=False) as session:
            self._begin(connection, session, "BEGIN")  # one snapshot for the whole unit of work
            if self._owned:
                _set_cache(session, PAGE_CACHE)
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
        if self._owned:
            self._engine.dispose()

    @contextmanager
    def _transaction(self, *, tables: bool) -> Iterator[Session]:
        with self._connected() as connection, _session(SqlAlchemyDriver(connection), writes=True) as session:
            if not self._begin(connection, session, "BEGIN IMMEDIATE") and tables:
                session.write(_TAKE_WRITE_LOCK)
            if self._owned:
                _set_cache(session, _cache_for_writing(session))
            yield session
            _check(session)
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
        with _session(DbApiDriver(raw), writes=False) as session:
            self._check_open(session, raw)
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        raw = _raw(self._connection)
        connection: Any = self._connection
        driver = DbApiDriver(raw) if connection is raw else SqlAlchemyDriver(connection)
        with _session(driver, writes=True) as session:
            self._check_open(session, raw)  # here a SQLAlchemy connection begins, so that the host's commit() commits
            if not self.dialect.in_transaction(raw):
                session.control("BEGIN")  # else the savepoint would begin a transaction, and its release commit
            session.control("SAVEPOINT clientimport_unit")
            try:
                session.write(_TAKE_WRITE_LOCK)
                yield session
                _check(session)
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


@contextmanager
def _session(driver: SqlAlchemyDriver | DbApiDriver, *, writes: bool) -> Iterator[Session]:
    session = Session(driver, Sqlite(), writes=writes)
    try:
        yield session
    finally:
        session.end()


def _cache_for_writing(session: Session) -> int:
    """KiB of pages to keep: half of what the database has, within bounds.

    New keys fall anywhere in their index. Once it no longer fits, pages are written in the middle of a transaction and read
    again; planning, which only reads, gains too little from more to be worth the memory.
    """
    ((pages,),), ((size,),) = session.rows("PRAGMA page_count"), session.rows("PRAGMA page_size")
    half: int = pages * size // 2048
    return min(max(half, PAGE_CACHE), PAGE_CACHE_MOST)


def _set_cache(session: Session, kib: int) -> None:
    session.control(f"PRAGMA cache_size = -{kib}")


def _check(session: Session) -> None:
    if session.broken:
        raise StoreError("Something in this unit of work failed, so none of it was kept.")


def _raw(connection: Any) -> sqlite3.Connection:
    """The driver's connection inside SQLAlchemy's, or the connection itself."""
    raw: sqlite3.Connection = connection
    if hasattr(connection, "exec_driver_sql"):
        if connection.closed:
            raise StoreError("The borrowed connection is closed.")
        raw = connection.connection.driver_connection
    return raw


def _own_engine(target: str | URL) -> Engine:
    from sqlalchemy import create_engine, event, make_url  # 0.2 s, only where a SQL store is made
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        url = make_url(target)
    except ArgumentError:
        raise SettingsError("store", target, wanted=_url_wanted(str(target))) from None
    if url.get_backend_name() != Sqlite.name or url.get_driver_name() != "pysqlite":
        raise SettingsError("store", url.render_as_string(hide_password=True), wanted=WANTED)
    _check_file(url)
    arguments = {} if "timeout" in url.query else {"timeout": BUSY_TIMEOUT}
    try:
        # One after the other, units of work share one connection and its page cache (LIFO).
        engine = create_engine(url, connect_args=arguments, pool_use_lifo=True, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, TypeError, ValueError):
        raise SettingsError("store", url.render_as_string(hide_password=True), wanted=WANTED) from None
    event.listen(engine, "connect", _set_up)
    return engine


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we send BEGIN and COMMIT ourselves
    connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")  # of a new file; one that has pages keeps theirs
    _into_wal(connection)
    # A receipt says that clients and their balances are stored; after FULL that holds through a power cut too. NORMAL
    # could lose the last commits in WAL mode. With some 50,000 records a commit the difference is not measurable.
    connection.execute("PRAGMA synchronous = FULL")


def _into_wal(connection: sqlite3.Connection) -> None:
    """Write ahead, so that a plan can be read while another import writes.

    While another connection makes the same change to a new file, SQLite answers that it is busy at once, whatever the
    timeout; so the waiting is done here.
    """
    until = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except Exception as error:
            if not getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _url_wanted(text: str) -> str:
    if "://" not in text and text:
        return f'a URL; for this file "sqlite:///{text}", or "memory:"'
    return WANTED


def _check_file(url: URL) -> None:
    name = url.database or ""
    if name in ("", ":memory:") or "mode=memory" in name:
        raise SettingsError("store", url.render_as_string(), wanted='a file ("sqlite:///clients.db"), or "memory:"')
    if name.startswith("file:"):
        return
    folder = os.path.dirname(os.path.abspath(name))  # noqa: PTH100, PTH120  # text in, text out
    if not os.path.isdir(folder):  # noqa: PTH112
        raise StoreError(f"The folder of the database does not exist: {folder}")
    if os.path.isdir(name):  # noqa: PTH112
        raise StoreError(f"The database is a folder, not a file: {name}")
