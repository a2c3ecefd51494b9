"""The exception report: refused and waiting rows as they came, with the reasons, to be fixed and sent again."""

from __future__ import annotations

import copy
import csv
import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from clientimport.core.cells.errors import UNKNOWN
from clientimport.core.findings import Severity
from clientimport.core.plan import COMMENTS, ColumnUse, Conflict, Disposition, PlannedRecord
from clientimport.messages import Messages
from clientimport.reports.files import whole_file
from clientimport.reports.neutral import free_header, neutralise
from clientimport.reports.reasons import Record, after, failed, reasons
from clientimport.reports.workbook import Style, text_workbook

if TYPE_CHECKING:
    from clientimport.core.profile import Profile
    from clientimport.core.schema import Field
    from clientimport.ports import Source


@attrs.frozen(kw_only=True)
class ExceptionRow:
    """One row of the report.

    Attributes:
        row: The physical row or line in the source.
        cells: Texts exactly as read, in the order of ``Exceptions.headers`` without the last.
        comment: The reasons, one a line; empty for a row that went in.
        marks: Column index -> ``error`` or ``warning`` for the cells to look at.
        notes: Column index -> what is wrong with that cell and what to do.
    """

    row: int
    cells: tuple[str, ...] = attrs.field(repr=False)
    comment: str = attrs.field(repr=False)
    marks: Mapping[int, Style] = attrs.field(factory=dict)
    notes: Mapping[int, str] = attrs.field(factory=dict, repr=False)


