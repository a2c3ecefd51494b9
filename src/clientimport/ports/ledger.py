"""What the services need of the books: postings, opening balances that stand, closed periods, the host's payments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from clientimport.core.journal import Posting


class NewItem(NamedTuple):
    """One open document of an opening balance: number, ISO dates or ``None``, signed minor units."""

    number: str
    date: str | None
    due: str | None
    minor: int


class NewPosting(NamedTuple):
    """A posting to be made; the store numbers it. See ``core.journal.Posting`` for what is not said here.

    Attributes:
        joint: Part of the one entry that its run makes for this date; else it is an entry of its own.
        reverses: Number of the posting that it takes back; then everything but *sequence*, *kind*, *joint* and the sign
            is as there.
        items: What an opening balance consists of, summing up to *minor*; empty if it came as one amount.
    """

    sequence: int
    kind: str
    date: str
    client: str | None
    account: str
    contra: str
    currency: str
    minor: int
    rate: str | None = None
    base_currency: str | None = None
    base_minor: int | None = None
    reverses: int | None = None
    sources: str = ""
    restores: int | None = None
    joint: bool = False
    items: tuple[NewItem, ...] = ()


class LiveOpening(NamedTuple):
    """An opening balance that stands: posted and not taken back. A client has one a currency at most.

    Attributes:
        number: Its posting's number.
        client, currency, minor, date: As posted.
        sources: Digest of the source it was posted from (empty: by hand), and of those whose amounts it includes; parted
            by blanks, in no order.
        origin: The number by which this balance was first known, see ``Posting.origin``.
    """

    number: int
    client: str
    currency: str
    minor: int
    date: str
    sources: str
    origin: int


class NewPayment(NamedTuple):
    """A payment that the host tells of; *minor* is signed, *date* an ISO date."""

    client: str
    date: str
    method: str
    currency: str
    minor: int
    reference: str


class StoredPayment(NamedTuple):
    """A payment with the number that the store gave it."""

    number: int
    client: str
    date: str
    method: str
    currency: str
    minor: int
    reference: str


class AccountTotal(NamedTuple):
    """What all postings did to one account in one currency; above zero its debits are larger. *base_minor* is 0 where
    nothing was converted. *role* is what the account was used for: ``receivable``, ``equity`` or ``rounding``.
    """

    account: str
    role: str
    currency: str
    minor: int
    base_currency: str | None
    base_minor: int


class Ledger(Protocol):
    """Postings, closed periods and payments of one workspace. Nothing posted is ever edited or deleted.

    The store itself refuses, whoever asks: a second live opening balance of one client and currency, a posting dated in
    a closed period, a reversal that is not the mirror of what it reverses or that reverses twice, a posting for a client
    that is not there. What a posting moves leaves one account and reaches another, so no entry can fail to balance.
    """

    def live(self, clients: Sequence[str]) -> dict[str, list[LiveOpening]]:
        """The live opening balances of *clients*, by client, currencies sorted; those without any are missing."""

    def post(self, run_id: str, postings: Sequence[NewPosting]) -> None:
        """Post, in order: a reversal may stand before the posting that takes its place.

        Raises:
            OpeningExistsError: a client has a live opening balance in that currency.
            PeriodClosedError: a date lies in a closed period.
            StoreError: any other of the rules is broken. The unit of work cannot commit any more.
        """

    def get(self, numbers: Sequence[int]) -> dict[int, Posting]:
        """The postings with these numbers; unknown ones are missing."""

    def postings(self, *, run_id: str | None = None, size: int = 500) -> Iterator[list[Posting]]:
        """All postings, or those of one run, in order of number."""

    def openings(self, size: int = 500) -> Iterator[list[Posting]]:
        """The postings of all live opening balances, in order of number."""

    def items(self, numbers: Sequence[int]) -> dict[int, list[NewItem]]:
        """The open documents of the postings with these numbers, in the order given; those without any are missing."""

    def rounding(self, entries: Sequence[int]) -> list[Posting]:
        """The rounding of these entries that was not taken back, in order of number."""

    def totals(self) -> list[AccountTotal]:
        """What all postings did, by account, role and currency, sorted; an account whose postings cancel out is there with 0."""

    def periods(self) -> list[tuple[str, str]]:
        """The closed periods, as ISO dates of first and last day, sorted."""

    def close_period(self, start: str, end: str) -> None:
        """Close a period; closing the same one again changes nothing."""

    def reopen_period(self, start: str, end: str) -> bool:
        """Open exactly this period again; whether it was closed."""

    def add_payments(self, payments: Sequence[NewPayment]) -> list[int]:
        """Keep payments that the host tells of; their numbers.

        Raises:
            StoreError: a client is not there.
        """

    def paying(self, clients: Sequence[str]) -> set[str]:
        """Those of *clients* that the host told payments of."""

    def payments(self, *, client: str | None = None, size: int = 500) -> Iterator[list[StoredPayment]]:
        """The host's payments, of all clients or of one, in order of number."""
