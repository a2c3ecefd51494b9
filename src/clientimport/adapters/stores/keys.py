"""How a key's slot is kept, so that one unique index serves exclusive and shared keys alike."""

from __future__ import annotations

from clientimport.errors import StoreError

OWN = "#"
"""Begins the slot of a key that several clients may hold: ``#`` and the client's id.

The slot of an exclusive key is a profile's kind of client (``""``, ``"standard"`` …), which may not begin with it; so
the two can never be equal, and the unique index keeps only exclusive keys apart.
"""


def kept_slot(slot: str | None, client: str) -> str:
    """The slot as stored.

    Raises:
        StoreError: An exclusive slot begins with ``OWN``.
    """
    if slot is None:
        return OWN + client
    if slot.startswith(OWN):
        raise StoreError(f"The slot of an exclusive key may not begin with {OWN!r}.")
    return slot


def given_slot(kept: str) -> str | None:
    """The slot as the caller gave it."""
    return None if kept.startswith(OWN) else kept
