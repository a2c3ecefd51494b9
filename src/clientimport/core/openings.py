"""What becomes of an opening balance that a record gives, beside the one its client has already."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any, NamedTuple

import attrs

from clientimport.core.books import Books
from clientimport.core.journal import closing
from clientimport.core.money import LARGEST_MINOR, decimals, from_minor, minor_units, quantised_text, to_minor
from clientimport.errors import SettingsError

Stored = Sequence[Any]
"""A live opening balance as plans hold it: ``[origin, amount, date, [digests of its sources]]``."""

ToPost = list[Any]
"""What is to be posted, as ``Line.opening``: ``[currency, amount or null, date, rule, stored or null, items]``."""

CHOICES = ("keep", "replace", "add")

REFUSALS = ("opening-date-closed", "currency-not-booked", "opening-too-large", "opening-locked", "opening-negative")
"""The codes of ``Refusal``."""


class Given(NamedTuple):
    """What a record (or several that are one client) gives.

    Attributes:
        currency: ISO 4217 code.
        amount: Canonical decimal text with the currency's decimals; below zero for a client in credit.
        date: ISO date, ``None`` if the record names none.
        items: ``[number, date, due, amount]`` of every open document; empty if it came as one amount.
    """

    currency: str
    amount: str
    date: str | None
    items: list[list[Any]]


class Refusal(NamedTuple):
    """Why a balance cannot be posted: a finding's code, field and params."""

    code: str
    field: str
    params: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Openings:
    """The rules for one plan. Pure: equal balances are given equal answers.

    Attributes:
        books: Accounts, rates, and what a second balance means.
        as_at: ISO date of balances that name none.
        stated: Whether somebody named that date. If not, a balance that replaces another keeps the other's date.
        closed: Closed periods, ISO dates of first and last day.
        digest: ``source_key`` of the source that is planned.
        signed: Whether what open documents come to may not be below zero.
    """

    books: Books
    as_at: str
    stated: bool = False
    closed: tuple[tuple[str, str], ...] = ()
    digest: str = ""
    signed: bool = False

    @property
    def anything_goes(self) -> bool:
        """Whether no new balance that came as one amount can be refused, whatever its date and currency."""
        accounts = (self.books.receivable, self.books.equity)
        return not self.closed and self.books.base_currency is None and all(isinstance(code, str) for code in accounts)

    def refusal(self, given: Given, stored: Stored | None) -> Refusal | None:
        """Why nothing can be posted, although something would have to be (or a person be asked about it)."""
        if self._settled(given, stored):
            return None
        if given.items and self.signed and given.amount[0] == "-" and not _zero(given.amount):
            return Refusal("opening-negative", "opening_balance", {})
        if not _zero(given.amount):
            currency = given.currency
            if not self.books.books(currency):
                return Refusal(
                    "currency-not-booked",
                    "opening_currency",
                    {"currency": currency, "base": self.books.base_currency or ""},
                )
            minor = _minor(given.amount, currency)
            if stored is not None and self.books.existing == "add":
                minor += _minor(stored[1], currency)
            if not self._fits(minor, currency):
                return Refusal("opening-too-large", "opening_balance", {"currency": currency})
        days = [] if _zero(given.amount) else [self._date(given, stored, self.books.existing)]
        if stored is not None:
            days.append(stored[2])
        for day in days:
            period = closing(day, self.closed)
            if period is not None:
                params = {"date": day, "start": period[0], "end": period[1]}
                return Refusal("opening-date-closed", "opening_date", params)
        return None

    def asks(self, given: Given, stored: Stored | None) -> tuple[str, ...]:
        """The choices a person has where the balances differ and the books say to ask; empty if there is no question."""
        if stored is None or self._settled(given, stored):
            return ()
        total = _minor(stored[1], given.currency) + _minor(given.amount, given.currency)
        if self.books.existing == "add" and total == 0:
            return ("keep", "replace")  # no balance would be left to tell which files are in it
        if self.books.existing != "ask":
            return ()
        # what this very source brought earlier cannot be meant once more, nor is nothing or a date added
        new = not _zero(given.amount) and given.amount != stored[1] and self.digest not in stored[3]
        return CHOICES if new and total and self._fits(total, given.currency) else ("keep", "replace")

    def posting(self, given: Given, stored: Stored | None, choice: str | None = None) -> ToPost | None:
        """What is to be posted; ``None`` if nothing. *choice* is a person's, over the books' own."""
        if self._settled(given, stored):
            return None
        if stored is None:
            return [given.currency, given.amount, self._date(given, None, "new"), "new", None, given.items]
        rule = choice or self.books.existing
        if rule == "keep":
            return None
        held = [stored[0], stored[1], stored[2]]
        if rule == "add":
            minor = sum(_minor(text, given.currency) for text in (stored[1], given.amount))
            amount = format(from_minor(minor, given.currency), "f")
            return [given.currency, amount, self._date(given, stored, rule), rule, held, given.items]
        amount_ = None if _zero(given.amount) else given.amount
        return [given.currency, amount_, self._date(given, stored, rule), rule, held, given.items]

    def _fits(self, minor: int, currency: str) -> bool:
        """Whether a store can hold the amount, and what it is in the base currency."""
        converts = self.books.base_currency is None or self.books.base_minor(minor, currency) is not None
        return abs(minor) <= LARGEST_MINOR and converts

    def _settled(self, given: Given, stored: Stored | None) -> bool:
        """Whether nothing is to be done: it is there as given, or there is nothing to post, or the books keep it."""
        if stored is None:
            return _zero(given.amount)
        if given.amount == stored[1] and given.date in {None, stored[2]}:
            return True
        nothing_to_add = _zero(given.amount) or self.digest in stored[3]
        return self.books.existing == "keep" or (self.books.existing == "add" and nothing_to_add)

    def _date(self, given: Given, stored: Stored | None, rule: str) -> str:
        if given.date is not None:
            return given.date
        if stored is not None and (rule == "add" or not self.stated):
            return str(stored[2])  # the day that the books moved stays what it was
        return self.as_at


