"""One client, several currencies: a balance each, from one file, each judged by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from clientimport import Books, Importer, Settings
from clientimport.services import applying
from clientimport.testing.faults import FaultyStore
from tests.openings.test_posting import accounts_of, books_of
from tests.planning.given import OpenImporter, everything, fates, only, plan_of

YEAR = (date(2025, 1, 1), date(2025, 12, 31))


def row(amount: str, currency: str = "EUR", name: str = "An", **more: str) -> dict[str, object]:
    """A row of a client, in one currency."""
    given = {"opening_balance": amount, "opening_currency": currency}
    return {"name": name, "email": f"{name}@mail.example", **given, **more}


BOTH = (row("100"), row("50", "USD"))


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two records a page, so that rows of one client are written apart."""
    monkeypatch.setattr(applying, "PAGE", 2)


def apart(*rows: dict[str, object]) -> list[dict[str, object]]:
    """*rows*, each on a page of its own."""
    return [each for n, one in enumerate(rows) for each in (one, row("1", "GBP", f"C{n}"))]


def postings(importer: Importer) -> list[tuple[str, str, str]]:
    """(kind, currency, amount) of every entry ever posted, in order."""
    return [
        (entry.kind, entry.lines[0].currency, str(entry.lines[0].debit - entry.lines[0].credit))
        for entry in importer.openings.journal(all=True)
    ]


# ------------------------------------------------------------------------------------------------ both go in


def test_each_currency_is_posted(open_importer: OpenImporter) -> None:
    """With the row that it came from; a second time nothing is."""
    importer = open_importer()
    plan = plan_of(importer, *BOTH)
    assert fates(plan) == ["create:new", "skip:merged"]
    assert (plan.summary.openings, plan.summary.postings) == (
        {"EUR": "100.00", "USD": "50.00"},
        {"EUR": 1, "USD": 1},
    )
    assert [record.balance for record in plan.records()] == [("EUR", "100.00"), ("USD", "50.00")]
    for _ in range(2):
        receipt = importer.apply(plan)
        assert (receipt.created, receipt.counts["skipped"], receipt.openings_posted) == (1, 1, 2)
        assert sum(receipt.counts.values()) == 2
        assert books_of(importer) == {"An": {"EUR": "100.00", "USD": "50.00"}}
    assert postings(importer) == [("opening", "EUR", "100.00"), ("opening", "USD", "50.00")]

    again = plan_of(importer, *BOTH)
    assert (fates(again), again.summary.postings) == (["unchanged:no-change", "skip:merged"], {})
    assert again.summary.openings == plan.summary.openings
    assert importer.apply(again).openings_posted == 0
    assert len(postings(importer)) == 2


def test_an_undo_takes_both_back(open_importer: OpenImporter) -> None:
    """The client was made by the run, so it goes as well."""
    importer = open_importer()
    receipt = importer.apply(plan_of(importer, *BOTH))
    undone = importer.undo(receipt)

    assert (undone.reversed, undone.openings_reversed, undone.kept) == (1, 2, ())
    assert (list(importer.clients()), accounts_of(importer)) == ([], {})
    assert importer.apply(plan_of(importer, *BOTH)).openings_posted == 2


def test_the_order_of_the_rows_changes_nothing(open_importer: OpenImporter) -> None:
    """Nor a first row that gives no balance, rows that say it again, or a currency without an amount."""
    importer = open_importer()
    blank = row("", "JPY", phone="+32 2 555 12 12")
    receipt = importer.apply(plan_of(importer, blank, *reversed(BOTH), *BOTH))

    assert books_of(importer) == {"An": {"EUR": "100.00", "USD": "50.00"}}
    assert receipt.openings_posted == 2
    assert [each.opening and each.opening.currency for each in receipt.records()] == ["USD", None, "EUR", None, None]
    rows = importer.openings.proof(receipt).rows
    assert [(each.row, each.currency, each.status) for each in rows] == [(1, "USD", "posted"), (3, "EUR", "posted")]


