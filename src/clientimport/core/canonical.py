"""The one spelling of JSON that plans and stores use: no blanks, every character as itself, keys in the order given.

``msgspec`` writes the very same bytes four times as fast and is used where it is installed (the ``fast`` extra); the
standard library does the same work otherwise. Which of the two ran cannot be told from a plan: what both write holds
texts, whole numbers, booleans, nulls, lists and objects. Fractions, which they spell differently, are only in a plan's
first and last line, and those are always written by the standard library (``plain_encode``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import starmap
from operator import itemgetter
from typing import Any

try:
    import msgspec
except ImportError:
    msgspec = None  # type: ignore[assignment]  # the extra is not there

_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def plain_encode(value: Any) -> bytes:
    """*value* by the standard library; a lone surrogate, which UTF-8 cannot hold, as the escape JSON has for it."""
    return _plain(value).encode("utf-8", "backslashreplace")


def encode_bytes(value: Any) -> bytes:
    """A value of JSON types, without fractions, as canonical UTF-8."""
    try:
        return _encode(value)
    except UnicodeError:  # a lone surrogate
        return plain_encode(value)


def encode_each(values: Iterable[Any]) -> list[bytes]:
    """``encode_bytes`` of many values."""
    values = list(values)
    try:
        return [_encode(value) for value in values]
    except UnicodeError:
        return [encode_bytes(value) for value in values]


def encode(value: Any) -> str:
    """A value of JSON types, without fractions, as canonical text."""
    return encode_bytes(value).decode()


def decode(text: bytes | str) -> Any:
    """What was encoded."""
    try:
        return _decode(text)
    except _UNREADABLE:  # an escaped lone surrogate; or no JSON, which json says in its own words
        return json.loads(text)


def decode_each(texts: Iterable[bytes | str]) -> list[Any]:
    """``decode`` of many texts."""
    texts = list(texts)
    try:
        return [_decode(text) for text in texts]
    except _UNREADABLE:
        return [decode(text) for text in texts]


def object_encoder(slots: Sequence[tuple[str, int]]) -> Callable[[Iterable[Sequence[Any]]], list[bytes]]:
    """Writes rows of values as objects, a field for each value but ``None``; the same as ``encode_each`` of dictionaries.

    Args:
        slots: (field name, its place in a row), in the order of the fields. Names are identifiers, as ``Field`` has them.
    """

    def each(rows: Iterable[Sequence[Any]]) -> list[bytes]:
        return encode_each({name: value for name, slot in slots if (value := row[slot]) is not None} for row in rows)

    if msgspec is None or len(slots) < 2:  # of a single place, itemgetter gives no tuple
        return each
    names = {f"field_{slot}": name for name, slot in slots}
    shape = msgspec.defstruct(
        "Row", [(name, Any, None) for name in names], rename=names, omit_defaults=True, gc=False
    )  # takes its values in half the time that a dictionary takes
    picked = itemgetter(*(slot for _, slot in slots))

    def quick(rows: Iterable[Sequence[Any]]) -> list[bytes]:
        rows = list(rows)
        try:
            return [_encode(values) for values in starmap(shape, map(picked, rows))]
        except UnicodeError:  # a lone surrogate
            return each(rows)

    return quick


def decoder(shape: Callable[[Any], Any]) -> Callable[[bytes], Any]:
    """A quicker ``decode`` for texts of a known shape.

    Args:
        shape: From the type of what nobody will look at to the type of the whole. What stands in its place in the decoded
            value is not to be used.
    """
    if msgspec is None:
        return decode
    shaped = msgspec.json.Decoder(shape(msgspec.Raw)).decode

    def quick(text: bytes) -> Any:
        try:
            return shaped(text)
        except _UNREADABLE:
            return json.loads(text)

    return quick


_UNREADABLE: tuple[type[Exception], ...] = (ValueError,) if msgspec is None else (ValueError, msgspec.DecodeError)
_encode: Callable[[Any], bytes] = plain_encode if msgspec is None else msgspec.json.Encoder().encode
_decode: Callable[[bytes | str], Any] = json.loads if msgspec is None else msgspec.json.Decoder().decode
