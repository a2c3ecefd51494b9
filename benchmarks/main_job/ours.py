"""The library doing the main job: ``plan`` and ``apply``, as a user would write it.

``prefill FOLDER STORE`` brings ``store.csv`` in, with the library itself; ``run FOLDER STORE`` does the job and prints what
it cost. Before the clock starts, five rows go into a store that is thrown away, so that everything the library loads on
first use is counted as start and not as work.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import clientimport as ci
from benchmarks.main_job import measure

MAPPING = Path(__file__).with_name("mapping.toml")
NAMES = {"external_id": "code", "address": "street"}
"""What the library calls a field, and what the truth does, where they differ."""


def importer(store: Path) -> ci.Importer:
    return ci.Importer(
        f"sqlite:///{store}",
        profile="daftra",
        default_country="BE",
        default_currency="EUR",
        clock=lambda: datetime(2026, 1, 2, 9, tzinfo=UTC),
    )


def job(csv_path: Path, store: Path, meter: measure.Meter | None = None) -> tuple[dict[str, int], dict[str, int]]:
    """Dispositions of the plan and outcomes of the receipt."""
    meter = meter or measure.Meter()
    with importer(store) as imports:
        with meter.part("plan"):
            plan = imports.plan(csv_path, mapping=MAPPING, as_at=date(2026, 1, 1))
        with meter.part("apply"):
            receipt = imports.apply(plan)
        answers = dict(plan.summary.dispositions), dict(receipt.counts)
        plan.close()
    return answers


def run(folder: Path, store: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        few = Path(scratch) / "few.csv"
        with (folder / "clients.csv").open(encoding="utf-8") as lines:
            few.write_text("".join(line for line, _ in zip(lines, range(6), strict=False)), encoding="utf-8")
        job(few, Path(scratch) / "few.db")
    meter = measure.Meter()
    dispositions, outcomes = job(folder / "clients.csv", store, meter)
    report = meter.report()

    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    wrong = measure.compare(truth, "records", dispositions, measure.digest_of(contents(store)))
    done = {"created": outcomes["created"], "updated": outcomes["updated"]}
    wrong |= books(store, truth["openings"])
    wrong |= measure.compare({"done": {name: truth["clients"][name] for name in done}}, "done", done, None)
    print(json.dumps({**report, "rows": truth["rows"], "counts": {**dispositions, **outcomes}, "wrong": wrong}))


def contents(store: Path) -> Iterator[dict[str, str | None]]:
    with importer(store) as imports:
        for client in imports.clients():
            yield {NAMES.get(name, name): text for name, text in client.fields.items() if isinstance(text, str)}


def books(store: Path, truth: dict[str, Any]) -> dict[str, str]:
    """Where the books differ from the truth: the sum of the clients, the control account, how many were posted."""
    with importer(store) as imports:
        openings = imports.openings.list()
        control = {
            each.currency: str(each.amount)
            for each in imports.openings.balances()
            if each.account == "Accounts Receivable"
        }
    totals: dict[str, Decimal] = {}
    for opening in openings:
        totals[opening.currency] = totals.get(opening.currency, Decimal(0)) + opening.amount
    seen = {"clients": len(openings), "totals": {currency: str(total) for currency, total in sorted(totals.items())}}
    wrong = {"openings": f"{seen} instead of {truth}"} if seen != truth else {}
    return (
        wrong if control == truth["totals"] else {**wrong, "control account": f"{control} instead of {truth['totals']}"}
    )


if __name__ == "__main__":
    what, folder_, store_ = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if what == "prefill":
        print(json.dumps(job(folder_ / "store.csv", store_)[1]))
    else:
        run(folder_, store_)
