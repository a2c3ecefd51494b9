"""What a host does with the books: ``importer.openings``, ``importer.payments``, ``importer.periods``."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import attrs

from clientimport.core.journal import (
    OPENING,
    JournalEntry,
    Opening,
    OpenItem,
    Payment,
    Period,
    Posting,
    balances,
    entries,
)
from clientimport.core.money import decimals, from_minor, minor_units, to_minor
from clientimport.errors import SettingsError
from clientimport.ports import AccountTotal, NewItem, NewPayment, UnitOfWork
from clientimport.services.booking import Booking

if TYPE_CHECKING:
    from clientimport.core.profile import Profile
    from clientimport.handles import Receipt
    from clientimport.ports import Store
    from clientimport.reports.proof import Proof

METHOD = "Opening Balance"
"""How payment lists call an opening balance where the profile has no label ``opening_method``."""

HostPeriods = Callable[[], Iterable["Period | tuple[date, date]"]]
"""A host's own closed periods, asked whenever something is planned, posted or taken back."""

Amount = Decimal | str | int


@attrs.frozen(kw_only=True)
class Balance:
    """The balance of one account in one currency, over all that was posted.

    Attributes:
        account: The account's code.
        currency: ISO 4217 code.
        amount: Major units; above zero its debits are larger.
        base_currency, base_amount: The same in the base currency; ``None`` where nothing was converted.
    """

    account: str
    currency: str
    amount: Decimal = attrs.field(repr=False)
    base_currency: str | None = None
    base_amount: Decimal | None = attrs.field(default=None, repr=False)

    def to_dict(self) -> dict[str, str | None]:
        """The same in JSON types, amounts as text."""
        return {
            "account": self.account,
            "currency": self.currency,
            "amount": format(self.amount, "f"),
            "base_currency": self.base_currency,
            "base_amount": None if self.base_amount is None else format(self.base_amount, "f"),
        }


