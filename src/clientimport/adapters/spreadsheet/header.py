"""Where the header stands, and what the columns are called.

Shared by all spreadsheets. Title lines above the header are told from it by how many cells they fill, unless they name
client fields: columns without a name do not make a header a title. A header is told from a record by comparing it with
the rows below: a column of numbers, dates or addresses has a header that is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import attrs

from clientimport.core.findings import CODES, Finding
from clientimport.core.lexicon import read_header
from clientimport.core.locator import Locator
from clientimport.core.settings import ACCEPT_LEVEL
from clientimport.errors import SettingsError
from clientimport.ports import SourceColumn

HEAD_ROWS = 200
"""Rows, blank ones not counted, that are looked at before reading begins."""


@attrs.frozen
class HeadRow:
    """A row that is not blank, as wide as it is.

    Attributes:
        number: Physical row or line, from 1.
        cells: Texts from the first column on.
    """

    number: int
    cells: list[str]


@attrs.frozen
class Header:
    """Where the records begin.

    Attributes:
        row: The header, ``None`` if there is none.
        start: Physical number of the first row that may be a record.
        missing: A header was looked for and not found.
        preamble: Rows passed over above it.
    """

    row: HeadRow | None
    start: int
    missing: bool = False
    preamble: int = 0


def find_header(head: Sequence[HeadRow], wanted: int | str) -> Header:
    """The header among the first rows of a source.

    *wanted* is ``"auto"``, ``"none"`` or a physical row number; a number that no row of *head* has raises SettingsError.
    """
    if wanted == "none" or not head:
        return Header(None, 1)
    if wanted != "auto":
        for index, row in enumerate(head):
            if row.number == wanted:
                return Header(row, row.number + 1, preamble=index)
        raise SettingsError("header", wanted, wanted="the number of a row that is not blank; auto finds the header")
    index = _first_full(head)
    found = _is_header(head[index].cells, [row.cells for row in head[index + 1 :]])
    named = _names_fields(head[: index + 1], found)
    if named is None and not found:
        # straight above the first full row stand records with blank cells; a title stands apart
        while index and head[index - 1].number == head[index].number - 1:
            index -= 1
        return Header(None, head[index].number, missing=True, preamble=index)
    index = index if named is None else named
    return Header(head[index], head[index].number + 1, preamble=index)


def name_columns(
    width: int,
    header: Sequence[str] | None,
    *,
    letters: Sequence[str] | None = None,
    hidden: frozenset[str] = frozenset(),
) -> tuple[tuple[SourceColumn, ...], dict[str, list[str]]]:
    """*width* columns with unique headers, and the letters of the columns behind every header that was repeated.

    A blank header becomes the column's letter; a repeated one gets a number: ``Phone``, ``Phone (2)``.
    """
    texts = [*(header or ()), *[""] * width][:width]
    letters = letters or [letter_of(index) for index in range(width)]
    where: dict[str, list[str]] = {}
    for text, letter in zip(texts, letters, strict=True):
        if text.strip():
            where.setdefault(text.strip(), []).append(letter)
    taken = {text.strip() for text in texts if text.strip()}
    columns: list[SourceColumn] = []
    used: set[str] = set()
    for index, (text, letter) in enumerate(zip(texts, letters, strict=True)):
        name = text.strip()
        if not name or name in used:
            name = _free(name or letter, taken | used, plain_first=not name)
        used.add(name)
        columns.append(SourceColumn(index=index, header=name, letter=letter, hidden=letter in hidden))
    return tuple(columns), {text: found for text, found in where.items() if len(found) > 1}


def header_findings(header: Header, repeated: dict[str, list[str]], locator: Locator) -> list[Finding]:
    """What there is to say about the header, in a fixed order."""
    row = header.row.number if header.row else None
    found: list[Finding] = []
    if header.preamble:
        found.append(_finding("preamble-skipped", locator, rows=header.preamble))
    if header.missing:
        found.append(_finding("header-missing", locator))
    found += [
        _finding("header-duplicate", attrs.evolve(locator, row=row, column=text), header=text, columns=letters)
        for text, letters in repeated.items()
    ]
    return found


def _finding(code: str, locator: Locator, **params: str | int | list[str]) -> Finding:
    return Finding(code=code, severity=CODES[code], locator=locator, params=params)


def letter_of(index: int) -> str:
    """The column's letters: 0 is ``A``, 26 is ``AA``."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _free(base: str, taken: set[str], *, plain_first: bool) -> str:
    if plain_first and base not in taken:
        return base
    number = 2
    while f"{base} ({number})" in taken:
        number += 1
    return f"{base} ({number})"


# ------------------------------------------------------------------------------------------------ header or record

