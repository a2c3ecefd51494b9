"""Invitations from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.asking import Cli
from tests.invitations.mailserver import mail_server

TEMPLATES = """
default_language = "nl"
[templates.welcome.nl]
subject = "Welkom"
body = "Dag {name}"
"""
CLIENTS = "Name,E-mail\nJan Peeters,jan@voorbeeld.be\nEls Maes,els@voorbeeld.be\nRita Simons,\n"
GOING = ("--templates", "templates.toml")


@pytest.fixture
def office(cli: Cli, tmp_path: Path) -> Cli:
    (tmp_path / "templates.toml").write_text(TEMPLATES, encoding="utf-8")
    (tmp_path / "clients.csv").write_text(CLIENTS, encoding="utf-8")
    assert cli("apply", "clients.csv", "--yes")[0] == 0
    return cli


def said(answer: tuple[int, str, str], code: int = 0) -> dict[str, Any]:
    assert answer[0] == code, answer
    return dict(json.loads(answer[1]))


def test_from_the_first_look_to_the_last_message(office: Cli, tmp_path: Path) -> None:
    """Each command as JSON, with the keys that the reference names."""
    seen = said(office("invite", "preview", "--all", *GOING, "--json"))
    assert [each["to"] for each in seen["messages"]] == ["jan@voorbeeld.be", "els@voorbeeld.be"]
    assert set(seen["messages"][0]) == {"id", "client", "template", "language", "to", "subject", "body", "shows"}
    assert seen["languages"] == {"nl": 2}
    assert seen["without"] == [{"client": "3", "reason": "no-email", "id": "", "detail": ""}]

    queued = said(office("invite", "queue", "--all", "--json"), code=1)
    assert [row["id"] for row in queued["queued"]] == ["1", "2"]
    assert queued["refused"] == seen["without"]

    with mail_server() as server:
        url = f"smtp+none://127.0.0.1:{server.port}?from=office@firm.example"
        first = said(office("invite", "send", *GOING, "--sender", url, "--limit", "1", "--yes", "--json"))
        assert (len(first["sent"]), first["left"], first["stopped"]) == (1, 1, "")
        server.drops.add("els@voorbeeld.be")
        second = said(office("invite", "send", *GOING, "--sender", url, "--yes", "--json"), code=1)
        assert [row["id"] for row in second["unknown"]] == ["2"]
        server.drops.clear()
        third = said(office("invite", "send", *GOING, "--sender", url, "--again", "2", "--yes", "--json"))
        assert [row["id"] for row in third["sent"]] == ["2"]
        assert server.recipients == ["jan@voorbeeld.be", "els@voorbeeld.be", "els@voorbeeld.be"]

    assert said(office("invite", "queue", "1", "--template", "reminder", "--not-before", "2099-01-01", "--json"))[
        "queued"
    ]
    assert said(office("invite", "cancel", "3", "--json")) == {"cancelled": ["3"]}
    rows = said(office("invite", "list", "--json"))["invitations"]
    assert [(row["id"], row["state"]) for row in rows] == [("1", "sent"), ("2", "sent"), ("3", "cancelled")]
    assert [row["id"] for row in said(office("invite", "list", "--state", "cancelled", "--json"))["invitations"]] == [
        "3"
    ]


def test_as_text_in_three_languages(office: Cli, tmp_path: Path) -> None:
    """What a person reads."""
    code, out, _ = office("invite", "preview", "--all", *GOING, "--limit", "1", "--lang", "nl")
    assert code == 0
    assert "Berichten die zouden gaan: 2" in out
    assert "  Welkom\n  | Dag Jan Peeters\n" in out
    assert "els@voorbeeld.be" in out
    assert "2 in het Nederlands" in out
    assert "Klant 3: heeft geen e-mailadres" in out
    assert office("invite", "queue", "1", "2")[1] == "Queued: 2\n"
    sender = f"folder:{tmp_path / 'out'}?from=office@firm.example"
    code, out, _ = office("invite", "send", *GOING, "--sender", sender, "--yes", "--lang", "fr")
    assert (code, out.splitlines()[0]) == (0, "Envoyés: 2")
    assert len(list((tmp_path / "out").iterdir())) == 2
    code, out, _ = office("invite", "list")
    assert [line.split()[:4] for line in out.splitlines()[1:]] == [
        ["1", "1", "welcome", "nl"],
        ["2", "2", "welcome", "nl"],
    ]
    assert office("invite", "cancel", "--all")[1] == "Called off: 0\n"


def test_what_is_not_possible_is_said(office: Cli) -> None:
    """Nothing is sent unless somebody says so; nothing is asked where nobody can answer."""
    assert office("invite")[0] == 2
    assert office("invite", "queue")[0] == 2
    assert office("invite", "cancel")[0] == 2
    office("invite", "queue", "1")
    code, _, err = office("invite", "send", *GOING, "--sender", "folder:out?from=o@firm.example")
    assert (code, "--yes" in err) == (2, True)
    code, _, err = office("invite", "send", *GOING, "--sender", "pigeon:x", "--yes")
    assert (code, "sender" in err) == (2, True)
    code, _, err = office("invite", "cancel", "1", "--permission", "clients.add")
    assert (code, "invitations.send" in err) == (2, True)
    code, _, err = office("invite", "send", *GOING, "--sender", "smtp+none://127.0.0.1:1?from=o@firm.example", "--yes")
    assert code == 1


def test_a_person_is_shown_who_gets_what_and_asked(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last check."""
    office("invite", "queue", "1", "2")
    answers = iter([False, True])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda text: next(answers))
    sender = ("--sender", "folder:out?from=o@firm.example", "--limit", "1")
    code, out, err = office("invite", "send", *GOING, *sender)
    assert (code, err) == (0, "Nothing was sent.\n")
    assert [line.split() for line in out.splitlines()] == [
        ["1", "in", "Dutch"], ["CLIENT", "TEMPLATE", "LANGUAGE", "TO"], ["1", "welcome", "nl", "jan@voorbeeld.be"],
    ]  # fmt: skip
    code, out, err = office("invite", "send", *GOING, *sender)
    assert (code, "Sent: 1" in out) == (0, True)