def test_days_go_with_their_amounts(open_importer: OpenImporter) -> None:
    """Two days do not contradict where they are of two balances, and do where they are of one."""
    importer = open_importer()
    rows = [row("100", opening_date="31/12/2025"), row("50", "USD", opening_date="30/06/2025")]
    importer.apply(plan_of(importer, *rows, as_at=date(2026, 1, 1)))
    assert {(each.currency, each.as_at) for each in importer.openings.list()} == {
        ("EUR", date(2025, 12, 31)),
        ("USD", date(2025, 6, 30)),
    }
    question = only(plan_of(importer, *rows, row("50", "USD", opening_date="29/06/2025")).conflicts)
    assert (question.kind, question.fields) == ("rows-contradict", ("opening_date",))
    assert [option.choice for option in question.options] == ["row:2", "row:3", "skip"]


def test_open_items_add_up_in_each_currency(open_importer: OpenImporter) -> None:
    """A document number may stand in both."""
    importer = open_importer()
    rows = [
        row("10.50", open_item="I1"),
        row("1000", "JPY", open_item="I2"),
        row("50.00", open_item="I3"),
        row("-200", "JPY", open_item="I1"),
        row("1000", "JPY", open_item="I2"),
    ]
    plan = plan_of(importer, *rows)
    plan = plan.decide({each.id: "." for each in plan.conflicts})
    assert plan.summary.openings == {"EUR": "60.50", "JPY": "800"}
    receipt = importer.apply(plan)

    assert {
        each.currency: (str(each.amount), [item.number for item in each.items]) for each in importer.openings.list()
    } == {"EUR": ("60.50", ["I1", "I3"]), "JPY": ("800", ["I2", "I1"])}
    assert [record.planned.partner and record.planned.partner.row for record in receipt.records()] == [
        None, 1, 1, 2, 2,
    ]  # fmt: skip  # where their money is
    proof = importer.openings.proof(receipt)
    assert [(each.row, str(each.amount)) for each in proof.rows] == [(1, "60.50"), (2, "800")]
    assert [(each.currency, each.file, each.posted) for each in proof.totals] == [
        ("EUR", Decimal("60.50"), Decimal("60.50")),
        ("JPY", Decimal(800), Decimal(800)),
    ]


def test_nothing_is_posted_for_zero(open_importer: OpenImporter) -> None:
    """In whichever currency."""
    importer = open_importer()
    receipt = importer.apply(plan_of(importer, row("0"), row("50", "USD"), row("0.00", "GBP")))
    assert receipt.openings_posted == 1
    assert books_of(importer) == {"An": {"USD": "50.00"}}


def test_a_converted_balance_keeps_its_rate(open_importer: OpenImporter) -> None:
    """Also in a cut-over entry, where both currencies of the client have their line."""
    books = Books(base_currency="EUR", rates={"USD": "0.333"}, entries="cut_over")
    importer = open_importer(books=books)
    receipt = importer.apply(plan_of(importer, row("100"), row("0.05", "USD"), row("0.05", "USD", "Bo")))
    assert {(each.currency, each.base_amount) for each in importer.openings.list()} == {
        ("EUR", Decimal(100)),
        ("USD", Decimal("0.02")),
    }
    for entry in importer.openings.journal():
        assert sum((line.base_debit or 0) - (line.base_credit or 0) for line in entry.lines) == 0
    importer.undo(receipt)
    assert [each for each in importer.openings.balances() if each.amount or each.base_amount] == []


# ------------------------------------------------------------------------------------------------ beside what is there


