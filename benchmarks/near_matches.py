"""How well near matches are found, and at what cost: precision and recall of each band, CPU seconds for 1,000 clients.

Run it with ``python -m benchmarks.near_matches [--seed 2] [--sizes 1000,10000,100000] [--peer] [--json]``. Weights were tuned
on seed 1; figures for people come from another. ``--peer`` needs splink, from ``benchmarks/requirements.txt``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.near_matches_people import People
from clientimport import Importer
from clientimport.core.canonical import encode
from clientimport.core.near.similarity import BANDS, DEFAULT_BAND, compare
from clientimport.ports import NewClient

QUALITY = 20_000
"""Clients for precision and recall: as many as a large firm has."""


def main() -> None:
    """Measure, then print tables, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--quality", type=int, default=QUALITY)
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--misses", action="store_true", help="show what was missed and what was wrong, for tuning")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    result: dict[str, Any] = {"seed": options.seed, "quality": {}, "import": {}, "splink": {}}
    for kind in ("hard", "easy"):
        people = People(options.quality, options.seed, hard=kind == "hard")
        result["quality"][kind] = quality(people, show=options.misses and kind == "hard")
        if options.peer:
            from benchmarks.near_matches_peer import splink_quality

            result["splink"][kind] = splink_quality(people)
        result["import"][kind] = import_quality(people)
    result["cost"] = [cost(int(size), options.seed) for size in options.sizes.split(",") if size]
    if options.json:
        print(json.dumps(result))
    else:
        show(result)


def quality(people: People, *, show: bool = False) -> dict[str, Any]:
    """Precision and recall at each band and above, and what the blocking alone loses."""
    with tempfile.TemporaryDirectory() as folder, filled(people, Path(folder)) as importer:
        began = time.process_time()
        found = importer.duplicates(threshold="rough", limit=None)
        seconds = time.process_time() - began
    band_of = {tuple(sorted((int(pair.left) - 1, int(pair.right) - 1))): pair.band for pair in found.pairs}
    bands: dict[str, Any] = {}
    reported = right = 0
    for band in BANDS:
        here = [pair for pair, its in band_of.items() if its == band]
        reported += len(here)
        good = sum(pair in people.truth for pair in here)
        right += good
        bands[band] = {
            "pairs": len(here),
            "precision_of_band": round(good / max(1, len(here)), 3),
            "precision": round(right / max(1, reported), 3),
            "recall": round(right / len(people.truth), 3),
        }
    unseen = [
        pair
        for pair in people.truth
        if pair not in band_of
        and compare(people.documents[pair[0]], people.documents[pair[1]]).weight >= BANDS[DEFAULT_BAND]
    ]
    if show:
        details(people, band_of, unseen)
    return {
        "clients": len(people.documents),
        "true_pairs": len(people.truth),
        "compared": found.compared,
        "blocks_split": found.blocks_split,
        "blocks_left_out": found.blocks_left_out,
        "missed_by_blocking": round(len(unseen) / len(people.truth), 4),
        "cpu_seconds": round(seconds, 2),
        "bands": bands,
    }


def import_quality(people: People) -> dict[str, Any]:
    """The same for an import: a third of the clients come in beside the others, and only pairs with one of them count."""
    new = len(people.documents) // 3
    with tempfile.TemporaryDirectory() as folder, filled(people, Path(folder), new) as importer:
        texts = [
            {field: value for field, value in document.items() if isinstance(value, str)}
            for document in people.documents[:new]
        ]
        fields = sorted({field for document in texts for field in document})
        rows = [{field: document.get(field, "") for field in fields} for document in texts]
        seconds: dict[str, float] = {}
        found: set[tuple[int, int]] = set()
        for near in ("off", "close"):
            began = time.process_time()
            plan = importer.plan(rows, near=near)
            seconds[near] = round(time.process_time() - began, 2)
            for conflict in plan.conflicts:
                for each in conflict.params.get("near", ()):
                    other = each["row"] - 1 if each["row"] else new + int(each["client"]) - 1
                    found.add(tuple(sorted((conflict.sequences[0], other))))  # type: ignore[arg-type]
            plan.close()
    truth = {pair for pair in people.truth if pair[0] < new}
    return {
        "rows": new,
        "stored": len(people.documents) - new,
        "pairs": len(found),
        "precision": round(len(found & truth) / max(1, len(found)), 3),
        "recall": round(len(found & truth) / max(1, len(truth)), 3),
        "cpu_seconds": seconds,
    }


