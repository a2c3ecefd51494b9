"""The documented rules with the libraries asked about every cell: slow, and without any of the quick patterns."""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.au import abn, acn, tfn
from stdnum.be import ssn as be_ssn
from stdnum.be import vat as be_vat
from stdnum.fr import nif, nir, siren, siret, tva
from stdnum.gb import utr
from stdnum.gb import vat as gb_vat
from stdnum.ie import pps
from stdnum.ie import vat as ie_vat
from stdnum.nl import bsn, btw
from stdnum.us import ein, tin
from stdnum.us import ssn as us_ssn

from clientimport.core.cells.identifiers import judge
from clientimport.core.cells.phones import bare_number
from clientimport.core.cells.seen import Refusal

Answer = tuple[object, str | None]
"""(value, finding code or ``None``)."""


def email(text: str) -> Answer:
    if not text:
        return None, None
    try:
        return validate_email(text, check_deliverability=False).normalized, None
    except EmailNotValidError:
        return None, "email-refused"


def phone(text: str, region: str | None) -> Answer:
    if not text:
        return None, None
    bare = bare_number(text)
    if bare is None:
        return None, "phone-unreadable"
    if region not in phonenumbers.SUPPORTED_REGIONS:
        region = None
    ending = f";ext={bare.extension}" if bare.extension else ""
    number = bare.number
    start = next((character for character in number if character in "+＋" or character.isdecimal()), "")
    if region is None and start not in "+＋":
        digits = "".join(str(int(character)) for character in number if character.isdecimal())
        if digits.startswith("00"):
            try:
                parsed = phonenumbers.parse("+" + digits[2:])
            except phonenumbers.NumberParseException:
                pass
            else:
                if phonenumbers.is_valid_number(parsed):
                    return e164(parsed) + ending, None
        if 5 <= len(digits) <= 20:
            return digits + ending, "phone-without-region"
        return None, "phone-unreadable"
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException as problem:
        unreadable = problem.error_type == phonenumbers.NumberParseException.NOT_A_NUMBER
        return None, "phone-unreadable" if unreadable else "phone-not-possible"
    if not phonenumbers.is_possible_number(parsed):
        return None, "phone-not-possible"
    if phonenumbers.is_valid_number(parsed):
        return e164(parsed) + ending, None
    return e164(phonenumbers.parse(e164(parsed))) + ending, "phone-not-valid"  # as it reads back


def e164(parsed: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def number(text: str, scheme: str, country: str | None) -> Answer:
    answer = judge(text, scheme, country) if text else None
    return (answer.value, answer.code) if isinstance(answer, Refusal) else (answer, None)


MODULES = {
    "vat_number": {"BE": [be_vat], "NL": [btw], "GB": [gb_vat], "AU": [abn], "FR": [tva], "IE": [ie_vat]},
    "company_number": {"BE": [be_vat], "AU": [abn, acn], "US": [ein], "FR": [siren, siret]},
    "national_number": {"BE": [be_ssn], "NL": [bsn], "US": [us_ssn], "FR": [nir], "IE": [pps]},
    "tax_number": {
        "BE": [be_ssn, be_vat],
        "NL": [bsn],
        "US": [tin],
        "GB": [utr],
        "AU": [tfn],
        "FR": [nif],
        "IE": [pps],
    },
}
"""python-stdnum's modules of the countries the makers make, said a second time, apart from the library's own table."""


def agrees(text: str, scheme: str, country: str | None, answer: Answer) -> bool:
    """Whether python-stdnum itself, asked without any code of ours, says the same of one answered cell."""
    value, code = answer
    if code is None and isinstance(value, str):
        modules = MODULES[scheme].get(value[:2])
        return modules is None or any(module.is_valid(value[2:]) for module in modules)
    modules = MODULES[scheme].get(country or "")
    digits = "".join(character for character in text if character not in " .-/")
    plain = digits.isascii() and digits.isdigit()
    return not plain or modules is None or not any(module.is_valid(digits) for module in modules)
