"""Client ids: positive whole numbers inside a store, their decimal text outside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clientimport.errors import StoreError

_DIGITS_AT_MOST = 18  # what surely fits in a signed 64-bit column
_IDS = re.compile(rf"(?:(?:^|,)[1-9][0-9]{{0,{_DIGITS_AT_MOST - 1}}})*+")


def number(client: str) -> int:
    """The number of an id that this store must have given.

    Raises:
        StoreError: It is no id of this store's making.
    """
    if client.isdigit() and client.isascii() and client[0] != "0" and len(client) <= _DIGITS_AT_MOST:  # as ``possible``
        return int(client)
    raise StoreError("A client id is not one that this store gave.")


def numbers(clients: Sequence[str]) -> list[int]:
    """The numbers of many ids, in order.

    Raises:
        StoreError: as for ``number``.
    """
    if _IDS.fullmatch(",".join(clients)) is None:
        raise StoreError("A client id is not one that this store gave.")
    try:
        return list(map(int, clients))
    except ValueError:  # an id that holds commas
        raise StoreError("A client id is not one that this store gave.") from None


def possible(client: str) -> bool:
    """Whether a store may have given this id: ``"17"``, but not ``"017"``, ``"-17"`` or ``"x17"``."""
    return client.isascii() and client.isdigit() and client[0] != "0" and len(client) <= _DIGITS_AT_MOST


def in_order(pairs: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
    """The numbers of pairs of ids, in each the lower first.

    Raises:
        StoreError: as for ``number``; or a client stands beside itself.
    """
    found = [(min(pair), max(pair)) for pair in ((number(one), number(other)) for one, other in pairs)]
    if any(one == other for one, other in found):
        raise StoreError("A client and itself are no pair.")
    return found
