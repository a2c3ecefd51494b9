"""``clientimport demo --profile accounton``: customers imported, chosen for, added, and their questionnaires sent later.

Everybody in it is invented.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientimport.cli.demo import START, empty_folder
from clientimport.cli.output import Face, table
from clientimport.errors import PermissionRefusedError
from clientimport.messages import Messages, visible

if TYPE_CHECKING:
    from clientimport.handles import Plan
    from clientimport.importer import Importer

FILES = ("klanten.xlsx", "clients.db", "exceptions.xlsx", "questionnaires.toml")
OUTGOING = "outgoing"
DUTCH = "checklist van de personenbelasting"
FRENCH = "checklist de l'impôt des personnes physiques"

HEADS = (
    "Firstname", "Lastname", "Email", "Mobile Number", "National number", "Community", "Label", "Firstname partner", "Lastname partner",
    "National number partner",
)  # fmt: skip
KNOWN = (
    ("Els", "Maes", "els@maes.example", "", "850730-033-28", "Gent", "An", "", "", ""),
    ("Piet", "Vos", "piet@vos.example", "", "", "Lier", "An", "", "", ""),
)
"""Customers that are in Accounton before the workbook comes."""
CUSTOMERS = (
    ("Jan", "Peeters", "jan@peeters.example", "0470 00 00 01", "930518-223-61", "Antwerpen", "An", "Mia", "Claes", "854152-001-26"),
    ("Luc", "Dubois", "luc@dubois.example", "0470 00 00 02", "984518-223-58", "Namur", "Kim", "", "", ""),
    ("Rita", "Simons", "rita@simons.example", "", "", "Aalst", "Kim", "", "", ""),
    ("Tom", "Aerts", "home@aerts.example", "", "", "Mol", "An", "", "", ""),
    ("Bo", "Aerts", "home@aerts.example", "", "", "Mol", "An", "", "", ""),
    ("Els", "Maes", "els@maes.example", "0470 00 00 03", "850730-033-28", "Brugge", "Kim", "", "", ""),
    ("Dirk", "Jacobs", "dirk jacobs@mail.example", "", "", "Brussel", "An", "", "", ""),
    ("Hilde", "Wouters", "hilde@wouters.example", "", "930518-223-62", "Gent", "An", "", "", ""),
)  # fmt: skip
"""One row a declaration: a couple in one, a couple in two, one that is known, and two that cannot go in."""

QUESTIONNAIRES = '''default_language = "nl"

[values]
office = "Kantoor Voorbeeld"

[templates.questionnaire.nl]
subject = "Uw vragenlijst van {office}"
body = """
Dag {first_name},

vul alstublieft in: {questionnaire}
https://office.example/customer?id={client}
"""

[templates.questionnaire.fr]
subject = "Votre questionnaire de {office}"
body = """
Bonjour {first_name},

