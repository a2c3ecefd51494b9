"""What the cells of a column look like: shares of its samples that could be an e-mail address, a date, a country …

These are looks, not readings: cheap, a little generous, and never the last word on a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType

from clientimport.core.lexicon.headers import word_set

LOOKED_AT = 60


class Samples:
    """Up to 60 of a column's filled cells, spread over the samples given, and shares of them that look like a kind."""

    def __init__(self, texts: Sequence[str]) -> None:
        filled = [stripped for text in texts if (stripped := text.strip())]
        step = max(1, len(filled) // LOOKED_AT)
        self.texts: tuple[str, ...] = tuple(filled[::step][:LOOKED_AT])
        self._filled = filled
        self._shares: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self.texts)

    def share(self, kind: str) -> float:
        """Share, 0 to 1, of the filled cells that look like *kind*, a key of ``LOOKS``; 0 for an empty column."""
        if kind not in self._shares:
            look = LOOKS[kind]
            hits = sum(1 for text in self.texts if look(text))
            self._shares[kind] = hits / len(self.texts) if self.texts else 0.0
        return self._shares[kind]

    def within(self, words: frozenset[str]) -> float:
        """Share of the filled cells that are one of *words* (casefolded)."""
        hits = sum(1 for text in self.texts if text.casefold() in words)
        return hits / len(self.texts) if self.texts else 0.0

    def distinct(self) -> float:
        """Distinct filled cells by filled cells; 1 where nothing repeats."""
        return len(set(self._filled)) / len(self._filled) if self._filled else 1.0

    def words(self) -> tuple[str, ...]:
        """The distinct filled cells, casefolded, sorted."""
        return tuple(sorted({text.casefold() for text in self._filled}))


def _phone(text: str) -> bool:
    digits = sum(char.isdigit() for char in text)
    return 6 <= digits <= 17 and bool(_PHONE.fullmatch(text)) and not _DATE.match(text)


def _dialled(text: str) -> bool:
    """A phone number that starts as one: with a plus, a nought or a bracket."""
    return text[0] in "+0(" and _phone(text)


def _amount(text: str) -> bool:
    return bool(_AMOUNT.fullmatch(text))


def _old_date(text: str) -> bool:
    """A date that could be a birthday rather than a booking."""
    years = [int(year) for year in _YEAR.findall(text)]
    return bool(_DATE.match(text)) and bool(years) and max(years) < 2013


def _number(text: str) -> bool:
    """An official number: five digits or more among at most twenty-two characters."""
    return len(text) <= 22 and sum(char.isdigit() for char in text) >= 5 and not _DATE.match(text) and "@" not in text


def _vat(text: str) -> bool:
    return (
        7 <= len(text) <= 22 and sum(char.isdigit() for char in text) >= 7 and not _DATE.match(text) and "@" not in text
    )


def _lettered(text: str) -> bool:
    """More letters than digits, and no e-mail or web address."""
    letters = sum(char.isalpha() for char in text)
    return letters > sum(char.isdigit() for char in text) and not ("@" in text and "." in text)


def _place(text: str) -> bool:
    return _lettered(text) and len(text) <= 60 and not any(char.isdigit() for char in text)


def _postal(text: str) -> bool:
    return len(text) <= 10 and bool(_POSTAL.fullmatch(text))


def _reference(text: str) -> bool:
    return (
        len(text) <= 40
        and "@" not in text
        and not _DATE.match(text)
        and text.count(" ") < 3
        and not _WORDY.fullmatch(text)
    )


def _country(text: str) -> bool:
    return text.casefold() in _countries()


def _language(text: str) -> bool:
    head = re.split(r"[-_ (/]", text.casefold(), maxsplit=1)[0]
    return text.casefold() in _languages() or head in _languages()


def _currency(text: str) -> bool:
    return text.casefold() in _currencies() or text in {"€", "$", "£"}


