"""The texts of one language, read from the TOML file beside this module and kept."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from clientimport.errors import SettingsError

LANGUAGES = ("en", "nl", "fr")
"""Languages there are texts for, by ISO 639-1 code."""

Catalogue = Mapping[str, Mapping[str, Any]]
"""Section -> key -> text; in the section ``finding`` a key holds ``message``, ``wanted``, ``remedy`` and, for a finding that
may come without its params, ``short``."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@functools.cache
def catalogue(lang: str) -> Catalogue:
    """The texts of *lang*.

    Raises:
        SettingsError: there are none in that language; names ``lang`` and those there are.
    """
    if lang not in LANGUAGES:
        raise SettingsError("lang", lang, allowed=LANGUAGES)
    import tomllib
    from importlib import resources

    return tomllib.loads(resources.files(__package__).joinpath(f"{lang}.toml").read_text(encoding="utf-8"))


def placeholders(text: str) -> frozenset[str]:
    """The names in braces in *text*."""
    return frozenset(_PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """*text* with every ``{name}`` replaced that *values* knows; others stay as they stand.

    Not ``str.format``: a template may come from a profile or a plugin, and reaches nothing but these values.
    """
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)
