"""Opening balances of an import: posted once, as balanced entries, and never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from clientimport import Books, Importer, Period, SettingsError
from tests.planning.given import OpenImporter, plan_of

ROWS = (
    {"name": "An Peeters", "email": "an@mail.example", "opening_balance": "250,00", "opening_date": "31/12/2025"},
    {"name": "Bram Claes", "email": "bram@mail.example", "opening_balance": "0", "opening_date": ""},
    {"name": "Els Maes", "email": "els@mail.example", "opening_balance": "", "opening_date": ""},
    {"name": "Garage Snel", "email": "snel@mail.example", "opening_balance": "1.234,56", "opening_date": ""},
)


def books_of(importer: Importer) -> dict[str, dict[str, str]]:
    """Client name -> currency -> balance, of those who have one."""
    found = {
        client.name: {currency: str(amount) for currency, amount in client.balance.items()}
        for client in importer.clients()
    }
    return {name: balance for name, balance in found.items() if balance}


def accounts_of(importer: Importer) -> dict[tuple[str, str], str]:
    """(account, currency) -> balance, zeros left out."""
    return {(each.account, each.currency): str(each.amount) for each in importer.openings.balances() if each.amount}


def test_each_balance_is_one_balanced_entry(open_importer: OpenImporter) -> None:
    """Debit receivables with the client as party, credit opening balance equity, on the row's day or the as-at day."""
    importer = open_importer()
    receipt = importer.apply(plan_of(importer, *ROWS, as_at=date(2026, 1, 1)))

    assert receipt.openings_posted == 2  # zero is accepted and posts nothing
    entries = list(importer.openings.journal())
    assert [(entry.date, entry.kind, entry.run) for entry in entries] == [
        (date(2025, 12, 31), "opening", receipt.run),
        (date(2026, 1, 1), "opening", receipt.run),
    ]
    an = next(client for client in importer.clients() if client.name == "An Peeters")
    assert [
        (line.account, line.client, str(line.debit), str(line.credit), line.currency) for line in entries[0].lines
    ] == [
        ("Accounts Receivable", an.id, "250.00", "0.00", "EUR"),
        ("Opening Balance Equity", None, "0.00", "250.00", "EUR"),
    ]
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}, "Garage Snel": {"EUR": "1234.56"}}
    assert accounts_of(importer) == {
        ("Accounts Receivable", "EUR"): "1484.56",
        ("Opening Balance Equity", "EUR"): "-1484.56",
    }
    assert receipt.residue() == {"EUR": Decimal("-1484.56")}


def test_without_any_date_the_clock_says_the_day(open_importer: OpenImporter) -> None:
    """The default is today, as the importer's clock has it."""
    importer = open_importer()
    importer.apply(plan_of(importer, ROWS[3]))

    assert [opening.as_at for opening in importer.openings.list()] == [date(2026, 1, 15)]


def test_it_stands_in_the_payments_list(open_importer: OpenImporter) -> None:
    """With the method that the product calls it, beside the host's own payments."""
    importer = open_importer(profile="daftra")
    importer.apply(plan_of(importer, *ROWS))
    an = next(client for client in importer.clients() if client.name == "An Peeters")
    cash = importer.payments.add(an.id, "50.00", date=date(2026, 1, 3), method="Cash", currency="EUR", reference="till")

    listed = importer.payments.list()
    assert [(each.date, each.method, str(each.amount)) for each in listed] == [
        (date(2025, 12, 31), "Opening Balance", "250.00"),
        (date(2026, 1, 3), "Cash", "50.00"),
        (date(2026, 1, 15), "Opening Balance", "1234.56"),
    ]
    assert [each.id for each in importer.payments.list(method="Cash")] == [cash]
    assert [str(each.amount) for each in importer.payments.list(method="Opening Balance", client=an.id)] == ["250.00"]
    assert importer.payments.list(method="Bank") == []
    assert books_of(importer)["An Peeters"] == {"EUR": "250.00"}  # the host's payments move nothing here
    with pytest.raises(SettingsError, match="method of the host"):
        importer.payments.add(an.id, "1", date=date(2026, 1, 3), method="Opening Balance", currency="EUR")


def test_importing_twice_posts_nothing(open_importer: OpenImporter) -> None:
    """A bookkeeper may press the button again, on another day too."""
    importer = open_importer()
    first = plan_of(importer, *ROWS)
    importer.apply(first)
    before = list(importer.openings.journal(all=True))
    importer.apply(first)
    again = plan_of(importer, *ROWS, as_at=date(2026, 2, 1))
    receipt = importer.apply(again)

    assert again.summary.dispositions["unchanged"] == 4
    assert receipt.openings_posted == 0
    assert list(importer.openings.journal(all=True)) == before


