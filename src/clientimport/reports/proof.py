"""The proof of an import's opening balances: what an accountant hands over with the books."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

import attrs

from clientimport.core.journal import OPENING, Posting
from clientimport.core.money import from_minor
from clientimport.core.plan import MERGED
from clientimport.core.receipt import ReceiptRecord
from clientimport.messages import Messages, visible
from clientimport.ports import AccountTotal
from clientimport.reports.documents import ReceiptLike, messages_of
from clientimport.reports.reasons import reasons
from clientimport.reports.texts import title

POSTED, UNCHANGED, KEPT, BLOCKED, EXCLUDED = "posted", "unchanged", "kept", "blocked", "excluded"
"""What became of the opening balance that a record gave: posted by this run; there already; another one stays; not posted
because its currency does not tie out; the record did not go in."""


@attrs.frozen(kw_only=True)
class ProofTotal:
    """One currency. All amounts are of this currency; above zero the clients owe.

    Attributes:
        currency: ISO 4217 code.
        file: What all records give, those that did not go in included; amounts that cannot be read count as nothing.
        posted, unchanged, kept, blocked, excluded: What became of it; together they are ``file``.
        entries: The sum of the postings of this run, those that add to an earlier balance with the whole of it.
        taken_back: The sum of the postings that this run reversed.
        reversed_since: The sum of those postings of this run that another run took back since.
        clients: The sum of all clients' opening balances in the store now.
        control: The balance of the receivable control accounts now.
        equity: The balance of the opening balance equity accounts now; a credit is below zero.
        expected: The control total that somebody gave; ``None`` if nobody did.
        difference: What went in (``posted`` and ``unchanged``) less ``expected``; ``None`` without one.
    """

    currency: str
    file: Decimal
    posted: Decimal
    unchanged: Decimal
    kept: Decimal
    blocked: Decimal
    excluded: Decimal
    entries: Decimal
    taken_back: Decimal
    reversed_since: Decimal
    clients: Decimal
    control: Decimal
    equity: Decimal
    expected: Decimal | None
    difference: Decimal | None

    @property
    def ties(self) -> bool:
        """Whether the clients add up to the control account, and what went in to what was expected, to the cent."""
        return self.clients == self.control and not self.difference

    def to_dict(self) -> dict[str, Any]:
        """The same in JSON types, amounts as text."""
        amounts = {
            field.name: None if (value := getattr(self, field.name)) is None else format(value, "f")
            for field in attrs.fields(ProofTotal)
            if field.name != "currency"
        }
        return {"currency": self.currency, **amounts, "ties": self.ties}


@attrs.frozen(kw_only=True)
class ProofRow:
    """One record that gave an opening balance, or something in its place that is none.

    A client has a balance a currency; each stands in a row of its own.

    Attributes:
        row: Physical row or line in the source.
        client: The client's id; ``None`` if the record went nowhere.
        name: What the record is called.
        currency: ISO 4217 code; empty if the amount could not be read.
        amount: What the record gives (rows merged into it included); ``None`` if it could not be read.
        status: ``posted``, ``unchanged``, ``kept``, ``blocked`` or ``excluded``.
        entry: The entry that this run posted for it; empty if there is none.
        reversed: Another run took that entry back since.
        reasons: Why it did not go in.
    """

    row: int
    client: str | None
    name: str = attrs.field(repr=False)
    currency: str
    amount: Decimal | None = attrs.field(repr=False)
    status: str
    entry: str
    reversed: bool
    reasons: tuple[str, ...] = attrs.field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The same in JSON types, the amount as text."""
        amount = None if self.amount is None else format(self.amount, "f")
        return {**attrs.asdict(self), "amount": amount, "reasons": list(self.reasons)}


