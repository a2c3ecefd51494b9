"""Moving clients to another state on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientimport.cli.running import DONE, LEFT, WRONG
from tests.cli.asking import Cli, answer

FUNDS = """Client Name,SMSF ID,ABN Number
Banksia Super Fund,F1,65 000 000 101
Wattle Family Fund,F2,31 000 000 202
"""
SMSF = ("--profile", "smsf-sorted")
FREE = ("--guard", "no-work-in-progress=none")


@pytest.fixture
def funds(cli: Cli, tmp_path: Path) -> Cli:
    """A command line with two funds that are in already."""
    (tmp_path / "funds.csv").write_text(FUNDS, encoding="utf-8")
    assert answer(cli, "apply", "funds.csv", *SMSF, "--yes")["outcomes"]["created"] == 2
    return cli


def test_a_preview_then_the_move(funds: Cli) -> None:
    """Each client with its outcome, costs in exact text; those in one state can be listed."""
    charges = ("--charge", "active=55.00", "--charge", "inactive=11.00")
    move = ("status", "1", "2", "--event", "deactivate", *SMSF, *charges, "--guard", "no-work-in-progress=2")
    seen = answer(funds, *move, "--preview", code=LEFT)
    assert (seen["preview"], seen["run"], seen["moved"], seen["refused"]) == (True, None, 1, 1)
    assert seen["total"] == {"currency": "AUD", "before": "55.00", "after": "11.00", "months": 0, "back": "0"}
    done = answer(funds, *move, code=LEFT)
    assert done["run"] is not None
    assert {**done, "run": None, "preview": True} == seen
    assert [client["text"] for client in done["clients"]] == [None, '"Deactivate" is held back: no-work-in-progress']
    assert answer(funds, "status", "1", "--event", "deactivate", *SMSF, *FREE)["moved"] == 0

    listed = answer(funds, "clients", *SMSF, "--status", "inactive")["clients"]
    assert [(client["id"], client["status"]) for client in listed] == [("1", "inactive")]
    _, out, _ = funds("clients", *SMSF, "--status", "inactive")
    assert "Status: Inactive Clients" in out
    run = answer(funds, "runs")["runs"][-1]
    assert (run["kind"], run["counts"]) == ("status", {"moved": 1, "refused": 1})
    assert answer(funds, "undo", done["run"], "--role", "Manager")["reversed"] == 1
    assert answer(funds, "clients", *SMSF, "--status", "inactive")["clients"] == []


def test_what_a_person_reads_can_be_typed(funds: Cli) -> None:
    """A state and an event by what they are called, in whichever language; what is called so nowhere is refused."""
    assert answer(funds, "status", "1", "--event", "DEACTIVATE", *SMSF, *FREE)["event"] == "deactivate"
    for said in ("Inactive Clients", "inactive clients", "inactive"):
        assert [client["id"] for client in answer(funds, "clients", *SMSF, "--status", said)["clients"]] == ["1"]
    assert answer(funds, "clients", "--profile", "accounton", "--status", "Ingevuld, Envoyé")["clients"] == []
    assert funds("clients", *SMSF, "--out", "c.csv", "--status", "Active Clients")[0] == DONE
    code, _, err = funds("clients", *SMSF, "--status", "asleep")
    assert (code, "Allowed: active, inactive, deleted" in err) == (WRONG, True)


def test_what_a_person_reads(funds: Cli) -> None:
    """In their language; how to take it back stands beside it."""
    code, out, err = funds("status", "1", "2", "--event", "deactivate", *SMSF, *FREE, "--lang", "nl")
    assert (code, out.splitlines()) == (
        DONE,
        [
            "1  Banksia Super Fund: Active Clients > Inactive Clients",
            "2  Wattle Family Fund: Active Clients > Inactive Clients",
            "Verplaatst: 2",
            "Geweigerd: 0",
        ],
    )
    assert "clientimport undo" in err
    deleted = answer(funds, "status", "1", "--event", "delete", *SMSF)
    code, out, _ = funds("undo", deleted["run"])
    assert (code, "nothing leaves the state that the client is in" in out) == (DONE, True)
    _, out, _ = funds("status", "2", "--event", "reactivate", "--preview", *SMSF)
    assert out.splitlines()[0] == "2  Wattle Family Fund: Inactive Clients > Active Clients"


def test_what_cannot_be(funds: Cli) -> None:
    """A missing guard, event, state, role or client is a wrong setting, and names what there is."""
    for arguments, said in (
        (("status", "1", "--event", "deactivate", *SMSF), "no-work-in-progress=none"),
        (("status", "1", "--event", "deactivat", *SMSF, *FREE), "Did you mean 'deactivate'?"),
        (("status", "9", "--event", "deactivate", *SMSF, *FREE), "client = '9'"),
        (("status", "1", "--event", "deactivate", *SMSF, *FREE, "--role", "Chief"), "Allowed: Business Admin"),
        (("status", "1", "--event", "deactivate", *SMSF, *FREE, "--role", "Manager"), "Business Admin or Super User"),
        (("status", "1", "--event", "deactivate", *SMSF, "--charge", "gone=1"), "charges = 'gone'"),
        (("status", "1", "--event", "deactivate", *SMSF, "--charge", "active=much"), "exact amount"),
        (("status", "1", "--event", "deactivate", *SMSF, "--guard", "none"), "NAME=VALUE"),
        (("clients", *SMSF, "--status", "gone"), "Allowed: active, inactive, deleted"),
    ):
        code, _, err = funds(*arguments)
        assert (code, said in err) == (WRONG, True), (arguments, err)


def test_removing_is_shown_done_and_taken_back(cli: Cli, tmp_path: Path) -> None:
    """With the same keys as an event; who must stay is named."""
    (tmp_path / "two.csv").write_text(
        "Name,E-mail\nAn Bol,an@voorbeeld.be\nTom Claes,tom@voorbeeld.be\n", encoding="utf-8"
    )
    assert answer(cli, "apply", "two.csv", "--yes")["created"] == 2
    assert cli("openings", "set", "2", "10.00", "--currency", "EUR")[0] == DONE
    seen = answer(cli, "status", "1", "2", "--remove", "--preview", code=LEFT)
    assert (seen["event"], seen["preview"], seen["run"], seen["moved"], seen["refused"]) == ("remove", True, None, 1, 1)
    assert [(client["after"], client["why"]) for client in seen["clients"]] == [
        ("removed", None),
        (None, {"why": "has-opening"}),
    ]
    code, out, err = cli("status", "1", "2", "--remove")
    assert code == LEFT
    first, second, *counts = out.splitlines()
    assert first == "1  An Bol: active > removed"
    assert second.startswith("2  Tom Claes: active. The client has an opening balance")
    assert counts == ["Removed: 1", "Refused: 1"]
    assert len(answer(cli, "clients")["clients"]) == 1
    run = answer(cli, "runs")["runs"][-1]
    assert (run["kind"], run["counts"]) == ("status", {"refused": 1, "removed": 1})
    assert f"clientimport undo {run['run']}" in err
    assert answer(cli, "undo", run["run"])["reversed"] == 1
    assert len(answer(cli, "clients")["clients"]) == 2


@pytest.mark.parametrize("options", [(), ("--event", "deactivate", "--remove")])
def test_it_wants_an_event_or_to_remove(funds: Cli, options: tuple[str, ...]) -> None:
    """One of them, not both."""
    code, _, err = funds("status", "1", *options, *SMSF)
    assert code == WRONG
    assert "--event NAME, or --remove" in err
