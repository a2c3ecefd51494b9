"""The commands about invitations."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from clientimport.cli.options import (
    FILE,
    acting,
    face,
    face_options,
    importer,
    profile_option,
    store_option,
    who_options,
)
from clientimport.cli.output import Face, table
from clientimport.core.invitations import STATES, Invitation
from clientimport.messages import Messages, visible
from clientimport.reports.texts import shown as shown_value

if TYPE_CHECKING:
    from clientimport.importer import Importer
    from clientimport.services.drafting import Without
    from clientimport.services.inviting import Draft, Preview

DAY = click.DateTime(["%Y-%m-%d"])
_SHOWN = 3
"""Messages that are shown whole where nobody asked for all of them."""

templates_option = click.option(
    "--templates", type=FILE, required=True, help="The messages, by name and language: a TOML file."
)
clients_argument = click.argument("clients", nargs=-1, metavar="[CLIENT]…")
everybody_option = click.option("--all", "everybody", is_flag=True, help="All clients.")
template_option = click.option(
    "--template", metavar="NAME", help="Name of the message. Default: the profile's, else welcome."
)
language_option = click.option(
    "--language", default="", metavar="XX", help="Of the message. Default: each client's own."
)


@click.group(short_help="Invitations: preview, queue, send, cancel, list.", invoke_without_command=True)
@click.pass_context
def invite(context: click.Context) -> None:
    """Messages to clients, which wait in the outbox until somebody sends them."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit(2)


@invite.command(short_help="Show every message as it would go.")
@clients_argument
@everybody_option
@templates_option
@template_option
@language_option
@click.option("--limit", type=click.IntRange(min=0), default=_SHOWN, show_default=True, help="Messages shown whole; 0 for all. JSON has all.")  # fmt: skip
@store_option
@profile_option
@who_options
@face_options
def preview(
    clients: tuple[str, ...],
    templates: Path,
    template: str | None,
    language: str,
    limit: int,
    *,
    everybody: bool,
    **given: Any,
) -> int:
    """Show every message as it would go now, and who gets none and why. Without CLIENT: those that are queued.

    Sends nothing, writes nothing.
    """
    speak = face(given)
    with acting(given) as host:
        ids = _clients(host, clients, everybody=everybody)
        seen = host.invitations.preview(templates, clients=ids, template=template, language=language)
        texts = _texts(host, speak)

    def text() -> Iterator[str]:
        yield f"{texts.label('invitations_would_go')}: {len(seen.messages)}"
        yield from _language_lines(seen, texts)
        shown = seen.messages[: limit or None]
        for draft in shown:
            yield ""
            yield from _draft_lines(draft, texts)
        if len(seen.messages) > len(shown):
            yield ""
            yield from table(
                (each.client, each.message.language, visible(each.message.to), *_shown(each, texts))
                for each in seen.messages[len(shown) :]
            )
        yield from _without_lines(seen.without, texts)

    speak.show(seen.to_dict, text)
    return 0


@invite.command(short_help="Put messages into the outbox.")
@clients_argument
@everybody_option
@template_option
@language_option
@click.option("--not-before", type=DAY, metavar="YYYY-MM-DD", help="The first day on which they may go.")
@store_option
@profile_option
@who_options
@face_options
def queue(
    clients: tuple[str, ...],
    template: str | None,
    language: str,
    not_before: datetime | None,
    *,
    everybody: bool,
    **given: Any,
) -> int:
    """Queue a message for each CLIENT. Nobody gets one of a template twice. Exit code 1 if somebody was refused."""
    speak = face(given)
    if not clients and not everybody:
        raise click.UsageError("Say which clients, or --all.")
    with acting(given) as host:
        ids = _clients(host, clients, everybody=everybody)
        day = None if not_before is None else not_before.date()
        done = host.invitations.queue(ids, template=template, language=language, not_before=day)
        texts = _texts(host, speak)

    def text() -> Iterator[str]:
        yield f"{texts.label('invitations_queued')}: {len(done.queued)}"
        yield from _without_lines(done.refused, texts)

    speak.show(done.to_dict, text)
    return int(bool(done.refused))


@invite.command(short_help="Send what is queued, each message once.")
@templates_option
@click.option("--sender", required=True, envvar="CLIENTIMPORT_SENDER", metavar="URL", help="smtp://user@host:587?from=office@firm.example, smtps://…, or folder:outgoing?from=… to look at. A password: CLIENTIMPORT_SMTP_PASSWORD.")  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(min=1), help="So many messages, to try a few first; the rest stays queued."
)
@click.option("--again", multiple=True, metavar="ID", help="Send a failed or unknown one once more; repeat.")
@click.option("--per-minute", type=click.FloatRange(min=0, min_open=True), help="Not faster than this.")
@click.option("--yes", is_flag=True, help="Do it without asking; needed where nobody can be asked.")
@store_option
@profile_option
@who_options
@face_options
def send(
    templates: Path,
    sender: str,
    limit: int | None,
    again: tuple[str, ...],
    per_minute: float | None,
    *,
    yes: bool,
    **given: Any,
) -> int:
    """Send what is queued, oldest first. Exit code 1 if something failed, is unknown, or sending stopped early."""
    speak = face(given)
    if not yes and (speak.json or not sys.stdin.isatty()):
        raise click.UsageError("Nobody can be asked here whether to go on: add --yes.")
    with acting(given) as host:
        texts = _texts(host, speak)
        if not yes and not _confirmed(host, templates, limit, again, texts):
            speak.note("Nothing was sent.")
            return 0
        done = host.invitations.send(templates, sender, limit=limit, again=again, per_minute=per_minute)

    def text() -> Iterator[str]:
        for state in ("sent", "failed", "deferred", "unknown"):
            rows: tuple[Invitation, ...] = getattr(done, state)
            yield f"{texts.label(f'invitations_{state}')}: {len(rows)}"
            if state != "sent":
                yield from (f"  {row.id}  {texts.label('client').lower()} {row.client}  {row.error}" for row in rows)
        if done.moved:
            yield f"{texts.label('moved')}: {len(done.moved)} ({texts.label('run').lower()} {done.run})"
        yield f"{texts.label('invitations_left')}: {done.left}"
        yield from _without_lines(done.without, texts)
        if done.stopped:
            yield visible(done.stopped)

    speak.show(done.to_dict, text)
    return int(bool(done.failed or done.unknown or done.stopped))


