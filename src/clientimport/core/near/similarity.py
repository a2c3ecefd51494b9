"""How far two client records look like one person or organisation: field by field, in levels that have weights.

The model is that of Fellegi and Sunter: each comparison ends in a level, a level has a weight, and the weights add up. A
weight is the binary logarithm of how many times more often the level is met among pairs that are one client than among
pairs that are two. It says nothing about what came before: of two clients picked at random hardly ever both are one, so
the bands begin well above zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import attrs

from clientimport.core.near.similar_details import (
    Address,
    Judged,
    address_level,
    address_of,
    birth_level,
    email_level,
    emails_of,
    number_level,
    phone_level,
    phones_of,
)
from clientimport.core.near.similar_names import Name, name_level, name_of

EXACT, CLOSE, SIMILAR, PART, DIFFERENT, MISSING = LEVELS = ("exact", "close", "similar", "part", "different", "missing")

NUMBERS = ("national_number", "company_number", "vat_number", "tax_number")
"""Official numbers. An external id is none: whoever is in a list twice usually has two."""

# Bits, rounded to whole ones. Reasons for single weights:
# - name: two of several thousand full names are equal by chance about once in 2**9 to 2**10 pairs of one region. A slip or an
#   initial costs what it leaves open. "part" (a last name alone; equal first names, other last names) is met a little more
#   often between two. "different" outweighs the whole rest of the table: a household shares address, telephone, mailbox, and
#   twins the birth date, so nothing they share may make two first names one.
# - address, e-mail and phone would weigh 10 to 15 bits each if they were independent; in households and firms they go
#   together, so each is counted for about half. Moving, another mailbox and another telephone are common: small losses.
# - birth_date: one in 22,000 pairs agrees by chance, but among people that the same list holds, siblings and 1 January
#   are more frequent. Another date is a father and a son of one name far more often than a mistake past one digit.
# - numbers: equal ones are found by exact keys, and this table leaves them alone. Two different ones are two clients.
WEIGHTS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        field: MappingProxyType(dict(zip(LEVELS, weights, strict=True)))
        for field, weights in {
            # exact, close, similar, part, different, missing
            "name": (9, 7, 5, -3, -30, 0),
            "birth_date": (8, 4, 4, 0, -16, 0),
            "address": (6, 5, 3, 1, -2, 0),
            "email": (7, 5, 4, 1, -1, 0),
            "phone": (6, 5, 1, 0, -1, 0),
            **dict.fromkeys(NUMBERS, (0, 0, 0, 0, -40, 0)),
        }.items()
    }
)
"""Field -> level -> weight in bits."""

BANDS: Mapping[str, int] = MappingProxyType({"strict": 18, "close": 14, "similar": 11, "rough": 7})
"""Band -> the weight it begins at, strongest first. Below the last one a pair is nothing to speak of."""

DEFAULT_BAND = "similar"
"""The weakest band that is reported unless asked otherwise: most of its pairs are one client."""


@attrs.frozen(kw_only=True)
class Comparison:
    """One field of two clients.

    Attributes:
        field: ``name``, ``birth_date``, ``address`` (its parts together), ``email`` and ``phone`` (the best two of several),
            or an official number's field.
        left, right: The two values as they are written; empty if there is none.
        level: ``exact``, ``close``, ``similar``, ``part``, ``different`` or ``missing`` (on one side at least).
        weight: Bits that it adds.
    """

    field: str
    left: str = attrs.field(repr=False)
    right: str = attrs.field(repr=False)
    level: str
    weight: int


@attrs.frozen(kw_only=True)
class Similarity:
    """Two clients compared.

    Attributes:
        comparisons: Field by field; fields that both lack are left out.
        weight: The sum of their weights, in bits.
        band: ``strict``, ``close``, ``similar`` or ``rough``; empty below.
    """

    comparisons: tuple[Comparison, ...]
    weight: int
    band: str


class Subject(NamedTuple):
    """A client document taken apart once, to be compared many times."""

    name: Name
    birth: str
    address: Address
    emails: tuple[str, ...]
    phones: tuple[tuple[str, str], ...]
    numbers: tuple[object, ...]


def subject(document: Mapping[str, Any]) -> Subject:
    """What of a client document is compared."""
    return Subject(
        name_of(document),
        document.get("birth_date") or "",
        address_of(document),
        emails_of(document),
        phones_of(document),
        tuple(map(document.get, NUMBERS)),
    )


def compare(left: Mapping[str, Any], right: Mapping[str, Any]) -> Similarity:
    """Two client documents, field by field. Symmetric in levels and weight."""
    found = judge(subject(left), subject(right))
    assert found is not None
    return found


def judge(left: Subject, right: Subject, at_least: int | None = None) -> Similarity | None:
    """The same of subjects; ``None`` below a weight of *at_least*, which is known before all is compared."""
    name = name_level(left.name, right.name)
    if at_least is not None and _NAME[name] + _MOST_BESIDES < at_least:
        return None
    numbers = [number_level(one, other) for one, other in zip(left.numbers, right.numbers, strict=True)]
    weight = _NAME[name] + sum(map(_NUMBER.__getitem__, numbers))
    if at_least is not None and weight + _MOST_BESIDES < at_least:
        return None
    birth = birth_level(left.birth, right.birth)
    address = address_level(left.address, right.address)
    email = email_level(left.emails, right.emails)
    phone = phone_level(left.phones, right.phones)
    weight += _BIRTH[birth] + _ADDRESS[address] + _EMAIL[email.level] + _PHONE[phone.level]
    if at_least is not None and weight < at_least:
        return None
    judged: dict[str, Judged] = {
        "name": Judged(name, left.name.shown, right.name.shown),
        "birth_date": Judged(birth, left.birth, right.birth),
        "address": Judged(address, left.address.shown, right.address.shown),
        "email": email,
        "phone": phone,
    }
    for field, level, one, other in zip(NUMBERS, numbers, left.numbers, right.numbers, strict=True):
        judged[field] = Judged(level, str(one or ""), str(other or ""))
    comparisons = tuple(
        Comparison(
            field=field, left=found.left, right=found.right, level=found.level, weight=WEIGHTS[field][found.level]
        )
        for field, found in judged.items()
        if found.left or found.right
    )
    return Similarity(comparisons=comparisons, weight=weight, band=band_of(weight))


def band_of(weight: int) -> str:
    """The band of a weight in bits; empty below the last one."""
    return next((band for band, least in BANDS.items() if weight >= least), "")


_NAME, _BIRTH, _ADDRESS, _EMAIL, _PHONE, _NUMBER = (
    WEIGHTS[field] for field in ("name", "birth_date", "address", "email", "phone", NUMBERS[0])
)
_MOST_BESIDES = sum(max(levels.values()) for field, levels in WEIGHTS.items() if field != "name")
"""What everything but the name can add at most."""
