"""Addresses, birth dates, e-mail addresses, telephone and official numbers, compared in levels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from clientimport.core.cells.emails import email_key
from clientimport.core.near._name_words import BOX_WORDS, ROLE_MAILBOXES, STREET_ENDINGS, STREET_WORDS
from clientimport.core.near.similar_names import slips
from clientimport.core.text import comparison_key


class Address(NamedTuple):
    """An address taken apart; what is not there is empty.

    Attributes:
        shown: As people write it.
        street: Letters of the street's name, abbreviations written out, without blanks.
        number: Of the house, with its letter: ``12a``.
        box: Of the flat.
        postal: Letters and digits of the postal code.
        city, country: As they are compared.
    """

    shown: str
    street: str
    number: str
    box: str
    postal: str
    city: str
    country: str


class Judged(NamedTuple):
    """A level and the two values it is about, as people write them."""

    level: str
    left: str
    right: str


def address_of(document: Mapping[str, Any]) -> Address:
    """The address of a client document; of a second line it has the number of a flat, if there is one."""
    line, second = document.get("address") or "", document.get("address_2") or ""
    postal, city = document.get("postal_code") or "", document.get("city") or ""
    street, number, box = _street(comparison_key(line).split()) if line else ("", "", "")
    if second and not box:
        box = _box(comparison_key(second).split())
    place = f"{postal} {city}".strip()
    country = document.get("country") or ""
    return Address(
        # a country that stands alone is compared too, and so is shown
        shown=", ".join(part for part in (line, second, place) if part) or country,
        street=street,
        number=number,
        box=box,
        postal=comparison_key(postal).replace(" ", "") if postal else "",
        city=comparison_key(city) if city else "",
        country=country,
    )


def address_level(left: Address, right: Address) -> str:
    """``exact``: same house; ``close``: same house but for a slip, or the place is not known; ``similar``: same street and
    place, house not known, or another flat; ``part``: only the place is known; ``different``; ``missing``. Symmetric.
    """
    place = _same_place(left, right)
    if not left.street or not right.street:
        return "missing" if place is None else "part" if place else "different"
    if place == 0:
        return "different"
    street = _same_street(left.street, right.street)
    if left.number and right.number and left.number != right.number:
        street = 0
    if not street or (place is None and street < 2):
        return "different" if place is not None else "missing"
    known = bool(left.number and right.number)
    flats = bool(left.box and right.box and left.box != right.box)
    if not known or flats or (street < 2 and place == 1):
        return "similar" if place is not None else "missing"
    return "exact" if street == 2 and place == 2 else "close"


def birth_level(left: str, right: str) -> str:
    """``exact``; ``similar``: equal, but 1 January, which stands for an unknown day; ``close``: one digit, two neighbouring
    digits, or day and month the other way round; ``different``; ``missing``, also for the dates that programs make up.
    """
    if not left or not right or left in _MADE_UP or right in _MADE_UP:
        return "missing"
    if left == right:
        return "similar" if left.endswith("-01-01") else "exact"
    if left[:4] == right[:4] and left[5:7] == right[8:] and left[8:] == right[5:7]:
        return "close"
    return "close" if slips(left, right) == 1 else "different"


def emails_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """All e-mail addresses of a client document in the form they are compared in."""
    return tuple(dict.fromkeys(map(email_key, _values(document, ("email", "other_emails")))))


def email_level(left: Sequence[str], right: Sequence[str]) -> Judged:
    """The best of all addresses on both sides.

    ``exact``; ``close``: one slip; ``similar``: the same mailbox, with a digit in it, at another provider; ``part``: the
    same mailbox without one, which namesakes have as well; ``different``, mailboxes of a role and short ones too;
    ``missing``. Symmetric.
    """
    if not left or not right:
        return Judged("missing", "".join(left[:1]), "".join(right[:1]))
    best = Judged("different", left[0], right[0])
    for one in left:
        for other in right:
            if one == other:
                return Judged("exact", one, other)
            if best.level == "close":
                continue
            mailbox, _, domain = one.rpartition("@")
            other_mailbox, _, other_domain = other.rpartition("@")
            if _one_slip(mailbox, domain, other_mailbox, other_domain):
                best = Judged("close", one, other)
            elif mailbox == other_mailbox and own_mailbox(mailbox) and best.level in {"different", "part"}:
                best = Judged("similar" if _DIGITS.search(mailbox) else "part", one, other)
    return best


def own_mailbox(mailbox: str) -> bool:
    """Whether a mailbox says whose it is: not ``info``, and not only a first name."""
    return len(mailbox) >= 6 and comparison_key(mailbox).split(" ")[0] not in ROLE_MAILBOXES


def phones_of(document: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(digits, as it is written) of all telephone numbers of a client document, extensions left out."""
    found: dict[str, str] = {}
    for text in _values(document, ("phone", "mobile", "other_phones")):
        digits = _NO_DIGIT.sub("", text.partition(";")[0])
        if len(digits) >= 5:
            found.setdefault(digits, text)
    return tuple(found.items())


