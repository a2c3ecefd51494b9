"""Text as it is kept, and text as it is compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from clientimport.core.coercion import Coerced, CoercionContext


def clean_column(texts: Sequence[str]) -> list[str]:
    """The texts trimmed, in NFC, without invisible and control characters; tabs as blanks.

    Every kind of line end becomes a line feed. Zero-width and bidirectional marks and soft hyphens go; a lone
    surrogate, which no store could keep, becomes U+FFFD. Blanks inside, non-breaking ones too, stay as they are.
    """
    joined = "|".join(texts)
    if joined.isprintable() and (
        joined.isascii() or unicodedata.is_normalized("NFC", joined)  # nothing composes with the bar between them
    ):
        if " |" not in joined and "| " not in joined and joined[:1] != " " and joined[-1:] != " ":
            return list(texts)
        return [text.strip(" ") for text in texts]
    return [text.strip(" ") if _only_trimming(text) else _clean(text) for text in texts]


def has_control_characters(text: str) -> bool:
    """Whether cleaning takes characters out that no person typed (NUL and its kin; not tabs or line ends)."""
    return _CONTROL.search(text) is not None


def coerce_text(texts: Sequence[str], context: CoercionContext) -> Coerced:
    """Texts as they are; ``text-too-long`` past the field's limit."""
    limit = context.max_length
    values: list[object] = [text or None for text in texts] if "" in texts else list(texts)
    if not texts or max(map(len, texts)) <= limit:
        return Coerced(values, [])
    flags: list[tuple[int, str, dict[str, str | int | list[str]]]] = []
    for row, text in enumerate(texts):
        if len(text) > limit:
            values[row] = None
            flags.append((row, "text-too-long", {"limit": limit}))
    return Coerced(values, flags)


def comparison_key(text: str) -> str:
    """The text in small letters without accents, each run of punctuation and blanks a single blank."""
    if text.isascii():
        return " ".join(text.encode().translate(_ASCII_WORDS).decode().split())
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_FOLD)
    # Folding can compose anew ("ﬃ" and friends); a second decomposition makes the key a fixed point.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", folded).translate(_FOLD))
    return " ".join(folded.split())


def name_key(text: str) -> str:
    """The words of ``comparison_key`` in alphabetical order, dotted initials drawn together.

    ``"N.V. Bouwwerken Janssens"`` and ``"Bouwwerken Janssens NV"`` are one name. A legal form counts: "Acme Ltd" and
    "Acme GmbH" are two clients.
    """
    if "." in text:
        text = _INITIALS.sub(_without_dots, text)
    words = comparison_key(text).split(" ")
    words.sort()
    return " ".join(words)


_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_INITIALS = re.compile(r"(?<![^\W_])[^\W\d_](?:\.\s*[^\W\d_](?![^\W_]))+\.?")
_ASCII_WORDS = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else 32 for code in range(256))


def _only_trimming(text: str) -> bool:
    """Whether cleaning could do no more than trim blanks: what is printable has neither invisible characters nor other blanks."""
    return text.isprintable() and (text.isascii() or unicodedata.is_normalized("NFC", text))


def _clean(text: str) -> str:
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    text = _SURROGATES.sub("\ufffd", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", text).strip()


def _without_dots(initials: re.Match[str]) -> str:
    return "".join(character for character in initials[0] if character.isalnum()) + " "


class _Fold(dict[int, str]):
    """What each character counts for in a comparison, worked out when it is first met.

    Accents go (combining classes 200 and up, and the Hebrew and Arabic points); marks that make another letter, such
    as Indic vowel signs and the Japanese voicing mark, stay.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kind = unicodedata.category(character)
        if kind[0] in "LN":
            kept = _LETTERS.get(character, character)
        elif kind[0] == "M":
            place = unicodedata.combining(character)
            kept = "" if place >= 200 or 10 <= place <= 36 else character
        elif kind == "Cf":
            kept = ""
        else:
            kept = " "
        self[code] = kept
        return kept


_LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ĸ": "k",
    "ŋ": "n", "ſ": "s", "\u0640": "",
}  # fmt: skip
_FOLD = _Fold()
