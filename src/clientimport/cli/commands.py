"""The commands."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientimport.cli import bookkeeping, giving, inviting, looking, moving
from clientimport.cli.applying import apply_plan, tell_of_applied
from clientimport.cli.deciding import REVIEW_FILES, refuse_misread, tell_undone, write_review
from clientimport.cli.options import (
    FILE,
    acting,
    choices,
    decisions_option,
    face,
    face_options,
    importer,
    plan_arguments,
    plan_options,
    profile_option,
    said_again,
    store_option,
    suffix,
    where,
    who_options,
)
from clientimport.cli.output import Face
from clientimport.core.decisions import CHOOSE
from clientimport.errors import SourceUnreadableError
from clientimport.messages import Messages, visible
from clientimport.reports.documents import json_chunks, plan_document, receipt_document, receipt_summary
from clientimport.reports.texts import plan_text, receipt_lines

if TYPE_CHECKING:
    from clientimport.handles import Plan, Receipt
    from clientimport.importer import Importer

EXCEPTION_FILES = (".xlsx", ".csv")
REPORT_FILES = (".html", ".xlsx", ".json", ".txt")
_SHOWN = 10
"""Clients that stayed that are named after an apply."""


def _version() -> str:
    try:
        return metadata.version("clientimport")
    except metadata.PackageNotFoundError:  # run from a folder of sources
        return "not installed"


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(_version())
@click.pass_context
def commands(context: click.Context) -> None:
    """Bring client records from a messy file into an application: mapped, checked, planned, applied once, undoable.

    Exit codes: 0 done, 1 done with rows refused or questions left, 2 wrong usage or settings, a source or plan that cannot
    be used, or a missing permission, 3 the outside world failed, 130 stopped by Ctrl+C.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit(2)


commands.add_command(looking.inspect)
commands.add_command(looking.map_)
commands.add_command(looking.runs)
commands.add_command(looking.clients)
commands.add_command(looking.why)
commands.add_command(giving.template)
commands.add_command(looking.activity)
commands.add_command(looking.plugins)
commands.add_command(moving.status)
commands.add_command(bookkeeping.openings)
commands.add_command(bookkeeping.payments)
commands.add_command(bookkeeping.periods)
commands.add_command(inviting.invite)


@commands.command()
@click.argument("file", type=FILE)
@store_option
@plan_options
@decisions_option
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Save the plan, to be applied later: .jsonl."
)
@click.option(
    "--review",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it beside the store, to be decided on: .xlsx, or .html for a browser.",
)
@who_options
@face_options
@click.pass_context
def plan(context: click.Context, /, file: Path, *, out: Path | None, review: Path | None, **given: Any) -> int:
    """Show what importing FILE would do, or what a saved plan (also a FILE) lists. Writes no client and no run."""
    speak = face(given)
    suffix("--out", out, (".jsonl",))
    suffix("--review", review, REVIEW_FILES)
    with _opened(context, file, given) as host, _planned(host, file, given, speak) as made:
        tell_of_applied(host, made, speak)
        if out is not None:
            made.save(out)
        speak.show(lambda: plan_document(made, speak.lang), lambda: [plan_text(made, speak.lang).rstrip("\n")])
        if out is not None:
            speak.note(f"Saved. To do it: clientimport apply {out} {where(given)} --yes")
        if review is not None:
            write_review(made, review, speak)
        counts = made.summary.dispositions
        ties = all(tie.ties for tie in made.summary.tie_out)
        undone = made.summary.severities["error"] > 0 or made.unmet
        return int(bool(counts["invalid"] or counts["conflict"] or not ties or undone))


@commands.command(short_help="Show a file or plan beside the store.")
@click.argument("plan_or_file", type=FILE)
@store_option
@plan_options
@decisions_option
@click.option("--product", metavar="NAME", help="What the application calls itself, for the headings.")
@click.option("--equal", is_flag=True, help="Show the fields that are the same on both sides too.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Clients shown of a group; 0 for all. JSON has all.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to be decided on: .xlsx, or .html for a browser.",
)
@who_options
@face_options
@click.pass_context
def review(
    context: click.Context,
    /,
    plan_or_file: Path,
    *,
    product: str | None,
    equal: bool,
    limit: int,
    out: Path | None,
    **given: Any,
) -> int:
    """Show what is only in the import, only here, in both with every difference, and invalid. Writes no client."""
    speak = face(given)
    suffix("--out", out, REVIEW_FILES)
    with _opened(context, plan_or_file, given) as host, _planned(host, plan_or_file, given, speak) as made:
        tell_of_applied(host, made, speak)
        overview = made.overview(product=product)
        speak.show_marked(
            lambda: overview.document(speak.lang, equal=equal),
            lambda: overview.marked_lines(speak.lang, limit=limit or None, equal=equal),
        )
        if out is not None:
            write_review(made, out, speak, product)
        undone = tell_undone(made, speak)
        counts = made.summary.dispositions
        return int(bool(counts["invalid"] or counts["conflict"] or undone))