def phone_level(left: Sequence[tuple[str, str]], right: Sequence[tuple[str, str]]) -> Judged:
    """The best of all numbers on both sides. ``exact``; ``close``: the last eight digits are equal; ``similar``: one slip
    in them; ``different``; ``missing``. Symmetric.
    """
    if not left or not right:
        return Judged("missing", left[0][1] if left else "", right[0][1] if right else "")
    best, rank = Judged("different", left[0][1], right[0][1]), 0
    for digits, shown in left:
        for others, other_shown in right:
            if digits == others:
                return Judged("exact", shown, other_shown)
            if rank < 2 and len(digits) >= TAIL and digits[-TAIL:] == others[-TAIL:]:
                best, rank = Judged("close", shown, other_shown), 2
            elif rank < 1 and min(len(digits), len(others)) >= TAIL and slips(digits[-TAIL:], others[-TAIL:]) == 1:
                best, rank = Judged("similar", shown, other_shown), 1
    return best


TAIL = 8
"""Digits at a telephone number's end that tell it from others, however its country is written."""


def number_level(left: object, right: object) -> str:
    """``exact``, ``different`` or ``missing``, of one official number."""
    if left is None or right is None:
        return "missing"
    return "exact" if left == right else "different"


# ------------------------------------------------------------------------------------------------ helpers


def _values(document: Mapping[str, Any], fields: Sequence[str]) -> list[str]:
    found: list[str] = []
    for field in fields:
        value = document.get(field)
        if value is not None:
            found.extend(value if isinstance(value, list) else [value])
    return found


def _street(words: list[str]) -> tuple[str, str, str]:
    """(street, number, box) of the words of an address line, whichever of street and number comes first."""
    street: list[str] = []
    number = ""
    box: list[str] = []
    boxed = False
    for index, word in enumerate(words):
        if word[0].isdigit():
            if number:
                box.append(word)
            else:
                number = word
        elif number and len(word) == 1 and not boxed and words[index - 1] == number and word not in BOX_WORDS:
            number += word  # "12 a"
        elif boxed or (word in BOX_WORDS and number and street):
            if boxed:
                box.append(word)
            boxed = True
        elif word not in BOX_WORDS:
            street.append(_whole_word(word, first=not street))
    return "".join(street), number, "".join(box)


def _box(words: list[str]) -> str:
    """The number of a flat in a second line, if that is what it is about."""
    return "".join(words[1:]) if len(words) > 1 and words[0] in BOX_WORDS else ""


def _whole_word(word: str, *, first: bool) -> str:
    if word == "st" and first:
        return "sint"
    if word in STREET_WORDS:
        return STREET_WORDS[word]
    for ending, whole in STREET_ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + whole
    return word


def _same_place(left: Address, right: Address) -> int | None:
    """2 the same, 1 but for a slip, 0 another, ``None`` not known."""
    if left.country and right.country and left.country != right.country:
        return 0
    cities = left.city == right.city if left.city and right.city else None
    if left.postal and right.postal:
        if left.postal == right.postal:
            return 2
        if cities:
            return 1
        return 1 if cities is None and len(left.postal) > 5 and left.postal[:4] == right.postal[:4] else 0
    if cities is None:
        return None
    return 2 if cities else 0


def _same_street(left: str, right: str) -> int:
    if left == right:
        return 2
    allowed = 2 if min(len(left), len(right)) >= 8 else 1
    return 1 if min(len(left), len(right)) >= 4 and slips(left, right) <= allowed else 0


def _one_slip(mailbox: str, domain: str, other_mailbox: str, other_domain: str) -> bool:
    """Whether two addresses differ by one slip in one of their halves.

    A digit is no slip (jan1 and jan2 are two), and neither is the first letter of a part: a.peeters is not b.peeters.
    """
    if mailbox == other_mailbox:
        return len(mailbox) > 2 and _swapless(domain, other_domain) and slips(domain, other_domain) == 1
    if domain != other_domain or min(len(mailbox), len(other_mailbox)) < 5:
        return False
    if _DIGITS.findall(mailbox) != _DIGITS.findall(other_mailbox):
        return False
    parts, other_parts = _PARTS.split(mailbox), _PARTS.split(other_mailbox)
    if len(parts) == len(other_parts) and any(a[:1] != b[:1] for a, b in zip(parts, other_parts, strict=True)):
        return False
    return slips(mailbox, other_mailbox) == 1


def _swapless(domain: str, other: str) -> bool:
    """Whether two domains may be one with a slip: at info@ two short domains are two firms."""
    return domain[:1] == other[:1] and min(len(domain), len(other)) >= 6


_MADE_UP = frozenset(("0001-01-01", "1800-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01", "1970-01-01"))
_NO_DIGIT = re.compile(r"\D")
_DIGITS = re.compile(r"\d")
_PARTS = re.compile(r"[^a-z0-9]+")