class Exceptions:
    """The rows to give back to their owner.

    They hold every column of the source, in its order. A plan keeps only the columns that are imported; the others are
    read from the source again if it is still there and unchanged, and are left out otherwise (see ``complete``).

    A workbook's cells are all text. In a CSV file text that looks like a formula gets an apostrophe, which
    ``clientimport.reports.neutral.as_report`` takes off when the file is imported again. An earlier report's comments
    are not repeated.

    Args:
        records: The records in the order of the source, from the start at each call.
        columns: Every column of the source, in its order.
        raw: Headers of the columns whose texts the records hold.
        conflicts: The open questions.
        profile: Says which rows, the comment column's name, and the words.
        lang: Language of the reasons.
        digest: The source's digest when it was planned.
        original: Opens the source again, or answers ``None``.
        fields: Fields that a host declared, for their labels.
        messages: The words, where a host or plugin has some of its own; else made from *lang* and *profile*.

    Raises:
        SettingsError: no texts in that language.
    """

    def __init__(
        self,
        records: Callable[[], Iterable[Record]],
        *,
        columns: Sequence[ColumnUse],
        raw: Iterable[str],
        conflicts: Iterable[Conflict] = (),
        profile: Profile | None = None,
        lang: str = "en",
        digest: str | None = None,
        original: Callable[[], Source | None] | None = None,
        messages: Messages | None = None,
        fields: Iterable[Field] = (),
    ) -> None:
        self._records = records
        self._raw = frozenset(raw)
        self._conflicts = {conflict.id: conflict for conflict in conflicts}
        self._messages = messages or Messages(lang, profile, fields=fields)
        self._fields = tuple(fields)
        self._profile = profile
        self._original = original
        self._digest = digest
        self.all_rows = profile.report.rows == "all" if profile else False
        self._columns = [column for column in columns if column.reason != COMMENTS]
        self.comment_column = free_header(
            profile.report.comment_column if profile else "Comments", [column.header for column in self._columns]
        )

    def __len__(self) -> int:
        """How many rows the report has."""
        return self._counts[0]

    def __bool__(self) -> bool:
        """Whether it has any row."""
        return any(self.all_rows or bad for _, bad in self._judged())

    @property
    def failed(self) -> int:
        """How many of its rows did not go in; fewer than ``len`` only where the profile wants all rows."""
        return self._counts[1]

    @functools.cached_property
    def complete(self) -> bool:
        """Whether every column of the source is there."""
        if all(column.header in self._raw for column in self._columns):
            return True
        source = self._reopen()
        if source is None:
            return False
        source.close()
        return True

    @property
    def headers(self) -> tuple[str, ...]:
        """The columns' headers, the comment column last."""
        return (*(column.header for column in self._kept), self.comment_column)

    def in_language(self, lang: str) -> Exceptions:
        """The same report with its reasons in another language; the profile's own words stay as they are.

        Raises:
            SettingsError: no texts in that language.
        """
        other = copy.copy(self)
        other._messages = Messages(lang, self._profile, fields=self._fields)  # noqa: SLF001  (a copy of ourselves)
        return other

    def rows(self) -> Iterator[ExceptionRow]:
        """The rows in the order of the source, one at a time."""
        headers = [column.header for column in self._kept]
        places = {header: index for index, header in enumerate(headers)}
        fed: dict[str, list[int]] = {}
        for index, column in enumerate(self._kept):
            if column.field is not None:
                fed.setdefault(column.field, []).append(index)
        chosen = (record for record, bad in self._judged() if self.all_rows or bad)
        for record, others in self._with_original(chosen):
            planned = after(record).planned
            cells = [planned.raw.get(header, others.get(header, "")) for header in headers]
            for finding in planned.findings:  # given back as it stands it would be the value
                at = places.get(finding.locator.column or "")
                if finding.code == "formula-uncached" and at is not None:
                    cells[at] = f"{UNKNOWN} {cells[at]}"
            marks, notes = self._marks(planned, places, fed)
            comment = "\n".join(reasons(record, self._messages, self._conflicts))
            yield ExceptionRow(
                row=planned.locator.row or 0, cells=tuple(cells), comment=comment, marks=marks, notes=notes
            )

    def to_xlsx(self, path: str | os.PathLike[str]) -> int:
        """Write a workbook: text cells, the ones at fault coloured and with a note, the reasons in the last column.

        Answers how many rows it wrote. Notes stop after ``workbook.MAX_NOTES``; colours and reasons do not.

        Raises:
            SettingsError: the folder does not exist.
        """
        headers = self.headers
        last = len(headers) - 1
        with text_workbook(path) as book:
            book.sheet(self._messages.label("exceptions"), headers, [*[18] * last, 60])
            written = 0
            for written, row in enumerate(self.rows(), start=1):  # noqa: B007  (the last number is the answer)
                book.row((*row.cells, row.comment), {**row.marks, last: "comment"}, row.notes)
        return written

    def to_csv(self, path: str | os.PathLike[str], *, delimiter: str = ",") -> int:
        """Write a text file: UTF-8 with a byte order mark, every field quoted, formula-looking text neutralised.

        Answers how many rows it wrote.

        Raises:
            SettingsError: the folder does not exist.
        """
        with (
            whole_file(path) as whole,
            whole.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file,
        ):
            writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            writer.writerow([neutralise(header) for header in self.headers])
            written = 0
            for written, row in enumerate(self.rows(), start=1):  # noqa: B007  (the last number is the answer)
                writer.writerow([neutralise(cell) for cell in (*row.cells, row.comment)])
        return written

    # ------------------------------------------------------------------------------------------- helpers

    @functools.cached_property
    def _kept(self) -> list[ColumnUse]:
        """The columns of the report."""
        return [column for column in self._columns if self.complete or column.header in self._raw]

    @functools.cached_property
    def _counts(self) -> tuple[int, int]:
        every = bad = 0
        for _, lost in self._judged():
            every += 1
            bad += lost
        return (every if self.all_rows else bad), bad

    def _judged(self) -> Iterator[tuple[Record, bool]]:
        """Every record, and whether its row goes back: it did not go in, or was merged into one that was left alone.

        What such rows say would be lost: open documents that add up to a balance, above all.
        """
        alone: set[int | None] = set()
        for record in self._records():
            done = after(record)
            partner = done.planned.partner
            bad = failed(record) or (partner is not None and partner.row in alone)
            if bad and (partner is not None or done.outcome == "stale"):
                alone.add(done.planned.locator.row)
            yield record, bad

    def _reopen(self) -> Source | None:
        """The source again, if it is what was planned."""
        if self._original is None or self._digest is None:
            return None
        from clientimport.errors import ClientImportError

        try:
            source = self._original()
            if source is None:
                return None
            if source.describe().digest == self._digest:
                return source
            source.close()
        except (ClientImportError, OSError):  # gone, damaged or locked by now: the report goes without it
            return None
        return None

    def _with_original(self, records: Iterable[Record]) -> Iterator[tuple[Record, Mapping[str, str]]]:
        """Each record with the texts of the columns that the plan does not keep."""
        missing = [column.header for column in self._kept if column.header not in self._raw]
        source = self._reopen() if missing else None
        if source is None:
            yield from ((record, {}) for record in records)
            return
        try:
            places = {column.header: column.index for column in source.describe().columns}
            wanted = [(header, places[header]) for header in missing if header in places]
            lines = (
                (number, row)
                for batch in source.batches()
                for number, row in zip(batch.numbers, batch.rows, strict=True)
            )
            number, row = next(lines, (None, []))
            for record in records:
                here = after(record).planned.locator.row or 0
                while number is not None and number < here:
                    number, row = next(lines, (None, []))
                yield record, {header: row[index] for header, index in wanted} if number == here else {}
        finally:
            source.close()

    def _marks(
        self, record: PlannedRecord, places: Mapping[str, int], fed: Mapping[str, list[int]]
    ) -> tuple[dict[int, Style], dict[int, str]]:
        """The cells to colour, and what to say on them."""
        marks: dict[int, Style] = {}
        said: dict[int, list[str]] = {}
        for finding in record.findings:
            if finding.severity is Severity.INFO:
                continue
            column = finding.locator.column
            if column is not None and column in places:
                at = [places[column]]
            else:
                named = finding.params.get("fields", [])
                fields = [finding.field] if finding.field else named if isinstance(named, list) else []
                at = [index for field in fields for index in fed.get(field, [])]
            text = self._messages.finding(finding)
            for index in at:
                if finding.severity is Severity.ERROR or index not in marks:
                    marks[index] = "error" if finding.severity is Severity.ERROR else "warning"
                note = text.message + (f"\n{self._messages.word('try')}: {text.remedy}" if text.remedy else "")
                said.setdefault(index, []).append(note)
        if record.disposition is Disposition.CONFLICT and (conflict := self._conflicts.get(record.conflict or "")):
            for field in record.choose or conflict.fields:
                for index in fed.get(field, []):
                    marks.setdefault(index, "warning")
            if (column := conflict.locator.column) is not None and column in places:
                marks.setdefault(places[column], "warning")
        return marks, {index: "\n".join(texts) for index, texts in said.items()}
