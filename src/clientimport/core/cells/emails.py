"""E-mail addresses, judged by email-validator without asking the network.

The fast path only accepts: a plain address whose domain needs no rewriting and ends in a known top-level domain is
what the library would answer; everything else goes to the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from clientimport.core.cells.seen import Refusal, coerced
from clientimport.core.coercion import Coerced, CoercionContext


def coerce_email(texts: Sequence[str], context: CoercionContext) -> Coerced:
    """Addresses in the library's normal form: the domain in small letters, the rest as written."""
    plain = _PLAIN.fullmatch
    return coerced([text if 5 < len(text) < 65 and plain(text) else _judge(text) if text else None for text in texts])


def email_key(value: str) -> str:
    """A canonical address as it is compared: in small letters throughout."""
    return value.lower() if value.isascii() else value.casefold()


# A strict subset of what the library accepts and leaves unchanged. No capitals (a domain is lower-cased, and so is
# "Info@"); at most 64 characters, so no part is too long; no double hyphen, so no Punycode; and no top-level domain of
# more than two letters but those listed, so none that is reserved. The doubled signs never give back what they took: what
# follows a label or a part is a character that neither can hold, so trying again would be in vain.
_LABEL = r"[a-z0-9]++(?:-[a-z0-9]++)*+"
_TOP = (
    r"(?:[a-z]{2}|com|net|org|info|biz|edu|gov|int|mil|coop|pro|name|mobi|travel|museum|aero|jobs|app|dev|online|shop|"
    r"store|site|tech|cloud|company|group|agency|consulting|accountant|accountants|tax|services|solutions|studio|"
    r"digital|email|gent|brussels|vlaanderen|amsterdam|london|paris|berlin|global|world|team|xyz)"
)
_LOCAL = r"[a-z0-9_+'-]++(?:\.[a-z0-9_+'-]++)*+"
_PLAIN = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_TOP}")

# The same with capitals and under any top-level domain, for which the library's own lists are asked.
_CAPITALS = re.compile(rf"(?=.{{6,64}}\Z)({_LOCAL})@((?:{_LABEL}\.)+[a-z]{{2,}})", re.ASCII | re.IGNORECASE)
_BETWEEN = re.compile(r"[;,|/\s]+|\bof\b|\bor\b|\bou\b|\boder\b|\ben\b|\band\b|\bet\b|\bund\b")


def _judge(text: str) -> object:
    found = _CAPITALS.fullmatch(text)
    if found:
        local, domain = found[1], found[2].lower()
        boxes, reserved = _lists()
        if boxes is not None and not any(domain.endswith(name) for name in reserved):
            return f"{local.lower() if local.lower() in boxes else local}@{domain}"
    accepted = _library()(text)
    if accepted is not None:
        return accepted
    if text.count("@") > 1 and sum("@" in part.strip("@") for part in _BETWEEN.split(text)) > 1:
        return Refusal("email-several")
    return Refusal("email-invalid", {"reason": _reason(text)})


@cache
def _library() -> Callable[[str], str | None]:
    from email_validator import EmailNotValidError, validate_email  # 40 ms, on first use only

    def normal_form(text: str) -> str | None:
        try:
            return validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError:
            return None

    return normal_form


@cache
def _lists() -> tuple[frozenset[str] | None, tuple[str, ...]]:
    """The library's mailbox names that it puts in small letters, and the ends of domains that it refuses.

    ``None`` for the first where a version of the library has no such list.
    """
    from email_validator import SPECIAL_USE_DOMAIN_NAMES, rfc_constants  # 40 ms, on first use only

    boxes = getattr(rfc_constants, "CASE_INSENSITIVE_MAILBOX_NAMES", None)
    return (None if boxes is None else frozenset(boxes)), tuple(SPECIAL_USE_DOMAIN_NAMES)


def _reason(text: str) -> str:
    """Why an address was refused, as a stable word that holds nothing of the address."""
    local, at, domain = text.rpartition("@")
    if not at:
        return "no-at-sign"
    if text[:7].lower() == "mailto:":
        return "mailto"
    if "<" in text or ">" in text:
        return "display-name"
    if any(character.isspace() for character in text):
        return "blank-inside"
    if "@" in local:
        return "several-at-signs"
    if not local:
        return "nothing-before-at-sign"
    if not domain:
        return "nothing-after-at-sign"
    if len(text) > 254:
        return "too-long"
    if "." not in domain.strip("."):
        return "domain-without-dot"
    if _library()("a@" + domain) is None:
        return "domain"
    return "before-at-sign"