def test_only_the_currency_that_differs_is_asked_about(open_importer: OpenImporter) -> None:
    """Keep it, and the other one is posted all the same."""
    importer = open_importer()
    importer.apply(plan_of(importer, row("70")))
    plan = plan_of(importer, *BOTH)
    question = only(plan.conflicts)
    assert (question.kind, question.params["currency"], question.params["stored"]) == (
        "opening-differs",
        "EUR",
        "70.00",
    )
    assert fates(plan) == ["conflict:opening-differs"] * 2

    kept = plan.decide({question.id: "keep"})
    assert fates(kept) == ["update:opening", "skip:merged"]
    assert (kept.summary.openings, kept.summary.postings) == ({"USD": "50.00"}, {"USD": 1})
    assert kept.digest == plan_of(importer, *BOTH, decisions={question.id: "keep"}).digest
    receipt = importer.apply(kept)
    assert (receipt.updated, receipt.openings_posted) == (1, 1)
    assert books_of(importer) == {"An": {"EUR": "70.00", "USD": "50.00"}}
    assert [each.status for each in importer.openings.proof(receipt).rows] == ["kept", "posted"]
    undone = importer.undo(receipt)
    assert (undone.reversed, undone.openings_reversed) == (1, 1)
    assert books_of(importer) == {"An": {"EUR": "70.00"}}


@pytest.mark.parametrize(("choice", "dollars"), [("keep", "20.00"), ("replace", "50.00"), ("add", "70.00")])
def test_a_later_row_is_asked_about_where_it_stands(open_importer: OpenImporter, choice: str, dollars: str) -> None:
    """The question names its currency and points at its row."""
    importer = open_importer()
    importer.apply(plan_of(importer, row("20", "USD")))
    plan = plan_of(importer, *BOTH)
    question = only(plan.conflicts)
    assert (question.params["currency"], question.locator.row) == ("USD", 2)

    receipt = importer.apply(plan.decide({question.id: choice}))
    assert books_of(importer) == {"An": {"EUR": "100.00", "USD": dollars}}
    assert [each.status for each in importer.openings.proof(receipt).rows] == [
        "posted",
        "kept" if choice == "keep" else "posted",
    ]
    importer.undo(receipt)
    assert books_of(importer) == {"An": {"USD": "20.00"}}


@pytest.mark.parametrize(("existing", "dollars"), [("keep", "20.00"), ("replace", "50.00"), ("add", "70.00")])
def test_the_books_answer_for_each_currency(open_importer: OpenImporter, existing: str, dollars: str) -> None:
    """Without a question; the same file once more changes nothing."""
    importer = open_importer(books=Books(existing=existing))
    importer.apply(plan_of(importer, row("20", "USD")))
    for _ in range(2):
        importer.apply(plan_of(importer, *BOTH))
        assert books_of(importer) == {"An": {"EUR": "100.00", "USD": dollars}}


def test_two_questions_come_one_after_the_other(open_importer: OpenImporter) -> None:
    """Each with its own answer, which may be given at once."""
    importer = open_importer()
    importer.apply(plan_of(importer, row("70"), row("20", "USD")))
    plan = plan_of(importer, *BOTH)
    first = only(plan.conflicts)
    plan = plan.decide({first.id: "replace"})
    second = only(plan.conflicts)
    assert (first.params["currency"], second.params["currency"]) == ("EUR", "USD")

    both = plan_of(importer, *BOTH, decisions={first.id: "replace", second.id: "add"})
    assert both.summary.postings == {"EUR": 1, "USD": 1}
    assert both.digest == plan.decide({second.id: "add"}).digest
    importer.apply(both)
    assert books_of(importer) == {"An": {"EUR": "100.00", "USD": "70.00"}}


def test_zero_takes_back_in_its_currency_only(open_importer: OpenImporter) -> None:
    """Under ``replace``; the other one stands as it was."""
    importer = open_importer(books=Books(existing="replace"))
    importer.apply(plan_of(importer, *BOTH))
    receipt = importer.apply(plan_of(importer, row("100"), row("0", "USD")))
    assert (receipt.openings_posted, books_of(importer)) == (0, {"An": {"EUR": "100.00"}})
    assert postings(importer)[-1] == ("reversal", "USD", "-50.00")
    importer.undo(receipt)
    assert books_of(importer) == {"An": {"EUR": "100.00", "USD": "50.00"}}


