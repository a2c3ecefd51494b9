"""The quick paths answer exactly as the libraries do; all values with CLIENTIMPORT_FULL=1, a sample without."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clientimport.core.coercers import BUILTIN_COERCERS
from clientimport.core.coercion import CoercionContext
from tests.differential import generate, reference

pytestmark = pytest.mark.differential


def compare(coercer: str, make: Callable, expected: Callable[[str, str | None], reference.Answer]) -> dict[str, int]:
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


@pytest.mark.parametrize("scheme", ["vat_number", "company_number", "national_number", "tax_number"])
def test_every_official_number_is_answered_as_stdnum_does(scheme: str) -> None:
    """The quick check digits accept only what python-stdnum accepts, in the same form."""
    seen = compare(scheme, generate.number(scheme), lambda text, country: reference.number(text, scheme, country))

    assert set(seen) == {"accepted", "number-format", "number-check-digits", "number-unverified"}
    assert seen["accepted"] > generate.GENERATED / 5
