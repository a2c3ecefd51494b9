"""The review as a terminal shows it: the same text, in colours, cut at no width."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from clientimport import Importer
from clientimport.cli.output import STYLES, print_marked
from tests.cli.asking import Cli, answer
from tests.planning.given import plan_of

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def shown(lines: list[tuple[str, str]], width: int) -> str:
    """What a terminal of that width gets."""
    file = io.StringIO()
    print_marked(Console(file=file, force_terminal=True, width=width, color_system="standard", highlight=False), lines)
    return file.getvalue()


def test_colours_add_nothing_to_the_words() -> None:
    """Every line as it stands in the text; a long one is folded, and goes on under its beginning."""
    with Importer("memory:") as importer:
        importer.apply(plan_of(importer, {"external_id": "1", "name": "Jan [red]Peeters[/red]", "city": "Gent"}))
        plan = plan_of(
            importer, {"external_id": "1", "name": "Jan [red]Peeters[/red]", "city": "Brugge"}, merge="overwrite"
        )
        overview = plan.overview()
        lines = list(overview.marked_lines())

        wide = shown(lines, 200)
        narrow = shown(lines, 24)

    assert [line.rstrip() for line in ESCAPES.sub("", wide).splitlines()] == list(overview.lines())
    assert "\x1b[32mCity: Gent -> Brugge" in wide  # what is overwritten
    assert {mark for mark, _ in lines} <= {*STYLES, ""}
    folded = ESCAPES.sub("", narrow).splitlines()
    assert max(map(len, folded)) <= 24
    assert " ".join(" ".join(folded).split()).count("Jan [red]Peeters[/red]") == 1


def test_a_terminal_gets_colours_and_a_pipe_none(cli: Cli, tmp_path: Path) -> None:
    """The real program, on a real pseudo-terminal."""
    answer(cli, "apply", "messy.csv", "--country", "BE", "--yes", code=1)
    command = [sys.executable, "-m", "clientimport", "review", "messy.csv", "--country", "BE"]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
    environment.pop("NO_COLOR", None)

    piped = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    ours, theirs = pty.openpty()
    watched = subprocess.Popen(
        command, stdout=theirs, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=tmp_path, env=environment
    )
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 65536):
            seen += chunk
    except OSError:  # how Linux says that the other end is closed
        pass
    watched.wait()
    os.close(ours)

    text = ESCAPES.sub("", seen.decode()).replace("\r\n", "\n")
    assert b"\x1b[" in seen
    assert "\x1b[" not in piped.stdout
    assert [line.rstrip() for line in text.splitlines()] == piped.stdout.splitlines()
