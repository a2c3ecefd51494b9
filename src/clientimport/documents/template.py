"""A profile's import template as TOML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clientimport.core.profile import TemplateColumn, TemplateStyle
from clientimport.documents.tables import list_, table, text, words, yes_no
from clientimport.errors import SettingsError


def template_from_dict(data: object) -> TemplateStyle:
    """A template from plain data: ``columns``, ``note``, ``most``.

    Raises:
        SettingsError: a key or value is not one of those allowed; names it.
    """
    found = table("template", data, ("columns", "note", "most"))
    return TemplateStyle(
        columns=tuple(_column(entry) for entry in list_("template.columns", found.get("columns", []))),
        note=text("template.note", found.get("note", "")),
        most=found.get("most", TemplateStyle().most),
    )


def template_to_dict(template: TemplateStyle) -> dict[str, Any]:
    """Plain data that ``template_from_dict`` reads back to an equal template."""
    return {
        "columns": [
            {
                "field": column.field,
                "header": column.header,
                "choices": dict(column.choices),
                **({} if column.required is None else {"required": column.required}),
            }
            for column in template.columns
        ],
        "note": template.note,
        "most": template.most,
    }


def _column(entry: object) -> TemplateColumn:
    found = table("template.columns", entry, ("field", "header", "required", "choices"))
    required = found.get("required")
    choices = found.get("choices", {})
    if not isinstance(choices, Mapping):
        choices = {word: word for word in list_("template.columns.choices", choices) if isinstance(word, str)}
        if len(choices) != len(found["choices"]):
            raise SettingsError("template.columns.choices", found["choices"], wanted="texts, each once")
    return TemplateColumn(
        field=text("template.columns.field", found.get("field")),
        header=text("template.columns.header", found.get("header", "")),
        required=None if required is None else yes_no("template.columns.required", required),
        choices=words("template.columns.choices", choices),
    )