class Openings:
    """Opening balances: ``importer.openings``.

    An imported one and one set by hand are the same kind of thing; only their run tells who made them and from what.
    """

    def __init__(
        self,
        store: Store,
        profile: Profile,
        booking: Booking,
        require: Callable[[str], None],
        receipt: Callable[[str], Receipt],
    ) -> None:
        self._receipt = receipt
        self._store = store
        self._profile = profile
        self._booking = booking
        self._require = require

    def list(self, *, client: str | None = None, all: bool = False) -> builtins.list[Opening]:  # noqa: A002  (--all)
        """The opening balances that stand, in the order they were posted.

        Args:
            client: Only those of this client.
            all: Those that were taken back as well; their ``status`` is ``reversed``.
        """
        with self._store.reading() as work:
            if all:
                pages: Iterable[builtins.list[Posting]] = (
                    [each for each in page if each.kind == OPENING and client in {None, each.client}]
                    for page in work.ledger.postings()
                )
            elif client is not None:
                numbers = [live.number for live in work.ledger.live([client]).get(client, ())]
                pages = [builtins.list(work.ledger.get(sorted(numbers)).values())]
            else:
                pages = work.ledger.openings()
            return [each for page in pages for each in self._openings(work, page)]

    def set(
        self,
        client: str,
        amount: Amount,
        as_at: date | None = None,
        currency: str | None = None,
        *,
        items: Sequence[OpenItem] = (),
    ) -> Opening | None:
        """Make *amount* what the client owed on *as_at*: the present balance is reversed, and this one posted.

        Args:
            client: The client's id.
            amount: Exact: a ``Decimal``, text such as ``"1234.56"`` or whole units; no float. Below zero the client is in
                credit. Zero takes the present balance back and posts nothing.
            as_at: The day it is booked on; the present balance's by default, or today.
            currency: ISO 4217 code; the importer's default currency by default.
            items: The open documents it consists of; they must sum up to *amount*.

        Returns:
            The balance that stands now; ``None`` if there is none.

        Raises:
            PermissionRefusedError: before anything is read.
            SettingsError: no such client, no exact amount, or no account or rate for the currency.
            PeriodClosedError: the day, or that of the present balance, lies in a closed period.
        """
        self._require("openings.set")
        code = self._booking_currency(currency)
        minor = exact_minor("amount", amount, code)
        if as_at is not None and (not isinstance(as_at, date) or isinstance(as_at, datetime)):
            raise SettingsError("as_at", as_at, wanted="a datetime.date without a time")
        documents = [_new_item(item, code) for item in items]
        if documents and sum(document.minor for document in documents) != minor:
            raise SettingsError("items", len(documents), wanted="open items that sum up to the amount, to the cent")
        if minor:
            self._bookable(minor, code)
        day = None if as_at is None else as_at.isoformat()
        self._booking.set(client, code, minor, day, documents)
        found = [each for each in self.list(client=client) if each.currency == code]
        return found[0] if found else None

    def delete(self, ids: Iterable[str | Opening]) -> builtins.list[str]:
        """Take opening balances back, all of *ids* or none: each is reversed, and its client's balance is zero.

        They leave ``list``, the payments list and the journal; ``journal(all=True)`` keeps entry and reversal.

        Returns:
            The ids that were taken back now; those taken back before are left out.

        Raises:
            PermissionRefusedError: before anything is read.
            SettingsError: one is no opening balance.
            PeriodClosedError: one is dated in a closed period; the text names it.
        """
        self._require("openings.delete")
        wanted = [each.id if isinstance(each, Opening) else each for each in ids]
        for each in wanted:
            if not isinstance(each, str) or not (each.isascii() and each.isdigit() and len(each) <= 18):
                raise SettingsError("opening", each, wanted="the id of an opening balance, as openings.list() gives it")
        return [str(number) for number in self._booking.delete([int(each) for each in wanted])]

    def journal(self, *, all: bool = False, run: str | None = None) -> Iterator[JournalEntry]:  # noqa: A002  (--all)
        """The entries that stand, in the order they were posted.

        Args:
            all: The whole audit trail: what was taken back as well, and the reversals.
            run: Only what this run posted.
        """
        with self._store.reading() as work:
            held: builtins.list[Posting] = []
            for page in work.ledger.postings(run_id=run):
                held += page if all else [each for each in page if each.reverses is None and each.reversed_by is None]
        yield from entries(held)

    def balances(self) -> builtins.list[Balance]:
        """The balance of every account, sorted by account and currency. What is left on the equity account is the residue
        that a person moves to retained earnings or capital.
        """
        with self._store.reading() as work:
            return [_balance(total) for total in work.ledger.totals()]

    def proof(
        self, run: str | Receipt, *, control_totals: Mapping[str, Amount] | None = None, lang: str = "en"
    ) -> Proof:
        """What an import did with opening balances, and how the books stand since: to be handed over.

        Args:
            run: The run or its receipt.
            control_totals: Currency -> what was expected; those that the plan was made with by default.
            lang: Language of headings and reasons.

        Raises:
            SettingsError: no such import, a control total that is no exact amount, or no texts in that language.
        """
        from clientimport.core.openings import check_totals
        from clientimport.reports.proof import make_proof

        receipt = self._receipt(run) if isinstance(run, str) else run
        given = receipt.header["control_totals"] if control_totals is None else control_totals
        expected = {currency: Decimal(amount) for currency, amount in check_totals(given).items()}
        with self._store.reading() as work:
            posted = [posting for page in work.ledger.postings(run_id=receipt.run) for posting in page]
            before = work.ledger.get([each.reverses for each in posted if each.reverses is not None])
            clients = balances((each.currency, each.minor) for page in work.ledger.openings() for each in page)
            totals = work.ledger.totals()
        return make_proof(receipt, posted, before, clients, totals, expected, lang)

    def export(self, format: str, *, all: bool = False) -> str:  # noqa: A002  (--format, --all)
        """The journal as ``hledger`` or ``beancount`` reads it, each client with an account of its own.

        Args:
            format: The language of the file.
            all: What was taken back as well, and the reversals.

        Raises:
            SettingsError: no such format.
        """
        from clientimport.reports.journal import journal_lines

        found = builtins.list(self.journal(all=all))
        with self._store.reading() as work:
            clients = {line.client for entry in found for line in entry.lines if line.client is not None}
            names = client_names(work, sorted(clients, key=int))
        return "".join(f"{line}\n" for line in journal_lines(found, names, format))

    def _openings(self, work: UnitOfWork, postings: builtins.list[Posting]) -> Iterator[Opening]:
        names = client_names(work, [str(each.client) for each in postings])
        items = work.ledger.items([each.number for each in postings])
        method = opening_method(self._profile)
        for each in postings:
            base = each.base_currency
            yield Opening(
                id=str(each.number),
                client=str(each.client),
                client_name=names.get(str(each.client), ""),
                amount=from_minor(each.minor, each.currency),
                currency=each.currency,
                as_at=date.fromisoformat(each.date),
                method=method,
                status="posted" if each.reversed_by is None else "reversed",
                run=each.run,
                rate=None if each.rate is None else Decimal(each.rate),
                base_amount=None if base is None else from_minor(each.base_minor or 0, base),
                base_currency=base,
                items=tuple(_item(item, each.currency) for item in items.get(each.number, ())),
            )

    def _booking_currency(self, currency: str | None) -> str:
        code = self._booking.default_currency if currency is None else currency
        if code not in minor_units():
            raise SettingsError("currency", code, wanted="an ISO 4217 code in upper case, such as EUR")
        return code

    def _bookable(self, minor: int, currency: str) -> None:
        books = self._booking.books
        books.accounts(currency)
        if books.base_currency is None:
            return
        if books.rate(currency) is None:
            raise SettingsError(
                f"books.rates.{currency}", None, wanted=f"what one {currency} is worth in {books.base_currency}"
            )
        if books.base_minor(minor, currency) is None:
            raise SettingsError("amount", "too large", wanted=f"an amount that can be kept in {books.base_currency}")


