"""What the library itself brings, through the same hooks as everyone's plugins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import attrs

from clientimport.errors import SettingsError
from clientimport.plugins import hookimpl

if TYPE_CHECKING:
    from clientimport.core.coercion import Coercer
    from clientimport.core.profile import Profile
    from clientimport.core.rules import Rule
    from clientimport.core.schema import Field
    from clientimport.core.suggesting import Preset
    from clientimport.ports import Sender, Source, Store


@hookimpl
def clientimport_open_source(data: object, options: Mapping[str, object]) -> Source | None:
    """Files (paths, bytes, open binary files) and records (mappings, data frames).

    Raises:
        SettingsError: an option that neither a plugin nor the spreadsheet reader knows.
    """
    from clientimport.adapters.spreadsheet.options import SpreadsheetOptions

    is_file = isinstance(data, str | os.PathLike | bytes | bytearray | memoryview) or hasattr(data, "read")
    if not is_file and not isinstance(data, Iterable) and not hasattr(data, "iter_rows"):
        return None
    said: dict[str, Any] = {key: value for key, value in options.items() if value is not None}
    about = {key: said.pop(key) for key in ("name", "limits") if key in said}
    known = attrs.fields_dict(SpreadsheetOptions)
    for key in said:
        if key not in known:  # asked last: nobody is left to know it
            raise SettingsError("options", key, allowed=(*known, "name", "limits"))
    layout = SpreadsheetOptions(**said)
    if is_file:
        from clientimport.adapters.spreadsheet import open_source

        return open_source(cast("str | bytes | BinaryIO", data), options=layout, **about)
    from clientimport.adapters.records import RecordsSource

    return RecordsSource(cast("Iterable[Mapping[str, object]]", data), **about)


@hookimpl
def clientimport_open_store(target: object, workspace: str) -> Store | None:
    from clientimport.adapters.stores import open_store

    return open_store(target, workspace)


@hookimpl
def clientimport_open_sender(target: object) -> Sender | None:
    from clientimport.adapters.senders import open_sender

    return open_sender(target)


@hookimpl
def clientimport_fields() -> Iterable[Field]:
    from clientimport.core.schema import BUILTIN_FIELDS

    return BUILTIN_FIELDS


@hookimpl
def clientimport_coercers() -> Mapping[str, Coercer]:
    from clientimport.core.cells.coercers import BUILTIN_COERCERS

    return BUILTIN_COERCERS


@hookimpl
def clientimport_rules() -> Iterable[Rule]:
    from clientimport.core.rules import BUILTIN_RULES

    return BUILTIN_RULES


@hookimpl
def clientimport_mapping_presets() -> Iterable[Preset]:
    from clientimport.adapters.presets import load_presets

    return load_presets()


@hookimpl
def clientimport_profiles() -> Iterable[Profile]:
    from clientimport.documents.profile import load_builtin_profiles

    return load_builtin_profiles()
