"""Mappings as TOML: written by people or saved after a session, read with every key checked.

::

    version = 1
    drop = ["Kleur"]

    [fields.name]
    columns = ["Klantnaam"]

    [fields.opening_date]
    columns = ["Saldodatum"]
    format = "DMY"

    [fields.country]
    constant = "BE"

A field that holds many values may have several tables, ``[[fields.other_emails]]``.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping as MappingABC
from pathlib import Path
from typing import Any

import attrs

from clientimport.core.interpretation import FORMATS
from clientimport.core.mapping import FieldMapping, Mapping
from clientimport.core.schema import Schema
from clientimport.errors import SettingsError

VERSION = 1
_ANY_FORMAT = tuple(one for formats in FORMATS.values() for one in formats)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def load_mapping(path_or_text: Path | str, schema: Schema | None = None) -> Mapping:
    """The mapping in a TOML file, or in a TOML text: a ``str`` with a line end or an equals sign in it is text.

    Against a *schema* it is checked too, see ``check_mapping``.

    Raises:
        SettingsError: the file cannot be read or is not TOML, or a key or value is not one of those allowed; names it.
    """
    text = path_or_text
    if isinstance(path_or_text, Path) or (path_or_text.strip() and not {"=", "\n"} & set(path_or_text)):
        path = Path(path_or_text)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError("mapping", path.name, wanted=f"a TOML file in UTF-8 ({type(error).__name__})") from None
    try:
        data = tomllib.loads(str(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("mapping", "this text", wanted=f"TOML ({error})") from None
    return mapping_from_dict(data, schema)


def check_mapping(mapping: Mapping, schema: Schema) -> None:
    """Hold *mapping* against the fields there are.

    Raises:
        SettingsError: a field that does not exist or that no mapping may feed, a format that does not exist, or several
            entries or a separator for a field that holds one value; names it.
    """
    schema = schema.mappable
    fed = Counter(entry.field for entry in mapping.fields)
    for entry in mapping.fields:
        key = f"fields.{entry.field}"
        if entry.field not in schema:
            raise SettingsError(key, entry.field, allowed=tuple(schema.by_name), wanted="a field")
        if not schema[entry.field].many:
            if fed[entry.field] > 1:
                wanted = "one entry, which may join several columns, for the field holds one value"
                raise SettingsError(key, f"{fed[entry.field]} entries", wanted=wanted)
            if entry.split is not None:
                raise SettingsError(f"{key}.split", entry.split, wanted="no separator, for the field holds one value")
        allowed = FORMATS.get(schema[entry.field].coercer, ())
        if entry.format is not None and entry.format not in allowed:
            wanted = "" if allowed else "no format: only dates and amounts have one"
            raise SettingsError(f"{key}.format", entry.format, allowed=allowed, wanted=wanted)


def dump_mapping(mapping: Mapping) -> str:
    """The mapping as TOML; ``load_mapping`` of it gives the same mapping, entries of one field brought together."""
    data = mapping_to_dict(mapping)
    tables: dict[str, Any] = data.pop("fields")
    lines = [f"{key} = {_value(value)}" for key, value in data.items()]
    for field, entries in tables.items():
        key = field if _BARE_KEY.fullmatch(field) else _text(field)
        heading = f"[[fields.{key}]]" if isinstance(entries, list) else f"[fields.{key}]"
        for entry in entries if isinstance(entries, list) else [entries]:
            lines += ["", heading, *(f"{name} = {_value(value)}" for name, value in entry.items())]
    return "\n".join(lines) + "\n"


def save_mapping(mapping: Mapping, path: Path | str) -> None:
    """Write the mapping to a TOML file, in UTF-8; a file that is there is replaced."""
    Path(path).write_text(dump_mapping(mapping), encoding="utf-8", newline="\n")


def mapping_to_dict(mapping: Mapping) -> dict[str, Any]:
    """The mapping as plain data, JSON-ready; what is as usual is left out."""
    data: dict[str, Any] = {"version": VERSION}
    if mapping.name is not None:
        data["name"] = mapping.name
    if mapping.dropped:
        data["drop"] = list(mapping.dropped)
    tables: dict[str, list[dict[str, Any]]] = {}
    for entry in mapping.fields:
        tables.setdefault(entry.field, []).append(_entry_to_dict(entry))
    data["fields"] = {field: entries[0] if len(entries) == 1 else entries for field, entries in tables.items()}
    return data


def mapping_from_dict(data: MappingABC[str, Any], schema: Schema | None = None) -> Mapping:
    """A mapping from plain data, as ``mapping_to_dict`` and TOML give it.

    Raises:
        SettingsError: a key or value is not one of those allowed; names it.
    """
    _only("", data, ("version", "name", "drop", "fields"))
    if data.get("version", VERSION) != VERSION:
        raise SettingsError("version", data["version"], allowed=(str(VERSION),))
    name = data.get("name")
    if name is not None and not isinstance(name, str):
        raise SettingsError("name", name, wanted="text")
    tables = data.get("fields", {})
    if not isinstance(tables, MappingABC):
        raise SettingsError("fields", tables, wanted="a table for each field")
    entries = tuple(entry for field, table in tables.items() for entry in _entries(field, table))
    dropped = _headers("drop", data.get("drop", []))
    fed = {header for entry in entries for header in entry.columns}
    for header in dropped:
        if header in fed:
            raise SettingsError("drop", header, wanted="columns that no field is fed from")
    mapping = Mapping(fields=entries, dropped=dropped, name=name)
    if schema is not None:
        check_mapping(mapping, schema)
    for entry in entries:
        if entry.format not in (None, *_ANY_FORMAT):
            raise SettingsError(f"fields.{entry.field}.format", entry.format, allowed=_ANY_FORMAT)
    return mapping


def _value(value: object) -> str:
    """A TOML value on one line."""
    if isinstance(value, MappingABC):
        pairs = ", ".join(f"{_text(key)} = {_text(text)}" for key, text in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's too, but for DEL, which TOML wants escaped as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _entry_to_dict(entry: FieldMapping) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for attribute in attrs.fields(FieldMapping):
        value = getattr(entry, attribute.name)
        if attribute.name in {"field", "columns"} or value == attribute.default:
            continue
        if attribute.name == "values":
            value = dict(value)
            if not value:
                continue
        data[attribute.name] = value
    if entry.columns:
        data = {"columns": list(entry.columns), **data}
    return data


def _entries(field: str, tables: object) -> list[FieldMapping]:
    key = f"fields.{field}"
    if isinstance(tables, MappingABC):
        return [_entry(key, field, tables)]
    if not isinstance(tables, list) or not tables or not all(isinstance(table, MappingABC) for table in tables):
        raise SettingsError(key, tables, wanted='a table, for example columns = ["Name"]')
    return [_entry(f"{key}[{index}]", field, table) for index, table in enumerate(tables)]


def _entry(key: str, field: str, table: MappingABC[str, Any]) -> FieldMapping:
    _only(key, table, tuple(attribute.name for attribute in attrs.fields(FieldMapping) if attribute.name != "field"))
    columns = _headers(f"{key}.columns", table.get("columns", []))
    constant = table.get("constant")
    if columns and constant is not None:
        raise SettingsError(f"{key}.constant", constant, wanted="either columns or a constant, not both")
    if not columns and constant is None:
        raise SettingsError(f"{key}.columns", [], wanted="at least one column, or a constant")
    for name in ("join", "part", "split", "format", "constant", "reason"):
        if not isinstance(table.get(name, ""), str):
            raise SettingsError(f"{key}.{name}", table[name], wanted="text in quotes")
    values = table.get("values", {})
    if not isinstance(values, MappingABC) or not all(isinstance(value, str) for value in values.values()):
        raise SettingsError(f"{key}.values", values, wanted='a table of texts, for example { "ja" = "yes" }')
    confidence = table.get("confidence", 1.0)
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        raise SettingsError(f"{key}.confidence", confidence, wanted="a number from 0 to 1")
    return FieldMapping(
        field=field,
        columns=columns,
        join=table.get("join", " "),
        part=table.get("part"),
        split=table.get("split"),
        values=dict(values),
        format=table.get("format"),
        constant=constant,
        confidence=float(confidence),
        reason=table.get("reason", "given"),
    )


def _headers(key: str, value: object) -> tuple[str, ...]:
    """A list of headers; one header may stand without a list."""
    headers = [value] if isinstance(value, str) else value
    if not isinstance(headers, list) or not all(isinstance(header, str) for header in headers):
        raise SettingsError(key, value, wanted='headers, for example ["Name", "First name"]')
    if len(set(headers)) != len(headers):
        raise SettingsError(key, value, wanted="each header once")
    return tuple(headers)


def _only(key: str, table: MappingABC[str, Any], allowed: tuple[str, ...]) -> None:
    for name in table:
        if name not in allowed:
            raise SettingsError(f"{key}.{name}" if key else str(name), name, allowed=allowed, wanted="a key")
