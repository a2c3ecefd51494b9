"""The commands about the books: opening balances, payments, closed periods."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientimport.cli.options import (
    books_option,
    face,
    face_options,
    importer,
    profile_option,
    store_option,
    suffix,
    totals,
    totals_option,
    who_options,
)
from clientimport.cli.output import table
from clientimport.core.cells.amounts import amount_readings, currency_in
from clientimport.errors import SettingsError
from clientimport.messages import visible
from clientimport.reports.documents import json_chunks
from clientimport.reports.files import whole_file
from clientimport.reports.journal import FORMATS

if TYPE_CHECKING:
    from clientimport.core.journal import JournalEntry

DAY = click.DateTime(["%Y-%m-%d"])
PROOF_FILES = (".xlsx", ".txt", ".json")


@click.group(short_help="Opening balances: list, set, delete, journal, proof, export.", invoke_without_command=True)
@click.pass_context
def openings(context: click.Context) -> None:
    """Opening balances, however they came in."""
    _help(context)


@openings.command("list", short_help="List the opening balances that stand.")
@click.option("--client", metavar="CLIENT", help="Only those of one client.")
@click.option("--all", "everything", is_flag=True, help="Those that were taken back as well.")
@store_option
@profile_option
@who_options
@face_options
def list_(client: str | None, *, everything: bool, **given: Any) -> int:
    """List the opening balances that stand, in the order they were posted."""
    speak = face(given)
    with importer(given) as host:
        found = host.openings.list(client=client, all=everything)

    def text() -> Iterator[str]:
        rows: list[tuple[object, ...]] = [("ID", "CLIENT", "NAME", "AMOUNT", "", "AS AT", "METHOD", "STATUS")]
        for each in found:
            rows.append(
                (
                    each.id,
                    each.client,
                    each.client_name,
                    f"{each.amount:f}",
                    each.currency,
                    each.as_at,
                    each.method,
                    each.status,
                )
            )
            rows += [
                ("", "", f"  {item.number}", f"{item.amount:f}", each.currency, item.due or "", "", "")
                for item in each.items
            ]
        yield from map(visible, table(rows))

    speak.show(lambda: {"openings": (each.to_dict() for each in found)}, text)
    return 0


@openings.command(
    "set", context_settings={"ignore_unknown_options": True}, short_help="Set a client's opening balance."
)
@click.argument("client")
@click.argument("amount")
@click.option(
    "--as-at", type=DAY, metavar="YYYY-MM-DD", help="The day it is booked on. Default: the present one's, or today."
)
@click.option("--currency", metavar="XXX", help="Such as EUR, the default.")
@books_option
@store_option
@profile_option
@who_options
@face_options
def set_(client: str, amount: str, as_at: datetime | None, **given: Any) -> int:
    """Make AMOUNT (such as 1234.56; below zero for a client in credit) the opening balance of CLIENT.

    A balance that is there is reversed first. Zero takes it back and posts nothing.
    """
    speak = face(given)
    with importer(given) as host:
        exact = _exact(amount, given["currency"] or host.settings.default_currency)
        made = host.openings.set(client, exact, None if as_at is None else as_at.date(), given["currency"])
    document = {"opening": None if made is None else made.to_dict()}
    said = (
        "no opening balance" if made is None else f"{made.amount:f} {made.currency} as at {made.as_at} (id {made.id})"
    )
    speak.show(lambda: document, lambda: [visible(f"Client {client}: {said}")])
    return 0


@openings.command(short_help="Take opening balances back.")
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@store_option
@profile_option
@who_options
@face_options
def delete(ids: tuple[str, ...], **given: Any) -> int:
    """Take back the opening balances with these ids, all or none. Entry and reversal stay in the audit trail."""
    speak = face(given)
    with importer(given) as host:
        deleted = host.openings.delete(ids)
    speak.show(lambda: {"deleted": deleted}, lambda: [f"Taken back: {len(deleted)}"])
    return 0


@openings.command(short_help="Show the journal entries.")
@click.option("--all", "everything", is_flag=True, help="The audit trail: what was taken back too, and the reversals.")
@click.option("--run", metavar="RUN", help="Only what one run posted.")
@store_option
@profile_option
@who_options
@face_options
def journal(run: str | None, *, everything: bool, **given: Any) -> int:
    """Show the journal entries of opening balances, in the order they were posted."""
    speak = face(given)
    with importer(given) as host:
        found = list(host.openings.journal(all=everything, run=run))
        balances = host.openings.balances()

    def text() -> Iterator[str]:
        for entry in found:
            yield from map(visible, _entry_lines(entry))
        yield ""
        rows = [("ACCOUNT", "", "BALANCE"), *((each.account, each.currency, f"{each.amount:f}") for each in balances)]
        yield from map(visible, table(rows))

    document = {
        "entries": (entry.to_dict() for entry in found),
        "balances": [balance.to_dict() for balance in balances],
    }
    speak.show(lambda: document, text)
    return 0


@openings.command(short_help="Prove what an import did with opening balances.")
@click.option("--run", required=True, metavar="RUN", help="The run, as 'clientimport runs' lists them.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it: .xlsx, .txt or .json.")
@totals_option
@store_option
@profile_option
@who_options
@face_options
def proof(run: str, out: Path | None, **given: Any) -> int:
    """Show, to the cent, what a RUN's file gave, what was posted, what was left out and why, and how the books stand.

    Exit code 1 if a currency does not tie out.
    """
    speak = face(given)
    ending = suffix("--out", out, PROOF_FILES)
    with importer(given) as host:
        made = host.openings.proof(run, control_totals=totals(given) or None, lang=speak.lang)
    if out is not None and ending == ".xlsx":
        made.to_xlsx(out)
    elif out is not None:
        with whole_file(out) as written, written.open("w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines([made.to_text()] if ending == ".txt" else json_chunks(made.to_dict()))
    speak.show(made.to_dict, lambda: made.to_text().splitlines())
    if out is not None:
        speak.note(f"Written: {out}")
    return int(not made.ties)


@openings.command(short_help="Write the journal for other programs.")
@click.option("--format", "format_", type=click.Choice(FORMATS), required=True, help="The language of the file.")
@click.option("--all", "everything", is_flag=True, help="What was taken back too, and the reversals.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; default: standard output.")
@store_option
@profile_option
@who_options
@face_options
def export(format_: str, out: Path | None, *, everything: bool, **given: Any) -> int:
    """Write the journal as hledger or beancount reads it, each client with an account of its own."""
    speak = face(given)
    with importer(given) as host:
        text = host.openings.export(format_, all=everything)
    if out is not None:
        with whole_file(out) as written:
            written.write_text(text, encoding="utf-8")
        speak.show(lambda: {"format": format_, "written": str(out)}, lambda: [f"Written: {out}"])
    else:
        speak.show(lambda: {"format": format_, "text": text}, text.splitlines)
    return 0


@click.group(short_help="The payments list.", invoke_without_command=True)
@click.pass_context
def payments(context: click.Context) -> None:
    """The payments list: opening balances beside the payments that the application tells of."""
    _help(context)


@payments.command("list", short_help="List payments.")
@click.option("--method", metavar="M", help='Only one method, such as "Opening Balance".')
@click.option("--client", metavar="CLIENT", help="Only those of one client.")
@store_option
@profile_option
@who_options
@face_options
def payments_list(method: str | None, client: str | None, **given: Any) -> int:
    """List payments by date."""
    speak = face(given)
    with importer(given) as host:
        found = host.payments.list(method=method, client=client)

    def text() -> Iterator[str]:
        rows: list[tuple[object, ...]] = [("DATE", "METHOD", "CLIENT", "NAME", "AMOUNT", "", "REFERENCE", "ID")]
        rows += [
            (
                each.date, each.method, each.client, each.client_name, f"{each.amount:f}", each.currency, each.reference,
                each.id,
            )
            for each in found
        ]  # fmt: skip
        yield from map(visible, table(rows))

    speak.show(lambda: {"payments": (each.to_dict() for each in found)}, text)
    return 0


@click.group(short_help="Closed accounting periods.", invoke_without_command=True)
@click.pass_context
def periods(context: click.Context) -> None:
    """Closed accounting periods: days on which nothing may be booked or taken back."""
    _help(context)


@periods.command("list", short_help="List the closed periods.")
@store_option
@profile_option
@who_options
@face_options
def periods_list(**given: Any) -> int:
    """List the closed periods."""
    speak = face(given)
    with importer(given) as host:
        found = host.periods.list()
    document = {"periods": [period.to_dict() for period in found]}
    speak.show(lambda: document, lambda: [str(period) for period in found])
    return 0


@periods.command("close", short_help="Close a period.")
@click.argument("start", type=DAY, metavar="START")
@click.argument("end", type=DAY, metavar="END")
@store_option
@profile_option
@who_options
@face_options
def periods_close(start: datetime, end: datetime, **given: Any) -> int:
    """Close the days from START to END (YYYY-MM-DD), both included."""
    return _period("close", start.date(), end.date(), given)


@periods.command("reopen", short_help="Open a closed period again.")
@click.argument("start", type=DAY, metavar="START")
@click.argument("end", type=DAY, metavar="END")
@store_option
@profile_option
@who_options
@face_options
def periods_reopen(start: datetime, end: datetime, **given: Any) -> int:
    """Open exactly the period from START to END (YYYY-MM-DD) again."""
    return _period("reopen", start.date(), end.date(), given)


def _exact(written: str, currency: str) -> str:
    """An amount as a person writes it, as plain decimal text.

    Raises:
        SettingsError: it can be read in two ways, or names another currency.
    """
    sign, inside = currency_in(written, currency)
    if sign and inside != currency:
        raise SettingsError("AMOUNT", written, wanted=f"an amount in {currency}; another currency goes with --currency")
    readings = {reading for reading in amount_readings(written) if reading is not None}
    if len(readings) > 1:
        raise SettingsError("AMOUNT", written, wanted="an amount that can be read in one way only, such as 1234.00")
    return readings.pop() if readings else written


def _help(context: click.Context) -> None:
    """Show what there is to a group that was called alone."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit(2)


def _period(act: str, start: date, end: date, given: dict[str, Any]) -> int:
    speak = face(given)
    with importer(given) as host:
        period = getattr(host.periods, act)(start, end)
        left = host.periods.list()
    said = "Closed" if act == "close" else "Open again"
    document = {"period": period.to_dict(), "periods": [each.to_dict() for each in left]}
    speak.show(lambda: document, lambda: [f"{said}: {period}"])
    return 0


def _entry_lines(entry: JournalEntry) -> Iterator[str]:
    reverses = f", reverses {', '.join(entry.reverses)}" if entry.reverses else ""
    yield f"{entry.date}  entry {entry.id} ({entry.kind}{reverses}), run {entry.run}"
    for line in entry.lines:
        account = line.account if line.client is None else f"{line.account}, client {line.client}"
        debit = f"{line.debit:f}" if line.debit else ""
        credit = f"{line.credit:f}" if line.credit else ""
        yield f"    {account:<44} {debit:>16} {credit:>16} {line.currency}"
