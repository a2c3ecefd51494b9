"""What a child process reports: CPU seconds, peak memory, and whether its answers are the truth."""

from __future__ import annotations

import json
import re
import resource
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.main_job.generate import contents_digest

FIELDS = ("code", "name", "first_name", "last_name", "email", "phone", "mobile", "street", "postal_code", "city", "country",
          "vat_number")  # fmt: skip
"""What of a client is compared, in the order ``generate.contents_digest`` wants."""

_PREFIX = re.compile(r"^(?:BE|NL|FR|GB|AU)|[^0-9A-Z]")


class Meter:
    """CPU seconds by part. Made when everything is imported; all before it counts as the start.

    ``cpu`` is the whole process from its first instruction, user and system.
    """

    def __init__(self) -> None:
        self.start = _cpu()
        self.parts: dict[str, float] = {}
        self._wall = time.perf_counter()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Book the CPU seconds of a block under *name*."""
        before = _cpu()
        yield
        self.parts[name] = self.parts.get(name, 0.0) + _cpu() - before

    def report(self) -> dict[str, object]:
        """To be called at the end of the job, before anything is checked."""
        return {
            "cpu": _cpu(),
            "start": self.start,
            "work": sum(self.parts.values()),
            "parts": self.parts,
            "wall": time.perf_counter() - self._wall,
            "peak_mb": _peak_mb(),
        }


def compare(truth: dict[str, object], key: str, counts: dict[str, int], digest: str | None) -> dict[str, str]:
    """Where *counts* differ from the truth under *key*, and whether the store holds what it must; empty if all is right."""
    wanted: dict[str, int] = truth[key]  # type: ignore[assignment]
    wrong = {
        name: f"{counts.get(name, 0)} instead of {wanted.get(name, 0)}"
        for name in sorted({*wanted, *counts})
        if counts.get(name, 0) != wanted.get(name, 0)
    }
    if digest is not None and digest != truth["contents"]:
        wrong["contents"] = "the store holds something else"
    return wrong


def digest_of(clients: Iterable[dict[str, str | None]]) -> str:
    """The digest of clients as mappings of ``FIELDS``; VAT numbers are compared without prefix and punctuation."""

    def texts() -> Iterator[tuple[str, ...]]:
        for client in clients:
            *most, vat = (client.get(field) or "" for field in FIELDS)
            yield (*most, _PREFIX.sub("", vat) if vat else "")

    return contents_digest(texts())


def digest_of_table(database: Path) -> str:
    """The digest of a peer's ``client`` table."""
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        return digest_of({field: row[field] for field in FIELDS} for row in connection.execute("SELECT * FROM client"))


def journal(database: Path) -> dict[str, object]:
    """The clients with a posting in a peer's ``journal``, and its totals by currency, as the truth has them."""
    with closing(sqlite3.connect(database)) as connection:
        (clients,) = connection.execute("SELECT count(DISTINCT client) FROM journal").fetchone()
        found = connection.execute(
            "SELECT currency, sum(minor) FROM journal GROUP BY currency ORDER BY currency"
        ).fetchall()
    return {"clients": clients, "totals": {currency: f"{total // 100}.{total % 100:02d}" for currency, total in found}}


def finish(folder: Path, database: Path, meter: Meter, counts: dict[str, int], key: str) -> None:
    """A peer's last act: print what it cost and where it went wrong."""
    report = meter.report()
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    wrong = compare(truth, key, counts, digest_of_table(database))
    if (posted := journal(database)) != truth["openings"]:
        wrong["openings"] = f"{posted} instead of {truth['openings']}"
    print(json.dumps({**report, "rows": truth["rows"], "counts": counts, "wrong": wrong}))


def _peak_mb() -> float:
    """The highest resident memory of this process in MB.

    Linux hands ``ru_maxrss`` down through fork and exec, so a child of a big parent would report the parent's; the
    kernel's own high-water mark starts afresh. Elsewhere ``ru_maxrss`` must do, in bytes on macOS.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii", errors="replace"), re.MULTILINE)
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _cpu() -> float:
    return time.process_time()
