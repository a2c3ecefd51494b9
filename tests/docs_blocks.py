"""Runs the blocks of code in the documentation, so that what a page shows is what happens.

A page's blocks run in order, in one namespace and one empty folder of their own that holds ``clients.csv`` and
``clients.xlsx`` (below) and whatever lies in ``docs/samples``.

- ``python``: run as written; or, if it begins with ``>>>``, compared with what it prints.
- ``console``: each ``$ clientimport …`` line is run for real. It must exit 0 or 1 (done; done with rows refused), and
  the lines below it must appear in what it prints, in that order; lines may be left out between them. ``…`` stands for
  any text within a line, and alone on a line for any lines. Other commands (``$ pip install …``) are left alone.
- ``toml`` and ``json``: must parse.

``<!-- skip: next -->`` above a block leaves it out; say beside it why.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "CONTRIBUTING.md", "docs/**/*.md"]
ANY = "…"

HEADERS = ["Naam", "E-mailadres", "Telefoon", "Postcode", "Gemeente", "Land", "Openingssaldo"]
CLIENTS = [
    ["Bakkerij Peeters", "info@bakkerijpeeters.example", "016 20 30 40", "3000", "Leuven", "België", "1.250,00"],
    ["Jan Janssens", "jan.janssens@voorbeeld.example", "0475 12 34 56", "9000", "Gent", "België", ""],
    ["Marie Dubois", "marie.dubois(at)voorbeeld.example", "02 345 67 89", "1000", "Brussel", "België", "80,50"],
]
"""The third has an e-mail address that nobody can write to."""


@attrs.frozen
class Command:
    """One ``$`` line of a console block and the lines that the page says it prints."""

    line: str
    printed: tuple[str, ...]


def blocks() -> Sybil:
    """The collector that the root ``conftest.py`` gives to pytest."""
    return Sybil(
        parsers=[
            PythonCodeBlockParser(),
            CodeBlockParser(language="console", evaluator=run_console),
            CodeBlockParser(language="toml", evaluator=lambda block: _parses(tomllib.loads, block)),
            CodeBlockParser(language="json", evaluator=lambda block: _parses(json.loads, block)),
            SkipParser(),
        ],
        path=str(ROOT),
        patterns=PAGES,
        setup=_enter_folder,
        teardown=_leave_folder,
    )


def run_console(block: Example) -> str | None:
    """Run a block's commands; what is wrong in words, ``None`` if all is as shown."""
    for command in commands(block.parsed):
        words = shlex.split(command.line)
        if words[:3] == ["python", "-m", "clientimport"]:
            words = words[2:]
        if words[:1] == ["clientimport"] and (wrong := _run(words[1:], command)):
            return wrong
    return None


def commands(text: str) -> Iterator[Command]:
    """A console block's commands; a ``\\`` at the end of a line goes on with the next."""
    joined = re.sub(r"\\\n\s*", " ", text)
    for part in re.split(r"^\$ ", joined, flags=re.MULTILINE)[1:]:
        line, *printed = part.splitlines()
        yield Command(line, tuple(shown.strip() for shown in printed if shown.strip()))


def missing_line(shown: tuple[str, ...], output: str) -> str | None:
    """The first line of *shown* that *output* does not print after those before it."""
    printed = iter([" ".join(line.split()) for line in output.splitlines()])
    for line in shown:
        if line == ANY:
            continue
        pattern = re.compile(".*".join(re.escape(" ".join(part.split())) for part in line.split(ANY)))
        if not any(pattern.search(candidate) for candidate in printed):
            return line
    return None


def _run(arguments: list[str], command: Command) -> str | None:
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    shown = {"COLUMNS": "120", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "clientimport", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env={**os.environ, **shown, "PYTHONPATH": path},
        timeout=300,
        check=False,
    )
    if done.returncode not in {0, 1}:
        return f"$ {command.line}\nexits {done.returncode}:\n{done.stdout}"
    if missing := missing_line(command.printed, done.stdout):
        return f"$ {command.line}\ndoes not print (any more, or in this order):\n  {missing}\nbut:\n{done.stdout}"
    return None


def _parses(parse: Any, block: Example) -> str | None:
    try:
        parse(block.parsed)
    except ValueError as error:
        return f"{error}"
    return None


def _enter_folder(namespace: dict[str, Any]) -> None:
    namespace["_left"] = Path.cwd()
    namespace["_folder"] = folder = Path(tempfile.mkdtemp(prefix="clientimport-docs-"))
    write_samples(folder)
    if (samples := ROOT / "docs" / "samples").is_dir():
        shutil.copytree(samples, folder, dirs_exist_ok=True)
    os.chdir(folder)


def _leave_folder(namespace: dict[str, Any]) -> None:
    os.chdir(namespace["_left"])
    shutil.rmtree(namespace["_folder"], ignore_errors=True)


def write_samples(folder: Path) -> None:
    """``clients.csv`` (semicolons, Dutch headers) and ``clients.xlsx`` (sheet ``Klanten``), the same three clients."""
    import openpyxl
    from openpyxl.worksheet.worksheet import Worksheet

    rows = [HEADERS, *CLIENTS]
    (folder / "clients.csv").write_text("".join(";".join(row) + "\r\n" for row in rows), encoding="utf-8", newline="")
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Klanten"
    for row in rows:
        sheet.append(row)
    workbook.save(folder / "clients.xlsx")
