"""What is booked, as people read it: entries with their lines, opening balances, payments, closed periods.

A store keeps *postings*: one amount moved between two accounts. So debits equal credits by construction, in every
currency, and there is no way to write an entry that does not balance. ``entries`` shows postings as an accountant expects
them: debit lines and credit lines under a date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

import attrs

from clientimport.core.money import from_minor

OPENING = "opening"
REVERSAL = "reversal"
ROUNDING = "rounding"
KINDS = (OPENING, REVERSAL, ROUNDING)


@attrs.frozen(kw_only=True)
class OpenItem:
    """One invoice or credit note that is still open, part of an opening balance.

    Attributes:
        number: The document's number, as written.
        date: The document's date; ``None`` if it is not known.
        due: When it is to be paid; ``None`` if it is not known. Kept for ageing.
        amount: What is still open, in the balance's currency; below zero for a credit note.
    """

    number: str
    date: dt.date | None
    due: dt.date | None
    amount: Decimal

    def to_dict(self) -> dict[str, str | None]:
        """``number``, ``date``, ``due`` and ``amount`` as text."""
        return {
            "number": self.number,
            "date": self.date.isoformat() if self.date else None,
            "due": self.due.isoformat() if self.due else None,
            "amount": format(self.amount, "f"),
        }


@attrs.frozen(kw_only=True)
class Opening:
    """What one client owed in one currency when the books moved, as it is posted.

    Attributes:
        id: Opaque text; names the posting, so a replaced balance has another one.
        client: The client's id.
        client_name: The client's name now; empty if it has none.
        amount: Major units; above zero the client owes, below zero the client is in credit.
        currency: ISO 4217 code.
        as_at: The day it is booked on.
        method: How payment lists call it: ``Opening Balance``, or the profile's label ``opening_method``.
        status: ``posted``, or ``reversed`` once another posting took it back.
        run: The run that posted it; tells who, when and from which file.
        rate: Worth of one unit in the base currency; ``None`` if nothing was converted.
        base_amount: The amount in the base currency; ``None`` if nothing was converted.
        base_currency: ISO 4217 code of the base currency; ``None`` if nothing was converted.
        items: The open documents it consists of; empty if it came as one amount.
    """

    id: str
    client: str
    client_name: str = attrs.field(repr=False)
    amount: Decimal = attrs.field(repr=False)
    currency: str
    as_at: dt.date
    method: str
    status: str
    run: str
    rate: Decimal | None = None
    base_amount: Decimal | None = attrs.field(default=None, repr=False)
    base_currency: str | None = None
    items: tuple[OpenItem, ...] = attrs.field(default=(), repr=False)

    def to_dict(self) -> dict[str, object]:
        """The same in JSON types, amounts as text."""
        return {
            "id": self.id,
            "client": self.client,
            "client_name": self.client_name,
            "amount": format(self.amount, "f"),
            "currency": self.currency,
            "as_at": self.as_at.isoformat(),
            "method": self.method,
            "status": self.status,
            "run": self.run,
            "rate": None if self.rate is None else format(self.rate, "f"),
            "base_amount": None if self.base_amount is None else format(self.base_amount, "f"),
            "base_currency": self.base_currency,
            "items": [item.to_dict() for item in self.items],
        }


@attrs.frozen(kw_only=True)
class JournalLine:
    """One side of an entry: exactly one of debit and credit is above zero, the other is zero.

    But on the other side of a cut-over entry: where what clients owe and what they have in credit cancel out, and their
    conversions do not, both are zero, and where they nearly do, the converted amount may lie on the other side.

    Attributes:
        account: The account's code.
        role: What the account is for: ``receivable``, ``equity`` or ``rounding``.
        debit, credit: Major units.
        currency: ISO 4217 code.
        client: The party, on lines of the receivable account; ``None`` elsewhere.
        base_debit, base_credit: The same in the base currency; ``None`` if nothing was converted.
        base_currency: ISO 4217 code of the base currency; ``None`` if nothing was converted.
        rate: Worth of one unit in the base currency; ``None`` if nothing was converted.
    """

    account: str
    role: str
    debit: Decimal = attrs.field(repr=False)
    credit: Decimal = attrs.field(repr=False)
    currency: str
    client: str | None = None
    base_debit: Decimal | None = attrs.field(default=None, repr=False)
    base_credit: Decimal | None = attrs.field(default=None, repr=False)
    base_currency: str | None = None
    rate: Decimal | None = None

    def to_dict(self) -> dict[str, str | None]:
        """The same in JSON types, amounts as text."""
        return {
            "account": self.account,
            "role": self.role,
            "debit": format(self.debit, "f"),
            "credit": format(self.credit, "f"),
            "currency": self.currency,
            "client": self.client,
            "base_debit": None if self.base_debit is None else format(self.base_debit, "f"),
            "base_credit": None if self.base_credit is None else format(self.base_credit, "f"),
            "base_currency": self.base_currency,
            "rate": None if self.rate is None else format(self.rate, "f"),
        }


@attrs.frozen(kw_only=True)
class JournalEntry:
    """A balanced entry: in every currency its debits equal its credits.

    Attributes:
        id: Opaque text.
        date: The accounting day.
        kind: ``opening`` or ``reversal``.
        run: The run that posted it; tells who, when and from which file.
        reverses: Ids of the entries that it takes back; empty for others.
        lines: Debit and credit lines. A cut-over entry has a line for each client, and one for each currency on the
            other side.
        base_currency: ISO 4217 code of the base currency; ``None`` if nothing was converted.
    """

    id: str
    date: dt.date
    kind: str
    run: str
    reverses: tuple[str, ...]
    lines: tuple[JournalLine, ...]
    base_currency: str | None = None

    def to_dict(self) -> dict[str, object]:
        """The same in JSON types."""
        return {
            "id": self.id,
            "date": self.date.isoformat(),
            "kind": self.kind,
            "run": self.run,
            "reverses": list(self.reverses),
            "base_currency": self.base_currency,
            "lines": [line.to_dict() for line in self.lines],
        }


@attrs.frozen(kw_only=True)
class Payment:
    """A line of a client's payments list.

    Attributes:
        id: Opaque text.
        client: The client's id.
        client_name: The client's name now; empty if it has none.
        date: The day.
        method: ``Opening Balance`` (or what the profile calls it) for opening balances, else what the host said.
        amount: Major units.
        currency: ISO 4217 code.
        reference: What the host wrote with it; empty for opening balances.
    """

    id: str
    client: str
    client_name: str = attrs.field(repr=False)
    date: dt.date
    method: str
    amount: Decimal = attrs.field(repr=False)
    currency: str
    reference: str = attrs.field(default="", repr=False)

    def to_dict(self) -> dict[str, str]:
        """The same in JSON types, the amount as text."""
        return {
            "id": self.id,
            "client": self.client,
            "client_name": self.client_name,
            "date": self.date.isoformat(),
            "method": self.method,
            "amount": format(self.amount, "f"),
            "currency": self.currency,
            "reference": self.reference,
        }


@attrs.frozen(order=True)
class Period:
    """Accounting days on which nothing may be booked, changed or taken back, both ends included.

    Attributes:
        start, end: First and last closed day.
    """

    start: dt.date
    end: dt.date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{self.start.isoformat()} to {self.end.isoformat()}"

    def to_dict(self) -> dict[str, str]:
        """``start`` and ``end`` as ISO dates."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}


