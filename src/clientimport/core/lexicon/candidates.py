"""The fields each column may feed, weighed: what its header says, corrected by its cells and by the other headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Protocol

import attrs

from clientimport.core.lexicon.contradicting import ENOUGH, instead, names_more
from clientimport.core.lexicon.headers import header_key
from clientimport.core.lexicon.reading import WEAK, Guess, read_header
from clientimport.core.lexicon.samples import KINDS, YES_NO, Samples
from clientimport.core.mapping import FieldMapping
from clientimport.core.schema import BUILTIN_FIELDS, Field, Schema

EXACT = 0.97
SURE = 0.85
"""A header this sure names its field, whatever its cells are."""
STANDS = 0.86
"""How sure it is at least over cells that are all bad, where a bad cell becomes a finding."""
ASKED = 0.6
"""How sure over cells that are something else."""


class Column(Protocol):
    """A header and its cells."""

    @property
    def header(self) -> str: ...
    @property
    def texts(self) -> Sequence[str]: ...


@attrs.frozen
class Candidate:
    """A field that a column may feed.

    Attributes:
        slot: The field, ``field+part`` for a part of a joined value, ``""`` for no client field.
        score: 0 to 1.
        reason: ``exact``, ``alias``, ``fuzzy``, ``values`` or ``values-differ``.
        vetoed: The cells cannot be values of that field, and the header is not sure enough to stand against them.
    """

    slot: str
    score: float
    reason: str
    vetoed: bool = False


def candidates(
    columns: Sequence[Column],
    samples: Mapping[str, Samples],
    schema: Schema,
    known: Sequence[str] = (),
    called: Mapping[str, str] | None = None,
) -> dict[str, list[Candidate]]:
    """Candidates for each column, best first.

    *known* are headers already mapped, which count as neighbours only; *called* has fields by what else they are called, as
    ``header_key`` gives it.
    """
    found = {
        column.header: _candidates(column.header, samples[column.header], schema, called or {}) for column in columns
    }
    _names_in_context(columns, found)
    _house_numbers_in_context(columns, found, samples)
    _opening_in_context(found, known)
    if columns and not known:
        _codes_in_context(columns[0], found, samples, schema)
    return {
        header: sorted(options, key=lambda option: (option.vetoed, -option.score)) for header, options in found.items()
    }


def entry_for(field: Field, samples: Sequence[Samples]) -> FieldMapping:
    """An entry for *field* without columns: replacements for the words seen, a separator for fields that hold many."""
    values: dict[str, str] = {}
    words = {"kind": KINDS, "yes_no": YES_NO}.get(field.coercer)
    if words is not None:
        seen = {word for column in samples for word in column.words()}
        values = {word: words[word] for word in sorted(seen) if words.get(word, word) != word}
    split = None
    if field.many:
        texts = [text for column in samples for text in column.texts]
        marks = _SEPARATORS.get(field.coercer, ())
        split = next((mark for mark in marks if any(mark in text for text in texts)), None)
    return FieldMapping(field=field.name, values=values, split=split)


def _candidates(header: str, samples: Samples, schema: Schema, called: Mapping[str, str]) -> list[Candidate]:
    key = header_key(header)
    exact = [field for field in schema if key and key in {header_key(field.name), header_key(field.label)}]
    exact = exact or [field for field in schema if key and called.get(key) == field.name]
    options = [_weighed(Guess(field.name, EXACT, "exact"), samples, schema) for field in exact]
    guesses = read_header(header, fuzzy=not exact).guesses
    for guess in guesses:
        slot = "phone" if guess.slot == "phone+number" else guess.slot
        if any(option.slot == slot for option in options):
            continue
        if not slot:
            if not exact and all(option.vetoed for option in options):
                options.append(Candidate("", guess.score, guess.reason))
        elif slot.partition("+")[0] in schema:
            options.append(_weighed(guess._replace(slot=slot), samples, schema))
    if not options:
        options = [_weighed(guess, samples, schema) for guess in _by_values(samples) if guess.slot in schema]
    options = _settled(options, samples, schema)
    if samples.share("iban") >= 0.5 and not exact:
        return _beside_ibans(options, samples, schema)
    for option in options:
        if option.slot == "tax_number" and "vat_number" in schema and samples.share("eu_vat") >= 0.6:
            options.append(Candidate("vat_number", min(option.score + 0.01, 1.0), option.reason))
            break
    return options


def _weighed(guess: Guess, samples: Samples, schema: Schema) -> Candidate:
    """The guess after a look at the cells: contradicted, a little less sure, or confirmed."""
    field = schema[guess.slot.partition("+")[0]]
    score, reason = guess.score, guess.reason
    if not len(samples):
        score -= 0.03
        if field.coercer in {"kind", "choice"}:
            score = min(score, 0.7)
        return Candidate(guess.slot, score, reason)
    look, least = _LOOKS.get(guess.slot) or _COERCER_LOOKS.get(field.coercer) or ("filled", 0.0)
    if field.coercer == "choice" and field.choices:
        fit = samples.within(frozenset(choice.casefold() for choice in field.choices))
        least = 0.5
    else:
        fit = samples.share(look)
    if fit < least and not (field.coercer == "kind" and reason == "exact" and not _builtin(field)):
        return Candidate(guess.slot, score, reason, vetoed=True)
    score = _capped(guess.slot, score - 0.08 * (1 - fit), samples)
    if score < 0.86 and (guess.slot in {"phone+country", "phone+area"} or _proven(guess.slot, samples)):
        if reason == "alias":
            score = min(score + 0.12, 0.9)
        elif score > 0.75 and reason == "fuzzy":
            score += 0.08
    return Candidate(guess.slot, _capped(guess.slot, score, samples), reason)


def _capped(slot: str, score: float, samples: Samples) -> float:
    """Ids that repeat are a question, and so are countries' codes that nobody would dial."""
    if slot == "external_id" and len(samples) > 2 and samples.distinct() < 0.5:
        return min(score, 0.7)
    if slot == "phone+country" and samples.share("plus") < 0.5:
        return min(score, 0.8)
    return score


