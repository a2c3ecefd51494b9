"""``clientimport demo --profile taxcaddy``: a hundred clients, ten of whom never sign up and become offline ones."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientimport.cli.demo import empty_folder
from clientimport.cli.output import Face
from clientimport.messages import Messages, visible

if TYPE_CHECKING:
    from clientimport.importer import Importer

FILES = (
    "clients.csv",
    "offline.csv",
    "clients.db",
    "comments.xlsx",
    "offline-comments.xlsx",
    "template.xlsx",
    "bulk-edit.xlsx",
)
NOW = datetime(2026, 1, 2, 9, tzinfo=UTC)

LISTS: Mapping[str, Sequence[str]] = {
    "owners": ("owner@firm.example",),
    "offices": ("New York", "Boston"),
    "staff": ("owner@firm.example", "preparer@firm.example"),
    "tax_software": ("UltraTax", "Lacerte"),
    "offices_to_restrict": (),
}

HEADERS = (
    "Is Offline", "Taxpayer First Name", "Taxpayer Last Name", "Taxpayer Email", "Mobile Number", "OwnerEmail",
    "OfficeLocation", "Tax Software ID", "Tax Software Account number", "Tax Client ID",
)  # fmt: skip

CLIENTS = 100
SIGNED_UP = 90
"""So many of them accept the firm's request; the last ten never do."""

WRONG: tuple[tuple[str, ...], ...] = (
    ("No", "Rosa", "", "rosa@mail.example", "", "owner@firm.example", "New York", "", "", "T0201"),
    ("No", "Sam", "Ortiz", "sam@mail.example", "", "owner@firm.example", "Chicago", "", "", "T0202"),
    ("No", "Tess", "Quinn", "tess@mail.example", "", "nobody@firm.example", "New York", "", "", "T0203"),
    ("No", "Uma", "Reyes", "uma reyes@mail.example", "", "owner@firm.example", "New York", "", "", "T0204"),
    ("No", "Vic", "Stone", "preparer@firm.example", "", "owner@firm.example", "New York", "", "", "T0205"),
)
"""Rows that are refused, each for a reason of its own."""

_FIRST = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hope", "Ian", "Joy")
_LAST = ("Abbot", "Baker", "Clark", "Dixon", "Evans", "Foster", "Grant", "Hayes", "Irwin", "Jones")


def rows(offline: str) -> list[tuple[str, ...]]:
    """The hundred clients, all invented."""
    found: list[tuple[str, ...]] = []
    for number in range(CLIENTS):
        first, last = _FIRST[number % 10], _LAST[number // 10]
        email = f"{first}.{last}@mail.example".lower()
        phone = f"(202) 555-{100 + number:04}"
        software = ("UltraTax", "9001") if number % 4 else ("", "")  # every fourth has no tax data yet
        found.append(
            (offline, first, last, email, phone, "owner@firm.example", "New York", *software, f"T{number + 1:04}")
        )
    return found


def run_demo(folder: Path, speak: Face) -> int:
    """Import the clients in *folder*, move them, import them again as offline ones, and write a template to edit them.

    Raises:
        SettingsError: the folder holds other things under the demo's names.
    """
    from clientimport.core.client import Actor
    from clientimport.importer import Importer

    paths = empty_folder(folder, FILES)
    _write(paths["clients.csv"], [*rows("No"), *WRONG])
    _write(paths["offline.csv"], rows("Yes"))
    store = f"sqlite:///{paths['clients.db']}"
    runs = (f"demo-{number}" for number in itertools.count(1))
    with Importer(
        store,
        profile="taxcaddy",
        actor=Actor(name="demo"),
        lists=LISTS,
        clock=lambda: NOW,
        new_id=lambda: next(runs),
    ) as host:
        story = _Story(host, speak)
        host.template(paths["template.xlsx"])
        story.brings("The list of standard clients", paths["clients.csv"], paths["comments.xlsx"])
        ids = [client.id for client in host.clients()]
        story.moves("All are invited", ids, "invite")
        story.moves(f"{SIGNED_UP} of them sign up", ids[:SIGNED_UP], "enroll")
        story.moves(f"{SIGNED_UP} accept the firm's request", ids[:SIGNED_UP], "connect")
        story.brings("The same list with Is Offline = Yes", paths["offline.csv"], paths["offline-comments.xlsx"])
        story.brings("Once more: nothing changes", paths["offline.csv"], None)
        late = ids[SIGNED_UP]
        story.moves("One of the ten signs up after all", [late], "enroll")
        story.moves("And accepts: the offline client becomes a duplicate", [late], "connect")
        written = host.template(paths["bulk-edit.xlsx"], filled=True)
        tax_data = Counter(client.aspects["tax_data"] for client in host.clients())
        story.says(
            f"A template filled in with all {written.clients}, to be edited: grey cells are locked by the status"
        )
        statuses = story.statuses()
    if speak.json:
        document = {"folder": str(folder), "files": list(FILES), "store": store, "steps": story.steps}
        speak.show(lambda: {**document, "statuses": statuses, "tax_data": dict(tax_data)}, list)
    for name, count in tax_data.items():
        speak.note(f"{story.messages.state(name)}: {count}")
    speak.note(f"Every row and its comment: {paths['comments.xlsx']}, {paths['offline-comments.xlsx']}\n\nTry next:")
    place = f"--store {store} --profile taxcaddy"
    for command in (
        f"clients {place} --status offline,duplicate",
        f"clients {place} --status missing-tax-info",
        f"status {late} --event disconnect {place}",
        f"plan {paths['bulk-edit.xlsx']} {place}   (edit it first)",
    ):
        speak.note(f"  clientimport {command}")
    return 0


class _Story:
    """What is done, told step by step.

    Attributes:
        messages: The product's words.
        steps: What was done, in JSON types.
    """

    def __init__(self, host: Importer, speak: Face) -> None:
        self._host = host
        self._speak = speak
        self.messages = Messages(speak.lang, host.profile)
        self.steps: list[dict[str, Any]] = []

    def brings(self, title: str, path: Path, report: Path | None) -> None:
        """Import the file at *path*; write the report of all its rows."""
        with self._host.plan(path) as plan:
            receipt = self._host.apply(plan)
        exceptions = receipt.exceptions
        if report is not None:
            exceptions.to_xlsx(report)
        comments = Counter(row.comment for row in exceptions.rows())
        self._step(title, {"file": path.name, "run": receipt.run, "outcomes": dict(receipt.counts)}, comments)

    def moves(self, title: str, clients: Sequence[str], event: str) -> None:
        """Fire *event* for *clients*."""
        done = self._host.fire(clients, event)
        self._step(title, {"event": event, "moved": len(done.moved), "refused": len(done.refused)}, Counter())

    def says(self, title: str) -> None:
        """Tell one step more."""
        if not self._speak.json:
            click.echo(f"{len(self.steps) + 1}. {title}.")

    def statuses(self) -> dict[str, int]:
        """State -> how many clients are in it."""
        return dict(Counter(client.status for client in self._host.clients()))

    def _step(self, title: str, done: dict[str, Any], comments: Counter[str]) -> None:
        statuses = self.statuses()
        said = {comment: count for comment, count in comments.items() if comment}
        self.says(title)
        self.steps.append({"title": title, **done, "comments": said, "statuses": statuses})
        if self._speak.json:
            return
        for comment, count in said.items():
            click.echo(visible(f"     {count:>3} refused: {comment}"))
        words = ", ".join(f"{count} {self.messages.state(state)}" for state, count in statuses.items())
        click.echo(f"     now {words}\n")


def _write(path: Path, lines: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADERS, *lines])
