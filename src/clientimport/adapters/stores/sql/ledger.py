"""Postings, closed periods and payments in SQL. The rules are triggers of the schema; here is only how to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from clientimport.adapters.stores.ids import numbers, possible
from clientimport.adapters.stores.openings import check_items, told_once
from clientimport.adapters.stores.sql.inserts import GROUP, Insert, Row
from clientimport.adapters.stores.sql.revision import SqlRevision
from clientimport.adapters.stores.sql.runs import known_run, run_number
from clientimport.adapters.stores.sql.session import Session
from clientimport.core.journal import REVERSAL, Posting, closing
from clientimport.errors import PeriodClosedError
from clientimport.ports import AccountTotal, LiveOpening, NewItem, NewPayment, NewPosting, StoredPayment

# With triggers, and date() in a rule, SQLite keeps a journal for each statement: a single row costs three times its share
# of a group. So what is left of the large groups goes in small ones.
_POST = Insert(
    "clientimport_posting",
    (
        "number",
        "workspace",
        "entry",
        "run",
        "sequence",
        "joint",
        "kind",
        "date",
        "client",
        "account",
        "contra",
        "currency",
        "minor",
        "rate",
        "base_currency",
        "base_minor",
        "reverses",
        "sources",
        "restores",
    ),
    groups=(GROUP, 10),
)
_ADD_ITEMS = Insert("clientimport_open_item", ("workspace", "posting", "line", "number", "date", "due", "minor"))
_ADD_PAYMENTS = Insert(
    "clientimport_payment", ("number", "workspace", "client", "date", "method", "currency", "minor", "reference")
)
# Neither is ever deleted, so the number after the last one was never given.
_NEXT_POSTING = "SELECT coalesce(max(number), 0) + 1 FROM clientimport_posting"
_NEXT_PAYMENT = "SELECT coalesce(max(number), 0) + 1 FROM clientimport_payment"
_HEADS = """SELECT date, kind = 'reversal', min(number) FROM clientimport_posting
    WHERE run = ? AND joint = 1 AND entry = number GROUP BY 1, 2"""
_SELECT = """SELECT posting.number, posting.entry, run.id, posting.sequence, posting.kind, posting.date,
    CAST(posting.client AS TEXT), posting.account, posting.contra, posting.currency, posting.minor, posting.rate,
    posting.base_currency, posting.base_minor, posting.reverses, taken.entry, back.number, posting.sources, posting.restores
    FROM clientimport_posting AS posting
    JOIN clientimport_run AS run ON run.number = posting.run
    LEFT JOIN clientimport_posting AS taken ON taken.number = posting.reverses
    LEFT JOIN clientimport_posting AS back ON back.reverses = posting.number"""
_PAGE = "AND posting.number > ? AND posting.number < ? ORDER BY posting.number LIMIT ?"
_ALL = f"{_SELECT} WHERE posting.workspace = ? {_PAGE}"
# The + keeps SQLite from the index by workspace where another one finds the few rows that are wanted.
_OF_RUN = f"{_SELECT} WHERE +posting.workspace = ? AND posting.run = ? {_PAGE}"
_GET = f"{_SELECT} WHERE +posting.workspace = ? AND posting.number IN {{among}}"
_OPEN = f"{_SELECT} WHERE posting.workspace = ? AND posting.kind = 'opening' AND back.number IS NULL {_PAGE}"
_ROUNDING = f"""{_SELECT} WHERE +posting.workspace = ? AND posting.kind = 'rounding' AND back.number IS NULL
    AND posting.entry IN {{among}} ORDER BY posting.number"""
_LIVE = """SELECT CAST(opening.client AS TEXT), opening.posting, opening.currency, posting.minor, posting.date,
    coalesce(posting.restores, posting.number), run.source_digest, posting.sources
    FROM clientimport_opening AS opening
    JOIN clientimport_posting AS posting ON posting.number = opening.posting
    JOIN clientimport_run AS run ON run.number = posting.run
    WHERE opening.workspace = ? AND opening.client IN {among} ORDER BY opening.client, opening.currency"""
_ITEMS = """SELECT posting, number, date, due, minor FROM clientimport_open_item
    WHERE workspace = ? AND posting IN {among} ORDER BY posting, line"""
# SQLite's sum() fails past 64 bits, so the upper and the lower half of each amount are summed apart.
_TOTALS = """SELECT {account}, {role}, currency, base_currency, sum(minor >> 32), sum(minor & 4294967295),
    coalesce(sum(base_minor >> 32), 0), coalesce(sum(base_minor & 4294967295), 0)
    FROM clientimport_posting WHERE workspace = ? GROUP BY 1, 2, 3, 4"""
_TO = _TOTALS.format(account="account", role="iif(client IS NULL, 'rounding', 'receivable')")
_FROM = _TOTALS.format(account="contra", role="'equity'")
_PERIODS = "SELECT first, last FROM clientimport_period WHERE workspace = ? ORDER BY first, last"
_CLOSE = """INSERT INTO clientimport_period (workspace, first, last) VALUES (?, ?, ?)
    ON CONFLICT (workspace, first, last) DO NOTHING"""
_REOPEN = "DELETE FROM clientimport_period WHERE workspace = ? AND first = ? AND last = ?"
_PAID = "SELECT number, CAST(client AS TEXT), date, method, currency, minor, reference FROM clientimport_payment"
_PAID_PAGE = "AND number > ? AND number < ? ORDER BY number LIMIT ?"
_PAID_BY_ALL = f"{_PAID} WHERE workspace = ? {_PAID_PAGE}"
_PAID_BY_ONE = f"{_PAID} WHERE +workspace = ? AND client = ? {_PAID_PAGE}"
_PAYING = "SELECT DISTINCT CAST(client AS TEXT) FROM clientimport_payment WHERE +workspace = ? AND client IN {among}"


class SqlLedger:
    """The ``Ledger`` port over a session."""

    def __init__(self, session: Session, workspace: str, revision: SqlRevision) -> None:
        self._session = session
        self._workspace = workspace
        self._revision = revision

    def live(self, clients: Sequence[str]) -> dict[str, list[LiveOpening]]:
        found: dict[str, list[LiveOpening]] = {}
        for client, number, currency, minor, date, origin, *digests in self._among(_LIVE, filter(possible, clients)):
            opening = LiveOpening(number, client, currency, minor, date, told_once(*digests), origin)
            found.setdefault(client, []).append(opening)
        return found

    def post(self, run_id: str, postings: Sequence[NewPosting]) -> None:
        with self._session.changing():
            run = known_run(self._session, self._workspace, run_id)
            if not postings:
                return
            self._revision.move()
            first = self._next(_NEXT_POSTING)
            with self._in_open_periods(postings):
                self._session.insert(_POST, self._rows(run, first, postings))
            items: list[Row] = []
            for number, posting in enumerate(postings, first):
                if posting.items:
                    check_items(posting)
                    items += [(self._workspace, number, line, *item) for line, item in enumerate(posting.items)]
            self._session.insert(_ADD_ITEMS, items)

    def get(self, numbers: Sequence[int]) -> dict[int, Posting]:
        return {row[0]: Posting._make(row) for row in self._among(_GET, map(str, numbers))}

    def postings(self, *, run_id: str | None = None, size: int = 500) -> Iterator[list[Posting]]:
        if run_id is None:
            pages = self._pages(_ALL, (), _NEXT_POSTING, size)
        else:
            run = run_number(self._session, self._workspace, run_id)
            pages = self._pages(_OF_RUN, (run,), _NEXT_POSTING, size)
        for rows in pages:
            yield [Posting._make(row) for row in rows]

    def openings(self, size: int = 500) -> Iterator[list[Posting]]:
        for rows in self._pages(_OPEN, (), _NEXT_POSTING, size):
            yield [Posting._make(row) for row in rows]

    def items(self, numbers: Sequence[int]) -> dict[int, list[NewItem]]:
        found: dict[int, list[NewItem]] = {}
        for posting, *item in self._among(_ITEMS, map(str, numbers)):
            found.setdefault(posting, []).append(NewItem._make(item))
        return found

    def rounding(self, entries: Sequence[int]) -> list[Posting]:
        return [Posting._make(row) for row in self._among(_ROUNDING, map(str, entries))]

    def totals(self) -> list[AccountTotal]:
        sums: dict[tuple[str, str, str, str], tuple[int, int]] = {}
        for statement, sign in ((_TO, 1), (_FROM, -1)):
            rows = self._session.rows(statement, (self._workspace,))
            for account, role, currency, base_currency, high, low, base_high, base_low in rows:
                key = account, role, currency, base_currency or ""
                minor, base = sums.get(key, (0, 0))
                sums[key] = minor + sign * ((high << 32) + low), base + sign * ((base_high << 32) + base_low)
        return [
            AccountTotal(account, role, currency, minor, base_currency or None, base)
            for (account, role, currency, base_currency), (minor, base) in sorted(sums.items())
        ]

    def periods(self) -> list[tuple[str, str]]:
        return self._session.rows(_PERIODS, (self._workspace,))

    def close_period(self, start: str, end: str) -> None:
        with self._session.changing():
            if self._session.write(_CLOSE, (self._workspace, start, end)):
                self._revision.move()

    def reopen_period(self, start: str, end: str) -> bool:
        with self._session.changing():
            reopened = self._session.write(_REOPEN, (self._workspace, start, end)) > 0
            if reopened:
                self._revision.move()
            return reopened

    def add_payments(self, payments: Sequence[NewPayment]) -> list[int]:
        with self._session.changing():
            ids = numbers([payment.client for payment in payments])
            first = self._next(_NEXT_PAYMENT)
            given = range(first, first + len(payments))
            rows: list[Row] = [
                (number, self._workspace, client, *payment[1:])
                for number, client, payment in zip(given, ids, payments, strict=True)
            ]
            self._session.insert(_ADD_PAYMENTS, rows)
        return list(given)

    def paying(self, clients: Sequence[str]) -> set[str]:
        return {client for (client,) in self._among(_PAYING, filter(possible, clients))}

    def payments(self, *, client: str | None = None, size: int = 500) -> Iterator[list[StoredPayment]]:
        if client is None:
            pages = self._pages(_PAID_BY_ALL, (), _NEXT_PAYMENT, size)
        else:
            pages = self._pages(_PAID_BY_ONE, (int(client) if possible(client) else None,), _NEXT_PAYMENT, size)
        for rows in pages:
            yield [StoredPayment._make(row) for row in rows]

    def _rows(self, run: int, first: int, postings: Sequence[NewPosting]) -> list[Row]:
        """Rows for ``_POST``, numbered from *first*."""
        workspace = self._workspace
        named = [posting.client for posting in postings if posting.client is not None]
        ids: dict[str | None, int | None] = {None: None, **dict(zip(named, numbers(named), strict=True))}
        heads = self._heads(run) if any(posting.joint for posting in postings) else {}
        return [
            (
                number, workspace, heads.setdefault((date, kind == REVERSAL), number) if joint else number, run, sequence,
                int(joint), kind, date, ids[client], account, contra, currency, minor, rate, base_currency, base_minor,
                reverses, sources, restores,
            )
            for number, (
                sequence, kind, date, client, account, contra, currency, minor, rate, base_currency, base_minor, reverses,
                sources, restores, joint, _,
            ) in enumerate(postings, first)
        ]  # fmt: skip

    def _among(self, statement: str, values: Iterable[str]) -> Iterator[Row]:
        """The rows of *statement* for the numbers *values*, asked for once each."""
        dialect = self._session.dialect
        wanted = list(dict.fromkeys(values))
        # At least once, so that a unit of work which has ended says so.
        for start in range(0, max(len(wanted), 1), dialect.chunk):
            packed = dialect.pack_numbers(wanted[start : start + dialect.chunk])
            yield from self._session.rows(statement.format(among=dialect.among), (self._workspace, packed))

    def _pages(self, statement: str, values: Row, after: str, size: int) -> Iterator[list[Row]]:
        """Rows by number, *size* at a time; what is added in between does not come."""
        last, end = 0, self._next(after)
        while rows := self._session.rows(statement, (self._workspace, *values, last, end, size)):
            last = rows[-1][0]
            yield rows

    def _heads(self, run: int) -> dict[tuple[str, bool], int]:
        """The joint entries of a run so far, by date and by whether they take back."""
        return {(date, bool(takes_back)): number for date, takes_back, number in self._session.rows(_HEADS, (run,))}

    def _next(self, statement: str) -> int:
        return int(self._session.rows(statement)[0][0])

    @contextmanager
    def _in_open_periods(self, postings: Sequence[NewPosting]) -> Iterator[None]:
        """If a posting's day lies in a closed period, the error that says so names the period."""
        try:
            yield
        except PeriodClosedError as refused:
            closed = self.periods()
            period = next(filter(None, (closing(posting.date, closed) for posting in postings)), None)
            raise PeriodClosedError(str(refused), period=period) from None
