"""The commands that give clients out as files: an export, an import template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientimport.cli.options import (
    acting,
    face,
    face_options,
    importer,
    lists_option,
    profile_option,
    suffix,
    who_options,
)
from clientimport.cli.output import Face
from clientimport.messages import LANGUAGES, Messages, visible
from clientimport.reports.exporting import FILES

if TYPE_CHECKING:
    from clientimport.core.profile import Profile
    from clientimport.importer import Importer
    from clientimport.reports.exporting import Written

WHERE = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="Write a workbook to be filled in and imported.")
@click.option("--out", type=WHERE, required=True, help="The workbook, ending in .xlsx.")
@click.option("--filled", is_flag=True, help="With the clients there are, to be edited and imported again.")
@click.option("--columns", metavar="F,G", help="Its fields, with commas between. Default: the profile's template.")
@click.option("--status", metavar="S,T", help="With --filled: only clients in these states of the profile.")
@click.option(
    "--store",
    envvar="CLIENTIMPORT_STORE",
    metavar="URL",
    help="With --filled: where the clients live: sqlite:///clients.db or a file name. Also CLIENTIMPORT_STORE.",
)
@profile_option
@lists_option
@who_options
@face_options
def template(out: Path, columns: str | None, status: str | None, *, filled: bool, **given: Any) -> int:
    """Write an import template for a profile: headings in its words, drop-downs, cells that keep 00123 as it is."""
    speak = face(given)
    suffix("--out", out, (".xlsx",))
    if filled and given["store"] is None:
        raise click.UsageError("--filled needs --store: where the clients live.")
    with acting(given) if filled else importer(given, store="memory:") as host:
        written = host.template(
            out, fields=listed(columns), filled=filled, status=states(host, status), lang=speak.lang
        )
    show_written(written, speak)
    return 0


def export(given: dict[str, Any], speak: Face) -> int:
    """Write the clients to a file: ``clients --out``."""
    out: Path = given["out"]
    suffix("--out", out, FILES)
    with importer(given) as host:
        written = host.export(
            out, columns=listed(given["columns"]), status=states(host, given["status"]), lang=speak.lang
        )
    show_written(written, speak)
    return 0


def listed(text: str | None) -> list[str] | None:
    """The names in a text with commas; ``None`` for no text."""
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def states(host: Importer, text: str | None) -> list[str] | None:
    """The states and standings in a text with commas, by name or as people see them; ``None`` for no text."""
    lifecycle = host.profile.lifecycle
    names = listed(text)
    return names and [
        called(each, (*lifecycle.named, *lifecycle.standings), host.profile, Messages.state) for each in names
    ]


def called(text: str, names: Iterable[str], profile: Profile, label: Callable[[Messages, str], str]) -> str:
    """The one of *names* that is *text*, or that one language calls so; *text* itself where that is none or several."""
    known = [*names]
    spoken = [Messages(lang, profile) for lang in LANGUAGES]
    meant = {name for name in known for each in spoken if label(each, name).casefold() == text.casefold()}
    return meant.pop() if text not in known and len(meant) == 1 else text


def show_written(written: Written, speak: Face) -> None:
    """Say what was written and where."""

    def text() -> Iterator[str]:
        yield visible(f"Written: {written.path} ({written.clients} clients, {len(written.columns)} columns)")
        if written.left_out:
            yield f"{written.left_out} values could not be written so that they come back; their cells are empty."

    speak.show(written.to_dict, text)
