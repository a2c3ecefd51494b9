"""Opening balances as a host lists, sets, deletes and proves them: ``importer.openings``."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import attrs

from clientimport.books.checks import Amount, client_names, exact_minor, opening_method
from clientimport.core.journal import OPENING, JournalEntry, Opening, OpenItem, Posting, balances, entries
from clientimport.core.money import from_minor, minor_units
from clientimport.errors import SettingsError
from clientimport.ports import AccountTotal, NewItem, UnitOfWork
from clientimport.services.booking import Booking

if TYPE_CHECKING:
    from clientimport.core.profile import Profile
    from clientimport.handles import Receipt
    from clientimport.ports import Store
    from clientimport.reports.proof import Proof


class Require(Protocol):
    """Refuses what the actor may not do; *run_id* is the run that made what it is done to."""

    def __call__(self, act: str, run_id: str | None = None) -> None: ...


@attrs.frozen(kw_only=True)
class Balance:
    """The balance of one account in one currency, over all that was posted.

    Attributes:
        account: The account's code.
        role: What it was used for: ``receivable``, ``equity`` or ``rounding``.
        currency: ISO 4217 code.
        amount: Major units; above zero its debits are larger.
        base_currency, base_amount: The same in the base currency; ``None`` where nothing was converted.
    """

    account: str
    role: str
    currency: str
    amount: Decimal = attrs.field(repr=False)
    base_currency: str | None = None
    base_amount: Decimal | None = attrs.field(default=None, repr=False)

    def to_dict(self) -> dict[str, str | None]:
        """The same in JSON types, amounts as text."""
        return {
            "account": self.account,
            "role": self.role,
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
        require: Require,
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
        if minor == 0:  # that is taking back what is there
            self._may_delete(self.list(client=client))
        if as_at is not None and (not isinstance(as_at, date) or isinstance(as_at, datetime)):
            raise SettingsError("as_at", as_at, wanted="a datetime.date without a time")
        for item in items:
            if not isinstance(item, OpenItem):
                raise SettingsError("items", type(item).__name__, wanted="of the class OpenItem")
        documents = [_new_item(item, code) for item in items]
        if documents and sum(document.minor for document in documents) != minor:
            raise SettingsError("items", len(documents), wanted="open items that sum up to the amount, to the cent")
        if minor:
            self._bookable(minor, code)
        day = None if as_at is None else as_at.isoformat()
        self._booking.set(client, code, minor, day, documents)
        found = [each for each in self.list(client=client) if each.currency == code]
        return found[0] if found else None

    def delete(self, ids: str | Opening | Iterable[str | Opening]) -> builtins.list[str]:
        """Take opening balances back, all of *ids* (or the one) or none: each is reversed, and its client's balance is zero.

        They leave ``list``, the payments list and the journal; ``journal(all=True)`` keeps entry and reversal.

        Returns:
            The ids that were taken back now; those taken back before are left out.

        Raises:
            PermissionRefusedError: nothing was written; asked also under the profile that a balance was made with.
            SettingsError: one is no opening balance.
            PeriodClosedError: one is dated in a closed period; the text names it.
        """
        self._require("openings.delete")
        if isinstance(ids, str | Opening):
            ids = [ids]
        elif not isinstance(ids, Iterable):
            raise SettingsError(
                "ids", type(ids).__name__, wanted="ids of opening balances, as openings.list() gives them"
            )
        wanted = [each.id if isinstance(each, Opening) else each for each in ids]
        for each in wanted:
            if not isinstance(each, str) or not (each.isascii() and each.isdigit() and len(each) <= 18):
                raise SettingsError("opening", each, wanted="the id of an opening balance, as openings.list() gives it")
        numbers = [int(each) for each in wanted]
        with self._store.reading() as work:
            found = work.ledger.get(numbers)
        self._may_delete(found.values())
        return [str(number) for number in self._booking.delete(numbers)]

    def journal(self, *, all: bool = False, run: str | None = None) -> Iterator[JournalEntry]:  # noqa: A002  (--all)
        """The entries that stand, in the order they were posted.

        Args:
            all: The whole audit trail: what was taken back as well, and the reversals.
            run: Only what this run posted.

        Raises:
            SettingsError: there is no such run.
        """
        with self._store.reading() as work:
            if run is not None and work.runs.get(run) is None:
                raise SettingsError("run", run, wanted="the id of a run, as clientimport runs lists them")
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
        if receipt.kind != "import":
            raise SettingsError("run", receipt.run, wanted="an import")
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

    def _may_delete(self, made: Iterable[Posting] | Iterable[Opening]) -> None:
        """Refuse unless the actor may delete, also under the profiles that the balances were made with."""
        self._require("openings.delete")
        for run in sorted({each.run for each in made}):
            self._require("openings.delete", run)

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


def _balance(total: AccountTotal) -> Balance:
    base = total.base_currency
    return Balance(
        account=total.account,
        role=total.role,
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