@commands.command(short_help="Import a file, or do what a saved plan lists.")
@click.argument("plan_or_file", type=FILE)
@store_option
@plan_options
@decisions_option
@click.option("--yes", is_flag=True, help="Do it without asking; needed where nobody can be asked.")
@click.option(
    "--exceptions", type=click.Path(dir_okay=False, path_type=Path), help="Give failed rows back: .xlsx or .csv."
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was done: .html, .xlsx, .json or .txt.",
)
@who_options
@face_options
@click.pass_context
def apply(
    context: click.Context,
    /,
    plan_or_file: Path,
    *,
    yes: bool,
    exceptions: Path | None,
    report: Path | None,
    **given: Any,
) -> int:
    """Import a file, or do what a saved plan lists. Doing it twice does it once."""
    speak = face(given)
    suffix("--exceptions", exceptions, EXCEPTION_FILES)
    suffix("--report", report, REPORT_FILES)
    if not yes and (speak.json or not sys.stdin.isatty()):
        raise click.UsageError("Nobody can be asked here whether to go on: add --yes.")
    with _opened(context, plan_or_file, given) as host, _planned(host, plan_or_file, given, speak) as made:
        refuse_misread(made, speak)
        if not yes:
            click.echo(plan_text(made, speak.lang), nl=False)
            if not click.confirm("\nDo this?"):
                speak.note("Nothing was written.")
                return 0
        receipt = apply_plan(host, made, plan_or_file if is_plan(plan_or_file) else None, where(given), speak)
        rows = _write_exceptions(receipt, exceptions, speak.lang)
        _write_report(receipt, report, speak.lang)
        left = _left(receipt)
        document = {
            **receipt_summary(receipt),
            "exceptions": {"rows": rows, "path": str(exceptions) if exceptions and rows else None},
            "report": str(report) if report else None,
        }
        speak.show(lambda: document, lambda: receipt_lines(receipt, speak.lang, limit=0))
        again = None if is_plan(plan_or_file) else f"{shlex.quote(str(plan_or_file))} {said_again(context, review)}"
        for line in _next_steps(receipt, left, exceptions if rows else None, report, where(given), again):
            speak.note(line)
        undone = tell_undone(made, speak)
        return int(left > 0 or receipt.openings_blocked > 0 or receipt.left["stayed"] > 0 or undone)


@commands.command()
@click.argument("run")
@store_option
@who_options
@face_options
def undo(run: str, **given: Any) -> int:
    """Take back what a RUN did. What somebody changed since is kept and named."""
    speak = face(given)
    messages = Messages(speak.lang)
    with importer({**given, "roles": ()}) as first:  # roles are those of the run's profile
        profile = first.runs.profile(run)
    with importer(given, profile=profile) as host:
        before = next((each.undone_by for each in host.runs.list() if each.id == run), None)
        undone = host.undo(run)
    if before is not None:
        speak.note(f"It was undone already, by run {before}; nothing was changed now.")
    document = {
        "run": undone.run,
        "undoes": undone.undoes,
        "reversed": undone.reversed,
        "openings_reversed": undone.openings_reversed,
        "kept": [{**entry.to_dict(), "why": messages.kept(entry.reason)} for entry in undone.kept],
    }

    def text() -> Iterator[str]:
        yield f"{messages.label('undone')}: {undone.reversed}"
        if undone.openings_reversed:
            yield f"{messages.label('openings_reversed')}: {undone.openings_reversed}"
        for entry in undone.kept:
            field = f", {messages.field(entry.field)}" if entry.field else ""
            client = messages.label("client").lower()
            yield visible(f"{messages.label('kept')}: {client} {entry.client}{field}: {messages.kept(entry.reason)}")

    speak.show(lambda: document, text)
    return 0


@commands.command(short_help="Try it on a messy sample, in a minute.")
@profile_option
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default="clientimport-demo", show_default=True, help="Where to put the sample, the store and the reports.")  # fmt: skip
@face_options
def demo(folder: Path, **given: Any) -> int:
    """Make a messy sample workbook and import it, in a minute, into a store of its own."""
    from clientimport.cli.demo import run_demo

    speak = face(given)
    return run_demo(folder, given["profile"], speak)


# ------------------------------------------------------------------------------------------------ helpers


def is_plan(path: Path) -> bool:
    """Whether *path* begins like a saved plan; only its first bytes are read."""
    with path.open("rb") as file:
        return b'"clientimport":"plan"' in file.read(200).replace(b" ", b"")


