"""What reading one value costs, field by field: this library's columns beside the reference libraries.

    python benchmarks/fields.py [--values N] [--json FILE]

CPU microseconds a value, the median of five passes over the same clean column in batches of 500, after one pass that
loads libraries and patterns. The last line printed is the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import email_validator
import phonenumbers
import stdnum.au.abn
import stdnum.be.nn
import stdnum.be.vat
import stdnum.gb.vat
import stdnum.nl.btw
from dateutil import parser

from clientimport.core.cells.coercers import BUILTIN_COERCERS
from clientimport.core.coercion import CoercionContext
from clientimport.core.text import clean_column, comparison_key, name_key

BATCH, PASSES = 500, 5
TARGETS = {
    "clean": 0.1,
    "email": 1.3,
    "phone": 2.2,
    "vat_number": 1.0,
    "national_number": 1.0,
    "date": 0.2,
    "amount": 1.2,
}
"""The most one clean value may cost, in CPU microseconds."""

Column = tuple[list[str], list[str | None]]
Pass = Callable[[Column], object]


def main() -> int:
    """Measure every field, print a table and a line of JSON; 0 if every target is met."""
    options = argparse.ArgumentParser(description="CPU microseconds a value, field by field.")
    options.add_argument("--values", type=int, default=20_000, help="values a column (default 20,000)")
    options.add_argument("--json", type=Path, help="a file for the figures")
    given = options.parse_args()
    chance = random.Random(2026)
    figures: dict[str, dict[str, float | None]] = {}
    for name, column, own, reference in fields(given.values, chance):
        figures[name] = {
            "us": cost(own, column),
            "library_us": None if reference is None else cost(reference, column),
            "target_us": TARGETS.get(name),
        }
    print(f"{'field':<18}{'us a value':>12}{'library':>10}{'target':>9}")
    for name, figure in figures.items():
        cells = [f"{value:.2f}" if value is not None else "-" for value in figure.values()]
        print(f"{name:<18}{cells[0]:>12}{cells[1]:>10}{cells[2]:>9}")
    text = json.dumps({"values": given.values, "python": sys.version.split()[0], "fields": figures})
    if given.json:
        given.json.write_text(text + "\n", encoding="utf-8")
    print(text)
    return int(any(f["target_us"] is not None and (f["us"] or 0) > f["target_us"] for f in figures.values()))


def cost(work: Pass, column: Column) -> float:
    texts, countries = column
    batches = [(texts[at : at + BATCH], countries[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
    times = []
    for _ in range(PASSES + 1):
        start = time.process_time_ns()
        for batch in batches:
            work(batch)
        times.append((time.process_time_ns() - start) / 1000 / len(texts))
    return round(statistics.median(times[1:]), 3)


def fields(count: int, chance: random.Random) -> Sequence[tuple[str, Column, Pass, Pass | None]]:
    countries: list[str | None] = [chance.choice(("BE", "NL", "GB", "AU", "US")) for _ in range(count)]
    belgian: list[str | None] = ["BE"] * count
    days = [f"{day:02d}/{month:02d}/{year}" for day in range(1, 29) for month in range(1, 13) for year in (2025,)]
    number = chance.randint
    amounts = [f"{number(0, 99_999)}.{number(0, 99):02d}" for _ in range(count)]
    names = [f"Client {number(1, 10**6)} {chance.choice(('BV', 'NV', 'Ltd'))}" for _ in range(count)]
    vat_countries: list[str | None] = [chance.choice(tuple(VAT)) for _ in range(count)]
    vat = [VAT[country or ""](f"{number(10_000_000, 19_999_999)}") for country in vat_countries]
    persons = []
    for _ in range(count):
        front = f"{number(30, 99)}{number(1, 12):02d}{number(1, 28):02d}{number(1, 997):03d}"
        persons.append(f"{front}{97 - int(front) % 97:02d}")
    emails = [f"first{number(1, 10**6)}.last@{chance.choice(('gmail.com', 'janssens.be', 'a-b.co.uk'))}" for _ in names]
    phones = [PHONES[country or ""](f"{number(100_000, 999_999)}") for country in countries]
    return (
        ("clean", (names, belgian), lambda column: clean_column(column[0]), None),
        ("comparison_key", (names, belgian), lambda column: [comparison_key(text) for text in column[0]], None),
        ("name_key", (names, belgian), lambda column: [name_key(text) for text in column[0]], None),
        ("text", (names, belgian), coercing("text"), None),
        ("email", (emails, belgian), coercing("email"), each(email)),
        ("phone", (phones, countries), coercing("phone"), each(phone)),
        ("vat_number", (vat, vat_countries), coercing("vat_number"), each(lambda text, at: STDNUM[at or ""](text))),
        ("national_number", (persons, belgian), coercing("national_number"), each(person)),
        ("date", (chance.choices(days, k=count), belgian), coercing("date", "DMY"), each(day_first)),
        ("amount", (amounts, belgian), coercing("amount"), each(lambda text, _at: Decimal(text))),
        ("country", (chance.choices(("België", "Nederland", "UK"), k=count), belgian), coercing("country"), None),
        ("yes_no", (chance.choices(("ja", "nee", "Yes"), k=count), belgian), coercing("yes_no"), None),
    )


def coercing(name: str, form: str | None = None) -> Pass:
    coercer = BUILTIN_COERCERS[name]

    def coerce(column: Column) -> object:
        found = coercer(column[0], CoercionContext(field=name, countries=column[1], format=form))
        assert not found.flags, found.flags[0][1]
        return found

    return coerce


def each(ask: Callable[[str, str | None], object]) -> Pass:
    return lambda column: [ask(text, country) for text, country in zip(*column, strict=True)]


def email(text: str, _country: str | None) -> object:
    return email_validator.validate_email(text, check_deliverability=False).normalized


def phone(text: str, country: str | None) -> object:
    parsed = phonenumbers.parse(text, country)
    return phonenumbers.is_valid_number(parsed) and phonenumbers.format_number(parsed, 0)


def person(text: str, _country: str | None) -> object:
    return stdnum.be.nn.validate(text)


def day_first(text: str, _country: str | None) -> object:
    return parser.parse(text, dayfirst=True)


def belgian_vat(front: str) -> str:
    front = "0" + front[1:]
    return f"BE{front}{97 - int(front) % 97:02d}"


def dutch_vat(front: str) -> str:
    check = sum((9 - place) * int(digit) for place, digit in enumerate(front)) % 11
    return f"NL{front}{check}B01" if check < 10 else dutch_vat(f"{int(front) + 1:08d}")


def british_vat(front: str) -> str:
    weighed = sum(weight * int(digit) for weight, digit in zip((8, 7, 6, 5, 4, 3, 2), front, strict=False))
    return f"GB{front[:7]}{97 - weighed % 97:02d}"


def australian_vat(front: str) -> str:
    digits = front + front[:1]
    weights = (3, 5, 7, 9, 11, 13, 15, 17, 19)
    weighed = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
    return f"{11 + (-weighed - 1) % 89}{digits}"


VAT: dict[str, Callable[[str], str]] = {
    "BE": belgian_vat,
    "NL": dutch_vat,
    "GB": british_vat,
    "AU": australian_vat,
}
STDNUM: dict[str, Callable[[str], str]] = {
    "BE": stdnum.be.vat.validate,
    "NL": stdnum.nl.btw.validate,
    "GB": stdnum.gb.vat.validate,
    "AU": stdnum.au.abn.validate,
}
PHONES: dict[str, Callable[[str], str]] = {
    "BE": lambda digits: f"+32 475 {digits[:2]} {digits[2:4]} {digits[4:]}",
    "NL": lambda digits: f"06 12{digits}",
    "GB": lambda digits: f"07400 {digits}",
    "AU": lambda digits: f"0412 {digits[:3]} {digits[3:]}",
    "US": lambda digits: f"(212) 2{digits[:2]}-{digits[2:]}",
}

if __name__ == "__main__":
    raise SystemExit(main())