def test_a_balance_of_another_row_is_known_as_kept(open_importer: OpenImporter) -> None:
    """The row that gives it points at nobody in the store; the rows it is one client with do."""
    importer = open_importer(books=Books(existing="keep"))
    importer.apply(plan_of(importer, row("250"), row("20", "USD")))
    new = {"email": "", "external_id": "X1"}
    rows = [row("300") | new, row("") | {"external_id": "X1"}, row("40", "USD") | new]
    plan = plan_of(importer, *rows, control_totals={"EUR": "0", "USD": "0"})
    assert [record.present for record in plan.records()] == ["250.00", None, "20.00"]
    assert all(tie.ties for tie in plan.summary.tie_out)
    assert plan.digest == plan.decide({}).digest
    proof = importer.openings.proof(importer.apply(plan))
    assert [each.status for each in proof.rows] == ["kept", "kept"]
    assert proof.ties


# ------------------------------------------------------------------------------------------------ contradictions


def test_only_one_currency_contradicts(open_importer: OpenImporter) -> None:
    """The rows of that one can be chosen, and the other one goes in."""
    importer = open_importer()
    rows = [row("100"), row("50", "USD"), row("60", "USD")]
    plan = plan_of(importer, *rows)
    question = only(plan.conflicts)
    assert (question.kind, question.fields) == ("rows-contradict", ("opening_balance",))
    assert question.params["values"] == {
        "opening_balance": ["100.00", "50.00", "60.00"],
        "opening_currency": ["EUR", "USD", "USD"],
    }
    assert [option.choice for option in question.options] == ["row:2", "row:3", "skip"]

    decided = plan.decide({question.id: "row:3"})
    assert decided.digest == plan_of(importer, *rows, decisions={question.id: "row:3"}).digest
    receipt = importer.apply(decided)
    assert books_of(importer) == {"An": {"EUR": "100.00", "USD": "60.00"}}
    assert [(each.row, str(each.amount)) for each in importer.openings.proof(receipt).rows] == [
        (1, "100.00"),
        (2, "60.00"),
    ]


def test_two_currencies_in_dispute_have_no_row_that_holds(open_importer: OpenImporter) -> None:
    """To follow one would drop what others say about the other currency."""
    importer = open_importer()
    rows = [row("100"), row("110"), row("50", "USD"), row("60", "USD")]
    question = only(plan_of(importer, *rows).conflicts)
    assert [option.choice for option in question.options] == ["skip"]


def test_a_disputed_document_is_one_of_its_currency(open_importer: OpenImporter) -> None:
    """The same number in another currency is another document."""
    importer = open_importer()
    rows = [
        row("100", open_item="I1"),
        row("100", "USD", open_item="I1"),
        row("120", "USD", open_item="I1"),
        row("7", "USD", open_item="I2"),
    ]
    plan = plan_of(importer, *rows)
    question = only(plan.conflicts)
    assert [option.choice for option in question.options] == ["row:2", "row:3", "skip"]
    importer.apply(plan.decide({question.id: "row:3"}))
    assert books_of(importer) == {"An": {"EUR": "100.00", "USD": "127.00"}}


def test_an_answer_holds_for_the_currencies_that_it_was_given_about(open_importer: OpenImporter) -> None:
    """The same amounts in other currencies are another question."""
    importer = open_importer()
    first = only(plan_of(importer, row("100"), row("120"), row("120", "USD")).conflicts)
    second = only(plan_of(importer, row("100"), row("120", "USD"), row("120")).conflicts)
    assert first.id != second.id


# ------------------------------------------------------------------------------------------------ what is refused


def test_a_closed_day_in_one_currency_refuses_the_client(open_importer: OpenImporter) -> None:
    """A client goes in with its balances or not at all; each of its rows says why."""
    importer = open_importer()
    importer.periods.close(*YEAR)
    rows = [row("100"), row("50", "USD", opening_date="31/12/2025")]
    plan = plan_of(importer, *rows, as_at=date(2026, 1, 1))
    assert (fates(plan), plan.summary.openings) == (["invalid:findings"] * 2, {})
    assert {finding.code for finding in plan.findings} == {"opening-date-closed"}
    receipt = importer.apply(plan)
    assert list(importer.clients()) == []
    assert [(each.row, each.currency, each.status) for each in importer.openings.proof(receipt).rows] == [
        (1, "EUR", "excluded"),
        (2, "USD", "excluded"),
    ]
    importer.periods.reopen(*YEAR)
    importer.apply(plan_of(importer, *rows, as_at=date(2026, 1, 1)))
    assert books_of(importer) == {"An": {"EUR": "100.00", "USD": "50.00"}}