class Payments:
    """The payments list: ``importer.payments``. Opening balances stand in it beside the payments that the host tells of."""

    def __init__(self, store: Store, profile: Profile, openings: Openings, require: Callable[[str], None]) -> None:
        self._store = store
        self._openings = openings
        self._method = opening_method(profile)
        self._require = require

    def list(self, *, method: str | None = None, client: str | None = None) -> builtins.list[Payment]:
        """Payments by date, then in the order they came; those of one *method* or *client* if asked for."""
        found: builtins.list[Payment] = []
        if method in {None, self._method}:
            found += [
                Payment(
                    id=f"opening:{each.id}",
                    client=each.client,
                    client_name=each.client_name,
                    date=each.as_at,
                    method=each.method,
                    amount=each.amount,
                    currency=each.currency,
                )
                for each in self._openings.list(client=client)
            ]
        if method != self._method:
            with self._store.reading() as work:
                for page in work.ledger.payments(client=client):
                    names = client_names(work, [each.client for each in page])
                    found += [
                        Payment(
                            id=f"payment:{each.number}",
                            client=each.client,
                            client_name=names.get(each.client, ""),
                            date=date.fromisoformat(each.date),
                            method=each.method,
                            amount=from_minor(each.minor, each.currency),
                            currency=each.currency,
                            reference=each.reference,
                        )
                        for each in page
                        if method is None or each.method == method
                    ]
        return sorted(found, key=lambda each: each.date)

    def add(self, client: str, amount: Amount, *, date: date, method: str, currency: str, reference: str = "") -> str:
        """Put a payment of the host into the list; it is shown there and moves nothing in the books.

        Args:
            client: The client's id.
            amount: Exact, as in ``openings.set``.
            date: The day of the payment.
            method: Such as ``Cash`` or ``Bank``; not what opening balances are called.
            currency: ISO 4217 code.
            reference: The host's own words.

        Returns:
            The payment's id.

        Raises:
            PermissionRefusedError: before anything is read.
            SettingsError: no such client, no exact amount, or a method that is not the host's.
        """
        self._require("payments.add")
        if not isinstance(method, str) or not method.strip() or method == self._method:
            raise SettingsError("method", method, wanted=f"a method of the host, not {self._method!r}")
        if currency not in minor_units():
            raise SettingsError("currency", currency, wanted="an ISO 4217 code in upper case, such as EUR")
        if not is_day(date):
            raise SettingsError("date", date, wanted="a datetime.date without a time")
        minor = exact_minor("amount", amount, currency)
        with self._store.writing() as work:
            if client not in work.clients.fetch([client]):
                raise SettingsError("client", client, wanted="the id of a client, as importer.clients() gives it")
            payment = NewPayment(client, date.isoformat(), method, currency, minor, reference)
            return f"payment:{work.ledger.add_payments([payment])[0]}"


