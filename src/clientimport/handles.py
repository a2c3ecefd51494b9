"""Plans and receipts as a user holds them: values to look at first, then what can be done with them."""

from __future__ import annotations

import json
import os
import shutil
import weakref
from collections.abc import Callable, Container, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import attrs

from clientimport.core.findings import Finding, Severity
from clientimport.core.journal import balances
from clientimport.core.locator import Locator
from clientimport.core.plan import (
    ColumnUse,
    Conflict,
    FieldChange,
    Option,
    PlannedRecord,
    PlanSummary,
    TieOut,
    line_findings,
    planned_record,
)
from clientimport.core.profile import Profile
from clientimport.core.receipt import OUTCOMES, Kept, ReceiptRecord, merged_into, receipt_record
from clientimport.documents.planfile import PlanFile
from clientimport.documents.profile import profile_from_dict
from clientimport.errors import PlanError

if TYPE_CHECKING:
    from clientimport.core.settings import Settings
    from clientimport.ports import OperationRow, RunRow, Source, Store
    from clientimport.reports.exceptions import Exceptions
    from clientimport.reports.overview import Overview


class Bench(Protocol):
    """Where a plan was made, and can be looked at beside the store and made again."""

    @property
    def store(self) -> Store: ...
    @property
    def settings(self) -> Settings: ...
    def decide(self, plan: Plan, decisions: Mapping[str, str], known: Container[str]) -> Plan: ...


Reopen = Callable[[], "Source | None"]


class Plan:
    """Everything that would happen, before it does. Nothing has been written.

    Attributes:
        digest: ``sha256:…`` over the whole document: what is approved is what is applied.
        header: How it was made: source, mapping, profile, policy, as plain data.
        summary: The counts.
        original: Opens the source again, for what a plan does not keep; ``None`` for a loaded plan.
    """

    def __init__(
        self, file: PlanFile, *, temporary: bool, bench: Bench | None = None, original: Reopen | None = None
    ) -> None:
        self._file = file
        self._bench = bench
        self.original: Reopen | None = original
        self.digest: str = file.digest
        self.header: Mapping[str, Any] = file.header
        self.document: Mapping[str, Any] = file.summary["summary"]
        self.summary: PlanSummary = _summary(self.document)
        self._finalizer = weakref.finalize(self, file.path.unlink, missing_ok=True) if temporary else None

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Plan:
        """A saved plan, whole and unchanged.

        Raises:
            PlanError: it is no plan, of another version, cut short, or was changed after it was made.
        """
        return cls(PlanFile(Path(path)), temporary=False)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the document; *path* is replaced only once all of it is on disk.

        Raises:
            SettingsError: the folder does not exist.
        """
        from clientimport.reports.files import whole_file

        with whole_file(path) as written:
            shutil.copyfile(self._file.path, written)

    def verify(self) -> None:
        """Look that the document is still the one that was loaded; one that this process made and keeps is.

        Raises:
            PlanError: it was changed since.
        """
        if self._finalizer is None:
            self._file.verify()

    def close(self) -> None:
        """Delete the temporary file behind an unsaved plan. Harmless twice."""
        if self._finalizer is not None:
            self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in self.summary.dispositions.items() if count)
        return f"<Plan of {self.summary.records} records: {counts or 'none'}>"

    # ------------------------------------------------------------------------------------------------ looking

    def pages(self, size: int = 500) -> Iterator[list[bytes]]:
        """The record lines as they stand in the document."""
        return self._file.pages(size)

    @property
    def profile(self) -> Profile:
        """The product behaviour it was made with."""
        return profile_from_dict(self.header["profile"])

    def records(self, disposition: str | None = None) -> Iterator[PlannedRecord]:
        """Every record in the order of the source, or those of one disposition."""
        for line in self._lines():
            if disposition is None or line[7] == disposition:
                yield planned_record(line, self.header)

    @property
    def source_findings(self) -> tuple[Finding, ...]:
        """What is to be said about the source and its columns as a whole."""
        source = self.header["source"]
        return tuple(
            Finding(
                code=code,
                severity=Severity(severity),
                locator=Locator(source=source["name"], sheet=source["sheet"], row=row, column=column),
                field=field,
                params=params,
            )
            for code, severity, row, column, field, params in self.document["source_findings"]
        )

    @property
    def findings(self) -> Iterator[Finding]:
        """Every finding: those about the source first, then record by record."""
        yield from self.source_findings
        for line in self._lines():
            if line[4]:
                yield from line_findings(line, self.header)

    @property
    def conflicts(self) -> list[Conflict]:
        """The open questions: about columns first, then in the order of the records."""
        found = _column_conflicts(self.document, self.header)
        found.extend(
            _conflict(question, self.header)
            for line in self._lines(b'"conflict"')
            if line[7] == "conflict" and (question := line[9][1]) is not None
        )
        return found

    def changes(self) -> Iterator[FieldChange]:
        """Every field of every stored client that would change."""
        for line in self._lines(b'"update"'):
            if line[7] == "update":
                yield from planned_record(line, self.header).changes

    def overview(self, *, product: str | None = None) -> Overview:
        """The plan beside the store: what is only in the import, only here, in both, and invalid.

        What is only here is looked up when it is asked for; a plan that was loaded without an importer knows no store and
        lacks that group.

        Args:
            product: What the application calls itself, for headings; the importer's setting by default.
        """
        from clientimport.core.overview import Reviewer
        from clientimport.reports.overview import Overview
        from clientimport.services.reviewing import Others

        reviewer = Reviewer(self._lines, self.header)
        others = None
        if self._bench is not None:
            product = product or self._bench.settings.product
            others = Others(self._bench.store, reviewer.clients, self.header["source"]["system"])
        return Overview(
            reviewer,
            others,
            header=self.header,
            profile=self.profile,
            conflicts=self.conflicts,
            product=product,
        )

    def _lines(self, holding: bytes = b"") -> Iterator[list[Any]]:
        for page in self.pages():
            for line in page:
                if holding in line:
                    yield json.loads(line)

    # ------------------------------------------------------------------------------------------------ going on

    def decide(self, decisions: Mapping[str, str]) -> Plan:
        """The plan with these answers: conflict id -> choice. Earlier answers stand unless they are given anew.

        An answer may raise another question; its answer can be given at the same time, where it is known.

        Raises:
            SettingsError: there is no such conflict, or the choice is not one of its options.
        """
        if self._bench is None:
            raise PlanError("This plan was loaded by itself; decide with importer.load(path).decide(...).")
        earlier: Mapping[str, str] = self.header["decisions"]
        known = {*earlier, *(conflict.id for conflict in self.conflicts)}
        return self._bench.decide(self, {**earlier, **decisions}, known)

    @property
    def exceptions(self) -> Exceptions:
        """The refused and waiting rows, to be fixed and imported again."""
        from clientimport.reports.documents import declared
        from clientimport.reports.exceptions import Exceptions

        return Exceptions(
            self.records,
            columns=self.summary.columns,
            raw=self.header["raw"],
            conflicts=self.conflicts,
            profile=self.profile,
            digest=self.header["source"]["digest"],
            fields=declared(self.header),
            original=self.original,
        )

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """The machine-readable face; see the reference of the command line's JSON."""
        from clientimport.reports.plan import plan_dict

        return plan_dict(self, lang)

    def to_text(self, lang: str = "en") -> str:
        """The plan for a terminal."""
        from clientimport.reports.plan import plan_text

        return plan_text(self, lang)