def test_another_amount_is_a_question(open_importer: OpenImporter) -> None:
    """Nobody's balance changes unless a person says so; replacing is a reversal and a new entry."""
    importer = open_importer()
    importer.apply(plan_of(importer, ROWS[0]))
    changed = {**ROWS[0], "opening_balance": "300,00"}
    plan = plan_of(importer, changed)

    (question,) = plan.conflicts
    assert question.kind == "opening-differs"
    assert [option.choice for option in question.options] == ["keep", "replace", "add", "skip"]
    assert importer.apply(plan).counts["held"] == 1
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}}

    kept = importer.apply(plan.decide({question.id: "keep"}))
    assert kept.openings_posted == 0
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}}
    importer.apply(plan_of(importer, changed, decisions={question.id: "replace"}))

    assert books_of(importer) == {"An Peeters": {"EUR": "300.00"}}
    trail = list(importer.openings.journal(all=True))
    assert [(entry.kind, entry.reverses) for entry in trail] == [
        ("opening", ()),
        ("reversal", (trail[0].id,)),
        ("opening", ()),
    ]
    assert [entry.id for entry in importer.openings.journal()] == [trail[2].id]


@pytest.mark.parametrize(("existing", "balance"), [("replace", "300.00"), ("add", "550.00"), ("keep", "250.00")])
def test_the_books_may_say_what_another_amount_does(open_importer: OpenImporter, existing: str, balance: str) -> None:
    """Replace, add or keep, without a question; and the same file once more changes nothing."""
    importer = open_importer(books=Books(existing=existing))
    importer.apply(plan_of(importer, ROWS[0]))
    changed = {**ROWS[0], "opening_balance": "300,00"}
    for _ in range(2):
        importer.apply(plan_of(importer, changed))
        assert books_of(importer) == {"An Peeters": {"EUR": balance}}


def test_adding_the_same_file_again_adds_nothing(open_importer: OpenImporter) -> None:
    """Whatever came in between: what a file brought is in the balance already."""
    importer = open_importer(books=Books(existing="add"))
    first, second = ROWS[0], {**ROWS[0], "opening_balance": "30"}
    for row in (first, second, first, second):
        importer.apply(plan_of(importer, row))

    assert books_of(importer) == {"An Peeters": {"EUR": "280.00"}}


def test_zero_takes_a_replaced_balance_back(open_importer: OpenImporter) -> None:
    """Nothing is owed any more: the entry is reversed, and nothing takes its place."""
    importer = open_importer(books=Books(existing="replace"))
    importer.apply(plan_of(importer, ROWS[0]))
    importer.apply(plan_of(importer, {**ROWS[0], "opening_balance": "0"}))

    assert books_of(importer) == {}
    assert accounts_of(importer) == {}
    assert len(list(importer.openings.journal(all=True))) == 2
    assert list(importer.openings.journal()) == []


def test_rows_of_one_client_must_agree(open_importer: OpenImporter) -> None:
    """Equal balances post once, different ones are a question."""
    importer = open_importer()
    row = {"name": "An Peeters", "email": "an@mail.example", "opening_balance": "10"}
    importer.apply(plan_of(importer, row, row))
    assert books_of(importer) == {"An Peeters": {"EUR": "10.00"}}

    bram = {"name": "Bram", "email": "bram@mail.example", "opening_balance": "10"}
    plan = plan_of(importer, bram, {**bram, "opening_balance": "20"})
    assert [question.kind for question in plan.conflicts] == ["rows-contradict"]
    receipt = importer.apply(plan.decide({plan.conflicts[0].id: "row:2"}))
    assert receipt.openings_posted == 1
    assert books_of(importer)["Bram"] == {"EUR": "20.00"}


def test_a_client_in_credit_is_the_mirrored_entry(open_importer: OpenImporter) -> None:
    """Where the sign rule allows it."""
    importer = open_importer()
    importer.apply(plan_of(importer, {"name": "An", "email": "an@mail.example", "opening_balance": "(45,00)"}))

    (entry,) = importer.openings.journal()
    assert [(line.account, str(line.debit), str(line.credit)) for line in entry.lines] == [
        ("Accounts Receivable", "0.00", "45.00"),
        ("Opening Balance Equity", "45.00", "0.00"),
    ]
    assert books_of(importer) == {"An": {"EUR": "-45.00"}}


def test_the_sign_rule_is_a_setting(open_importer: OpenImporter) -> None:
    """Positive only under daftra, unless the books say otherwise."""
    row = {"name": "An", "email": "an@mail.example", "opening_balance": "-45"}
    strict = plan_of(open_importer(profile="daftra"), row)
    assert [finding.code for finding in strict.findings if finding.field == "opening_balance"] == ["amount-negative"]

    relaxed = plan_of(open_importer(profile="daftra", books=Books(sign="any")), row)
    assert relaxed.summary.openings == {"EUR": "-45.00"}