def test_undo_names_what_was_sent(office: Cli, tmp_path: Path) -> None:
    """Nobody takes that back."""
    (tmp_path / "inviting.toml").write_text('name = "inviting"\n[invitations]\non_import = true\n', encoding="utf-8")
    (tmp_path / "more.csv").write_text("Name,E-mail\nAn Bol,an@voorbeeld.be\n", encoding="utf-8")
    receipt = said(office("apply", "more.csv", "--profile", "inviting.toml", "--yes", "--json"))
    own = ("--profile", "inviting.toml")
    office("invite", "send", *GOING, "--sender", "folder:out?from=o@firm.example", "--yes", *own)
    undone = said(office("undo", receipt["run"], "--json"))
    assert [(each["client"], each["reason"], each["why"]) for each in undone["kept"]] == [
        ("4", "invitation-sent", "an invitation was sent, which nobody can take back")
    ]


TAX = """
name = "tax"
[invitations]
on_import = true
shows = ["city"]
count_unsent = true
[invitations.messages.welcome]
from = ["not-sent"]
event = "send"
[labels]
unsent = "questionnaires not sent yet"
[lifecycle]
states = [{name = "not-sent", label = "Niet verzonden"}, {name = "sent"}]
events = [{name = "send", from = ["not-sent"], to = "sent"}]
"""


def test_the_states_of_a_profile(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an import queued, the last check with the fields that the profile shows, who moved, and what is left to do."""
    (tmp_path / "templates.toml").write_text(TEMPLATES, encoding="utf-8")
    (tmp_path / "tax.toml").write_text(TAX, encoding="utf-8")
    (tmp_path / "new.csv").write_text("Name,E-mail,City\nJan,jan@voorbeeld.be,Gent\nEls,els@voorbeeld.be,\n", "utf-8")
    tax = ("--profile", "tax.toml")
    code, out, _ = cli("apply", "new.csv", *tax, "--yes")
    assert (code, out.splitlines()[-1]) == (0, "questionnaires not sent yet: 2")
    assert "  Messages queued         2" in out

    seen = said(cli("invite", "preview", *GOING, *tax, "--json"))
    assert (seen["languages"], [each["shows"] for each in seen["messages"]]) == (
        {"nl": 2}, [{"city": "Gent"}, {"city": None}],
    )  # fmt: skip
    shown = cli("invite", "preview", *GOING, *tax, "--limit", "1")[1].splitlines()
    assert shown[:4] == ["Messages that would go: 2", "2 in Dutch", "", "jan@voorbeeld.be  (client 1, welcome, nl)"]
    assert shown[4] == "  City: Gent"
    assert shown[-1].split() == ["2", "nl", "els@voorbeeld.be", "(empty)"]
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda text: False)
    table = cli("invite", "send", *GOING, *tax, "--sender", "folder:out?from=o@firm.example")[1].splitlines()
    assert [line.split() for line in table[:3]] == [
        ["2", "in", "Dutch"],
        ["CLIENT", "TEMPLATE", "LANGUAGE", "TO", "CITY"],
        ["1", "welcome", "nl", "jan@voorbeeld.be", "Gent"],
    ]

    send = ("invite", "send", *GOING, *tax, "--sender", "folder:out?from=o@firm.example", "--yes", "--limit", "1")
    done = said(cli(*send, "--json"))
    assert (done["moved"], bool(done["run"])) == (["1"], True)
    assert "Moved: 1 (run " in cli(*send)[1]
    code, out, _ = cli("invite", "queue", "1", *tax)
    assert (code, out.splitlines()[-1]) == (1, "Client 1: has this message already: queued, sent, or perhaps sent")
    other = cli("invite", "preview", "1", "--template", "welcome", *GOING, *tax)[1]
    assert "has this message already" in other
    undone = said(cli("undo", done["run"], "--json"))
    assert [each["reason"] for each in undone["kept"]] == ["invitation-sent"]
