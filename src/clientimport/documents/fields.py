"""Fields that a profile declares, as TOML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from clientimport.core.schema import Field
from clientimport.documents.tables import list_, table, text, texts, yes_no
from clientimport.errors import SettingsError

_KEYS = ("name", "coercer", "label", "many", "scheme", "compare", "choices", "max_length")


def fields_from_list(data: object) -> tuple[Field, ...]:
    """Fields from plain data: each a table with ``name`` and what else ``Field`` takes for one that columns may feed.

    Raises:
        SettingsError: a key or value is not one of those allowed; names it.
    """
    return tuple(_field(entry) for entry in list_("fields", data))


def fields_to_list(fields: Iterable[Field]) -> list[dict[str, Any]]:
    """Plain data that ``fields_from_list`` reads back to equal fields; what is usual is left out."""
    usual = attrs.asdict(Field(name="usual"))
    return [
        {
            key: list(value) if isinstance(value, tuple) else value
            for key in _KEYS
            if (value := getattr(field, key)) != usual[key]
        }
        for field in fields
    ]


def _field(entry: object) -> Field:
    found = table("fields", entry, _KEYS)
    key = f"fields.{found.get('name')}"
    usual = Field(name="usual")
    longest = found.get("max_length", usual.max_length)
    if not isinstance(longest, int) or isinstance(longest, bool) or longest < 1:
        raise SettingsError(f"{key}.max_length", longest, wanted="a whole number above 0")
    return Field(
        name=found.get("name", ""),
        coercer=text(f"{key}.coercer", found.get("coercer", usual.coercer)),
        label=text(f"{key}.label", found.get("label", "")),
        many=yes_no(f"{key}.many", found.get("many", False)),
        scheme=None if found.get("scheme") is None else text(f"{key}.scheme", found["scheme"]),
        compare=found.get("compare", usual.compare),
        choices=texts(f"{key}.choices", found.get("choices", [])),
        max_length=longest,
    )
