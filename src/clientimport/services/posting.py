"""Post opening balances, take them back, put earlier ones in their place: the same for an import, by hand and an undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clientimport.core.books import Books
from clientimport.core.journal import OPENING, REVERSAL, ROUNDING, Posting, closing
from clientimport.errors import PeriodClosedError
from clientimport.ports import Ledger, LiveOpening, NewItem, NewPosting

Why = Mapping[str, Any]
"""Why a record was left alone: ``why`` (``closed-period``, ``opening-changed``, ``control-total``) and what its text needs."""


class Poster:
    """Posts what plan lines list, in one unit of work after the other.

    Args:
        books: Accounts and rates, as the plan was made with.
        tie_out: The plan's totals beside the control totals: currencies that do not tie out are not posted in.
    """

    def __init__(self, books: Books, tie_out: Sequence[Mapping[str, Any]]) -> None:
        self._books = books
        self._blocked = frozenset(tie["currency"] for tie in tie_out if not tie["ties"])

    def refused(
        self,
        ledger: Ledger,
        lines: Sequence[tuple[Sequence[Any], str | None]],
        closed: Sequence[tuple[str, str]],
        *,
        careful: bool,
    ) -> dict[int, Why]:
        """Sequence -> why nothing of the record may be written: its balance could not be posted any more.

        Each line is given with its client, ``None`` for one that it makes. A balance that replaces another is always
        looked at, one of a client that had none only if *careful*.
        """
        found: dict[int, Why] = {}
        look = [(line, client) for line, client in lines if client and (careful or line[10][4] is not None)]
        live = ledger.live([client for _, client in look]) if look else {}
        for line, client in look:
            currency, old = line[10][0], line[10][4]
            current = _in(live.get(client, ()), currency)
            if (current and current.origin) != (old and old[0]):
                found[line[0]] = {"why": "opening-changed", "currency": currency}
        for line, _ in lines if self._blocked else ():
            if line[8] == "opening" and line[10][0] in self._blocked:  # nothing else of it would be written
                found[line[0]] = {"why": "control-total", "currency": line[10][0]}
        for line, _ in lines if closed else ():
            currency, amount, date, _, old, _ = line[10]
            for day in ([] if amount is None else [date]) + ([] if old is None else [old[2]]):
                period = closing(day, closed)
                if period is not None:
                    found[line[0]] = {"why": "closed-period", "date": day, "start": period[0], "end": period[1]}
        return found

    def post(
        self, ledger: Ledger, run_id: str, done: Sequence[tuple[Sequence[Any], str]], counts: Counter[str]
    ) -> None:
        """Post the balances of lines that were written, each given with its client; adds to *counts*."""
        done = [(line, client) for line, client in done if line[10][0] not in self._blocked]
        replaced = [client for line, client in done if line[10][4] is not None]
        live = ledger.live(replaced) if replaced else {}
        present = {(each.client, each.currency): each for found in live.values() for each in found}
        old = ledger.get([each.number for each in present.values()]) if present else {}
        earlier = ledger.items(list(old)) if old else {}
        postings: list[NewPosting] = []
        taken: list[Posting] = []
        for line, client in done:
            currency, amount, date, rule, held, items = line[10]
            before = present[client, currency] if held is not None else None
            if before is not None:
                taken.append(old[before.number])
                postings.append(reversal(old[before.number], line[0], joint=self._joint))
            if amount is not None:
                minor = _minor(amount)
                added_to = before if rule == "add" else None
                documents = [
                    *(earlier.get(added_to.number, ()) if added_to else ()),
                    *map(_item, items),
                ]
                if documents and sum(item.minor for item in documents) != minor:
                    documents = []  # part of it came as one amount, so the documents do not tell the whole
                told = added_to.sources if added_to else ""
                postings.append(
                    opening(self._books, line[0], client, currency, minor, date, sources=told, items=documents)
                )
                counts["openings_posted"] += 1
        postings += rounding_of(ledger, taken)
        if postings:
            ledger.post(run_id, postings)

    def round_off(self, ledger: Ledger, run_id: str, sequence: int, closed: Sequence[tuple[str, str]]) -> None:
        """Complete a run's cut-over entries: their other side is their total converted, not the sum of converted lines.

        What lies between goes to the rounding account. An entry of which a line was taken back before it was complete stays
        as it was converted line by line, as it would if the line had left afterwards.
        """
        base_currency = self._books.base_currency
        if not self._joint or base_currency is None:
            return
        sums: dict[tuple[str, str, str, str], list[int]] = {}
        left: set[str] = set()
        for page in ledger.postings(run_id=run_id):
            for each in page:
                if each.kind == OPENING and each.reversed_by is not None:
                    left.add(each.date)
                if each.kind != ROUNDING:
                    sums_ = sums.setdefault((each.date, each.kind, each.currency, each.contra), [0, 0])
                    sums_[0] += each.minor
                    sums_[1] += each.base_minor or 0
        postings: list[NewPosting] = []
        for (date, kind, currency, contra), (minor, base) in sums.items():
            whole = self._books.base_minor(minor, currency)
            if kind != OPENING or date in left:
                continue
            if whole is not None and whole != base and closing(date, closed) is None:
                gap = whole - base
                postings.append(
                    NewPosting(
                        sequence,
                        ROUNDING,
                        date,
                        None,
                        self._books.rounding,
                        contra,
                        base_currency,
                        gap,
                        "1",
                        base_currency,
                        gap,
                        joint=True,
                    )
                )
        if postings:
            ledger.post(run_id, postings)

    def count_blocked(self, lines: Sequence[Sequence[Any]], counts: Counter[str]) -> None:
        """Count the balances of *lines* that are not posted because their currency does not tie out."""
        blocked = sum(line[10][0] in self._blocked for line in lines) if self._blocked else 0
        if blocked:
            counts["openings_blocked"] += blocked

    @property
    def _joint(self) -> bool:
        return self._books.entries == "cut_over"


def check_open(days: Sequence[str], closed: Sequence[tuple[str, str]]) -> None:
    """Look that none of *days* lies in a closed period.

    Raises:
        PeriodClosedError: one does; names it and the period.
    """
    for day in days:
        period = closing(day, closed)
        if period is not None:
            raise PeriodClosedError(
                f"{day} lies in the closed period {period[0]} to {period[1]}, where nothing may be booked or taken back. "
                f"Reopen the period, or choose another date.",
                period=period,
            )


def opening(
    books: Books,
    sequence: int,
    client: str,
    currency: str,
    minor: int,
    date: str,
    *,
    sources: str = "",
    items: Sequence[NewItem] = (),
) -> NewPosting:
    """The posting of an opening balance; *minor* is signed and not zero."""
    receivable, equity = books.accounts(currency)
    rate = books.rate(currency) if books.base_currency is not None else None
    converted: tuple[str | None, str | None, int | None] = (None, None, None)
    if rate is not None:
        converted = (format(rate, "f"), books.base_currency, books.base_minor(minor, currency))
    joint = books.entries == "cut_over"
    return NewPosting(
        sequence, OPENING, date, client, receivable, equity, currency, minor, *converted, None, sources, None, joint,
        tuple(items),
    )  # fmt: skip


def reversal(posting: Posting, sequence: int, *, joint: bool = False) -> NewPosting:
    """The mirror of *posting*, on the same day and at the same rate."""
    return NewPosting(
        sequence,
        REVERSAL,
        posting.date,
        posting.client,
        posting.account,
        posting.contra,
        posting.currency,
        -posting.minor,
        posting.rate,
        posting.base_currency,
        None if posting.base_minor is None else -posting.base_minor,
        reverses=posting.number,
        joint=joint,
    )


def rounding_of(ledger: Ledger, taken: Sequence[Posting]) -> list[NewPosting]:
    """The reversals of the rounding in cut-over entries of which a line leaves.

    What is left of such an entry stands as it was converted line by line, so that no line is off by more than half a unit.
    """
    entries = list({each.entry for each in taken})
    return [reversal(each, each.sequence) for each in ledger.rounding(entries)] if entries else []


def again(posting: Posting, sequence: int, sources: str, items: Sequence[NewItem]) -> NewPosting:
    """An opening balance that was taken back, posted once more as it was."""
    return NewPosting(
        sequence,
        OPENING,
        posting.date,
        posting.client,
        posting.account,
        posting.contra,
        posting.currency,
        posting.minor,
        posting.rate,
        posting.base_currency,
        posting.base_minor,
        sources=sources,
        restores=posting.origin,
        items=tuple(items),
    )


def all_sources(own: str, posting: Posting) -> str:
    """The digests of every source whose amounts are part of *posting*; *own* is that of its run's source."""
    return " ".join(dict.fromkeys([*own.split(), *posting.sources.split()]))


def _in(openings: Sequence[LiveOpening], currency: str) -> LiveOpening | None:
    return next((live for live in openings if live.currency == currency), None)


def _item(item: Sequence[Any]) -> NewItem:
    number, date, due, amount = item
    return NewItem(number, date, due, _minor(amount))


def _minor(amount: str) -> int:
    """Minor units of an amount that planning wrote with exactly its currency's decimals."""
    return int(amount.replace(".", ""))


def groups(pages: Iterator[list[Posting]]) -> Iterator[list[Posting]]:
    """Postings of one run that belong together: the reversal of a balance and what took its place."""
    held: list[Posting] = []
    for page in pages:
        for posting in page:
            if held and (held[0].sequence, held[0].client, held[0].currency) != (
                posting.sequence,
                posting.client,
                posting.currency,
            ):
                yield held
                held = []
            held.append(posting)
    if held:
        yield held
