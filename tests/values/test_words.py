"""Cells that hold one of a few words: places, currencies, kinds, choices; and tags."""

from __future__ import annotations

import subprocess
import sys

import phonenumbers
import pytest

from clientimport.core.cells.coercers import BUILTIN_COERCERS
from clientimport.core.cells.places import _countries, country_code, language_code
from clientimport.core.coercion import CoercionContext
from clientimport.core.schema import BUILTIN_FIELDS
from tests.values.coerce import coerce, outcome


@pytest.mark.parametrize(("text", "code"), [
    ("BE", "BE"), ("be", "BE"), ("BEL", "BE"), ("Belgium", "BE"), ("BELGIË", "BE"), ("belgique", "BE"),
    ("Belgien", "BE"), ("Bélgica", "BE"), ("بلجيكا", "BE"), ("Pays-Bas", "NL"), ("Holland", "NL"), ("UK", "GB"),
    ("England", "GB"), ("U.S.A.", "US"), ("Verenigde Staten", "US"), ("Deutschland", "DE"), ("España", "ES"),
    ("Cote d'Ivoire", "CI"), ("Türkiye", "TR"), ("Turkije", "TR"), ("Tsjechië", "CZ"), ("Czech Republic", "CZ"),
    ("السعودية", "SA"), ("Kosovo", "XK"), ("NA", "NA"), ("", None), ("Atlantis", "country-unknown"),
    ("EU", "country-unknown"), ("Belgium2", "country-unknown"),
])  # fmt: skip
def test_a_country_is_known_by_code_and_by_name(text: str, code: str | None) -> None:
    """In the languages of the library's users."""
    assert outcome("country", text) == code


def test_every_region_with_telephones_is_a_country() -> None:
    """The two tables come from two places, and agree."""
    codes = set(_countries().values())

    assert len(codes) == 250
    assert {region for region in phonenumbers.SUPPORTED_REGIONS if region not in {"AC", "TA"}} <= codes
    assert all(country_code(code) == code for code in codes)


@pytest.mark.parametrize(("text", "code"), [
    ("nl", "nl"), ("NL-be", "nl"), ("nl_BE.UTF-8", "nl"), ("zh-Hant-TW", "zh"), ("Nederlands", "nl"), ("Vlaams", "nl"),
    ("français", "fr"), ("Frans", "fr"), ("German", "de"), ("Deutsch", "de"), ("español", "es"), ("eng", "en"),
    ("العربية", "ar"), ("dut", "nl"), ("", None), ("Klingon", "language-unknown"), ("xx", "language-unknown"),
])  # fmt: skip
def test_a_language_is_known_by_code_locale_and_name(text: str, code: str | None) -> None:
    """Its own name too."""
    assert outcome("language", text) == code


def test_every_language_code_means_itself() -> None:
    """No name in another language takes a code away."""
    for code in ("nl", "fr", "en", "de", "es", "ar", "da", "is", "it", "id", "he", "no", "nb", "so", "to", "or"):
        assert language_code(code) == code


@pytest.mark.parametrize(("text", "country", "code"), [
    ("EUR", None, "EUR"), ("eur", None, "EUR"), ("€", None, "EUR"), ("euro", None, "EUR"), ("pound", None, "GBP"),
    ("£", None, "GBP"), ("US$", None, "USD"), ("US Dollar", None, "USD"), ("$", "AU", "AUD"), ("$", "US", "USD"),
    ("kr", "SE", "SEK"), ("kr", "DK", "DKK"), ("¥", "CN", "CNY"), ("Złoty", None, "PLN"), ("", None, None),
    ("$", None, "currency-unknown"), ("$", "BE", "currency-unknown"), ("XYZ", None, "currency-unknown"),
    ("BEF", None, "currency-unknown"),
])  # fmt: skip
def test_a_sign_of_several_currencies_is_read_by_the_rows_country(
    text: str, country: str | None, code: str | None
) -> None:
    """And without one it is unknown, not dollars."""
    assert outcome("currency", text, country=country) == code


@pytest.mark.parametrize(("text", "kind"), [
    ("Person", "person"), ("particulier", "person"), ("Natuurlijk persoon", "person"), ("Privé", "person"),
    ("personne physique", "person"), ("Company", "organisation"), ("Organization", "organisation"),
    ("NV", "organisation"), ("b.v.", "organisation"), ("rechtspersoon", "organisation"), ("", None),
    ("personne morale", "organisation"), ("Empresa", "organisation"), ("GmbH", "organisation"), ("?", "choice-unknown"),
])  # fmt: skip
def test_a_kind_is_a_person_or_an_organisation(text: str, kind: str | None) -> None:
    """In the words of five languages."""
    assert outcome("kind", text) == kind
    assert outcome("kind", text, choices=("person", "organisation")) == kind


@pytest.mark.parametrize(("text", "value"), [
    ("Ja", True), ("yes", True), ("1", True), ("TRUE", True), ("waar", True), ("✓", True), ("x", True), ("oui", True),
    ("nee", False), ("No", False), ("0", False), ("onwaar", False), ("non", False), ("", None),
    ("maybe", "yes-no-unreadable"), ("2", "yes-no-unreadable"),
])  # fmt: skip
def test_yes_and_no_have_many_words(text: str, value: object) -> None:
    """And whatever is neither is not taken for no."""
    assert outcome("yes_no", text) is value or outcome("yes_no", text) == value


def test_a_choice_is_found_whatever_its_case_and_kept_as_declared() -> None:
    """What is not among them is refused, with what is allowed."""
    answer = coerce("choice", "gold", "SÏLVER", "lead", "", choices=("Gold", "silver"))

    assert answer.values == ["Gold", "silver", None, None]
    assert answer.flags == [(2, "choice-unknown", {"allowed": ["Gold", "silver"]})]
    assert coerce("choice", "anything", "").values == ["anything", None]


def test_tags_are_a_list_in_the_order_written() -> None:
    """Each once; a cell of separators alone is blank."""
    answer = coerce("tags", "vip, b2b; vip|x\ny", "one", "", ";,", max_length=5)

    assert answer.values == [["vip", "b2b", "x", "y"], ["one"], None, None]
    assert coerce("tags", "abcdef,b", max_length=5).flags == [(0, "text-too-long", {"limit": 5})]


def test_every_field_has_its_coercer_and_every_coercer_takes_an_empty_and_a_blank_column() -> None:
    """A blank cell is never a finding."""
    assert {field.coercer for field in BUILTIN_FIELDS} <= set(BUILTIN_COERCERS)
    for name, coercer in BUILTIN_COERCERS.items():
        blank = coercer(["", ""], CoercionContext(field=name, countries=["BE", None]))
        assert (blank.values, blank.flags, list(blank.pending)) == ([None, None], [], [])
        assert coercer([], CoercionContext(field=name, countries=[])).values == []


def test_heavy_libraries_are_imported_on_first_use_only() -> None:
    """A clean column of e-mail addresses and Belgian numbers needs none of them."""
    program = (
        "import sys\n"
        "from clientimport.core.cells.coercers import BUILTIN_COERCERS\n"
        "from clientimport.core.coercion import CoercionContext\n"
        "for name, text in (('email', 'jan@janssens.be'), ('vat_number', 'BE0123456749'), ('date', '2025-04-03')):\n"
        "    answer = BUILTIN_COERCERS[name]([text], CoercionContext(field=name, countries=['BE']))\n"
        "    assert answer.values == [text], answer.values\n"
        "print(sorted({'phonenumbers', 'email_validator', 'stdnum', 'rapidfuzz'} & set(sys.modules)))\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