def _settled(options: list[Candidate], samples: Samples, schema: Schema) -> list[Candidate]:
    """Where the cells contradict all that a header may mean, what becomes of what it surely means.

    It stands, and the bad cells become findings. Cells that are unmistakably something else make it a question; the
    field that they seem to belong to comes first.
    """
    named = [
        option
        for option in options
        if option.reason == "exact"
        or (option.reason == "alias" and option.score >= SURE and not names_more(option.slot, samples))
    ]
    if not named or not all(option.vetoed for option in options):
        return options
    other = instead(named[0].slot, _coercer(named[0], schema), samples)
    if other is None:
        return [_standing(option, samples, schema) for option in named]
    better = [
        Candidate(field, ASKED + 0.06 - 0.02 * index, "values") for index, field in enumerate(other) if field in schema
    ]
    return [*better, _asked(named[0])]


def _standing(option: Candidate, samples: Samples, schema: Schema) -> Candidate:
    score = option.score - 0.08
    if option.score > WEAK or _coercer(option, schema) != "text":
        score = max(score, STANDS)
    return attrs.evolve(option, score=_capped(option.slot, score, samples), vetoed=False)


def _asked(option: Candidate) -> Candidate:
    return attrs.evolve(option, score=min(option.score, ASKED), reason="values-differ", vetoed=False)


def _beside_ibans(options: list[Candidate], samples: Samples, schema: Schema) -> list[Candidate]:
    """A column of bank accounts is no client field; where its header surely names one, that is a question.

    A few in a field that is checked later become findings instead.
    """
    sure = [option for option in options if option.slot and (option.score >= SURE or option.reason == "values-differ")]
    if not sure:
        return [Candidate("", 0.95, "values")]
    few = len(samples) < ENOUGH
    return [option if few and _coercer(option, schema) != "text" else _asked(option) for option in sure]


