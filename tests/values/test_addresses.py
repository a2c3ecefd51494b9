"""E-mail addresses and telephone numbers: what the coercers do besides asking the libraries."""

from __future__ import annotations

import email_validator
import pytest

from clientimport.core.cells import emails
from clientimport.core.cells.emails import email_key
from clientimport.core.cells.phones import bare_number
from tests.values.coerce import coerce, outcome


@pytest.mark.parametrize(("text", "value"), [
    ("jan.peeters@gmail.com", "jan.peeters@gmail.com"), ("Jan.Peeters@Gmail.COM", "Jan.Peeters@gmail.com"),
    ("Info@Janssens.be", "info@janssens.be"), ("jan@xn--bcher-kva.de", "jan@bücher.de"), ("", None),
    ("o'neil@x.ie", "o'neil@x.ie"),
])  # fmt: skip
def test_an_address_is_kept_in_its_normal_form(text: str, value: str | None) -> None:
    """The domain in small letters, the rest as written, as email-validator has it."""
    assert outcome("email", text) == value


@pytest.mark.parametrize(("text", "reason"), [
    ("jan", "no-at-sign"), ("mailto:jan@x.be", "mailto"), ("Jan <jan@x.be>", "display-name"),
    ("jan peeters@x.be", "blank-inside"), ("a@b@c.be", "several-at-signs"), ("@x.be", "nothing-before-at-sign"),
    ("jan@", "nothing-after-at-sign"), ("jan@gmailcom", "domain-without-dot"), ("jan@x.test", "domain"),
    ("jan@-x.be", "domain"), ("jan..p@x.be", "before-at-sign"), ("j" * 250 + "@x.be", "too-long"),
])  # fmt: skip
def test_a_refused_address_has_a_reason_that_holds_nothing_of_it(text: str, reason: str) -> None:
    """Reasons are stable words, for messages to say."""
    assert coerce("email", text).flags == [(0, "email-invalid", {"reason": reason})]


@pytest.mark.parametrize(
    "text", ["a@x.be; b@x.be", "a@x.be, b@x.be", "a@x.be b@x.be", "a@x.be / b@x.be", "a@x.be of b@x.be"]
)
def test_two_addresses_in_one_cell_are_not_one(text: str) -> None:
    """Splitting them is the mapping's choice, not a guess."""
    assert outcome("email", text) == "email-several"


def test_addresses_are_compared_in_small_letters() -> None:
    """Nobody has two mailboxes that differ in case."""
    assert email_key("Jan.Peeters@x.be") == "jan.peeters@x.be"
    assert email_key("JÖRG@x.de") == "jörg@x.de"


def test_no_reserved_domain_is_accepted_by_the_quick_pattern() -> None:
    """Whatever email-validator reserves in the version at hand."""
    for domain in email_validator.SPECIAL_USE_DOMAIN_NAMES:
        assert emails._PLAIN.fullmatch(f"jan@x.{domain}") is None
        assert outcome("email", f"jan@x.{domain}") == "email-invalid"


@pytest.mark.parametrize(("text", "region", "value"), [
    ("0475 12 34 56", "BE", "+32475123456"), ("+32 (0)475 12 34 56", "NL", "+32475123456"),
    ("0032 475 12 34 56", "BE", "+32475123456"), ("0032 475 12 34 56", None, "+32475123456"),
    ("(212) 736-5000", "US", "+12127365000"), ("1 212 736 5000", "US", "+12127365000"),
    ("06 6982 0001", "IT", "+390669820001"), ("٠٤٧٥١٢٣٤٥٦", "BE", "+32475123456"),
    ("0475 12 34 56 ext. 12", "BE", "+32475123456;ext=12"), ("0475123456 x7", "BE", "+32475123456;ext=7"),
    ("02 736 12 34 toestel 205", "BE", "+3227361234;ext=205"), ("0475123456 #9", "BE", "+32475123456;ext=9"),
    ("+32475123456;ext=12", None, "+32475123456;ext=12"), ("Tel. 0475 12 34 56", "BE", "+32475123456"),
    ("GSM: 0475/12.34.56 (privé)", "BE", "+32475123456"), ("0475 12 34 56 - Jan Peeters", "BE", "+32475123456"),
    ("07400 123456 (mob)", "GB", "+447400123456"), ("0475 [werk] 12 34 56", "BE", "+32475123456"), ("", "BE", None),
])  # fmt: skip
def test_a_number_becomes_e164(text: str, region: str | None, value: str | None) -> None:
    """However it is dialled, and whatever words stand beside it."""
    assert outcome("phone", text, country=region) == value


def test_letters_are_never_dialled() -> None:
    """phonenumbers alone would read ``(mob)`` as the digits 662."""
    assert outcome("phone", "07700900123 (mob)", country="GB") == ("+447700900123", "phone-not-valid")
    assert outcome("phone", "1-800-FLOWERS", country="US") == "phone-not-possible"
    assert outcome("phone", "0475 abc 12 34 56", country="BE") == "phone-unreadable"
    assert outcome("phone", "call me", country="BE") == "phone-unreadable"
    assert bare_number("0475x12 abc y34") is None


@pytest.mark.parametrize(("text", "region", "wanted"), [
    ("0123456749", "JE", ("+44123456749", "phone-not-valid")), ("+440123456749", "JE", ("+44123456749", "phone-not-valid")),
    ("02/123.45.67", "BE", ("+3221234567", "phone-not-valid")), ("12", "BE", "phone-not-possible"),
    ("047512345678901", "BE", "phone-not-possible"), ("+999 123 456", None, "phone-not-possible"),
    ("0475 12 34 56", None, ("0475123456", "phone-without-region")),
    ("0475 12 34 56 x3", "ZZ", ("0475123456;ext=3", "phone-without-region")), ("1234", None, "phone-unreadable"),
    ("123456789012345678901", None, "phone-unreadable"), ("---", "BE", "phone-unreadable"),
    ("0475 12 34 56 / 02 736 12 34", "BE", "phone-not-possible"), ("9" * 300, "BE", "phone-unreadable"),
])  # fmt: skip
def test_what_is_not_possible_is_refused_and_what_is_not_valid_is_kept(
    text: str, region: str | None, wanted: object
) -> None:
    """Number plans change monthly: a warning loses nothing."""
    assert outcome("phone", text, country=region) == wanted


def test_each_row_has_its_own_region() -> None:
    """And a flag names the region the number was judged by."""
    answer = coerce(
        "phone", "0475123456", "0612345678", "0475123456", "12", "+32 12", countries=["BE", "NL", None, "NL", "NL"]
    )

    assert answer.values == ["+32475123456", "+31612345678", "0475123456", None, None]
    assert answer.flags == [
        (2, "phone-without-region", {}),
        (3, "phone-not-possible", {"region": "NL"}),
        (4, "phone-not-possible", {"region": "BE"}),
    ]
