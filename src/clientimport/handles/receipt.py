"""The record of an apply or an undo as a user holds it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from clientimport.core import leaving
from clientimport.core.journal import balances
from clientimport.core.plan import (
    Conflict,
    PlanSummary,
)
from clientimport.core.plan_summary import conflict_of, plan_conflicts_of, summary_of
from clientimport.core.profile import Profile
from clientimport.core.receipt import OUTCOMES, Kept, ReceiptRecord, merged_into, receipt_record
from clientimport.documents.profile import profile_from_dict
from clientimport.handles.plan import Reopen

if TYPE_CHECKING:
    from clientimport.ports import OperationRow, RunRow, Store, UnitOfWork
    from clientimport.reports.exceptions import Exceptions


class Receipt:
    """What a run did, read from the run log: the same today and next year.

    Attributes:
        run: The run's id.
        plan_digest: The plan that was applied.
        actor: Who.
        started_at, finished_at: UTC, ISO 8601; ``finished_at`` is ``None`` for a run that was stopped.
        counts: Outcome -> records.
        left: ``deactivated``, ``removed`` and ``stayed`` -> clients that were to leave.
        openings_posted: Opening balances posted.
        openings_blocked: Opening balances not posted because their currency does not tie out.
        openings_reversed: Of an undo: opening balances that are again what they were.
        invitations_queued: Messages put into the outbox for clients that it made.
        undone_by: The run that undid it, if any.
        header: How the plan was made.
        plan_summary: The plan's own counts.
    """

    def __init__(self, store: Store, run: RunRow, *, original: Reopen | None = None) -> None:
        self._store = store
        self._original = original
        document = json.loads(run.header)
        self.run: str = run.id
        self.kind: str = run.kind
        self.plan_digest: str = run.plan_digest
        self.actor: str = run.actor
        self.started_at: str = run.started_at
        self.finished_at: str | None = run.finished_at
        self.undone_by: str | None = run.undone_by
        counts = json.loads(run.counts)
        self.openings_posted: int = counts.pop("openings_posted", 0)
        self.openings_blocked: int = counts.pop("openings_blocked", 0)
        self.openings_reversed: int = counts.pop("openings_reversed", 0)
        self.invitations_queued: int = counts.pop("invitations_queued", 0)
        self.left: Mapping[str, int] = {name: counts.pop(name, 0) for name in leaving.OUTCOMES}
        self.counts: Mapping[str, int] = {**dict.fromkeys(OUTCOMES, 0), **counts}
        self.header: Mapping[str, Any] = document["header"]
        self._document: Mapping[str, Any] = document["summary"]
        self.plan_summary: PlanSummary = summary_of(self._document)

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in self.counts.items() if count)
        return f"<Receipt of run {self.run}: {counts or 'nothing done'}>"

    @property
    def created(self) -> int:
        """Clients created."""
        return self.counts["created"]

    @property
    def updated(self) -> int:
        """Clients updated."""
        return self.counts["updated"]

    @property
    def unsent(self) -> int | None:
        """How many of the clients that it made still wait for the message ``invitations.template`` of the profile, now.

        They are there, in a state in which they get it, and were not sent one. ``None`` where the profile does not ask for it
        (``invitations.count_unsent``), and for an undo. Counted anew each time.
        """
        profile = self.profile
        if not profile.invitations.count_unsent or self.kind != "import":
            return None
        from clientimport.services.unsent import unsent

        with self._store.reading() as work:
            return unsent(work, self.run, profile)

    @property
    def profile(self) -> Profile:
        """The product behaviour it was made with."""
        return profile_from_dict(self.header["profile"])

    def residue(self) -> Mapping[str, Decimal]:
        """Currency -> what stands on the opening balance equity accounts now, over all imports; a credit is below zero.

        It is what a person moves to retained earnings or capital in the general ledger; nothing moves it here.
        """
        with self._store.reading() as work:
            totals = work.ledger.totals()
        return balances((each.currency, each.minor) for each in totals if each.role == "equity")

    def records(self, outcome: str | None = None) -> Iterator[ReceiptRecord]:
        """Every record of the source in its order, or those of one outcome."""
        blocked = {tie.currency for tie in self.plan_summary.tie_out if not tie.ties}
        with self._store.reading() as work:
            operations = _by_sequence(work.runs.operations(self.run))
            pending = next(operations, None)
            for text in self._pages(work):
                lines = [json.loads(line) for line in text.split("\n")]
                heads = [head for line in lines if (head := merged_into(line)) is not None]
                merged = {
                    head: done.client
                    for head, done in work.runs.done(self.run, heads).items()
                    if done.client is not None and done.outcome == "applied"
                }
                for line in lines:
                    operation = None
                    if pending is not None and pending.sequence == line[0]:
                        operation = (pending.outcome, pending.client, pending.document)
                        pending = next(operations, None)
                    record = receipt_record(line, self.header, operation, merged, blocked)
                    if outcome is None or record.outcome == outcome:
                        yield record

    def leavers(self, outcome: str | None = None) -> Iterator[leaving.Left]:
        """Every client that was to leave, in the order of the plan, or those of one outcome: ``deactivated``, ``removed``
        or ``stayed``.
        """
        records = self.plan_summary.records
        with self._store.reading() as work:
            page = work.runs.page(self.run, records) if any(self.left.values()) else None
            while page is not None:
                first, last, text = page
                done = work.runs.done(self.run, range(first, last + 1))
                for sequence, line in enumerate(text.split("\n"), first):
                    left = leaving.left(json.loads(line), done[sequence].outcome, done[sequence].document)
                    if outcome is None or left.outcome == outcome:
                        yield left
                page = work.runs.page(self.run, last + 1)

    def _pages(self, work: UnitOfWork) -> Iterator[str]:
        """The pages of records; behind them stand those who left."""
        for first, _, text in work.runs.pages(self.run):
            if first >= self.plan_summary.records:
                break
            yield text

    @property
    def conflicts(self) -> list[Conflict]:
        """The questions that were open when it was applied."""
        found = plan_conflicts_of(self._document, self.header)
        with self._store.reading() as work:
            found.extend(
                conflict_of(question, self.header)
                for text in self._pages(work)
                for line in text.split("\n")
                if '"conflict"' in line
                and (record := json.loads(line))[7] == "conflict"
                and (question := record[9][1]) is not None
            )
        return found

    @property
    def exceptions(self) -> Exceptions:
        """The rows that did not go in, to be fixed and imported again."""
        from clientimport.reports.documents import declared
        from clientimport.reports.exceptions import Exceptions

        return Exceptions(
            self.records,
            columns=self.plan_summary.columns,
            raw=self.header["raw"],
            conflicts=self.conflicts,
            profile=self.profile,
            digest=self.header["source"]["digest"],
            fields=declared(self.header),
            original=self._original,
        )

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Everything that was done, record by record, as plain data."""
        from clientimport.reports.receipt import receipt_dict

        return receipt_dict(self, lang)

    def to_text(self, lang: str = "en") -> str:
        """The same for a terminal."""
        from clientimport.reports.receipt import receipt_text

        return receipt_text(self, lang)

    def to_xlsx(self, path: str | os.PathLike[str], lang: str = "en") -> None:
        """The same as a workbook."""
        from clientimport.reports.receipt import write_receipt_xlsx

        write_receipt_xlsx(self, path, lang)

    def to_html(self, path: str | os.PathLike[str], lang: str = "en") -> None:
        """The same as one self-contained page."""
        from clientimport.reports.receipt import write_receipt_html

        write_receipt_html(self, path, lang)


@attrs.frozen(kw_only=True)
class Undone:
    """What an undo did.

    Attributes:
        run: The undo's own run id.
        undoes: The run it undid.
        reversed: Clients removed again, brought back, given their old values back, or updated for an opening balance that is taken back.
        kept: What was left as it is, and why.
        openings_reversed: Opening balances that are again what they were.
    """

    run: str
    undoes: str
    reversed: int
    kept: tuple[Kept, ...]
    openings_reversed: int = 0


def _by_sequence(pages: Iterator[list[OperationRow]]) -> Iterator[OperationRow]:
    for page in pages:
        yield from page