def _opened(context: click.Context, path: Path, given: Mapping[str, Any]) -> Importer:
    """The importer for a file, into a new store too, or for a saved plan, with the plan's own profile.

    Raises:
        UsageError: a saved plan, and no store or options that were fixed when it was made; or see ``acting``.
    """
    if not is_plan(path):
        return acting(given, new=True)
    from clientimport.handles import Plan

    fixed = {parameter.name for parameter in plan.params} - {
        "store",
        "workspace",
        "actor",
        "roles",
        "permissions",
        "plugins",
        "lists",  # what stands in them is the application's, and in no plan
    }
    fixed -= {"decisions", "chosen", "as_json", "lang", "file", "out", "review"}
    for name in sorted(filter(None, fixed)):
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            parameter = next(p for p in context.command.params if p.name == name)
            raise click.UsageError(
                f"{parameter.opts[0]} cannot be given with {path.name}: that is a saved plan, and it was made with its options."
            )
    return importer(given, profile=Plan.load(path).profile)


def _planned(host: Importer, path: Path, given: Mapping[str, Any], speak: Face) -> Plan:
    """The saved plan, or a new one for a file; with the decisions given.

    Raises:
        SourceUnreadableError: the file has no records; a person who typed its name has the wrong one.
    """
    if is_plan(path):
        return _decided(host.load(path), given)
    with speak.progress() as progress:
        made = host.plan(path, **plan_arguments(given, host, path), progress=progress)
    if not made.summary.records:
        made.close()
        raise SourceUnreadableError(f"{path.name} has no records, only column names: there is nothing to import.")
    return _decided(made, given)


def _decided(made: Plan, given: Mapping[str, Any]) -> Plan:
    """*made* with the decisions given; what is chosen on the command line goes before what a file chooses for all."""
    answers: Path | None = given.get("decisions")
    if answers:
        made = made.decide_from(answers)
    chosen = choices(given)
    return made.choose(**chosen) if chosen else made


def _left(receipt: Receipt) -> int:
    """How many records were refused, wait for an answer, or were found changed."""
    return sum(receipt.counts[outcome] for outcome in ("refused", "held", "stale"))


def _write_exceptions(receipt: Receipt, path: Path | None, lang: str) -> int:
    """Write the rows to give back, if there are any; answer how many there are."""
    if path is None:
        return _left(receipt)
    exceptions = receipt.exceptions.in_language(lang)
    if not exceptions:
        return 0
    if path.suffix.lower() == ".csv":
        return exceptions.to_csv(path, delimiter=receipt.header["source"].get("delimiter") or ",")
    return exceptions.to_xlsx(path)


def _write_report(receipt: Receipt, path: Path | None, lang: str) -> None:
    ending = suffix("--report", path, REPORT_FILES)
    if path is None:
        return
    if ending == ".html":
        receipt.to_html(path, lang)
    elif ending == ".xlsx":
        receipt.to_xlsx(path, lang)
    else:
        from clientimport.reports.files import whole_file

        with whole_file(path) as written, written.open("w", encoding="utf-8", errors="backslashreplace") as file:
            if ending == ".json":
                file.writelines(json_chunks(receipt_document(receipt, lang)))
            else:
                file.writelines(f"{line}\n" for line in receipt_lines(receipt, lang))


def _next_steps(
    receipt: Receipt, left: int, exceptions: Path | None, report: Path | None, place: str, again: str | None
) -> Iterator[str]:
    if report is not None:
        yield f"What was done: {report}"
    if exceptions is not None:
        yield f"{_rows(left)} to look at: {exceptions}. Fix them there and import that file."
    elif left:
        yield f"{_rows(left)} did not go in; --exceptions FILE.xlsx gives them back."
    if (held := receipt.counts["held"]) and again is not None:
        yield (
            f"{_rows(held)} wait for an answer: clientimport review {again} --out review.xlsx asks, and "
            "--decisions review.xlsx takes the answers."
        )
    for conflict in receipt.conflicts:
        if conflict.kind == CHOOSE:
            yield f"Add --choose {conflict.fields[0]}=… for {conflict.records} of them."
    for each in islice(receipt.leavers("stayed"), _SHOWN):
        yield f"Client {each.planned.client} stays: {Messages().why(each.why or {})}"
    if (more := receipt.left["stayed"] - _SHOWN) > 0:
        yield f"{more} more clients stay; --report FILE.html has all of them."
    wrote = (
        receipt.created,
        receipt.updated,
        receipt.openings_posted,
        receipt.left["deactivated"],
        receipt.left["removed"],
    )
    yield f"To take it back: clientimport undo {receipt.run} {place}" if any(wrote) else "No client was changed."


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
