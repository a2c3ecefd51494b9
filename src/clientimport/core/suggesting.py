"""Which column is what: a mapping suggested from headers and cells, for a person to accept, change or drop.

Two sources of knowledge meet here. The lexicon says what a header may mean, the samples say what the cells can be. A
header that surely names a field stands over bad cells, which become findings; over cells that are something else it is
asked about. Cells alone are never enough to be accepted without asking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from clientimport.core.lexicon.amount_headers import tells_sides
from clientimport.core.lexicon.candidates import Candidate, candidates, entry_for
from clientimport.core.lexicon.headers import header_key
from clientimport.core.lexicon.reading import CONTAINED
from clientimport.core.lexicon.samples import Samples
from clientimport.core.mapping import FieldMapping, Mapping
from clientimport.core.schema import Field, Schema
from clientimport.core.settings import ACCEPT_LEVEL
from clientimport.errors import SettingsError

PRESET_CONFIDENCE = 0.98


def _tuple(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(texts)


@attrs.frozen
class ColumnSample:
    """A column to be mapped.

    Attributes:
        header: As the source names it, unique within the source.
        texts: Cells from the head of the column, about 200 at most, blank ones included, so that the samples of all
            columns stand row by row. Never in ``repr``.
    """

    header: str
    texts: tuple[str, ...] = attrs.field(default=(), converter=_tuple, repr=False)


@attrs.frozen(kw_only=True)
class Preset:
    """The mapping of a known file.

    Attributes:
        name: Short name, for example ``"xero"``.
        title: What it is, for people.
        signature: Headers that together give the file away; a file that has them all is claimed.
        mapping: Which headers feed which field; a file needs not have them all. Its dropped headers are known and
            are no client fields.
    """

    name: str
    title: str
    signature: tuple[str, ...] = attrs.field(converter=_tuple)
    mapping: Mapping


@attrs.frozen(kw_only=True)
class ColumnSuggestion:
    """What one column is thought to be.

    Attributes:
        header: The column.
        field: The field it feeds; ``None`` if none is suggested.
        confidence: 0 to 1; 0 where no field is suggested.
        reason: For a field ``saved``, ``preset``, ``exact``, ``alias``, ``fuzzy``, ``values`` (the cells alone), ``given``
            (a person said so), or ``values-differ`` (the header names it, the cells are something else; never accepted
            without asking). For none ``other`` (known, and no client field), ``taken`` (another column feeds the field),
            ``values-differ`` (the header may name a field, the cells contradict it), ``sides`` (it says which amounts are
            debit and which credit), ``unknown``, or ``dropped`` (a person left it out).
        accepted: Whether the mapping has it.
        alternatives: Other fields it might feed, best first.
        slot: ``field``, or ``field+part`` for a column that is joined to others, such as a house number.
    """

    header: str
    field: str | None = None
    confidence: float = 0.0
    reason: str = "unknown"
    accepted: bool = False
    alternatives: tuple[tuple[str, float], ...] = ()
    slot: str | None = None


@attrs.frozen(kw_only=True)
class Suggestion:
    """A mapping in the making: what is accepted is in ``mapping``, the rest waits for a person.

    Attributes:
        columns: One a column, in file order.
        mapping: What the accepted columns, the saved constants and the drops make.
        preset: Name of the preset that claimed the file.
        missing: Headers that the saved mapping names and this file has not.
    """

    columns: tuple[ColumnSuggestion, ...]
    mapping: Mapping
    preset: str | None = None
    missing: tuple[str, ...] = ()
    _schema: Schema = attrs.field(repr=False, eq=False)
    _samples: dict[str, Samples] = attrs.field(repr=False, eq=False)
    _given: tuple[FieldMapping, ...] = attrs.field(default=(), repr=False)

    @property
    def unsure(self) -> tuple[ColumnSuggestion, ...]:
        """Columns with a suggestion that nobody has accepted yet."""
        return tuple(column for column in self.columns if column.field is not None and not column.accepted)

    def column(self, header: str) -> ColumnSuggestion:
        """The suggestion for one column.

        Raises:
            SettingsError: there is no such column.
        """
        for column in self.columns:
            if column.header == header:
                return column
        raise SettingsError("column", header, allowed=tuple(column.header for column in self.columns))

    def accept(self, header: str) -> Suggestion:
        """This with the column's suggestion accepted, and those of the columns it is joined to.

        Raises:
            SettingsError: there is no such column, or no field is suggested for it.
        """
        column = self.column(header)
        if column.field is None:
            raise SettingsError("column", header, wanted="a column that a field is suggested for; else change it")
        joined = not self._schema[column.field].many
        others = tuple(
            attrs.evolve(old, accepted=True) if joined and old.field == column.field else old for old in self.columns
        )
        return self._with(attrs.evolve(column, accepted=True), self._given, others)

    def change(self, header: str, field: str) -> Suggestion:
        """This with the column feeding *field*; a column that fed it before is left unmapped, unless it holds many.

        Raises:
            SettingsError: there is no such column or field.
        """
        self.column(header)
        holds_many = self._schema[field].many
        given = tuple(
            entry for entry in self._given if header not in entry.columns and (holds_many or entry.field != field)
        )
        column = ColumnSuggestion(header=header, field=field, confidence=1.0, reason="given", accepted=True, slot=field)
        released = tuple(
            attrs.evolve(old, field=None, slot=None, confidence=0.0, reason="taken", accepted=False)
            if old.field == field and not holds_many and old.header != header
            else old
            for old in self.columns
        )
        return self._with(column, given, released)

    def drop(self, header: str) -> Suggestion:
        """This with the column left out on purpose.

        Raises:
            SettingsError: there is no such column.
        """
        self.column(header)
        given = tuple(entry for entry in self._given if header not in entry.columns)
        return self._with(ColumnSuggestion(header=header, reason="dropped"), given)

    def _with(
        self,
        column: ColumnSuggestion,
        given: tuple[FieldMapping, ...],
        others: tuple[ColumnSuggestion, ...] | None = None,
    ) -> Suggestion:
        others = self.columns if others is None else others
        columns = tuple(column if old.header == column.header else old for old in others)
        mapping = _mapping(columns, given, self._schema, self._samples, self.mapping.name)
        return attrs.evolve(self, columns=columns, mapping=mapping, given=given)


def suggest(
    columns: Sequence[ColumnSample],
    schema: Schema,
    presets: Sequence[Preset] = (),
    saved: Mapping | None = None,
    accept_level: float = ACCEPT_LEVEL,
    labels: Iterable[tuple[str, str]] = (),
) -> Suggestion:
    """Suggest a field for each column: what was saved, then a preset that claims the file, then headers and cells.

    *labels* are (field, label): what else a product calls its own fields, in other languages.

    A field that holds one value is fed by one column, or by several that are joined (street and house number). Columns
    that no preset knows, in a file that one claims, are suggested and never accepted without asking, unless a field is
    named exactly.

    Pure: the same columns give the same answer.

    Raises:
        SettingsError: the saved mapping feeds a field that *schema* has not. A preset's entry for such a field is passed
            over, for presets come from elsewhere.
    """
    schema = schema.mappable
    samples = {column.header: Samples(column.texts) for column in columns}
    by_key: dict[str, str] = {}
    for column in columns:
        by_key.setdefault(header_key(column.header) or column.header, column.header)
    fixed: dict[str, ColumnSuggestion] = {}
    given: list[FieldMapping] = []
    missing: tuple[str, ...] = ()
    if saved is not None:
        for entry in saved.fields:
            schema[entry.field]  # raises, naming the field and those there are
        entries, dropped, missing = _resolved(saved, set(samples), by_key, schema)
        given.extend(entries)
        fixed.update(_fixed(entries, "saved", 1.0, accept_level))
        fixed.update({header: ColumnSuggestion(header=header, reason="dropped") for header in dropped})
    preset = _claiming(presets, by_key)
    if preset is not None:
        fed = {entry.field for entry in given if not schema[entry.field].many}
        entries, others, _ = _resolved(preset.mapping, set(samples) - set(fixed), by_key, schema)
        entries = [
            attrs.evolve(entry, confidence=PRESET_CONFIDENCE, reason="preset")
            for entry in entries
            if entry.field not in fed
        ]
        fixed.update({header: ColumnSuggestion(header=header, reason="other") for header in others})
        fixed.update(_fixed(entries, "preset", PRESET_CONFIDENCE, accept_level))
        given.extend(entries if accept_level <= PRESET_CONFIDENCE else ())
    ceiling = 1.0 if preset is None else min(0.8, accept_level - 0.01)
    open_columns = [column for column in columns if column.header not in fixed]
    called = {header_key(label): field for field, label in labels}
    options = candidates(open_columns, samples, schema, tuple(fixed), called)
    taken = {column.field for column in fixed.values() if column.field and not schema[column.field].many}
    taken |= {entry.field for entry in given if entry.constant is not None}
    found = _assigned(open_columns, options, taken, schema, ceiling, accept_level)
    ordered = tuple(fixed.get(column.header) or found[column.header] for column in columns)
    ordered = _sided(_whole(ordered), columns)
    name = (saved.name if saved is not None else None) or (preset.name if preset is not None else None)
    return Suggestion(
        columns=ordered,
        mapping=_mapping(ordered, tuple(given), schema, samples, name),
        preset=preset.name if preset is not None else None,
        missing=missing,
        schema=schema,
        samples=samples,
        given=tuple(given),
    )


def split_full_name(header: str) -> tuple[FieldMapping, FieldMapping]:
    """The two entries that take first and last name out of one column of full names."""
    return (
        FieldMapping(field="first_name", columns=(header,), part="first"),
        FieldMapping(field="last_name", columns=(header,), part="last"),
    )


def _claiming(presets: Iterable[Preset], by_key: dict[str, str]) -> Preset | None:
    """The preset with the most telling signature among those the file has whole; the first of equals."""
    best: Preset | None = None
    for preset in presets:
        whole = preset.signature and all((header_key(header) or header) in by_key for header in preset.signature)
        if whole and (best is None or len(preset.signature) > len(best.signature)):
            best = preset
    return best


def _resolved(
    mapping: Mapping, headers: set[str], by_key: dict[str, str], schema: Schema
) -> tuple[list[FieldMapping], list[str], tuple[str, ...]]:
    """Entries with this file's own headers, its dropped headers, and the headers it has not."""

    def own(header: str) -> str | None:
        if header in headers:
            return header
        other = by_key.get(header_key(header) or header)
        return other if other in headers else None

    entries: list[FieldMapping] = []
    missing: list[str] = []
    for entry in mapping.fields:
        if entry.field not in schema:
            continue
        found = tuple(dict.fromkeys(there for header in entry.columns if (there := own(header)) is not None))
        missing.extend(header for header in entry.columns if own(header) is None)
        if found or entry.constant is not None:
            entries.append(attrs.evolve(entry, columns=found))
    dropped = [there for header in mapping.dropped if (there := own(header)) is not None]
    return entries, dropped, tuple(dict.fromkeys(missing))


