"""Make a plan: draft every record, cluster those that share keys, seal. Decide: the same from a plan's own lines."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import attrs

from clientimport.core.canonical import decode, decode_each, encode_bytes, plain_encode
from clientimport.core.cells.errors import error_rows
from clientimport.core.clustering import exact_clusters
from clientimport.core.decisions import CHOOSE
from clientimport.core.findings import CODES, DECISION_CODES, Finding, Flag
from clientimport.core.interpretation import Interpreted, Interpreter
from clientimport.core.joining import hit_of_others, united_hits
from clientimport.core.locator import Locator
from clientimport.core.near.nearness import is_near
from clientimport.core.openings import tie_out
from clientimport.core.plan import MERGED, SEVERITY_LETTERS, VERDICT, Line, verdict_client, whole_raw
from clientimport.core.planner import Planner
from clientimport.core.schema import sign_of_store
from clientimport.core.verdicts import INVALID
from clientimport.ports import PlanSink, RecordBatch, Source, Spool, UnitOfWork
from clientimport.services.collecting import collecting_rarely
from clientimport.services.column_evidence import ColumnEvidence, Format
from clientimport.services.flags import checked, of_lookup, of_sealing, source_flags
from clientimport.services.history import History
from clientimport.services.leaving import REFUSED, Leaving
from clientimport.services.matching import Lookup
from clientimport.services.nearing import NOT_COMPARED, Answers, Nearing, decided_fields
from clientimport.services.plan_draft import Draft
from clientimport.services.plan_findings import about_decisions, about_mapping

HEAD = 1000
"""Records read before a column's date order or decimal mark is first decided; counting goes on to the end."""

Progress = Callable[[int, int | None, str], None]
"""Called with (done, total or ``None``, stage) now and then; stages are ``reading``, ``sealing`` and ``applying``."""


