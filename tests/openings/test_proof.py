"""The proof that is handed over, and the journal for other people's checkers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from clientimport import Books, Importer, SettingsError
from clientimport.core.money import from_minor
from tests.openings.test_posting import ROWS
from tests.planning.given import OpenImporter, plan_of

MORE = (
    *ROWS,
    {"name": "", "email": "niemand@mail.example", "opening_balance": "75,10", "opening_date": ""},
    {"name": "Ivo", "email": "ivo@mail.example", "opening_balance": "veel", "opening_date": ""},
)


def test_a_proof_adds_up(open_importer: OpenImporter) -> None:
    """What the file gives is what was posted, was there, or was left out with its reason."""
    importer = open_importer()
    importer.apply(plan_of(importer, ROWS[0]))
    plan = plan_of(importer, *MORE, as_at=date(2026, 1, 1), control_totals={"EUR": "1484.56"})
    receipt = importer.apply(plan)
    proof = importer.openings.proof(receipt)

    (euro,) = proof.totals
    assert {name: str(getattr(euro, name)) for name in ("file", "posted", "unchanged", "kept", "blocked", "excluded")} == {
        "file": "1559.66", "posted": "1234.56", "unchanged": "250.00", "kept": "0.00", "blocked": "0.00",
        "excluded": "75.10",
    }  # fmt: skip
    assert (euro.clients, euro.control, euro.equity) == (Decimal("1484.56"), Decimal("1484.56"), Decimal("-1484.56"))
    assert (euro.expected, euro.difference) == (Decimal("1484.56"), Decimal(0))
    assert proof.ties
    assert (proof.actor, proof.source_digest, proof.as_at) == (
        "somebody", plan.header["source"]["digest"], "2026-01-01",
    )  # fmt: skip
    assert [(row.row, row.status, row.amount, row.reasons) for row in proof.rows if row.status == "excluded"] == [
        (5, "excluded", Decimal("75.10"), ("name: Name is missing.",)),
        (6, "excluded", None, ("opening_balance: This is not an amount.",)),
    ]
    other = importer.openings.proof(receipt.run, control_totals={"EUR": "1484.57"})
    assert (other.ties, other.totals[0].difference) == (False, Decimal("-0.01"))


def test_a_proof_says_what_was_replaced_and_undone(open_importer: OpenImporter) -> None:
    """Entries of the run, and the earlier ones that it took back."""
    importer = open_importer(books=Books(existing="replace"))
    importer.apply(plan_of(importer, ROWS[0]))
    receipt = importer.apply(plan_of(importer, {**ROWS[0], "opening_balance": "300"}))
    (euro,) = importer.openings.proof(receipt).totals
    assert (euro.entries, euro.taken_back, euro.posted) == (Decimal(300), Decimal(250), Decimal(300))

    undone = importer.undo(receipt)
    proof = importer.openings.proof(receipt.run)
    assert proof.undone_by == undone.run
    assert proof.totals[0].clients == Decimal(250)


def test_a_blocked_currency_shows_in_the_proof(open_importer: OpenImporter) -> None:
    """Nothing of it was posted, and the proof does not tie out."""
    importer = open_importer()
    receipt = importer.apply(plan_of(importer, *ROWS, control_totals={"EUR": "1"}))
    (euro,) = importer.openings.proof(receipt).totals

    assert (euro.blocked, euro.posted, euro.clients) == (Decimal("1484.56"), Decimal(0), Decimal(0))
    assert not euro.ties


def test_a_kept_balance_shows_in_the_proof(open_importer: OpenImporter) -> None:
    """The file said otherwise, and another balance stays."""
    importer = open_importer(books=Books(existing="keep"))
    importer.apply(plan_of(importer, ROWS[0]))
    receipt = importer.apply(plan_of(importer, {**ROWS[0], "opening_balance": "300"}))
    (euro,) = importer.openings.proof(receipt).totals

    assert (euro.kept, euro.unchanged, euro.clients) == (Decimal(300), Decimal(0), Decimal(250))


def test_a_proof_of_open_items_adds_up(open_importer: OpenImporter) -> None:
    """Rows that were summed up count once."""
    importer = open_importer()
    rows = [
        {"name": "An", "email": "an@mail.example", "opening_balance": str(n), "open_item": f"F{n}"} for n in (1, 2, 3)
    ]
    receipt = importer.apply(plan_of(importer, *rows))
    proof = importer.openings.proof(receipt)

    assert (proof.totals[0].file, proof.totals[0].posted) == (Decimal(6), Decimal(6))
    assert len(proof.rows) == 1


@pytest.mark.parametrize("lang", ["en", "nl", "fr"])
def test_a_proof_is_written_for_people(open_importer: OpenImporter, tmp_path: Path, lang: str) -> None:
    """Workbook, text and JSON say the same."""
    importer = open_importer()
    receipt = importer.apply(plan_of(importer, *MORE, control_totals={"EUR": "1484.56"}))
    proof = importer.openings.proof(receipt, lang=lang)
    proof.to_xlsx(tmp_path / "proof.xlsx")

    book = load_workbook(tmp_path / "proof.xlsx")
    summary = "\n".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value)
    excluded = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=2)]
    text = proof.to_text()
    for fact in (receipt.run, "1484.56 EUR", proof.source_digest, "Accounts Receivable", "Opening Balance Equity"):
        assert fact in summary
        assert fact in text
    assert [row[0] for row in excluded] == ["5", "6"]
    assert all(row[7] for row in excluded)
    assert len(list(book.worksheets[2].iter_rows(min_row=2))) == len(proof.rows) == 5
    assert json.loads(json.dumps(proof.to_dict()))["totals"][0]["excluded"] == "75.10"
    assert "proof_" not in text


def journals(open_importer: OpenImporter) -> dict[str, str]:
    """The journal in both languages: odd names, two currencies, a cut-over, a client in credit, reversals."""
    importer = open_importer(
        books=Books(
            receivable="1300 Klanten; debiteuren", base_currency="EUR", rates={"USD": "0.334"}, entries="cut_over"
        )
    )
    names = ('O"Brien \\ zonen', "Émile; dit: «le Grand»", "  ", "An,\nnaam: x", "李雷")
    rows = [
        {
            "name": name,
            "email": f"c{n}@mail.example",
            "opening_balance": amount,
            "opening_currency": currency,
        }
        for n, (name, amount, currency) in enumerate(
            zip(names, ("1.00", "1.00", "5", "1.00", "-3.50"), ("USD", "USD", "EUR", "USD", "EUR"), strict=True)
        )
    ]
    importer.apply(plan_of(importer, *rows, as_at=date(2026, 1, 1)))
    importer.openings.set("1", "12.34", date(2026, 1, 2), "USD")
    return {format_: importer.openings.export(format_, all=True) for format_ in ("hledger", "beancount")}


def test_no_other_language(open_importer: OpenImporter) -> None:
    """Broken settings name what is allowed."""
    with pytest.raises(SettingsError, match="hledger, beancount"):
        open_importer().openings.export("ledger")


def weights(beancount: str) -> list[Decimal]:
    """What a checker adds up for each entry: amounts in the base currency, and the others at their price."""
    sums: list[Decimal] = []
    for line in beancount.splitlines():
        if re.match(r"\d{4}-\d\d-\d\d \*", line):
            sums.append(Decimal(0))
        elif found := re.match(r"  [A-Z]\S+  (-?[\d.]+) [A-Z]{3}(?: @@ ([\d.]+) [A-Z]{3})?$", line):
            amount, price = Decimal(found[1]), Decimal(found[2] or 0)
            assert amount  # "0.00 USD @@ 0.01 EUR" has no sign to weigh it by
            sums[-1] += (price if amount > 0 else -price) if found[2] else amount
    return sums


@pytest.mark.parametrize(
    "amounts",
    [
        ("1.00", "1.00", "-2.00"),  # comes to nothing, converted it does not
        ("1.00", "1.00", "1.00", "1.00", "1.00", "-4.99"),  # comes to the other side
        ("1.00", "1.00", "1.00"),
    ],
)
@pytest.mark.parametrize("leaves", [False, True])
def test_an_exported_cut_over_entry_balances(
    open_importer: OpenImporter, amounts: tuple[str, ...], leaves: bool
) -> None:
    """Whatever its other side comes to, and also after a line left."""
    books = Books(base_currency="EUR", rates={"USD": "0.334"}, entries="cut_over", sign="any")
    importer = open_importer(books=books)
    rows = [
        {"name": f"C{n}", "email": f"c{n}@x.example", "opening_balance": amount, "opening_currency": currency}
        for n, (amount, currency) in enumerate([*((amount, "USD") for amount in amounts), ("7.00", "EUR")])
    ]
    importer.apply(plan_of(importer, *rows))
    if leaves:
        importer.openings.delete(importer.openings.list()[:1])

    for everything in (False, True):
        found = weights(importer.openings.export("beancount", all=everything))
        assert found
        assert not any(found)


@given(
    amounts=st.lists(
        st.tuples(st.integers(-300, 300).filter(bool), st.sampled_from(["USD", "EUR", "JPY"])), min_size=1, max_size=6
    )
)
def test_exports_balance_whatever_is_in_them(amounts: list[tuple[int, str]]) -> None:
    """Several currencies of different decimals in one entry, on both sides."""
    books = Books(
        base_currency="EUR",
        rates={"USD": "0.334", "JPY": "0.0061"},
        entries="cut_over",
        sign="any",
        equity={"EUR": "3900", "USD": "3901", "JPY": "3901"},
    )
    with Importer("memory:", books=books) as importer:
        rows = [
            {
                "name": f"C{n}",
                "email": f"c{n}@x.example",
                "opening_balance": format(from_minor(minor, currency), "f"),
                "opening_currency": currency,
            }
            for n, (minor, currency) in enumerate(amounts)
        ]
        importer.apply(plan_of(importer, *rows))

        found = weights(importer.openings.export("beancount"))

    assert found
    assert not any(found)


@pytest.mark.skipif(find_spec("beancount") is None, reason="`nox -s checkers` installs beancount")
def test_beancount_finds_nothing_wrong(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Its own checker, on our journal and on one that was tampered with."""
    text = journals(open_importer)["beancount"]
    check = [sys.executable, "-c", "import sys; from beancount.scripts.check import main; main()"]
    for name, content, code in (("right", text, 0), ("wrong", text.replace("3.50 EUR", "3.51 EUR", 1), 1)):
        path = tmp_path / f"{name}.beancount"
        path.write_text(content, encoding="utf-8")
        done = subprocess.run([*check, str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_finds_nothing_wrong(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Strictly: every account and commodity is declared, every entry balances; and it finds the same balances."""
    text = journals(open_importer)["hledger"]
    for name, content, code in (("right", text, 0), ("wrong", text.replace("3.50 EUR", "3.51 EUR", 1), 1)):
        path = tmp_path / f"{name}.journal"
        path.write_text(content, encoding="utf-8")
        done = subprocess.run(
            ["hledger", "-f", str(path), "check", "--strict"], capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
    balance = [
        "hledger",
        "-f",
        str(tmp_path / "right.journal"),
        "balance",
        "assets",
        "-N",
        "--depth=2",
        "--layout=bare",
    ]
    shown = subprocess.run(balance, capture_output=True, text=True, check=True).stdout
    assert "14.34" in shown
