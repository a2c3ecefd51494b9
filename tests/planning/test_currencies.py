"""Which currency an opening balance is in: its column's, the one beside the amount, else the default."""

from __future__ import annotations

import pytest

from clientimport import FieldMapping, Mapping
from clientimport.core.lexicon.amount_headers import currencies_named, in_thousands
from tests.planning.given import OpenImporter, fates, plan_of


def balance(amount: str, currency: str | None = None, n: int = 1) -> dict[str, str]:
    row = {"external_id": f"K{n}", "name": f"Klant {n}", "opening_balance": amount}
    return row if currency is None else {**row, "opening_currency": currency}


@pytest.mark.parametrize(
    ("amount", "openings"),
    [
        ("100", {"EUR": "100.00"}),
        ("€ 100,50", {"EUR": "100.50"}),
        ("USD 100", {"USD": "100.00"}),
        ("8.50 GBP", {"GBP": "8.50"}),
        ("£ 80", {"GBP": "80.00"}),
        ("(CHF 1'234.50)", {"CHF": "-1234.50"}),
        ("JPY 12", {"JPY": "12"}),
        ("KWD 1,234.567", {"KWD": "1234.567"}),
    ],
)
def test_a_currency_beside_the_amount_is_its_currency(
    open_importer: OpenImporter, amount: str, openings: dict[str, str]
) -> None:
    """Five dollars are never booked as five euros."""
    assert plan_of(open_importer(), balance(amount)).summary.openings == openings


def test_an_amount_of_another_currency_than_its_column_is_refused(open_importer: OpenImporter) -> None:
    """The finding says which two there are; the same currency twice is none."""
    plan = plan_of(open_importer(), balance("USD 5", "EUR"), balance("EUR 6", "EUR", 2), balance("$ 7", "EUR", 3))

    assert fates(plan) == ["invalid:findings", "create:new", "invalid:findings"]
    assert [(found.code, found.params) for found in plan.findings] == [
        ("currency-differs", {"inside": "USD", "given": "EUR"}),
        ("currency-differs", {"inside": "$", "given": "EUR"}),
    ]
    assert plan.summary.openings == {"EUR": "6.00"}


def test_a_sign_that_several_currencies_share_is_no_guess(open_importer: OpenImporter) -> None:
    """``$`` is refused where euros are the rule, and means the dollars of an office that counts in dollars."""
    euros, dollars = open_importer(), open_importer("memory:", default_currency="CAD")

    assert [found.code for found in plan_of(euros, balance("$ 7")).findings] == ["currency-unclear"]
    assert plan_of(euros, balance("$ 7", "USD")).summary.openings == {"USD": "7.00"}
    assert plan_of(dollars, balance("$ 7")).summary.openings == {"CAD": "7.00"}


def test_an_amount_has_no_more_decimals_than_the_currency_beside_it(open_importer: OpenImporter) -> None:
    """There are no cents of a yen."""
    (found,) = plan_of(open_importer(), balance("JPY 12.34")).findings

    assert (found.code, found.params) == ("amount-decimals", {"currency": "JPY", "decimals": 0})


@pytest.mark.parametrize(
    ("header", "currencies"),
    [
        ("Balance", ()),
        ("Balance (USD)", ("USD",)),
        ("Opening balance USD", ("USD",)),
        ("Saldo in GBP", ("GBP",)),
        ("Saldo (usd)", ("USD",)),
        ("SALDO EUR", ("EUR",)),
        ("Solde en euros", ("EUR",)),
        ("Beginsaldo €", ("EUR",)),
        ("Balance US$", ("USD",)),
        ("Balance $", ("$",)),
        ("Balance € (EUR)", ("EUR",)),
        ("Balance EUR/USD", ("EUR", "USD")),
        ("TOP OPEN BALANCE ALL", ()),
        ("Balance (all)", ()),
        ("Balance ALL clients", ()),
        ("Balance (ALL)", ("ALL",)),
        ("Saldo RON", ("RON",)),
        ("SALDO (TRY)", ("TRY",)),
        ("Saldo top", ()),
    ],
)
def test_a_header_may_name_a_currency(header: str, currencies: tuple[str, ...]) -> None:
    """By code, by sign or in words; words that happen to be codes are none."""
    assert currencies_named(header) == currencies


@pytest.mark.parametrize(
    ("header", "scaled"),
    [
        ("Beginsaldo (EUR x 1000)", True),
        ("Balance ('000)", True),
        ("Balance in thousands", True),
        ("Saldo in duizenden", True),
        ("Solde (k€)", True),
        ("Saldo TEUR", True),
        ("Saldo (Mio)", True),
        ("Balance 2026", False),
        ("Opening balance 1000", False),
        ("Balance (EUR)", False),
        ("Kontosaldo", False),
    ],
)
def test_a_header_may_say_that_units_are_thousands(header: str, scaled: bool) -> None:
    """Then a person looks at it: the column is not taken by itself."""
    assert in_thousands(header) is scaled


def test_the_currency_of_a_header_is_that_of_its_amounts(open_importer: OpenImporter) -> None:
    """But of those that have one of their own; the amount of another client is held if the two differ."""
    header = "Balance (USD)"
    rows = [
        {"Client no": f"K{n}", "Name": f"Klant {n}", header: amount} for n, amount in enumerate(["100", "USD 5", ""])
    ]
    importer = open_importer()
    plan = importer.plan(rows)

    assert plan.summary.openings == {"USD": "105.00"}
    assert list(plan.findings) == []

    differs = importer.plan([{**rows[0], "Currency": "EUR"}, {**rows[1], "Currency": "USD"}])
    assert [(found.code, found.params) for found in differs.findings] == [
        ("currency-differs", {"inside": "USD", "given": "EUR"})
    ]


def test_a_sign_in_a_header_is_no_guess_either(open_importer: OpenImporter) -> None:
    """``$`` where euros are the rule; the office's own dollars where it counts in dollars."""
    rows = [{"Client no": f"K{n}", "Name": f"Klant {n}", "Balance $": amount} for n, amount in enumerate(["7", "€ 8"])]

    assert [found.code for found in open_importer().plan(rows).findings] == ["currency-unclear"]
    dollars = open_importer("memory:", default_currency="CAD")
    assert dollars.plan(rows).summary.openings == {"CAD": "7.00", "EUR": "8.00"}


def test_a_currency_that_a_person_gave_for_all_stands_above_the_header(open_importer: OpenImporter) -> None:
    """It was said of this file, knowing its header."""
    columns = {"name": "Name", "external_id": "No", "opening_balance": "Balance (USD)"}
    mapping = Mapping(
        fields=[
            *(FieldMapping(field=field, columns=(header,)) for field, header in columns.items()),
            FieldMapping(field="opening_currency", constant="CAD"),
        ]
    )
    plan = open_importer().plan([{"Name": "Jan", "No": "1", "Balance (USD)": "7"}], mapping=mapping)

    assert (plan.summary.openings, list(plan.findings)) == ({"CAD": "7.00"}, [])


def test_thousands_are_for_a_person_to_map(open_importer: OpenImporter) -> None:
    """They would be booked as units."""
    plan = open_importer().plan([{"Client no": "1", "Name": "Jan", "Saldo (EUR x 1000)": "7"}])

    assert plan.summary.openings == {}
    assert "column-unsure" in [found.code for found in plan.source_findings]
