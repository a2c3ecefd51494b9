"""Fictional people, made from a counter: unique, valid by construction and the same for the same seed.

Every unique thing (telephone number, e-mail, VAT number, client code) comes from a running number that a fixed
permutation spreads out, so no two clients can ever share one and nothing has to be remembered. Telephone numbers lie in
ranges where every number is valid; they belong to nobody we know of and are never called.
"""

from __future__ import annotations

import random
from typing import NamedTuple

CALLING_CODES = {"BE": "32", "NL": "31", "FR": "33", "GB": "44", "AU": "61"}
CURRENCIES = {"BE": "EUR", "NL": "EUR", "FR": "EUR", "GB": "GBP", "AU": "AUD"}
COUNTRIES = tuple(CALLING_CODES)

# Ranges in which every number of that many further digits is valid.
_LANDLINES = {
    "BE": ("22", "25", "92"),
    "NL": ("20", "30"),
    "FR": ("14", "47"),
    "GB": ("207", "161"),
    "AU": ("29", "38", "73"),
}
_MOBILES = {"BE": ("47", "48", "49"), "NL": ("61", "62", "65"), "FR": ("61", "66"), "GB": ("740", "750", "772", "785"),
            "AU": ("41", "42")}  # fmt: skip
_DIGITS = {"BE": (6, 7), "NL": (7, 7), "FR": (7, 7), "GB": (7, 7), "AU": (7, 7)}

_CITIES = {
    "BE": (("1000", "Brussel"), ("2000", "Antwerpen"), ("9000", "Gent"), ("4000", "Liège"), ("8000", "Brugge"),
           ("3000", "Leuven"), ("5000", "Namur"), ("7000", "Mons")),
    "NL": (("1012 AB", "Amsterdam"), ("3011 CD", "Rotterdam"), ("3511 EG", "Utrecht"), ("5611 HJ", "Eindhoven"),
           ("9711 KL", "Groningen"), ("6211 MN", "Maastricht"), ("2511 PR", "Den Haag")),
    "FR": (("75011", "Paris"), ("69002", "Lyon"), ("59000", "Lille"), ("13001", "Marseille"), ("31000", "Toulouse"),
           ("38000", "Grenoble"), ("42000", "Saint-Étienne")),
    "GB": (("SW1A 2AA", "London"), ("M1 1AE", "Manchester"), ("LS1 4AP", "Leeds"), ("EH1 1YZ", "Edinburgh"),
           ("BS1 5TR", "Bristol"), ("CF10 1EP", "Cardiff")),
    "AU": (("2000", "Sydney"), ("3000", "Melbourne"), ("4000", "Brisbane"), ("5000", "Adelaide"), ("6000", "Perth"),
           ("7000", "Hobart")),
}  # fmt: skip
_STREETS = {
    "BE": ("Kerkstraat", "Stationsstraat", "Rue Haute", "Molenweg", "Avenue Louise"),
    "NL": ("Dorpsstraat", "Hoofdweg", "Lindelaan", "Schoolstraat", "Kade"),
    "FR": ("Rue de la République", "Avenue Jean Jaurès", "Place du Marché", "Chemin Vert"),
    "GB": ("High Street", "Station Road", "Church Lane", "Victoria Road"),
    "AU": ("George Street", "Beach Road", "Acacia Avenue", "Park Street"),
}
_FIRST = ("An", "Bram", "Chloé", "Daan", "Elise", "Fatima", "Gust", "Hanne", "Imran", "Jan", "Karel", "Lotte", "Mehdi", "Nina",
          "Oliver", "Paul", "Quinten", "Renée", "Sophie", "Tom", "Ursula", "Victor", "Wout", "Yasmine", "Zoë")  # fmt: skip
_LAST = ("Peeters", "Janssens", "Maes", "De Smedt", "Van den Berg", "Dubois", "Lefèvre", "Moreau", "Girard", "Smith", "Taylor",
         "Brown", "O'Neill", "Wilson", "Bakker", "Visser", "Mulder", "Nguyen", "Campbell", "Murray", "Müller")  # fmt: skip
_TRADES = ("Bakery", "Garden Works", "Bouw", "Schilderwerken", "Plomberie", "Consulting", "Transport", "Optiek", "Café",
           "Print")  # fmt: skip
_FORMS = {"BE": "BV", "NL": "B.V.", "FR": "SARL", "GB": "Ltd", "AU": "Pty Ltd"}
_ASCII = str.maketrans("éèëüï", "eeeui", " '.")
_PRIME = 7_368_787


