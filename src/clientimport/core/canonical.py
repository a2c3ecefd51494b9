"""The one spelling of JSON that plans and stores use: no blanks, every character as itself, keys in the order given.

``msgspec`` writes the very same bytes four times as fast and is used where it is installed (the ``fast`` extra); the
standard library does the same work otherwise. Which of the two ran cannot be told from a plan.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def plain_encode(value: Any) -> bytes:
    """*value* by the standard library; a lone surrogate, which UTF-8 cannot hold, as the escape JSON has for it."""
    return _plain(value).encode("utf-8", "backslashreplace")


def _codec() -> tuple[Callable[[Any], bytes], Callable[[bytes | str], Any], Callable[[Any], Callable[[bytes], Any]]]:
    try:
        import msgspec
    except ImportError:
        return plain_encode, json.loads, lambda _shape: json.loads
    fast = msgspec.json.Encoder().encode
    decode = msgspec.json.Decoder().decode

    def encode(value: Any) -> bytes:
        try:
            return fast(value)
        except UnicodeError:  # a lone surrogate
            return plain_encode(value)

    def decode_any(text: bytes | str) -> Any:
        try:
            return decode(text)
        except msgspec.DecodeError:  # an escaped lone surrogate; or no JSON, which json says in its own words
            return json.loads(text)

    def shaped(shape: Any) -> Callable[[bytes], Any]:
        quick = msgspec.json.Decoder(shape(msgspec.Raw)).decode

        def decode_shaped(text: bytes) -> Any:
            try:
                return quick(text)
            except msgspec.DecodeError:
                return json.loads(text)

        return decode_shaped

    return encode, decode_any, shaped


encode_bytes: Callable[[Any], bytes]
decode: Callable[[bytes | str], Any]
decoder: Callable[[Callable[[Any], Any]], Callable[[bytes], Any]]
encode_bytes, decode, decoder = _codec()
"""A value of JSON types as canonical UTF-8, and back.

``decoder`` makes one for texts of a known shape, given as a function from the type of what nobody will look at to the type
of the whole; what stands there in the decoded value is not to be used.
"""


def encode(value: Any) -> str:
    """A value of JSON types as canonical text."""
    return encode_bytes(value).decode()