class Periods:
    """Closed periods: ``importer.periods``."""

    def __init__(
        self, store: Store, host: HostPeriods | None, actor: str, now: Callable[[], str], require: Callable[[str], None]
    ) -> None:
        self._store = store
        self._host = host
        self._actor = actor
        self._now = now
        self._require = require

    def list(self) -> builtins.list[Period]:
        """All closed periods, the host's own included, sorted."""
        with self._store.reading() as work:
            found = {*work.ledger.periods(), *self.of_host()}
        return sorted(Period(date.fromisoformat(start), date.fromisoformat(end)) for start, end in found)

    def close(self, start: date, end: date) -> Period:
        """Close the days from *start* to *end*, both included; closing the same period again changes nothing.

        Raises:
            PermissionRefusedError: before anything is written.
            SettingsError: these are no days, or *end* lies before *start*.
        """
        self._require("periods.close")
        period = _period(start, end)
        with self._store.writing() as work:
            if (start.isoformat(), end.isoformat()) not in work.ledger.periods():
                work.ledger.close_period(start.isoformat(), end.isoformat())
                work.activity.append(self._now(), self._actor, "period-close", None, period.to_dict())
        return period

    def reopen(self, start: date, end: date) -> Period:
        """Open exactly this period again.

        Raises:
            PermissionRefusedError: before anything is written.
            SettingsError: no such period is closed here; one that the host supplies is the host's to open.
        """
        self._require("periods.close")
        period = _period(start, end)
        with self._store.writing() as work:
            if not work.ledger.reopen_period(start.isoformat(), end.isoformat()):
                allowed = [f"{first} to {last}" for first, last in work.ledger.periods()]
                raise SettingsError("period", str(period), allowed=allowed, wanted="a period that is closed here")
            work.activity.append(self._now(), self._actor, "period-reopen", None, period.to_dict())
        return period

    def of_host(self) -> builtins.list[tuple[str, str]]:
        """The host's own closed periods as ISO dates.

        Raises:
            SettingsError: what the host supplies are no periods.
        """
        found: builtins.list[tuple[str, str]] = []
        for given in self._host() if self._host is not None else ():
            start, end = (given.start, given.end) if isinstance(given, Period) else given
            period = _period(start, end)
            found.append((period.start.isoformat(), period.end.isoformat()))
        return found


def opening_method(profile: Profile) -> str:
    """What payment lists call an opening balance under *profile*."""
    return profile.labels.get("opening_method", METHOD)


def client_names(work: UnitOfWork, ids: Sequence[str]) -> Mapping[str, str]:
    """The names of clients that are there and have one."""
    import json

    found = work.clients.fetch(builtins.list(dict.fromkeys(ids)))
    return {client: json.loads(stored.text).get("name", "") for client, stored in found.items()}


def exact_minor(key: str, amount: Any, currency: str) -> int:
    """An amount given in Python as minor units.

    Raises:
        SettingsError: it is not exact, or holds more than the currency can.
    """
    exact: Decimal | None = None
    if isinstance(amount, Decimal | str | int) and not isinstance(amount, bool):
        try:
            exact = Decimal(amount)
        except InvalidOperation:
            exact = None
    minor = None if exact is None else to_minor(exact, currency)
    if minor is None:
        wanted = f"an exact amount (Decimal, text or whole number, no float) of {decimals(currency)} decimals at most"
        raise SettingsError(key, type(amount).__name__, wanted=wanted)
    return minor


def is_day(value: object) -> bool:
    """Whether *value* is a date without a time."""
    return isinstance(value, date) and not isinstance(value, datetime)


def _period(start: object, end: object) -> Period:
    for key, value in (("start", start), ("end", end)):
        if not is_day(value):
            raise SettingsError(f"period.{key}", value, wanted="a datetime.date without a time")
    assert isinstance(start, date)
    assert isinstance(end, date)
    if end < start:
        raise SettingsError("period.end", end.isoformat(), wanted=f"the start, {start.isoformat()}, or a later day")
    return Period(start, end)


def _balance(total: AccountTotal) -> Balance:
    base = total.base_currency
    return Balance(
        account=total.account,
        currency=total.currency,
        amount=from_minor(total.minor, total.currency),
        base_currency=base,
        base_amount=None if base is None else from_minor(total.base_minor, base),
    )


def _item(item: NewItem, currency: str) -> OpenItem:
    number, day, due, minor = item
    return OpenItem(
        number=number,
        date=None if day is None else date.fromisoformat(day),
        due=None if due is None else date.fromisoformat(due),
        amount=from_minor(minor, currency),
    )


def _new_item(item: OpenItem, currency: str) -> NewItem:
    return NewItem(
        item.number,
        None if item.date is None else item.date.isoformat(),
        None if item.due is None else item.due.isoformat(),
        exact_minor("items.amount", item.amount, currency),
    )
