"""What the tests of planning and applying start from: an importer, rows as dicts whose keys are field names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest

from clientimport import FieldMapping, Importer, Plan, Receipt
from clientimport import Mapping as ColumnMapping

Rows = Sequence[Mapping[str, object]]

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


class OpenImporter(Protocol):
    """Opens importers, all on one store unless told otherwise."""

    def __call__(self, store: str | None = None, **options: Any) -> Importer: ...


def opener(target: str) -> Iterator[OpenImporter]:
    """Importers on *target*, with a clock that stands still and runs numbered r1, r2 …"""
    opened: list[Importer] = []
    runs = iter(range(1, 1000))

    def open_importer(store: str | None = None, **options: Any) -> Importer:
        chosen: object = store or (opened[0].store if target == "memory:" and opened else target)
        options.setdefault("clock", lambda: NOW)
        options.setdefault("new_id", lambda: f"r{next(runs)}")
        opened.append(Importer(chosen, **options))
        return opened[-1]

    yield open_importer
    for importer in opened:
        importer.close()


@pytest.fixture(params=["memory", "sqlite"])
def open_importer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenImporter]:
    """Every example holds in memory and in SQLite."""
    yield from opener("memory:" if request.param == "memory" else f"sqlite:///{tmp_path / 'clients.db'}")


def mapping_of(rows: Rows) -> ColumnMapping:
    """Every key of *rows* feeds the field of that name; keys that begin with a blank feed nothing."""
    keys = dict.fromkeys(key for row in rows for key in row if not key.startswith(" "))
    return ColumnMapping(fields=[FieldMapping(field=key, columns=(key,)) for key in keys])


def plan_of(importer: Importer, *rows: Mapping[str, object], **options: Any) -> Plan:
    """The plan of *rows*, whose keys are field names."""
    options.setdefault("mapping", mapping_of(rows))
    return importer.plan(list(rows), **options)


def bring_in(importer: Importer, *rows: Mapping[str, object], **options: Any) -> Receipt:
    """Plan and apply *rows*, from another system than what is planned later, unless told otherwise."""
    options.setdefault("system", "earlier")
    return importer.apply(plan_of(importer, *rows, **options))


def fates(plan: Plan) -> list[str]:
    """``disposition:reason`` of every record, in order."""
    return [f"{record.disposition}:{record.reason}" for record in plan.records()]


def clients(importer: Importer) -> list[dict[str, Any]]:
    """Every stored client's fields, in the order they came."""
    return [dict(client.fields) for client in importer.clients()]


def everything(importer: Importer) -> list[tuple[str, dict[str, Any], list[tuple[str, str, str | None]]]]:
    """Every live client with its id, fields and keys: what must be the same again after an undo."""
    with importer.store.reading() as work:
        ids = [stored.id for page in work.clients.scan() for stored in page]
        keys = work.clients.keys_of(ids)
        return [
            (stored.id, json.loads(stored.text), sorted(keys.get(stored.id, ()), key=str))
            for page in work.clients.scan()
            for stored in page
        ]


def changes(plan: Plan) -> list[tuple[str, Any, Any, str]]:
    """(field, old, new, rule) of every change of every stored client."""
    return [(change.field, change.old, change.new, change.rule) for change in plan.changes()]


def only(items: Sequence[Any]) -> Any:
    """The one item there is."""
    assert len(items) == 1, items
    return items[0]
