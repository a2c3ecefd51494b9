"""What two records of one client are likely to share, found at a few microseconds a record.

Blocking for the whole store (``core.blocking``) takes each record apart before it knows whether there is anybody to compare
it with. An import cannot afford that for every client of the store, so its clues are cut from the values as they stand. Two
records that share none are not compared; those that do are judged by the same table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from clientimport.core._name_words import (
    CONNECTORS,
    GENERATIONS,
    LEGAL_FORMS,
    PARTICLES,
    ROLE_MAILBOXES,
    SHORT_LEGAL_FORMS,
    STREET_WORDS,
    TITLES,
)
from clientimport.core.emails import email_key
from clientimport.core.similar_details import TAIL
from clientimport.core.text import comparison_key

COMPARED = (
    "name", "first_name", "last_name", "company_name", "kind", "birth_date", "national_number", "company_number",
    "vat_number", "tax_number", "address", "address_2", "postal_code", "city", "country", "email", "other_emails", "phone",
    "mobile", "other_phones",
)  # fmt: skip
"""The fields that a comparison looks at."""

MAX_SHARED = 20
"""More would-be creates than this with one clue: it says nothing, as the telephone number of a whole firm does."""


def clues(document: Mapping[str, Any], *, by_place: bool = False) -> list[int]:
    """The clues of a record, as hashes that hold within this process; none without a name.

    Args:
        document: Its non-blank values.
        by_place: The name with the place is a clue too: needed where less than two details must agree.
    """
    name = called(document)
    return list(map(hash, _clues(document, name, by_place=by_place))) if name else []


def called(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of a record's name in small letters, in their order; empty if it has none."""
    get = document.get
    name = get("company_name") or get("name") or f"{get('first_name') or ''} {get('last_name') or ''}"
    return tuple(comparison_key(name).split())


def _clues(document: Mapping[str, Any], words: tuple[str, ...], *, by_place: bool) -> Iterator[object]:
    get = document.get
    name = _main_words(words) if len(words) > 2 else tuple(sorted(words))
    for field in ("phone", "mobile"):
        if text := get(field):
            yield _tail(text)
    for text in get("other_phones") or ():
        yield _tail(text)
    for text in (get("email"), *(get("other_emails") or ())):
        if text:
            address = email_key(text)
            mailbox, _, domain = address.rpartition("@")
            yield mailbox if len(mailbox) >= _OWN and mailbox not in ROLE_MAILBOXES else address
            yield name, domain, _NO_DIGIT.sub("", mailbox)  # a slip in the mailbox, never in its digits
    if born := get("birth_date"):
        yield name, born[:4]  # a slip in the day, or in the year
        yield name, born[4:]
        for word in words[:_FIRST_WORDS]:
            yield born, word[0]
    line = get("address")
    house = _house(line) if line else None
    if house or by_place:
        for field in ("postal_code", "city"):
            if text := get(field):
                place = _plain(text)
                if house:
                    yield place, house
                if by_place:
                    yield place, name


def _main_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """The two longest words that are a name's own, in alphabetical order."""
    own = sorted((word for word in words if word not in _NOT_OWN), key=lambda word: (-len(word), word))
    return tuple(sorted(own[:2] or words[:2]))


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
_MORE_ROADS = ("rue", "road", "street", "straat", "laan", "weg", "place", "lane", "via", "calle")
_NUMBER = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_NO_DIGIT = re.compile(r"\D")
_ROADS = frozenset((*STREET_WORDS, *STREET_WORDS.values(), *_MORE_ROADS))
_NOT_OWN = frozenset((*PARTICLES, *TITLES, *LEGAL_FORMS, *SHORT_LEGAL_FORMS, *CONNECTORS, *GENERATIONS))
