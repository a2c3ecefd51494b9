"""What is committed is the project's alone: no machine, no oversized module, nothing heavy at import."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Put together here, so that this file does not hold what it looks for.
MACHINE = ["/" + "work/", "/" + "farm/", "/" + "root/", "/" + "tmp/venv", "/" + "opt/wheels", ".." + "/shared"]
HOSTS = ["py" + "pi.org", "npm" + "js", "python" + "hosted", "deb." + "debian"]
HEAVY = [
    "openpyxl",
    "python_calamine",
    "sqlalchemy",
    "phonenumbers",
    "email_validator",
    "dns",
    "stdnum",
    "rapidfuzz",
    "charset_normalizer",
    "cattrs",
    "click",
    "rich",
    "pluggy",
    "sqlite3",
    "asyncio",
]


def committed() -> list[Path]:
    """Every file under version control that is there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_registry() -> None:
    """A path of one machine means nothing on the next; installers know their own registries."""
    wanted = re.compile("|".join(map(re.escape, [*MACHINE, *HOSTS])).encode())
    found = {
        f"{path.relative_to(ROOT)}: {match[0].decode()}"
        for path in committed()
        if (match := wanted.search(path.read_bytes())) is not None
    }

    assert found == set()


def test_no_module_has_grown_past_one_concept() -> None:
    """Past 500 lines a module is probably two."""
    long = {}
    for path in (ROOT / "src").rglob("*.py"):
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500:
            long[str(path.relative_to(ROOT))] = lines

    assert long == {}


def test_importing_the_library_imports_nothing_heavy() -> None:
    """A host that imports us at start-up pays only for what it uses."""
    run = "import clientimport, json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, check=True, encoding="utf-8", cwd=ROOT)
    loaded = set(json.loads(done.stdout))

    assert "clientimport" in loaded
    assert loaded.isdisjoint(HEAVY)
