"""What is chosen for new clients before they are added, such as their language and their questionnaire.

A row says it itself, or a person chooses: for one client, or for all that have neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.coercion import Coercer, CoercionContext
from clientimport.core.decisions import CHOOSE, Decisions, choose_id
from clientimport.core.findings import CODES, Severity
from clientimport.core.listing import list_key
from clientimport.core.profile import Profile
from clientimport.core.schema import Field, Schema
from clientimport.core.text import clean_column

Verdict = tuple[str, str, Any, Any]
"""(disposition, reason, detail, opening) of one record, as ``Line`` has them."""


@attrs.frozen(kw_only=True)
class Choosable:
    """A field of which every new client needs a value.

    Attributes:
        field: The field.
        options: What is offered; empty: any text that the field takes.
        coercer: How its cells are read, and so what is chosen.
        country: The country where nothing names one.
    """

    field: Field
    options: tuple[str, ...]
    coercer: Coercer
    country: str | None = None

    def read(self, text: str) -> Any:
        """The value that *text* chooses, read as a cell would be; ``None`` if it is none of what is offered."""
        offered = next((option for option in self.options if list_key(option) == list_key(text)), None)
        value = self._value(offered or text)
        if self.options and offered is None and value not in [self._value(option) for option in self.options]:
            return None
        return value

    def _value(self, text: str) -> Any:
        context = CoercionContext(
            field=self.field.name,
            countries=[self.country],
            choices=self.field.choices,
            max_length=self.field.max_length,
        )
        values, flags, pending = self.coercer(clean_column([text]), context)
        if pending or any(CODES.get(code) is not Severity.INFO for _, code, _ in flags):
            return None
        value = values[0]
        return [value] if self.field.many and value is not None and not isinstance(value, list) else value


def choosables(
    profile: Profile,
    schema: Schema,
    coercers: Mapping[str, Coercer],
    lists: Mapping[str, Sequence[str]],
    country: str | None,
) -> tuple[Choosable, ...]:
    """What *profile* wants chosen, with what is offered now: its own options, else a list, else the field's choices."""
    found = []
    for each in profile.choose:
        field = schema[each.field]
        listed = (lists[one.name] for one in profile.lists if one.field == field.name and one.name in lists)
        options = each.options or tuple(dict.fromkeys(next(listed, ()))) or field.choices
        found.append(Choosable(field=field, options=options, coercer=coercers[field.coercer], country=country))
    return tuple(found)


class Choosing:
    """The choices of one plan.

    Args:
        asked: What has to be chosen.
        fields: The fields of records, in order; those of *asked* are among them.
        decisions: What people decided.
        record_id: The id of the client of a record, from its values and row.

    Raises:
        SettingsError: something was chosen that is not offered.
    """

    def __init__(
        self,
        asked: Sequence[Choosable],
        fields: Sequence[str],
        decisions: Decisions,
        record_id: Callable[[Sequence[Any], int], str],
    ) -> None:
        self._asked = [(fields.index(each.field.name), each) for each in asked]
        self._decisions = decisions
        self._record_id = record_id
        self._for_all: dict[str, Any] = {}
        self._own: dict[str, Any] = {}
        for each in asked:
            every = choose_id(each.field.name)
            decisions.meet([every])
            for id_ in decisions.given:
                if id_ == every or id_.startswith(f"{every}:"):
                    value = decisions.reading(id_, each.read, each.options)
                    if value is not None:
                        (self._for_all if id_ == every else self._own)[id_] = value

    def __bool__(self) -> bool:
        """Whether anything has to be chosen."""
        return bool(self._asked)

    def judge(
        self,
        members: Iterable[tuple[Sequence[Any], int]],
        merged: Sequence[Any],
        verdicts: list[Verdict],
        head: int | None = None,
    ) -> list[Verdict]:
        """The *verdicts* on the records of one new client with what was chosen for it; conflicts where that is not all.

        Args:
            members: Values and row of each record.
            merged: What they say together.
            verdicts: A create, and what becomes of the other records.
            head: Sequence of the first of several records.
        """
        missing: list[str] = []
        filled: list[Any] | None = None
        records: list[str] | None = None
        for slot, asked in self._asked:
            if merged[slot] not in (None, []):
                continue
            if records is None:
                records = [self._record_id(values, row) for values, row in members] if self._own else []
            value = self._chosen(asked.field.name, records)
            if value is None:
                missing.append(asked.field.name)
            else:
                filled = list(merged) if filled is None else filled
                filled[slot] = value
        if missing:
            detail = [choose_id(missing[0]), None, missing, *([] if head is None else [head])]
            return [("conflict", CHOOSE, detail, None)] * len(verdicts)
        if filled is not None:
            disposition, reason, _, opening = verdicts[0]
            return [(disposition, reason, filled, opening), *verdicts[1:]]
        return verdicts

    def questions(self) -> list[dict[str, Any]]:
        """The question about each field, as the summary of a plan has it, yet without how many clients wait for it."""
        return [
            {
                "id": choose_id(each.field.name),
                "kind": CHOOSE,
                "column": None,
                "raw": None,
                "field": each.field.name,
                "counts": {},
                "options": list(each.options),
                "records": 0,
            }
            for _, each in self._asked
        ]

    def _chosen(self, field: str, records: Iterable[str]) -> Any:
        """What was chosen for the client with *records*: for it, else for all; ``None`` if nothing was."""
        own = [id_ for record in records if (id_ := choose_id(field, record)) in self._own]
        self._decisions.meet(own)
        return self._own[own[0]] if own else self._for_all.get(choose_id(field))
