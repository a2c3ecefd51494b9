"""Postings, closed periods and payments in memory: the rules that a database keeps by constraints and triggers, in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from clientimport.adapters.stores.ids import number, possible
from clientimport.adapters.stores.memory.tables import Permit, Tables
from clientimport.adapters.stores.openings import check_items, told_once
from clientimport.core.journal import KINDS, OPENING, REVERSAL, ROUNDING, Posting, closing
from clientimport.errors import OpeningExistsError, PeriodClosedError, StoreError
from clientimport.ports import AccountTotal, LiveOpening, NewItem, NewPayment, NewPosting, StoredPayment

_T = TypeVar("_T")

_LARGEST = 2**63 - 1  # what a database's whole number holds


class MemoryLedger:
    """The ``Ledger`` port."""

    def __init__(self, tables: Tables, permit: Permit) -> None:
        self._tables = tables
        self._permit = permit

    def live(self, clients: Sequence[str]) -> dict[str, list[LiveOpening]]:
        self._permit.read()
        openings = self._tables.openings
        return {
            client: [self._live(place) for _, place in sorted(openings[client].items())]
            for client in dict.fromkeys(clients)
            if client in openings
        }

    def post(self, run_id: str, postings: Sequence[NewPosting]) -> None:
        with self._permit.changing():
            if run_id not in self._tables.runs:
                raise StoreError("The run is not in the run log.")
            if postings:
                self._tables.revise()
            for posting in postings:
                self._check(posting)
                self._post(run_id, posting)

    def get(self, numbers: Sequence[int]) -> dict[int, Posting]:
        self._permit.read()
        held = self._tables.postings
        return {place: held[place] for place in numbers if place in held}

    def postings(self, *, run_id: str | None = None, size: int = 500) -> Iterator[list[Posting]]:
        return self._pages(self._tables.postings, lambda posting: run_id is None or posting.run == run_id, size)

    def openings(self, size: int = 500) -> Iterator[list[Posting]]:
        return self._pages(self._tables.postings, _stands, size)

    def items(self, numbers: Sequence[int]) -> dict[int, list[NewItem]]:
        self._permit.read()
        held = self._tables.items
        return {place: list(held[place]) for place in numbers if place in held}

    def rounding(self, entries: Sequence[int]) -> list[Posting]:
        self._permit.read()
        wanted = frozenset(entries)
        return [
            each
            for each in self._tables.postings.values()
            if each.kind == ROUNDING and each.reversed_by is None and each.entry in wanted
        ]

    def totals(self) -> list[AccountTotal]:
        self._permit.read()
        sums: dict[tuple[str, str, str, str], tuple[int, int]] = {}
        for each in self._tables.postings.values():
            role = "rounding" if each.client is None else "receivable"
            for account, used_for, sign in ((each.account, role, 1), (each.contra, "equity", -1)):
                key = account, used_for, each.currency, each.base_currency or ""
                minor, base = sums.get(key, (0, 0))
                sums[key] = minor + sign * each.minor, base + sign * (each.base_minor or 0)
        return [
            AccountTotal(account, role, currency, minor, base_currency or None, base)
            for (account, role, currency, base_currency), (minor, base) in sorted(sums.items())
        ]

    def periods(self) -> list[tuple[str, str]]:
        self._permit.read()
        return sorted(self._tables.periods)

    def close_period(self, start: str, end: str) -> None:
        with self._permit.changing():
            if not (_is_day(start) and _is_day(end) and start <= end):
                raise StoreError("A period has a first and a last day, in this order.")
            if (start, end) not in self._tables.periods:
                self._tables.revise()
                self._tables.periods.add((start, end))

    def reopen_period(self, start: str, end: str) -> bool:
        with self._permit.changing():
            closed = (start, end) in self._tables.periods
            if closed:
                self._tables.revise()
                self._tables.periods.remove((start, end))
            return closed

    def add_payments(self, payments: Sequence[NewPayment]) -> list[int]:
        with self._permit.changing():
            given = []
            for payment in payments:
                self._check_client(payment.client)
                if not _is_day(payment.date) or abs(payment.minor) > _LARGEST:
                    raise StoreError("A payment's date or amount is not possible.")
                place = self._tables.next_payment
                self._tables.next_payment += 1
                self._tables.payments[place] = StoredPayment(place, *payment)
                given.append(place)
            return given

    def paying(self, clients: Sequence[str]) -> set[str]:
        self._permit.read()
        return {paid.client for paid in self._tables.payments.values()} & set(clients)

    def payments(self, *, client: str | None = None, size: int = 500) -> Iterator[list[StoredPayment]]:
        return self._pages(self._tables.payments, lambda paid: client is None or paid.client == client, size)

    def _live(self, place: int) -> LiveOpening:
        opening = self._tables.postings[place]
        sources = told_once(self._tables.runs[opening.run].source_digest, opening.sources)
        return LiveOpening(
            place, str(opening.client), opening.currency, opening.minor, opening.date, sources, opening.origin
        )

    def _check(self, posting: NewPosting) -> None:
        """Raise if a rule of the ledger forbids *posting*."""
        period = closing(posting.date, sorted(self._tables.periods))
        if period is not None:
            raise PeriodClosedError("A posting would be dated in a closed period.", period=period)
        if posting.kind == OPENING:
            if posting.currency in self._tables.openings.get(str(posting.client), {}):
                raise OpeningExistsError("The client has an opening balance in this currency already.")
            self._check_client(str(posting.client))
        if posting.reverses is not None:
            taken = self._tables.postings.get(posting.reverses)
            if taken is not None and taken.reversed_by is not None:
                raise StoreError("A posting was taken back already.")
            if taken is None or not _mirrors(posting, taken):
                raise StoreError("A reversal does not mirror the posting that it takes back.")
        if posting.restores is not None and not _restores(posting, self._tables.postings.get(posting.restores)):
            raise StoreError("A posting restores a balance that was never there.")
        if not _is_possible(posting):
            raise StoreError("A posting is not possible: its kind, date, accounts, amount or conversion.")
        if posting.items:
            check_items(posting)
        for item in posting.items:
            if not all(day is None or _is_day(day) for day in (item.date, item.due)) or abs(item.minor) > _LARGEST:
                raise StoreError("An open document's days or amount are not possible.")

    def _check_client(self, client: str) -> None:
        if number(client) not in self._tables.live:
            raise StoreError("A posting or payment is for a client that is not there or was removed.")

    def _post(self, run_id: str, new: NewPosting) -> None:
        tables, place = self._tables, self._tables.next_posting
        tables.next_posting += 1
        entry = tables.heads.setdefault((run_id, new.date, new.kind == REVERSAL), place) if new.joint else place
        taken = None if new.reverses is None else tables.postings[new.reverses]
        tables.postings[place] = Posting(
            number=place,
            entry=entry,
            run=run_id,
            sequence=new.sequence,
            kind=new.kind,
            date=new.date,
            client=new.client,
            account=new.account,
            contra=new.contra,
            currency=new.currency,
            minor=new.minor,
            rate=new.rate,
            base_currency=new.base_currency,
            base_minor=new.base_minor,
            reverses=new.reverses,
            reverses_entry=None if taken is None else taken.entry,
            reversed_by=None,
            sources=new.sources,
            restores=new.restores,
        )
        if new.items:
            tables.items[place] = tuple(new.items)
        if taken is not None:
            tables.postings[taken.number] = taken._replace(reversed_by=place)
        client = str(new.client)
        if new.kind == OPENING:
            tables.openings[client] = {**tables.openings.get(client, {}), new.currency: place}
        elif taken is not None and taken.kind == OPENING:
            left = {currency: held for currency, held in tables.openings[client].items() if held != taken.number}
            if left:
                tables.openings[client] = left
            else:
                del tables.openings[client]

    def _pages(self, rows: Mapping[int, _T], wanted: Callable[[_T], bool], size: int) -> Iterator[list[_T]]:
        """Rows by number, *size* at a time, as they are when they are reached; what is added in between does not come."""
        self._permit.read()
        places = list(rows)
        page: list[_T] = []
        for place in places:
            if wanted(rows[place]):
                page.append(rows[place])
            if len(page) == size:
                yield page
                self._permit.read()
                page = []
        if page:
            yield page


def _is_possible(posting: NewPosting) -> bool:
    """Whether a posting holds together in itself."""
    minor, base = posting.minor, posting.base_minor
    converted = [value is not None for value in (posting.rate, posting.base_currency, base)]
    return (
        posting.kind in KINDS
        and (posting.client is not None or posting.kind != OPENING)
        and (posting.client is None or posting.kind != ROUNDING)
        and (posting.client is None or possible(posting.client))
        and (posting.reverses is not None) == (posting.kind == REVERSAL)
        and _is_day(posting.date)
        and posting.account != posting.contra
        and len(posting.currency) == 3
        and posting.currency.isascii()
        and posting.currency.isalpha()
        and posting.currency.isupper()
        and 0 < abs(minor) <= _LARGEST
        and all(converted) == any(converted)
        and (base is None or (abs(base) <= _LARGEST and (base == 0 or (base > 0) == (minor > 0))))
    )


def _mirrors(new: NewPosting, taken: Posting) -> bool:
    """Whether *new* takes *taken* back: the same but for the sign, and no reversal itself."""
    return taken.kind != REVERSAL and (
        new.date, new.client, new.account, new.contra, new.currency, new.minor, new.rate, new.base_currency,
        new.base_minor,
    ) == (
        taken.date, taken.client, taken.account, taken.contra, taken.currency, -taken.minor, taken.rate,
        taken.base_currency, None if taken.base_minor is None else -taken.base_minor,
    )  # fmt: skip


def _restores(new: NewPosting, first: Posting | None) -> bool:
    """Whether *new* is the balance that *first* was."""
    return (
        first is not None
        and new.kind == first.kind == OPENING
        and first.restores is None
        and (new.client, new.currency, new.minor, new.date) == (first.client, first.currency, first.minor, first.date)
    )


def _is_day(text: str) -> bool:
    """Whether *text* is a day of the calendar, as ISO writes it."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _stands(posting: Posting) -> bool:
    return posting.kind == OPENING and posting.reversed_by is None
