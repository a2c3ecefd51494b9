"""Reading plain data with every key and value checked: what the readers of TOML documents share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from clientimport.core.words import Words
from clientimport.errors import SettingsError

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2}")


def table(key: str, value: object, allowed: Sequence[str] | None = None) -> Mapping[str, Any]:
    """A table, whose keys are among those *allowed*."""
    if not isinstance(value, Mapping):
        raise SettingsError(key, value, wanted="a table")
    for name in value:
        if allowed is not None and name not in allowed:
            raise SettingsError(f"{key}: the key", name, allowed=allowed)
    return value


def by_code(key: str, value: object) -> Mapping[str, Any]:
    """A table by finding code. A plugin may bring codes that nobody knows here, so only their form is checked."""
    found = table(key, value)
    for code in found:
        if not _CODE.fullmatch(code):
            raise SettingsError(f"{key}: the key", code, wanted="a finding code in kebab-case, such as email-invalid")
    return found


def words(key: str, value: object) -> dict[str, str]:
    """A table of texts."""
    return {name: text(f"{key}.{name}", word) for name, word in table(key, value).items()}


def said_words(key: str, value: object) -> Words:
    """A text, or a table of texts by language."""
    if not isinstance(value, Mapping):
        return text(key, value)
    found = words(key, value)
    for language in found:
        if not _LANGUAGE.fullmatch(language):
            raise SettingsError(f"{key}: the key", language, wanted="a language as two small letters, such as nl")
    if not found:
        raise SettingsError(key, {}, wanted="a text, or texts by language")
    return found


def own_words(key: str, value: object) -> dict[str, Words]:
    """A table of texts, each of which may be one a language."""
    return {name: said_words(f"{key}.{name}", word) for name, word in table(key, value).items()}


def choice(key: str, value: object, allowed: Sequence[str]) -> str:
    """One of those *allowed*."""
    if value not in allowed:
        raise SettingsError(key, value, allowed=[str(name) for name in allowed])
    return str(value)


def yes_no(key: str, value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise SettingsError(key, value, allowed=("true", "false"))
    return value


def text(key: str, value: object) -> str:
    """A text."""
    if not isinstance(value, str):
        raise SettingsError(key, value, wanted="text in quotes")
    return value


def texts(key: str, value: object) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(text(key, word) for word in list_(key, value))


def list_(key: str, value: object) -> Sequence[object]:
    """A list."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise SettingsError(key, value, wanted="a list")
    return value
