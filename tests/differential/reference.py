"""The documented rules with the libraries asked about every cell: slow, and without any of the quick patterns."""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from clientimport.core.identifiers import judge
from clientimport.core.phones import bare_number
from clientimport.core.seen import Refusal

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
    return e164(parsed) + ending, None if phonenumbers.is_valid_number(parsed) else "phone-not-valid"


def e164(parsed: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def number(text: str, scheme: str, country: str | None) -> Answer:
    answer = judge(text, scheme, country) if text else None
    return (answer.value, answer.code) if isinstance(answer, Refusal) else (answer, None)
