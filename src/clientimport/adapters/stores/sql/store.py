"""The SQL store: clients, run log, ledger and activity in tables of our own (``clientimport_…``)."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clientimport.adapters.stores.sql import schema
from clientimport.adapters.stores.sql.activity import SqlActivity
from clientimport.adapters.stores.sql.clients import SqlClients
from clientimport.adapters.stores.sql.engine import access_to
from clientimport.adapters.stores.sql.ledger import SqlLedger
from clientimport.adapters.stores.sql.outbox import SqlOutbox
from clientimport.adapters.stores.sql.revision import SqlRevision
from clientimport.adapters.stores.sql.runs import SqlRuns
from clientimport.errors import StoreError

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import URL, Connection, Engine

    from clientimport.adapters.stores.sql.session import Session

_META = "SELECT value FROM clientimport_meta WHERE name = ?"
_NAME_STORE = "UPDATE clientimport_meta SET value = ? WHERE name = 'store'"


class SqlUnitOfWork:
    """One transaction, or on a borrowed connection one savepoint."""

    def __init__(self, session: Session, workspace: str) -> None:
        revision = SqlRevision(session, workspace)
        self.clients = SqlClients(session, workspace, revision)
        self.runs = SqlRuns(session, workspace)
        self.ledger = SqlLedger(session, workspace, revision)
        self.activity = SqlActivity(session, workspace)
        self.outbox = SqlOutbox(session, workspace)


class SqlStore:
    """Clients of one workspace in an SQLite database.

    Args:
        target: A SQLAlchemy URL, or an Engine (transactions are ours, settings the host's), or a Connection or an
            ``sqlite3`` connection (everything happens inside the host's transaction, and nothing of ours is kept
            before the host commits).
        workspace: Whose clients these are; other workspaces in the same database are never seen.
        new_id: Makes the id of a store that is created here; ``None``: a random UUID.

    Raises:
        SettingsError: *target* is nothing that a SQL store can be made of.
        StoreError: The database cannot be opened, is of a newer release, or is borrowed and has no tables yet.
    """

    def __init__(
        self,
        target: str | URL | Engine | Connection | sqlite3.Connection,
        *,
        workspace: str = "default",
        new_id: Callable[[], str] | None = None,
    ) -> None:
        self._access = access_to(target)
        self._workspace = workspace
        self._writers: set[int] = set()
        try:
            self._store_id = self._open(new_id or (lambda: str(uuid.uuid4())))
        except BaseException:
            self._access.close()
            raise

    def identity(self) -> str:
        return f"{self._store_id}/{self._workspace}"

    @contextmanager
    def reading(self) -> Iterator[SqlUnitOfWork]:
        """One snapshot; on a borrowed connection what the host's transaction sees."""
        with self._access.reading() as session:
            yield SqlUnitOfWork(session, self._workspace)

    @contextmanager
    def writing(self) -> Iterator[SqlUnitOfWork]:
        thread = threading.get_ident()
        if thread in self._writers:  # waiting for oneself would only end with the busy timeout
            raise StoreError("This thread is in a writing unit of work of this store already.")
        self._writers.add(thread)
        try:
            with self._access.writing() as session:
                yield SqlUnitOfWork(session, self._workspace)
        finally:
            self._writers.discard(thread)

    def close(self) -> None:
        """Close our own engine's connections; a host's engine or connection stays as it is. Harmless twice."""
        self._access.close()

    def _open(self, new_id: Callable[[], str]) -> str:
        with self._access.reading() as session:
            version, store_id = _state(session)
        newest = schema.newest(self._access.dialect.name)
        if version > newest:
            raise StoreError(
                f"The tables are of schema version {version}, made by a newer release of clientimport; "
                f"this release knows versions up to {newest}. Install the newer release."
            )
        if version == newest:
            return store_id
        if not self._access.may_define:
            seen = f"of schema version {version}" if version else "missing"
            raise StoreError(
                f"The tables of clientimport are {seen}, and on a borrowed connection they are not made here: run the "
                f"SQL that clientimport.adapters.stores.sql.schema.steps(after={version}) gives, "
                f"up to version {newest}, in your own migrations."
            )
        with self._access.defining() as session:
            version, store_id = _state(session)  # again: another process may have been first
            for step in schema.steps(self._access.dialect.name, after=version):
                for statement in step.statements:
                    session.write(statement)
            if version == 0:
                session.write(_NAME_STORE, (new_id(),))
            return _state(session)[1]


def _state(session: Session) -> tuple[int, str]:
    """The schema's version and the store's id; 0 and ``""`` where there are no tables."""
    if not session.rows(session.dialect.has_schema):
        return 0, ""
    return int(session.rows(_META, ("schema",))[0][0]), str(session.rows(_META, ("store",))[0][0])
