"""Where money was nearly lost or doubled: each of these went wrong once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from clientimport import Actor, Books, FieldMapping, Importer, Mapping, SettingsError
from clientimport.adapters.stores.memory import MemoryStore
from clientimport.errors import PermissionRefusedError
from clientimport.testing.faults import FaultyStore
from tests.openings.test_posting import ROWS, accounts_of, books_of
from tests.planning.given import OpenImporter, plan_of


def row(name: str, balance: str, **more: str) -> dict[str, object]:
    return {"name": name, "email": f"{name}@mail.example", "opening_balance": balance, **more}


def test_adding_up_to_nothing_is_a_question(open_importer: OpenImporter) -> None:
    """With no balance left, nothing would tell that a file is in it already."""
    importer = open_importer(books=Books(existing="add"))
    importer.apply(plan_of(importer, row("An", "100")))
    for _ in range(2):
        plan = plan_of(importer, row("An", "-100"))
        assert [option.choice for option in plan.conflicts[0].options] == ["keep", "replace", "skip"]
        importer.apply(plan)
    assert books_of(importer) == {"An": {"EUR": "100.00"}}


def test_another_day_by_hand_forgets_no_file(open_importer: OpenImporter) -> None:
    """What was added stays added."""
    importer = open_importer(books=Books(existing="add"))
    importer.apply(plan_of(importer, row("An", "100")))
    importer.apply(plan_of(importer, row("An", "50")))
    importer.openings.set("1", "150", date(2025, 12, 31))
    importer.apply(plan_of(importer, row("An", "50")))
    assert books_of(importer) == {"An": {"EUR": "150.00"}}


def test_an_undo_asks_nothing_for_each_balance() -> None:
    """Thirty replaced balances are put back with as many calls to the store as three."""
    calls = []
    for count in (3, 30):
        store = MemoryStore()
        importer = Importer(store, books=Books(existing="replace"))
        for balance in ("100", "200"):
            receipt = importer.apply(plan_of(importer, *(row(f"C{n}", balance) for n in range(count))))
        counting = FaultyStore(store)
        undone = Importer(counting).undo(receipt.run)
        assert (undone.openings_reversed, undone.kept) == (count, ())
        assert {str(each.amount) for each in importer.openings.list()} == {"100.00"}
        calls.append(counting.statements)
    assert calls[0] == calls[1]


def test_two_sheets_are_two_sources(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Of one workbook: what the second adds is not in the first."""
    book = Workbook()
    for title, balance in (("North", 100), ("South", 50)):
        sheet = book.create_sheet(title)
        sheet.append(["Name", "E-mail", "Opening balance"])
        sheet.append(["An", "an@mail.example", balance])
    book.save(tmp_path / "debtors.xlsx")
    importer = open_importer(books=Books(existing="add"))
    for sheet_name in ("North", "South", "South", "North"):
        importer.apply(importer.plan(tmp_path / "debtors.xlsx", sheet=sheet_name))
    assert books_of(importer) == {"An": {"EUR": "150.00"}}


def test_a_sum_that_cannot_be_kept_is_refused(open_importer: OpenImporter) -> None:
    """In its row, when it is planned; the others go in."""
    importer = open_importer(books=Books(existing="add"))
    importer.apply(plan_of(importer, row("An", "1")))
    importer.openings.set("1", "92233720368547758.07")
    plan = plan_of(importer, row("An", "2"), row("Bo", "3"))
    assert [finding.code for finding in plan.findings] == ["opening-too-large"]
    assert importer.apply(plan).counts["created"] == 1


def test_rounding_leaves_with_the_first_line(open_importer: OpenImporter) -> None:
    """What stays of a cut-over entry is converted line by line, never more than half a unit off."""
    books = Books(base_currency="EUR", rates={"USD": "0.333"}, entries="cut_over")
    importer = open_importer(books=books)
    rows = [row(f"C{n}", "0.05", opening_currency="USD") for n in range(10)]
    importer.apply(plan_of(importer, *rows))
    assert ("Rounding", "EUR") in accounts_of(importer)
    first, *others = importer.openings.list()
    importer.openings.delete([first.id])
    assert ("Rounding", "EUR") not in accounts_of(importer)
    importer.openings.delete(others)
    assert list(importer.openings.journal()) == []
    assert [each for each in importer.openings.balances() if each.amount or each.base_amount] == []


def test_only_what_is_in_dispute_can_be_chosen(open_importer: OpenImporter) -> None:
    """Neither a row that says nothing, nor one about another document."""
    importer = open_importer()
    blank, one, two = row("An", ""), row("An", "100"), row("An", "200")
    (question,) = plan_of(importer, blank, one, two).conflicts
    assert [option.choice for option in question.options] == ["row:2", "row:3", "skip"]

    items = [row("Bo", amount, open_item=number) for number, amount in (("I1", "100"), ("I1", "200"), ("I2", "50"))]
    plan = plan_of(importer, *items)
    (question,) = plan.conflicts
    assert [option.choice for option in question.options] == ["row:1", "row:2", "skip"]
    importer.apply(plan.decide({question.id: "row:2"}))
    (opening,) = importer.openings.list()
    assert (opening.amount, [item.number for item in opening.items]) == (Decimal(250), ["I1", "I2"])