merci de remplir : {questionnaire}
https://office.example/customer?id={client}
"""
'''


def run_demo(folder: Path, speak: Face) -> int:
    """Make a template in *folder*, fill it in, import it, choose, add, and send.

    Raises:
        SettingsError: the folder holds other things under the demo's names.
    """
    from clientimport.core.client import Actor
    from clientimport.importer import Importer

    paths = empty_folder(folder, FILES)
    for left in (folder / OUTGOING).glob("*.eml"):
        left.unlink()
    paths["questionnaires.toml"].write_text(QUESTIONNAIRES, encoding="utf-8")
    store, runs = f"sqlite:///{paths['clients.db']}", (f"demo-{number}" for number in itertools.count(1))

    def opened(name: str, role: str) -> Importer:
        actor = Actor(name=name, roles={role})
        return Importer(store, profile="accounton", actor=actor, clock=lambda: START, new_id=lambda: next(runs))

    with opened("kim", "Admin") as host, opened("lee", "Accountant") as accountant:
        messages = Messages(speak.lang, host.profile)
        with host.plan(_rows(KNOWN), system="crm") as known:
            host.apply(known.choose(language="Dutch", questionnaire=DUTCH))
        _fill_in(host, paths["klanten.xlsx"])
        speak.note(f"1. Made {paths['klanten.xlsx']} from the template: one row is one declaration.")
        try:
            accountant.plan(paths["klanten.xlsx"])
        except PermissionRefusedError as error:
            refused = str(error)
        _say(speak, f"2. An Accountant may not import: {refused}")
        with host.plan(paths["klanten.xlsx"], system="crm") as plan:
            done = _added(host, plan, paths, messages, speak)
        done |= _sent(host, paths, folder / OUTGOING, messages, speak)
        done["clients"] = {client.name: client.status for client in host.clients()}
    done |= {"accountant": refused, "folder": str(folder), "files": [*FILES, OUTGOING], "store": store}
    speak.show(lambda: done, list)
    for line in _what_next(store, paths):
        speak.note(line)
    return 0


def _added(host: Importer, plan: Plan, paths: Mapping[str, Path], messages: Messages, speak: Face) -> dict[str, Any]:
    """The groups, who is refused and who waits; then what was chosen, and what was added."""
    overview = plan.overview()
    _say(speak, "3. The import beside Accounton:", *(
        f"     {overview.label(name, speak.lang)}: {group.count}" for name, group in overview.groups.items()
    ))  # fmt: skip
    held = host.apply(plan)
    _say(speak, f"4. Added without a choice: {held.created}. Each waits, and what is wrong is named:", *(
        f"     {messages.word('row')} {row.row}: {reason}"
        for row in held.exceptions.in_language(speak.lang).rows()
        for reason in row.comment.splitlines()
    ))  # fmt: skip
    luc = [str(entry.id) for entry in overview.only_in_import if entry.name == "Luc Dubois"]
    with host.plan(paths["klanten.xlsx"], system="crm") as again:  # what could go in without a choice did
        chosen = again.choose(luc, language="French", questionnaire=FRENCH)
        with chosen.choose(language="Dutch", questionnaire=DUTCH) as decided:
            receipt = host.apply(decided)
        chosen.close()
    receipt.exceptions.in_language(speak.lang).to_xlsx(paths["exceptions.xlsx"])
    _say(speak, f"5. Chosen: Dutch and {DUTCH} for all, French and {FRENCH} for Luc Dubois.", *(
        f"     {line}" for line in receipt.to_text(speak.lang).splitlines()[-1:]
    ))  # fmt: skip
    return {
        "groups": {name: group.count for name, group in overview.groups.items()},
        "held": held.counts["held"],
        "run": receipt.run,
        "outcomes": dict(receipt.counts),
        "unsent": receipt.unsent,
        "refused": [row.comment for row in receipt.exceptions.rows()],
    }


def _sent(host: Importer, paths: Mapping[str, Path], outgoing: Path, messages: Messages, speak: Face) -> dict[str, Any]:
    """The last check; then to one, and to all that have none."""
    from clientimport.adapters.senders.folder import FolderSender

    said, style = paths["questionnaires.toml"], host.profile.invitations
    check = host.invitations.preview(said, clients=host.clients(), template=style.template)
    rows = [
        (each.client, each.message.language, each.message.to, str(each.shows.get("questionnaire") or ""))
        for each in check.messages
    ]
    in_each = ", ".join(messages.in_language(language, count) for language, count in check.languages.items())
    _say(speak, f"6. The last check: {in_each}.", *(f"     {line}" for line in table(rows)))
    first = check.messages[0].client
    acts = []
    everybody = [client.id for client in host.clients()]
    for number, (title, clients) in enumerate((("to one", [first]), ("to all the others", everybody)), start=7):
        queueing = host.invitations.queue(clients, template=style.template)
        sending = host.invitations.send(said, FolderSender(outgoing, sender="Kantoor <office@office.example>"))
        acts.append({"queued": len(queueing.queued), "refused": len(queueing.refused), "sent": len(sending.sent)})
        _say(speak, f"{number}. Sent {title}: {len(sending.sent)}.", *(
            f"     {client.name:<16} {messages.state(client.status)}" for client in host.clients()
        ))  # fmt: skip
    return {"preview": check.to_dict(), "acts": acts}


def _rows(customers: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    return [{"person": "person", **dict(zip(HEADS, customer, strict=True))} for customer in customers]


def _fill_in(host: Importer, path: Path) -> None:
    """The template with the customers, as somebody types them."""
    from openpyxl import load_workbook

    host.template(path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    places = {str(cell.value): cell.column for cell in sheet[1]}
    for number, row in enumerate(_rows(CUSTOMERS), start=2):
        for heading, text in row.items():
            sheet.cell(row=number, column=places[heading] or 0, value=text or None)
    book.save(path)


def _say(speak: Face, *lines: str) -> None:
    if not speak.json:
        for line in lines:
            click.echo(visible(line))
        click.echo()


def _what_next(store: str, paths: Mapping[str, Path]) -> Iterator[str]:
    yield f"Rows to mend, with the reasons: {paths['exceptions.xlsx']}. Every message: {paths['klanten.xlsx'].parent / OUTGOING}"
    yield "\nTry next:"
    place = f"--store {store} --profile accounton"
    for command in (
        f"clients {place} --lang nl",
        f"plan {paths['exceptions.xlsx']} {place} --role Accountant   (refused)",
        f"review {paths['klanten.xlsx']} {place}",
        f"invite list {place}",
        "template --profile accounton --out template.xlsx",
    ):
        yield f"  clientimport {command}"
