"""A batch of raw texts into values, flags and keys: map, coerce, check. Pure and picklable, so any executor can run it."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from collections.abc import Sequence
from typing import Any, NamedTuple

import attrs

from clientimport.core.cells.amounts import currency_in
from clientimport.core.coercion import Coerced, Coercer, CoercionContext
from clientimport.core.findings import CODES, Flag
from clientimport.core.lexicon.amount_headers import currencies_named
from clientimport.core.listing import ListRule
from clientimport.core.mapping import FieldMapping, Mapping
from clientimport.core.money import decimals, quantised_text
from clientimport.core.naming import PARTS, made_name
from clientimport.core.profile import Listed, Profile
from clientimport.core.rules import Rule
from clientimport.core.schema import CLIENT, Field, Schema
from clientimport.core.settings import Settings
from clientimport.core.text import clean_column
from clientimport.errors import PluginError, SettingsError, raised

FORMATS: MappingABC[str, tuple[str, ...]] = {"date": ("DMY", "MDY", "YMD"), "amount": (",", ".")}
"""The formats a column of a coercer may have; coercers not named have none."""


class Interpreted(NamedTuple):
    """A batch after mapping, coercion and rules.

    Attributes:
        values: A row a record, in the order of ``Interpreter.fields``; ``None`` is blank or unreadable.
        columns: The same values, a column a field.
        flags: Row index -> ``[code, severity letter, field, raw column, params]``, only for rows that have any.
        refused: Row indexes with at least one error.
        pending: Row index -> raw column indexes whose reading waits for an answer.
    """

    values: list[tuple[Any, ...]]
    columns: Sequence[Sequence[Any]]
    flags: dict[int, list[list[Any]]]
    refused: set[int]
    pending: dict[int, list[int]]


@attrs.frozen
class _Entry:
    """One feed of one field, resolved against the raw columns."""

    mapping: FieldMapping
    field: Field
    coercer: Coercer
    columns: tuple[int, ...]
    values: dict[str, str]
    slot: int


class Interpreter:
    """Compiled once a plan from mapping, schema, profile and settings; then called with batches of raw columns.

    Attributes:
        raw_headers: The mapped columns, in file order: what a raw row holds.
        fields: Names of the values it gives, in schema order.
        sources: Field -> header of the column it mainly comes from.

    Raises:
        SettingsError: the mapping names a field or format that does not exist.
    """

    def __init__(
        self,
        headers: Sequence[str],
        mapping: Mapping,
        *,
        schema: Schema,
        coercers: MappingABC[str, Coercer],
        rules: Sequence[Rule],
        profile: Profile,
        settings: Settings,
        owners: MappingABC[tuple[str, str], str | None] | None = None,
    ) -> None:
        known = set(headers)
        used = {header for entry in mapping.fields for header in entry.columns if header in known}
        self.missing: tuple[tuple[str, str], ...] = tuple(
            (entry.field, header) for entry in mapping.fields for header in entry.columns if header not in known
        )
        self.raw_headers: tuple[str, ...] = tuple(header for header in headers if header in used)
        self.profile = profile
        self._settings = settings
        self._rules = tuple(rules)
        self._owners = dict(owners or {})
        severities = dict(CODES)
        for rule in rules:
            severities.update(rule.codes)
        self._letters: dict[str, str | None] = {code: severity.value[0] for code, severity in severities.items()}
        self._letters.update({code: weight and weight.value[0] for code, weight in profile.severities.items()})

        live = [entry for entry in mapping.fields if entry.constant is not None or set(entry.columns) & used]
        for entry in live:
            _check_format(entry, schema[entry.field])
        names = {entry.field for entry in live}
        self._names_derived = "name" not in names and bool(names & set(PARTS))
        if self._names_derived:
            names.add("name")
        if "opening_balance" in names:
            names.add("opening_currency")
        names.update(each.field for each in profile.choose)
        self.derived: frozenset[str] = frozenset(("name",) if self._names_derived else ())
        self.fields: tuple[str, ...] = tuple(field.name for field in schema if field.name in names)
        matching = {rung.scheme for rung in profile.ladder if rung.exclusive}
        self._identifying = tuple(
            name for name in self.fields if name in ("name", CLIENT) or schema[name].scheme in matching
        )
        slot = {name: index for index, name in enumerate(self.fields)}
        self._slot = slot
        position = {header: index for index, header in enumerate(self.raw_headers)}
        entries = [
            _Entry(
                entry,
                schema[entry.field],
                coercers[schema[entry.field].coercer],
                tuple(position[header] for header in entry.columns if header in position),
                {key.strip().casefold(): value for key, value in entry.values.items()},
                slot[entry.field],
            )
            for entry in live
        ]
        # the country of a record decides how its numbers are read, so it is read first
        self.entries: tuple[_Entry, ...] = tuple(sorted(entries, key=lambda entry: entry.field.name != "country"))
        self.sources: dict[str, str] = {
            entry.field.name: self.raw_headers[entry.columns[0]] for entry in reversed(self.entries) if entry.columns
        }
        self._echoes = self.echoes
        self._named_currency = self._currency_of_header()
        self.formats: dict[int, tuple[str | None, bool]] = {
            index: (entry.mapping.format, entry.mapping.format is not None)
            for index, entry in enumerate(self.entries)
            if entry.field.coercer in FORMATS
        }

    @property
    def echoes(self) -> tuple[int | None, ...]:
        """For each raw column the value its text may already be, ``None`` where it cannot."""
        found: list[int | None] = [None] * len(self.raw_headers)
        for entry in self.entries:
            if len(entry.columns) == 1 and not entry.field.many:
                found[entry.columns[0]] = entry.slot
        return tuple(found)

    def compact(
        self, raws: Sequence[Sequence[str]], values: Sequence[Sequence[Any]], size: int
    ) -> Sequence[Sequence[str | None]]:
        """Raw rows without the texts that stand among the values letter for letter; given are both as columns."""
        if not raws:
            return [()] * size
        nothing = [None] * size
        columns: list[Sequence[str | None]] = []
        for raw, echo in zip(raws, self._echoes, strict=True):
            if echo is None:
                columns.append(raw)
            elif list(raw) == values[echo]:  # a column of texts without blanks: far quicker than cell by cell
                columns.append(nothing)
            else:
                cells = zip(raw, values[echo], strict=True)
                columns.append([None if text == value else text for text, value in cells])
        return list(zip(*columns, strict=True))

    def with_formats(self, formats: MappingABC[int, tuple[str | None, bool]]) -> Interpreter:
        """A copy that reads the columns of *formats* (entry index -> format, strict) so."""
        other = object.__new__(Interpreter)
        other.__dict__ = {**self.__dict__, "formats": {**self.formats, **formats}}
        return other

    @property
    def listed(self) -> MappingABC[str, Sequence[str]]:
        """The lists that somebody gave."""
        return next((rule.entries for rule in self._rules if isinstance(rule, ListRule)), {})

    @property
    def unlisted(self) -> list[Listed]:
        """The fields that should be looked up in a list that nobody gave."""
        return [each for each in self.profile.lists if each.name not in self.listed and each.field in self.fields]

    def letter(self, code: str) -> str | None:
        """The first letter of the code's severity under this profile; ``None`` where it is silenced."""
        return self._letters.get(code, "e")

    def texts(self, entry: _Entry, columns: Sequence[Sequence[str]], size: int) -> list[str]:
        """The cleaned text each record gives to *entry*, before it is read as a value."""
        mapping = entry.mapping
        if mapping.constant is not None:
            return [mapping.constant] * size
        if len(entry.columns) == 1:
            texts = clean_column(columns[entry.columns[0]])
        else:
            parts = zip(*(clean_column(columns[index]) for index in entry.columns), strict=True)
            texts = [mapping.join.join(filter(None, cells)) for cells in parts]
        if mapping.part is not None:
            texts = [_part(text, mapping.part) for text in texts]
        if entry.values:
            replace = entry.values
            texts = [replace.get(text.casefold(), text) for text in texts]
        return texts

    def __call__(self, columns: Sequence[Sequence[str]], size: int, source_flags: Sequence[Flag] = ()) -> Interpreted:
        """Read a batch of *size* records, given as its raw columns; the flags' columns count within them."""
        batch = _Batch(
            size,
            self.profile,
            self.fields,
            self._identifying,
            [None] * len(self.fields),
            set(),
            {},
            set(),
            self._letters,
        )
        pending: dict[int, list[int]] = {}
        refused: dict[int, list[int]] = {}
        for flag in source_flags:
            field = flag.field
            if flag.column is not None and field is None:
                field = next((entry.field.name for entry in self.entries if flag.column in entry.columns), None)
            batch.flag(flag.row, flag.code, field, flag.column, flag.params)
            if flag.column is not None and self.letter(flag.code) == "e":
                refused.setdefault(flag.column, []).append(flag.row)
        countries: Sequence[str | None] = [self._settings.default_country] * size
        for index, entry in enumerate(self.entries):
            texts = self.texts(entry, columns, size)
            for column in entry.columns:
                for row in refused.get(column, ()):  # "#REF!" is no amount, and saying so twice helps nobody
                    texts[row] = ""
            if not any(texts):
                continue
            format_, strict = self.formats.get(index, (None, False))
            context = CoercionContext(
                field=entry.field.name,
                countries=countries,
                format=format_,
                strict=strict,
                choices=entry.field.choices,
                max_length=entry.field.max_length,
            )
            if entry.field.name == "opening_balance":
                batch.amount_texts = texts
            values, flags, waiting = self._coerce(entry, texts, context)
            only = entry.columns[0] if len(entry.columns) == 1 else None
            for row, code, params in flags:
                batch.flag(row, code, entry.field.name, only, params)
            for row in waiting:
                pending.setdefault(row, []).append(entry.columns[0])
            batch.put(entry, values)
            if entry.field.name == "country":
                default = self._settings.default_country
                countries = [value or default for value in batch.columns[entry.slot]]  # type: ignore[union-attr]
        self._derive(batch)
        for rule in self._rules:
            for flag in self._check(rule, batch):
                at = flag.column
                if at is None and flag.field in self.sources:
                    at = self.raw_headers.index(self.sources[flag.field])
                batch.flag(flag.row, flag.code, flag.field, at, flag.params)
        blank: Sequence[Any] = [None] * size
        read: list[Sequence[Any]] = [column or blank for column in batch.columns]
        rows = list(zip(*read, strict=True)) if read else [()] * size
        return Interpreted(rows, read, batch.flags, batch.errors, pending)

    def _coerce(self, entry: _Entry, texts: list[str], context: CoercionContext) -> Coerced:
        try:
            found = _coerce(entry, texts, context)
            if len(found.values) == len(texts):
                return found
            original: Exception | None = None
            problem = f"gave {len(found.values)} values for {len(texts)} texts"
        except Exception as error:  # noqa: BLE001  # a plugin's fault, whose text may hold what people typed
            problem, original = raised(error), error
        raise self._fault("coercer", entry.field.coercer, problem, original)

    def _check(self, rule: Rule, batch: _Batch) -> list[Flag]:
        try:
            flags = list(rule.check(batch))
            original: Exception | None = None
            undeclared = sorted({flag.code for flag in flags if flag.code not in rule.codes})
            if not undeclared and all(0 <= flag.row < batch.size for flag in flags):
                return flags
            problem = (
                f"used the undeclared code {undeclared[0]}" if undeclared else "flagged a row that is not in the batch"
            )
        except Exception as error:  # noqa: BLE001  # as above
            problem, original = raised(error), error
        raise self._fault("rule", rule.name, problem, original)

    def _fault(self, kind: str, name: str, problem: str, original: Exception | None) -> PluginError:
        """Whose coercer or rule failed. Planning on without it would let bad data through, so it stops the plan."""
        return PluginError(
            self._owners.get((kind, name)) or "clientimport", f"{kind} {name}", problem, original=original
        )

    def _derive(self, batch: _Batch) -> None:
        """What follows from other fields: a name that no column feeds, the currency and the cents of an opening balance."""
        slot = self._slot
        if self._names_derived:
            company, first, last = (batch.values(name) or [None] * batch.size for name in PARTS)
            batch.columns[slot["name"]] = list(map(made_name, company, first, last))
        amounts = batch.values("opening_balance")
        if amounts is not None:
            given = self._currencies(batch, amounts)
            currencies: list[Any] = [None] * batch.size
            exact: list[Any] = [None] * batch.size
            column = self._column("opening_balance")
            for row, amount in enumerate(amounts):
                if amount is None:
                    continue
                currency = currencies[row] = given[row] or self._settings.default_currency
                text = exact[row] = quantised_text(amount, currency)
                if text is None:
                    batch.flag(
                        row,
                        "amount-decimals",
                        "opening_balance",
                        column,
                        {"currency": currency, "decimals": decimals(currency)},
                    )
            batch.columns[slot["opening_balance"]] = exact
            batch.columns[slot["opening_currency"]] = currencies

    def _currencies(self, batch: _Batch, amounts: Sequence[Any]) -> Sequence[str | None]:
        """The currency of each opening balance: its column's, or what stands beside the amount or in its header."""
        given: list[str | None] = list(batch.values("opening_currency") or [None] * batch.size)
        column = self._column("opening_balance")
        named = self._named_currency
        for row, known in enumerate(given) if named else ():
            if amounts[row] is None or (known is None and currency_in(batch.amount_texts[row], "")[0]):
                continue
            _, inside = currency_in(f"1 {named}", known or self._settings.default_currency)
            if known is None and inside:
                given[row] = inside
            elif known is None:
                batch.flag(row, "currency-unclear", "opening_balance", column, {"sign": named})
            elif inside != known:
                batch.flag(
                    row, "currency-differs", "opening_balance", column, {"inside": inside or named, "given": known}
                )
        for row, text in enumerate(batch.amount_texts):
            if not text or amounts[row] is None:
                continue
            known = given[row]
            sign, inside = currency_in(text, known or self._settings.default_currency)
            if not sign or inside == known:
                continue
            if known is not None:
                params = {"inside": inside or sign, "given": known}
                batch.flag(row, "currency-differs", "opening_balance", column, params)
            elif inside:
                given[row] = inside
            else:
                batch.flag(row, "currency-unclear", "opening_balance", column, {"sign": sign})
        return given

    def _currency_of_header(self) -> str:
        """The currency or sign that the header of the opening balances names, unless a person said one for them all."""
        if any(entry.field.name == "opening_currency" and not entry.columns for entry in self.entries):
            return ""
        named = currencies_named(self.sources.get("opening_balance", ""))
        return named[0] if len(named) == 1 else ""

    def _column(self, field: str) -> int | None:
        header = self.sources.get(field)
        return None if header is None else self.raw_headers.index(header)