@attrs.frozen(kw_only=True)
class Proof:
    """What a run did with opening balances, and how the books stand since.

    Attributes:
        run, plan_digest, actor, started_at, finished_at: The run.
        undone_by: The run that undid it; ``None`` if it stands.
        source, source_digest: The file's name and the digest of its bytes.
        as_at: The day of balances that named none, ISO date.
        accounts: Name of each account's purpose -> its code, as the run was planned.
        totals: One for each currency, sorted.
        rows: Every record that gave a balance, in the order of the source.
    """

    run: str
    plan_digest: str
    actor: str
    started_at: str
    finished_at: str | None
    undone_by: str | None
    source: str
    source_digest: str
    as_at: str
    accounts: Mapping[str, Any]
    totals: tuple[ProofTotal, ...] = attrs.field(repr=False)
    rows: tuple[ProofRow, ...] = attrs.field(repr=False)
    _messages: Messages = attrs.field(repr=False)

    @property
    def ties(self) -> bool:
        """Whether every currency ties out."""
        return all(total.ties for total in self.totals)

    def to_dict(self) -> dict[str, Any]:
        """Everything in JSON types."""
        plain = {
            name: getattr(self, name)
            for name in (
                "run", "plan_digest", "actor", "started_at", "finished_at", "undone_by", "source", "source_digest", "as_at",
            )
        }  # fmt: skip
        return {
            **plain,
            "accounts": dict(self.accounts),
            "ties": self.ties,
            "totals": [total.to_dict() for total in self.totals],
            "rows": [row.to_dict() for row in self.rows],
        }

    def to_text(self) -> str:
        """For a terminal or a mail: the totals, then every record that did not go in."""
        return "".join(f"{visible(line)}\n" for line in self._lines())

    def to_xlsx(self, path: str | os.PathLike[str]) -> None:
        """As a workbook with three sheets: summary, excluded rows, every row. All cells are text.

        Raises:
            SettingsError: the folder does not exist.
        """
        from clientimport.reports.workbook import text_workbook

        label = self._messages.label
        with text_workbook(path) as book:
            book.sheet(label("summary"), [label("proof"), ""], [44, 70])
            for heading, text in self._facts():
                book.row([heading, text])
            for total in self.totals:
                book.row([""])
                for heading, text in self._total_lines(total):
                    book.row([heading, text])
            head = [label(key) for key in ("row", "client", "name", "currency", "amount", "outcome", "entry", "reason")]
            widths = [8, 10, 34, 10, 18, 16, 10, 70]
            for sheet, wanted in (("excluded_rows", {EXCLUDED, BLOCKED, KEPT}), ("every_row", None)):
                book.sheet(label(sheet), head, widths)
                for row in self.rows:
                    if wanted is None or row.status in wanted:
                        book.row(self._cells(row), {7: "comment"})

    def _cells(self, row: ProofRow) -> list[str]:
        amount = "" if row.amount is None else format(row.amount, "f")
        status = self._messages.label(f"proof_{row.status}")
        if row.reversed:
            status = f"{status}, {self._messages.label('proof_reversed_since').lower()}"
        return [
            str(row.row), row.client or "", row.name, row.currency, amount, status, row.entry, "\n".join(row.reasons),
        ]  # fmt: skip

    def _lines(self) -> Iterator[str]:
        label = self._messages.label
        yield label("proof")
        yield from _aligned(self._facts())
        for total in self.totals:
            yield ""
            yield from _aligned(self._total_lines(total))
        left = [row for row in self.rows if row.status in {EXCLUDED, BLOCKED, KEPT}]
        if left:
            yield ""
            yield f"{label('excluded_rows')} ({len(left)})"
            for row in left:
                amount = "" if row.amount is None else f" {row.amount:f} {row.currency}"
                yield f"  {self._messages.word('row')} {row.row}: {row.name}{amount}: {label(f'proof_{row.status}')}"
                yield from (f"      {reason}" for reason in row.reasons)

    def _facts(self) -> list[tuple[str, str]]:
        label = self._messages.label
        found = [
            (label("run"), self.run),
            (label("actor"), self.actor),
            (label("started"), self.started_at),
            (label("finished"), self.finished_at or ""),
            (label("undone"), self.undone_by or ""),
            (label("source"), self.source),
            (label("source_digest"), self.source_digest),
            (label("digest"), self.plan_digest),
            (label("as_at"), self.as_at),
        ]
        for purpose, code in self.accounts.items():
            codes = code if isinstance(code, Mapping) else {"": code}
            found += [(f"{label(f'account_{purpose}')} {currency}".rstrip(), text) for currency, text in codes.items()]
        return [(heading, text) for heading, text in found if text]

    def _total_lines(self, total: ProofTotal) -> list[tuple[str, str]]:
        label = self._messages.label
        names = (
            "file",
            "posted",
            "unchanged",
            "kept",
            "blocked",
            "excluded",
            "entries",
            "taken_back",
            "reversed_since",
            "clients",
            "control",
        )
        found = [(label(f"proof_{name}"), f"{getattr(total, name):f} {total.currency}") for name in names]
        found.append((label("proof_equity"), f"{total.equity:f} {total.currency}"))
        if total.expected is not None:
            found.append((label("expected"), f"{total.expected:f} {total.currency}"))
            found.append((label("difference"), f"{total.difference:f} {total.currency}"))
        found.append((total.currency, label("ties_out" if total.ties else "ties_not")))
        return found


class RunLike(ReceiptLike, Protocol):
    """What is needed of a receipt besides."""

    @property
    def undone_by(self) -> str | None: ...