@pytest.mark.parametrize(
    "written",
    ["1.234,56", "1,234.56", "1 234,56", "1\u202f234,56", "1.234,56 DR", "€ 1.234,56", "EUR 1,234.56", "1'234.56"],
)
def test_an_amount_is_read_as_it_is_written(open_importer: OpenImporter, written: str) -> None:
    """However the old program wrote it."""
    importer = open_importer()
    importer.apply(plan_of(importer, {"name": "An", "email": "an@mail.example", "opening_balance": written}))

    assert books_of(importer) == {"An": {"EUR": "1234.56"}}


@pytest.mark.parametrize("written", ["(1,234.56)", "1.234,56-", "-1.234,56", "\u22121.234,56", "1.234,56 CR"])
def test_a_credit_is_read_as_it_is_written(open_importer: OpenImporter, written: str) -> None:
    """Parentheses, a minus behind, a real minus sign, CR."""
    importer = open_importer()
    importer.apply(plan_of(importer, {"name": "An", "email": "an@mail.example", "opening_balance": written}))

    assert books_of(importer) == {"An": {"EUR": "-1234.56"}}


def test_currencies_stand_apart(open_importer: OpenImporter) -> None:
    """None, two or three decimals; nothing is added across them."""
    importer = open_importer()
    rows = [
        {"name": name, "email": f"{name}@mail.example", "opening_balance": amount, "opening_currency": currency}
        for name, amount, currency in (("an", "1200", "JPY"), ("bo", "10.50", "EUR"), ("cy", "1.250", "KWD"))
    ]
    plan = plan_of(importer, *rows)
    importer.apply(plan.decide({question.id: "." for question in plan.conflicts}))

    assert books_of(importer) == {"an": {"JPY": "1200"}, "bo": {"EUR": "10.50"}, "cy": {"KWD": "1.250"}}
    assert accounts_of(importer)["Accounts Receivable", "KWD"] == "1.250"


def test_a_closed_period_refuses_an_import(open_importer: OpenImporter) -> None:
    """In the product's own words; the other rows go on."""
    importer = open_importer(profile="daftra")
    importer.periods.close(date(2025, 1, 1), date(2025, 12, 31))
    plan = plan_of(importer, *ROWS, as_at=date(2026, 1, 1))

    (finding,) = plan.findings
    assert finding.code == "opening-date-closed"
    assert finding.seen == "31/12/2025"
    assert finding.params == {"date": "2025-12-31", "start": "2025-01-01", "end": "2025-12-31"}
    assert "Invalid opening balance date." in plan.to_text()
    assert importer.apply(plan).counts["refused"] == 1
    assert books_of(importer) == {"Garage Snel": {"EUR": "1234.56"}}

    importer.periods.reopen(date(2025, 1, 1), date(2025, 12, 31))
    assert importer.periods.list() == []
    importer.apply(plan_of(importer, ROWS[0]))
    assert books_of(importer)["An Peeters"] == {"EUR": "250.00"}


def test_a_balance_that_is_there_needs_no_open_period(open_importer: OpenImporter) -> None:
    """Next year's import of the same list updates clients, and posts nothing in the year that was closed."""
    importer = open_importer()
    importer.apply(plan_of(importer, ROWS[0]))
    importer.periods.close(date(2025, 1, 1), date(2025, 12, 31))
    plan = plan_of(importer, {**ROWS[0], "city": "Gent"})

    assert plan.summary.dispositions["update"] == 1
    assert importer.apply(plan).counts["updated"] == 1


def test_a_host_may_supply_its_periods(open_importer: OpenImporter) -> None:
    """They hold like our own, and are the host's to open."""
    closed = [Period(date(2025, 12, 1), date(2025, 12, 31))]
    importer = open_importer(periods=lambda: closed)

    assert [finding.code for finding in plan_of(importer, ROWS[0]).findings] == ["opening-date-closed"]
    assert importer.periods.list() == closed
    with pytest.raises(SettingsError, match="closed here"):
        importer.periods.reopen(date(2025, 12, 1), date(2025, 12, 31))
    closed.clear()
    importer.apply(plan_of(importer, ROWS[0]))
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}}