def test_the_day_goes_with_the_amount(open_importer: OpenImporter) -> None:
    """The day of a row that does not hold is not borrowed."""
    importer = open_importer()
    rows = [row("An", "100", opening_date=""), row("An", "200", opening_date="31/12/2025")]
    plan = plan_of(importer, *rows, as_at=date(2026, 1, 1))
    importer.apply(plan.decide({plan.conflicts[0].id: "row:1"}))
    assert [(each.amount, each.as_at) for each in importer.openings.list()] == [(Decimal(100), date(2026, 1, 1))]


def test_a_kept_balance_ties_out_with_nothing(open_importer: OpenImporter) -> None:
    """The plan and the proof say the same of it."""
    importer = open_importer(books=Books(existing="keep"))
    importer.apply(plan_of(importer, row("An", "250")))
    plan = plan_of(importer, row("An", "300"), row("Bo", "10"), control_totals={"EUR": "10"})
    assert [tie.ties for tie in plan.summary.tie_out] == [True]
    receipt = importer.apply(plan)
    (euro,) = importer.openings.proof(receipt).totals
    assert (euro.difference, euro.kept, euro.posted, euro.ties) == (Decimal(0), Decimal(300), Decimal(10), True)


def test_what_was_withheld_is_said_everywhere(open_importer: OpenImporter) -> None:
    """Counted, not shown as booked, and blocked in the proof, whether the client is new or not."""
    importer = open_importer()
    importer.apply(plan_of(importer, {"name": "An", "email": "An@mail.example"}))
    receipt = importer.apply(plan_of(importer, row("An", "100"), row("Bo", "5"), control_totals={"EUR": "1"}))

    assert (receipt.openings_posted, receipt.openings_blocked) == (0, 2)
    assert [record.opening for record in receipt.records()] == [None, None]
    assert "100.00" not in receipt.to_text()
    assert [each.status for each in importer.openings.proof(receipt).rows] == ["blocked", "blocked"]


def test_a_proof_tells_what_was_taken_back_since(open_importer: OpenImporter) -> None:
    """By whoever."""
    importer = open_importer()
    receipt = importer.apply(plan_of(importer, row("An", "100"), row("Bo", "50")))
    importer.openings.delete("1")
    proof = importer.openings.proof(receipt)
    assert [(each.status, each.reversed) for each in proof.rows] == [("posted", True), ("posted", False)]
    assert (proof.totals[0].reversed_since, proof.totals[0].clients) == (Decimal(100), Decimal(50))
    undone = importer.undo(receipt)
    with pytest.raises(SettingsError, match="an import"):
        importer.openings.proof(undone.run)


def test_other_accounts_are_still_control_accounts(open_importer: OpenImporter) -> None:
    """A chart that changed between two imports does not break the proof."""
    first = open_importer(books=Books(receivable="1300", equity="3900"))
    first.apply(plan_of(first, row("An", "250")))
    second = open_importer(books=Books(receivable="1310", equity="3910"))
    receipt = second.apply(plan_of(second, row("Bo", "7")))
    (euro,) = second.openings.proof(receipt).totals
    assert (euro.clients, euro.control, euro.equity) == (Decimal(257), Decimal(257), Decimal(-257))
    assert receipt.residue() == {"EUR": Decimal(-257)}


def test_zero_by_hand_needs_the_permission_to_delete(open_importer: OpenImporter) -> None:
    """It takes a balance back like any deletion."""
    importer = open_importer(profile="daftra")
    importer.apply(plan_of(importer, ROWS[0]))
    clerk = open_importer(profile="daftra", actor=Actor(name="clerk", permissions={"clients.add"}))
    with pytest.raises(PermissionRefusedError):
        clerk.openings.set("1", 0)


def test_another_profile_opens_no_door(open_importer: OpenImporter) -> None:
    """What was imported under a profile is deleted by whoever may do so there."""
    importer = open_importer(profile="daftra")
    importer.apply(plan_of(importer, ROWS[0]))
    clerk = open_importer(profile="standard", actor=Actor(name="clerk", permissions=set()))
    with pytest.raises(PermissionRefusedError):
        clerk.openings.delete(clerk.openings.list())
    with pytest.raises(PermissionRefusedError):
        clerk.openings.set("1", 0)
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}}


@pytest.mark.parametrize("name", ["[2020-13-45]", "[1/2]", "a, date:2020-01-01"])
def test_no_name_changes_the_exported_journal(open_importer: OpenImporter, name: str) -> None:
    """A date in brackets or a tag in a comment would."""
    importer = open_importer()
    importer.apply(plan_of(importer, {"name": name, "email": "x@mail.example", "opening_balance": "1"}))
    text = importer.openings.export("hledger")
    assert "[" not in text
    assert ", date:" not in text


