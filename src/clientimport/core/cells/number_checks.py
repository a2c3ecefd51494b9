"""Quick checks of the commonest official numbers: each only accepts what python-stdnum accepts, in the same form.

A check takes a cell and gives the canonical number, or ``None`` if python-stdnum must say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import product

Check = Callable[[str], str | None]


def belgian_enterprise(text: str) -> str | None:
    """VAT and company number: the last two digits are 97 minus the first eight modulo 97."""
    digits = text if text.isalnum() else _bare(text)
    if digits[:2] == "BE":
        digits = digits[2:]
    if len(digits) == 10 and digits[0] in "01" and digits.isascii() and digits.isdecimal():
        number = int(digits)
        if number and (number // 100 + number % 100) % 97 == 0:
            return "BE" + digits
    return None


def belgian_person(text: str) -> str | None:
    """National and BIS number: 97 minus the first nine modulo 97, a 2 before them for births from 2000 on.

    Births after 2024 are left to python-stdnum, which compares the year with today's.
    """
    digits = text if text.isalnum() else _bare(text)
    if len(digits) != 11 or not (digits.isascii() and digits.isdecimal()):
        return None
    month = int(digits[2:4])
    if not (month <= 12 or 20 <= month <= 32 or 40 <= month <= 52):
        return None
    front, check = divmod(int(digits), 100)
    if front and (97 - front % 97 == check or (digits[:2] <= "24" and 97 - (2_000_000_000 + front) % 97 == check)):
        return "BE" + digits
    return None


def dutch_vat(text: str) -> str | None:
    """A citizen's or legal entity's nine digits that pass the eleven test, ``B`` and two digits."""
    number = text if text.isalnum() else _bare(text)
    if number[:2] == "NL":
        number = number[2:]
    if len(number) == 12 and number[9] == "B" and number[10:] in _SUFFIXES and _eleven(number[:9]):
        return "NL" + number
    return None


def dutch_person(text: str) -> str | None:
    """Citizen service number: nine digits that pass the eleven test."""
    digits = text if text.isalnum() else _bare(text)
    return "NL" + digits if len(digits) == 9 and _eleven(digits) else None


def australian_business(text: str) -> str | None:
    """ABN: the first two digits follow from the other nine, weighted, modulo 89."""
    digits = text if text.isalnum() else _bare(text)
    if len(digits) != 11:
        return None
    first, middle, last = _abn()
    try:
        weighed = first[digits[2:5]] + middle[digits[5:8]] + last[digits[8:]]
    except KeyError:
        return None
    return "AU" + digits if digits[:2] == str(11 + (-weighed - 1) % 89) else None


def american_employer(text: str) -> str | None:
    """EIN: nine digits whose first two an office of the IRS gives out, as python-stdnum lists them."""
    digits = text if text.isalnum() else _bare(text)
    if len(digits) == 9 and digits.isascii() and digits.isdecimal() and _ein_prefix(digits[:2]):
        return "US" + digits
    return None


def british_vat(text: str) -> str | None:
    """Nine digits, weighted, modulo 97: 0; from 100 on also 42 or 55."""
    digits = text if text.isalnum() else _bare(text)
    if digits[:2] == "GB":
        digits = digits[2:]
    if len(digits) != 9:
        return None
    first, middle, last = _gb_vat()
    try:
        rest = (first[digits[:3]] + middle[digits[3:6]] + last[digits[6:]]) % 97
    except KeyError:
        return None
    if rest == 0 or (rest in {42, 55} and digits[0] != "0"):
        return "GB" + digits
    return None


def french_vat(text: str) -> str | None:
    """Two digits that follow from the company's nine (modulo 97), which pass the Luhn test. Monaco's have 000 there."""
    digits = text if text.isalnum() else _bare(text)
    if digits[:2] == "FR":
        digits = digits[2:]
    if len(digits) != 11 or not (digits.isascii() and digits.isdecimal()):
        return None
    company = digits[2:]
    first, middle, last = _luhn()
    if company[:3] == "000" or (first[company[:3]] + middle[company[3:6]] + last[company[6:]]) % 10:
        return None
    return "FR" + digits if int(digits[:2]) == int(company + "12") % 97 else None


QUICK: Mapping[str, Mapping[str | None, Check]] = {
    "vat_number": {
        "BE": belgian_enterprise,
        "NL": dutch_vat,
        "FR": french_vat,
        "GB": british_vat,
        "AU": australian_business,
    },
    "company_number": {"BE": belgian_enterprise, "AU": australian_business, "US": american_employer},
    "national_number": {"BE": belgian_person, "NL": dutch_person},
    "tax_number": {"BE": belgian_person, "NL": dutch_person, "US": american_employer},
}
"""The quick check of each kind of number and country."""

_SUFFIXES = frozenset(f"{number:02d}" for number in range(1, 100))


def _bare(text: str) -> str:
    # Four replacements cost less than one translation of so short a text.
    return text.replace(" ", "").replace(".", "").replace("-", "").replace("/", "")


def _weighed(*weights: int) -> tuple[dict[str, int], ...]:
    """For each three digits in turn their weighted sum, so that a check is three look-ups."""
    return tuple(_three(weights[start : start + 3]) for start in range(0, len(weights), 3))


def _three(weights: Sequence[int]) -> dict[str, int]:
    return {
        "".join(digits): sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
        for digits in product("0123456789", repeat=3)
    }


@cache
def _abn() -> tuple[dict[str, int], ...]:
    return _weighed(3, 5, 7, 9, 11, 13, 15, 17, 19)


@cache
def _gb_vat() -> tuple[dict[str, int], ...]:
    return _weighed(8, 7, 6, 5, 4, 3, 2, 10, 1)


@cache
def _luhn() -> tuple[dict[str, int], ...]:
    """For each three of nine digits their sum, every second digit doubled and its own digits summed."""
    once = _three((1, 1, 1))
    twice = {digit: int(digit) * 2 - 9 * (int(digit) > 4) for digit in "0123456789"}
    return tuple(
        {
            digits: sum(twice[digit] if (start + place) % 2 else int(digit) for place, digit in enumerate(digits))
            for digits in once
        }
        for start in (0, 3, 6)
    )


@cache
def _bsn() -> tuple[dict[str, int], ...]:
    return _weighed(9, 8, 7, 6, 5, 4, 3, 2, -1)


def _eleven(digits: str) -> bool:
    first, middle, last = _bsn()
    try:
        weighed = first[digits[:3]] + middle[digits[3:6]] + last[digits[6:]]
    except KeyError:
        return False
    return weighed % 11 == 0 and digits != "000000000"


@cache
def _ein_prefix(prefix: str) -> bool:
    from stdnum.us import ein  # on first use only

    return ein.is_valid(prefix + "0000000")
