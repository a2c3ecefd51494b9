"""Run the main job with the library and with its peers, in turn, and print what each costs.

``python -m benchmarks.main_job --rows 100000 --rounds 3 --peers all``
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.main_job.generate import generate

OURS = "clientimport"
PEERS: dict[str, tuple[str, ...]] = {
    "petl": ("benchmarks.main_job.peers.petl_driver",),
    "pandera": ("benchmarks.main_job.peers.pandera_polars",),
    "django": ("benchmarks.main_job.peers.django_import_export", "queries"),
    "django-preloaded": ("benchmarks.main_job.peers.django_import_export", "preloaded"),
}
SLOW = {"django", "django-preloaded"}
"""Peers that run in the first round only."""

_PACKAGES = ("clientimport", "petl", "pandera", "polars", "django", "django-import-export", "phonenumbers", "email-validator",
             "python-stdnum")  # fmt: skip

Runs = dict[str, list[dict[str, Any]]]


def main() -> int:
    """Exit code 1 if any contestant's answers are not the truth."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="clientimport-benchmark-") as scratch:
        folder = Path(options.folder or scratch)
        small = _prepare(folder / f"{options.rows}", options.rows, options)
        large = _prepare(folder / f"{options.rows * 10}", options.rows * 10, options) if options.growth else None
        runs: Runs = {}
        grown: list[dict[str, Any]] = []
        for round_ in range(options.rounds):
            for name in ([OURS] if options.ours else []) + options.peers:
                if name not in SLOW or round_ == 0:
                    runs.setdefault(name, []).append(_run(name, small))
                    _progress(f"round {round_ + 1}", name, runs[name][-1])
            if large:
                grown.append(_run(OURS, large))
                _progress(f"round {round_ + 1}", f"{OURS}, ten times the rows", grown[-1])
    summary = _summary(options, runs, grown)
    _print_table(summary)
    if options.json:
        Path(options.json).write_text(json.dumps({**summary, "runs": runs, "grown": grown}, indent=1), encoding="utf-8")
    return int(any(run["wrong"] for run in [*grown, *(r for several in runs.values() for r in several)]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.main_job", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", default="all", help=f"all, none, or a list of {', '.join(PEERS)}")
    parser.add_argument("--no-ours", dest="ours", action="store_false", help="only the peers")
    parser.add_argument("--growth", action="store_true", help="also the library with ten times the rows")
    parser.add_argument("--folder", help="where to keep the files (default: a temporary folder)")
    parser.add_argument("--json", help="write everything to this file as well")
    options = parser.parse_args()
    options.peers = {"all": list(PEERS), "none": []}.get(options.peers) or [
        p for p in options.peers.split(",") if p != "none"
    ]
    if unknown := set(options.peers) - set(PEERS):
        parser.error(f"unknown peers: {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    if options.growth and not options.ours:
        parser.error("--growth measures the library itself")
    return options


def _prepare(folder: Path, rows: int, options: argparse.Namespace) -> Path:
    """The files and both kinds of filled store, made afresh."""
    shutil.rmtree(folder, ignore_errors=True)
    generate(folder, rows, options.seed)
    if options.peers:
        from benchmarks.main_job.reference import prefill  # needs the peers' packages

        with (folder / "store.csv").open(encoding="utf-8", newline="") as file:
            prefill(list(csv.DictReader(file)), folder / "peers.db")
    if options.ours:
        (folder / "ours").mkdir()
        _child("benchmarks.main_job.ours", "prefill", folder, folder / "ours" / "store.db")
    return folder


def _run(name: str, folder: Path) -> dict[str, Any]:
    """One contestant in a process of its own, on its own copy of the filled store."""
    with tempfile.TemporaryDirectory(prefix="clientimport-run-") as scratch:
        if name == OURS:
            shutil.copytree(folder / "ours", scratch, dirs_exist_ok=True)
            return _child("benchmarks.main_job.ours", "run", folder, Path(scratch) / "store.db")
        store = Path(shutil.copy(folder / "peers.db", scratch))
        module, *arguments = PEERS[name]
        return _child(module, folder, store, *arguments)


def _child(module: str, *arguments: str | Path) -> dict[str, Any]:
    """The last line a child prints, read as JSON."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    # an installed package has its bytecode; a checkout gets it from the first child, which fills the store
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2], env=environment
    )
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stderr[-3000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _summary(options: argparse.Namespace, runs: Runs, grown: list[dict[str, Any]]) -> dict[str, Any]:
    tools = {name: _figures(several, runs.get(OURS)) for name, several in runs.items()}
    growth = None
    if grown:
        small, large = runs[OURS], grown
        pairs = zip(small, large, strict=True)
        growth = {
            "rows": large[0]["rows"],
            "cost_per_row": statistics.median(b["work"] / b["rows"] / (a["work"] / a["rows"]) for a, b in pairs),
            **_figures(large, None),
        }
    return {
        "rows": options.rows,
        "seed": options.seed,
        "machine": {"python": platform.python_version(), "system": platform.platform(), "processors": os.cpu_count(),
                    "sqlite": sqlite3.sqlite_version},
        "packages": {name: _version(name) for name in _PACKAGES},
        "tools": tools,
        "growth": growth,
    }  # fmt: skip


def _figures(several: list[dict[str, Any]], ours: list[dict[str, Any]] | None) -> dict[str, Any]:
    """Medians over the rounds; the ratio is taken inside each round, where both met the same machine."""

    def middle(key: str) -> float:
        return float(statistics.median(run[key] for run in several))

    ratios = [run["cpu"] / base["cpu"] for run, base in zip(several, ours or [], strict=False)]
    return {
        "rounds": len(several),
        "cpu": middle("cpu"),
        "start": middle("start"),
        "work": middle("work"),
        "parts": {part: statistics.median(run["parts"][part] for run in several) for part in several[0]["parts"]},
        "rows_per_cpu_second": several[0]["rows"] / middle("cpu"),
        "rows_per_cpu_second_without_start": several[0]["rows"] / middle("work"),
        "peak_mb": max(run["peak_mb"] for run in several),
        "times_ours": statistics.median(ratios) if ratios else None,
        "wrong": several[0]["wrong"],
    }


def _print_table(summary: dict[str, Any]) -> None:
    lines = [("tool", "rounds", "CPU s", "of it start", "rows/CPU s", "without start", "peak MB", "x ours", "answers")]
    entries = dict(summary["tools"])
    if summary["growth"]:
        entries[f"{OURS}, {summary['growth']['rows']:,} rows"] = summary["growth"]
    for name, tool in entries.items():
        ratio = "" if tool["times_ours"] is None else f"{tool['times_ours']:.2f}"
        lines.append(
            (name, str(tool["rounds"]), f"{tool['cpu']:.2f}", f"{tool['start']:.2f}", f"{tool['rows_per_cpu_second']:,.0f}",
             f"{tool['rows_per_cpu_second_without_start']:,.0f}", f"{tool['peak_mb']:,.0f}", ratio,
             "exact" if not tool["wrong"] else "WRONG")
        )  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print(f"{summary['rows']:,} rows, seed {summary['seed']}, Python {summary['machine']['python']}")
    for line in lines:
        print(
            "  ".join(
                text.ljust(w) if i in {0, 8} else text.rjust(w)
                for i, (text, w) in enumerate(zip(line, widths, strict=True))
            )
        )
    for name, tool in entries.items():
        if len(tool["parts"]) > 1:
            print(f"{name}: " + ", ".join(f"{part} {seconds:.2f} s" for part, seconds in tool["parts"].items()))
        for what, how in tool["wrong"].items():
            print(f"{name}: {what}: {how}")
    if summary["growth"]:
        print(f"ten times the rows cost {summary['growth']['cost_per_row']:.2f} times as much a row")


def _progress(round_: str, name: str, run: dict[str, Any]) -> None:
    wrong = f" WRONG {run['wrong']}" if run["wrong"] else ""
    print(f"{round_}: {name}: {run['cpu']:.2f} CPU s, {run['peak_mb']:.0f} MB{wrong}", file=sys.stderr, flush=True)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main())