@attrs.frozen(kw_only=True)
class Planning:
    """Everything one plan is made with.

    Attributes:
        interpreter: Compiled mapping.
        planner: Compiled policy.
        spool: Makes empty spools.
        shared_limit: More records than this under one exclusive key: names must agree too.
        near_limit: More would-be creates and stored clients than this: no near matches are looked for.
        leaving_share: See ``Settings``.
        batch: Records at a time.
        progress: Told how far it is.
    """

    interpreter: Interpreter
    planner: Planner
    spool: Callable[[], Spool]
    shared_limit: int
    near_limit: int
    leaving_share: float
    batch: int = 500
    progress: Progress | None = None

    @collecting_rarely()
    def from_source(self, source: Source, work: UnitOfWork, header: Mapping[str, Any], sink: PlanSink) -> str:
        """Plan the records of *source* against what *work* can see of the store; answer the digest."""
        description = source.describe()
        evidence = ColumnEvidence(self.interpreter)
        draft = Draft(self.interpreter, self.planner, self.spool(), len(description.columns))
        try:
            lookup = self._lookup(work, header)
            used = self._read(source, lookup, evidence, draft)
            interpreter = draft.interpreter
            if evidence.formats() != used:  # a later row overturned what the head showed
                interpreter = self.interpreter.with_formats(evidence.formats())
                first, draft = draft, self._again(draft.pages(self.batch), interpreter, draft.filled)
                first.close()
            questions = evidence.questions(interpreter)
            near = self._find_near(draft, lookup, questions, header, work)
            about_header = about_mapping(header, draft.filled, self.interpreter)
            findings = self._said((*description.findings, *about_header, *near))
            return self._seal(draft, questions, header, findings, sink, self._leaving(work, header))
        finally:
            draft.close()

    @property
    def _nearing(self) -> Nearing:
        return Nearing(self.planner, self.shared_limit, self.batch, self.near_limit)

    def _find_near(
        self,
        draft: Draft,
        lookup: Lookup,
        questions: Sequence[Mapping[str, Any]],
        header: Mapping[str, Any],
        work: UnitOfWork,
    ) -> list[Finding]:
        """Put the near matches of a *draft* with these open *questions* into it; answer what is to be said about that."""
        return self._nearing.find(
            draft,
            draft.nominated,
            work.clients,
            lookup.snapshot,
            lookup.near_hits,
            {question["field"] for question in questions}
            | decided_fields(draft.interpreter, self.planner.decisions.given),
            Locator(source=header["source"]["name"], sheet=header["source"]["sheet"]),
        )

    def _lookup(self, work: UnitOfWork, header: Mapping[str, Any]) -> Lookup:
        return Lookup(
            work.clients,
            self.planner.ladder,
            (*self.planner.client_fields, *self.planner.locks.watched, *self.planner.naming.watched),
            self.shared_limit,
            self.interpreter.letter("same-key-other-name") or "i",  # never silenced: applying reads it
            sign_of_store(header["store"]),
            work.ledger if "opening_balance" in self.planner.fields else None,
            self._history(work, header) if self.planner.compares else None,
            self.planner.lifecycle,
            self.planner.columns,
            self.planner.policy.may_write,
        )

    def _read(self, source: Source, lookup: Lookup, evidence: ColumnEvidence, draft: Draft) -> dict[int, Format]:
        """Draft every record of *source*; answer the formats that the head of the file showed and that were used."""
        description = source.describe()
        headers = [column.header for column in description.columns]
        wanted = [headers.index(header) for header in self.interpreter.raw_headers]
        raw_index = {column: index for index, column in enumerate(wanted)}
        letters = [description.columns[column].letter for column in wanted]

        def raw() -> Iterator[tuple[RecordBatch, list[Sequence[str]]]]:
            for batch in source.batches(self.batch):
                columns = draft.count_columns(batch.rows)
                raws: list[Sequence[str]] = [columns[column] for column in wanted]
                fractions = batch.fractions
                evidence.update(
                    raws, {raw_index[column]: fractions[column] for column in fractions if column in raw_index}
                )
                yield batch, raws

        batches = raw()
        head: list[tuple[RecordBatch, list[Sequence[str]]]] = []
        while sum(len(batch.rows) for batch, _ in head) < HEAD and (batch := next(batches, None)) is not None:
            head.append(batch)
        used = evidence.formats()
        draft.interpreter = self.interpreter.with_formats(used)
        for (numbers, rows, found, done, _), raws in chain(head, batches):
            flags = [
                flag if flag.column is None else flag._replace(column=raw_index[flag.column])
                for flag in checked(found, description)
                if flag.column is None or flag.column in raw_index
            ]
            flags += _written_errors(numbers, raws, {(flag.row, flag.column) for flag in flags}, letters)
            read = draft.interpreter(raws, len(rows), flags)
            columns = self.planner.ladder.columns(read.columns, len(rows))
            draft.add(numbers, raws, read, lookup.hits(read, columns), columns)
            if done is None:  # records, then: a workbook cannot tell how many bytes it has read
                self._tell(len(draft.spool), None, "reading")
            else:
                self._tell(done, description.bytes_total, "reading")
        return used

    def _history(self, work: UnitOfWork, header: Mapping[str, Any]) -> History:
        return History(
            runs=work.runs,
            system=header["source"]["system"],
            day=header["as_at"],
            policy=self.planner.policy.merge,
            fields=self.planner.client_fields,
        )

    def _tell(self, done: int, total: int | None, stage: str) -> None:
        if self.progress is not None:
            self.progress(done, total, stage)

    @collecting_rarely()
    def from_plan(
        self,
        lines: Iterator[list[Any]],
        summary: Mapping[str, Any],
        header: Mapping[str, Any],
        work: UnitOfWork,
        sink: PlanSink,
        *,
        reinterpret: bool,
    ) -> str:
        """Plan again from a plan's own *lines* under this policy; answer the digest.

        With *reinterpret* the raw texts are read again (a column's format was decided); the clients that keys point at stay
        as planning saw them. Near matches of what is read then, and who leaves, are looked up in the store as it is now.
        """
        filled = [column["filled"] for column in summary["columns"]]
        questions = [
            question
            for question in summary["questions"]
            if question["id"] not in self.planner.decisions.given and question["kind"] != CHOOSE
        ]
        findings = [finding for finding in summary["source_findings"] if finding[0] not in _OF_THE_WHOLE]
        draft = self._again(lines, self.interpreter if reinterpret else None, filled)
        try:
            if reinterpret:
                near = self._find_near(draft, self._lookup(work, header), questions, header, work)
                findings = [*(finding for finding in findings if finding[0] != NOT_COMPARED), *self._said(near)]
            return self._seal(draft, questions, header, findings, sink, self._leaving(work, header))
        finally:
            draft.close()

    def _leaving(self, work: UnitOfWork, header: Mapping[str, Any]) -> Leaving | None:
        """Who is to leave, if anything was decided about clients that are only here."""
        if not self.planner.decisions.about_others:
            return None
        return Leaving(work, self.planner, header, self.leaving_share)

    def _again(self, pages: Iterator[list[Any]], interpreter: Interpreter | None, filled: list[int]) -> Draft:
        """A new draft from lines drafted before."""
        draft = Draft(interpreter or self.interpreter, self.planner, self.spool(), len(filled))
        draft.filled = filled
        try:
            self._redraft(draft, pages, interpreter)
        except BaseException:
            draft.close()
            raise
        return draft

    def _redraft(self, draft: Draft, pages: Iterator[list[Any]], interpreter: Interpreter | None) -> None:
        for page in pages:
            lines = [Line(*decode(line)) for line in page]
            raws = list(
                zip(*(whole_raw(line.raw, line.values, self.interpreter.echoes) for line in lines), strict=True)
            )
            if interpreter is None:
                read = Interpreted(
                    [tuple(line.values) for line in lines],
                    list(zip(*(line.values for line in lines), strict=True)),
                    {
                        index: flags
                        for index, line in enumerate(lines)
                        if (flags := [flag for flag in line.flags if not of_sealing(flag)])
                    },
                    {
                        index
                        for index, line in enumerate(lines)
                        if any(flag[1] == "e" and not of_sealing(flag) for flag in line.flags)
                    },
                    {index: line.pending for index, line in enumerate(lines) if line.pending},
                )
            else:
                read = interpreter(raws, len(lines), source_flags(lines))
                for index, line in enumerate(lines):
                    kept = [flag for flag in line.flags if of_lookup(flag)]
                    if kept:
                        read.flags.setdefault(index, []).extend(kept)
                        if any(flag[1] == "e" for flag in kept):
                            read.refused.add(index)
            # without those that sealing added: it finds them again
            hits: dict[int, list[list[Any]]] = {}
            for index, line in enumerate(lines):
                for hit in line.hits:
                    if is_near(hit):
                        if interpreter is None:  # else they are looked for again
                            draft.near.setdefault(line.sequence, []).append([*hit[:3], hit[3][:1], *hit[4:]])
                    elif hit[3]:
                        hits.setdefault(index, []).append(hit)
            columns = self.planner.ladder.columns(read.columns, len(lines))
            draft.add([line.row for line in lines], raws, read, hits, columns)

    def _seal(
        self,
        draft: Draft,
        questions: list[dict[str, Any]],
        header: Mapping[str, Any],
        findings: list[Any],
        sink: PlanSink,
        leaving: Leaving | None,
    ) -> str:
        """Judge the joined records together, copy the rest, and close the document."""
        tally = draft.tally
        near = Answers()
        if draft.near:
            near = self._nearing.answers(draft, draft.nominated())
        heads = draft.nominated(near)
        touched: dict[int, list[int]] = {}
        for members in heads.values():
            for record in members:
                touched.setdefault(record // self.batch, []).append(record)
        settled: dict[int, bytes] = {}
        sink.write(plain_encode(dict(header)) + b"\n")  # it holds fractions, which encoders write differently
        total = len(draft.spool)
        for start in range(0, total, self.batch):
            page = draft.spool.page(start, start + self.batch)
            if start // self.batch in touched:
                lines = page.split(b"\n")
                for record in sorted(touched[start // self.batch]):
                    if record in heads:  # the first of its cluster: the others come later in the file
                        texts = [
                            lines[one - start] if one < start + self.batch else draft.spool.line(one)
                            for one in heads[record]
                        ]
                        originals = [Line._make(line) for line in decode_each(texts)]
                        settled.update(self._settle(draft, originals, near))
                    if record in settled:
                        lines[record - start] = settled.pop(record)
                page = b"\n".join(lines)
            sink.write(page)
            if leaving is not None:
                leaving.see(page)
            self._tell(min(start + self.batch, total), total, "sealing")
        questions = [*questions, *self.planner.choosing.questions()]
        for question in questions:
            question["records"] = tally.asked(question)
        codes = {*tally.findings, *(finding[0] for finding in findings)}
        leavers, refused = ([], None) if leaving is None else leaving.resolve(codes)
        openings = tally.openings
        ties = tie_out(header["control_totals"], openings)
        unmet = self.planner.decisions.unmet(self.planner.client_fields)
        source_findings = [
            *findings,
            *about_decisions(self.planner.decisions, unmet),
            *([[REFUSED, CODES[REFUSED].value, None, None, None, refused]] if refused else []),
            *(
                ["control-total-differs", "error", None, None, "opening_balance", tie]
                for tie in ties
                if not tie["ties"]
            ),
        ]
        for code, severity, *_ in source_findings:
            tally.finding(code, severity)
        uses = [dict(use, filled=filled) for use, filled in zip(header["columns"], draft.filled, strict=True)]
        for use in uses:
            use["format"] = self._format(draft.interpreter, use["field"])
        summary = {
            "records": len(tally),
            "dispositions": tally.dispositions,
            "reasons": tally.reasons,
            "findings": tally.findings,
            "severities": tally.severities,
            "conflicts": tally.conflicts,
            "openings": openings,
            "postings": tally.postings,
            "tie_out": ties,
            "columns": uses,
            "questions": questions,
            "unmet": unmet,
            "leaving": [list(leaver) for leaver in leavers],
            "source_findings": source_findings,
        }
        return sink.finish(plain_encode({"summary": summary}))

    def _settle(self, draft: Draft, originals: Sequence[Line], near: Answers) -> Iterator[tuple[int, bytes]]:
        """The new lines of nominated records, for those that are really joined or share a key with too many."""
        planner, tally = self.planner, draft.tally
        if near.ties([line.sequence for line in originals]):
            self._nearing.meet(originals, self.interpreter.raw_headers)
            for line in originals:
                line.hits.extend(near.meant.get(line.sequence, ()))
        incomplete: dict[int, int] = {}
        if planner.opening_slots.itemised:
            broken = [line for line in originals if _is_refused(line)]
            incomplete = self._incomplete(originals, broken)
            originals = [line for line in originals if not _is_refused(line)]
            for line in broken:
                if line.sequence in near.near:
                    near.mark(line)
                    yield line.sequence, encode_bytes(line)
        # hits that a crowd makes worthless go from these only: a decision may make the crowd small again
        nominated = list(originals)
        joined = exact_clusters(nominated, planner.ladder, self.shared_limit, near.indexes(nominated))
        for cluster in [*joined.clusters, *([index] for index in joined.refused)]:
            if cluster[0] not in joined.refused and len(cluster) == 1 and cluster[0] not in joined.shared:
                line = originals[cluster[0]]
                if line.sequence not in near.near and line.sequence not in incomplete:
                    continue
                if line.disposition == "invalid" and line.sequence not in incomplete:
                    near.mark(line)
                    yield line.sequence, encode_bytes(line)
                    continue
            members = [nominated[index] for index in cluster]
            missing = next((row for line in members if (row := incomplete.get(line.sequence))), None)
            if cluster[0] in joined.refused or missing is not None:
                verdicts = [INVALID] * len(members)
            else:
                verdicts = planner.settle(members, self.interpreter.raw_headers, near.about(members))
            # what one member shares the whole client shares: its first line is the one that is applied
            found = list(dict.fromkeys(each for index in cluster for each in joined.shared.get(index, ())))
            flags = [draft.shared_flag(*each) for each in found]
            refused = planner.refused_flag(verdicts[0])
            if refused is not None:
                verdicts = [INVALID] * len(members)
                flags.append(refused)
            if (held := joined.refused.get(cluster[0])) is not None:
                params = {"scheme": held[0], "row": nominated[held[1]].row}
                field = planner.ladder.field_of[held[0]]
                flags.append(["key-of-another", "e", field, planner.columns.get(field), params])
            if missing is not None:
                flags.append(["document-refused", "e", "open_item", planner.columns.get("open_item"), {"row": missing}])
            if cluster[0] in joined.nobody:  # then it is alone: no name and no client joins it to others
                verdicts = [INVALID] * len(members)
                params = dict(zip(("scheme", "records"), found[0], strict=True))
                flags.append(["shared-key-alone", "e", None, None, params])
            hits = list(united_hits(members).values())
            brought = zip(members, verdicts, strict=True)
            tally.together({line.sequence: planner.brought(line.values, verdict, hits) for line, verdict in brought})
            for place, (index, verdict) in enumerate(zip(cluster, verdicts, strict=True)):
                line = originals[index]
                tally.revise(line.sequence, *verdict)
                if line.disposition == "conflict":
                    tally.waits(line[VERDICT:], line.pending, by=-1)
                if verdict[0] == "conflict" and (verdict[1] != CHOOSE or place == 0):  # that is asked once a client
                    tally.waits(verdict, line.pending)
                # where the balance of this row alone was refused: now that of all rows is, or none
                alone = [flag for flag in line.flags if of_sealing(flag)]
                own = [*flags, *planner.locks.flags(line.values, hits, verdict)] if planner.locks else flags
                if alone or own:
                    tally.flags(alone, by=-1)
                    tally.flags(own)
                    line.flags[:] = [*(flag for flag in line.flags if flag not in alone), *own]
                if hits and (verdict[1] != MERGED or planner.balance(line.values, verdict) is not None):
                    # reports compare it with its client, whom perhaps only another row's keys point at
                    line.hits.extend(hit_of_others(line.hits, hits, verdict_client(verdict)))
                near.mark(line)
                yield line.sequence, encode_bytes((*line[:VERDICT], *verdict))

    def _incomplete(self, lines: Sequence[Line], refused: Sequence[Line]) -> dict[int, int]:
        """Sequence -> row of a *refused* open document that may be the same client's: without it the sum would be wrong.

        What ties the two is what would have joined them, if through another such document.
        """
        is_document = self.planner.opening_slots.is_document
        documents = {
            line.sequence: line.row for line in refused if is_document(line.values, {flag[2] for flag in line.flags})
        }
        if not documents:
            return {}
        held: dict[int, int] = {}
        for cluster in exact_clusters(list(lines), self.planner.ladder, self.shared_limit).clusters:
            rows = [documents[lines[index].sequence] for index in cluster if lines[index].sequence in documents]
            held.update({lines[index].sequence: rows[0] for index in cluster if rows})
        return held

    def _said(self, findings: Iterable[Finding]) -> list[Any]:
        """*findings* about the source as the summary has them."""
        return [
            [
                finding.code,
                SEVERITY_LETTERS[letter].value,
                finding.locator.row,
                finding.locator.column,
                finding.field,
                dict(finding.params),
            ]
            for finding in findings
            if (letter := self.interpreter.letter(finding.code)) is not None
        ]

    @staticmethod
    def _format(interpreter: Interpreter, field: str | None) -> str | None:
        for index, entry in enumerate(interpreter.entries):
            if entry.field.name == field:
                return interpreter.formats.get(index, (None, False))[0]
        return None


def _is_refused(line: Line) -> bool:
    """Whether a record is refused for itself, and not for what it and others say together."""
    return any(flag[1] == "e" and not of_sealing(flag) for flag in line.flags)


def _written_errors(
    numbers: Sequence[int],
    raws: Sequence[Sequence[str]],
    said: Container[tuple[int, int | None]],
    letters: Sequence[str],
) -> Iterator[Flag]:
    """A finding for each cell that is an error of a spreadsheet program, but for those that the source *said* already."""
    for column, texts in enumerate(raws):
        for row in error_rows(texts):
            if (row, column) not in said:
                params: dict[str, str | int | list[str]] = {
                    "cell": f"{letters[column]}{numbers[row]}",
                    "error": texts[row],
                }
                yield Flag(row, "cell-error", None, column, params)


_OF_THE_WHOLE = frozenset(("control-total-differs", REFUSED, *DECISION_CODES))
"""Findings about the plan as a whole, which each sealing finds anew."""