def _coercer(option: Candidate, schema: Schema) -> str:
    return schema[option.slot.partition("+")[0]].coercer


def _proven(slot: str, samples: Samples) -> bool:
    """Whether the cells alone leave little else that the column could be."""
    proof = _PROOFS.get(slot)
    return proof is not None and len(samples) > 1 and samples.share(proof[0]) >= proof[1]


def _by_values(samples: Samples) -> list[Guess]:
    """What cells say under a header that says nothing; never sure, for an e-mail column may be a colleague's."""
    if len(samples) < 2:
        return []
    if samples.share("email") >= 0.9:
        return [Guess("email", 0.7, "values"), Guess("other_emails", 0.68, "values")]
    if samples.share("website") >= 0.9:
        return [Guess("website", 0.68, "values")]
    if samples.share("eu_vat") >= 0.6:
        return [Guess("vat_number", 0.7, "values")]
    if samples.share("dialled") >= 0.8 and samples.share("plus") > 0:
        return [Guess("phone", 0.66, "values"), Guess("other_phones", 0.64, "values")]
    if len(samples) > 2 and samples.share("country") >= 0.95:
        return [Guess("country", 0.6, "values")]
    if samples.share("legal_form") >= 0.3 and samples.share("lettered") >= 0.8:
        return [Guess("name", 0.6, "values")]
    return []


def _names_in_context(columns: Sequence[Column], found: dict[str, list[Candidate]]) -> None:
    """A bare "name" beside a first name is the last name, unless its cells hold the first names too.

    A contact's name counts as the client's where nothing else names the client, and only as a question.
    """
    firsts = [column for column in columns if _sure(found[column.header], "first_name")]
    lasts = [column for column in columns if _sure(found[column.header], "last_name")]
    for column in columns:
        options = found[column.header]
        key = header_key(column.header)
        slots = {option.slot for option in options}
        if {"name", "first_name"} <= slots:
            favoured = "first_name" if [last for last in lasts if last is not column] else "name"
            found[column.header] = [
                _moved(option, 0.05 if option.slot == favoured else -0.15) for option in options if option.slot
            ]
        elif key in _BARE_NAMES and "name" in slots and firsts and not lasts and not _holds(column, firsts[0]):
            score = max(option.score for option in options if option.slot == "name") - 0.03
            vetoed = any(option.vetoed for option in options if option.slot == "name")
            found[column.header] = [
                Candidate("last_name", score, "alias", vetoed),
                *(_moved(option, -0.2) for option in options if option.slot == "name"),
            ]
    if not any(
        _sure(options, name, 0.7) for options in found.values() for name in ("name", "company_name", "last_name")
    ):
        for column in columns:
            if header_key(column.header) in _CONTACT_NAMES:
                found[column.header] = [Candidate("name", 0.8, "alias")]


def _house_numbers_in_context(
    columns: Sequence[Column], found: dict[str, list[Candidate]], samples: Mapping[str, Samples]
) -> None:
    """A bare "no" straight after a street is the house number."""
    for before, column in pairwise(columns):
        own = samples[column.header]
        if (
            header_key(column.header) in _BARE_NUMBERS
            and _sure(found[before.header], "address")
            and own.share("house") >= 0.6
        ):
            found[column.header] = [Candidate("address+number", 0.92, "alias")]


def _codes_in_context(
    first: Column, found: dict[str, list[Candidate]], samples: Mapping[str, Samples], schema: Schema
) -> None:
    """Codes that never repeat in the first column, under a header that says nothing, may be client numbers."""
    own = samples[first.header]
    if (
        not found[first.header]
        and "external_id" in schema
        and len(own) > 2
        and own.distinct() == 1
        and own.share("code") == 1
    ):
        found[first.header] = [Candidate("external_id", 0.6, "values")]


