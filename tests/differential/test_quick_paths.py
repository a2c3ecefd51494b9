"""The quick paths answer exactly as the libraries do; all values with CLIENTIMPORT_FULL=1, a sample without."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from clientimport.core.cells.coercers import BUILTIN_COERCERS
from clientimport.core.coercion import CoercionContext
from tests.differential import generate, reference

pytestmark = pytest.mark.differential


def compare(
    coercer: str, make: Callable[[random.Random], generate.Row], expected: Callable[[str, str | None], reference.Answer]
) -> dict[str, int]:
    """Coerce every batch and compare cell by cell; how many cells had which outcome."""
    seen: dict[str, int] = {}
    for batch in generate.rows(make, seed=coercer):
        texts = [text for text, _ in batch]
        countries = [country for _, country in batch]
        answer = BUILTIN_COERCERS[coercer](texts, CoercionContext(field=coercer, countries=countries))
        codes = {row: code for row, code, _params in answer.flags}
        for row, (text, country) in enumerate(batch):
            wanted = expected(text, country)
            code = codes.get(row)
            if coercer == "email" and code is not None:
                code = "email-refused"
            assert (answer.values[row], code) == wanted, (text, country)
            seen[wanted[1] or "accepted"] = seen.get(wanted[1] or "accepted", 0) + 1
    return seen


def test_every_email_is_answered_as_email_validator_does() -> None:
    """The prefilter accepts nothing that email-validator refuses or rewrites."""
    seen = compare("email", generate.email, lambda text, _country: reference.email(text))

    assert seen["accepted"] > generate.GENERATED / 4
    assert seen["email-refused"] > generate.MUTATED / 4


def test_every_phone_is_answered_as_phonenumbers_does() -> None:
    """The patterns made from metadata accept only what phonenumbers parses alike and calls valid."""
    seen = compare("phone", generate.phone, reference.phone)

    assert set(seen) == {
        "accepted", "phone-unreadable", "phone-not-possible", "phone-not-valid", "phone-without-region",
    }  # fmt: skip
    assert seen["accepted"] > generate.GENERATED / 3


def test_example_numbers_of_every_region_are_answered_as_phonenumbers_does() -> None:
    """No region's numbering plan has a rule that the patterns overlook, however its numbers are dialled."""
    import phonenumbers as library

    chance = random.Random("regions")
    for region in sorted(library.SUPPORTED_REGIONS):
        code = str(library.country_code_for_region(region))
        prefix = library.ndd_prefix_for_region(region, True) or ""
        digits = {
            library.national_significant_number(example)
            for kind in library.supported_types_for_region(region)
            if (example := library.example_number_for_type(region, kind)) is not None
        }
        begins = ("", prefix, f"+{code}", f"+{code}{prefix}", f"00{code}", code, f"{code}{prefix}", prefix * 2)
        texts = [begin + number for number in sorted(digits) for begin in begins]
        for number in sorted(digits):
            for _ in range(generate.VARIANTS):
                kept = chance.randint(2, len(number))
                tail = chance.choices("0123456789", k=len(number) - kept + chance.choice((-2, -1, 0, 0, 1, 2)) + 2)
                texts.append(chance.choice(begins[:3]) + number[:kept] + "".join(tail)[2:])
        answer = BUILTIN_COERCERS["phone"](texts, CoercionContext(field="phone", countries=[region] * len(texts)))
        codes = {row: found for row, found, _params in answer.flags}
        for row, text in enumerate(texts):
            assert (answer.values[row], codes.get(row)) == reference.phone(text, region), (text, region)


def test_clean_phones_of_the_countries_we_serve_do_not_reach_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quick path that accepts nothing would be exact, and of no use."""
    from clientimport.core.cells import phones

    asked: list[str] = []
    judge = phones._judge

    def noted(text: str, region: str | None) -> object:
        asked.append(text)
        return judge(text, region)

    monkeypatch.setattr(phones, "_judge", noted)
    mobiles = {
        "BE": "0475 12 34 56", "NL": "06 12345678", "GB": "07400 123456", "AU": "0412 345 678", "US": "212-234-5678",
        "FR": "06 12 34 56 78", "DE": "0151 12345678", "IE": "085 123 4567", "LU": "621 123 456", "CA": "4162345678",
    }  # fmt: skip

    answer = BUILTIN_COERCERS["phone"](list(mobiles.values()), CoercionContext(field="phone", countries=list(mobiles)))

    assert not asked
    assert all(str(value).startswith("+") for value in answer.values)


@pytest.mark.parametrize("scheme", ["vat_number", "company_number", "national_number", "tax_number"])
def test_every_official_number_is_answered_as_stdnum_does(scheme: str) -> None:
    """The quick check digits accept only what python-stdnum accepts, in the same form."""

    def expected(text: str, country: str | None) -> reference.Answer:
        answer = reference.number(text, scheme, country)
        assert reference.agrees(text, scheme, country, answer), (text, country)
        return answer

    seen = compare(scheme, generate.number(scheme), expected)

    assert set(seen) == {"accepted", "number-format", "number-check-digits", "number-unverified"}
    assert seen["accepted"] > generate.GENERATED / 5
