"""Opening balances by hand: set one, take some back. The same postings as an import makes, in a run of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.books import Books
from clientimport.core.canonical import encode
from clientimport.core.matching import ClientKeys
from clientimport.errors import SettingsError
from clientimport.ports import Ledger, LiveOpening, NewItem, Store, UnitOfWork
from clientimport.services.by_hand import start_by_hand
from clientimport.services.posting import check_open, opening, reversal, rounding_of

BY_HAND = "openings"
"""The kind of a run that somebody's hand made."""


@attrs.frozen(kw_only=True)
class Booking:
    """Acts of one person upon the books, each in one transaction and one run.

    Attributes:
        store: Where.
        books: Accounts and rates.
        actor: Name for the logs.
        now: The time as ISO text.
        new_id: Makes run ids.
        periods: The host's own closed periods, as ISO dates of first and last day.
        header: What the run keeps of how it was made, as plain data.
        today: The day as an ISO date.
        default_currency: ISO 4217 code of balances that name none.
        keys: Makes a client's keys.
    """

    store: Store
    books: Books
    actor: str
    now: Callable[[], str]
    new_id: Callable[[], str]
    periods: Callable[[], list[tuple[str, str]]]
    header: Mapping[str, Any]
    today: Callable[[], str]
    default_currency: str
    keys: ClientKeys

    def set(self, client: str, currency: str, minor: int, date: str | None, items: Sequence[NewItem]) -> None:
        """Make *minor* the client's opening balance in *currency*; nothing is posted if it is that already.

        One that is there is reversed first. Zero only reverses. Without a *date* it keeps the present one's, or is today.

        Raises:
            SettingsError: there is no such client.
            PeriodClosedError: its date, or that of the present one, lies in a closed period.
        """
        with self.store.writing() as work:
            if client not in work.clients.fetch([client]):
                raise SettingsError("client", client, wanted="the id of a client, as clientimport clients lists them")
            found = work.ledger.live([client]).get(client, ())
            present = next((each for each in found if each.currency == currency), None)
            if _already(work.ledger, present, minor, date, items):
                return
            day = date or (present.date if present else self.today())
            days = ([day] if minor else []) + ([present.date] if present else [])
            check_open(days, self._closed(work))
            postings = []
            if present is not None:
                taken = work.ledger.get([present.number])[present.number]
                postings = [reversal(taken, 0), *rounding_of(work.ledger, [taken])]
            if minor:
                # another day or other documents: what files brought is still in the amount
                sources = present.sources if present is not None and present.minor == minor else ""
                made = opening(self.books, 0, client, currency, minor, day, sources=sources, items=items)
                postings.append(made._replace(joint=False))
            run = self._start(work)
            work.ledger.post(run, postings)
            counts = {"openings_posted": int(bool(minor)), "openings_reversed": int(bool(present))}
            self._finish(work, run, "opening-set", counts)

    def delete(self, numbers: Sequence[int]) -> list[int]:
        """Take opening balances back, all or none; the numbers of those that were not taken back before.

        Raises:
            SettingsError: one is no opening balance.
            PeriodClosedError: one is dated in a closed period; nothing was taken back.
        """
        with self.store.writing() as work:
            found = work.ledger.get(numbers)
            for number in numbers:
                if number not in found or found[number].kind != "opening":
                    wanted = "the id of an opening balance, as clientimport openings list shows them"
                    raise SettingsError("opening", str(number), wanted=wanted)
            standing = [found[number] for number in dict.fromkeys(numbers) if found[number].reversed_by is None]
            if not standing:
                return []
            check_open([each.date for each in standing], self._closed(work))
            run = self._start(work)
            postings = [reversal(each, sequence) for sequence, each in enumerate(standing)]
            work.ledger.post(run, [*postings, *rounding_of(work.ledger, standing)])
            self._finish(work, run, "opening-delete", {"openings_posted": 0, "openings_reversed": len(standing)})
            return [each.number for each in standing]

    def _closed(self, work: UnitOfWork) -> list[tuple[str, str]]:
        return [*work.ledger.periods(), *self.periods()]

    def _start(self, work: UnitOfWork) -> str:
        run_id = self.new_id()
        start_by_hand(work, BY_HAND, run_id, actor=self.actor, at=self.now(), header=self.header)
        return run_id

    def _finish(self, work: UnitOfWork, run_id: str, act: str, counts: Mapping[str, int]) -> None:
        at = self.now()
        work.runs.finish(run_id, at, encode(dict(counts)))
        work.activity.append(at, self.actor, act, run_id, {"counts": dict(counts)})


def _already(
    ledger: Ledger, present: LiveOpening | None, minor: int, date: str | None, items: Sequence[NewItem]
) -> bool:
    if present is None:
        return minor == 0
    if present.minor != minor or date not in {None, present.date}:
        return False
    return not items or list(ledger.items([present.number]).get(present.number, ())) == list(items)
