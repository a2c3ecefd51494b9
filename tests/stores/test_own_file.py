"""Our own connections to a file: opened without ceremony, kept for the next unit of work, and never left behind."""

from __future__ import annotations

import gc
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, make_url

from clientimport import Importer
from clientimport.adapters.stores.sql import SqlStore
from clientimport.adapters.stores.sql.own_file import KEPT_OPEN
from clientimport.errors import SettingsError, StoreError
from clientimport.ports import NewClient
from clientimport.testing.store_samples import everything, insert, key, new
from tests.planning.given import bring_in

MAIL = key("email", "jan@voorbeeld.be", "")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    store = SqlStore(f"sqlite:///{tmp_path / 'clients.db'}")
    yield store
    store.close()


def kept(store: SqlStore) -> list[sqlite3.Connection]:
    """The connections that wait for their next unit of work."""
    return store._access._waiting  # type: ignore[attr-defined,no-any-return]


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


# ------------------------------------------------------------------------------------------------ what opens it


def test_an_import_into_a_file_needs_no_sqlalchemy(tmp_path: Path) -> None:
    """From the first line to the last, undoing included; it would cost a fifth of a second and many megabytes."""
    (tmp_path / "clients.csv").write_text("Name,E-mail\nJan Peeters,jan@voorbeeld.be\nEls Maes,els@voorbeeld.be\n")
    program = """
import sys
from clientimport import Importer
with Importer("sqlite:///clients.db") as importer:
    receipt = importer.apply(importer.plan("clients.csv"))
    assert receipt.created == 2
    assert [client.name for client in importer.clients()] == ["Jan Peeters", "Els Maes"]
    again = importer.plan("clients.csv")
    assert again.summary.dispositions["unchanged"] == 2
    assert importer.undo(receipt).reversed == 2
assert "sqlalchemy" not in sys.modules
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, cwd=tmp_path)

    with Importer(f"sqlite:///{tmp_path / 'clients.db'}") as importer:
        assert list(importer.clients()) == []


@pytest.mark.parametrize(
    "name", ["clients.db", "with blank.db", "Zoë 🐘.db", "100#1;x=y&z+.db", "'quoted\".db", "a:b@c.db"]
)
def test_one_file_by_any_of_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A path alone, with a query, relative, as SQLAlchemy's own object, and whatever stands in its name."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name
    first = SqlStore(f"sqlite:///{path}")
    (client,) = insert(first, new('{"name":"Jan"}', MAIL))
    assert path.is_file()
    targets: list[str | URL] = [
        f"sqlite:///{path}?timeout=5",
        f"sqlite+pysqlite:///{path}",
        f"sqlite:///{name}",
        f"sqlite:///./{name}?timeout=5",
        f"sqlite:///../{tmp_path.name}/{name}",
        make_url(f"sqlite:///{path}"),
        make_url(f"sqlite:///{name}?timeout=5"),
        URL.create("sqlite", database=str(path)),
    ]

    for number, target in enumerate(targets):
        store = SqlStore(target)
        assert store.identity() == first.identity()
        assert everything(store) == everything(first)
        insert(store, new(f'{{"name":"{number}"}}'))
        store.close()

    with first.reading() as unit:
        assert unit.clients.by_keys("email", [MAIL[1]]) == [(MAIL[1], client)]
        assert unit.clients.count() == 1 + len(targets)
    first.close()
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_sign_written_as_a_number_means_one_file(tmp_path: Path) -> None:
    """With and without a query, as text and as SQLAlchemy's object: one URL is one file, however it reads ``%20``."""
    plain = f"sqlite:///{tmp_path}/my%20clients.db"
    stores = [SqlStore(target) for target in (plain, f"{plain}?timeout=5", make_url(plain))]

    assert len({store.identity() for store in stores}) == 1
    for store in stores:
        store.close()


