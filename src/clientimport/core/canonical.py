"""The one spelling of JSON that plans and stores use: no blanks, every character as itself, keys in the order given."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def _encoder() -> Callable[[Any], str]:
    plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return plain.encode
    # JSONEncoder.encode builds this same C encoder anew at each call, which costs a fifth of a plan line
    once = make(None, plain.default, json.encoder.encode_basestring, None, ":", ",", False, False, True)

    def encode(value: Any) -> str:
        return "".join(once(value, 0))

    return encode


encode: Callable[[Any], str] = _encoder()
"""A value of JSON types as canonical text."""
