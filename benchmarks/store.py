"""What the store's bulk methods cost: CPU microseconds a row on an SQLite file, one transaction each.

Run it with ``python benchmarks/store.py [--rows 100000] [--json]``. The best of three runs counts.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from clientimport.adapters.stores.sql import SqlStore
from clientimport.ports import ClientUpdate, Key, NewClient, OperationRow, RunRow

BATCH = 500  # records, as the services send them
BUDGET = {  # CPU microseconds a row that the design allows
    "by_keys": 2.2,
    "fetch": 2.0,
    "insert with 3 keys": 8.0,
    "update": 6.0,
    "operations": 1.5,
    "touched": 2.0,
}


def main() -> None:
    """Measure, then print a line for each method, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    best: dict[str, float] = {}
    for _ in range(options.runs):
        for name, cost in measure(options.rows).items():
            best[name] = min(cost, best.get(name, cost))
    if options.json:
        print(json.dumps({"rows": options.rows, "microseconds": {name: round(cost, 2) for name, cost in best.items()}}))
        return
    print(f"{options.rows:,} rows, CPU microseconds a row (best of {options.runs})")
    for name, cost in best.items():
        allowed = BUDGET.get(name)
        print(f"  {name:<22}{cost:7.2f}" + (f"   allowed {allowed}" if allowed else ""))


def measure(rows: int) -> dict[str, float]:
    """CPU microseconds a row of each method, over a fresh file."""
    chance = random.Random(20)  # made-up data, not secrets
    numbers = list(range(rows))
    chance.shuffle(numbers)
    costs = {}
    with tempfile.TemporaryDirectory() as folder:
        store = SqlStore(f"sqlite:///{Path(folder) / 'clients.db'}")

        def timed(name: str, work: Callable[[], None], each: int = rows) -> None:
            began = time.process_time()
            work()
            costs[name] = (time.process_time() - began) / each * 1e6

        emails = [f"client.{number}@voorbeeld{number % 97}.be" for number in numbers]
        with store.writing() as unit:
            ids = unit.clients.new_ids(rows)
        new = [NewClient(client, _document(number), _keys(number)) for client, number in zip(ids, numbers, strict=True)]
        updates = [
            ClientUpdate(client, _document(number, "Gent"), (), ())
            for client, number in chance.sample(list(zip(ids, numbers, strict=True)), rows)
        ]
        moved = [
            ClientUpdate(
                client,
                _document(number, "Gent"),
                (("email", f"new.{number}@voorbeeld.be", None),),
                (_keys(number)[0][:2],),
            )
            for client, number in chance.sample(list(zip(ids, numbers, strict=True)), rows // 5)
        ]
        operations = [OperationRow(number, ids[number], "update", "applied", _CHANGES, 2) for number in range(rows)]

        def insert() -> None:
            with store.writing() as unit:
                for start in range(0, rows, BATCH):
                    unit.clients.insert(new[start : start + BATCH])

        def by_keys() -> None:
            with store.reading() as unit:
                hits = sum(len(unit.clients.by_keys("email", some)) for some in _batches(asked))
            assert hits == rows // 2, hits

        def fetch() -> None:
            with store.reading() as unit:
                seen = sum(len(unit.clients.fetch(some)) for some in _batches(shuffled))
            assert seen == rows, seen

        def keys_of() -> None:
            with store.reading() as unit:
                for some in _batches(shuffled):
                    unit.clients.keys_of(some)

        def scan() -> None:
            with store.reading() as unit:
                seen = sum(len(some) for some in unit.clients.scan())
            assert seen == rows, seen

        def update(of: list[ClientUpdate]) -> Callable[[], None]:
            def work() -> None:
                with store.writing() as unit:
                    for start in range(0, len(of), BATCH):
                        unit.clients.update(of[start : start + BATCH])

            return work

        def log() -> None:
            with store.writing() as unit:
                unit.runs.start(_RUN)
                for start in range(0, rows, BATCH):
                    unit.runs.add_operations("run-1", operations[start : start + BATCH])

        def touched() -> None:
            with store.reading() as unit:
                seen = sum(len(unit.runs.touched(some)) for some in _batches(shuffled))
            assert seen == rows, seen

        def read_log() -> None:
            with store.reading() as unit:
                seen = sum(len(some) for some in unit.runs.operations("run-1"))
            assert seen == rows, seen

        timed("insert with 3 keys", insert)
        asked = emails[: rows // 2] + [f"unknown.{number}@voorbeeld.be" for number in range(rows - rows // 2)]
        chance.shuffle(asked)
        shuffled = chance.sample(ids, rows)
        timed("by_keys", by_keys)
        timed("fetch", fetch)
        timed("keys_of", keys_of)
        timed("scan", scan)
        timed("update", update(updates))
        timed("update moving a key", update(moved), len(moved))
        timed("operations", log)
        timed("touched", touched)
        timed("reading operations", read_log)
        store.close()
    return costs


def _batches(values: list[str]) -> list[list[str]]:
    return [values[start : start + BATCH] for start in range(0, len(values), BATCH)]


def _keys(number: int) -> tuple[Key, Key, Key]:
    return (
        ("email", f"client.{number}@voorbeeld{number % 97}.be", None),
        ("phone", f"+324{number:08d}", None),
        ("external", f"C{number:06d}", ""),
    )


def _document(number: int, city: str = "Antwerpen") -> str:
    fields = {
        "address_city": city,
        "address_country": "BE",
        "address_postcode": "2000",
        "address_street": f"Lange Nieuwstraat {number % 300}",
        "company": f"Voorbeeld & Zonen {number}",
        "email": [f"client.{number}@voorbeeld{number % 97}.be"],
        "external_id": f"C{number:06d}",
        "kind": "organisation",
        "language": "nl",
        "name": f"Jan Voorbeeld {number}",
        "phone": [f"+324{number:08d}"],
        "vat_number": f"BE0{number:09d}",
    }
    return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


_CHANGES = '{"address_city":["Antwerpen","Gent"],"phone":["+32470000000","+32470000001"]}'
_RUN = RunRow(
    id="run-1",
    kind="import",
    plan_digest="sha256:0",
    state="running",
    through=-1,
    actor="benchmark",
    source="clients.csv",
    started_at="2026-01-01T00:00:00Z",
    finished_at=None,
    counts="{}",
    header="{}",
)


if __name__ == "__main__":
    main()
