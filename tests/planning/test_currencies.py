"""Which currency an opening balance is in: its column's, the one beside the amount, else the default."""

from __future__ import annotations

import pytest

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