def make_proof(
    receipt: RunLike,
    postings: Iterable[Posting],
    reversed_: Mapping[int, Posting],
    clients: Mapping[str, Decimal],
    totals: Iterable[AccountTotal],
    expected: Mapping[str, Decimal],
    lang: str,
) -> Proof:
    """The proof of the run of *receipt*.

    Args:
        receipt: The run.
        postings: What it posted.
        reversed_: Number -> posting, of those that it took back.
        clients: Currency -> sum of all live opening balances.
        totals: What all postings did, by account.
        expected: Currency -> control total.
        lang: Language of headings and reasons.
    """
    messages = messages_of(receipt, lang)
    header = receipt.header
    by_sequence: dict[tuple[int, str], Posting] = {}
    sums: dict[str, dict[str, Decimal]] = {}
    for posting in postings:
        if posting.client is None:
            continue
        if posting.kind == OPENING:
            by_sequence[posting.sequence, posting.currency] = posting
            if posting.reversed_by is not None:
                _add(sums, posting.currency, "reversed_since", from_minor(posting.minor, posting.currency))
            _add(sums, posting.currency, "entries", from_minor(posting.minor, posting.currency))
        elif posting.reverses is not None:
            before = reversed_[posting.reverses]
            _add(sums, posting.currency, "taken_back", from_minor(before.minor, before.currency))
            by_sequence.setdefault((posting.sequence, posting.currency), posting)
    rows = tuple(_rows(receipt, by_sequence, messages))
    for row in rows:
        if row.amount is not None:
            _add(sums, row.currency, "file", row.amount)
            _add(sums, row.currency, row.status, row.amount)
    books = header["books"]
    for total in totals:
        if total.role in _SHOWN:
            _add(sums, total.currency, _SHOWN[total.role], from_minor(total.minor, total.currency))
    for currency, amount in clients.items():
        _add(sums, currency, "clients", amount)
    return Proof(
        run=receipt.run,
        plan_digest=receipt.plan_digest,
        actor=receipt.actor,
        started_at=receipt.started_at,
        finished_at=receipt.finished_at,
        undone_by=receipt.undone_by,
        source=header["source"]["name"],
        source_digest=header["source"]["digest"],
        as_at=header["as_at"],
        accounts={name: books[name] for name in ("receivable", "equity")},
        totals=tuple(_total(currency, sums.get(currency, {}), expected) for currency in sorted({*sums, *expected})),
        rows=rows,
        messages=messages,
    )


_WENT_IN = frozenset(("created", "updated", "unchanged"))
_SHOWN = {"receivable": "control", "equity": "equity"}


def _rows(receipt: RunLike, posted: Mapping[tuple[int, str], Posting], messages: Messages) -> Iterator[ProofRow]:
    conflicts = {conflict.id: conflict for conflict in receipt.conflicts}
    header = receipt.header.get("sources", {}).get("opening_balance")
    for done in receipt.records():
        record = done.planned
        text = record.raw.get(header, "") if header else ""
        if record.balance is None and (record.reason == MERGED or not text.strip()):
            continue
        currency, amount = record.balance or ("", None)
        posting = posted.get((record.sequence, currency))
        status = _status(done, posting)
        if status == UNCHANGED and record.balance is None:
            continue
        yield ProofRow(
            row=record.locator.row or 0,
            client=done.client,
            name=title(record),
            currency=currency,
            amount=None if amount is None else Decimal(amount),
            status=status,
            entry="" if posting is None else str(posting.entry),
            reversed=posting is not None and posting.kind == OPENING and posting.reversed_by is not None,
            reasons=tuple(reasons(done, messages, conflicts)) if status == EXCLUDED else (),
        )


def _status(done: ReceiptRecord, posting: Posting | None) -> str:
    record = done.planned
    if done.why is not None and done.why.get("why") == "control-total":
        return BLOCKED
    if done.outcome not in _WENT_IN and (done.outcome != "skipped" or record.reason != MERGED):
        return EXCLUDED
    if posting is not None:
        return POSTED
    if done.withheld:
        return BLOCKED
    return UNCHANGED if record.present is None else KEPT


def _total(currency: str, sums: Mapping[str, Decimal], expected: Mapping[str, Decimal]) -> ProofTotal:
    zero = from_minor(0, currency)
    amounts = {
        field.name: sums.get(field.name, zero)
        for field in attrs.fields(ProofTotal)
        if field.name not in {"currency", "expected", "difference"}
    }
    wanted = expected.get(currency)
    return ProofTotal(
        currency=currency,
        **amounts,
        expected=wanted,
        difference=None if wanted is None else amounts["posted"] + amounts["unchanged"] - wanted,
    )


def _add(sums: dict[str, dict[str, Decimal]], currency: str, name: str, amount: Decimal) -> None:
    found = sums.setdefault(currency, {})
    found[name] = found.get(name, Decimal(0)) + amount


def _aligned(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    width = max(len(heading) for heading, _ in rows)
    for heading, text in rows:
        yield f"  {heading:<{width}}  {text}"
