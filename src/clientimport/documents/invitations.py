"""Templates of invitations as TOML, read with every key checked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from clientimport.core.invitations import Template, Templates
from clientimport.errors import SettingsError


def load_templates(path: str | Path, *, fields: Iterable[str] = ()) -> Templates:
    """The templates in a TOML file.

    Args:
        path: The file.
        fields: Fields of the host's own that placeholders may name besides the built-in ones.

    Raises:
        SettingsError: the file is not TOML, or a key, a language or a placeholder in it is not one of those allowed; names it.
    """
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError("templates", path.name, wanted=f"a TOML file ({error})") from None
    return templates_from_dict(data, fields=fields)


def templates_from_dict(data: Mapping[str, Any], *, fields: Iterable[str] = ()) -> Templates:
    """Templates from plain data: ``default_language``, ``values``, and ``templates`` by name and language.

    Raises:
        SettingsError: as for ``load_templates``.
    """
    table = _table("templates file", data, ("default_language", "values", "templates"))
    texts = {
        name: {
            language: _template(f"templates.{name}.{language}", entry)
            for language, entry in _table(f"templates.{name}", languages).items()
        }
        for name, languages in _table("templates", table.get("templates", {})).items()
    }
    if not texts:
        raise SettingsError("templates", "", wanted="one template at least, such as [templates.welcome.en]")
    return Templates(
        texts=texts,
        default_language=_text("default_language", table.get("default_language", "en")),
        values={
            name: _text(f"values.{name}", value) for name, value in _table("values", table.get("values", {})).items()
        },
        fields=(*fields,),
    )


def _template(key: str, entry: object) -> Template:
    table = _table(key, entry, ("subject", "body"))
    return Template(_text(f"{key}.subject", table.get("subject")), _text(f"{key}.body", table.get("body")))


def _table(key: str, value: object, allowed: tuple[str, ...] | None = None) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise SettingsError(key, value, wanted="a table")
    for name in value:
        if allowed is not None and name not in allowed:
            raise SettingsError(f"{key}: the key", name, allowed=allowed)
    return value


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise SettingsError(key, value, wanted="text in quotes")
    return value
