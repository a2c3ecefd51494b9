"""Choosing for new clients on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.asking import Cli

ROWS = "person;Firstname;Lastname;Email\nperson;Jan;Peeters;jan@mail.example\nperson;Els;Maes;els@mail.example\n"
PLACE = ("--profile", "accounton")
DUTCH = "checklist van de personenbelasting"
CHOSEN = ("--choose", "language=Dutch", "--choose", f"questionnaire={DUTCH}")


@pytest.fixture(autouse=True)
def _file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "klanten.csv").write_text(ROWS, encoding="utf-8")


def test_without_a_choice_it_does_not_look_like_success(cli: Cli) -> None:
    """Exit code 1, how many wait and for what, and how to go on."""
    code, said, notes = cli("apply", "klanten.csv", "--yes", *PLACE)

    assert code == 1
    assert "Choose a language for the new clients that have none. So many wait for it: 2." in said
    assert "Add --choose questionnaire=" in notes
    code, said, _ = cli("apply", "klanten.csv", "--yes", "--json", *PLACE)
    assert (code, json.loads(said)["created"], json.loads(said)["outcomes"]["held"]) == (1, 0, 2)
    code, said, _ = cli("plan", "klanten.csv", "--json", *PLACE)
    assert code == 1
    assert [(each["id"], each["records"]) for each in json.loads(said)["conflicts"]] == [
        ("choose:language", 2),
        ("choose:questionnaire", 2),
    ]


def test_a_choice_adds_them(cli: Cli) -> None:
    code, said, notes = cli("apply", "klanten.csv", "--yes", *PLACE, *CHOSEN)

    assert (code, "Add --choose" in notes) == (0, False)
    assert said.splitlines()[-1] == "Questionnaires not sent yet: 2"
    code, said, _ = cli("clients", *PLACE)
    assert said.count("    Status: Not sent") == 2
    assert said.count(f"    Questionnaire: {DUTCH}") == 2
    code, said, _ = cli("clients", "--json", *PLACE)
    assert [(each["status"], each["questionnaire"]) for each in json.loads(said)["clients"]] == [
        ("not-sent", DUTCH)
    ] * 2


def test_a_saved_plan_takes_choices_too(cli: Cli, tmp_path: Path) -> None:
    """And a file of decisions may choose otherwise for one of them."""
    cli("plan", "klanten.csv", "--out", "plan.jsonl", *PLACE)
    _, said, _ = cli("review", "plan.jsonl", "--json")
    els = next(each["id"] for each in json.loads(said)["only_in_import"] if each["name"] == "Els Maes")
    decided = {f"choose:language:{els}": "French", "choose:language": "English"}
    (tmp_path / "own.json").write_text(json.dumps(decided), encoding="utf-8")

    code, _, _ = cli("apply", "plan.jsonl", "--yes", "--decisions", "own.json", *CHOSEN)

    assert code == 0
    _, said, _ = cli("clients", "--json", *PLACE)
    assert [each["language"] for each in json.loads(said)["clients"]] == ["nl", "fr"]


@pytest.mark.parametrize(
    ("choose", "said"),
    [
        (("--choose", "language"), "NAME=VALUE"),
        (("--choose", "language=German"), "Dutch, French, English"),
        (("--choose", "city=Gent"), "language, questionnaire"),
        (("--choose", "language=nl", "--choose", "language=fr"), "each field once"),
    ],
)
def test_what_cannot_be_chosen_is_refused(cli: Cli, choose: tuple[str, ...], said: str) -> None:
    code, _, notes = cli("apply", "klanten.csv", "--yes", *PLACE, *choose)

    assert code == 2
    assert said in notes


def test_an_accountant_is_refused(cli: Cli) -> None:
    """Before the file is opened."""
    code, said, notes = cli("plan", "klanten.csv", "--role", "Accountant", *PLACE)

    assert (code, said) == (2, "")
    assert "Admin" in notes


def test_who_acts_is_said_with_a_saved_plan_too(cli: Cli) -> None:
    """A role is the actor's, and not fixed when the plan was made."""
    assert cli("plan", "klanten.csv", *PLACE, *CHOSEN, "--role", "Admin", "--out", "plan.jsonl")[0] == 0
    code, _, said = cli("apply", "plan.jsonl", "--yes", "--role", "Accountant")
    assert (code, "(Admin)" in said) == (2, True)
    assert cli("apply", "plan.jsonl", "--yes", "--role", "Admin")[0] == 0
