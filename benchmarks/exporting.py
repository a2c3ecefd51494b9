"""What an export of many clients costs: rows per CPU second and peak memory, for a workbook and a text file.

Run it with ``python -m benchmarks.exporting [--sizes 10000,100000] [--json]``. Each measurement is a process of its own, on a
copy of the same store. ``all`` has every column, ``few`` has name, e-mail, telephone, city and balance; ``template`` is a filled
template. ``back`` plans the exported file: nobody may have changed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.near_matches_people import People
from clientimport import Importer, Profile
from clientimport.core.canonical import encode
from clientimport.core.profile import TemplateStyle
from clientimport.ports import NewClient

FEW = ["name", "email", "phone", "city", "balance"]
INVENTED = ("vat_number", "national_number", "company_number", "tax_number")
"""Fields in which those invented clients have numbers that no import would take."""
KINDS = ("xlsx all", "xlsx few", "csv all", "csv few", "xlsx template", "xlsx back", "csv back")


def main() -> None:
    """Measure, then print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", nargs=3, metavar=("KIND", "STORE", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(*options.one)))
        return
    found: list[dict[str, Any]] = []
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            store = f"sqlite:///{Path(folder) / 'clients.db'}"
            # in a process of its own too: what this one holds would count for those that it starts
            apart("fill", store, str(size))
            found += [{"clients": size, "what": kind, **apart(kind, store, folder)} for kind in KINDS]
    if options.json:
        print(json.dumps({"export": found}))
        return
    print(f"{'clients':>9}  {'what':<14} {'CPU s':>7} {'rows/CPU s':>11} {'peak MB':>8} {'file MB':>8}")
    for row in found:
        speed = row["rows"] / row["cpu"]
        print(
            f"{row['clients']:>9}  {row['what']:<14} {row['cpu']:>7.2f} {speed:>11,.0f} {row['peak_mb']:>8.0f}"
            f" {row['file_mb']:>8.1f}"
        )


def apart(kind: str, store: str, folder: str) -> dict[str, Any]:
    """``one`` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.exporting", "--one", kind, store, folder]
    said: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)
    return said


def fill(store: str, size: int) -> None:
    """A store of *size* invented clients."""
    people = People(size, 1, hard=False)
    with Importer(store) as importer, importer.store.writing() as work:
        documents = (
            encode({name: document[name] for name in sorted(document) if name not in INVENTED})
            for document in people.documents
        )
        ids = work.clients.new_ids(size)
        rows = [NewClient(client, text, ()) for client, text in zip(ids, documents, strict=True)]
        for start in range(0, len(rows), 1000):
            work.clients.insert(rows[start : start + 1000])


def one(kind: str, store: str, folder: str) -> dict[str, Any]:
    """One measurement, in this process; or a store filled, for ``fill`` (then *folder* is how many clients)."""
    if kind == "fill":
        fill(store, int(folder))
        return {}
    ending, what = kind.split()
    path = Path(folder) / f"{'all' if what == 'back' else what}.{ending}"
    profile = Profile(name="benchmark", near="off", template=TemplateStyle(most=10_000_000))
    with Importer(store, profile=profile) as importer:
        began = time.process_time()
        if what == "back":
            plan = importer.plan(path)
            rows = plan.summary.records
            assert plan.summary.dispositions["unchanged"] == rows, plan.summary
        elif what == "template":
            rows = importer.template(path, filled=True).rows
        else:
            rows = importer.export(path, columns=FEW if what == "few" else None).rows
        cpu = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": rows, "cpu": cpu, "peak_mb": peak, "file_mb": path.stat().st_size / 1e6}


if __name__ == "__main__":
    main()
