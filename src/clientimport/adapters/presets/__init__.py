"""Mappings of known files, one TOML file each: ``name``, ``title``, ``signature`` and a mapping as documents have it."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from clientimport.core.schema import BUILTIN_FIELDS, Schema
from clientimport.core.suggesting import Preset
from clientimport.documents.mapping import mapping_from_dict
from clientimport.documents.profile import load_builtin_profiles
from clientimport.errors import SettingsError


@cache
def load_presets() -> tuple[Preset, ...]:
    """The presets that come with the library, in order of their names."""
    folder = resources.files(__name__)
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    own = {field.name: field for profile in load_builtin_profiles() for field in profile.fields}
    schema = Schema((*BUILTIN_FIELDS, *own.values()))  # a preset may feed what only its product's profile has
    return tuple(preset_from_dict(tomllib.loads(file.read_text(encoding="utf-8")), schema) for file in files)


def preset_from_dict(data: dict[str, Any], schema: Schema | None = None) -> Preset:
    """A preset from plain data, its mapping checked against *schema*; without one against the built-in fields.

    Raises:
        SettingsError: a key or value is not one of those allowed; names it.
    """
    rest = dict(data)
    name, title, signature = (rest.pop(key, None) for key in ("name", "title", "signature"))
    for key, text in (("name", name), ("title", title)):
        if not isinstance(text, str) or not text:
            raise SettingsError(f"preset.{key}", text, wanted="a short text")
    if not isinstance(signature, list) or not signature or not all(isinstance(one, str) for one in signature):
        raise SettingsError("preset.signature", signature, wanted="headers that give the file away")
    mapping = mapping_from_dict({**rest, "name": name}, schema or Schema())
    return Preset(name=str(name), title=str(title), signature=tuple(signature), mapping=mapping)
