"""Opening balances, payments and periods on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from clientimport.cli.running import DONE, LEFT, WRONG
from tests.cli.asking import Cli, answer

DEBTORS = """Name;E-mail;Opening balance;Opening balance date;Opening balance currency
An Peeters;an@mail.example;1.234,56;31/12/2025;
Bram Claes;bram@mail.example;-45,00;31/12/2025;
Cy Young;cy@mail.example;10.00;;USD
;wie@mail.example;5,00;;
"""


@pytest.fixture
def debtors(cli: Cli, tmp_path: Path) -> Cli:
    """A command line with a list of debtors that is in already."""
    (tmp_path / "debtors.csv").write_text(DEBTORS, encoding="utf-8")
    done = answer(cli, "apply", "debtors.csv", "--as-at", "2026-01-01", "--yes", code=LEFT)
    assert done["openings_posted"] == 3
    assert done["openings"] == {"EUR": "1189.56", "USD": "10.00"}
    assert done["residue"] == {"EUR": "-1189.56", "USD": "-10.00"}
    return cli


def test_a_plan_tells_what_would_be_posted(cli: Cli, tmp_path: Path) -> None:
    """Totals, clients, and whether the control total is met."""
    (tmp_path / "debtors.csv").write_text(DEBTORS, encoding="utf-8")
    plan = answer(cli, "plan", "debtors.csv", "--control-total", "EUR=1189.56", "--control-total", "usd=11", code=LEFT)

    assert plan["openings"] == {"EUR": "1189.56", "USD": "10.00"}
    assert plan["postings"] == {"EUR": 2, "USD": 1}
    assert [(tie["currency"], tie["difference"], tie["ties"]) for tie in plan["tie_out"]] == [
        ("EUR", "0.00", True),
        ("USD", "-1.00", False),
    ]
    done = answer(cli, "apply", "debtors.csv", "--control-total", "USD=11", "--yes", code=LEFT)
    assert (done["openings_posted"], done["openings_blocked"]) == (2, 1)
    twice = ("--control-total", "EUR=1", "--control-total", "EUR=2")
    assert cli("plan", "debtors.csv", *twice)[0] == WRONG
    for wrong in ("EUR", "EUR=much", "EUR=1.234", "EURO=1"):
        assert cli("plan", "debtors.csv", "--control-total", wrong)[0] == WRONG


def test_clients_show_what_they_owe(debtors: Cli) -> None:
    """Per currency."""
    clients = answer(debtors, "clients")["clients"]

    assert [client["balance"] for client in clients] == [{"EUR": "1234.56"}, {"EUR": "-45.00"}, {"USD": "10.00"}]
    assert "1234.56 EUR" in debtors("clients")[1]


def test_openings_are_listed(debtors: Cli) -> None:
    """With the keys that programs rely on."""
    openings = answer(debtors, "openings", "list")["openings"]

    assert [
        (each["client"], each["client_name"], each["amount"], each["currency"], each["as_at"]) for each in openings
    ] == [
        ("1", "An Peeters", "1234.56", "EUR", "2025-12-31"),
        ("2", "Bram Claes", "-45.00", "EUR", "2025-12-31"),
        ("3", "Cy Young", "10.00", "USD", "2026-01-01"),
    ]
    assert {(each["method"], each["status"]) for each in openings} == {("Opening Balance", "posted")}
    assert len(answer(debtors, "openings", "list", "--client", "2")["openings"]) == 1
    assert "An Peeters" in debtors("openings", "list")[1]


def test_openings_are_set_and_deleted(debtors: Cli) -> None:
    """A credit too; the trail shows all of it."""
    made = answer(debtors, "openings", "set", "1", "-12.50", "--as-at", "2025-12-31")["opening"]
    assert (made["amount"], made["as_at"]) == ("-12.50", "2025-12-31")
    ids = [each["id"] for each in answer(debtors, "openings", "list")["openings"]]
    assert answer(debtors, "openings", "delete", *ids)["deleted"] == ids

    assert answer(debtors, "openings", "list")["openings"] == []
    everything = answer(debtors, "openings", "list", "--all")["openings"]
    assert [(each["client"], each["status"]) for each in everything] == [
        ("1", "reversed"), ("2", "reversed"), ("3", "reversed"), ("1", "reversed"),
    ]  # fmt: skip
    assert answer(debtors, "payments", "list")["payments"] == []
    assert answer(debtors, "openings", "journal")["entries"] == []
    entries = answer(debtors, "openings", "journal", "--all")["entries"]
    assert [entry["kind"] for entry in entries] == ["opening"] * 3 + ["reversal", "opening"] + ["reversal"] * 3
    assert {"id", "date", "lines", "reverses", "run"} <= set(entries[0])
    assert {"account", "debit", "credit", "currency", "client"} <= set(entries[0]["lines"][0])
    assert all(client["balance"] == {} for client in answer(debtors, "clients")["clients"])
    assert answer(debtors, "openings", "set", "1", "1.250,00")["opening"]["amount"] == "1250.00"
    assert debtors("openings", "set", "1", "1.234", "--currency", "KWD")[0] == WRONG  # a thousand or not?
    assert debtors("openings", "set", "1", "USD 60")[0] == WRONG
    assert answer(debtors, "openings", "set", "1", "60 USD", "--currency", "USD")["opening"]["currency"] == "USD"
    assert answer(debtors, "openings", "set", "1", "0", "--currency", "USD")["opening"] is None
    assert debtors("openings", "delete", "999")[0] == WRONG


def test_payments_are_listed_by_method(debtors: Cli) -> None:
    """Opening balances have one of their own."""
    assert len(answer(debtors, "payments", "list", "--method", "Opening Balance")["payments"]) == 3
    assert answer(debtors, "payments", "list", "--method", "Cash")["payments"] == []
    assert "Opening Balance" in debtors("payments", "list")[1]


def test_a_closed_period_holds(debtors: Cli) -> None:
    """Whatever command would book in it; the message says which."""
    assert answer(debtors, "periods", "close", "2025-01-01", "2025-12-31")["periods"] == [
        {"start": "2025-01-01", "end": "2025-12-31"}
    ]
    for command in (("set", "1", "5"), ("delete", "1")):
        code, _, said = debtors("openings", *command)
        assert code == WRONG
        assert "2025-01-01 to 2025-12-31" in said
    run = answer(debtors, "runs")["runs"][0]["run"]
    code, _, said = debtors("undo", run)
    assert (code, "2025-01-01 to 2025-12-31" in said) == (WRONG, True)
    assert answer(debtors, "periods", "reopen", "2025-01-01", "2025-12-31")["periods"] == []
    assert answer(debtors, "periods", "list")["periods"] == []
    assert debtors("periods", "reopen", "2025-01-01", "2025-12-31")[0] == WRONG
    assert debtors("periods", "close", "2025-12-31", "2025-01-01")[0] == WRONG
    assert answer(debtors, "undo", run)["openings_reversed"] == 3
    for group in ("openings", "payments", "periods"):
        code, said, _ = debtors(group)
        assert (code, "Commands:" in said) == (WRONG, True)


def test_another_amount_is_answered(debtors: Cli, tmp_path: Path) -> None:
    """By a person, or by an option."""
    (tmp_path / "again.csv").write_text(DEBTORS.replace("1.234,56", "1.300,00"), encoding="utf-8")
    plan = answer(debtors, "plan", "again.csv", code=LEFT)
    (question,) = plan["conflicts"]
    assert question["kind"] == "opening-differs"
    assert "1234.56 EUR" in question["question"]
    assert "1300.00" in question["question"]
    (tmp_path / "answers.json").write_text(json.dumps({question["id"]: "replace"}), encoding="utf-8")
    answer(debtors, "apply", "again.csv", "--decisions", "answers.json", "--yes", code=LEFT)
    assert answer(debtors, "clients")["clients"][0]["balance"] == {"EUR": "1300.00"}

    answer(debtors, "apply", "debtors.csv", "--existing-opening", "replace", "--yes", code=LEFT)
    assert answer(debtors, "clients")["clients"][0]["balance"] == {"EUR": "1234.56"}


def test_a_proof_is_handed_over(debtors: Cli, tmp_path: Path) -> None:
    """On the screen, as JSON, text and workbook."""
    run = answer(debtors, "runs")["runs"][0]["run"]
    proof = answer(debtors, "openings", "proof", "--run", run, "--out", "proof.xlsx")
    assert proof["ties"] is True
    assert [(total["currency"], total["clients"], total["excluded"]) for total in proof["totals"]] == [
        ("EUR", "1189.56", "5.00"),
        ("USD", "10.00", "0.00"),
    ]
    assert load_workbook(tmp_path / "proof.xlsx").sheetnames[0] == "Summary"
    assert debtors("openings", "proof", "--run", run, "--out", "proof.txt")[0] == DONE
    assert "An Peeters" not in (tmp_path / "proof.txt").read_text(encoding="utf-8")
    answer(debtors, "openings", "proof", "--run", run, "--out", "proof.json")
    assert json.loads((tmp_path / "proof.json").read_text(encoding="utf-8")) == proof
    assert debtors("openings", "proof", "--run", run, "--control-total", "EUR=1")[0] == LEFT
    assert debtors("openings", "proof", "--run", "none")[0] == WRONG
    assert debtors("openings", "proof", "--run", run, "--out", "proof.pdf")[0] == WRONG


def test_the_journal_is_exported(debtors: Cli, tmp_path: Path) -> None:
    """To a file or to the screen."""
    assert "2025-12-31 * " in debtors("openings", "export", "--format", "hledger")[1]
    assert (
        answer(debtors, "openings", "export", "--format", "beancount", "--out", "b.beancount")["written"]
        == "b.beancount"
    )
    assert "open Assets:Accounts-Receivable:Client-1" in (tmp_path / "b.beancount").read_text(encoding="utf-8")


def test_books_are_a_file(debtors: Cli, tmp_path: Path) -> None:
    """With rates that stay exact; a wrong key is named."""
    (tmp_path / "books.toml").write_text(
        'receivable = "1300"\nequity = "3900"\nbase_currency = "EUR"\n[rates]\nUSD = 0.91734\n', encoding="utf-8"
    )
    made = answer(debtors, "openings", "set", "3", "100.01", "--currency", "USD", "--books", "books.toml")["opening"]
    assert (made["rate"], made["base_amount"]) == ("0.91734", "91.74")
    (tmp_path / "wrong.toml").write_text('recievable = "1300"\n', encoding="utf-8")
    code, _, said = debtors("openings", "set", "3", "1", "--books", "wrong.toml")
    assert code == WRONG
    assert "receivable" in said
