"""Files that we write for people to edit and give back: headings that are known again, and cells that come back as they went.

Such a file is known by its column of clients' ids. Its headings alone say what its columns are, whatever stands below them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from clientimport.core.mapping import FieldMapping
from clientimport.core.mapping import Mapping as ColumnMapping
from clientimport.core.schema import CLIENT, Field, Schema
from clientimport.errors import SettingsError
from clientimport.messages import LANGUAGES, Messages
from clientimport.reports.neutral import MARK, is_own

if TYPE_CHECKING:
    from clientimport.core.plan import Value
    from clientimport.core.profile import Profile
    from clientimport.core.suggesting import ColumnSample, Suggestion

SPLIT: Mapping[str, str] = {"email": ";", "phone": ";", "tags": ";"}
"""Coercer -> what stands between the values of one cell; others have each value on a line of its own."""

_IN_TAGS = frozenset(",;|\n")


class Headings:
    """What the columns of our own files are called under a profile, and what such a heading means.

    Args:
        schema: The fields.
        profile: Its template's headings come first, then its labels.
        lang: Language of the headings; those of all languages are understood.

    Raises:
        SettingsError: no texts in that language.
    """

    def __init__(self, schema: Schema, profile: Profile, lang: str = "en") -> None:
        self._messages = Messages(lang, profile, fields=schema)
        self._own = {column.field: column.header for column in profile.template.columns if column.header}
        self._meant: dict[str, str] = {_key(MARK): CLIENT}
        fields = [field.name for field in schema if field.mappable]
        for field, header in self._own.items():
            self._meant.setdefault(_key(header), field)
        for name in fields:
            self._meant.setdefault(_key(name), name)
        for each in (lang, *LANGUAGES):
            words = Messages(each, profile, fields=schema)
            for name in fields:
                self._meant.setdefault(_key(words.field(name)), name)
        for name in fields:
            self._meant.setdefault(_key(f"field {name}"), name)

    def of(self, field: str) -> str:
        """The heading of a field's column: the template's, else its label, else a name that nothing else has."""
        if field == CLIENT:
            return MARK
        words = (self._own.get(field, ""), self._messages.field(field), field)
        return next((word for word in words if word and self.meant(word) == field), f"field {field}")

    def meant(self, header: str) -> str | None:
        """The field whose column is called *header*, if it is a field's."""
        return self._meant.get(_key(header))

    def other(self, wanted: str, taken: Sequence[str]) -> str:
        """A heading for a column that feeds no field: *wanted*, numbered if it means one or is *taken*."""
        keys = {_key(header) for header in taken}
        found, number = wanted, 1
        while self.meant(found) is not None or _key(found) in keys:
            number += 1
            found = f"{wanted} ({number})"
        return found


def chosen(key: str, names: Sequence[str], allowed: Sequence[str], one: str) -> list[str]:
    """The columns or fields that a host wants, in its order; *one* is what each is called.

    Raises:
        SettingsError: there is none, one that does not exist, or one twice; names *key*.
    """
    if isinstance(names, str) or not names:
        raise SettingsError(key, names, wanted=f"a list of {one}s", allowed=allowed)
    for name in names:
        if name not in allowed:
            raise SettingsError(key, name, allowed=allowed)
        if list(names).count(name) > 1:
            raise SettingsError(key, name, wanted=f"each {one} once")
    return list(names)


def own_labels(profile: Profile) -> list[tuple[str, str]]:
    """(field, label) of every field that *profile* has besides the built-in ones, in every language."""
    spoken = [Messages(lang, profile) for lang in LANGUAGES]
    return [(field.name, messages.field(field.name)) for field in profile.fields for messages in spoken]


def own_suggestion(columns: Sequence[ColumnSample], schema: Schema, profile: Profile) -> Suggestion | None:
    """What the columns of one of our files are, by their headings alone; ``None`` for any other file."""
    if not is_own([column.header for column in columns]):
        return None
    from clientimport.core.lexicon.samples import Samples
    from clientimport.core.suggesting import ColumnSuggestion, Suggestion

    headings = Headings(schema, profile)
    found: dict[str, ColumnSample] = {}
    for column in columns:
        field = headings.meant(column.header)
        if field is not None and field not in found:
            found[field] = column
    fields = {column.header: field for field, column in found.items()}
    suggestions = []
    for column in columns:
        field = fields.get(column.header)
        suggestion = ColumnSuggestion(header=column.header, reason="other")
        if field is not None:
            suggestion = attrs.evolve(
                suggestion, field=field, confidence=1.0, reason="exact", accepted=True, slot=field
            )
        suggestions.append(suggestion)
    words = {column.field: column.choices for column in profile.template.columns}
    entries = [_entry(found[field.name], field, words.get(field.name, {})) for field in schema if field.name in found]
    return Suggestion(
        columns=tuple(suggestions),
        mapping=ColumnMapping(fields=entries),
        schema=schema.mappable,
        samples={column.header: Samples(column.texts) for column in columns},
    )


@attrs.frozen
class Cells:
    """How a field's values stand in cells.

    Attributes:
        field: The field.
        words: Value as text -> the word for it; values without one stand as they are kept.
        most: Longest text that a cell can hold, in the units that spreadsheet programs count; ``None``: any.
    """

    field: Field
    words: Mapping[str, str] = {}
    most: int | None = None

    def text(self, value: Value) -> str | None:
        """What stands in the cell; ``None`` if nothing could that comes back as *value*."""
        if value is None:
            return ""
        if isinstance(value, list):
            text = self._together(value)
        elif isinstance(value, bool):
            text = "yes" if value else "no"
            text = self.words.get(text, text)
        else:
            text = value if isinstance(value, str) else str(value)
            if self.words:
                text = self.words.get(text, text)
        if text is None or self.most is None or 2 * len(text) <= self.most:
            return text
        return text if len(text.encode("utf-16-le")) <= 2 * self.most else None

    def _together(self, values: Sequence[str]) -> str | None:
        split = SPLIT.get(self.field.coercer, "\n")
        for value in values:
            if split in value or (self.field.coercer == "tags" and not _IN_TAGS.isdisjoint(value)):
                return None
        return (split if split == "\n" else f"{split} ").join(values)


def _entry(column: ColumnSample, field: Field, words: Mapping[str, str]) -> FieldMapping:
    """How the column of one field is read."""
    from clientimport.core.lexicon.candidates import entry_for
    from clientimport.core.lexicon.samples import Samples

    entry = entry_for(field, [Samples(column.texts)])
    split = SPLIT.get(field.coercer, "\n") if field.many else None
    if split == ";" and entry.split is not None:  # people may have typed another one
        split = entry.split
    format_ = "." if field.coercer == "amount" and not field.opening and _plain(column.texts) else None
    return attrs.evolve(
        entry, columns=(column.header,), values={**entry.values, **words}, split=split, format=format_, reason="exact"
    )


def _plain(texts: Sequence[str]) -> bool:
    """Whether all amounts are written as we write them."""
    return all(text.removeprefix("-").replace(".", "", 1).isdecimal() for text in texts if text)


def _key(header: str) -> str:
    from clientimport.core.lexicon.headers import header_key

    return header_key(header) or header.strip().casefold()