def closing(day: str, periods: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """The first of *periods*, given as ISO dates, in which *day* lies."""
    return next((period for period in periods if period[0] <= day <= period[1]), None)


class Posting(NamedTuple):
    """What a store keeps: *minor* moved to *account* from *contra* (the other way round if it is below zero).

    Attributes:
        number: Its number, rising; opening balances are named by it.
        entry: Number of the first posting of the entry it stands in; entries are named by it.
        run: Id of the run that posted it.
        sequence: The record's sequence in that run; 0 where it came by hand.
        kind: ``opening``, ``reversal`` (takes another posting back) or ``rounding`` (of a cut-over entry).
        date: The accounting day, an ISO date.
        client: The party on the side of *account*; ``None`` for ``rounding``.
        account, contra: Account codes; for an opening balance the receivable control account and the equity account.
        currency: ISO 4217 code.
        minor: Signed minor units, never zero: above zero *account* is debited and *contra* credited.
        rate: Worth of one unit of *currency* in the base currency, decimal text; ``None`` if nothing was converted.
        base_currency, base_minor: The same amount in the base currency; ``None`` if nothing was converted.
        reverses: Number of the posting that a reversal takes back.
        reverses_entry: Number of the entry in which that one stands.
        reversed_by: Number of the reversal that took this one back; ``None`` while it stands.
        sources: Digests of the sources whose earlier amounts are part of this one, parted by blanks.
        restores: Number of the first posting of this very balance, where an undo put it back; ``None`` for others.
    """

    number: int
    entry: int
    run: str
    sequence: int
    kind: str
    date: str
    client: str | None
    account: str
    contra: str
    currency: str
    minor: int
    rate: str | None
    base_currency: str | None
    base_minor: int | None
    reverses: int | None
    reverses_entry: int | None
    reversed_by: int | None
    sources: str
    restores: int | None

    @property
    def origin(self) -> int:
        """The number by which this balance was first known, however often it was taken back and put back."""
        return self.restores or self.number


def entries(postings: Iterable[Posting]) -> Iterator[JournalEntry]:
    """The entries that *postings* make up, in the order of each one's first; all are looked at before the first comes."""
    by_entry: dict[int, list[Posting]] = {}
    for posting in postings:
        by_entry.setdefault(posting.entry, []).append(posting)
    for number, members in by_entry.items():
        head = members[0]
        yield JournalEntry(
            id=str(number),
            date=dt.date.fromisoformat(head.date),
            kind=REVERSAL if head.kind == REVERSAL else OPENING,
            run=head.run,
            reverses=tuple(
                dict.fromkeys(str(each.reverses_entry) for each in members if each.reverses_entry is not None)
            ),
            lines=tuple(_lines(members)),
            base_currency=head.base_currency,
        )


def _lines(postings: Iterable[Posting]) -> Iterator[JournalLine]:
    """A line for each client, then one for each other account and currency: the sum of what stood against them."""
    against: dict[tuple[str, str, str | None, str | None], list[int]] = {}
    for each in postings:
        money = (each.currency, each.rate, each.base_currency)
        role = ROUNDING if each.kind == ROUNDING or each.client is None else "receivable"
        yield _line(each.account, role, each.client, money, each.minor, each.base_minor or 0)
        sums = against.setdefault((each.contra, *money), [0, 0])
        sums[0] -= each.minor
        sums[1] -= each.base_minor or 0
    for (account, *money_), (minor, base) in against.items():
        if minor or base:
            currency, rate, base_currency = money_
            yield _line(account, "equity", None, (str(currency), rate, base_currency), minor, base)


def _line(
    account: str, role: str, client: str | None, money: tuple[str, str | None, str | None], minor: int, base: int
) -> JournalLine:
    currency, rate, base_currency = money
    debit, credit = _sides(minor, currency)
    base_debit, base_credit = (None, None) if base_currency is None else _sides(base, base_currency)
    return JournalLine(
        account=account,
        role=role,
        debit=debit,
        credit=credit,
        currency=currency,
        client=client,
        base_debit=base_debit,
        base_credit=base_credit,
        base_currency=base_currency,
        rate=None if rate is None else Decimal(rate),
    )


def _sides(minor: int, currency: str) -> tuple[Decimal, Decimal]:
    """(debit, credit) of signed minor units."""
    amount, zero = from_minor(abs(minor), currency), from_minor(0, currency)
    return (amount, zero) if minor >= 0 else (zero, amount)


def balances(amounts: Iterable[tuple[str, int]]) -> Mapping[str, Decimal]:
    """(currency, minor units) summed up: currency -> amount, currencies sorted."""
    sums: dict[str, int] = {}
    for currency, minor in amounts:
        sums[currency] = sums.get(currency, 0) + minor
    return {currency: from_minor(minor, currency) for currency, minor in sorted(sums.items())}
