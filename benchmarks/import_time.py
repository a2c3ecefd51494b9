"""What ``import clientimport`` costs more than starting Python: median of interleaved runs, in milliseconds."""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

STATEMENTS = {"python": "pass", "import clientimport": "import clientimport"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.import_time", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", help="write the figures to this file as well")
    parser.add_argument("--at-most", type=float, help="exit code 1 if the import costs more CPU milliseconds than this")
    options = parser.parse_args()
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in STATEMENTS}
    for statement in STATEMENTS.values():
        _cost(statement)  # once for the compiled files and the disk's cache
    for _ in range(options.rounds):
        for name, statement in STATEMENTS.items():
            runs[name].append(_cost(statement))
    figures = {
        name: {
            "cpu_ms": statistics.median(cpu for cpu, _ in costs),
            "wall_ms": statistics.median(wall for _, wall in costs),
        }
        for name, costs in runs.items()
    }
    pairs = list(zip(runs["import clientimport"], runs["python"], strict=True))
    figures["difference"] = {
        "cpu_ms": statistics.median(ours[0] - bare[0] for ours, bare in pairs),
        "wall_ms": statistics.median(ours[1] - bare[1] for ours, bare in pairs),
    }
    for name, figure in figures.items():
        print(f"{name:20} {figure['cpu_ms']:7.1f} ms CPU {figure['wall_ms']:7.1f} ms wall")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:  # noqa: PTH123
            json.dump({"rounds": options.rounds, **figures}, file, indent=1)
    return int(options.at_most is not None and figures["difference"]["cpu_ms"] > options.at_most)


def _cost(statement: str) -> tuple[float, float]:
    """CPU (user and system) and wall milliseconds of a fresh interpreter that runs *statement*."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True, env=os.environ)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu * 1000, wall * 1000


if __name__ == "__main__":
    sys.exit(main())
