"""Which state of an invitation may follow which: the same in every store."""

from __future__ import annotations

from clientimport.core.invitations import MOVES
from clientimport.errors import StoreError

WRONG_MOVE = "An invitation's state does not follow the one before."


def check_move(before: str, after: str) -> None:
    """Refuse a state that does not follow.

    Raises:
        StoreError: it does not.
    """
    if after not in MOVES.get(before, ()):
        raise StoreError(WRONG_MOVE)