def _fixed(
    entries: Iterable[FieldMapping], reason: str, confidence: float, accept_level: float
) -> dict[str, ColumnSuggestion]:
    return {
        header: ColumnSuggestion(
            header=header,
            field=entry.field,
            confidence=confidence,
            reason=reason,
            accepted=reason == "saved" or confidence >= accept_level,
            slot=entry.field,
        )
        for entry in reversed(list(entries))
        for header in entry.columns
    }


def _assigned(
    columns: Sequence[ColumnSample],
    options: dict[str, list[Candidate]],
    taken: set[str],
    schema: Schema,
    ceiling: float,
    accept_level: float,
) -> dict[str, ColumnSuggestion]:
    """One column a field: the surest pair first, equals in column order."""
    order = {column.header: index for index, column in enumerate(columns)}
    rank = {field.name: index for index, field in enumerate(schema)}
    pairs = sorted(
        (
            (header, option)
            for header, found in options.items()
            for option in found
            if option.slot and not option.vetoed
        ),
        key=lambda pair: (-round(pair[1].score, 4), order[pair[0]], rank[_field_of(pair[1].slot)], pair[1].slot),
    )
    chosen: dict[str, Candidate] = {}
    used = set(taken)
    for header, option in pairs:
        if header in chosen or option.slot in used:
            continue
        own = options[header]
        if not own[0].slot and own[0].score >= option.score:
            continue
        chosen[header] = option
        field = _field_of(option.slot)
        if not schema[field].many and not option.slot.endswith("+line"):
            used.add(option.slot)
    answer: dict[str, ColumnSuggestion] = {}
    for column in columns:
        own = options[column.header]
        best = chosen.get(column.header)
        alternatives = tuple(
            (_field_of(other.slot), 0.2 if other.vetoed else round(other.score, 2))
            for other in own
            if other.slot and other is not best
        )[:3]
        if best is None:
            reason = _reason_for_none(own)
            answer[column.header] = ColumnSuggestion(header=column.header, reason=reason, alternatives=alternatives)
            continue
        score = best.score if best.reason == "exact" else min(best.score, ceiling)
        answer[column.header] = ColumnSuggestion(
            header=column.header,
            field=_field_of(best.slot),
            confidence=round(score, 2),
            reason=best.reason,
            accepted=round(score, 2) >= accept_level,
            alternatives=alternatives,
            slot=best.slot,
        )
    return answer