@pytest.mark.parametrize("periods", [lambda: None, lambda: [5], lambda: [date(2025, 1, 1)]])
def test_a_hosts_periods_are_checked(open_importer: OpenImporter, periods: object) -> None:
    """Broken settings name what is wanted."""
    with pytest.raises(SettingsError, match="periods"):
        open_importer(periods=periods).periods.list()


@pytest.mark.parametrize("name", ["Total", "TOTAAL:", "Grand total", "Total général", "Summe", "Total EUR", "الإجمالي"])
def test_the_total_below_a_list_is_no_client(open_importer: OpenImporter, name: str) -> None:
    """It would owe what all others owe together; a client of that name has something to be known by."""
    importer = open_importer()
    rows = [
        {"name": "An", "external_id": "1", "opening_balance": "70.00"},
        {"name": name, "external_id": "", "opening_balance": "70.00"},
    ]
    plan = plan_of(importer, *rows)

    assert (plan.summary.findings, plan.summary.openings) == ({"total-row": 1}, {"EUR": "70.00"})
    known = plan_of(importer, rows[0], {**rows[1], "external_id": "2"})
    assert known.summary.openings == {"EUR": "140.00"}
    assert "total-row" not in plan_of(importer, {"name": f"{name} Energies", "opening_balance": "7"}).summary.findings
    assert "total-row" not in plan_of(importer, {"name": name, "city": "Gent"}).summary.findings


@pytest.mark.parametrize(
    ("header", "sides"),
    [
        ("D/C", ("D", "D")), ("Zijde", ("D", "C")), ("Sens", ("C", "")), ("Z", ("Dr.", "Cr.")), ("Soll/Haben", ("S", "H")),
    ],
)  # fmt: skip
def test_balances_wait_for_the_column_that_says_debit_or_credit(
    open_importer: OpenImporter, header: str, sides: tuple[str, str]
) -> None:
    """Without it everybody would owe; nobody but a person says that it does not matter."""
    rows = [
        {"Client no": str(n), "Name": f"C{n}", "Balance": "5,00", header: side} for n, side in enumerate(sides, start=1)
    ]
    plan = open_importer().plan(rows)

    assert plan.summary.openings == {}
    said = {found.code: found for found in plan.source_findings}
    assert said["column-unsure"].locator.column == "Balance"
    assert said["column-of-sides"].params == {
        "header": header, "amounts": "Balance", "filled": sum(map(bool, sides))
    }  # fmt: skip


def test_a_mapping_without_the_column_of_sides_is_told_of_it(open_importer: OpenImporter) -> None:
    """It holds, for a person made it; unless that person left the column out."""
    columns = {"name": "Name", "external_id": "No", "opening_balance": "Balance"}
    mapping = Mapping(fields=[FieldMapping(field=field, columns=(header,)) for field, header in columns.items()])
    rows = [{"No": "1", "Name": "An", "Balance": "5,00", "D/C": "C"}]
    importer = open_importer()

    plan = importer.plan(rows, mapping=mapping)

    assert plan.summary.openings == {"EUR": "5.00"}
    assert [found.code for found in plan.source_findings] == ["column-of-sides"]
    assert not importer.plan(rows, mapping=mapping.drop("D/C")).source_findings


@pytest.mark.parametrize(("header", "cells"), [("Aanspreking", ("D", "H")), ("Code", ("D", "D")), ("D/C", ("x", "C"))])
def test_other_columns_of_letters_say_nothing_of_balances(
    open_importer: OpenImporter, header: str, cells: tuple[str, str]
) -> None:
    """Ladies and gentlemen, or one letter throughout under another heading."""
    rows = [{"Client no": str(n), "Name": f"C{n}", "Balance": "5,00", header: cell} for n, cell in enumerate(cells)]

    assert open_importer().plan(rows).summary.openings == {"EUR": "10.00"}


def test_a_column_of_sides_is_joined_to_its_amounts(open_importer: OpenImporter) -> None:
    """``C`` beside the amount is a client in credit; numbers of a list tell nothing of marks here either."""
    columns = {"name": ("Name",), "external_id": ("No",), "opening_balance": ("Balance", "D/C")}
    mapping = Mapping(
        fields=[FieldMapping(field=field, columns=headers, join=" ") for field, headers in columns.items()]
    )
    rows: list[dict[str, object]] = [
        {"No": "1", "Name": "An", "Balance": 100.5, "D/C": "D"},
        {"No": "2", "Name": "Bo", "Balance": 20.25, "D/C": "C"},
        {"No": "3", "Name": "Cy", "Balance": "1.000", "D/C": "D"},
    ]
    plan = open_importer().plan(rows, mapping=mapping)

    assert plan.summary.openings == {"EUR": "80.25"}
    assert [conflict.id for conflict in plan.conflicts] == ["column-format:Balance"]
