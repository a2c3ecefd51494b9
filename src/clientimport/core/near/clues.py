"""What two records of one client are likely to share, found at a few microseconds a record.

Blocking for the whole store (``core.blocking``) takes each record apart before it knows whether there is anybody to compare
it with. An import cannot afford that for every client of the store, so its clues are cut from the values as they stand. Two
records that share none are not compared; those that do are judged by the same table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from clientimport.core.cells.emails import email_key
from clientimport.core.near._name_words import (
    CONNECTORS,
    GENERATIONS,
    LEGAL_FORMS,
    PARTICLES,
    ROLE_MAILBOXES,
    SHORT_FORMS,
    SHORT_LEGAL_FORMS,
    STREET_WORDS,
    TITLES,
)
from clientimport.core.near.similar_details import TAIL
from clientimport.core.text import comparison_key

COMPARED = (
    "name", "first_name", "last_name", "company_name", "kind", "birth_date", "national_number", "company_number",
    "vat_number", "tax_number", "address", "address_2", "postal_code", "city", "country", "email", "other_emails", "phone",
    "mobile", "other_phones",
)  # fmt: skip
"""The fields that a comparison looks at."""

MAX_SHARED = 20
"""More would-be creates than this with one clue: it says nothing, as the telephone number of a whole firm does."""


class Clues(NamedTuple):
    """What is looked up of a record.

    Attributes:
        hashes: Its clues, as hashes that hold within this process; none without a name. A clue may be there twice.
        words: The words of its name.
    """

    hashes: list[int]
    words: list[str]


def clues(document: Mapping[str, Any], *, by_place: bool = False) -> Clues:
    """The clues of a record.

    Args:
        document: Its non-blank values.
        by_place: The name with the place is a clue too: needed where less than two details must agree.
    """
    get = document.get
    called = get("company_name") or get("name") or f"{get('first_name') or ''} {get('last_name') or ''}"
    words = comparison_key(called).split()
    if not words:
        return Clues([], words)
    name = " ".join(sorted(_main_words(words) if len(words) > 2 else words))
    found: list[object] = []
    add = found.append
    for field in ("phone", "mobile"):
        if text := get(field):
            add(_tail(text))
    for text in get("other_phones") or ():
        add(_tail(text))
    for text in (get("email"), *(get("other_emails") or ())):
        if text:
            address = email_key(text)
            mailbox, _, domain = address.rpartition("@")
            add(mailbox if len(mailbox) >= _OWN and mailbox not in ROLE_MAILBOXES else address)
            add((name, domain, _NO_DIGIT.sub("", mailbox)))  # a slip in the mailbox, never in its digits
    if born := get("birth_date"):
        add((name, born[:4]))  # a slip in the day, or in the year
        add((name, born[4:]))
        for word in words[:_FIRST_WORDS]:
            add((born, word[0]))
    line = get("address")
    house = _house(line) if line else None
    if house or by_place:
        for field in ("postal_code", "city"):
            if text := get(field):
                place = _plain(text)
                if house:
                    add((place, *house))
                if by_place:
                    add((place, name))
    return Clues(list(map(hash, found)), words)


def may_be_one(left: int, right: int) -> bool:
    """Whether two names, each as its ``name_mask``, may be written for one: each word of the shorter has one with its first letter.

    One of three and more need not, nor need a first name that has a short form in common. What is missed is a slip in the first
    letter of one of two words, and a last name changed by a wedding.
    """
    letters, others = left & _LETTER_BITS, right & _LETTER_BITS
    fewest = min(letters.bit_count(), others.bit_count())
    shared = left & right
    found = (shared & _LETTER_BITS).bit_count()
    return found >= fewest or (found + 1 >= fewest and (fewest > 2 or shared > _LETTER_BITS))


def name_mask(words: list[str]) -> int:
    """The first letters of a name's words, and the groups of short forms that they belong to, each as a bit."""
    mask = 0
    for word in words:
        mask |= 1 << (ord(word[0]) % _LETTERS_KEPT)
        if groups := SHORT_FORMS.get(word):
            for group in groups:
                mask |= 1 << (_LETTERS_KEPT + group % _GROUPS_KEPT)
    return mask


def _main_words(words: list[str]) -> list[str]:
    """The two longest words that are a name's own."""
    own = [word for word in words if word not in _NOT_OWN]
    if len(own) > 2:
        own.sort(key=lambda word: (-len(word), word))
    return own[:2] or words[:2]


def _house(line: str) -> tuple[str, str] | None:
    """The digits of the house number and the first letters of the street's longest word; ``None`` without a number."""
    number = _NUMBER.search(line)
    if number is None:
        return None
    words = [word for word in _LETTERS.findall(line.lower()) if word not in _ROADS]
    return number[0], (max(words, key=len) if len(words) > 1 else words[0])[:2] if words else ""


def _tail(phone: str) -> str:
    tail = phone[-TAIL:]
    return tail if tail.isdigit() else _NO_DIGIT.sub("", phone.partition(";")[0])[-TAIL:]


@lru_cache(maxsize=8192)
def _plain(text: str) -> str:
    return comparison_key(text).replace(" ", "")


_OWN = 6  # letters from which a mailbox is somebody's own, as similar_details.own_mailbox has it
_FIRST_WORDS = 4
_LETTERS_KEPT, _GROUPS_KEPT = 32, 31
_LETTER_BITS = (1 << _LETTERS_KEPT) - 1
_MORE_ROADS = ("rue", "road", "street", "straat", "laan", "weg", "place", "lane", "via", "calle")
_NUMBER = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_NO_DIGIT = re.compile(r"\D")
_ROADS = frozenset((*STREET_WORDS, *STREET_WORDS.values(), *_MORE_ROADS))
_NOT_OWN = frozenset((*PARTICLES, *TITLES, *LEGAL_FORMS, *SHORT_LEGAL_FORMS, *CONNECTORS, *GENERATIONS))
