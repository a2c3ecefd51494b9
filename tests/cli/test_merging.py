"""The merge policy from the command line, and what is said of what was done already."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.asking import Cli

LAST = "Id,Name,City,Phone\n1,Ann,Gent,+32 470 00 00 01\n"
THIS = "Id,Name,City,Phone\n1,Ann,Aalst,+32 470 00 00 02\n"


@pytest.fixture
def changed(cli: Cli) -> Cli:
    """A store with last year's client, and this year's file in which she moved, from another program."""
    Path("last.csv").write_text(LAST, encoding="utf-8")
    Path("this.csv").write_text(THIS, encoding="utf-8")
    assert cli("apply", "last.csv", "--yes", "--country", "BE", "--set", "external_id=Id", "--system", "old")[0] == 0
    return cli


def plan(cli: Cli, *options: str) -> tuple[int, dict[str, int]]:
    code, out, _ = cli(
        "plan", "this.csv", "--json", "--country", "BE", "--set", "external_id=Id", "--system", "new", *options
    )
    return code, {name: count for name, count in json.loads(out)["dispositions"].items() if count}


def test_a_policy_for_all_or_for_one_field(changed: Cli) -> None:
    assert plan(changed) == (1, {"conflict": 1})
    assert plan(changed, "--merge", "keep") == (0, {"unchanged": 1})
    assert plan(changed, "--merge", "overwrite") == (0, {"update": 1})
    assert plan(changed, "--merge", "city=keep") == (1, {"conflict": 1})
    assert plan(changed, "--merge", "keep", "--merge", "city=overwrite") == (0, {"update": 1})
    assert plan(changed, "--merge", "city=overwrite", "--merge", "keep") == (0, {"update": 1})  # in any order


def test_systems_lead_in_the_order_given(changed: Cli) -> None:
    assert plan(changed, "--merge", "leading", "--lead", "new", "--lead", "old") == (0, {"update": 1})
    assert plan(changed, "--merge", "leading", "--lead", "old", "--lead", "new") == (0, {"unchanged": 1})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--merge", "mine"], "fill_blank"),
        (["--merge", "city=mine"], "fill_blank"),
        (["--merge", "town=keep"], "town"),
        (["--merge", "leading"], "leading one first"),
        (["--merge", "ask", "--merge", "keep"], "one policy for all fields"),
        (["--merge", "city=ask", "--merge", "city=keep"], "one for each field"),
        (["--lead", "old"], "--merge leading"),
        (["--leaving-share", "2"], "leaving_share"),
    ],
)
def test_what_cannot_be_is_refused(changed: Cli, options: list[str], said: str) -> None:
    code, _, err = changed("plan", "this.csv", *options)
    assert (code, said in err) == (2, True), err


def test_the_share_of_those_who_must_be_listed(changed: Cli) -> None:
    Path("other.csv").write_text("Id,Name,City,Phone\n2,Bob,Gent,+32 470 00 00 09\n", encoding="utf-8")
    decisions = Path("leave.json")
    decisions.write_text(json.dumps({"clients:not-listed": "deactivate"}), encoding="utf-8")
    common = (
        "plan",
        "other.csv",
        "--json",
        "--country",
        "BE",
        "--set",
        "external_id=Id",
        "--system",
        "old",
        "--decisions",
        "leave.json",
    )
    code, out, _ = changed(*common)
    assert (code, json.loads(out)["leaving"]) == (1, {})
    code, out, _ = changed(*common, "--leaving-share", "0")
    assert (code, json.loads(out)["leaving"]) == (0, {"deactivate": 1})


def test_what_was_done_already_is_said(changed: Cli) -> None:
    assert changed("plan", "this.csv", "--merge", "overwrite", "--out", "plan.jsonl", "--set", "external_id=Id")[0] == 0
    _, _, err = changed("apply", "plan.jsonl", "--yes")
    assert "applied already" not in err
    for command in (["plan", "plan.jsonl"], ["review", "plan.jsonl"], ["apply", "plan.jsonl", "--yes"]):
        _, _, err = changed(*command)
        assert "This plan was applied already" in err
    _, out, _ = changed("runs", "--json")
    run = json.loads(out)["runs"][-1]["run"]
    _, _, err = changed("undo", run)
    assert "undone already" not in err
    _, _, err = changed("undo", run)
    assert "It was undone already, by run" in err
    _, _, err = changed("plan", "plan.jsonl")
    assert "applied already" not in err
