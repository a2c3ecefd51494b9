"""Fixtures of the notebook's tests: a store with clients, a file, widgets without a notebook, a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clientimport import Importer
from tests.notebook.bridge import Bridge, browser_page

STORED = [
    {"Name": "Bakkerij Peeters", "Email": "info@bakkerijpeeters.example", "City": "Leuven", "Phone": "+32 16 20 30 40"},
    {"Name": "Piet Oud", "Email": "piet@oud.example", "City": "Mol", "Phone": "+32 14 20 30 40"},
]
LINES = [
    "Naam;E-mailadres;Telefoon;Gemeente;Kleur",
    "Bakkerij Peeters;info@bakkerijpeeters.example;016 20 30 40;Aarschot;rood",
    "Jan Janssens;jan@voorbeeld.example;0475 12 34 56;Gent;",
    "Marie Dubois;marie.dubois(at)voorbeeld.example;;Brussel;",
    ";els@voorbeeld.example;;Mol;blauw",
]
CLIENTS = ("\r\n".join(LINES) + "\r\n").encode()


@pytest.fixture
def importer(tmp_path: Path) -> Iterator[Importer]:
    """On a SQLite file that has two clients; asks about differences."""
    with Importer(f"sqlite:///{tmp_path / 'clients.db'}", default_country="BE", default_currency="EUR") as importer:
        importer.apply(importer.plan(STORED))
        yield importer


@pytest.fixture
def clients_csv(tmp_path: Path) -> Path:
    """A known client who moved, a new one, one with an address nobody can write to, one without a name."""
    path = tmp_path / "klanten.csv"
    path.write_bytes(CLIENTS)
    return path


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], Bridge]:
    """Makes a widget whose comm a test holds."""
    comm = pytest.importorskip("comm")
    pytest.importorskip("anywidget")
    from tests.notebook.bridge import list_comm

    monkeypatch.setattr(comm, "create_comm", list_comm)
    return lambda make: Bridge(make())


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of a real browser."""
    yield from browser_page(browser)