@attrs.define
class _Batch:
    """The batch as rules see it, and where its flags gather."""

    size: int
    profile: Profile
    fields: Sequence[str]
    identifying: Sequence[str]
    columns: list[list[Any] | None]
    errors: set[int]
    flags: dict[int, list[list[Any]]]
    refusals: set[tuple[int, str]]
    letters: MappingABC[str, str | None]
    amount_texts: Sequence[str] = ()

    def values(self, field: str) -> Sequence[Any] | None:
        if field not in self.fields:
            return None
        column = self.columns[self.fields.index(field)]
        return [None] * self.size if column is None else column

    def refused(self, row: int, field: str) -> bool:
        return (row, field) in self.refusals

    def flag(self, row: int, code: str, field: str | None, column: int | None, params: MappingABC[str, Any]) -> None:
        letter = self.letters.get(code, "e")
        if letter is None:
            return
        self.flags.setdefault(row, []).append([code, letter, field, column, dict(params)])
        if letter == "e":
            self.errors.add(row)
            if field is not None:
                self.refusals.add((row, field))

    def put(self, entry: _Entry, values: list[Any]) -> None:
        """Give a field its values; a second feed of a field that holds many adds to the first."""
        if entry.field.many:
            values = [value if value is None or isinstance(value, list) else [value] for value in values]
        before = self.columns[entry.slot]
        if before is not None:
            values = [
                _united(old, new) if entry.field.many else (new if old is None else old)
                for old, new in zip(before, values, strict=True)
            ]
        self.columns[entry.slot] = values


