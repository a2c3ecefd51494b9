"""``clientimport demo --profile smsf-sorted``: a list of funds imported, and clients that leave and come back."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from clientimport.cli.demo import empty_folder
from clientimport.cli.output import Face
from clientimport.messages import Messages, visible
from clientimport.reports.texts import plan_text

FUNDS = """Client Name,SMSF ID,ABN Number,Email
Banksia Super Fund,F001,65 000 000 101,office@banksia.example
Wattle Family Fund,F002,31 000 000 202,office@wattle.example
Quokka Retirement Fund,F003,86 000 000 303,office@quokka.example
Banksia Super Fund,F001,65 000 000 101,office@banksia.example
Bottlebrush Fund,F004,,office@bottlebrush.example
Kookaburra Fund,F005,52 000 000 405,office@kookaburra.example
"""
FILES = ("funds.csv", "clients.db", "results.xlsx")
BUSY = {"2": "Audit 2025 is in progress"}
"""What the application says of the funds with jobs in progress."""

STEPS: tuple[tuple[str, datetime, str, Sequence[str]], ...] = (
    ("Deactivate all three; the application has a job in progress for one", datetime(2026, 1, 2, 9, tzinfo=UTC), "deactivate", ("1", "2", "3")),
    ("Delete two: only what is inactive can be deleted", datetime(2026, 1, 2, 9, tzinfo=UTC), "delete", ("1", "2")),
    ("Re-activate one, four months later: they are charged afterwards", datetime(2026, 4, 20, 9, tzinfo=UTC), "reactivate", ("1", "3")),
)  # fmt: skip


def run_demo(folder: Path, speak: Face) -> int:
    """Make the list in *folder*, import it twice, and move its funds.

    Raises:
        SettingsError: the folder holds other things under the demo's names.
    """
    from clientimport.core.client import Actor
    from clientimport.core.settings import Settings
    from clientimport.importer import Importer

    paths = empty_folder(folder, FILES)
    paths["funds.csv"].write_text(FUNDS, encoding="utf-8")
    store = f"sqlite:///{paths['clients.db']}"
    now, runs = [STEPS[0][1]], (f"demo-{number}" for number in itertools.count(1))
    with Importer(
        store,
        profile="smsf-sorted",
        actor=Actor(name="demo", roles={"Super User"}),
        settings=Settings(charges={"active": "55.00", "inactive": "11.00"}),
        guards={"no-work-in-progress": lambda clients: {each: BUSY[each] for each in clients if each in BUSY}},
        clock=lambda: now[0],
        new_id=lambda: next(runs),
    ) as host:
        messages = Messages(speak.lang, host.profile)
        speak.note(f"1. Made {paths['funds.csv']}. The plan:\n")
        with host.plan(paths["funds.csv"]) as plan:
            planned = plan_text(plan, speak.lang, limit=5)
            receipt = host.apply(plan)
        if not speak.json:
            click.echo(planned)
        receipt.exceptions.in_language(speak.lang).to_xlsx(paths["results.xlsx"])
        acts = []
        for number, (title, day, event, clients) in enumerate(STEPS, start=2):
            now[0] = day
            preview, done = host.status.preview(clients, event), host.fire(clients, event)
            acts.append({"preview": preview.to_dict(), "done": done.to_dict()})
            if not speak.json:
                click.echo(f"{number}. {title}:")
                for move in done:
                    said = messages.why(move.why) if move.why else messages.state(move.after or "")
                    click.echo(visible(f"     {move.name:<24} {messages.state(move.before)} > {said}"))
                if preview.total is not None:
                    total = preview.total
                    click.echo(f"     a month {total.before} > {total.after} {total.currency}, back {total.back}\n")
        listed: Mapping[str, list[str]] = {
            state: [client.name for client in host.clients(status=state)] for state in host.profile.lifecycle.named
        }
    if speak.json:
        document = {"folder": str(folder), "files": list(FILES), "store": store, "outcomes": dict(receipt.counts)}
        speak.show(lambda: {**document, "run": receipt.run, "acts": acts, "clients": listed}, list)
    for state, names in listed.items():
        speak.note(visible(f"{messages.state(state)}: {', '.join(names) or '-'}"))
    speak.note(f"Every row and its result: {paths['results.xlsx']}\n\nTry next:")
    place = f"--store {store} --profile smsf-sorted"
    for command in (
        f"clients {place} --status inactive",
        f"status 3 --event deactivate --preview --guard no-work-in-progress=none {place}",
        f"status 1 --event reactivate {place}   (nothing leaves Deleted Clients)",
    ):
        speak.note(f"  clientimport {command}")
    return 0