def _street(text: str) -> bool:
    return _lettered(text) and len(text) <= 200


def _website(text: str) -> bool:
    return "@" not in text and bool(_WEBSITE.fullmatch(text))


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"[+(]?[\d\s()./\-–+]+(?:(?:ext|x|poste|tst|int)\.?\s*\d+)?", re.IGNORECASE)
_DATE = re.compile(
    r"(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    r"|\d{1,2}[ -][^\W\d]{3,10}\.?[ -]\d{4}|[^\W\d]{3,10} \d{1,2}, \d{4})(?:[T ]\d{1,2}:\d{2}.*)?$"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_AMOUNT = re.compile(r"[-+(]?\s*(?:[€$£]|[A-Z]{3})?\s*[-+]?\d[\d.,'’\s]*\s*(?:[€$£]|[A-Z]{2,3})?\s*[-)]?\s*(?:[CD]R?)?")
_EU_VAT = re.compile(
    r"(?:AT|BE|BG|CHE|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK|XI)"
    r"[\s.]?(?=(?:\D*\d){7})[\dA-Z .\-]{7,16}",
    re.IGNORECASE,
)
_POSTAL = re.compile(r"(?:[A-Z]{1,2}-?)?\d{3,6}(?:-\d{3,4})?|\d{4}\s?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d"
                     r"|[A-Z]\d{2}\s?[A-Z\d]{4}|\d{3}\s\d{2}", re.IGNORECASE)  # fmt: skip
_WEBSITE = re.compile(r"(?:https?://\S+|www\.\S+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,10}(?:/\S*)?)", re.IGNORECASE)
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?:\s?[A-Z\d]{4}){3,7}(?:\s?[A-Z\d]{1,3})?", re.IGNORECASE)
_HOUSE = re.compile(r"\d{1,4}\s?(?:[A-Za-z]{1,3})?(?:\s?[-/]\s?\d{1,4})?")
_DIAL = re.compile(r"(?:\+|00)?\(?[1-9]\d{0,2}\)?")
_AREA = re.compile(r"\(?0?[1-9]\d{0,4}\)?")
_CODE = re.compile(r"[A-Z]{0,4}[-.]?\d{3,10}", re.IGNORECASE)
_WORDY = re.compile(r"[^\W\d_]{3,}(?:[ ,.'-]+[^\W\d_]+)*\.?")
_LEGAL = re.compile(
    r"(?:^|[\s,.])(?:bvba|bv|b\.v\.|nv|n\.v\.|vof|commv|vzw|asbl|srl|sprl|sa|sas|sarl|sàrl|eurl|snc|gmbh|ag|kg|ohg|ug|e\.k\.|ltd|limited"
    r"|llc|llp|plc|inc|corp|s\.l\.|sl|s\.a\.|s\.l\.u\.|stichting|gcv|cv|cvba)\.?$|^(?:شركة|مؤسسة)\s",
    re.IGNORECASE,
)

_STATUSES = word_set(
    "active inactive open closed new pending archived blocked enabled disabled deleted draft lead prospect actief inactief"
    " gesloten nieuw geblokkeerd actif inactif nouveau aktiv inaktiv neu activo inactivo nuevo baja alta"
)

YES_NO = MappingProxyType(
    dict.fromkeys(
        ["ja", "yes", "y", "oui", "o", "si", "sí", "true", "1", "wahr", "vrai", "verdadero", "waar", "j", "x", "نعم"],
        "yes",
    )
    | dict.fromkeys(["nee", "no", "n", "non", "nein", "false", "0", "falsch", "faux", "falso", "onwaar", "لا"], "no")
)
"""Words for yes and no, casefolded."""

_PERSON = """
    person; persoon; particulier; individual; private; privé; natuurlijk persoon; natuurlijke persoon; personne;
    personne physique; privatperson; privat; particular; persona; persona física; persona fisica; individu;
    individuo; consumer; consument; natural person; natürliche person; einzelperson; privatkunde; privépersoon;
    private individual; private person; b2c; eenmanszaak; sole trader; self employed; indépendant; autónomo;
    residential; فرد; شخص; أفراد
"""
_ORGANISATION = """
    organisation; organization; company; bedrijf; onderneming; rechtspersoon; zakelijk; business; société;
    societe; entreprise; personne morale; firma; unternehmen; empresa; sociedad; persona jurídica;
    persona juridica; vennootschap; corporate; corporation; geschäftskunde; firmenkunde; professionnel;
    professioneel; organisatie; legal entity; legal person; juristische person; b2b; limited company; firm;
    partnership; trust; charity; association; vereniging; stichting; commercial; gesellschaft; verein; nv; bv;
    bvba; vof; vzw; asbl; sa; srl; sprl; sarl; sas; gmbh; ag; kg; ltd; llp; شركة; مؤسسة; منشأة; شركات
"""
KINDS: Mapping[str, str] = MappingProxyType(
    {" ".join(word.split()): "person" for word in _PERSON.split(";")}
    | {" ".join(word.split()): "organisation" for word in _ORGANISATION.split(";")}
)
"""Words for a person and an organisation, casefolded."""

LOOKS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "amount": _amount,
        "area": lambda text: bool(_AREA.fullmatch(text)),
        "code": lambda text: bool(_CODE.fullmatch(text)),
        "country": _country,
        "currency": _currency,
        "date": lambda text: bool(_DATE.match(text)),
        "dial": lambda text: bool(_DIAL.fullmatch(text)),
        "dialled": _dialled,
        "digits": lambda text: text.isdigit(),
        "email": lambda text: bool(_EMAIL.search(text)),
        "eu_vat": lambda text: bool(_EU_VAT.fullmatch(text)),
        "filled": bool,
        "house": lambda text: bool(_HOUSE.fullmatch(text)),
        "iban": lambda text: bool(_IBAN.fullmatch(text)),
        "kind": lambda text: text.casefold() in KINDS,
        "language": _language,
        "legal_form": lambda text: bool(_LEGAL.search(text)),
        "lettered": _lettered,
        "not_contact": lambda text: not _EMAIL.fullmatch(text) and text.casefold() not in YES_NO,
        "number": _number,
        "old_date": _old_date,
        "phone": _phone,
        "place": _place,
        "plus": lambda text: text.startswith(("+", "00")),
        "postal": _postal,
        "reference": _reference,
        "region": lambda text: _place(text) and text.casefold() not in _STATUSES,
        "short": lambda text: len(text) <= 12,
        "status": lambda text: text.casefold() in _STATUSES,
        "street": _street,
        "vat": _vat,
        "website": _website,
        "yes": lambda text: YES_NO.get(text.casefold()) == "yes",
        "yes_no": lambda text: text.casefold() in YES_NO,
    }
)
"""What a cell may look like."""


@cache
def _countries() -> frozenset[str]:
    from clientimport.core.cells._countries import TABLE

    more = "uk usa u.s.a. us u.k. holland nederland belgien belgique belgië السعودية مصر الإمارات الامارات"
    return _names(TABLE) | frozenset(more.split())


@cache
def _languages() -> frozenset[str]:
    from clientimport.core.cells._languages import TABLE

    return _names(TABLE)


@cache
def _currencies() -> frozenset[str]:
    from clientimport.core.cells._currencies import TABLE

    return _names(TABLE) | {"euro", "euros", "dollar", "eur.", "pound"}


def _names(table: str) -> frozenset[str]:
    """Every code and name of a table whose lines hold them between bars."""
    cells = (cell.strip().casefold() for line in table.splitlines() for cell in line.split("|"))
    return frozenset(
        word
        for cell in cells
        if cell
        for word in (cell, *(cell.split() if cell.isascii() and " " in cell and len(cell) < 12 else ()))
    )
