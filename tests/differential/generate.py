"""Seeded makers of cells: clean ones as files hold them, and the same with a few characters changed."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator

from stdnum import luhn

FULL = os.environ.get("CLIENTIMPORT_FULL") == "1"
GENERATED = 1_000_000 if FULL else 5_000
MUTATED = 500_000 if FULL else 5_000
VARIANTS = 400 if FULL else 4
"""Numbers made from each example number of each region."""

BATCH = 500

COUNTRIES = ("BE", "NL", "FR", "GB", "US", "AU", "DE", "LU", "IE", "ES", "IT", "CA", "NZ", "CH", "PT", "AT")
NOISE = " .-/()+,;:#xXeEtT0123456789abcBELNG@_'\"<>\u00a0\u00e9\u0660\uff11\u2212\n\t*~[]\\"

Row = tuple[str, str | None]


def rows(make: Callable[[random.Random], Row], seed: str) -> Iterator[list[Row]]:
    """Batches of cells with the country of their row: the generated ones, then the mutated ones."""
    chance = random.Random(seed)
    for count, change in ((GENERATED, False), (MUTATED, True)):
        for start in range(0, count, BATCH):
            batch = [make(chance) for _ in range(min(BATCH, count - start))]
            if change:
                batch = [(mutated(text, chance), other(country, chance)) for text, country in batch]
            yield batch


def mutated(text: str, chance: random.Random) -> str:
    """*text* with one to three characters put in, taken out, replaced, doubled or swapped; trimmed as cells are."""
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(text) + 1)
        match chance.randrange(6):
            case 0:
                text = text[:place] + chance.choice(NOISE) + text[place:]
            case 1:
                text = text[:place] + text[place + 1 :]
            case 2:
                text = text[:place] + chance.choice(NOISE) + text[place + 1 :]
            case 3:
                text = text[:place] + text[place - 1 : place] + text[place:]
            case 4:
                text = text[: max(place - 2, 0)] + text[place - 1 : place] + text[place - 2 : place - 1] + text[place:]
            case _:
                text = text.swapcase() if chance.random() < 0.3 else text[:place] + text[place:] + text[: place % 4]
    return text.strip()


def other(country: str | None, chance: random.Random) -> str | None:
    """The same country most of the time, another or none at others."""
    if chance.random() < 0.8:
        return country
    return chance.choice((*COUNTRIES, None, "ZZ", "JE", "PR", "RU", "HU", "AR", "BR", "MX"))


def email(chance: random.Random) -> Row:
    words = (
        "jan",
        "peeters",
        "info",
        "Info",
        "sales",
        "o'neil",
        "a",
        "marie-claire",
        "x_y",
        "müller",
        "JAN",
        "j+b",
        "4u",
    )
    local = chance.choice((".", "_", "", "-")).join(chance.choices(words, k=chance.randint(1, 3)))
    label = (
        "example",
        "janssens-bv",
        "gmail",
        "x",
        "foo--bar",
        "xn--bcher-kva",
        "bücher",
        "123",
        "a-b",
        "Test",
        "mail",
    )
    top = (
        "be",
        "com",
        "nl",
        "co.uk",
        "com.au",
        "eu",
        "test",
        "local",
        "example",
        "info",
        "c",
        "museum",
        "BE",
        "1a",
        "gent",
    )
    return f"{local}@{'.'.join(chance.choices(label, k=chance.randint(1, 2)))}.{chance.choice(top)}", "BE"


def phone(chance: random.Random) -> Row:
    import phonenumbers

    country = chance.choice(COUNTRIES)
    types = phonenumbers.supported_types_for_region(country)
    example = phonenumbers.example_number_for_type(country, chance.choice(tuple(types)))
    assert example is not None
    digits = list(phonenumbers.national_significant_number(example))
    for place in range(chance.randint(1, 3), len(digits)):
        digits[place] = chance.choice("0123456789")
    if chance.random() < 0.1:
        digits = digits[: chance.randint(2, len(digits))]
    national = "".join(digits)
    code = str(phonenumbers.country_code_for_region(country))
    prefix = phonenumbers.ndd_prefix_for_region(country, True) or ""
    written = chance.choice((prefix, prefix, "", f"+{code} ", f"+{code}", f"00{code}", code, f"011{code}")) + grouped(
        national, chance
    )
    if chance.random() < 0.1:
        written += chance.choice((" (mob)", " ext. 12", "x4", " #7", " Jan", " / 5", " poste 3"))
    return written.strip(), country


def grouped(digits: str, chance: random.Random) -> str:
    mark = chance.choice(("", "", " ", ".", "-", "/"))
    size = chance.choice((2, 3))
    parts = [digits[start : start + size] for start in range(0, len(digits), size)]
    text = mark.join(parts)
    return f"({parts[0]}){mark.join(parts[1:])}" if chance.random() < 0.1 else text


def number(scheme: str) -> Callable[[random.Random], Row]:
    """Numbers of *scheme*, most with right check digits."""

    def make(chance: random.Random) -> Row:
        country = chance.choice(("BE", "NL", "GB", "AU", "US", "FR", "IE"))
        size = {"BE": 10, "NL": 9, "GB": 9, "AU": 11, "US": 9, "FR": 9, "IE": 7}[country]
        if scheme == "national_number" and country == "BE":
            size = 11
        if scheme == "tax_number" and country in {"GB", "BE"}:
            size = {"GB": 10, "BE": 11}[country]
        digits = "".join(chance.choices("0123456789", k=size))
        if country == "BE" and size == 10:
            front = f"{chance.randint(0, 1_999_999_9):08d}"
            digits = front + f"{97 - int(front) % 97:02d}"
        elif country == "BE" and chance.random() < 0.9:
            front = f"{chance.randint(0, 99):02d}{chance.randint(0, 55):02d}{chance.randint(0, 33):02d}{digits[:3]}"
            digits = front + f"{97 - int(chance.choice(('', '2')) + front) % 97:02d}"
        elif country == "FR" and scheme == "vat_number":
            company = next(digits[:8] + last for last in "0123456789" if luhn.is_valid(digits[:8] + last))
            digits = f"{int(company + '12') % 97:02d}{company}"
        elif country == "AU":
            weights = (3, 5, 7, 9, 11, 13, 15, 17, 19)
            check = 11 + (-sum(w * int(d) for w, d in zip(weights, digits[2:], strict=True)) - 1) % 89
            digits = f"{check}{digits[2:]}"
        elif country == "NL" and chance.random() < 0.9:
            check = sum((9 - place) * int(digit) for place, digit in enumerate(digits[:8])) % 11
            digits = digits[:8] + str(check % 10)
        elif country == "GB" and size == 9:
            weighed = sum(w * int(d) for w, d in zip((8, 7, 6, 5, 4, 3, 2), digits, strict=False))
            digits = digits[:7] + f"{(97 - (weighed + chance.choice((0, 42, 55))) % 97) % 97:02d}"
        if scheme == "vat_number" and country == "NL":
            digits += f"B{chance.randint(0, 99):02d}"
        if chance.random() < 0.4:
            digits = country + digits
        return grouped(digits, chance).replace("(", "").replace(")", ""), country

    return make