class Person(NamedTuple):
    """A client as its owner would write it down; ``phone`` and ``mobile`` in E.164, ``vat_number`` compact, "" is none."""

    code: str
    name: str
    first_name: str
    last_name: str
    email: str
    phone: str
    mobile: str
    street: str
    postal_code: str
    city: str
    country: str
    vat_number: str


def person(number: int, chance: random.Random) -> Person:
    """Client *number*: everything unique follows from the number, the rest from *chance*."""
    country = COUNTRIES[number % 5]
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    organisation = chance.random() < 0.5
    name = f"{last} {chance.choice(_TRADES)} {_FORMS[country]}" if organisation else f"{first} {last}"
    postal_code, city = chance.choice(_CITIES[country])
    reach = chance.random()  # most have both an e-mail and a telephone, some only one of them
    return Person(
        code=f"C{number:08d}",
        name=name,
        first_name=first,
        last_name=last,
        email=email(number, first, last) if reach < 0.92 else "",
        phone=landline(number, country) if reach >= 0.1 else "",
        mobile=mobile(number, country) if chance.random() < 0.4 else "",
        street=street(country, chance),
        postal_code=postal_code,
        city=city,
        country=country,
        vat_number=vat_number(number, country) if organisation else "",
    )


def email(number: int, first: str, last: str) -> str:
    """An address in a domain reserved for examples: a third at one provider, most in domains of their own.

    Their endings are those of nearly all addresses (com, net, org); one in thirty has a rare one, which checkers that know
    the usual endings must look at more closely.
    """
    who, where = first.lower().translate(_ASCII), last.lower().translate(_ASCII)
    if number % 3 == 0:
        return f"{who}.{where}{number}@mail.example.com"
    ending = "example" if number % 30 == 1 else f"example.{('com', 'net', 'org')[number % 7 % 3]}"
    return f"{who}@{where}{number}.{ending}"


def landline(number: int, country: str) -> str:
    return _telephone(number, country, _LANDLINES[country], _DIGITS[country][0])


def mobile(number: int, country: str) -> str:
    return _telephone(number, country, _MOBILES[country], _DIGITS[country][1])


def street(country: str, chance: random.Random) -> str:
    return f"{chance.choice(_STREETS[country])} {chance.randrange(1, 400)}"


def vat_number(number: int, country: str) -> str:
    """A number with right check digits, with its country's prefix (none in Australia: the business number)."""
    return _VAT[country](1_000_000 + (number * _PRIME) % 8_999_993)


def national(e164: str, country: str) -> str:
    """*e164* as people in *country* write it."""
    digits = "0" + e164[1 + len(CALLING_CODES[country]) :]
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def _telephone(number: int, country: str, ranges: tuple[str, ...], digits: int) -> str:
    serial = number // 5
    start, rest = ranges[serial % len(ranges)], serial // len(ranges)
    return f"+{CALLING_CODES[country]}{start}{(rest * _PRIME + 1234567) % 10**digits:0{digits}d}"


def _be(base: int) -> str:
    head = base % 8_000_000 + 2_000_000
    return f"BE0{head}{97 - head % 97:02d}"


def _nl(base: int) -> str:
    """The first eight digits are a citizen-like number whose ninth digit is its check; 10 is no digit, so step on."""
    head = base * 10
    while (check := sum(int(d) * w for d, w in zip(f"{head:08d}", range(9, 1, -1), strict=True)) % 11) == 10:
        head += 1
    return f"NL{head:08d}{check}B01"


def _fr(base: int) -> str:
    head = f"{base:07d}3"
    doubled = (int(d) * (2 if i % 2 else 1) for i, d in enumerate(head))
    siren = int(head + str(-sum(d // 10 + d % 10 for d in doubled) % 10))
    return f"FR{(12 + 3 * (siren % 97)) % 97:02d}{siren:09d}"


def _gb(base: int) -> str:
    total = sum(int(d) * w for d, w in zip(f"{base:07d}", range(8, 1, -1), strict=True))
    return f"GB{base:07d}{(-total) % 97:02d}"


def _au(base: int) -> str:
    head = f"{base:07d}00"
    total = sum(int(d) * w for d, w in zip(head, (3, 5, 7, 9, 11, 13, 15, 17, 19), strict=True))
    return f"{(89 - total % 89) - 1 + 11:02d}{head}"


_VAT = {"BE": _be, "NL": _nl, "FR": _fr, "GB": _gb, "AU": _au}
