"""A plan as a user holds it."""

from __future__ import annotations

import json
import os
import shutil
import weakref
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from clientimport.core.decisions import CHOOSE, COLUMN, Decision, Decisions, as_mapping, choose_id
from clientimport.core.findings import Finding
from clientimport.core.leaving import Leaver
from clientimport.core.plan import (
    Conflict,
    FieldChange,
    PlannedRecord,
    PlanSummary,
    line_findings,
    planned_record,
)
from clientimport.core.plan_summary import conflict_of, plan_conflicts_of, source_findings_of, summary_of
from clientimport.core.profile import Profile
from clientimport.documents.planfile import PlanFile
from clientimport.documents.profile import profile_from_dict
from clientimport.errors import PlanError, SettingsError

if TYPE_CHECKING:
    from clientimport.core.settings import Settings
    from clientimport.ports import Source, Store
    from clientimport.reports.exceptions import Exceptions
    from clientimport.reports.overview import Overview


class Bench(Protocol):
    """Where a plan was made, and can be looked at beside the store and made again."""

    @property
    def store(self) -> Store: ...
    @property
    def settings(self) -> Settings: ...
    def decide(self, plan: Plan, decisions: Decisions, *, new: Container[str]) -> Plan: ...


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
        self.summary: PlanSummary = summary_of(self.document)
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

    def blocks(self, size: int = 500) -> Iterator[bytes]:
        """The same, each page as one text."""
        return self._file.blocks(size)

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
        """What is to be said about the source and its columns as a whole, and about decisions."""
        return source_findings_of(self.document, self.header)

    @property
    def findings(self) -> Iterator[Finding]:
        """Every finding: those about the source first, then record by record."""
        yield from self.source_findings
        for line in self._lines():
            if line[4]:
                yield from line_findings(line, self.header)

    @property
    def conflicts(self) -> list[Conflict]:
        """The open questions: about columns first, then what is to be chosen for new clients, then in the order of the records."""
        found = plan_conflicts_of(self.document, self.header)
        found.extend(
            conflict_of(question, self.header)
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

        reviewer = Reviewer(self._lines, self.header, self.profile)
        others = None
        if self._bench is not None:
            product = product or self._bench.settings.product
            chosen = {leaver.client: leaver.action for leaver in self.leaving}
            others = Others(
                self._bench.store, reviewer.pointed, self.header["source"]["system"], chosen, self.profile.lifecycle
            )
        return Overview(
            reviewer,
            others,
            header=self.header,
            profile=self.profile,
            digest=self.digest,
            conflicts=self.conflicts,
            offered={each["field"]: each["options"] for each in self.document["questions"] if each["kind"] == CHOOSE},
            product=product,
        )

    def _lines(self, holding: bytes = b"") -> Iterator[list[Any]]:
        for page in self.pages():
            for line in page:
                if holding in line:
                    yield json.loads(line)

    # ------------------------------------------------------------------------------------------------ going on

    @property
    def decisions(self) -> Mapping[str, str]:
        """The decisions it was made with: id -> choice."""
        return self.header["decisions"]  # type: ignore[no-any-return]

    @property
    def leaving(self) -> tuple[Leaver, ...]:
        """The clients that would leave, as somebody decided: deactivated or removed after the last record."""
        return tuple(Leaver(*row) for row in self.document.get("leaving", ()))

    @property
    def unmet(self) -> Mapping[str, str]:
        """Those of them that do not hold -> why: ``gone`` (what it is about is not there, or not as it was) or ``choice``
        (it is not one of the choices).
        """
        return self.document["unmet"]  # type: ignore[no-any-return]

    def decide(self, decisions: Mapping[str, str] | Iterable[Decision], *, replace: bool = False) -> Plan:
        """The plan with these decisions, as id -> choice or ``Decision`` objects: answers to its questions, and choices about
        single clients and fields, by the ids that ``overview`` gives.

        An answer may raise another question; its answer can be given at the same time, where it is known.

        Args:
            decisions: What was decided.
            replace: Forget what was decided before, but for answers about columns, which stay. By default earlier
                decisions stand unless they are given anew.

        Raises:
            SettingsError: there is nothing of that id, or the choice is not one of its options.
            PlanError: the plan was loaded by itself.
        """
        given = as_mapping(decisions)
        return self._decide(Decisions({**self._earlier(replace), **given}), new=given.keys())

    def choose(self, records: str | Iterable[str] | None = None, /, **values: str) -> Plan:
        """The plan with something chosen for new clients before they are added, such as ``language="nl"``.

        For all whose rows have nothing in the field and for which nothing was chosen by themselves; or for single ones, which
        goes before what is chosen for all.

        Args:
            records: Ids of clients of the import, as ``overview`` gives them; none: all new ones.
            **values: Field -> what is chosen, as it would stand in a cell; fields that the profile's ``choose`` has.

        Raises:
            SettingsError: there is nothing to be chosen in such a field or for such a client, or it is not offered.
            PlanError: the plan was loaded by itself.
        """
        fields = tuple(each.field for each in self.profile.choose)
        if not values:
            raise SettingsError("choose", None, allowed=fields, wanted="a field and what is chosen in it")
        for field in values:
            if field not in fields:
                wanted = "" if fields else f"a profile in which something is chosen; {self.profile.name} has nothing"
                raise SettingsError("choose", field, allowed=fields, wanted=wanted)
        clients: list[str | None] = [None]
        if records is not None:
            given = (
                [records] if isinstance(records, str) else list(records) if isinstance(records, Iterable) else [None]
            )
            if not all(isinstance(each, str) for each in given):
                raise SettingsError("choose", type(records).__name__, wanted="ids of clients of the import, as texts")
            clients = [*given]
        return self.decide({choose_id(field, each): value for field, value in values.items() for each in clients})

    def decide_from(self, path: str | os.PathLike[str]) -> Plan:
        """The plan with the decisions of a file: a review workbook (``.xlsx``) that somebody filled in, the file that the review
        page gives, or one written by hand.

        What a review of this very plan gives are all its decisions: earlier ones that are not among them were taken back.
        Others are added, as ``decide`` does. Decisions about what is not there, or not as it was, do not stop the rest: they
        are in ``unmet``, and a finding says so; nor do cells of a workbook that cannot be understood.

        Raises:
            SettingsError: the file holds no decisions; or, but for a workbook, a choice is not one of its options.
            PlanError: the plan was loaded by itself.
        """
        from clientimport.reports.deciding import decided_in

        return self._decide(decided_in(path, self.header["store"], self.decisions, self.digest), new=())

    def _earlier(self, replace: bool) -> dict[str, str]:
        """The decisions that stand besides new ones."""
        return {id_: choice for id_, choice in self.decisions.items() if not replace or id_.startswith(COLUMN)}

    def _decide(self, decisions: Decisions, *, new: Container[str]) -> Plan:
        if self._bench is None:
            raise PlanError("This plan was loaded by itself; decide with importer.load(path).decide(...).")
        return self._bench.decide(self, decisions, new=new)

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

    def to_xlsx(self, path: str | os.PathLike[str], lang: str = "en", *, product: str | None = None) -> None:
        """Write the plan beside the store as a workbook, to be read, decided on, and given to ``decide_from``.

        Args:
            path: Replaced only once all of it is written.
            lang: ``en``, ``nl`` or ``fr``.
            product: See ``overview``.

        Raises:
            SettingsError: no such language, or the folder does not exist.
        """
        from clientimport.reports.plan import plan_document
        from clientimport.reports.review_workbook import write_review_xlsx

        write_review_xlsx(
            self.overview(product=product),
            path,
            lang=lang,
            source=self.header["source"]["name"],
            findings=plan_document(self, lang)["findings"],
        )

    def to_html(self, path: str | os.PathLike[str], lang: str = "en", *, product: str | None = None) -> None:
        """Write the plan beside the store as one self-contained page, to be read and decided on in a browser.

        It loads nothing from anywhere. What is decided there comes as a file for ``decide_from``.

        Args:
            path: Replaced only once all of it is written.
            lang: ``en``, ``nl`` or ``fr``.
            product: See ``overview``.

        Raises:
            SettingsError: no such language, or the folder does not exist.
        """
        from clientimport.reports.review_page import write_review_html

        write_review_html(self.overview(product=product), path, lang)

    def _repr_html_(self) -> str:
        """What a notebook shows for a plan; it may show values, unlike ``repr``."""
        from clientimport.reports.inline import plan_html

        return plan_html(self)

    def to_text(self, lang: str = "en") -> str:
        """The plan for a terminal."""
        from clientimport.reports.plan import plan_text

        return plan_text(self, lang)
