"""What every store does alike with an opening balance: its documents add up to it, its sources are told once each."""

from __future__ import annotations

from clientimport.core.journal import OPENING
from clientimport.errors import StoreError
from clientimport.ports import NewPosting


def check_items(posting: NewPosting) -> None:
    """Raise unless the documents of *posting* are an opening balance's and add up to it.

    Raises:
        StoreError: They are not.
    """
    if posting.kind != OPENING:
        raise StoreError("Open documents belong to an opening balance.")
    if sum(item.minor for item in posting.items) != posting.minor:
        raise StoreError("The documents of an opening balance do not add up to it.")


def told_once(*digests: str) -> str:
    """The digests in *digests*, each of them some parted by blanks, once each."""
    return " ".join(dict.fromkeys(" ".join(digests).split()))
