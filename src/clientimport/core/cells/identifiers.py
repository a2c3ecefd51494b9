"""Official numbers of clients: VAT, company, national and tax numbers, judged by python-stdnum.

A number is read by the rules of the country in its own prefix, else of its row. Its canonical form is one for all four
kinds and for matching: the country's two letters and then the number without blanks, dots, hyphens and its own
prefix, in capitals: ``BE0123456749`` for a Belgian VAT or company number, ``BE93051822361`` for a national number. The
letters are ISO 3166's, but ``EL`` for Greek and ``XI`` for Northern Irish VAT numbers, as they are invoiced.

A number of a country without rules here keeps its characters and is ``number-unverified``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType

from clientimport.core.cells.number_checks import QUICK
from clientimport.core.cells.seen import Refusal, coerced
from clientimport.core.coercion import Coerced, Coercer, CoercionContext

NumberCheck = Callable[[str], str | None]


def number_coercer(scheme: str) -> Coercer:
    """The coercer of one kind of number: ``vat_number``, ``company_number``, ``national_number`` or ``tax_number``."""
    quick = QUICK[scheme]

    def coerce_number(texts: Sequence[str], context: CoercionContext) -> Coerced:
        answers: list[object] = []
        add = answers.append
        for text, country in zip(texts, context.countries, strict=True):
            if not text:
                add(None)
                continue
            check = quick.get(country)
            number = None if check is None else check(text)
            add(judge(text, scheme, country) if number is None else number)
        return coerced(answers)

    return coerce_number


def judge(text: str, scheme: str, country: str | None) -> object:
    """The canonical number, or a ``Refusal``; by python-stdnum alone."""
    bare = _SEPARATORS.sub("", text).upper()
    if len(bare) > 40 or not bare.isascii() or not _PLAUSIBLE.fullmatch(bare):
        return Refusal("number-format", {"scheme": scheme})
    prefix, number = _own_prefix(bare, scheme, country)
    rules = RULES[scheme].get(prefix or "")
    if rules is None:
        compact = bare if prefix is None or bare.startswith(prefix) else prefix + bare
        return Refusal("number-unverified", {"scheme": scheme}, compact)
    wrong = "number-format"
    if prefix == "CH":  # Swiss numbers are written with all of "CHE" before the digits
        number = "CHE" + number.removeprefix("CHE").removeprefix("E")
    for rule in rules:
        if rule.startswith("shape:"):
            if re.fullmatch(rule[6:], number):
                return f"{prefix}{number}"
            continue
        if rule == _EIGHT_DIGITS:
            if re.fullmatch(r"[0-9]{6,8}", number):
                return f"{prefix}{number:0>8}"
            continue
        module, *keep = rule.split()
        given = _SEPARATORS_BUT_SIGNS.sub("", text).upper() if keep else number
        try:
            valid = _module(module).validate(_without(given, prefix) if keep else given)
        except _exceptions().InvalidChecksum:
            wrong = "number-check-digits"
        except (ValueError, LookupError):  # its ValidationError, or a text its module did not expect
            pass
        else:
            return f"{prefix}{_tidy(valid, prefix)}"
    return Refusal(wrong, {"scheme": scheme})


RULES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "vat_number": {
        "AT": ("at.uid",), "BE": ("be.vat",), "BG": ("bg.vat",), "CY": ("cy.vat",), "CZ": ("cz.dic",),
        "DE": ("de.vat",), "DK": ("dk.cvr",), "EE": ("ee.kmkr",), "ES": ("es.nif",), "FI": ("fi.alv",),
        "FR": ("fr.tva",), "GB": ("gb.vat",), "XI": ("gb.vat",), "EL": ("gr.vat",), "HR": ("hr.oib",),
        "HU": ("hu.anum",), "IE": ("ie.vat",), "IT": ("it.iva",), "LT": ("lt.pvm",), "LU": ("lu.tva",),
        "LV": ("lv.pvn",), "MT": ("mt.vat",), "NL": ("nl.btw",), "PL": ("pl.nip",), "PT": ("pt.nif",),
        "RO": ("ro.cf",), "SE": ("se.vat",), "SI": ("si.ddv",), "SK": ("sk.dph",), "NO": ("no.mva", "no.orgnr"),
        "CH": ("ch.vat", "ch.uid"), "IS": ("is_.vsk",), "AU": ("au.abn",), "NZ": ("nz.ird",), "IN": ("in_.gstin",),
        "ZA": ("za.tin",), "TR": ("tr.vkn",),
    },
    "company_number": {
        "BE": ("be.vat",), "NL": ("eight digits",), "FR": ("fr.siren", "fr.siret"),
        "GB": ("eight digits", "shape:[A-Z]{2}[0-9]{6}|R[0-9]{7}|IP[0-9]{5}R"),
        "AU": ("au.abn", "au.acn"), "NZ": ("shape:94[0-9]{11}", "shape:[0-9]{6,8}"), "NO": ("no.orgnr",),
        "DK": ("dk.cvr",), "FI": ("fi.ytunnus",), "SE": ("se.orgnr",), "CH": ("ch.uid",), "EE": ("ee.registrikood",),
        "IE": ("shape:[0-9]{5,6}",), "LU": ("shape:[A-Z][0-9]{1,6}",), "ES": ("es.cif",), "IT": ("it.iva",),
        "PT": ("pt.nif",), "PL": ("pl.regon", "pl.nip", "shape:0[0-9]{9}"), "US": ("us.ein",), "CA": ("ca.bn",),
        "AT": ("shape:(?:FN)?[0-9]{1,6}[A-Z]",),
    },
    "national_number": {
        "BE": ("be.ssn",), "NL": ("nl.bsn",), "FR": ("fr.nir",), "DE": ("de.idnr",), "ES": ("es.dni", "es.nie"),
        "IT": ("it.codicefiscale",), "PT": ("pt.cc", "pt.nif"), "SE": ("se.personnummer signs",),
        "NO": ("no.fodselsnummer",), "DK": ("dk.cpr",), "FI": ("fi.hetu signs",), "PL": ("pl.pesel",),
        "GB": ("shape:(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]",),
        "IE": ("ie.pps",), "LU": ("shape:[0-9]{13}",), "CH": ("ch.ssn",), "AT": ("at.vnr",), "US": ("us.ssn",),
        "CA": ("ca.sin",), "ZA": ("za.idnr",), "CZ": ("cz.rc",), "BG": ("bg.egn",), "RO": ("ro.cnp",),
        "HR": ("hr.oib",), "EE": ("ee.ik",), "LT": ("lt.asmens",), "TR": ("tr.tckimlik",),
    },
    "tax_number": {
        "GB": ("gb.utr",), "US": ("us.tin",), "AU": ("au.tfn",), "NZ": ("nz.ird",), "DE": ("de.idnr", "de.stnr"),
        "NL": ("nl.bsn",), "BE": ("be.ssn", "be.vat"), "FR": ("fr.nif",), "ES": ("es.nif",),
        "IT": ("it.codicefiscale", "it.iva"), "AT": ("at.tin",), "PT": ("pt.nif",), "IE": ("ie.pps",),
        "IN": ("in_.pan",), "ZA": ("za.tin",), "CA": ("ca.sin", "ca.bn"), "PL": ("pl.nip", "pl.pesel"),
    },
}  # fmt: skip
"""For each kind and country: python-stdnum's modules asked in turn, or a bare shape where it has no such number.