def cost(size: int, seed: int) -> dict[str, Any]:
    """CPU seconds of a whole search at the default threshold."""
    with tempfile.TemporaryDirectory() as folder, filled(People(size, seed), Path(folder)) as importer:
        began = time.process_time()
        found = importer.duplicates()
        seconds = time.process_time() - began
    return {
        "clients": size,
        "cpu_seconds": round(seconds, 3),
        "cpu_ms_per_1000": round(seconds / size * 1_000_000, 1),
        "compared_per_client": round(found.compared / size, 2),
        "found": found.found,
    }


def filled(people: People, folder: Path, first: int = 0) -> Importer:
    """An importer on an SQLite file that holds the clients from *first* on; client number n has the position first + n - 1."""
    importer = Importer(f"sqlite:///{folder / 'clients.db'}")
    with importer.store.writing() as work:
        ids = work.clients.new_ids(len(people.documents) - first)
        documents = (dict(sorted(document.items())) for document in people.documents[first:])
        rows = [NewClient(client, encode(document), ()) for client, document in zip(ids, documents, strict=True)]
        for start in range(0, len(rows), 1000):
            work.clients.insert(rows[start : start + 1000])
    return importer


def details(people: People, band_of: dict[Any, str], unseen: list[tuple[int, int]]) -> None:
    """What was wrong, what was missed and why, for whoever tunes the weights."""

    def line(pair: tuple[int, int]) -> str:
        left, right = (people.documents[index] for index in pair)
        likeness = compare(left, right)
        said = " ".join(f"{each.field}:{each.level}" for each in likeness.comparisons if each.level != "missing")
        return f"{likeness.weight:>4} {left['name']} | {right['name']}: {said} ({people.kinds.get(pair, '')})"

    wrong = [pair for pair, band in band_of.items() if pair not in people.truth and band != "rough"]
    missed = [pair for pair in people.truth if band_of.get(pair, "rough") == "rough"]
    for title, pairs in (("WRONG", wrong), ("MISSED", missed), ("NOT BLOCKED", unseen)):
        print(f"{title}: {len(pairs)}")
        for pair in sorted(pairs)[:40]:
            print("  ", line(pair))
    levels = Counter(
        next(each.level for each in compare(*(people.documents[index] for index in pair)).comparisons)
        for pair in missed
    )
    print("names of those missed:", dict(levels))


def show(result: dict[str, Any]) -> None:
    """The tables."""
    for kind, found in result["quality"].items():
        print(
            f"{kind}: seed {result['seed']}, {found['clients']:,} clients, {found['true_pairs']:,} pairs that are one client"
        )
        print(f"  {'band':<18}{'pairs':>8}{'precision of band':>20}{'precision':>12}{'recall':>9}")
        for band, each in found["bands"].items():
            alone, precision, recall = each["precision_of_band"], each["precision"], each["recall"]
            print(f"  {band:<18}{each['pairs']:>8,}{alone:>20.3f}{precision:>12.3f}{recall:>9.3f}")
        print(
            f"  missed by blocking alone {found['missed_by_blocking']:.2%}, compared {found['compared']:,} pairs,",
            end="",
        )
        print(
            f" blocks split {found['blocks_split']}, left out {found['blocks_left_out']}, {found['cpu_seconds']} CPU s"
        )
        brought = result["import"][kind]
        print(
            f"  import of {brought['rows']:,} rows beside {brought['stored']:,}, close: precision {brought['precision']:.3f},"
            f" recall {brought['recall']:.3f}, plan {brought['cpu_seconds']['off']} -> {brought['cpu_seconds']['close']} CPU s"
        )
        if peer := result["splink"].get(kind):
            print(
                f"  splink {peer['version']}: {peer['cpu_seconds']} CPU s, {peer['scored']:,} pairs scored at 0.01 and more"
            )
            for each in peer["thresholds"]:
                print(f"  {each['threshold']:<46}{each['precision']:>12.3f}{each['recall']:>9.3f}")
    print(f"{'clients':>10}{'CPU s':>9}{'ms per 1,000':>14}{'compared per client':>21}{'found':>8}")
    for each in result["cost"]:
        print(
            f"{each['clients']:>10,}{each['cpu_seconds']:>9.2f}{each['cpu_ms_per_1000']:>14.1f}"
            f"{each['compared_per_client']:>21.2f}{each['found']:>8,}"
        )


if __name__ == "__main__":
    main()
