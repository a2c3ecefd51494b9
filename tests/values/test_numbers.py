"""Official numbers: one canonical form, by the rules of the right country."""

from __future__ import annotations

from importlib import import_module

import pytest

from clientimport.core.cells.identifiers import RULES
from tests.values.coerce import coerce, outcome

SCHEMES = ("vat_number", "company_number", "national_number", "tax_number")


@pytest.mark.parametrize(("text", "country", "value"), [
    ("BE 0123.456.749", "BE", "BE0123456749"), ("be0123456749", "NL", "BE0123456749"),
    ("123.456.749", "BE", "BE0123456749"), ("0123456749", "BE", "BE0123456749"),
    ("NL4495445B01", "NL", "NL004495445B01"), ("GB 980 7806 84", None, "GB980780684"),
    ("XI980780684", "GB", "XI980780684"), ("FR 40 303 265 045", None, "FR40303265045"),
    ("CHE-107.787.577 IVA", "CH", "CHE107787577"), ("CHE-107.787.577 MWST", None, "CHE107787577"),
    ("107.787.577", "CH", "CHE107787577"), ("NO 995 525 828 MVA", "NO", "NO995525828"),
    ("094259216", "GR", "EL094259216"), ("GR094259216", "GR", "EL094259216"), ("EL094259216", None, "EL094259216"),
    ("51 824 753 556", "AU", "AU51824753556"), ("51-824-753-556", "AU", "AU51824753556"),
    ("ATU13585627", None, "ATU13585627"), ("B64717838", "ES", "ESB64717838"), ("IE6433435F", "IE", "IE6433435F"),
    ("DE136695976", "BE", "DE136695976"), ("49-091-850", "NZ", "NZ49091850"), ("", "BE", None),
])  # fmt: skip
def test_a_vat_number_is_its_country_and_its_digits(text: str, country: str | None, value: str | None) -> None:
    """Its own prefix says by which rules, whatever the row's country."""
    assert outcome("vat_number", text, country=country) == value


@pytest.mark.parametrize(("text", "country", "value"), [
    ("0123.456.749", "BE", "BE0123456749"), ("BE0123456749", "NL", "BE0123456749"), ("12345678", "NL", "NL12345678"),
    ("1234567", "NL", "NL01234567"), ("SC123456", "GB", "GBSC123456"), ("1234567", "GB", "GB01234567"),
    ("GB01234567", "GB", "GB01234567"), ("732 829 320", "FR", "FR732829320"),
    ("732 829 320 00074", "FR", "FR73282932000074"), ("51824753556", "AU", "AU51824753556"),
    ("000 000 019", "AU", "AU000000019"), ("12-3456789", "US", "US123456789"), ("B123456", "LU", "LUB123456"),
    ("FN 122119m", "AT", "ATFN122119M"), ("CHE-107.787.577", "CH", "CHE107787577"),
])  # fmt: skip
def test_a_company_number_has_the_form_of_its_register(text: str, country: str, value: str) -> None:
    """A zero that a spreadsheet took off the front is put back where the length is fixed."""
    assert outcome("company_number", text, country=country) == value


@pytest.mark.parametrize(("scheme", "text", "country", "value"), [
    ("national_number", "93.05.18-223.61", "BE", "BE93051822361"),
    ("national_number", "17.07.30-033.84", "BE", "BE17073003384"),
    ("national_number", "111.222.333", "NL", "NL111222333"),
    ("national_number", "2 95 10 99 126 111 93", "FR", "FR295109912611193"),
    ("national_number", "131052-308T", "FI", "FI131052-308T"), ("national_number", "8803200016", "SE", "SE880320-0016"),
    ("national_number", "AB 12 34 56 C", "GB", "GBAB123456C"),
    ("national_number", "RSSMRA85T10A562S", "IT", "ITRSSMRA85T10A562S"),
    ("tax_number", "1955839661", "GB", "GB1955839661"), ("tax_number", "12-3456789", "US", "US123456789"),
    ("tax_number", "123 456 782", "AU", "AU123456782"), ("tax_number", "36 574 261 809", "DE", "DE36574261809"),
    ("tax_number", "181/815/08155", "DE", "DE18181508155"), ("tax_number", "93051822361", "BE", "BE93051822361"),
])  # fmt: skip
def test_numbers_of_persons_have_one_form_too(scheme: str, text: str, country: str, value: str) -> None:
    """The signs of Finnish and Swedish numbers stay, since they say the century."""
    assert outcome(scheme, text, country=country) == value


@pytest.mark.parametrize(("scheme", "text", "country", "code"), [
    ("vat_number", "BE0123456788", "BE", "number-check-digits"), ("vat_number", "BE01234567", "BE", "number-format"),
    ("vat_number", "n/a", "BE", "number-format"), ("vat_number", "0000000000", "BE", "number-format"),
    ("vat_number", "0123456749 (nieuw)", "BE", "number-format"), ("vat_number", "1" * 50, None, "number-format"),
    ("national_number", "93051822362", "BE", "number-check-digits"), ("company_number", "12", "GB", "number-format"),
    ("national_number", "00000000000", "BE", "number-format"), ("national_number", "000000000", "NL", "number-format"),
    ("tax_number", "1955839662", "GB", "number-check-digits"), ("vat_number", "é123456", "BE", "number-format"),
    ("company_number", "51824753557", "AU", "number-check-digits"),
])  # fmt: skip
def test_a_wrong_number_is_told_by_shape_or_check_digits(
    scheme: str, text: str, country: str | None, code: str
) -> None:
    """A typing error and another kind of number are not one mistake."""
    assert coerce(scheme, text, country=country).flags == [(0, code, {"scheme": scheme})]
    assert coerce(scheme, text, country=country).values == [None]


@pytest.mark.parametrize(("text", "country", "value"), [
    ("HRB 12345", "DE", "DEHRB12345"), ("12-34.5", None, "12345"), ("DE HRB 1", "DE", "DEHRB1"), ("ab-12", "JP", "JPAB12"),
])  # fmt: skip
def test_a_number_nobody_here_can_check_is_kept_and_said_so(text: str, country: str | None, value: str) -> None:
    """It can still be compared with itself."""
    assert outcome("company_number", text, country=country) == (value, "number-unverified")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_rule_names_a_module_that_checks(scheme: str) -> None:
    """In the python-stdnum at hand."""
    for rules in RULES[scheme].values():
        for rule in rules:
            if not rule.startswith("shape:") and rule != "eight digits":
                assert callable(import_module(f"stdnum.{rule.split()[0]}").validate)


@pytest.mark.parametrize(("scheme", "text", "country"), [
    ("vat_number", "CHE-107.787.577 IVA", "CH"), ("vat_number", "NL004495445B01", "NL"),
    ("vat_number", "EL094259216", "GR"), ("company_number", "SC123456", "GB"), ("company_number", "HRB 12345", "DE"),
    ("national_number", "131052-308T", "FI"), ("national_number", "93051822361", "BE"),
    ("tax_number", "1955839661", "GB"), ("company_number", "FN 122119m", "AT"), ("company_number", "CHE107787577", "CH"),
])  # fmt: skip
def test_a_canonical_number_is_read_as_itself(scheme: str, text: str, country: str) -> None:
    """So a number taken from the store and imported again is the same number."""
    once = coerce(scheme, text, country=country).values[0]

    assert coerce(scheme, str(once), country=country).values == [once]
