"""A SQLite file of our own, reached by the standard library and set up for this library's work."""

from __future__ import annotations

import os
import re
import sqlite3
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from clientimport.adapters.stores.sql.dialects import Sqlite
from clientimport.adapters.stores.sql.session import DbApiDriver, Session, opened
from clientimport.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from sqlalchemy import URL

WANTED = (
    '"memory:", a SQLAlchemy URL such as "sqlite:///clients.db", a SQLAlchemy Engine or Connection for SQLite, '
    "an sqlite3 connection, or a store object"
)

BUSY_TIMEOUT = 30  # seconds; longer than another import's commit of 50,000 records takes on a slow disk
PAGE_SIZE = 16 * 1024  # bytes; applying costs a sixth less than with SQLite's own 4096
PAGE_CACHE = 64 * 1024  # KiB; holds the inner pages of the key index at a million clients
PAGE_CACHE_MOST = 192 * 1024  # KiB, while writing; holds the whole key index at a million clients
KEPT_OPEN = 5  # connections that wait for their next unit of work; more than that many threads at once are rare

_PLAIN = re.compile(r"sqlite:///(?!file:|:memory:)([^?%]+)")
"""A URL that is a path and nothing else, as nearly always. What a percent sign means in one, versions of SQLAlchemy say."""


class FileAccess:
    """Our own connections to one file; every unit of work is a transaction of its own.

    Args:
        name: What ``sqlite3.connect`` is to open.
        options: Its other arguments.
    """

    may_define = True

    def __init__(self, name: str, options: Mapping[str, Any]) -> None:
        self.dialect = Sqlite()
        self._name = name
        self._options = {"timeout": BUSY_TIMEOUT, "check_same_thread": False, **options}
        # One after the other, units of work share one connection and its page cache: the last one back goes first.
        self._waiting: list[sqlite3.Connection] = []
        weakref.finalize(self, _close_all, self._waiting)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._connected() as connection, opened(DbApiDriver(connection), self.dialect, writes=False) as session:
            session.control("BEGIN")  # one snapshot for the whole unit of work
            _set_cache(session, PAGE_CACHE)
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self._connected() as connection, opened(DbApiDriver(connection), self.dialect, writes=True) as session:
            session.control("BEGIN IMMEDIATE")
            _set_cache(session, _cache_for_writing(session))
            yield session
            session.check()
            session.guarded(connection.commit)

    defining = writing

    def close(self) -> None:
        """Close what waits. Harmless twice; the next unit of work opens the file again."""
        _close_all(self._waiting)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        waiting: sqlite3.Connection | None = None
        with suppress(IndexError):
            waiting = self._waiting.pop()
        connection = waiting or self._connect()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _connect(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = None
        failure: StoreError | None = None
        expected: tuple[type[Exception], ...] = (*self.dialect.errors, ValueError)  # the last one for a NUL in the name
        try:
            connection = sqlite3.connect(self._name, **self._options)
            _set_up(connection)
        except expected as error:
            failure = self.dialect.failure(error)
        if connection is not None and failure is None:
            return connection
        if connection is not None:
            connection.close()
        # out here, so that the driver's error, which may hold values, does not go along
        raise failure or StoreError("The database cannot be reached.")

    def _give_back(self, connection: sqlite3.Connection) -> None:
        """Roll back what was not committed, and keep the connection for the next unit of work."""
        try:
            if connection.in_transaction:
                connection.rollback()
        except sqlite3.Error:
            connection.close()
            return
        self._waiting.append(connection)
        if len(self._waiting) > KEPT_OPEN:
            _close_one(self._waiting)


def own_file(target: str | URL) -> FileAccess:
    """The way to the file that a URL names.

    Raises:
        SettingsError: It names no SQLite file.
        StoreError: The file's folder does not exist.
    """
    if isinstance(target, str) and (plain := _PLAIN.fullmatch(target)):
        name = os.path.abspath(plain[1])  # noqa: PTH100  # text in, text out
        _check_folder(name)
        return FileAccess(name, {})
    from sqlalchemy import make_url  # 0.1 s, only for a URL that says more
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        url = make_url(target)
    except ArgumentError:
        raise SettingsError("store", target, wanted=_url_wanted(str(target))) from None
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() != Sqlite.name or url.get_driver_name() != "pysqlite":
        raise SettingsError("store", shown, wanted=WANTED)
    name = url.database or ""
    if name in ("", ":memory:") or "mode=memory" in name or url.query.get("mode") == "memory":
        raise SettingsError("store", shown, wanted='a file ("sqlite:///clients.db"), or "memory:"')
    if not name.startswith("file:"):
        _check_folder(os.path.abspath(name))  # noqa: PTH100
    try:
        (name,), options = url.get_dialect()().create_connect_args(url)
    except (ArgumentError, NoSuchModuleError, TypeError, ValueError):
        raise SettingsError("store", shown, wanted=WANTED) from None
    return FileAccess(name, options)


def _close_all(connections: list[sqlite3.Connection]) -> None:
    while _close_one(connections):
        pass


def _close_one(connections: list[sqlite3.Connection]) -> bool:
    """Close the one that waits longest; whether there was any, for another thread may have taken it."""
    try:
        connection = connections.pop(0)
    except IndexError:
        return False
    connection.close()
    return True


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


def _set_up(connection: sqlite3.Connection) -> None:
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


def _check_folder(name: str) -> None:
    folder = os.path.dirname(name)  # noqa: PTH120
    if not os.path.isdir(folder):  # noqa: PTH112
        raise StoreError(f"The folder of the database does not exist: {folder}")
    if os.path.isdir(name):  # noqa: PTH112
        raise StoreError(f"The database is a folder, not a file: {name}")
