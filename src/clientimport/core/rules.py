"""Rules over whole records: what a record must have before it may become a client.

A rule works on a batch, column by column, and yields flags; ``record_rule`` makes one from a function of a single record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import attrs

from clientimport.core.findings import CODES, Flag, Severity
from clientimport.core.profile import Profile
from clientimport.core.schema import CLIENT

Params = Mapping[str, str | int | list[str]]


class Batch(Protocol):
    """What a rule sees of some records at once."""

    @property
    def size(self) -> int:
        """How many records."""

    @property
    def profile(self) -> Profile:
        """The product behaviour in force."""

    @property
    def fields(self) -> Sequence[str]:
        """The fields that are fed, in order."""

    @property
    def identifying(self) -> Sequence[str]:
        """Those of them that tell who a record is: the name, and what one client alone holds under the profile."""

    def values(self, field: str) -> Sequence[Any] | None:
        """The field's value of every record (``None``: blank or unreadable); ``None`` if no column feeds it."""

    def refused(self, row: int, field: str) -> bool:
        """Whether an error about this cell is known already, so that nobody is told twice."""


class Rule(Protocol):
    """A named check with the finding codes it may raise."""

    @property
    def name(self) -> str: ...

    @property
    def codes(self) -> Mapping[str, Severity]: ...

    def check(self, batch: Batch) -> Iterable[Flag]:
        """Flags for the rows that break it; ``row`` counts within the batch."""


@attrs.frozen
class _Rule:
    name: str
    codes: Mapping[str, Severity]
    check: Callable[[Batch], Iterable[Flag]]


RecordCheck = Callable[[Mapping[str, Any]], Iterable[tuple[str, str | None, Params]]]
"""From one record's non-blank values to (code, field or ``None``, params) for each thing wrong with it."""


def record_rule(name: str, codes: Mapping[str, Severity], function: RecordCheck) -> Rule:
    """A rule from a function of one record. Costs a call a record; write ``check`` yourself where that matters."""
    return _RecordRule(name, dict(codes), function)


@attrs.frozen
class _RecordRule:
    """A class, not a closure, so that it can be sent to another process if its function can."""

    name: str
    codes: Mapping[str, Severity]
    function: RecordCheck

    def check(self, batch: Batch) -> Iterator[Flag]:
        columns = [(field, values) for field in batch.fields if (values := batch.values(field)) is not None]
        for row in range(batch.size):
            record = {field: values[row] for field, values in columns if values[row] is not None}
            for code, field, params in self.function(record):
                yield Flag(row, code, field, None, params)


def _required(batch: Batch) -> Iterator[Flag]:
    rows = _new(batch)
    for field in batch.profile.required:
        values = batch.values(field)
        if values is None:
            yield from (Flag(row, "required", field, None, {}) for row in rows)
        elif None in values:
            for row in rows:
                if values[row] is None and not batch.refused(row, field):
                    yield Flag(row, "required", field, None, {})


def _recommended(batch: Batch) -> Iterator[Flag]:
    for field in batch.profile.recommended:
        for row in _without(batch, (field,)):
            yield Flag(row, "recommended", field, None, {})


def _required_one_of(batch: Batch) -> Iterator[Flag]:
    for group in batch.profile.required_one_of:
        for row in _without(batch, group):
            yield Flag(row, "required-one-of", None, None, {"fields": list(group)})


def _nothing_identifies(batch: Batch) -> Iterator[Flag]:
    """A client without a name and without any key could never be found again: the next import would make it anew."""
    for row in _without(batch, batch.identifying):
        if not batch.refused(row, "name"):
            yield Flag(row, "nothing-identifies", None, None, {})


def _without(batch: Batch, fields: Iterable[str]) -> Sequence[int]:
    """The rows that have none of *fields*; what could not be read counts as had."""
    rows = _new(batch)
    for field in fields:
        values = batch.values(field)
        if values is not None:
            rows = [row for row in rows if values[row] is None and not batch.refused(row, field)]
    return rows


def _new(batch: Batch) -> Sequence[int]:
    """The rows that name no stored client; those that do may say as little about it as they like."""
    told = batch.values(CLIENT)
    return range(batch.size) if told is None else [row for row in range(batch.size) if told[row] is None]


def _opening_sign(batch: Batch) -> Iterator[Flag]:
    values = batch.values("opening_balance")
    if values is None or batch.profile.opening_sign == "any" or batch.values("open_item") is not None:
        return  # of open documents their sum is what counts: one may be a credit note
    for row, value in enumerate(values):
        if value is not None and value[0] == "-" and value.strip("-0."):
            yield Flag(row, "amount-negative", "opening_balance", None, {})


def _opening_date_alone(batch: Batch) -> Iterator[Flag]:
    dates = batch.values("opening_date")
    if dates is None:
        return
    amounts = batch.values("opening_balance")
    for row, value in enumerate(dates):
        if value is None:
            continue
        if amounts is None or (amounts[row] is None and not batch.refused(row, "opening_balance")):
            yield Flag(row, "opening-date-without-amount", "opening_date", None, {})


def _total_row(batch: Batch) -> Iterator[Flag]:
    """The sum below a list is nobody's balance: a row that is called total, with an amount and nothing else to know it by."""
    amounts, names = batch.values("opening_balance"), batch.values("name")
    if amounts is None:
        return
    columns = [column for field in batch.identifying if (column := batch.values(field)) is not None]
    told = batch.values(CLIENT)
    for row, amount in enumerate(amounts):
        if amount is None or (names and names[row] is not None and not _LIKE_A_TOTAL.match(names[row])):
            continue
        texts = [text for column in columns if (text := column[row]) is not None]
        is_total = texts and all(isinstance(text, str) and _TOTAL.fullmatch(text) for text in texts)
        if is_total and (told is None or told[row] is None):
            yield Flag(row, "total-row", "name", None, {})


_LIKE_A_TOTAL = re.compile(r"\W|tot|sum|som|gesamt|grand|general|sub|sous|alg|eind|zwi|over|ال|إج", re.IGNORECASE)
"""How such names begin; nearly all others are told by that."""
_TOTAL = re.compile(
    r"\W*(?:(?:grand|general|overall|sub|sous|algemeen|eind|zwischen|gesamt)?[ -]?(?:totale?n?|totals|totaal|totalen|totaux|totales|summe)"
    r"(?: (?:g[eé]n[eé]ral|general))?|suma?|somme?|som|gesamt(?:betrag)?|المجموع|الإجمالي|الاجمالي|إجمالي)(?:\W+[A-Z]{3}|\W+[€$£])?\W*",
    re.IGNORECASE,
)


def _builtin(check: Callable[[Batch], Iterable[Flag]], *codes: str) -> Rule:
    return _Rule(check.__name__.strip("_").replace("_", "-"), {code: CODES[code] for code in codes}, check)


BUILTIN_RULES: tuple[Rule, ...] = (
    _builtin(_required, "required"),
    _builtin(_recommended, "recommended"),
    _builtin(_required_one_of, "required-one-of"),
    _builtin(_nothing_identifies, "nothing-identifies"),
    _builtin(_opening_sign, "amount-negative"),
    _builtin(_total_row, "total-row"),
    _builtin(_opening_date_alone, "opening-date-without-amount"),
)
"""The rules every import runs; what they ask is the profile's to say."""
