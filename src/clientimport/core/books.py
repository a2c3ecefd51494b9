"""How opening balances are booked: accounts, base currency, and what a second balance of one client means."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

import attrs

from clientimport.core.money import LARGEST_MINOR, converted, minor_units
from clientimport.errors import SettingsError

ENTRIES = ("client", "cut_over")
EXISTING = ("ask", "replace", "add", "keep")


def _account(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    codes = value.values() if isinstance(value, Mapping) else (value,)
    if not codes or not all(isinstance(code, str) and code.strip() and code.isprintable() for code in codes):
        raise SettingsError(f"books.{attribute.name}", value, wanted="an account code, or one for each currency")
    for currency in value if isinstance(value, Mapping) else ():
        if currency not in minor_units():
            raise SettingsError(f"books.{attribute.name}", currency, wanted="an ISO 4217 code such as EUR")


def _one_of(*allowed: str) -> Any:
    def check(_: object, attribute: attrs.Attribute[str], value: object) -> None:
        if value not in allowed:
            raise SettingsError(f"books.{attribute.name}", value, allowed=allowed)

    return check


def _base(_: object, attribute: attrs.Attribute[str | None], value: object) -> None:
    if value is not None and (not isinstance(value, str) or value not in minor_units()):
        raise SettingsError(f"books.{attribute.name}", value, wanted="an ISO 4217 code such as EUR")


def _sign(_: object, attribute: attrs.Attribute[str | None], value: object) -> None:
    if value not in (None, "positive", "any"):
        raise SettingsError(f"books.{attribute.name}", value, allowed=("positive", "any"))


def _rates(given: Mapping[str, Decimal | str | int]) -> Mapping[str, Decimal]:
    if not isinstance(given, Mapping):
        raise SettingsError("books.rates", type(given).__name__, wanted="currency -> rate, such as {'USD': '0.92'}")
    rates: dict[str, Decimal] = {}
    for currency, rate in given.items():
        if currency not in minor_units():
            raise SettingsError("books.rates", currency, wanted="an ISO 4217 code such as USD")
        try:
            exact = Decimal(rate) if isinstance(rate, str | int | Decimal) and not isinstance(rate, bool) else None
        except InvalidOperation:
            exact = None
        if (
            exact is None
            or not exact.is_finite()
            or exact <= 0
            or len(exact.as_tuple().digits) > _DIGITS
            or abs(exact.adjusted()) > _DIGITS
        ):
            wanted = f"an exact decimal above zero (text or Decimal, no float) of {_DIGITS} digits at most"
            raise SettingsError(f"books.rates.{currency}", rate, wanted=wanted)
        rates[currency] = exact
    return MappingProxyType(rates)


_DIGITS = 18


def _frozen(value: str | Mapping[str, str]) -> str | Mapping[str, str]:
    return MappingProxyType(dict(value)) if isinstance(value, Mapping) else value


@attrs.frozen(kw_only=True)
class Books:
    """The chart of accounts and the habits of a firm's books, as far as opening balances need them.

    Attributes:
        receivable: Code of the control account that is debited for what a client owes; or currency -> code.
        equity: Code of the opening balance equity account, the other side; or currency -> code.
        rounding: Code of the account that takes what rounding into the base currency leaves over in a cut-over entry.
        base_currency: ISO 4217 code of the currency that the books are kept in. ``None``: every currency stands for
            itself and nothing is converted.
        rates: Currency -> what one unit of it is worth in the base currency, as exact decimals; for example
            ``{"USD": "0.92"}``. Every other currency that a file names needs one.
        entries: ``client`` makes an entry for each client; ``cut_over`` one entry for each run and date, with a line for
            each client.
        existing: What a balance does that differs from the client's present one: ``ask`` a person, ``replace`` it (the
            entry is reversed and a new one posted), ``add`` to it, or ``keep`` what is there.
        sign: ``positive`` refuses balances below zero in an import, ``any`` books a client in credit as the mirrored
            entry; ``None`` does as the profile says.

    Raises:
        SettingsError: names the key and what it may be.
    """

    receivable: str | Mapping[str, str] = attrs.field(
        default="Accounts Receivable", validator=_account, converter=_frozen
    )
    equity: str | Mapping[str, str] = attrs.field(
        default="Opening Balance Equity", validator=_account, converter=_frozen
    )
    rounding: str = attrs.field(default="Rounding", validator=_account)
    base_currency: str | None = attrs.field(default=None, validator=_base)
    rates: Mapping[str, Decimal] = attrs.field(factory=dict, converter=_rates)
    entries: str = attrs.field(default="client", validator=_one_of(*ENTRIES))
    existing: str = attrs.field(default="ask", validator=_one_of(*EXISTING))
    sign: str | None = attrs.field(default=None, validator=_sign)

    def __attrs_post_init__(self) -> None:
        if self.rates and self.base_currency is None:
            raise SettingsError("books.base_currency", None, wanted="the currency that books.rates convert into")
        if self.rates.get(self.base_currency or "", 1) != 1:
            wanted = "1 or nothing: it is the base currency"
            raise SettingsError(f"books.rates.{self.base_currency}", self.rates[str(self.base_currency)], wanted=wanted)
        currencies = {*self._keys(self.receivable), *self._keys(self.equity)} or {""}
        for currency in currencies:
            codes = [self._of(self.receivable, currency), self._of(self.equity, currency), self.rounding]
            if len({code for code in codes if code is not None}) < len([code for code in codes if code is not None]):
                raise SettingsError("books.equity", self.equity, wanted="an account of its own for each purpose")

    def accounts(self, currency: str) -> tuple[str, str]:
        """(receivable control account, opening balance equity) of *currency*.

        Raises:
            SettingsError: the accounts are given by currency, and this one has none.
        """
        found = (self._of(self.receivable, currency), self._of(self.equity, currency))
        if None in found:
            name = "receivable" if found[0] is None else "equity"
            raise SettingsError(f"books.{name}", currency, wanted="an account for this currency")
        return found  # type: ignore[return-value]  # neither is None here

    def books(self, currency: str) -> bool:
        """Whether amounts in *currency* can be booked: there are accounts for it, and a rate where one is needed."""
        accounts = all(self._of(account, currency) for account in (self.receivable, self.equity))
        return accounts and (self.base_currency is None or self.rate(currency) is not None)

    def rate(self, currency: str) -> Decimal | None:
        """What one unit of *currency* is worth in the base currency; ``None`` if that is not known or not asked."""
        return Decimal(1) if currency == self.base_currency else self.rates.get(currency)

    def base_minor(self, minor: int, currency: str) -> int | None:
        """*minor* units of *currency* in minor units of the base currency, rounded half away from zero.

        So it is never off by more than half a minor unit. ``None`` if nothing is converted, the rate is not known, or
        the result is larger than a store can hold.
        """
        rate = self.rate(currency)
        if rate is None or self.base_currency is None:
            return None
        base = converted(minor, currency, rate, self.base_currency)
        return base if abs(base) <= LARGEST_MINOR else None

    def to_dict(self) -> dict[str, Any]:
        """Plain data that ``from_dict`` reads back to equal books."""
        return {
            "receivable": _plain(self.receivable),
            "equity": _plain(self.equity),
            "rounding": self.rounding,
            "base_currency": self.base_currency,
            "rates": {currency: format(rate, "f") for currency, rate in sorted(self.rates.items())},
            "entries": self.entries,
            "existing": self.existing,
            "sign": self.sign,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Books:
        """Books as ``to_dict`` wrote them, or a person in a settings file.

        Raises:
            SettingsError: an unknown key, or a value that is not possible.
        """
        known = [field.name for field in attrs.fields(cls)]
        for name in data:
            if name not in known:
                raise SettingsError("books: the key", name, allowed=known)
        return cls(**data)

    @staticmethod
    def _of(account: str | Mapping[str, str], currency: str) -> str | None:
        return account if isinstance(account, str) else account.get(currency)

    @staticmethod
    def _keys(account: str | Mapping[str, str]) -> tuple[str, ...]:
        return tuple(account) if isinstance(account, Mapping) else ()


def _plain(account: str | Mapping[str, str]) -> str | dict[str, str]:
    return dict(sorted(account.items())) if isinstance(account, Mapping) else account