def test_a_uri_of_sqlite_is_that_file(tmp_path: Path) -> None:
    """With what SQLite alone understands: here that nothing may be written."""
    path = tmp_path / "clients.db"
    first = SqlStore(f"sqlite:///{path}")
    insert(first, new())

    store = SqlStore(f"sqlite:///file:{path}?uri=true")
    assert store.identity() == first.identity()
    insert(store, new())
    assert everything(store) == everything(first)
    store.close()

    reader = SqlStore(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert everything(reader) == everything(first)
    with pytest.raises(StoreError):
        insert(reader, new())
    reader.close()
    first.close()
    assert [each.name for each in tmp_path.iterdir()] == ["clients.db"]


def test_what_a_query_says_is_done(tmp_path: Path) -> None:
    """Its patience is the host's; without one it is ours."""
    url = f"sqlite:///{tmp_path / 'clients.db'}"
    for target, patience in ((url, 30_000), (f"{url}?timeout=5", 5_000), (make_url(f"{url}?timeout=7"), 7_000)):
        store = SqlStore(target)
        with store.reading() as unit:
            assert unit.clients._session.rows("PRAGMA busy_timeout") == [(patience,)]
        store.close()


@pytest.mark.parametrize("query", ["", "?timeout=5"])
def test_a_relative_path_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    """The host may go to another folder: the next connection is to the same file."""
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    store = SqlStore(f"sqlite:///clients.db{query}")
    insert(store, new())

    os.chdir(tmp_path / "there")
    store.close()
    insert(store, new())
    with store.reading(), store.reading() as unit:
        assert unit.clients.count() == 2

    store.close()
    assert list((tmp_path / "there").iterdir()) == []


# ------------------------------------------------------------------------------------------------ units of work


def test_a_closed_store_opens_its_file_again(store: SqlStore) -> None:
    """Closing lets go of the file; it ends nothing."""
    for number in range(3):
        store.close()
        store.close()
        assert kept(store) == []
        insert(store, new())
        with store.reading() as unit:
            assert unit.clients.count() == number + 1


def test_a_unit_of_work_may_outlast_the_closing(store: SqlStore) -> None:
    """What is under way is not cut off, and can be closed as the rest afterwards."""
    with store.writing() as unit:
        store.close()
        unit.clients.insert([NewClient(unit.clients.new_ids(1)[0], "{}", ())])
    used = list(kept(store))
    store.close()

    assert [is_open(connection) for connection in used] == [False]
    assert len(everything(store)["clients"]) == 1


@pytest.mark.parametrize("closed", [True, False])
def test_what_fails_inside_leaves_nothing(store: SqlStore, closed: bool) -> None:
    """Whatever the host raised; the connection that it happened on does the next unit of work."""
    insert(store, new('{"name":"Jan"}', MAIL))
    before = everything(store)

    for failure in (KeyError, KeyboardInterrupt, GeneratorExit):
        with pytest.raises(failure), store.writing() as unit:  # noqa: PT012  # one unit of work
            unit.clients.insert([NewClient(unit.clients.new_ids(1)[0], "{}", (key("email", "els@voorbeeld.be", ""),))])
            assert unit.clients.count() == 2
            raise failure
        (used,) = kept(store)
        assert not used.in_transaction
        if closed:
            store.close()
        assert everything(store) == before
        assert (kept(store) == [used]) is not closed
    insert(store, new("{}", key("email", "els@voorbeeld.be", "")))
    assert len(everything(store)["clients"]) == 2


def test_a_reader_that_fails_lets_go_of_what_it_saw(store: SqlStore) -> None:
    """The next one does not look at yesterday's clients."""
    with pytest.raises(KeyError), store.reading() as unit:  # noqa: PT012  # one unit of work
        assert unit.clients.count() == 0
        raise KeyError
    insert(store, new())

    with store.reading() as unit:
        assert unit.clients.count() == 1
    assert len(kept(store)) == 1


def test_a_connection_that_broke_is_not_used_again(store: SqlStore) -> None:
    """Somebody closed it under our hands: that unit of work fails, the next one has another."""
    insert(store, new())
    with pytest.raises(StoreError), store.reading() as unit:  # noqa: PT012  # one unit of work
        broken = unit.clients._session._driver._connection  # type: ignore[union-attr]
        broken.close()
        unit.clients.count()

    assert broken not in kept(store)
    with store.reading() as unit:
        assert unit.clients.count() == 1


def test_many_threads_read_and_write_at_once(store: SqlStore) -> None:
    """Each on a connection of its own; of all of them a few wait for what comes next."""
    many = KEPT_OPEN + 7
    insert(store, new('{"name":"Jan"}', MAIL))
    inside, enough = threading.Barrier(many), threading.Barrier(many)
    used: set[int] = set()
    counts: list[int] = []

    def work() -> None:
        with store.reading() as unit:
            inside.wait(60)
            used.add(id(unit.clients._session._driver._connection))  # type: ignore[union-attr]
            counts.extend(unit.clients.count() for _ in range(20))
            enough.wait(60)
        insert(store, new())

    all_at_once(work, many)

    assert counts == [1] * (20 * many)
    assert len(used) == many
    assert 1 <= len(kept(store)) <= KEPT_OPEN
    assert all(is_open(connection) for connection in kept(store))
    with store.reading() as unit:
        assert unit.clients.count() == 1 + many


def test_what_waits_never_grows_beyond_a_few(store: SqlStore) -> None:
    """The others are closed as they come back, not merely forgotten."""
    used: list[Any] = []
    with ExitStack() as stack:
        for _ in range(3 * KEPT_OPEN):
            unit = stack.enter_context(store.reading())
            used.append(unit.clients._session._driver._connection)  # type: ignore[union-attr]

    assert len(kept(store)) == KEPT_OPEN
    assert [connection for connection in used if is_open(connection)] == sorted(kept(store), key=used.index)
    one_after_another = set()
    for _ in range(9):
        with store.reading() as unit:
            one_after_another.add(id(unit.clients._session._driver._connection))  # type: ignore[union-attr]
    assert len(one_after_another) == 1


def test_a_store_that_nobody_closed_closes_itself(tmp_path: Path) -> None:
    """When it is dropped, without a warning; from Python 3.13 on there would be one."""
    store = SqlStore(f"sqlite:///{tmp_path / 'clients.db'}")
    insert(store, new())
    with store.reading(), store.reading():
        pass
    left = list(kept(store))
    assert [is_open(connection) for connection in left] == [True, True]

    del store
    gc.collect()

    assert [is_open(connection) for connection in left] == [False, False]
    assert not (tmp_path / "clients.db-wal").exists()


def test_a_program_may_end_without_closing(tmp_path: Path) -> None:
    """Nothing is said on its way out, and the file is whole."""
    program = """
from clientimport import Importer
importer = Importer("sqlite:///clients.db")
importer.apply(importer.plan([{"name": "Jan"}]))
"""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", program],
        check=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert done.stderr == ""
    assert [each.name for each in tmp_path.iterdir()] == ["clients.db"]


def test_an_importer_goes_on_after_its_store_was_closed(tmp_path: Path) -> None:
    """A host closes it when its request ends, and the next request brings the same importer."""
    with Importer(f"sqlite:///{tmp_path / 'clients.db'}") as importer:
        for number in range(3):
            bring_in(importer, {"external_id": f"{number}", "name": f"Client {number}"})
            importer.store.close()
        assert [client.name for client in importer.clients()] == ["Client 0", "Client 1", "Client 2"]


def all_at_once(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_failure_to_open_tells_nothing_of_how_it_was_tried(tmp_path: Path) -> None:
    """Neither an error of ours on the way nor the driver's hangs on it."""
    path = tmp_path / "clients.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"x" * 5000)
    for target in (f"sqlite:///{path}", f"sqlite:///{tmp_path}/x\0.db"):
        with pytest.raises(StoreError) as refused:
            SqlStore(target)
        assert refused.value.__context__ is None


def test_a_password_in_a_url_is_not_shown() -> None:
    """Nobody needs one for SQLite; some have one all the same."""
    for url in ("sqlite://jan:geheim@/:memory:", "sqlite://jan:geheim@/?mode=memory"):
        with pytest.raises(SettingsError) as refused:
            SqlStore(url)
        assert "geheim" not in str(refused.value)