_PREAMBLE_ROWS = 40


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _first_full(head: Sequence[HeadRow]) -> int:
    """The first row that fills about as many cells as the body does: titles, dates and totals above it do not.

    The rows below a header may leave optional columns blank, so the widest common fill counts, not the average.
    """
    fills = [_filled(row.cells) for row in head]
    usual = Counter(fills[len(fills) // 3 :] if len(fills) > 6 else fills)
    typical = max(usual, key=lambda fill: (usual[fill], fill))
    typical = max(typical, sorted(fills)[len(fills) // 2])
    widest = max(fills[:10])
    if widest >= 3 and typical <= widest / 2:
        # Columns that nearly nobody filled in: the header is the one row that is full, and all words.
        full = fills.index(widest)
        if all(_shape(cell) in ("blank", "text") for cell in head[full].cells):
            return full
    for index, fill in enumerate(fills[:_PREAMBLE_ROWS]):
        if fill < min(2, typical) or fill < typical * 0.6:
            continue
        # A note of two cells above a table of three is still a note: the header is at least as full as what follows.
        following = fills[index + 1 : index + 4]
        if fill < typical * 0.75 and following and fill < min(following) and max(following) >= typical:
            continue
        return index
    return fills[:_PREAMBLE_ROWS].index(max(fills[:_PREAMBLE_ROWS]))


def _names_fields(head: Sequence[HeadRow], found: bool) -> int | None:
    """The row of *head* that names most client fields; ``None`` if no row names more than the last, the first full one.
    *found* says whether that may be the header.

    A single name, such as "Client", counts only straight above the first full row, and alone in its row it is a title
    where that may be the header.
    """
    full = len(head) - 1
    most, best = _fields_named(head[full].cells), None
    for index, row in enumerate(head[:full]):
        fields = _fields_named(row.cells)
        if fields > most and (fields > 1 or (index == full - 1 and not (found and _filled(row.cells) == 1))):
            most, best = fields, index
    return best


def _fields_named(cells: Sequence[str]) -> int:
    """How many cells are headers of client fields; 0 if half of the cells are unknown, or one of them is a value."""
    filled = [cell for cell in cells if cell.strip()]
    if any(len(cell) > _LONGEST_HEADER or _shape(cell) != "text" for cell in filled):
        return 0
    best = [guesses[0] for cell in filled if (guesses := read_header(cell, fuzzy=False).guesses)]
    known = [guess.slot for guess in best if guess.reason == "alias" and guess.score >= ACCEPT_LEVEL]
    return sum(map(bool, known)) if len(known) * 2 > len(filled) else 0


_LONGEST_HEADER = 60
_NUMBER = re.compile(r"[-+(]?\s*[€$£]?\s*\d[\d\s.,'’/]*\s*[€%)]?|[-+]?\d+[eE][-+]?\d+")
_DATE = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?.*)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d()\s./-]{6,}")
_STREET_NUMBER = re.compile(r"(?:^|\s)\d+[a-zA-Z]?(?:[\s,/]|$)")
_CODE = re.compile(r"(?=.*\d)[A-Z]{0,4}[\d.\s-]{5,}[A-Z]?\d*")

_WORDS = frozenset(
    """
    id code nr no number nummer numéro name names naam nom nombre achternaam voornaam first last full prénom apellido
    apellidos vorname nachname firma company bedrijf bedrijfsnaam société empresa organisation organization e-mail email
    mail e-mailadres emailadres correo phone tel telephone telefoon téléphone telefon teléfono telefono mobile gsm mobiel
    portable móvil handy fax address adres adresse dirección direccion anschrift street straat rue calle straße strasse
    huisnummer bus zip zipcode postcode postal plz cp city town stad gemeente ville ciudad ort plaats woonplaats country
    land pays país pais vat btw btw-nummer tva iva ust-id tax balance saldo solde opening date datum fecha notes note
    opmerkingen remarques bemerkung language taal langue idioma sprache website web url type status iban klant klantcode
    client customer contact currency valuta devise kind soort state province provincie amount bedrag montant
    الاسم البريد الهاتف العنوان المدينة الدولة الرصيد
    """.split()  # noqa: SIM905 - a list of words reads better than a list of quotes
)
"""Words that headers have and names of people and places seldom."""


def _shape(text: str) -> str:
    """What a cell looks like: ``blank``, ``email``, ``date``, ``number``, ``code`` or ``text``."""
    text = text.strip()
    if not text:
        return "blank"
    if _EMAIL.fullmatch(text):
        return "email"
    if _DATE.fullmatch(text):
        return "date"
    if _NUMBER.fullmatch(text) or _PHONE.fullmatch(text):
        return "number"
    return "code" if len(text) < 40 and _CODE.fullmatch(text) else "text"


def _is_header(cells: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Votes of the columns; without any, it is a header, because nearly every list has one."""
    votes = 0
    for index, cell in enumerate(cells):
        shape = _shape(cell)
        if shape == "blank":
            continue
        below = [row[index] for row in body[:50] if index < len(row) and row[index].strip()]
        shapes = Counter(map(_shape, below))
        words = set(re.findall(r"[\w-]+", cell.casefold()))
        if words & _WORDS and len(words) <= 5 and shape == "text" and not _STREET_NUMBER.search(cell):
            votes += 2
        if shape == "email":
            votes -= 3
        elif shape in ("date", "number", "code"):
            votes -= 1
        elif shapes and shapes["text"] / shapes.total() < 0.2:
            votes += 2
        if below and sum(text.strip() == cell.strip() for text in below) and shape == "text":
            votes -= 1
    return votes >= 0
