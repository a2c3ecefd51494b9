"""What a person may say about a spreadsheet instead of having it detected."""

from __future__ import annotations

import codecs
from typing import Any, Literal

import attrs

from clientimport.errors import SettingsError

DELIMITERS = {
    "Comma Separated": ",",
    "Semicolon Separated": ";",
    "Tab Delimited": "\t",
    "Pipe Separated": "|",
}
"""Labels a form may show, and the character each one means."""

_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "\\t": "\t"}


def delimiter_of(text: object) -> str:
    """The delimiter a person means: a label of ``DELIMITERS``, a name such as ``comma``, or the character itself.

    Raises SettingsError naming ``delimiter`` for anything else.
    """
    if isinstance(text, str):
        if text in DELIMITERS.values():
            return text
        word = text.strip().casefold()
        named = {label.casefold(): character for label, character in DELIMITERS.items()} | _NAMES
        if word in named:
            return named[word]
    raise SettingsError("delimiter", text, allowed=(*DELIMITERS, "comma", "semicolon", "tab", "pipe", ",", ";", "|"))


def _delimiter(value: str | None) -> str | None:
    return None if value is None else delimiter_of(value)


def _encoding(value: str | None) -> str | None:
    """The codec's name in Python's spelling, if it is one that turns bytes into text."""
    if value is None:
        return None
    try:
        codec = codecs.lookup(value)
    except (LookupError, TypeError, ValueError):
        codec = None
    if codec is None or not getattr(codec, "_is_text_encoding", True) or codec.name in _NOT_FOR_FILES:
        raise SettingsError(
            "encoding", value, wanted="the name of a text encoding, for example utf-8, cp1252 or utf-16"
        )
    return codec.name


_NOT_FOR_FILES = frozenset(
    "idna punycode unicode_escape unicode-escape raw-unicode-escape raw_unicode_escape undefined mbcs oem".split()  # noqa: SIM905
)
"""Codecs that know text but are no encoding of a file."""


def _check_sheet(_: object, __: attrs.Attribute[Any], value: object) -> None:
    fine = value is None or (isinstance(value, str) and value != "")
    if not fine and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise SettingsError("sheet", value, wanted="a worksheet's name, or its number counted from 1")


def _check_header(_: object, __: attrs.Attribute[Any], value: object) -> None:
    if value in ("auto", "none") and isinstance(value, str):
        return
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LAST_HEADER:
        wanted = f"a row number from 1 to {_LAST_HEADER}, auto or none"
        raise SettingsError("header", value, allowed=("auto", "none"), wanted=wanted)


_LAST_HEADER = 10_000
"""The rows above a header are kept while it is looked for, so it may not be just anywhere."""


@attrs.frozen(kw_only=True)
class SpreadsheetOptions:
    """How to read a file; what is not said is detected.

    A setting that means nothing for the format at hand (a sheet for a text file) is passed over, so that one set of
    options serves a folder of mixed files.

    Attributes:
        sheet: A worksheet's name, or its number counted from 1, hidden ones included; a text of digits is a name before
            it is a number. ``None``: the first visible one with something in it.
        delimiter: For text files: a label of ``DELIMITERS``, a name (``comma``, ``semicolon``, ``tab``, ``pipe``) or the
            character; kept as the character.
        encoding: For text files: any text encoding Python knows; kept in Python's spelling.
        header: The physical row (line) of the header, 1 to 10,000; ``"none"`` if the first row is already a record;
            ``"auto"`` to have it found.

    Raises SettingsError for a value that cannot be, naming the setting.
    """

    sheet: str | int | None = attrs.field(default=None, validator=_check_sheet)
    delimiter: str | None = attrs.field(default=None, converter=_delimiter)
    encoding: str | None = attrs.field(default=None, converter=_encoding)
    header: int | Literal["auto", "none"] = attrs.field(default="auto", validator=_check_header)


DEFAULT_OPTIONS = SpreadsheetOptions()
"""Everything detected."""
