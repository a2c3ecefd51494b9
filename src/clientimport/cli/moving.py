"""The command that moves clients from one state to another, or removes them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import click

from clientimport.cli.giving import called
from clientimport.cli.options import acting, face, face_options, profile_option, store_option, where, who_options
from clientimport.core.charges import Cost
from clientimport.core.lifecycle import ALREADY
from clientimport.core.moves import REMOVE, REMOVED, Moves
from clientimport.messages import Messages, visible


@click.command(short_help="Move clients to another state, or remove them.")
@click.argument("clients", nargs=-1, required=True, metavar="CLIENT…")
@click.option("--event", metavar="NAME", help="One of the profile's, such as deactivate or reactivate.")
@click.option("--remove", is_flag=True, help="Remove them from the store, instead of firing an event.")
@click.option("--preview", is_flag=True, help="Show what it would do and cost; write nothing.")
@click.option(
    "--guard",
    "guards",
    multiple=True,
    metavar="NAME=IDS",
    help="What the application would answer: the ids of the clients that it holds back, with commas, or 'none'; repeat.",
)
@click.option(
    "--charge", "charges", multiple=True, metavar="STATE=AMOUNT", help="What a client costs a month in a state; repeat."
)
@store_option
@profile_option
@who_options
@face_options
def status(clients: tuple[str, ...], event: str | None, *, remove: bool, preview: bool, **given: Any) -> int:
    """Fire an event for the clients with these ids: those that may move do, of each other one it says why not.

    With --remove they are removed: those that may go do. Either can be undone.

    Exit code 1 if one was refused that is not there already.
    """
    speak = face(given)
    if (event is None) != remove:
        raise click.UsageError("Say what: --event NAME, or --remove.")
    with acting(given) as host:
        messages = Messages(speak.lang, host.profile)
        act = host.status
        if event is None:
            event = REMOVE
            found = act.preview_remove(clients) if preview else act.remove(clients)
        else:
            event = called(event, host.profile.lifecycle.event, host.profile, Messages.event)
            found = act.preview(clients, event) if preview else act.fire(clients, event)
    texts = [None if move.why is None else messages.why(move.why) for move in found]
    document = {"event": event, "preview": preview, **found.to_dict()}
    document["clients"] = [{**move.to_dict(), "text": text} for move, text in zip(found, texts, strict=True)]
    speak.show(lambda: document, lambda: _lines(found, texts, messages, removing=remove))
    if found.run is not None:
        speak.note(f"To take it back: clientimport undo {found.run} {where(given)}")
    return int(any(move.why is not None and move.why["why"] != ALREADY for move in found.refused))


def _lines(found: Moves, texts: list[str | None], messages: Messages, *, removing: bool) -> Iterator[str]:
    for move, text in zip(found, texts, strict=True):
        states = messages.state(move.before)
        if move.after is not None:
            states += f" > {messages.outcome(REMOVED) if removing else messages.state(move.after)}"
        yield visible(f"{move.client}  {move.name}: {states}" + (f". {text}" if text else ""))
        if move.cost is not None and move.cost.months != 0:
            yield from (f"    {line}" for line in _back(move.cost, messages))
    yield f"{messages.outcome(REMOVED).capitalize() if removing else messages.label('moved')}: {len(found.moved)}"
    yield f"{messages.label('refused')}: {len(found.refused)}"
    total = found.total
    if total is not None and (total.before, total.after) != (None, None):
        yield f"{messages.label('charge_before')}: {_amount(total.before, total.currency, messages)}"
        yield f"{messages.label('charge_after')}: {_amount(total.after, total.currency, messages)}"
        if total.months != 0:
            yield f"{messages.label('back_charge')}: {_amount(total.back, total.currency, messages)}"


def _back(cost: Cost, messages: Messages) -> Iterator[str]:
    months = messages.label("unknown") if cost.months is None else str(cost.months)
    yield f"{messages.label('back_months')}: {months}"
    yield f"{messages.label('back_charge')}: {_amount(cost.back, cost.currency, messages)}"


def _amount(amount: Decimal | None, currency: str, messages: Messages) -> str:
    return messages.label("unknown") if amount is None else f"{amount:f} {currency}"