def test_it_does_not_matter_which_row_finds_the_client(open_importer: OpenImporter) -> None:
    """The dollars may be in a row that only another row ties to the client."""
    importer = open_importer(books=Books(existing="replace"))
    importer.apply(plan_of(importer, row("20", "USD", opening_date="31/12/2025")))
    importer.periods.close(*YEAR)
    for mine, others in (("An@mail.example", ""), ("", "An@mail.example")):
        both = {"external_id": "X1", "phone": "+32 2 555 12 12"}
        rows = [row("100") | both | {"email": others}, row("50", "USD") | both | {"email": mine}]
        plan = plan_of(importer, *rows, as_at=date(2026, 1, 1))
        assert fates(plan) == ["invalid:findings"] * 2
        assert plan.summary.findings == {"opening-date-closed": len(list(plan.findings))} == {"opening-date-closed": 2}
        importer.apply(plan)
        assert books_of(importer) == {"An": {"USD": "20.00"}}
    same = [rows[0], row("20", "USD", opening_date="31/12/2025") | both | {"email": ""}]
    plan = plan_of(importer, *same, as_at=date(2026, 1, 1))  # alone its day would be closed; it is there already
    assert (fates(plan), plan.summary.findings, list(plan.findings)) == (["update:matched", "skip:merged"], {}, [])
    assert plan.digest == plan.decide({}).digest
    importer.apply(plan)
    assert books_of(importer) == {"An": {"EUR": "100.00", "USD": "20.00"}}


def test_a_currency_without_a_rate_refuses_the_client(open_importer: OpenImporter) -> None:
    """Before anybody is asked about the other one."""
    importer = open_importer(books=Books(base_currency="EUR", rates={"USD": "0.9"}))
    importer.apply(plan_of(importer, row("70"), row("5", name="Bo")))
    plan = plan_of(importer, row("100"), row("50", "GBP"), row("5", name="Bo"))
    assert (fates(plan), plan.conflicts) == (["invalid:findings", "invalid:findings", "unchanged:no-change"], [])
    assert {finding.code for finding in plan.findings} == {"currency-not-booked"}
    importer.apply(plan)
    assert books_of(importer) == {"An": {"EUR": "70.00"}, "Bo": {"EUR": "5.00"}}


def test_a_balance_that_is_there_needs_no_open_period(open_importer: OpenImporter) -> None:
    """The dollars stand since last year; the euros are new."""
    importer = open_importer()
    dollars = row("50", "USD", opening_date="31/12/2025")
    importer.apply(plan_of(importer, dollars))
    importer.periods.close(*YEAR)
    importer.apply(plan_of(importer, row("100"), dollars, as_at=date(2026, 1, 1)))
    assert books_of(importer) == {"An": {"EUR": "100.00", "USD": "50.00"}}


