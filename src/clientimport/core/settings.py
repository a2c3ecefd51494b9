"""What a host may set besides the profile."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import attrs

from clientimport.core.books import Books
from clientimport.core.cells.places import country_code
from clientimport.core.charges import exact
from clientimport.core.money import minor_units
from clientimport.errors import SettingsError

ACCEPT_LEVEL = 0.85
"""From this confidence on a suggested column is used without asking."""


def _positive(instance: object, attribute: attrs.Attribute[int], value: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise SettingsError(attribute.name, value, wanted="a whole number of 1 or more")


def _country(instance: object, attribute: attrs.Attribute[str | None], value: object) -> None:
    if value is not None and (not isinstance(value, str) or country_code(value) != value):
        raise SettingsError(attribute.name, value, wanted="an ISO 3166 country code of two capitals, such as BE")


def _currency(instance: object, attribute: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str) or value not in minor_units():
        raise SettingsError(attribute.name, value, wanted="an ISO 4217 code of a currency in use, such as EUR")


def _share(instance: object, attribute: attrs.Attribute[float], value: float) -> None:
    if not isinstance(value, int | float) or not 0 < value <= 1:
        raise SettingsError(attribute.name, value, wanted="a number above 0, at most 1")


def _fraction(instance: object, attribute: attrs.Attribute[float], value: float) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise SettingsError(attribute.name, value, wanted="a number from 0 to 1")


def _name(instance: object, attribute: attrs.Attribute[str | None], value: object) -> None:
    if value is not None and not (isinstance(value, str) and value.strip()):
        raise SettingsError(attribute.name, value, wanted="a name")


def _books(instance: object, attribute: attrs.Attribute[Books], value: object) -> None:
    if not isinstance(value, Books):
        raise SettingsError(attribute.name, type(value).__name__, wanted="of the class Books")


def _charges(given: Mapping[str, Decimal | str | int]) -> Mapping[str, Decimal]:
    if not isinstance(given, Mapping):
        raise SettingsError(
            "charges", type(given).__name__, wanted="state -> amount a month, such as {'active': '12.50'}"
        )
    return {state: exact(f"charges.{state}", amount) for state, amount in given.items()}


@attrs.frozen(kw_only=True)
class Settings:
    """Choices of the host that hold for every import it makes.

    Attributes:
        default_country: ISO 3166 alpha-2 code taken where a record names no country: decides how telephone and official
            numbers are read. ``None``: such numbers are kept unverified.
        default_currency: ISO 4217 code of opening balances that name no currency.
        accept_level: Confidence (0 to 1) from which a suggested column is used without asking.
        shared_key_limit: More records than this sharing one e-mail or phone: it no longer tells who is who.
        near_limit: More would-be creates and stored clients together than this: an import does not look for near matches.
        leaving_share: Of the clients that earlier imports of the same system had, so many (0 to 1) must be in an import, or
            none that it does not list is deactivated or removed with it.
        batch_size: Records handled at a time; about 500 fits a processor's cache.
        commit_every: Records between two commits of an apply.
        books: How opening balances are booked.
        charges: State of the profile's lifecycle -> what a client in it costs a month, exact; goes before the profile's own.
        product: What the application calls itself, in headings such as "Customers only in …"; ``None``: "here".

    Raises:
        SettingsError: names the key and what it may be.
    """

    default_country: str | None = attrs.field(default=None, validator=_country)
    default_currency: str = attrs.field(default="EUR", validator=_currency)
    accept_level: float = attrs.field(default=ACCEPT_LEVEL, validator=_share)
    shared_key_limit: int = attrs.field(default=20, validator=_positive)
    near_limit: int = attrs.field(default=30_000, validator=_positive)
    leaving_share: float = attrs.field(default=0.5, validator=_fraction)
    batch_size: int = attrs.field(default=500, validator=_positive)
    commit_every: int = attrs.field(default=50_000, validator=_positive)
    books: Books = attrs.field(factory=Books, validator=_books)
    charges: Mapping[str, Decimal] = attrs.field(factory=dict, converter=_charges)
    product: str | None = attrs.field(default=None, validator=_name)
