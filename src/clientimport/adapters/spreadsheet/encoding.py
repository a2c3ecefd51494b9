"""Which encoding a text file is in.

A byte order mark decides; then NUL bytes in a pattern (UTF-16 and UTF-32 without a mark); then strict UTF-8 over the
whole file, which text in another encoding practically never passes by chance. Only what is left is scored, by how
much the non-ASCII characters look like letters of the languages of our users. By hand, because general detectors were
right on fewer of a set of 262 short Dutch, French and English files (205 and 209, against 256 for this way): they know
a hundred encodings, and a client list is in one of four, or in another script altogether (``scripts.py``). Always shown,
always overridable.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

import attrs

from clientimport.adapters.spreadsheet.scripts import encodings_of_script

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_CANDIDATES = ("cp1252", "iso8859-15", "mac-roman", "cp850")
"""Most usual first: where two read the file the same, the first is named."""

_WESTERN = frozenset(("cp1252", "iso8859-15"))
_TURKISH = re.compile(rb"[\xd0\xdd\xde\xf0\xfd\xfe]")
"""The letters in which Turkish and Western differ; read as Western they are those of Icelandic."""

_SAMPLE = 64 * 1024
_CONTROLS = bytes(sorted(set(range(32)) - {9, 10, 13})) + b"\x7f"
_UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_DOUBT, _DOUBT_OF_FEW, _FEW = 0.5, 2.1, 5
"""Readings whose likeness is closer than that are told apart only by a person; a few characters prove less than many."""

MARKER = "\udcff"
"""What an undecodable piece is read as: a lone surrogate, which no proper text has."""


@attrs.frozen
class TextFacts:
    """What a look at all bytes showed.

    Attributes:
        encoding: In Python's spelling.
        alternatives: Other encodings it might be, if there is doubt.
        clean: Proven to decode strictly and to hold no control characters, so that rows need no check.
        longest_gap: At least as many bytes lie between two line ends, give or take a block.
    """

    encoding: str
    alternatives: tuple[str, ...]
    clean: bool
    longest_gap: int


def look_at(blocks: Iterable[bytes], *, encoding: str | None = None) -> TextFacts:
    """What encoding the text in *blocks* is in, or, where *encoding* is given, if it is clean in that one.

    Reads everything once, keeps at most a small sample.
    """
    head = b""
    sample = bytearray()
    utf8 = codecs.getincrementaldecoder("utf-8")()
    strict = controls = True
    gap = longest = 0
    valid = invalid = 0
    undefined = False
    for block in blocks:
        if len(head) < 4096:
            head += block[: 4096 - len(head)]
        controls = controls and len(block.translate(None, _CONTROLS)) == len(block)
        first, last = _line_ends(block)
        if first < 0:
            gap += len(block)
        else:
            longest = max(longest, gap + first)
            gap = len(block) - last
        longest = max(longest, gap)
        if not block.isascii():
            undefined = undefined or len(block.translate(None, _UNDEFINED_IN_CP1252)) != len(block)
            valid, invalid = _count_utf8(block, valid, invalid)
            if len(sample) < _SAMPLE:
                _collect(block, sample)
        if strict:
            try:
                utf8.decode(block)
            except UnicodeDecodeError:
                strict = False
    if strict:
        try:
            utf8.decode(b"", final=True)
        except UnicodeDecodeError:
            strict = False
    found, alternatives = (
        (_with_order(encoding, head), ())
        if encoding
        else _decide(head, bytes(sample), strict=strict, valid=valid, invalid=invalid)
    )
    family = codecs.lookup(found).name.replace("_", "-")
    ascii_only = not sample
    clean = controls and (
        (family in ("utf-8", "utf-8-sig") and strict)
        or (family in _COMPLETE)
        or (family == "cp1252" and not undefined)
        or (ascii_only and family in _ASCII_SUPERSETS)
    )
    return TextFacts(found, alternatives, clean, longest)


_COMPLETE = frozenset({"iso8859-1", "iso8859-15", "mac-roman", "cp850", "cp437"})
"""Encodings that give every byte a meaning, so that decoding cannot fail."""

_ASCII_SUPERSETS = _COMPLETE | {"ascii", "cp1252", "utf-8", "utf-8-sig", "cp1250", "cp1251", "cp1256"}


def _line_ends(block: bytes) -> tuple[int, int]:
    first = [at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0]
    return (min(first), max(block.rfind(b"\n"), block.rfind(b"\r"))) if first else (-1, -1)


def _collect(block: bytes, sample: bytearray) -> None:
    """The lines with something outside ASCII: they alone tell one encoding from another."""
    for line in block.split(b"\n"):
        if not line.isascii():
            sample += line[:2000] + b"\n"
            if len(sample) >= _SAMPLE:
                return


_OUTSIDE_ASCII = re.compile(rb"[\x80-\xff]+")


def _count_utf8(block: bytes, valid: int, invalid: int) -> tuple[int, int]:
    """Sequences of several bytes that are UTF-8, and bytes that are not; counted on a few blocks only."""
    if valid + invalid > 10_000:
        return valid, invalid
    text = b" ".join(_OUTSIDE_ASCII.findall(block)).decode("utf-8", "surrogateescape")
    outside = [character for character in text if character > "\x7f"]
    wrong = sum("\udc80" <= character <= "\udcff" for character in outside)
    return valid + len(outside) - wrong, invalid + wrong


def _decide(head: bytes, sample: bytes, *, strict: bool, valid: int, invalid: int) -> tuple[str, tuple[str, ...]]:
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name, ()
    if wide := _without_bom(head):
        return wide, ()
    if strict:
        return "utf-8", ()
    # Mostly good UTF-8 with a few broken bytes is a damaged UTF-8 file, not a file of mojibake. Pieces cut at a block's
    # edge count as wrong too, hence the generous factor.
    if valid > 4 * invalid:
        return "utf-8", ()
    found, others = _best(sample)
    if likelier := encodings_of_script(sample):
        return likelier[0], (*likelier[1:], found)
    if found in _WESTERN and _TURKISH.search(sample):
        return found, (*others, "cp1254")
    return found, others


def _with_order(encoding: str, head: bytes) -> str:
    """The encoding a person named, its byte order found where neither they nor the file tell it."""
    family = encoding.replace("_", "-")
    if family not in ("utf-16", "utf-32") or any(head.startswith(bom) for bom, name in _BOMS if name == family):
        return encoding
    seen = _without_bom(head)
    return seen if seen and seen.startswith(family) else f"{family}-le"


def _without_bom(head: bytes) -> str | None:
    """UTF-16 or UTF-32 by where the NULs are: ASCII characters have them in the upper bytes."""
    if len(head) < 4 or b"\x00" not in head:
        return None
    usual = len(head) // 4 * 4
    lanes = [head[start:usual:4].count(0) / (usual // 4) for start in range(4)]
    few, many = 0.1, 0.7
    if lanes[1] > many and lanes[2] > many and lanes[3] > many and lanes[0] < few:
        return "utf-32-le"
    if lanes[0] > many and lanes[1] > many and lanes[2] > many and lanes[3] < few:
        return "utf-32-be"
    if min(lanes[1], lanes[3]) > many and max(lanes[0], lanes[2]) < few:
        return "utf-16-le"
    if min(lanes[0], lanes[2]) > many and max(lanes[1], lanes[3]) < few:
        return "utf-16-be"
    return None


_COMMON = (
    dict.fromkeys("éèëêàçïöüäáíóúñôâîûùßœ", 3.0)
    | dict.fromkeys("ÉÈËÊÀÇÏÖÜÄÁÍÓÚÑÔÂÎÛÙŒ€", 2.0)
    | dict.fromkeys("åøæãõÅØÆÃÕšžŠŽýÿ’‘“”–—…°²º«»ªŸ", 1.0)
)


def _best(sample: bytes) -> tuple[str, tuple[str, ...]]:
    """The candidate whose reading looks most like text, and those it can hardly be told from."""
    scored: list[tuple[float, str, str]] = []
    for name in _CANDIDATES:
        text = sample.decode(name, "replace")
        scored.append((_likeness(text), name, text))
    best = max(scored, key=lambda item: item[0])
    few = len(best[2]) - len(best[2].encode("ascii", "ignore")) < _FEW
    others = tuple(
        name
        for score, name, text in scored
        if text != best[2] and (best[0] - score < _DOUBT or (few and score > 0 and best[0] - score < _DOUBT_OF_FEW))
    )
    return best[1], others


def _likeness(text: str) -> float:
    """The mean worth of the characters outside ASCII, from 3 (a letter where letters stand) down to -3."""
    total = count = 0.0
    padded = f" {text} "
    for before, character, after in _threes(padded):
        count += 1
        worth = _COMMON.get(character)
        if worth is None:
            worth = 0.0 if character.isalpha() else -2.0
            if "\u2500" <= character <= "\u25ff" or character == "\ufffd" or not character.isprintable():
                worth = -3.0
        if character.isalpha():
            if character.isupper() and before.islower():
                worth -= 3.0
            elif character.islower() and before.isupper() and after.isupper():
                worth -= 2.0
            elif not before.isalpha() and not after.isalpha():
                worth -= 1.0
        elif before.isalpha() and after.isalpha() and character not in "’‘–":
            worth -= 2.0
        total += worth
    return total / count if count else 0.0


def _threes(text: str) -> Iterator[tuple[str, str, str]]:
    for index in range(1, len(text) - 1):
        if text[index] > "\x7f":
            yield text[index - 1], text[index], text[index + 1]


# ------------------------------------------------------------------------------------------------ undecodable bytes


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return MARKER, max(error.end, error.start + 1)


ERRORS = "clientimport-marker"
"""Name of the error handler that puts ``MARKER`` where bytes cannot be decoded.

``surrogateescape`` would do for 8-bit encodings, but fails on broken UTF-16.
"""

codecs.register_error(ERRORS, _mark)
