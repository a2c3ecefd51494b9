"""petl for reading and checking, the SQLite driver for matching and writing.

The keys of the whole table go into a dictionary, which is the fastest look-up we know for petl; rows stay in memory.
"""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import petl

from benchmarks.main_job import measure
from benchmarks.main_job.generate import HEADERS
from benchmarks.main_job.reference import COLUMNS, INSERT, POST, UPDATE, InvalidRowError, clean, posting

BALANCE = COLUMNS.index("opening_balance")  # its date and currency are the last two columns


def run(csv_path: Path, database: Path) -> Counter[str]:
    checked = petl.rowmap(petl.fromcsv(str(csv_path)), check, header=[*COLUMNS, "reason"], failonerror=True)
    with closing(sqlite3.connect(database)) as connection, connection:
        return upsert(petl.data(checked), connection)


def check(row: petl.Record) -> list[str]:
    """Canonical texts and no reason, or the reason alone."""
    try:
        return [*clean({header: row[header] for header in HEADERS}).values(), ""]
    except InvalidRowError as error:
        return [""] * len(COLUMNS) + [str(error)]


def upsert(rows: petl.Table, connection: sqlite3.Connection) -> Counter[str]:
    """Every row against the store and the rows before it: by e-mail, else telephone, else client code."""
    clients = {row[0]: list(row[1:]) for row in connection.execute("SELECT * FROM client")}
    keys = [{texts[at]: number for number, texts in clients.items() if texts[at]} for at in (4, 5, 0)]
    next_id = max(clients, default=0) + 1
    created: set[int] = set()
    updated: set[int] = set()
    owing: list[int] = []
    counts: Counter[str] = Counter()
    for *texts, reason in rows:
        if reason:
            counts["invalid"] += 1
            continue
        found = keys[0].get(texts[4]) or keys[1].get(texts[5]) or keys[2].get(texts[0])
        if found is None:
            found, next_id = next_id, next_id + 1
            had, clients[found] = [""] * len(COLUMNS), texts
            created.add(found)
            counts["create"] += 1
        else:
            had = clients[found]
            merged = [new or old for new, old in zip(texts, had, strict=True)]
            counts["unchanged" if merged == had else "update"] += 1
            if merged != had and found not in created:
                updated.add(found)
            clients[found] = merged
        if texts[BALANCE] and not had[BALANCE]:
            owing.append(found)
        for known, at in zip(keys, (4, 5, 0), strict=True):
            if texts[at]:
                known[texts[at]] = found
    connection.executemany(UPDATE, ((*clients[number], number) for number in updated))
    connection.executemany(INSERT, ((number, *clients[number]) for number in sorted(created)))
    connection.executemany(POST, (posting(number, *clients[number][BALANCE:]) for number in owing))
    return counts


if __name__ == "__main__":
    folder, store = Path(sys.argv[1]), Path(sys.argv[2])
    meter = measure.Meter()
    with meter.part("job"):
        answer = run(folder / "clients.csv", store)
    measure.finish(folder, store, meter, dict(answer), "row_by_row")