def test_one_currency_off_blocks_that_one_only(open_importer: OpenImporter) -> None:
    """The client comes in with the other; the row says what was withheld, and the right total posts it."""
    importer = open_importer()
    receipt = importer.apply(plan_of(importer, *BOTH, control_totals={"EUR": "100", "USD": "51"}))
    assert (receipt.created, receipt.openings_posted, receipt.openings_blocked) == (1, 1, 1)
    assert books_of(importer) == {"An": {"EUR": "100.00"}}
    euros, dollars = receipt.records()
    assert (euros.withheld, dollars.withheld, dollars.opening, dollars.outcome) == (False, True, None, "skipped")
    proof = importer.openings.proof(receipt)
    assert [each.status for each in proof.rows] == ["posted", "blocked"]
    assert [(each.currency, each.ties, each.blocked) for each in proof.totals] == [
        ("EUR", True, Decimal(0)),
        ("USD", False, Decimal(50)),
    ]
    receipt = importer.apply(plan_of(importer, *BOTH, control_totals={"EUR": "100", "USD": "50"}))
    assert (receipt.openings_posted, receipt.openings_blocked) == (1, 0)
    assert books_of(importer) == {"An": {"EUR": "100.00", "USD": "50.00"}}


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("far", [False, True])
def test_a_blocked_first_currency_takes_no_other_along(open_importer: OpenImporter, far: bool) -> None:
    """The client was there, so its first row is left alone; its dollars tie out and are posted."""
    importer = open_importer()
    importer.apply(plan_of(importer, row("")))
    rows = apart(*BOTH) if far else BOTH
    receipt = importer.apply(plan_of(importer, *rows, control_totals={"EUR": "1", "USD": "50"}))
    assert [each.why and each.why["why"] for each in receipt.records("stale")] == ["control-total"]
    assert books_of(importer)["An"] == {"USD": "50.00"}
    assert [each.status for each in importer.openings.proof(receipt).rows if each.currency != "GBP"] == [
        "blocked",
        "posted",
    ]


# ------------------------------------------------------------------------------------------------ applied later


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("commit_every", [2, 100])
@pytest.mark.parametrize("known", [False, True])
def test_rows_of_one_client_on_other_pages(open_importer: OpenImporter, commit_every: int, known: bool) -> None:
    """Whether the first row makes the client or finds it unchanged; in the same commit or a later one."""
    importer = open_importer(settings=Settings(commit_every=commit_every))
    if known:
        importer.apply(plan_of(importer, row("")))
        importer.apply(plan_of(importer, BOTH[0]))
    before = everything(importer), books_of(importer)
    receipt = importer.apply(plan_of(importer, *apart(*BOTH, row("7", "CHF"))))
    assert books_of(importer)["An"] == {"CHF": "7.00", "EUR": "100.00", "USD": "50.00"}
    assert {each.client for each in receipt.records() if each.planned.values["name"] == "An"} == {
        only([client.id for client in importer.clients() if client.name == "An"])
    }
    assert importer.openings.proof(receipt).ties
    importer.undo(receipt)
    assert (everything(importer), books_of(importer)) == before


@pytest.mark.usefixtures("small_pages")
def test_a_page_costs_one_look_up(open_importer: OpenImporter) -> None:
    """However many of its rows go with rows of earlier pages."""
    calls = []
    for count in (2, 20):
        applying.PAGE = 2 * count  # the fixture puts it back
        store = open_importer().store
        importer = Importer(FaultyStore(store), settings=Settings(commit_every=count))
        names = [f"N{count}x{n}" for n in range(count)]
        rows = [*(row("1", name=name) for name in names), *(row("9", name=f"Z{name}") for name in names)]
        plan = plan_of(importer, *rows, *(row("2", "USD", name) for name in names))
        importer.apply(plan)
        calls.append(importer.store.statements)  # type: ignore[attr-defined]
        assert sum(each.currency == "USD" for each in importer.openings.list()) >= count
    assert calls[0] == calls[1]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("far", [False, True])
