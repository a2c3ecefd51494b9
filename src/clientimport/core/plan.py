"""The plan as a document: its lines, and what a person sees of them.

A plan is a text file of JSON lines. The first line is the header (an object), then one line a record (an array, see
``Line``), then the summary (an object) and the digest over all bytes before it.
One record a line in positional arrays because that is what a hundred thousand of them can be written and read as in a
second; ``PlannedRecord`` is the same thing for people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import attrs

from clientimport.core.decisions import CHOOSE
from clientimport.core.findings import Finding, Severity
from clientimport.core.locator import Locator
from clientimport.core.openings import OpeningSlots, Stored, kept, source_key

COMMENTS = "comments"
"""Why a column is left out that holds the comments of an earlier exception report."""

FORMAT = 4
"""Version of the plan document; a plan of another version is refused."""

Value = str | bool | list[str] | None
"""A field's value as plans and stores hold it; ``None`` is blank."""


class Disposition(StrEnum):
    """What becomes of one record; every record has exactly one."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    SKIP = "skip"
    INVALID = "invalid"
    CONFLICT = "conflict"


class Hit(NamedTuple):
    """A stored client that a record's keys point at, as planning saw it.

    Attributes:
        client: Its id in the store.
        version: Its version then.
        document: Its non-blank values then, of the fields that this plan maps.
        schemes: The key schemes that agreed, strongest first; empty if only rows merged with this one point at it. ``near`` is
            none: it only resembles the record; with ``meant`` behind it somebody said that it is this client. ``near-row``:
            another record of the file does, and ``client`` is its sequence. Behind either ``asked`` says that the question
            about the record is about it.
        openings: Currency -> its live opening balance, ``[number, amount, date, [digests of its sources]]``; empty where the
            plan brings no opening balances.
        base: What imports last said of it, of the fields that this plan maps, where that is another value than the stored
            one; null where they said nothing. ``None`` if the plan asks about no field and so did not look.
        leads: Field -> whether this source's value holds over the stored one, of the fields whose policy goes by where values
            come from and where that is known. ``None`` if there is no such field.
    """

    client: str
    version: int
    document: dict[str, Any]
    schemes: list[str]
    openings: dict[str, Any]
    base: dict[str, Any] | None
    leads: dict[str, bool] | None


class Line(NamedTuple):
    """One record of a plan, in the order its JSON array has.

    Attributes:
        sequence: Number within the plan, from 0.
        row: Physical row or line in the source.
        raw: The mapped columns' texts exactly as read, in the order of ``header["raw"]``; null where the text is the
            value it became, letter for letter (``header["echoes"]`` says which value; see ``whole_raw``).
        values: The fields' values, in the order of ``header["fields"]``.
        flags: ``[code, severity letter (e, w, i), field or null, raw index or null, params]``.
        hits: ``[client, version, document, schemes, openings, base, leads]`` of every stored client its keys point at.
        pending: Raw indexes of the columns about which an answer is missing before the record's values are known.
        disposition: As ``Disposition``.
        reason: Why, as a stable kebab-case word.
        detail: By disposition. create: merged values or null. update: ``[client, version, changes, merged values or null,
            news or null]`` with changes ``[field, old, new, rule, row it came from]``; the news are what it says besides that
            imports did not say before, field -> value. unchanged: ``[client, version, merged values or null, news or null]``. skip: ``[row it was merged into
            or null, client or null, sequence of the record that makes the client, or that it was left out together with, or
            null]``, and behind that, where it carries a balance of the client in another currency than that record,
            ``[currency, amount]``. conflict: ``[id, question or null]``; the question stands with its first record. Behind
            that, where something is to be chosen for a new client, the fields, and for one of several records the sequence
            of the first.
            invalid: null.
        opening: The opening balance to be posted, null if there is none: ``[currency, amount or null, date, rule, replaced or
            null, items]``. The rule is ``new``, ``replace`` or ``add``; replaced is ``[number, amount, date]`` of the posting
            that is taken back; a null amount means that nothing takes its place; items are ``[number, date, due, amount]``.
    """

    sequence: int
    row: int
    raw: list[str | None]
    values: list[Any]
    flags: list[Any]
    hits: list[Any]
    pending: list[int]
    disposition: str
    reason: str
    detail: Any
    opening: list[Any] | None


VERDICT = Line._fields.index("disposition")
"""Where in a line the verdict begins: disposition, reason, detail, opening."""

MERGED = "merged"
"""Reason of a record that went into another one, of the same client."""

_CREATE, _SKIP = Disposition.CREATE.value, Disposition.SKIP.value
_MERGED_VALUES = {"update": 3, "unchanged": 2}
_CARRIED = 3


@attrs.frozen(kw_only=True)
class FieldChange:
    """One field of one client, before and after.

    Attributes:
        sequence: The record's number in the plan.
        client: The client changed.
        field: Which field.
        old: The stored value; ``None`` was blank.
        new: The value to be written.
        rule: What chose: the merge policy ``fill_blank`` or ``overwrite``; ``three_way``, since only the source changed the
            value after the last import; ``follows``, for a name whose parts change; or a ``decision``.
        locator: The source cell it comes from.
    """

    sequence: int
    client: str
    field: str
    old: Value = attrs.field(repr=False)
    new: Value = attrs.field(repr=False)
    rule: str
    locator: Locator


@attrs.frozen(kw_only=True)
class Option:
    """One answer a conflict can be given.

    Attributes:
        choice: What to write in a decision: ``client:17``, ``row:12``, ``new``, ``skip``, ``keep``, ``overwrite``, ``DMY``,
            ``,`` … ``messages/`` says it in words.
    """

    choice: str


@attrs.frozen(kw_only=True)
class Conflict:
    """A question that only a person can settle.

    Attributes:
        id: Stable: the same question about the same file has the same id in the next plan.
        kind: ``two-clients`` (its keys point at several stored clients), ``rows-contradict`` (rows of one client differ),
            ``fields-differ`` (the store has another value and the policy is to ask), ``column-format`` (a column's dates or
            amounts can be read in two ways), ``choose`` (nothing was chosen for new clients).
        sequences: The records that wait for the answer; for ``column-format`` and ``choose`` empty (see ``records``).
        records: How many records wait; for ``choose`` how many clients.
        locator: Where to look first: the first record's row, or the column; for ``choose`` the source.
        fields: The fields the question is about.
        params: What its text needs, in JSON types.
        options: The answers allowed.
    """

    id: str
    kind: str
    sequences: tuple[int, ...]
    records: int
    locator: Locator
    fields: tuple[str, ...] = ()
    params: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    options: tuple[Option, ...] = ()


@attrs.frozen(kw_only=True)
class ColumnUse:
    """What became of one column of the source.

    Attributes:
        header: As in the file.
        field: The field it feeds; ``None`` if it is not imported.
        filled: Cells that are not blank.
        confidence: Of the suggestion, 0 to 1.
        reason: Why it was suggested (``exact``, ``alias`` …), ``given``, ``dropped``, ``comments`` (of an earlier exception
            report) or ``unmapped``.
        suggestion: For an unmapped column the field it might be, below the level accepted without asking.
        format: The date order or decimal mark used, if it needed one.
    """

    header: str
    field: str | None
    filled: int
    confidence: float
    reason: str
    suggestion: str | None = None
    format: str | None = None


@attrs.frozen(kw_only=True)
class TieOut:
    """A plan's opening balances beside the control total that somebody expects of them, in one currency.

    Attributes:
        currency: ISO 4217 code.
        expected: The control total.
        total: What the plan's opening balances add up to.
        difference: Total less expected. If it is not zero, no opening balance is posted in this currency.
    """

    currency: str
    expected: Decimal
    total: Decimal
    difference: Decimal

    @property
    def ties(self) -> bool:
        """Whether they are equal, to the last cent."""
        return not self.difference

    def to_dict(self) -> dict[str, str | bool]:
        """The same in JSON types, amounts as text."""
        texts = {name: format(getattr(self, name), "f") for name in ("expected", "total", "difference")}
        return {"currency": self.currency, **texts, "ties": self.ties}


@attrs.frozen(kw_only=True)
class PlanSummary:
    """The counts of a plan.

    Attributes:
        records: Records read.
        dispositions: Disposition -> records; all six keys, summing to ``records``.
        reasons: ``disposition:reason`` -> records.
        findings: Code -> how many.
        severities: ``error``/``warning``/``info`` -> how many findings.
        conflicts: Questions open.
        openings: Currency -> total of the opening balances of records that are neither invalid nor skipped nor in conflict.
        postings: Currency -> clients whose opening balance would be posted or replaced.
        tie_out: The control totals given, beside what the plan has; currencies sorted.
        leaving: ``deactivate`` and ``remove`` -> clients that would leave; empty if nobody does, and in a receipt.
        columns: Every column of the source.
    """

    records: int
    dispositions: Mapping[str, int]
    reasons: Mapping[str, int]
    findings: Mapping[str, int]
    severities: Mapping[str, int]
    conflicts: int
    openings: Mapping[str, str]
    postings: Mapping[str, int]
    tie_out: tuple[TieOut, ...]
    leaving: Mapping[str, int] = attrs.field(factory=dict)
    columns: tuple[ColumnUse, ...]


@attrs.frozen(kw_only=True)
class PlannedOpening:
    """An opening balance that a plan posts.

    Attributes:
        currency: ISO 4217 code.
        amount: Major units, decimal text; ``None`` if the present balance is only taken back.
        date: ISO date of the entry.
        rule: ``new``, ``replace`` or ``add``.
        replaced: The present balance that is taken back, decimal text; ``None`` if there is none.
    """

    currency: str
    amount: str | None = attrs.field(repr=False)
    date: str
    rule: str
    replaced: str | None = attrs.field(default=None, repr=False)

    def to_dict(self) -> dict[str, str | None]:
        """The same in JSON types."""
        return attrs.asdict(self)


@attrs.frozen(kw_only=True)
class PlannedRecord:
    """One record of a plan, for people.

    Attributes:
        sequence: Number in the plan, from 0.
        locator: Its row in the source.
        raw: Header -> text exactly as read, of the mapped columns.
        values: Field -> value of the non-blank fields.
        disposition, reason: What becomes of it and why.
        client: The stored client it belongs to, if any.
        partner: Locator of the record it was merged into, for ``skip``/``merged``.
        findings: Errors first, then in column order.
        changes: For an update, field by field.
        conflict: Id of the conflict it waits for.
        choose: The fields that somebody has to choose something in before its client is added.
        opening: The opening balance to be posted for its client; ``None`` if there is none.
        balance: (currency, decimal text) of the opening balance that it gives, rows merged into it included; ``None`` if it
            gives none, or gives it together with another row. A client has one a currency: the first stands with the row
            that makes the client, each other with the row that gives it first.
        present: The client's balance in that currency, decimal text, if it stays in place of the one that the record gives.
    """

    sequence: int
    locator: Locator
    raw: Mapping[str, str] = attrs.field(repr=False)
    values: Mapping[str, Value] = attrs.field(repr=False)
    disposition: Disposition
    reason: str
    client: str | None = None
    partner: Locator | None = None
    findings: tuple[Finding, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    conflict: str | None = None
    choose: tuple[str, ...] = ()
    opening: PlannedOpening | None = None
    balance: tuple[str, str] | None = attrs.field(default=None, repr=False)
    present: str | None = attrs.field(default=None, repr=False)


def whole_raw(kept: Sequence[str | None], values: Sequence[Any], echoes: Sequence[int | None]) -> list[str]:
    """The raw texts of a line, those that it keeps only as values included."""
    return [
        "" if text is None and echo is None else values[echo] if text is None else text  # type: ignore[index]
        for text, echo in zip(kept, echoes, strict=True)
    ]


SEVERITY_LETTERS: Mapping[str, Severity] = {severity.value[0]: severity for severity in Severity}


def check_header(header: Mapping[str, Any]) -> Mapping[str, Any]:
    """The header of a plan, as it is, if it is one we can read.

    Raises:
        ValueError: it is no plan, or of another version.
    """
    if header.get("clientimport") != "plan":
        raise ValueError("this is not a clientimport plan")
    if header.get("version") != FORMAT:
        raise ValueError(f"this plan has version {header.get('version')!r}; this library reads version {FORMAT}")
    return header


def planned_record(line: Sequence[Any], header: Mapping[str, Any]) -> PlannedRecord:
    """A record line as people see it."""
    sequence, row, kept, values, _, _, _, disposition, reason, detail = line[:10]
    opening = line[10] if len(line) > 10 else None  # plans of version 1, in the run log, have none
    raw = whole_raw(kept, values, header["echoes"])
    source: str = header["source"]["name"]
    sheet: str | None = header["source"]["sheet"]
    raw_headers: list[str] = header["raw"]
    fields: list[str] = header["fields"]
    verdict = line[VERDICT:]
    client = verdict_client(verdict)
    partner: Locator | None = None
    conflict: str | None = None
    changes: tuple[FieldChange, ...] = ()
    balance = verdict_balance(values, verdict, _opening_slots(tuple(fields)))
    if disposition == "update":
        changes = tuple(
            FieldChange(
                sequence=sequence,
                client=detail[0],
                field=name,
                old=old,
                new=new,
                rule=rule,
                locator=Locator(
                    source=source,
                    sheet=sheet,
                    row=origin,
                    column=header["sources"].get(name),
                ),
            )
            for name, old, new, rule, origin in detail[2]
        )
    elif disposition == "skip":
        if detail[0] is not None:
            partner = Locator(source=source, sheet=sheet, row=detail[0])
    elif disposition == "conflict":
        conflict = detail[0]
    return PlannedRecord(
        sequence=sequence,
        locator=Locator(source=source, sheet=sheet, row=row),
        raw=dict(zip(raw_headers, raw, strict=True)),
        values={name: value for name, value in zip(fields, values, strict=True) if value is not None},
        disposition=Disposition(disposition),
        reason=reason,
        client=client,
        partner=partner,
        findings=line_findings(line, header),
        changes=changes,
        conflict=conflict,
        choose=tuple(detail[2]) if reason == CHOOSE else (),
        opening=None
        if opening is None
        else PlannedOpening(
            currency=opening[0],
            amount=opening[1],
            date=opening[2],
            rule=opening[3],
            replaced=None if opening[4] is None else opening[4][1],
        ),
        balance=balance,
        present=None
        if opening is not None or balance is None
        else present_balance(verdict, balance, line[5], source_key(header["source"])),
    )


_opening_slots = lru_cache(maxsize=8)(OpeningSlots)


def verdict_client(verdict: Sequence[Any]) -> str | None:
    """The stored client that a *verdict*, as ``Line`` ends with it, is about; ``None`` if it makes one, or nobody knows yet."""
    disposition, _, detail = verdict[:3]
    if disposition in _MERGED_VALUES:
        return str(detail[0])
    return detail[1] if disposition == _SKIP else None


def verdict_balance(values: Sequence[Any], verdict: Sequence[Any], slots: OpeningSlots) -> tuple[str, str] | None:
    """(currency, amount) of the opening balance that a line gives, with what was merged into it; ``None`` if it gives none.

    Args:
        values: Its own.
        verdict: As it ends.
        slots: Where in values a balance stands.
    """
    if slots.amount < 0:
        return None
    disposition, reason, detail = verdict[:3]
    if reason == MERGED:
        return (detail[_CARRIED][0], detail[_CARRIED][1]) if len(detail) > _CARRIED else None
    if disposition == _CREATE:
        values = detail or values
    elif disposition in _MERGED_VALUES:
        values = detail[_MERGED_VALUES[disposition]] or values
    amount = values[slots.amount]
    return None if amount is None else (values[slots.currency], amount)


def present_balance(
    verdict: Sequence[Any], balance: tuple[str, str], hits: Sequence[Sequence[Any]], digest: str
) -> str | None:
    """The amount that stays in place of the *balance* that a line gives and does not post; ``None`` if none does.

    Args:
        verdict: As the line ends.
        balance: As ``verdict_balance`` has it.
        hits: The stored clients that it points at.
        digest: Of the source.
    """
    if not hits:
        return None
    client = verdict_client(verdict)
    openings: Mapping[str, Stored] = next((hit[4] for hit in hits if hit[0] == client and len(hit) > 4), {})
    return kept(openings.get(balance[0]), balance[1], digest)


def line_findings(line: Sequence[Any], header: Mapping[str, Any]) -> tuple[Finding, ...]:
    """The findings of a record line, errors first."""
    row, flags = line[1], line[4]
    if not flags:
        return ()
    raw = whole_raw(line[2], line[3], header["echoes"])
    source: str = header["source"]["name"]
    sheet: str | None = header["source"]["sheet"]
    found = [
        Finding(
            code=code,
            severity=SEVERITY_LETTERS[letter],
            locator=Locator(
                source=source, sheet=sheet, row=row, column=None if column is None else header["raw"][column]
            ),
            field=field,
            seen=None if column is None else raw[column],
            params=params,
        )
        for code, letter, field, column, params in flags
    ]
    return tuple(sorted(found, key=lambda finding: list(Severity).index(finding.severity)))