def test_a_period_closed_between_plan_and_apply_holds(open_importer: OpenImporter) -> None:
    """The record is left alone as a whole, and says which period it was."""
    importer = open_importer()
    plan = plan_of(importer, *ROWS, as_at=date(2026, 1, 1))
    importer.periods.close(date(2025, 1, 1), date(2025, 12, 31))
    receipt = importer.apply(plan)

    (stale,) = receipt.records("stale")
    assert stale.why == {"why": "closed-period", "date": "2025-12-31", "start": "2025-01-01", "end": "2025-12-31"}
    assert "An Peeters" not in {client.name for client in importer.clients()}
    assert receipt.openings_posted == 1


def test_a_balance_changed_between_plan_and_apply_is_stale(open_importer: OpenImporter) -> None:
    """What a person did meanwhile is not undone by an older plan."""
    importer = open_importer(books=Books(existing="replace"))
    importer.apply(plan_of(importer, ROWS[0]))
    plan = plan_of(importer, {**ROWS[0], "opening_balance": "300"})
    (an,) = importer.clients()
    importer.openings.set(an.id, "275")
    receipt = importer.apply(plan)

    (stale,) = receipt.records("stale")
    assert stale.why == {"why": "opening-changed", "currency": "EUR"}
    assert books_of(importer) == {"An Peeters": {"EUR": "275.00"}}


def test_a_balance_set_meanwhile_is_not_doubled(open_importer: OpenImporter) -> None:
    """A client had none when the plan was made, and has one when it is applied."""
    importer = open_importer()
    importer.apply(plan_of(importer, {"name": "An Peeters", "email": "an@mail.example"}))
    plan = plan_of(importer, ROWS[0])
    (an,) = importer.clients()
    importer.openings.set(an.id, "10")
    receipt = importer.apply(plan)

    assert receipt.counts["stale"] == 1
    assert books_of(importer) == {"An Peeters": {"EUR": "10.00"}}


def test_totals_must_tie_out(open_importer: OpenImporter) -> None:
    """To the cent; a difference blocks the currency, says by how much, and the clients come in all the same."""
    importer = open_importer()
    plan = plan_of(importer, *ROWS, control_totals={"EUR": "1484.57"})

    (tie,) = plan.summary.tie_out
    assert (tie.expected, tie.total, tie.difference, tie.ties) == (
        Decimal("1484.57"), Decimal("1484.56"), Decimal("-0.01"), False,
    )  # fmt: skip
    assert [finding.code for finding in plan.source_findings] == ["control-total-differs"]
    receipt = importer.apply(plan)
    assert (receipt.created, receipt.openings_posted, receipt.openings_blocked) == (4, 0, 2)
    assert books_of(importer) == {}

    receipt = importer.apply(plan_of(importer, *ROWS, control_totals={"EUR": Decimal("1484.56")}))
    assert (receipt.updated, receipt.openings_posted, receipt.openings_blocked) == (2, 2, 0)
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}, "Garage Snel": {"EUR": "1234.56"}}


def test_a_blocked_balance_alone_writes_nothing(open_importer: OpenImporter) -> None:
    """A record that would be updated for its balance only is left alone, and says why."""
    importer = open_importer()
    importer.apply(plan_of(importer, *({"name": row["name"], "email": row["email"]} for row in ROWS)))
    receipt = importer.apply(plan_of(importer, *ROWS, control_totals={"EUR": "1"}))

    assert receipt.counts["stale"] == 2
    assert {done.why["why"] for done in receipt.records("stale") if done.why} == {"control-total"}


def test_one_currency_blocks_no_other(open_importer: OpenImporter) -> None:
    """Each is proven by itself; a control total of a currency that the file has not is missing too."""
    importer = open_importer()
    rows = [*ROWS, {"name": "Yo", "email": "yo@mail.example", "opening_balance": "5", "opening_currency": "USD"}]
    plan = plan_of(importer, *rows, control_totals={"EUR": "1484.56", "USD": "6", "GBP": "1"})

    assert [(tie.currency, tie.ties) for tie in plan.summary.tie_out] == [("EUR", True), ("GBP", False), ("USD", False)]
    importer.apply(plan)
    assert set(books_of(importer)) == {"An Peeters", "Garage Snel"}


@pytest.mark.parametrize("total", [12.5, "12.345", "much", True])
def test_a_control_total_is_exact(open_importer: OpenImporter, total: object) -> None:
    """A float is no amount of money."""
    with pytest.raises(SettingsError, match=r"control_totals\.EUR"):
        plan_of(open_importer(), *ROWS, control_totals={"EUR": total})


def test_switched_off_updates_post_nothing(open_importer: OpenImporter) -> None:
    """A skipped record takes its balance along."""
    importer = open_importer()
    importer.apply(plan_of(importer, {"name": "An Peeters", "email": "an@mail.example"}))
    importer.apply(plan_of(importer, ROWS[0], update_existing=False))

    assert books_of(importer) == {}