def _reason_for_none(own: Sequence[Candidate]) -> str:
    if not own:
        return "unknown"
    if not own[0].slot:
        return "other"
    return "values-differ" if own[0].vetoed else "taken"


def _whole(columns: tuple[ColumnSuggestion, ...]) -> tuple[ColumnSuggestion, ...]:
    """Columns that are parts of a value only where there is a value to be part of, and never surer than it."""
    bases = {column.slot: column for column in columns if column.slot and "+" not in column.slot}
    whole = []
    for column in columns:
        if column.slot and "+" in column.slot and not column.slot.endswith(_STANDS_ALONE):
            base = bases.get(_field_of(column.slot))
            if base is None or base.reason in {"saved", "preset"}:
                column = attrs.evolve(column, field=None, slot=None, confidence=0.0, reason="unknown", accepted=False)  # noqa: PLW2901
            elif not base.accepted:
                column = attrs.evolve(column, accepted=False, confidence=min(column.confidence, base.confidence))  # noqa: PLW2901
        whole.append(column)
    phone = [column for column in whole if column.slot in {"phone", "phone+country", "phone+area"}]
    if not all(column.accepted for column in phone):  # a number without its country's or its area's is another number
        least = min(column.confidence for column in phone)
        whole = [
            attrs.evolve(column, accepted=False, confidence=min(least, column.confidence))
            if column in phone
            else column
            for column in whole
        ]
    return tuple(whole)