def check_totals(given: Mapping[str, Decimal | str | int]) -> dict[str, str]:
    """Control totals as decimal texts with their currency's decimals, currencies sorted.

    Raises:
        SettingsError: no such currency, or no exact amount in it.
    """
    if not isinstance(given, Mapping):
        raise SettingsError(
            "control_totals", type(given).__name__, wanted="currency -> amount, such as {'EUR': '1234.56'}"
        )
    totals: dict[str, str] = {}
    for currency, amount in given.items():
        if currency not in minor_units():
            raise SettingsError("control_totals", currency, wanted="an ISO 4217 code such as EUR")
        text = quantised_text(str(amount), currency) if isinstance(amount, Decimal | str | int) else None
        if text is None or isinstance(amount, bool):
            wanted = f"an exact amount (text or Decimal, no float) with {decimals(currency)} decimals at most"
            raise SettingsError(f"control_totals.{currency}", amount, wanted=wanted)
        totals[currency] = text
    return dict(sorted(totals.items()))


def tie_out(control: Mapping[str, str], totals: Mapping[str, str]) -> list[dict[str, Any]]:
    """The plan's totals beside the control totals that somebody expects, currencies sorted; no tolerance.

    Each has ``currency``, ``expected``, ``total``, ``difference`` (total less expected, decimal text) and ``ties``.
    """
    found = []
    for currency, expected in sorted(control.items()):
        total = totals.get(currency, "0")
        minor = _minor(total, currency) - _minor(expected, currency)
        found.append(
            {
                "currency": currency,
                "expected": format(from_minor(_minor(expected, currency), currency), "f"),
                "total": format(from_minor(_minor(total, currency), currency), "f"),
                "difference": format(from_minor(minor, currency), "f"),
                "ties": minor == 0,
            }
        )
    return found


def kept(stored: Stored | None, amount: str, digest: str) -> str | None:
    """The amount of its client's balance that stays in place of one that is not posted; ``None`` if that is in the books."""
    return None if stored is None or amount == stored[1] or digest in stored[3] else str(stored[1])


