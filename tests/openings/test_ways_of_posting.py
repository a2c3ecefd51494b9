"""Charts of accounts, base currency, cut-over entries, open items."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport import Books, Settings, SettingsError
from clientimport.core.money import decimals, from_minor
from tests.openings.test_posting import ROWS, accounts_of, books_of
from tests.planning.given import OpenImporter, plan_of


def rows_in(*amounts: tuple[str, str]) -> list[dict[str, object]]:
    return [
        {"name": f"C{n}", "email": f"c{n}@mail.example", "opening_balance": amount, "opening_currency": currency}
        for n, (amount, currency) in enumerate(amounts)
    ]


def test_accounts_are_settings(open_importer: OpenImporter) -> None:
    """One chart for all currencies, or an account for each."""
    books = Books(receivable={"EUR": "1300", "USD": "1310"}, equity="3900")
    importer = open_importer(books=books)
    plan = plan_of(importer, *rows_in(("10", "EUR"), ("20", "USD"), ("30", "GBP")))
    assert [finding.code for finding in plan.findings] == ["currency-not-booked"]
    importer.apply(plan)

    assert accounts_of(importer) == {
        ("1300", "EUR"): "10.00",
        ("1310", "USD"): "20.00",
        ("3900", "EUR"): "-10.00",
        ("3900", "USD"): "-20.00",
    }


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"receivable": ""}, "books.receivable"),
        ({"equity": {"EURO": "1"}}, "books.equity"),
        ({"receivable": "1", "equity": "1"}, "books.equity"),
        ({"base_currency": "euro"}, "books.base_currency"),
        ({"rates": {"USD": "0.9"}}, "books.base_currency"),
        ({"base_currency": "EUR", "rates": {"USD": 0.9}}, "books.rates.USD"),
        ({"base_currency": "EUR", "rates": {"USD": "0"}}, "books.rates.USD"),
        ({"base_currency": "EUR", "rates": {"USD": "NaN"}}, "books.rates.USD"),
        ({"entries": "all"}, "books.entries"),
        ({"existing": "sum"}, "books.existing"),
        ({"sign": "negative"}, "books.sign"),
    ],
)
def test_broken_books_raise_at_once(settings: dict[str, object], key: str) -> None:
    """Naming the key and what is allowed."""
    with pytest.raises(SettingsError) as broken:
        Books.from_dict(settings)
    assert broken.value.key == key
    with pytest.raises(SettingsError, match="books: the key"):
        Books.from_dict({"recievable": "1"})


def test_foreign_currency_keeps_amount_rate_and_base_amount(open_importer: OpenImporter) -> None:
    """And the entry balances in both."""
    books = Books(base_currency="EUR", rates={"USD": "0.91734"})
    importer = open_importer(books=books)
    plan = plan_of(importer, *rows_in(("100.01", "USD"), ("50", "EUR"), ("7", "GBP")))
    assert [(finding.code, finding.params) for finding in plan.findings] == [
        ("currency-not-booked", {"currency": "GBP", "base": "EUR"})
    ]
    importer.apply(plan)

    dollars, euros = importer.openings.list()
    assert (str(dollars.amount), dollars.rate, str(dollars.base_amount), dollars.base_currency) == (
        "100.01", Decimal("0.91734"), "91.74", "EUR",
    )  # fmt: skip
    assert (euros.rate, str(euros.base_amount)) == (Decimal(1), "50.00")
    for entry in importer.openings.journal():
        assert sum(line.debit - line.credit for line in entry.lines) == 0
        assert sum((line.base_debit or 0) - (line.base_credit or 0) for line in entry.lines) == 0


@given(
    minor=st.integers(-(10**11), 10**11),
    rate=st.decimals("0.000001", "9999", allow_nan=False, allow_infinity=False, places=6),
    currency=st.sampled_from(["EUR", "JPY", "KWD", "USD", "CLF"]),
    base=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_a_converted_amount_is_at_most_half_a_unit_off(minor: int, rate: Decimal, currency: str, base: str) -> None:
    """Whatever the decimals of the two currencies."""
    books = Books(base_currency=base, rates={} if currency == base else {currency: rate})
    converted = books.base_minor(minor, currency)
    assert converted is not None

    exact = from_minor(minor, currency) * (1 if currency == base else rate)
    assert abs(exact - from_minor(converted, base)) <= Decimal("0.5").scaleb(-decimals(base))
    assert books.base_minor(-minor, currency) == -converted


def test_a_cut_over_is_one_entry_with_a_line_for_each_client(open_importer: OpenImporter) -> None:
    """One for each date; the other side is one line."""
    importer = open_importer(books=Books(entries="cut_over"))
    receipt = importer.apply(
        plan_of(importer, *ROWS, {**ROWS[3], "name": "Zoë", "email": "zoe@mail.example"}, as_at=date(2026, 1, 1))
    )

    first, second = importer.openings.journal()
    assert (first.date, second.date) == (date(2025, 12, 31), date(2026, 1, 1))
    assert [(line.account, line.client is None, str(line.debit), str(line.credit)) for line in second.lines] == [
        ("Accounts Receivable", False, "1234.56", "0.00"),
        ("Accounts Receivable", False, "1234.56", "0.00"),
        ("Opening Balance Equity", True, "0.00", "2469.12"),
    ]
    openings = importer.openings.list()
    assert len({opening.id for opening in openings}) == 3

    importer.openings.delete([openings[1].id])  # one line of it
    assert str(list(importer.openings.journal())[1].lines[-1].credit) == "1234.56"
    importer.undo(receipt)
    assert accounts_of(importer) == {}


def test_a_cut_over_of_many_commits_is_still_one_entry(open_importer: OpenImporter) -> None:
    """However often it was committed on the way."""
    from clientimport import Settings

    importer = open_importer(settings=Settings(commit_every=500, books=Books(entries="cut_over")))
    importer.apply(plan_of(importer, *rows_in(*[("1", "EUR")] * 1300), as_at=date(2026, 1, 1)))

    (entry,) = importer.openings.journal()
    assert len(entry.lines) == 1301
    assert str(entry.lines[-1].credit) == "1300.00"


def test_what_rounding_leaves_over_is_booked(open_importer: OpenImporter) -> None:
    """Three times a third of a cent more: the total converted is not the sum of converted lines."""
    books = Books(entries="cut_over", base_currency="EUR", rates={"USD": "0.334"})
    importer = open_importer(books=books)
    receipt = importer.apply(plan_of(importer, *rows_in(*[("1.00", "USD")] * 3), as_at=date(2026, 1, 1)))

    (entry,) = importer.openings.journal()
    rounding = [line for line in entry.lines if line.account == "Rounding"]
    # 3.00 USD are 1.002, so 1.00 EUR; the three lines are 0.33 each
    assert [(str(line.debit), line.currency) for line in rounding] == [("0.01", "EUR")]
    for currency in ("USD", "EUR"):
        assert sum(line.debit - line.credit for line in entry.lines if line.currency == currency) == 0
    equity = [each for each in importer.openings.balances() if each.account == "Opening Balance Equity"]
    assert sum(each.base_amount or 0 for each in equity) == Decimal("-1.00")
    importer.undo(receipt)
    assert [each for each in importer.openings.balances() if each.amount or each.base_amount] == []


ITEMS = (
    {"name": "An", "email": "an@mail.example", "opening_balance": "100,00", "open_item": "F7", "open_item_due": "31/12/2025"},
    {"name": "An", "email": "an@mail.example", "opening_balance": "-20,00", "open_item": "C2", "open_item_due": ""},
    {"name": "Bo", "email": "bo@mail.example", "opening_balance": "5,00", "open_item": "F9", "open_item_due": "13/01/2026"},
    {"name": "An", "email": "an@mail.example", "opening_balance": "100,00", "open_item": "F7", "open_item_due": "31/12/2025"},
)  # fmt: skip


def test_open_items_sum_up_to_the_balance(open_importer: OpenImporter) -> None:
    """Several rows a client; one that stands there twice counts once; due dates are kept."""
    importer = open_importer()
    plan = plan_of(importer, *ITEMS)
    assert plan.summary.openings == {"EUR": "85.00"}
    receipt = importer.apply(plan)

    assert receipt.openings_posted == 2
    an, bo = importer.openings.list()
    assert (str(an.amount), str(bo.amount)) == ("80.00", "5.00")
    assert [(item.number, item.due, str(item.amount)) for item in an.items] == [
        ("F7", date(2025, 12, 31), "100.00"),
        ("C2", None, "-20.00"),
    ]
    assert importer.apply(plan_of(importer, *ITEMS)).openings_posted == 0
    importer.undo(receipt)
    assert books_of(importer) == {}


def test_two_amounts_of_one_document_are_a_question(open_importer: OpenImporter) -> None:
    """Which of them is open nobody can guess."""
    importer = open_importer()
    plan = plan_of(importer, ITEMS[0], ITEMS[1], {**ITEMS[0], "opening_balance": "90,00"})

    (question,) = plan.conflicts
    assert (question.kind, question.fields) == ("rows-contradict", ("opening_balance",))
    importer.apply(plan.decide({question.id: "row:3"}))
    assert books_of(importer) == {"An": {"EUR": "70.00"}}


def test_an_undo_brings_the_documents_back(open_importer: OpenImporter) -> None:
    """A replaced balance comes back with what it consisted of."""
    importer = open_importer(books=Books(existing="replace"))
    importer.apply(plan_of(importer, *ITEMS))
    items = importer.openings.list()[0].items
    second = importer.apply(plan_of(importer, {**ITEMS[0], "opening_balance": "3"}))
    assert [item.number for item in importer.openings.list(client="1")[0].items] == ["F7"]
    importer.undo(second)
    assert importer.openings.list(client="1")[0].items == items


def document(name: str, amount: str, number: str, email: str = "", phone: str = "") -> dict[str, object]:
    email = email or f"{name.lower()}@mail.example"
    return {"name": name, "email": email, "phone": phone, "opening_balance": amount, "open_item": number}


@pytest.mark.parametrize(
    "broken",
    [
        document("An", "-2O,50", "C9"),
        {**document("An", "-20,50", "C9"), "open_item_due": "31/02/2026"},
        document("An", "-20,50", "C9", email="an@", phone="0475 12 34 56"),
    ],
)
@pytest.mark.parametrize("first", [False, True])
def test_a_refused_document_holds_back_the_others_of_its_client(
    open_importer: OpenImporter, broken: dict[str, object], first: bool
) -> None:
    """What is left would add up to a balance that the client never had; mended they go in together."""
    importer = open_importer(profile="daftra")
    own = [document("An", "500,00", "A", phone="0475 12 34 56"), document("An", "320,50", "B")]
    others = [document("Bo", "7,00", "X"), document("Bo", "-2,00", "Y")]
    rows = [broken, *own, *others] if first else [*own, *others, broken]
    plan = plan_of(importer, *rows)
    receipt = importer.apply(plan)

    assert plan.summary.openings == {"EUR": "5.00"}
    assert plan.summary.findings["document-refused"] == 2
    assert (receipt.created, receipt.counts["refused"]) == (1, 3)
    held = [found for found in plan.findings if found.code == "document-refused"]
    assert {found.params["row"] for found in held} == {1 if first else 5}

    mended = {**broken, "opening_balance": "-20,50", "open_item_due": "", "email": "an@mail.example"}
    importer.apply(plan_of(importer, *own, mended))
    assert [str(opening.amount) for opening in importer.openings.list()] == ["5.00", "800.00"]


def test_a_refused_row_that_is_no_document_holds_nobody_back(open_importer: OpenImporter) -> None:
    """Nothing of the balance is in it; nor does the document of somebody else."""
    importer = open_importer(profile="daftra")
    rows = [
        document("An", "500,00", "A"),
        {**document("An", "", ""), "phone": "x", "name": ""},
        document("Bo", "?", "B"),
    ]
    plan = plan_of(importer, *rows)

    assert plan.summary.openings == {"EUR": "500.00"}
    assert "document-refused" not in plan.summary.findings


def test_of_documents_the_sum_has_a_sign(open_importer: OpenImporter) -> None:
    """Where balances are positive a credit note is fine, and a client in credit is not."""
    importer = open_importer(profile="daftra")
    rows = [
        document("An", "100", "A"), document("An", "-20", "B"),
        document("Bo", "-5", "C"),
        document("Cy", "5", "D"), document("Cy", "-6", "E"),
    ]  # fmt: skip
    plan = plan_of(importer, *rows)

    assert plan.summary.openings == {"EUR": "80.00"}
    assert plan.summary.findings == {"opening-negative": 3}
    assert plan.to_text().count("Invalid opening balance value.") >= 3
    anything = open_importer("memory:", profile="daftra", books=Books(sign="any"))
    assert plan_of(anything, *rows).summary.openings == {"EUR": "74.00"}


def test_deciding_again_holds_the_same_documents_back(open_importer: OpenImporter) -> None:
    """A plan that is sealed anew finds them anew, once each."""
    importer = open_importer()
    unsure = {"name": "Cy", "email": "cy@mail.example", "opening_balance": "1.000", "open_item": "Z"}
    plan = plan_of(importer, document("An", "x", "A"), document("An", "20", "B"), unsure)
    again = plan.decide({"column-format:opening_balance": ","})

    assert (plan.summary.findings, again.summary.findings) == ({"amount-unreadable": 1, "document-refused": 1},) * 2
    assert again.summary.openings == {"EUR": "1000.00"}


@pytest.mark.parametrize("left", [1, 3])
def test_rounding_waits_for_no_line_that_left_before_the_end(open_importer: OpenImporter, left: int) -> None:
    """An apply that was stopped, balances taken back, the apply gone on with: nothing is rounded that is not whole."""
    books = Books(entries="cut_over", base_currency="EUR", rates={"USD": "0.334"})
    importer = open_importer(settings=Settings(books=books, commit_every=500))
    more = [{"name": f"K{n}", "email": f"k{n}@mail.example"} for n in range(500)]
    plan = plan_of(importer, *rows_in(*[("1.00", "USD")] * 3), *more)
    next(importer.apply_iter(plan))
    importer.openings.delete(importer.openings.list()[:left])

    receipt = importer.apply(plan)

    roles = [line.role for entry in importer.openings.journal() for line in entry.lines]
    assert roles.count("receivable") == 3 - left
    assert "rounding" not in roles
    assert importer.undo(receipt).kept == ()
    assert list(importer.openings.journal()) == []
