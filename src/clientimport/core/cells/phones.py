"""Telephone numbers, judged by phonenumbers: "possible" is the rule, "valid" is a warning.

What is done before the library sees a cell, because it would dial letters and glue words to numbers:

- an extension (``ext. 12``, ``x12``, ``#12``, ``poste 12``, ``toestel 12``) is taken off and put back as ``;ext=12``;
- bracketed text with a letter in it, and words before or after the number, are taken off;
- a letter that is left makes the cell ``phone-unreadable``.

A number in no known region and without ``+`` is kept as its digits (at least five, leading zeros too) with
``phone-without-region``; ``00`` counts as ``+`` there if the number is valid so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from types import ModuleType
from typing import NamedTuple

from clientimport.core.cells.phone_patterns import dialled_abroad, dialled_at_home
from clientimport.core.cells.seen import Refusal, coerced
from clientimport.core.coercion import Coerced, CoercionContext


class BareNumber(NamedTuple):
    """A cell without its words.

    Attributes:
        number: What the library is asked.
        extension: The digits of the extension, ``""`` if none.
    """

    number: str
    extension: str


def coerce_phone(texts: Sequence[str], context: CoercionContext) -> Coerced:
    """Numbers in E.164 (``+32475123456``), an extension after ``;ext=``."""
    answers: list[object] = []
    add = answers.append
    home: Callable[[str], str | None] | None = None
    last: object = ()
    for text, region in zip(texts, context.countries, strict=True):
        if not text:
            add(None)
            continue
        digits = _without_punctuation(text) if len(text) <= _LONGEST else ""
        if digits[:1] == "+":
            number = dialled_abroad(digits[1:])
        else:
            if region is not last:
                home, last = (dialled_at_home(region) if region else None), region
            number = None if home is None else home(digits)
        add(_judge(text, region) if number is None else number)
    return coerced(answers)


def bare_number(text: str) -> BareNumber | None:
    """The cell without extension and words; ``None`` if a letter is left or there is no digit."""
    if len(text) > _LONGEST_CELL:
        return None
    extension = ""
    found = _EXTENSION.search(text)
    if found:
        extension, text = found[1], text[: found.start()]
    text = _BRACKETED_WORDS.sub(" ", text)
    text = _WORDS_AFTER.sub("", _WORDS_BEFORE.sub("", text)).strip()
    if any(character.isalpha() for character in text) or not any(character.isdecimal() for character in text):
        return None
    return BareNumber(text, extension)


_LONGEST, _LONGEST_CELL = 40, 250
_LETTER = r"[^\W\d_]"
_EXTENSION = re.compile(
    r"(?<=\d)[\s)\].,;]*(?:;ext=|(?:ext(?:ension|n)?|poste|toestel|tst)[.:]?|x|#)\s*([0-9]{1,7})\s*$",
    re.IGNORECASE,
)
_BRACKETED_WORDS = re.compile(rf"\([^()]*{_LETTER}[^()]*\)|\[[^\[\]]*{_LETTER}[^\[\]]*\]")
_WORDS_BEFORE = re.compile(rf"^(?:{_LETTER}|[\s.:,;'&/-])*{_LETTER}[\s.:,;'&/-]*(?=[+(\d\[])")
_WORDS_AFTER = re.compile(rf"[\s.:,;'&/-]*{_LETTER}(?:{_LETTER}|[\s.:,;'&/()-])*$")


def _without_punctuation(text: str) -> str:
    # Six replacements cost less than one translation of so short a text; blanks are all there is in most.
    text = text.replace(" ", "")
    if text.isdecimal():
        return text
    text = text.replace(".", "").replace("/", "").replace("-", "")
    return text.replace("(", "").replace(")", "") if "(" in text else text


def _judge(text: str, region: str | None) -> object:
    bare = bare_number(text)
    if bare is None:
        return Refusal("phone-unreadable")
    library = _library()
    if region is not None and region not in library.SUPPORTED_REGIONS:
        region = None
    number = bare.number
    wide = _leading_plus(number)
    if region is None and not wide:
        return _without_region(library, bare)
    try:
        parsed = library.parse(number, region)
    except library.NumberParseException as problem:
        if problem.error_type == library.NumberParseException.NOT_A_NUMBER:
            return Refusal("phone-unreadable")
        return Refusal("phone-not-possible", {"region": region or ""})
    seen_region = library.region_code_for_country_code(parsed.country_code) if wide or region is None else region
    if not library.is_possible_number(parsed):
        return Refusal("phone-not-possible", {"region": seen_region})
    if library.is_valid_number(parsed):
        return _value(library, parsed, bare.extension)
    # Of a kind that does not exist in its region the library may keep the zero before it, and drop it where it reads its own
    # answer; the value kept is the one that reads back as itself.
    again = library.parse(_value(library, parsed, ""), None)
    return Refusal("phone-not-valid", {"region": seen_region}, _value(library, again, bare.extension))


def _without_region(library: ModuleType, bare: BareNumber) -> object:
    digits = "".join(str(int(character)) for character in bare.number if character.isdecimal())
    if digits.startswith("00"):
        try:
            parsed = library.parse("+" + digits[2:], None)
        except library.NumberParseException:
            pass
        else:
            if library.is_valid_number(parsed):
                return _value(library, parsed, bare.extension)
    if len(digits) < 5 or len(digits) > 20:
        return Refusal("phone-unreadable")
    return Refusal("phone-without-region", {}, digits + (f";ext={bare.extension}" if bare.extension else ""))


def _value(library: ModuleType, parsed: object, extension: str) -> str:
    number: str = library.format_number(parsed, library.PhoneNumberFormat.E164)
    return f"{number};ext={extension}" if extension else number


def _leading_plus(number: str) -> bool:
    found = re.search(r"[+\uff0b\d]", number)
    return found is not None and found[0] in "+\uff0b"


@cache
def _library() -> ModuleType:
    import phonenumbers  # 16 ms, on first use only

    return phonenumbers
