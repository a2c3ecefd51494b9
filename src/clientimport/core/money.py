"""Amounts of money: exact, in one currency each, and whole minor units where a store keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import cache
from types import MappingProxyType

import attrs

from clientimport.errors import SettingsError

LARGEST_MINOR = 2**63 - 1
"""The largest amount in minor units: what a 64-bit INTEGER column holds."""

_SURELY_FITS = 14  # digits before the decimal point; with four more after it still below LARGEST_MINOR


def _finite(_instance: Money, _attribute: attrs.Attribute[Decimal], amount: Decimal) -> None:
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise SettingsError("amount", type(amount).__name__, wanted="a finite Decimal")


@attrs.frozen
class Money:
    """A signed amount in one currency; adding two currencies is an error, never a conversion.

    Attributes:
        amount: Major units (euros, not cents), as booked; debit is positive, credit negative.
        currency: ISO 4217 code in upper case, for example ``"EUR"``.
    """

    amount: Decimal = attrs.field(validator=_finite)
    currency: str = attrs.field(validator=attrs.validators.matches_re(r"[A-Z]{3}"))

    def __add__(self, other: Money) -> Money:
        """The sum.

        Raises:
            SettingsError: the currencies differ.
        """
        if not isinstance(other, Money):
            return NotImplemented
        if other.currency != self.currency:
            raise SettingsError("currency", other.currency, allowed=(self.currency,))
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        """The difference; raises as a sum does."""
        return self + (-other)


def decimals(currency: str) -> int:
    """How many decimals an amount in *currency* may have (ISO 4217 minor units: 0, 2, 3 or 4).

    Raises:
        SettingsError: no currency in use has this code.
    """
    try:
        return minor_units()[currency]
    except KeyError:
        raise SettingsError("currency", currency, wanted="an ISO 4217 code in upper case") from None


@cache
def minor_units() -> Mapping[str, int]:
    """ISO 4217 codes in use, each with its number of decimals."""
    from clientimport.core.cells._currencies import TABLE  # read when first asked for

    rows = (line.split("|", 2) for line in TABLE.splitlines())
    return MappingProxyType({code: int(digits) for code, digits, _names in rows})


def to_minor(amount: Decimal, currency: str) -> int | None:
    """The amount in whole minor units (cents); ``None`` if it has more decimals than the currency, or is too large.

    Trailing zeros do not count: 1.500 euros are 150 cents.

    Raises:
        SettingsError: no currency in use has this code.
    """
    places = decimals(currency)
    sign, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int):  # not a number, or infinite
        return None
    coefficient = int("".join(map(str, digits)))
    shift = exponent + places
    if coefficient == 0:
        return 0
    if shift >= 0:
        if shift > 19:  # far past 64 bits; do not build the power
            return None
        coefficient *= int(10**shift)
    else:
        if -shift > len(digits):
            return None
        coefficient, rest = divmod(coefficient, int(10**-shift))
        if rest:
            return None
    if coefficient > LARGEST_MINOR:
        return None
    return -coefficient if sign else coefficient


def from_minor(minor: int, currency: str) -> Decimal:
    """Whole minor units as an amount with exactly the currency's decimals.

    Raises:
        SettingsError: no currency in use has this code.
    """
    digits = tuple(map(int, str(abs(minor))))
    return Decimal((1 if minor < 0 else 0, digits, -decimals(currency)))


def converted(minor: int, currency: str, rate: Decimal, base_currency: str) -> int:
    """*minor* units of *currency* in minor units of the base currency, rounded half away from zero.

    So it is never off by more than half a minor unit. *rate* is what one unit of the currency is worth in the base currency.

    Raises:
        SettingsError: no currency in use has one of these codes.
    """
    shift = decimals(base_currency) - decimals(currency)
    exact = _EXACT.scaleb(_EXACT.multiply(Decimal(minor), rate), shift)
    return int(exact.to_integral_value(rounding=ROUND_HALF_UP))


_EXACT = Context(prec=60)  # 19 digits of an amount and 18 of a rate


def quantised_text(text: str, currency: str) -> str | None:
    """A canonical amount text with exactly the currency's decimals: ``"12.5"`` in EUR is ``"12.50"``.

    ``None`` if *text* is no plain decimal number, or holds more than the currency can.

    Raises:
        SettingsError: no currency in use has this code.
    """
    whole, point, cents = text.partition(".")
    if len(cents) == decimals(currency) and 0 < len(whole) <= _SURELY_FITS and (point or not cents):
        digits = whole + cents
        if digits.isascii() and digits.isdigit() and whole[0] != "0":  # it stands as it would be written
            return text
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    minor = to_minor(amount, currency)
    return None if minor is None else format(from_minor(minor, currency), "f")