@invite.command(short_help="Call off messages that were not sent.")
@click.argument("ids", nargs=-1, metavar="[ID]…")
@click.option("--all", "everything", is_flag=True, help="All that are queued.")
@store_option
@profile_option
@who_options
@face_options
def cancel(ids: tuple[str, ...], *, everything: bool, **given: Any) -> int:
    """Call off the messages with these ids, all or none. What is sent, or perhaps sent, is refused."""
    speak = face(given)
    if bool(ids) == everything:
        raise click.UsageError("Say which invitations, by their ids, or --all.")
    with importer(given) as host:
        done = host.invitations.cancel(None if everything else ids)
    speak.show(
        lambda: {"cancelled": done}, lambda: [f"{Messages(speak.lang).label('invitations_cancelled')}: {len(done)}"]
    )
    return 0


@invite.command("list", short_help="List the messages and their states.")
@click.option("--state", type=click.Choice(STATES), help="Only these.")
@click.option("--run", metavar="RUN", help="Only what one import queued.")
@store_option
@profile_option
@who_options
@face_options
def list_(state: str | None, run: str | None, **given: Any) -> int:
    """List the messages that there are, oldest first."""
    speak: Face = face(given)
    with importer(given) as host:
        found = host.invitations.list(state=state, run=run)

    def text() -> Iterator[str]:
        rows: list[tuple[object, ...]] = [
            ("ID", "CLIENT", "TEMPLATE", "LANGUAGE", "STATE", "NOT BEFORE", "CHANGED", "ERROR")
        ]
        rows += [
            (
                each.id, each.client, each.template, each.language, each.state, each.not_before, each.changed_at,
                each.error,
            )
            for each in found
        ]  # fmt: skip
        yield from map(visible, table(rows))

    speak.show(lambda: {"invitations": [each.to_dict() for each in found]}, text)
    return 0


def _clients(host: Importer, clients: Iterable[str], *, everybody: bool) -> list[str]:
    return [client.id for client in host.clients()] if everybody else [*clients]


def _confirmed(host: Importer, templates: Path, limit: int | None, again: tuple[str, ...], texts: Messages) -> bool:
    """Show who gets what in which language, and ask."""
    seen = host.invitations.preview(templates)
    going = seen.messages[:limit]
    rows = [
        (each.client, each.template, each.message.language, visible(each.message.to), *_shown(each, texts))
        for each in going
    ]
    if rows:
        for line in _language_lines(attrs.evolve(seen, messages=going), texts):
            click.echo(line)
        headings = (visible(texts.field(field)).upper() for field in going[0].shows)
        for line in table([("CLIENT", "TEMPLATE", "LANGUAGE", "TO", *headings), *rows]):
            click.echo(line)
    for line in _without_lines(seen.without, texts):
        click.echo(line)
    if again:
        click.echo(f"Once more: {', '.join(again)}")
    return click.confirm(f"\nSend {len(going)}?" if not again else f"\nSend these, {limit or 'all'} at most?")


def _texts(host: Importer, speak: Face) -> Messages:
    return Messages(speak.lang, host.profile, fields=host.schema)


def _shown(draft: Draft, texts: Messages) -> list[str]:
    return [visible(shown_value(value, texts)) for value in draft.shows.values()]


def _language_lines(seen: Preview, texts: Messages) -> Iterator[str]:
    """``4 in Dutch, 2 in French``; nothing if there is no message."""
    if seen.languages:
        yield ", ".join(texts.in_language(code, count) for code, count in seen.languages.items())


def _draft_lines(draft: Draft, texts: Messages) -> Iterator[str]:
    message = draft.message
    yield visible(f"{message.to}  (client {draft.client}, {draft.template}, {message.language})")
    for field, value in zip(draft.shows, _shown(draft, texts), strict=True):
        yield visible(f"  {texts.field(field)}: {value}")
    yield visible(f"  {message.subject}")
    yield from (visible(f"  | {line}") for line in message.body.splitlines())


def _without_lines(without: Iterable[Without], texts: Messages) -> Iterator[str]:
    for each in without:
        yield visible(f"{texts.label('client')} {each.client}: {texts.uninvited(each.reason, each.detail)}")
