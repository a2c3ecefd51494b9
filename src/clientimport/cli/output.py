"""What reaches the terminal: results on stdout, talk on stderr, one JSON object where that was asked for."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import click

from clientimport.reports.documents import json_chunks

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[int, int | None, str], None]


@attrs.frozen
class Face:
    """How one command speaks.

    Attributes:
        json: One JSON object on stdout, and nothing else there.
        lang: Language of messages about data.
    """

    json: bool
    lang: str

    def show(self, document: Callable[[], Mapping[str, Any]], text: Callable[[], Iterable[str]]) -> None:
        """Print the result: as the JSON object, or as lines of text."""
        if self.json:
            print_json(document())
        else:
            for line in text():
                click.echo(line)

    def show_marked(
        self, document: Callable[[], Mapping[str, Any]], text: Callable[[], Iterable[tuple[str, str]]]
    ) -> None:
        """The same for lines that say what they are (see ``Overview.marked_lines``): in colours if a person is watching."""
        if self.json or not sys.stdout.isatty():
            self.show(document, lambda: (line for _, line in text()))
            return
        from rich.console import Console

        print_marked(Console(highlight=False), text())

    def note(self, text: str) -> None:
        """Say something besides the result; silent with JSON."""
        if not self.json:
            click.echo(text, err=True)

    @contextlib.contextmanager
    def progress(self) -> Iterator[Progress | None]:
        """What to tell how far a piece of work is: draws a bar if a person is watching, else ``None``."""
        if self.json or not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
            tasks: dict[str, Any] = {}

            def tell(done: int, total: int | None, stage: str) -> None:
                if stage not in tasks:
                    tasks[stage] = bars.add_task(stage, total=total)
                bars.update(tasks[stage], completed=done, total=total)

            yield tell


STYLES: Mapping[str, str] = {
    "group": "bold underline",
    "client": "",
    "error": "red",
    "question": "yellow",
    "asked": "yellow",
    "waiting": "yellow",
    "written": "green",
    "kept": "dim",
    "only_here": "dim",
    "same": "dim",
}
"""What a line is -> how it looks; words say the same."""


def print_marked(console: Console, lines: Iterable[tuple[str, str]]) -> None:
    """Print lines that say what they are; a long one goes on under its own beginning."""
    from rich.padding import Padding
    from rich.text import Text

    for mark, line in lines:
        text = line.lstrip(" ")
        if not text:  # padding would leave it out
            console.print()
            continue
        indent = len(line) - len(text)
        console.print(Padding(Text(text, style=STYLES.get(mark, ""), overflow="fold"), (0, 0, 0, indent), expand=False))


def print_json(document: Mapping[str, Any]) -> None:
    """Write *document* as one JSON object in UTF-8, whatever the terminal speaks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # half a character becomes its JSON escape
    for chunk in json_chunks(document):
        sys.stdout.write(chunk)
    sys.stdout.write("\n")


def table(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """*rows* as aligned columns; the first row is the heading."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[index]) for row in texts) for index in range(len(texts[0]))]
    for row in texts:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