def test_a_balance_changed_meanwhile_is_left_alone(open_importer: OpenImporter, far: bool) -> None:
    """The row says so and comes back; the client and its other balance go in."""
    importer = open_importer()
    importer.apply(plan_of(importer, row("")))
    plan = plan_of(importer, *(apart(*BOTH) if far else BOTH))
    importer.openings.set("1", "33", currency="USD")
    receipt = importer.apply(plan)
    stale = only(list(receipt.records("stale")))
    assert (stale.planned.locator.row, stale.why) == (3 if far else 2, {"why": "opening-changed", "currency": "USD"})
    assert sum(receipt.counts.values()) == receipt.plan_summary.records
    assert books_of(importer)["An"] == {"EUR": "100.00", "USD": "33.00"}
    exception = only(list(receipt.exceptions.rows()))
    assert (exception.row, "Somebody changed" in exception.comment) == (stale.planned.locator.row, True)
    excluded = only([each for each in importer.openings.proof(receipt).rows if each.status == "excluded"])
    assert (excluded.currency, excluded.amount, excluded.reasons) == ("USD", Decimal(50), (exception.comment,))


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("far", [False, True])
def test_a_day_closed_meanwhile_holds_its_currency_back(open_importer: OpenImporter, far: bool) -> None:
    """A client that the run makes comes in with what can be posted."""
    importer = open_importer()
    rows = [row("100"), row("50", "USD", opening_date="31/12/2025")]
    plan = plan_of(importer, *(apart(*rows) if far else rows), as_at=date(2026, 1, 1))
    importer.periods.close(*YEAR)
    receipt = importer.apply(plan)
    assert [each.why and each.why["why"] for each in receipt.records("stale")] == ["closed-period"]
    assert books_of(importer)["An"] == {"EUR": "100.00"}


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("far", [False, True])
def test_a_client_that_does_not_come_in_brings_no_balance(open_importer: OpenImporter, far: bool) -> None:
    """Its first row was left alone, so the rows that went into it are, and all of them come back."""
    importer = open_importer()
    rows = [
        row("100", opening_date="31/12/2025", open_item="A"),
        row("50", "USD", open_item="B"),
        row("20", "USD", open_item="C"),
        row("5", opening_date="31/12/2025", open_item="D"),
    ]
    plan = plan_of(importer, *(apart(*rows) if far else rows), as_at=date(2026, 1, 1))
    assert plan.summary.dispositions["create"] == (5 if far else 1)
    importer.periods.close(*YEAR)
    receipt = importer.apply(plan)
    assert "An" not in {client.name for client in importer.clients()}
    assert {each.currency for each in importer.openings.list()} == ({"GBP"} if far else set())
    assert [each.why and each.why["why"] for each in receipt.records("stale")] == ["closed-period", "merged-into"]
    assert sum(receipt.counts.values()) == receipt.plan_summary.records
    given_back = list(receipt.exceptions.rows())
    assert [each.row for each in given_back] == ([1, 3, 5, 7] if far else [1, 2, 3, 4])
    assert "Row 1" in given_back[1].comment
    assert (len(receipt.exceptions), bool(receipt.exceptions)) == (4, True)

    importer.periods.reopen(*YEAR)
    importer.apply(plan_of(importer, *(rows[n] for n in range(4)), as_at=date(2026, 1, 1)))
    assert books_of(importer)["An"] == {"EUR": "105.00", "USD": "70.00"}


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("far", [False, True])
def test_a_client_that_came_meanwhile_gets_no_balance(open_importer: OpenImporter, far: bool) -> None:
    """It stands in the way of the first row, which is left alone; the others do not go to it either."""
    importer = open_importer()
    plan = plan_of(importer, *(apart(*BOTH) if far else BOTH))
    importer.apply(plan_of(importer, row("", name="An")))
    receipt = importer.apply(plan)
    assert [each.why and each.why["why"] for each in receipt.records("stale")] == ["came-meanwhile", "merged-into"]
    assert "An" not in books_of(importer)


@pytest.mark.usefixtures("small_pages")
def test_a_client_removed_meanwhile_gets_no_balance(open_importer: OpenImporter) -> None:
    """Its first row has nothing to write but looks, since a balance goes in with the others."""
    importer = open_importer()
    made = importer.apply(plan_of(importer, BOTH[0]))
    plan = plan_of(importer, *apart(*BOTH, row("7", "CHF")))
    importer.undo(made)
    receipt = importer.apply(plan)
    assert [each.why and each.why["why"] for each in receipt.records("stale")] == ["gone", "merged-into", "merged-into"]
    assert "An" not in books_of(importer)


