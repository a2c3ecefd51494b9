"""What the faces of a plan review cost: CPU seconds of writing each for a plan in which most clients differ in several fields.

Run it with ``python -m benchmarks.review_faces [--clients 5000] [--rounds 3] [--json]``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.near_matches_people import People
from clientimport import FieldMapping, Importer, Mapping, Plan
from clientimport.reports.review_page import write_review_html
from clientimport.reports.review_reading import read_review
from clientimport.reports.review_workbook import write_review_xlsx

FIELDS = ("external_id", "name", "email", "phone", "mobile", "address", "postal_code", "city", "notes")


def main() -> None:
    """Measure, then print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, planned(options.clients, Path(folder)) as plan:
        overview = plan.overview()
        entries = list(overview.both)
        result: dict[str, Any] = {
            "clients": options.clients,
            "differences": sum(len(entry.differences) for entry in entries),
            "faces": {name: face(plan, Path(folder), options.rounds) for name, face in FACES.items()},
        }
    if options.json:
        print(json.dumps(result))
    else:
        print(f"{result['clients']:,} clients, {result['differences']:,} fields that differ")
        for name, found in result["faces"].items():
            print(f"  {name:<10}" + ", ".join(f"{key} {value}" for key, value in found.items()))


@contextmanager
def planned(clients: int, folder: Path) -> Iterator[Plan]:
    """A plan of as many clients; one in twenty is new, and most of the others differ in three to five fields.

    The first tenth of those that are here are not in the import.
    """
    people = People(clients, seed=2).documents
    rows = [
        {
            "external_id": f"K{number}",
            "name": str(person["name"]),
            "email": f"klant{number}@voorbeeld.be",
            "phone": f"+32 2 5{number:07d}"[:14],
            "mobile": f"+32 475 {number % 1_000_000:06d}",
            "address": str(person.get("address", "Kerkstraat 1")),
            "postal_code": str(1000 + number % 9000),
            "city": str(person.get("city", "Gent")),
            "notes": f"Dossier {number}",
        }
        for number, person in enumerate(people)
    ]
    mapping = Mapping(fields=[FieldMapping(field=field, columns=(field,)) for field in FIELDS])
    with Importer(f"sqlite:///{folder / 'clients.db'}", default_country="BE") as importer:
        stored = rows[: clients - clients // 20]
        importer.apply(importer.plan(stored, mapping=mapping, system="before"))
        changed = [_changed(row, number) for number, row in enumerate(rows)][clients // 10 :]
        yield importer.plan(changed, mapping=mapping, system="now", merge="overwrite")


def _changed(row: dict[str, str], number: int) -> dict[str, str]:
    """What the next list says: most clients have moved, many have another number, some say nothing new."""
    if number % 10 == 0:
        return row
    moved = {
        "address": f"Nieuwstraat {number}",
        "postal_code": str(1000 + (number + 7) % 9000),
        "city": f"Stad {number % 90}",
    }
    more = {"notes": f"Dossier {number} (nieuw)"} if number % 2 else {}
    return {**row, **moved, **more, **({"mobile": f"+32 476 {number % 1_000_000:06d}"} if number % 3 else {})}


def workbook(plan: Plan, folder: Path, rounds: int) -> dict[str, Any]:
    """Writing the review workbook, and reading it back."""
    path = folder / "review.xlsx"
    write = best(rounds, lambda: write_review_xlsx(plan.overview(), path, lang="nl"))
    read = best(rounds, lambda: read_review(path))
    return {"write_cpu_s": write, "read_cpu_s": read, "kilobytes": path.stat().st_size // 1000}


def page(plan: Plan, folder: Path, rounds: int) -> dict[str, Any]:
    """Writing the review page."""
    path = folder / "review.html"
    write = best(rounds, lambda: write_review_html(plan.overview(), path, lang="nl"))
    return {"write_cpu_s": write, "kilobytes": path.stat().st_size // 1000}


FACES: dict[str, Callable[[Plan, Path, int], dict[str, Any]]] = {"workbook": workbook, "page": page}
"""Face -> what measures it."""


def best(rounds: int, work: Callable[[], object]) -> float:
    """The fewest CPU seconds of some rounds."""
    seconds = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return round(min(seconds), 2)


if __name__ == "__main__":
    main()