def _sided(ordered: tuple[ColumnSuggestion, ...], columns: Sequence[ColumnSample]) -> tuple[ColumnSuggestion, ...]:
    """Balances beside a column that says debit or credit, and that feeds nothing: without it all would be debit."""
    sides = {
        known.header
        for known, column in zip(ordered, columns, strict=True)
        if known.field is None and known.reason != "dropped" and tells_sides(column.header, column.texts)
    }
    if not sides or all(column.field != "opening_balance" for column in ordered):
        return ordered
    return tuple(
        attrs.evolve(column, reason="sides")
        if column.header in sides
        else attrs.evolve(column, accepted=False, confidence=min(column.confidence, CONTAINED))
        if column.field == "opening_balance" and column.reason not in {"saved", "preset"}
        else column
        for column in ordered
    )


def _mapping(
    columns: Sequence[ColumnSuggestion],
    given: Sequence[FieldMapping],
    schema: Schema,
    samples: dict[str, Samples],
    name: str | None,
) -> Mapping:
    """What is accepted, in the schema's order."""
    entries: list[FieldMapping] = list(given)
    fed = {header for entry in given for header in entry.columns}
    single: dict[str, list[ColumnSuggestion]] = {}
    for column in columns:
        if not column.accepted or column.field is None or column.header in fed:
            continue
        if schema[column.field].many:
            entries.append(_entry([column], schema[column.field], samples))
        else:
            single.setdefault(column.field, []).append(column)
    entries.extend(_entry(parts, schema[field], samples) for field, parts in single.items())
    position = {field.name: index for index, field in enumerate(schema)}
    entries.sort(key=lambda entry: position[entry.field])
    dropped = tuple(column.header for column in columns if column.reason == "dropped")
    return Mapping(fields=tuple(entries), dropped=dropped, name=name)


def _entry(columns: Sequence[ColumnSuggestion], field: Field, samples: dict[str, Samples]) -> FieldMapping:
    ordered = sorted(columns, key=lambda column: _PART_ORDER.get((column.slot or "").partition("+")[2], 0))
    first = min(columns, key=lambda column: column.confidence)
    return attrs.evolve(
        entry_for(field, [samples[column.header] for column in ordered]),
        columns=tuple(column.header for column in ordered),
        join=", " if field.name == "address_2" else " ",
        confidence=first.confidence,
        reason=first.reason,
    )


def _field_of(slot: str) -> str:
    return slot.partition("+")[0]


_PART_ORDER = {"before": -1, "country": -2, "area": -1, "number": 1, "box": 2, "after": 1, "line": 1}
_STANDS_ALONE = "+line"