``eight digits`` puts back the zeros that a spreadsheet took off the front of a number of eight digits.
``signs`` keeps hyphens and plus signs, which there say in which century somebody was born.
"""

_EIGHT_DIGITS = "eight digits"
_SEPARATORS = re.compile(r"[\s.\-/_,:·\u2010-\u2015\u2212]")
_SEPARATORS_BUT_SIGNS = re.compile(r"[\s./_,:·]")
_PLAUSIBLE = re.compile(r"(?=.*[0-9])[A-Z0-9()+]{2,40}")
_LONG_DIGITS = re.compile(r"[0-9]{8,}")


def _own_prefix(bare: str, scheme: str, country: str | None) -> tuple[str | None, str]:
    """The country whose rules count, and the number without its prefix.

    A VAT number's first two letters are its country. Other numbers may begin with two letters that are not (British
    company numbers ``SC…``), so there they count only if they are the row's country or eight digits follow.
    """
    rules = RULES[scheme]
    own = "EL" if scheme == "vat_number" and country == "GR" else country
    head, rest = bare[:2], bare[2:]
    if scheme == "vat_number" and head == "GR":
        head = "EL"
    if head in rules and (
        scheme == "vat_number" or (head == own and not _is_number(bare, scheme, head)) or _LONG_DIGITS.fullmatch(rest)
    ):
        return head, rest
    return own, bare


def _is_number(bare: str, scheme: str, country: str) -> bool:
    """Whether the letters at the start belong to the number itself (a British ``GB123456``)."""
    return any(
        rule.startswith("shape:") and re.fullmatch(rule[6:], bare) is not None for rule in RULES[scheme][country]
    )


def _without(number: str, prefix: str | None) -> str:
    return number[2:] if prefix and number.startswith(prefix) else number


def _tidy(valid: str, prefix: str | None) -> str:
    """python-stdnum's compact form without the prefix and suffix some modules keep."""
    number = valid.upper()
    if prefix == "CH" and number.startswith("CHE"):
        return "E" + re.sub(r"[^0-9]", "", number)
    if prefix == "NO":
        return number.removeprefix("NO").removesuffix("MVA")
    number = number.removeprefix("GR") if prefix == "EL" else number
    return _SEPARATORS.sub("", _without(number, prefix)) if prefix not in {"SE", "FI"} else _without(number, prefix)


@lru_cache(maxsize=256)
def _module(name: str) -> ModuleType:
    return import_module(f"stdnum.{name}")


@cache
def _exceptions() -> ModuleType:
    return import_module("stdnum.exceptions")


def schemes() -> Iterator[str]:
    """The kinds of numbers."""
    return iter(RULES)