class Receipt:
    """What a run did, read from the run log: the same today and next year.

    Attributes:
        run: The run's id.
        plan_digest: The plan that was applied.
        actor: Who.
        started_at, finished_at: UTC, ISO 8601; ``finished_at`` is ``None`` for a run that was stopped.
        counts: Outcome -> records.
        openings_posted: Opening balances posted.
        openings_blocked: Opening balances not posted because their currency does not tie out.
        openings_reversed: Of an undo: opening balances that are again what they were.
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
        self.counts: Mapping[str, int] = {**dict.fromkeys(OUTCOMES, 0), **counts}
        self.header: Mapping[str, Any] = document["header"]
        self._document: Mapping[str, Any] = document["summary"]
        self.plan_summary: PlanSummary = _summary(self._document)

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
            for _, _, text in work.runs.pages(self.run):
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

    @property
    def conflicts(self) -> list[Conflict]:
        """The questions that were open when it was applied."""
        found = _column_conflicts(self._document, self.header)
        with self._store.reading() as work:
            found.extend(
                _conflict(question, self.header)
                for _, _, text in work.runs.pages(self.run)
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
        reversed: Clients removed again, given their old values back, or updated for an opening balance that is taken back.
        kept: What was left as it is, and why.
        openings_reversed: Opening balances that are again what they were.
    """

    run: str
    undoes: str
    reversed: int
    kept: tuple[Kept, ...]
    openings_reversed: int = 0


def _column_conflicts(document: Mapping[str, Any], header: Mapping[str, Any]) -> list[Conflict]:
    source = header["source"]
    return [
        Conflict(
            id=question["id"],
            kind=question["kind"],
            sequences=(),
            records=question["records"],
            locator=Locator(source=source["name"], sheet=source["sheet"], column=question["column"]),
            fields=(question["field"],),
            params={"counts": question["counts"]},
            options=tuple(Option(choice=choice) for choice in question["options"]),
        )
        for question in document["questions"]
    ]


def _conflict(question: Mapping[str, Any], header: Mapping[str, Any]) -> Conflict:
    source = header["source"]
    return Conflict(
        id=question["id"],
        kind=question["kind"],
        sequences=tuple(question["sequences"]),
        records=len(question["sequences"]),
        locator=Locator(source=source["name"], sheet=source["sheet"], row=question["row"]),
        fields=tuple(question["fields"]),
        params=question["params"],
        options=tuple(Option(choice=choice) for choice in question["options"]),
    )


def _by_sequence(pages: Iterator[list[OperationRow]]) -> Iterator[OperationRow]:
    for page in pages:
        yield from page


def _summary(document: Mapping[str, Any]) -> PlanSummary:
    conflicts = len(document["questions"]) + document["conflicts"]
    return PlanSummary(
        records=document["records"],
        dispositions=document["dispositions"],
        reasons=document["reasons"],
        findings=document["findings"],
        severities=document["severities"],
        conflicts=conflicts,
        openings=document["openings"],
        postings=document.get("postings", {}),
        tie_out=tuple(
            TieOut(
                currency=tie["currency"],
                expected=Decimal(tie["expected"]),
                total=Decimal(tie["total"]),
                difference=Decimal(tie["difference"]),
            )
            for tie in document.get("tie_out", ())
        ),
        columns=tuple(
            ColumnUse(
                header=use["header"],
                field=use["field"],
                filled=use["filled"],
                confidence=use["confidence"],
                reason=use["reason"],
                suggestion=use["suggestion"],
                format=use["format"],
            )
            for use in document["columns"]
        ),
    )