def _opening_in_context(found: dict[str, list[Candidate]], known: Sequence[str]) -> None:
    """A balance date or a currency is only accepted beside a balance."""
    if known or any(_sure(options, "opening_balance", 0.85) for options in found.values()):
        return
    for header, options in found.items():
        found[header] = [
            attrs.evolve(option, score=min(option.score, 0.7))
            if option.slot in {"opening_date", "opening_currency"}
            else option
            for option in options
        ]


def _sure(options: Sequence[Candidate], slot: str, least: float = 0.8) -> bool:
    """Whether *slot* is the column's best candidate, and a good one."""
    best = max((option for option in options if not option.vetoed), key=lambda option: option.score, default=None)
    return best is not None and best.slot == slot and best.score >= least


def _moved(option: Candidate, by: float) -> Candidate:
    return attrs.evolve(option, score=max(0.0, min(option.score + by, 1.0)))


def _holds(whole: Column, first: Column) -> bool:
    """Whether *whole*'s cells hold *first*'s, row by row, in half of the rows or more."""
    pairs = [(a.casefold(), b.casefold().strip()) for a, b in zip(whole.texts, first.texts, strict=False) if b.strip()]
    return bool(pairs) and sum(first_name in name for name, first_name in pairs) * 2 >= len(pairs)


def _builtin(field: Field) -> bool:
    return any(field.name == other.name for other in BUILTIN_FIELDS)


_BARE_NAMES = frozenset(map(header_key, ("name", "naam", "nom", "الاسم", "اسم")))
_BARE_NUMBERS = frozenset(
    map(header_key, ("nr", "no", "n°", "nº", "num", "nummer", "number", "numéro", "número", "#", "رقم"))
)
_CONTACT_NAMES = frozenset(
    map(
        header_key,
        ("contact", "contact name", "contact person", "contactpersoon", "ansprechpartner", "kontakt", "contacto"),
    )
)
_SEPARATORS = MappingProxyType(
    {
        "email": (":::", ";", ",", "|", "/"),
        "phone": (":::", ";", "|"),
        "tags": (":::", ";", ",", "|"),
        "text": (":::", ";", "|"),
    }
)
_COERCER_LOOKS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "amount": ("amount", 0.6),
        "company_number": ("number", 0.5),
        "country": ("country", 0.5),
        "currency": ("currency", 0.5),
        "date": ("date", 0.5),
        "email": ("email", 0.5),
        "kind": ("kind", 0.6),
        "language": ("language", 0.5),
        "national_number": ("number", 0.5),
        "phone": ("phone", 0.5),
        "tax_number": ("number", 0.5),
        "vat_number": ("vat", 0.5),
        "yes_no": ("yes_no", 0.6),
    }
)
_LOOKS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "name": ("lettered", 0.6),
        "first_name": ("lettered", 0.6),
        "last_name": ("lettered", 0.6),
        "last_name+before": ("place", 0.6),
        "company_name": ("lettered", 0.6),
        "address": ("street", 0.5),
        "address+number": ("house", 0.5),
        "address+box": ("short", 0.6),
        "phone+country": ("dial", 0.8),
        "phone+area": ("area", 0.8),
        "postal_code": ("postal", 0.5),
        "city": ("place", 0.6),
        "region": ("region", 0.6),
        "website": ("website", 0.5),
        "external_id": ("reference", 0.5),
        "notes": ("not_contact", 0.5),
        "tags": ("not_contact", 0.5),
    }
)
"""What the cells of a slot must look like, and the share of them that must."""
_PROOFS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "email": ("email", 0.8),
        "website": ("website", 0.9),
        "vat_number": ("eu_vat", 0.6),
        "birth_date": ("old_date", 0.8),
        "phone": ("dialled", 0.8),
        "mobile": ("dialled", 0.8),
        "country": ("country", 0.9),
        "kind": ("kind", 0.9),
        "opening_currency": ("currency", 0.9),
    }
)
