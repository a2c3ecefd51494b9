"""Every store keeps every promise, whosever connection it is on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection, create_engine, event

from clientimport.adapters.stores.memory import MemoryStore
from clientimport.adapters.stores.sql import SqlStore, steps
from clientimport.testing.store_samples import MakeStore
from clientimport.testing.stores import StoreConformance


class TestMemory(StoreConformance):
    @pytest.fixture
    def make_store(self) -> MakeStore:
        first = MemoryStore()
        return lambda workspace="default": first if workspace == "default" else first.beside(workspace)


class TestSqliteFile(StoreConformance):
    @pytest.fixture
    def make_store(self, tmp_path: Path) -> Iterator[MakeStore]:
        made: list[SqlStore] = []

        def make(workspace: str = "default") -> SqlStore:
            made.append(SqlStore(f"sqlite:///{tmp_path / 'clients.db'}", workspace=workspace))
            return made[-1]

        yield make
        for store in made:
            store.close()


class TestHostsEngine(StoreConformance):
    """SQLAlchemy's own defaults: Python's sqlite3 begins transactions, and only before it writes."""

    @pytest.fixture
    def make_store(self, tmp_path: Path) -> Iterator[MakeStore]:
        engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}", connect_args={"timeout": 30})
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        yield lambda workspace="default": SqlStore(engine, workspace=workspace)
        engine.dispose()


class TestHostsEngineThatBegins(StoreConformance):
    """The recipe of SQLAlchemy's manual: the engine's listener sends a (deferred) BEGIN itself."""

    @pytest.fixture
    def make_store(self, tmp_path: Path) -> Iterator[MakeStore]:
        engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}", connect_args={"timeout": 30})

        @event.listens_for(engine, "connect")
        def set_up(connection: sqlite3.Connection, record: object) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA journal_mode = WAL")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

        yield lambda workspace="default": SqlStore(engine, workspace=workspace)
        engine.dispose()


class TestHostsSqlite3Connection(StoreConformance):
    isolated = False

    @pytest.fixture
    def make_store(self) -> Iterator[MakeStore]:
        connection = sqlite3.connect(":memory:")
        make_tables(connection)
        yield lambda workspace="default": SqlStore(connection, workspace=workspace)
        connection.close()


class TestHostsExplicitTransaction(StoreConformance):
    """As Django has it: the driver in autocommit mode, the host sends BEGIN."""

    isolated = False

    @pytest.fixture
    def make_store(self) -> Iterator[MakeStore]:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        make_tables(connection)
        connection.execute("BEGIN")
        yield lambda workspace="default": SqlStore(connection, workspace=workspace)
        connection.execute("ROLLBACK")
        connection.close()


class TestHostsSqlAlchemyConnection(StoreConformance):
    isolated = False

    @pytest.fixture
    def make_store(self) -> Iterator[MakeStore]:
        engine = create_engine("sqlite://")
        with engine.connect() as connection:
            make_tables(cast("sqlite3.Connection", connection.connection.driver_connection))
            yield lambda workspace="default": SqlStore(connection, workspace=workspace)
        engine.dispose()


def make_tables(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")
    for step in steps("sqlite"):
        for statement in step.statements:
            connection.execute(statement)
    connection.execute("COMMIT")