_ITEM = ("open_item", "open_item_date", "open_item_due")


class OpeningSlots:
    """Where in a record's values its opening balance stands; false if the plan brings none.

    Attributes:
        amount, currency, date: Indexes of the values, -1 if the plan brings no balance; ``date`` is ``None`` if no column
            feeds it.
        itemised: Whether each record is one open document, so that the records of one client add up.
    """

    def __init__(self, fields: Sequence[str]) -> None:
        slot = {name: index for index, name in enumerate(fields)}
        self._there = "opening_balance" in slot
        self.amount = slot.get("opening_balance", -1)
        self.currency = slot.get("opening_currency", -1)
        self.date = slot.get("opening_date")
        self.itemised = self._there and "open_item" in slot
        self._item = [slot.get(name) for name in _ITEM]

    def is_document(self, values: Sequence[Any], flagged: AbstractSet[str | None]) -> bool:
        """Whether a record with findings about the *flagged* fields is, or should have been, an open document."""
        slots = [slot for slot in (self.amount, *self._item) if slot is not None]
        return any(values[slot] is not None for slot in slots) or not flagged.isdisjoint(("opening_balance", *_ITEM))

    def __bool__(self) -> bool:
        return self._there

    def adds_up(self, slot: int) -> bool:
        """Whether records of one client may differ in this value, because each is a document of its own."""
        return self.itemised and (slot == self.amount or slot in self._item)

    def currency_given(self, values: Sequence[Any]) -> str | None:
        """The currency of one record's balance; ``None`` if it gives none."""
        return values[self.currency] if self._there and values[self.amount] is not None else None

    def given(self, values: Sequence[Any]) -> Given | None:
        """The balance of one record; ``None`` if it gives none."""
        if not self._there or values[self.amount] is None:
            return None
        date = None if self.date is None else values[self.date]
        return Given(
            values[self.currency], values[self.amount], date, [self._document(values)] if self.itemised else []
        )

    def together(self, records: Sequence[Sequence[Any]]) -> tuple[str | None, list[list[Any]], set[str]]:
        """The sum of open documents of one currency, the documents, and the numbers of those that differ.

        A document that stands there twice, number, dates and amount, counts once.
        """
        documents: dict[str, list[Any]] = {}
        unnumbered: list[list[Any]] = []
        differ: set[str] = set()
        currency = ""
        for values in records:
            if values[self.amount] is None:
                continue
            currency = values[self.currency]
            document = self._document(values)
            if not document[0]:
                unnumbered.append(document)
            elif documents.setdefault(document[0], document) != document:
                differ.add(document[0])
        items = [*documents.values(), *unnumbered]
        if not items:
            return None, [], differ
        minor = sum(_minor(item[3], currency) for item in items)
        return format(from_minor(minor, currency), "f"), items, differ

    def number(self, values: Sequence[Any]) -> str:
        """The number of the open document that a record is; empty if it has none."""
        return str(self._document(values)[0])

    def _document(self, values: Sequence[Any]) -> list[Any]:
        number, day, due = (None if slot is None else values[slot] for slot in self._item)
        return [number or "", day, due, values[self.amount]]


def source_key(source: Mapping[str, Any]) -> str:
    """What tells the balances of one source from those of all others: its digest, and the sheet that was read."""
    digest: str = source["digest"]
    sheet = source["sheet"]
    if sheet is None:
        return digest
    return "sha256:" + hashlib.sha256(f"{digest}\0{sheet}".encode()).hexdigest()


def stored_opening(number: int, currency: str, minor: int, date: str, sources: str) -> Stored:
    """A live opening balance as plans hold it."""
    return [number, format(from_minor(minor, currency), "f"), date, sources.split()]


def _zero(amount: str) -> bool:
    return not amount.strip("-0.")


def _minor(text: str, currency: str) -> int:
    whole, _, cents = text.partition(".")
    if len(cents) == decimals(currency):
        return int(whole + cents)
    minor = to_minor(Decimal(text), currency)
    assert minor is not None  # both were quantised before
    return minor
