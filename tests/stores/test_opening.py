"""Opening a store: what may be given, what is made, and what is said when it cannot be."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from clientimport.adapters.stores import open_store
from clientimport.adapters.stores.memory import MemoryStore
from clientimport.adapters.stores.sql import SqlStore, newest, own_file, steps
from clientimport.errors import SettingsError, StoreError
from clientimport.ports import NewClient
from clientimport.testing.faults import FaultyStore
from clientimport.testing.store_samples import everything, insert, key, new

WITHOUT_WORKSPACE = {"clientimport_meta", "clientimport_keys"}  # a key's scheme belongs to one workspace
LONG = '{"name":"' + "x" * 500 + '"}'


def test_what_a_store_can_be_made_of(tmp_path: Path) -> None:
    """Memory, a URL as text or object, an engine, connections, and a store itself."""
    url = f"sqlite:///{tmp_path / 'clients.db'}"
    first = open_store(url, "office")
    (client,) = insert(first, new())
    engine = create_engine(url)
    raw = sqlite3.connect(tmp_path / "clients.db")
    with engine.connect() as connection:
        for target in (url, make_url(url), engine, connection, raw):
            store = open_store(target, "office")
            assert store.identity() == first.identity()
            with store.reading() as unit:
                assert list(unit.clients.fetch([client])) == [client]
            store.close()
    raw.close()
    engine.dispose()
    first.close()

    memory = open_store("memory:", "office")
    assert isinstance(memory, MemoryStore)
    assert memory.identity().endswith("/office")
    assert memory.identity() != open_store("memory:", "office").identity()
    assert open_store(memory, "elsewhere") is memory
    faulty = FaultyStore(memory)
    assert open_store(faulty) is faulty


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("clients.db", '"sqlite:///clients.db"'),
        ("C:\\clients.db", '"sqlite:///C:'),
        ("", "SQLAlchemy URL"),
        ("sqlite://", '"memory:"'),
        ("sqlite:///:memory:", '"memory:"'),
        ("mysql://root:secret@db/clients", "sqlite:///"),
        ("nonsense+driver://x", "sqlite:///"),
        (42, "Engine or Connection"),
        (None, "Engine or Connection"),
        (Path("clients.db"), "Engine or Connection"),
    ],
)
def test_anything_else_is_a_wrong_setting(target: object, says: str) -> None:
    """The error names the setting, what is allowed, and never a password."""
    with pytest.raises(SettingsError) as refused:
        open_store(target)
    assert refused.value.key == "store"
    assert says in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """Rather than SQLite's "unable to open database file"."""
    with pytest.raises(StoreError, match=r"folder of the database does not exist.*missing"):
        open_store(f"sqlite:///{tmp_path / 'missing' / 'clients.db'}")
    with pytest.raises(StoreError, match="is a folder"):
        open_store(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    """Somebody gave the workbook as the store."""
    path = tmp_path / "clients.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"x" * 5000)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not an SQLite database"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_database_with_other_tables_is_shared(tmp_path: Path) -> None:
    """Ours stand beside the host's."""
    path = tmp_path / "app.db"
    host = sqlite3.connect(path)
    host.execute("CREATE TABLE client (name TEXT)")
    host.execute("INSERT INTO client VALUES ('theirs')")
    host.commit()
    store = SqlStore(f"sqlite:///{path}")
    insert(store, new())
    store.close()
    assert host.execute("SELECT name FROM client").fetchall() == [("theirs",)]
    tables = {name for (name,) in host.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert all(name.startswith("clientimport_") for name in tables - {"client"})
    host.close()


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """An older release must not write into what it does not understand."""
    path = tmp_path / "clients.db"
    SqlStore(f"sqlite:///{path}").close()
    raw = sqlite3.connect(path)
    raw.execute("UPDATE clientimport_meta SET value = ? WHERE name = 'schema'", (str(newest() + 1),))
    raw.commit()
    raw.close()
    with pytest.raises(StoreError, match="newer release"):
        SqlStore(f"sqlite:///{path}")


def test_a_database_half_way_is_finished(tmp_path: Path) -> None:
    """A kill while the tables were being made leaves none of them, because a step is one transaction."""
    path = tmp_path / "clients.db"
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("BEGIN")
    for statement in steps()[0].statements[:5]:
        raw.execute(statement)
    raw.close()
    store = SqlStore(f"sqlite:///{path}")
    assert not any(everything(store).values())
    store.close()


def test_steps_are_numbered_and_record_their_number() -> None:
    """So that a host can take the missing ones only."""
    assert [step.number for step in steps()] == list(range(1, newest() + 1))
    assert steps(after=newest()) == ()
    with pytest.raises(SettingsError, match="oracle"):
        steps("oracle")


def test_the_schema_has_whole_numbers_and_text_only(tmp_path: Path) -> None:
    """A copy in any other database means the same."""
    path = tmp_path / "clients.db"
    SqlStore(f"sqlite:///{path}").close()
    raw = sqlite3.connect(path)
    tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {
        (table, column[1]): column[2] for table in tables for column in raw.execute(f"PRAGMA table_info({table})")
    }
    assert len(tables) == 15
    assert set(columns.values()) == {"INTEGER", "TEXT"}
    assert all((table, "workspace") in columns for table in tables if table not in WITHOUT_WORKSPACE)
    raw.close()


def test_the_id_of_a_new_store_can_be_given(tmp_path: Path) -> None:
    """Once: opening it again keeps the first."""
    url = f"sqlite:///{tmp_path / 'clients.db'}"
    for new_id in ("first", "second"):
        store = SqlStore(url, new_id=lambda made=new_id: made)  # type: ignore[misc]
        assert store.identity() == "first/default"
        store.close()


def test_the_page_cache_grows_with_what_is_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To half of the database, within bounds; who only reads makes do with the least."""
    monkeypatch.setattr(own_file, "PAGE_CACHE", 40)
    monkeypatch.setattr(own_file, "PAGE_CACHE_MOST", 4_000)
    store = SqlStore(f"sqlite:///{tmp_path / 'clients.db'}")
    sizes = []
    for characters in (0, 1_000_000, 20_000_000):
        insert(store, new("x" * characters))
        for unit_of_work in (store.writing, store.reading):
            with unit_of_work() as unit:
                sizes.append(unit.clients._session.rows("PRAGMA cache_size")[0][0])
    store.close()
    size = tmp_path.joinpath("clients.db").stat().st_size
    assert sizes[1::2] == [-40, -40, -40]
    assert -sizes[0] < 500 < -sizes[2] < 1_000 < size / 2048
    assert -sizes[4] == 4_000


def test_our_own_connections_are_safe_and_patient(tmp_path: Path) -> None:
    """WAL, full synchronisation, 30 seconds of patience, 64 MB of pages."""
    store = SqlStore(f"sqlite:///{tmp_path / 'clients.db'}")
    with store.reading() as unit:
        session = unit.clients._session
        seen = {
            name: session.rows(f"PRAGMA {name}")[0][0]
            for name in ("journal_mode", "synchronous", "busy_timeout", "cache_size")
        }
    assert seen == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30_000, "cache_size": -65_536}
    store.close()


def test_a_lock_held_elsewhere_is_worth_another_try(tmp_path: Path) -> None:
    """The error says so, and reading goes on meanwhile."""
    path = tmp_path / "clients.db"
    store = SqlStore(f"sqlite:///{path}?timeout=0.05")
    insert(store, new())
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="Another program") as refused, store.writing():
        pytest.fail("two writers at once")
    assert refused.value.retry
    with store.reading() as unit:
        assert len(list(unit.clients.scan())) == 1
    other.execute("ROLLBACK")
    insert(store, new())
    other.close()
    store.close()


def test_a_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    """The unit of work is gone, the store is whole, and there is room again after the disk was cleared."""
    store = SqlStore(f"sqlite:///{tmp_path / 'clients.db'}")
    insert(store, new())
    before = everything(store)
    with pytest.raises(StoreError, match="disk is full") as refused, store.writing() as unit:  # noqa: PT012  # one unit
        pages = unit.clients._session.rows("PRAGMA page_count")[0][0]
        unit.clients._session.rows(f"PRAGMA max_page_count = {pages + 2}")
        unit.clients.insert([NewClient(client, LONG, ()) for client in unit.clients.new_ids(1000)])
    assert not refused.value.retry
    assert everything(store) == before
    store.close()


def test_errors_hold_no_values(tmp_path: Path) -> None:
    """Neither in their words nor in what hangs on them: reports of errors travel further than clients may."""
    store = SqlStore(f"sqlite:///{tmp_path / 'clients.db'}")
    secret = key("email", "jan@voorbeeld.be", "")
    insert(store, new('{"name":"Jan Geheim"}', secret))
    for text, keys in (('{"name":"Jan Geheim"}', [secret]), ('{"name":"Jan Geheim \ud800"}', [])):
        with pytest.raises(StoreError) as refused:
            insert(store, new(text, *keys))
        error: BaseException | None = refused.value
        while error is not None:
            told = f"{error!r} {vars(error)}"
            assert "jan@" not in told
            assert "Geheim" not in told
            assert "INSERT" not in told
            error = error.__cause__ or error.__context__
    store.close()


def test_the_activity_log_cannot_be_rewritten(tmp_path: Path) -> None:
    """The database itself refuses; and where somebody took the triggers away, ``verify`` names the entry."""
    path = tmp_path / "clients.db"
    store = SqlStore(f"sqlite:///{path}")
    with store.writing() as unit:
        for number in range(5):
            unit.activity.append("2026-01-01T00:00:00Z", "an", "import", f"r{number}", {"created": number})
    raw = sqlite3.connect(path, isolation_level=None)
    for statement in ("UPDATE clientimport_activity SET actor = 'x'", "DELETE FROM clientimport_activity"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(statement)
    raw.execute("DROP TRIGGER clientimport_activity_no_update")
    raw.execute("DROP TRIGGER clientimport_activity_no_delete")
    for statement, broken in (
        ("UPDATE clientimport_activity SET summary = '{}' WHERE sequence = 4", 4),
        ("UPDATE clientimport_activity SET actor = 'x' WHERE sequence = 3", 3),
        ("DELETE FROM clientimport_activity WHERE sequence = 2", 2),
    ):
        raw.execute(statement)
        with store.reading() as unit:
            assert unit.activity.verify() == broken
    raw.close()
    store.close()


@pytest.mark.parametrize("number", range(40))
def test_threads_may_open_a_new_file_at_once(tmp_path: Path, number: int) -> None:
    """One makes the tables, the others find them; what is busy for a moment is waited for."""
    url = f"sqlite:///{tmp_path / f'clients{number}.db'}"
    opened: list[str] = []

    def open_it() -> None:
        store = SqlStore(url)
        opened.append(store.identity())
        store.close()

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 8
    assert len(set(opened)) == 1


def test_sqlalchemy_is_loaded_when_it_is_needed() -> None:
    """Not for the memory store, nor for a host's sqlite3 connection: it costs a fifth of a second."""
    program = """
import sqlite3, sys
from clientimport.adapters.stores import open_store
from clientimport.adapters.stores.sql import SqlStore, steps
open_store("memory:")
connection = sqlite3.connect(":memory:")
for step in steps():
    for statement in step.statements:
        connection.execute(statement)
connection.commit()
SqlStore(connection)
assert "sqlalchemy" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