# ------------------------------------------------------------------------------------------------ undone


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("known", [False, True])
def test_an_undo_keeps_what_somebody_changed_since(open_importer: OpenImporter, known: bool) -> None:
    """In that currency; asked again it says the same in the same order."""
    importer = open_importer()
    if known:
        importer.apply(plan_of(importer, row("")))
    rows = apart(*BOTH, row("7", "CHF"), row("8", "USD", "Bo"), row("9", "JPY", "Bo"))
    receipt = importer.apply(plan_of(importer, *rows))
    (an,) = (client.id for client in importer.clients() if client.name == "An")
    importer.openings.set(an, "33", currency="USD")
    importer.openings.set(an, "34", currency="CHF")
    undone = importer.undo(receipt)
    assert importer.undo(receipt) == undone
    kept = [(each.client, each.field, each.reason) for each in undone.kept]
    assert kept[:2] == [(an, "opening_balance", "changed-since")] * 2
    assert kept[2:] == ([] if known else [(an, None, "has-opening")])
    assert books_of(importer) == {"An": {"CHF": "34.00", "USD": "33.00"}}


def test_an_undo_in_a_closed_period_is_refused_as_a_whole(open_importer: OpenImporter) -> None:
    """Whichever currency lies in it."""
    from clientimport import PeriodClosedError

    importer = open_importer()
    rows = [row("100"), row("50", "USD", opening_date="31/12/2025")]
    receipt = importer.apply(plan_of(importer, *rows, as_at=date(2026, 1, 1)))
    importer.periods.close(*YEAR)
    with pytest.raises(PeriodClosedError):
        importer.undo(receipt)
    assert books_of(importer) == {"An": {"EUR": "100.00", "USD": "50.00"}}


# ------------------------------------------------------------------------------------------------ reports


def texts(value: Any) -> Iterator[str]:
    """Every text in a workbook's cells."""
    for sheet in value.worksheets:
        for cells in sheet.iter_rows():
            yield from (str(cell.value) for cell in cells if cell.value is not None)


def test_every_report_shows_both(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Text, JSON, workbook, page; each balance with its own row."""
    importer = open_importer()
    receipt = importer.apply(plan_of(importer, *BOTH))
    receipt.to_xlsx(tmp_path / "receipt.xlsx")
    receipt.to_html(tmp_path / "receipt.html")
    lines = [f"Opening balance (2026-01-15): (empty) -> {text}" for text in ("100.00 EUR", "50.00 USD")]
    for line in lines:
        assert line in receipt.to_text()
        assert any(line in text for text in texts(load_workbook(tmp_path / "receipt.xlsx")))
    page = (tmp_path / "receipt.html").read_text(encoding="utf-8")
    assert "<ins>100.00 EUR</ins>" in page
    assert "<ins>50.00 USD</ins>" in page
    rows = receipt.to_dict()["rows"]
    assert [(each["client"], each["opening"]["currency"], each["opening"]["amount"]) for each in rows] == [
        ("1", "EUR", "100.00"),
        ("1", "USD", "50.00"),
    ]
    plan = plan_of(importer, *BOTH)
    assert "EUR                100.00" in plan.to_text()
    assert "USD                 50.00" in plan.to_text()
    proof = importer.openings.proof(receipt)
    proof.to_xlsx(tmp_path / "proof.xlsx")
    every = load_workbook(tmp_path / "proof.xlsx").worksheets[2]
    assert [[cell.value for cell in cells][:6] for cells in every.iter_rows(min_row=2)] == [
        ["1", "1", "An", "EUR", "100.00", "posted by this run"],
        ["2", "1", "An", "USD", "50.00", "posted by this run"],
    ]


def test_a_client_to_whom_a_merged_row_brings_a_balance_is_updated(open_importer: OpenImporter) -> None:
    """Whoever reads that nobody is made or updated may take it that nothing is written."""
    importer = open_importer()
    importer.apply(plan_of(importer, BOTH[0]))

    plan = plan_of(importer, *BOTH)
    receipt = importer.apply(plan)

    assert fates(plan) == ["update:opening", "skip:merged"]
    assert (receipt.updated, receipt.openings_posted) == (1, 1)
    assert fates(plan_of(importer, *BOTH)) == ["unchanged:no-change", "skip:merged"]
