"""The statements of one unit of work, over whatever connection it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar, cast

from clientimport.adapters.stores.sql.inserts import Insert, Row
from clientimport.errors import StoreError

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection

    from clientimport.adapters.stores.sql.dialects import Sqlite

_T = TypeVar("_T")

ENDED = "This unit of work has ended; ask the store for a new one."


class Session:
    """Sends statements and turns every driver failure into a ``StoreError``.

    Attributes:
        dialect: What is special about this database.
        broken: A change failed, perhaps half-way, so the unit of work must be rolled back.
        runs: (workspace, id) -> number of runs that were asked for; a number stays what it is.
    """

    def __init__(self, driver: SqlAlchemyDriver | DbApiDriver, dialect: Sqlite, *, writes: bool) -> None:
        self.dialect = dialect
        self.broken = False
        self.runs: dict[tuple[str, str], int] = {}
        self._driver: SqlAlchemyDriver | DbApiDriver | None = driver
        self._errors = (*dialect.errors, *driver.errors)
        self._writes = writes

    def rows(self, statement: str, values: Row = ()) -> list[Row]:
        """All rows of a query."""
        driver = self._live()
        return self.guarded(lambda: driver.rows(statement, values))

    def write(self, statement: str, values: Row = ()) -> int:
        """Send one statement that writes; how many rows it met."""
        driver = self._writable()
        return self.guarded(lambda: driver.write(statement, values))

    def insert(self, statement: Insert, rows: list[Row]) -> int:
        """Insert *rows*, in order; how many were inserted or changed."""
        return sum(self.write_many(text, values) for text, values in statement.calls(rows))

    def write_many(self, statement: str, values: list[Row]) -> int:
        """Send a statement once for each of *values*; how many rows it met in all."""
        driver = self._writable()
        if not values:
            return 0
        return self.guarded(lambda: driver.write_many(statement, values))

    def control(self, statement: str) -> None:
        """Send a statement about transactions."""
        driver = self._live()
        self.guarded(lambda: driver.write(statement, ()))

    def guarded(self, send: Callable[[], _T]) -> _T:
        """What *send* answers; a failure of the driver leaves as a ``StoreError``."""
        try:
            return send()
        except self._errors as error:
            failure = self.dialect.failure(getattr(error, "orig", None) or error)
        # Raised out here so that neither __context__ nor __cause__ carries the driver's error: it may hold values.
        raise failure

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Around everything that one method changes: if it raises, the unit of work will not commit."""
        self._writable()
        try:
            yield
        except BaseException:
            self.broken = True
            raise

    def check(self) -> None:
        """Look that nothing failed half-way.

        Raises:
            StoreError: something did.
        """
        if self.broken:
            raise StoreError("Something in this unit of work failed, so none of it was kept.")

    def end(self) -> None:
        """Let go of the connection; a port that outlives its unit of work then says so."""
        self._driver = None

    def _live(self) -> SqlAlchemyDriver | DbApiDriver:
        if self._driver is None:
            raise StoreError(ENDED)
        return self._driver

    def _writable(self) -> SqlAlchemyDriver | DbApiDriver:
        driver = self._live()
        if not self._writes:
            raise StoreError("A reading unit of work cannot write; use writing().")
        return driver


@contextmanager
def opened(driver: SqlAlchemyDriver | DbApiDriver, dialect: Sqlite, *, writes: bool) -> Iterator[Session]:
    """A session over *driver* that ends with the block."""
    session = Session(driver, dialect, writes=writes)
    try:
        yield session
    finally:
        session.end()


class SqlAlchemyDriver:
    """A SQLAlchemy connection. Statements go to the driver as they are: as fast as the driver alone."""

    def __init__(self, connection: Connection) -> None:
        from sqlalchemy.exc import SQLAlchemyError  # heavy, and loaded only where it is used

        self.errors: tuple[type[Exception], ...] = (SQLAlchemyError,)
        self._connection = connection

    def rows(self, statement: str, values: Row) -> list[Row]:
        result = self._connection.exec_driver_sql(statement, values)
        rows = cast("list[Row]", result.cursor.fetchall())  # plain tuples; SQLAlchemy's Row objects cost more
        result.close()
        return rows

    def write(self, statement: str, values: Row) -> int:
        result = self._connection.exec_driver_sql(statement, values)
        count = result.rowcount
        result.close()
        return count

    def write_many(self, statement: str, values: list[Row]) -> int:
        result = self._connection.exec_driver_sql(statement, values)
        count = result.rowcount
        result.close()
        return count


class DbApiDriver:
    """A DB-API connection; nothing here commits, rolls back or closes it."""

    errors: tuple[type[Exception], ...] = ()

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, statement: str, values: Row) -> list[Row]:
        cursor = self._cursor()
        try:
            return cursor.execute(statement, values).fetchall()
        finally:
            cursor.close()

    def write(self, statement: str, values: Row) -> int:
        cursor = self._cursor()
        try:
            return cursor.execute(statement, values).rowcount
        finally:
            cursor.close()

    def write_many(self, statement: str, values: list[Row]) -> int:
        cursor = self._cursor()
        try:
            return cursor.executemany(statement, values).rowcount
        finally:
            cursor.close()

    def _cursor(self) -> sqlite3.Cursor:
        cursor = self._connection.cursor()
        cursor.row_factory = None  # a host may have set one; ours are plain tuples
        return cursor
