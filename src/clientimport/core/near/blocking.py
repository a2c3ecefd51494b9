"""Which clients are compared at all: those that share a key which two records of one client are likely to share.

Comparing everybody with everybody grows with the square of the clients. Each pass here is a kind of key; clients with
one key of one pass are a block, and only within blocks is compared. A pair missed by one pass is usually found by another.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations, groupby
from typing import NamedTuple

from clientimport.core.clustering import RECORD_BITS
from clientimport.core.near.similar_details import TAIL, own_mailbox
from clientimport.core.near.similar_names import Word
from clientimport.core.near.similarity import Subject

MAX_BLOCK = 50
"""More clients than this under one key: the block is split by another key, and what is still larger is left out."""

HASH_BITS = 64 - RECORD_BITS


class Pass(NamedTuple):
    """One kind of key.

    Attributes:
        name: For people.
        keys: The keys of a client; none if it lacks what they are made of.
        split: A finer key, for blocks that are too large.
    """

    name: str
    keys: Callable[[Subject], Iterable[str]]
    split: Callable[[Subject], str]


class BlockIndex:
    """The key hashes of one pass over all clients: 64 bits a key, 38 of its hash and 26 of the client's number."""

    def __init__(self) -> None:
        self._entries = array("Q")

    def add(self, number: int, keys: Iterable[str]) -> None:
        """Add the keys of the client with that *number*."""
        self._entries.extend([(key_hash(key) << RECORD_BITS) | number for key in keys])

    def blocks(self) -> Iterator[tuple[int, list[int]]]:
        """(hash, numbers, rising) of every hash that two clients have or more, by hash: the same order in every process.

        The entries are sorted a part at a time, because sorted as one they would be Python's own numbers all at once.
        """
        parts = [array("Q") for _ in range(1 << _PART_BITS)]
        into = [part.append for part in parts]
        for entry in self._entries:
            into[entry >> (HASH_BITS + RECORD_BITS - _PART_BITS)](entry)
        for part in parts:
            for hashed, entries in groupby(sorted(part), key=_hash_of):
                numbers = [entry & _NUMBER_MASK for entry in entries]
                if len(numbers) > 1:
                    yield hashed, numbers


def key_hash(key: str) -> int:
    """A key as a number, the same in every process."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()) & _MASK


def block_keys(found: Subject, passes: int) -> list[frozenset[str]]:
    """The keys of a client in the first *passes* passes."""
    return [frozenset(each.keys(found)) for each in PASSES[:passes]]


def block_of(hashed: int, keys: Iterable[str]) -> str | None:
    """Which of *keys* has that hash."""
    return next((key for key in sorted(keys) if key_hash(key) == hashed), None)


@lru_cache(maxsize=8192)
def sound(word: str) -> str:
    """What is left of a word when letters that sound alike are one and vowels after the first letter go."""
    if not word.isascii():
        return word
    for pattern, letter in _SOUNDS:
        word = word.replace(pattern, letter)
    return word[:1] + _DOUBLE.sub(r"\1", _SILENT.sub("", word[1:]))


# ------------------------------------------------------------------------------------------------ the keys


@lru_cache(maxsize=512)
def _main_words(words: tuple[Word, ...]) -> tuple[str, ...]:
    """The two longest words of a name, in alphabetical order; initials only if there is nothing else."""
    longest = sorted((word.core for word in words), key=lambda word: (-len(word), word))[:2]
    return tuple(sorted(word for word in longest if len(word) > 1) or sorted(longest))


@lru_cache(maxsize=512)
def _sounds_of(words: tuple[Word, ...]) -> str:
    return " ".join(sorted(map(sound, _main_words(words))))


def _sounds(found: Subject) -> str:
    """The main words of the name as they sound, in whatever order they were written."""
    return _sounds_of(found.name.words)


def _place(found: Subject) -> str:
    return found.address.postal or found.address.city


def _name_and_place(found: Subject) -> Iterator[str]:
    """Sounds of the name with the postal code, and beginnings of its words with the city: typing errors sit late in words."""
    if found.name.words:
        if found.address.postal:
            yield f"{_sounds(found)}|{found.address.postal}"
        if found.address.city:
            yield f"{' '.join(word[:3] for word in _main_words(found.name.words))}|{found.address.city}"


def _name_and_birth(found: Subject) -> Iterator[str]:
    """The name with the year, and with month and day: a slip in the date leaves one of them."""
    if found.birth and found.name.words:
        sounds = _sounds(found)
        yield f"{sounds}|{found.birth[:4]}"
        yield f"{sounds}|{found.birth[4:]}"


def _birth_and_initials(found: Subject) -> Iterator[str]:
    """Each two initials of the first three words of the name: one word may be missing on the other side."""
    if found.birth and (words := found.name.words):
        initials = sorted(word.core[0] for word in words[:3])
        if len(initials) == 1:
            yield f"{initials[0]}|{found.birth}"
        for one, other in combinations(initials, 2):
            yield f"{one}{other}|{found.birth}"


def _name_and_mailbox(found: Subject) -> Iterator[str]:
    """The name with the first letters of the mailbox, which an address with a slip still begins with."""
    if found.name.words:
        for address in found.emails:
            yield f"{_sounds(found)}|{address[:3]}"


def _mailbox(found: Subject) -> Iterator[str]:
    """The mailbox at whatever provider, if it is somebody's own; else the whole address."""
    for address in found.emails:
        mailbox = address.rpartition("@")[0]
        yield mailbox if own_mailbox(mailbox) else address


def _phone(found: Subject) -> Iterator[str]:
    for digits, _ in found.phones:
        yield digits[-TAIL:]


def _house(found: Subject) -> Iterator[str]:
    """The beginning of the street and the number, with postal code and with city: one list has only one of them."""
    address = found.address
    if address.street and address.number:
        for place in (address.postal, address.city):
            if place:
                yield f"{address.street[:4]}|{address.number}|{place}"


def _by_details(found: Subject) -> str:
    """What tells namesakes apart: when they were born, else where they live."""
    return found.birth or f"{found.address.street}|{found.address.number}|{_place(found)}"


PASSES: tuple[Pass, ...] = (
    Pass("name and place", _name_and_place, _by_details),
    Pass("telephone", _phone, _sounds),
    Pass("mailbox", _mailbox, _sounds),
    Pass("house", _house, _sounds),
    Pass("birth date and initials", _birth_and_initials, _sounds),
    Pass("name and birth", _name_and_birth, _by_details),
    Pass("name and mailbox", _name_and_mailbox, _by_details),
)
"""In the order they are made. A pair that two of them find is compared once."""


def _hash_of(entry: int) -> int:
    return entry >> RECORD_BITS


_MASK = (1 << HASH_BITS) - 1
_NUMBER_MASK = (1 << RECORD_BITS) - 1
_PART_BITS = 8
_SOUNDS = (
    ("sch", "s"), ("ph", "f"), ("th", "t"), ("gh", "g"), ("ck", "k"), ("dt", "t"), ("ij", "i"), ("c", "k"), ("q", "k"),
    ("x", "ks"), ("z", "s"), ("y", "i"), ("w", "v"), ("j", "i"),
)  # fmt: skip
_SILENT = re.compile("[aeiouh]")
_DOUBLE = re.compile(r"(.)\1+")