def _coerce(entry: _Entry, texts: list[str], context: CoercionContext) -> Coerced:
    split = entry.mapping.split
    if split is None or not entry.field.many:
        return Coerced(*entry.coercer(texts, context))
    owners: list[int] = []
    pieces: list[str] = []
    for row, text in enumerate(texts):
        for piece in text.split(split):
            if stripped := piece.strip():
                owners.append(row)
                pieces.append(stripped)
    inner = attrs.evolve(context, countries=[context.countries[row] for row in owners])
    values, flags, waiting = entry.coercer(pieces, inner)
    united: list[Any] = [None] * len(texts)
    for owner, value in zip(owners, values, strict=True):
        if value is not None:
            united[owner] = _united(united[owner], value if isinstance(value, list) else [str(value)])
    return Coerced(
        united, [(owners[row], code, params) for row, code, params in flags], [owners[row] for row in waiting]
    )


def _united(old: list[str] | None, new: list[str] | None) -> list[str] | None:
    """Both lists' values once each, in order."""
    if not old or not new:
        return old or new
    return list(dict.fromkeys((*old, *new)))


def _part(text: str, part: str) -> str:
    """One side of a full name: around the comma of ``Last, First``, else the last word against the rest."""
    if "," in text:
        last, _, first = text.partition(",")
        return first.strip() if part == "first" else last.strip()
    first, _, last = text.rpartition(" ")
    return first if part == "first" else last


def _check_format(entry: FieldMapping, field: Field) -> None:
    if entry.format is None:
        return
    allowed = FORMATS.get(field.coercer)
    key = f"fields.{field.name}.format"
    if allowed is None:
        raise SettingsError(key, entry.format, wanted="no format: only dates and amounts have one")
    if entry.format not in allowed:
        raise SettingsError(key, entry.format, allowed=allowed)
