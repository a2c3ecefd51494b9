"""Money is exact, in one currency, and whole in minor units."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.core.money import (
    LARGEST_MINOR,
    Money,
    decimals,
    from_minor,
    minor_units,
    quantised_text,
    to_minor,
)
from clientimport.errors import SettingsError

currencies = st.sampled_from(sorted(minor_units()))


@given(st.integers(-LARGEST_MINOR, LARGEST_MINOR), currencies)
def test_minor_units_come_back_as_they_went(minor: int, currency: str) -> None:
    """Whatever a 64-bit column holds."""
    amount = from_minor(minor, currency)

    assert to_minor(amount, currency) == minor
    assert -int(amount.as_tuple().exponent) == decimals(currency)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9), currencies)
def test_more_decimals_than_the_currency_has_are_never_rounded_away(amount: Decimal, currency: str) -> None:
    """Either the amount is kept to the last digit or there is no answer."""
    minor = to_minor(amount, currency)

    if minor is None:
        assert amount != amount.quantize(Decimal(1).scaleb(-decimals(currency)))
    else:
        assert from_minor(minor, currency) == amount


@pytest.mark.parametrize(
    ("currency", "places"),
    [("EUR", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("ISK", 0), ("CLP", 0), ("XOF", 0), ("KWD", 3), ("BHD", 3),
     ("TND", 3), ("IQD", 3), ("CLF", 4), ("UYW", 4), ("UYI", 0), ("MGA", 2), ("HUF", 2), ("TWD", 2)],
)  # fmt: skip
def test_decimals_are_those_of_iso_4217(currency: str, places: int) -> None:
    """Not the digits that shops are used to."""
    assert decimals(currency) == places


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("1.5", 150), ("1.500", 150), ("-0.01", -1), ("1.005", None), ("0.000", 0), ("1E+3", 100_000),
     ("92233720368547758.07", LARGEST_MINOR), ("92233720368547758.08", None), ("1E+99999", None), ("1E-99999", None),
     ("NaN", None), ("Infinity", None)],
)  # fmt: skip
def test_euros_become_cents(amount: str, minor: int | None) -> None:
    """Without ever building a number of a hundred thousand digits."""
    assert to_minor(Decimal(amount), "EUR") == minor


@pytest.mark.parametrize(
    ("text", "currency", "quantised"),
    [("12.5", "EUR", "12.50"), ("-12", "EUR", "-12.00"), ("12.50", "JPY", None), ("12.00", "JPY", "12"),
     ("1.234", "KWD", "1.234"), ("-0.00", "EUR", "0.00"), ("twelve", "EUR", None)],
)  # fmt: skip
def test_an_amount_is_written_with_its_currencys_decimals(text: str, currency: str, quantised: str | None) -> None:
    """So that equal amounts are equal text."""
    assert quantised_text(text, currency) == quantised


def test_an_unknown_currency_is_a_wrong_setting() -> None:
    """The caller checks a cell's currency first; here it is code that asks."""
    for ask in (decimals, lambda code: to_minor(Decimal(1), code), lambda code: from_minor(1, code)):
        with pytest.raises(SettingsError, match="currency"):
            ask("XYZ")


def test_two_currencies_are_never_added() -> None:
    """There is no conversion."""
    assert Money(Decimal("1.10"), "EUR") + Money(Decimal("2.20"), "EUR") == Money(Decimal("3.30"), "EUR")
    assert Money(Decimal(1), "EUR") - Money(Decimal(3), "EUR") == Money(Decimal(-2), "EUR")
    with pytest.raises(SettingsError):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), 1.5, 1])
def test_money_is_a_finite_decimal(amount: object) -> None:
    """Never a float, never half a number."""
    with pytest.raises(SettingsError):
        Money(amount, "EUR")  # type: ignore[arg-type]
