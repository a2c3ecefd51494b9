"""What one header says by itself, before the cells under it are looked at."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import takewhile
from types import MappingProxyType
from typing import NamedTuple

from clientimport.core.lexicon import arabic, dutch, english, french, german, spanish
from clientimport.core.lexicon.amount_headers import currencies_named, in_thousands
from clientimport.core.lexicon.headers import header_words, word_set

ALIAS = 0.95
WEAK = 0.90
QUALIFIED = 0.92
UNSURE = 0.75
CONTAINED = 0.72
FUZZY_MOST = 0.80


class Guess(NamedTuple):
    """One thing a header may mean.

    Attributes:
        slot: A field's name; ``field+part`` for a column that is joined to others (``"address+number"``); ``""`` for a
            column that is known not to be a client field.
        score: 0 to 1, from the header alone.
        reason: ``alias`` or ``fuzzy``.
    """

    slot: str
    score: float
    reason: str


class Reading(NamedTuple):
    """All that a header may mean, best first; empty for an unknown header."""

    guesses: tuple[Guess, ...]

    @property
    def foreign(self) -> bool:
        """Whether it is a known header of something that is no client field."""
        return bool(self.guesses) and not self.guesses[0].slot


def read_header(header: str, *, fuzzy: bool = True) -> Reading:
    """What *header* may mean. Pure and cached word lists only; rapidfuzz is loaded for the first unknown header.

    In order, the first that answers: the whole header; the header without its number (``E-mail 2``) or its word for
    "other"; a word that makes it somebody else's (fax, partner, delivery); without words that change nothing (client,
    main, billing); without such a prefix of a compound (``Rechnungsadresse``); then what it contains and what it is
    nearly spelt like, both below any level of acceptance unless the cells speak clearly.
    """
    words = header_words(header)
    if not words:
        return Reading(())
    guesses = _known(words) or _said_twice(header)
    if not guesses:
        guesses = _contained(words) + (_nearly("".join(words)) if fuzzy else ())
    if any(guess.slot == "opening_balance" for guess in guesses) and (
        in_thousands(header) or len(currencies_named(header)) > 1
    ):  # what a person must look at, whatever the words mean
        guesses = tuple(guess._replace(score=min(guess.score, CONTAINED)) for guess in guesses)
    best: dict[str, Guess] = {}
    for guess in guesses:
        if guess.slot not in best or guess.score > best[guess.slot].score:
            best[guess.slot] = guess
    return Reading(tuple(sorted(best.values(), key=lambda guess: -guess.score)))


def _known(words: tuple[str, ...]) -> tuple[Guess, ...]:
    lexicon = _lexicon()
    if hits := lexicon.aliases.get("".join(words)):
        return _alternatives(tuple(Guess(slot, score, "alias") for slot, score in hits))
    rank = 1
    other = False
    kept: list[str] = []
    for index, word in enumerate(words):
        if word.isdigit() and len(word) < 3 and 0 < int(word) < 10 and len(words) > 1:
            rank = max(rank, int(word))
        elif word in lexicon.second and len(words) > 1:
            rank, other = max(rank, 2), True
        elif not (word in _FILLERS and index):
            kept.append(word)
    words = tuple(kept)
    hits = lexicon.aliases.get("".join(words))
    minor = bool(lexicon.minor & set(words))
    if not hits:
        hits = _without_qualifiers(words, lexicon)
    if not hits and lexicon.foreign & set(words):
        return (Guess("", WEAK, "alias"),)
    if not hits:
        hits = (
            _in_address(words, lexicon) or _without_prefix("".join(words), lexicon) or _number_of_client(words, lexicon)
        )
    if not hits:
        return ()
    lower = 0.01 if minor else 0.0
    return _alternatives(
        tuple(
            Guess("" if other and slot == "address" else _ranked(slot, rank), min(score, QUALIFIED) - lower, "alias")
            for slot, score in hits
        )
    )


def _ranked(slot: str, rank: int) -> str:
    """Where the second and later columns of one kind go; ``""`` where there is no such place."""
    if rank < 2:
        return slot
    if slot == "address":
        return "address_2" if rank == 2 else "address_2+line"
    return _SECOND.get(slot, "")


def _alternatives(guesses: tuple[Guess, ...]) -> tuple[Guess, ...]:
    """Add the field that takes what a first one of its kind has no room for; doubt a word of two meanings."""
    slots = {guess.slot for guess in guesses}
    if "" in slots and len(slots) > 1:
        guesses = tuple(guess._replace(score=min(guess.score, 0.84)) for guess in guesses if guess.slot)
    elif len(slots) > 1:
        guesses = tuple(guess._replace(score=guess.score - 0.01 * index) for index, guess in enumerate(guesses))
    more = [
        Guess(_SECOND[guess.slot], guess.score - 0.02, guess.reason)
        for guess in guesses
        if guess.slot in {"email", "phone", "mobile"}
    ]
    return (*guesses, *more)


def _without_qualifiers(words: tuple[str, ...], lexicon: _Lexicon) -> tuple[tuple[str, float], ...]:
    """Hits after words that change nothing are taken off one end, the other, or everywhere."""
    for part in _parts(words, lexicon.peripheral):
        if hits := lexicon.aliases.get("".join(part)):
            return _doubted(hits, set(words) - set(part))
    return ()


def _doubted(hits: tuple[tuple[str, float], ...], taken_off: set[str]) -> tuple[tuple[str, float], ...]:
    """An invoice's number and an office's name are not the client's: only words for client change nothing about those."""
    harmless = {"name": _CLIENT_WORDS | _HARMLESS | _INVOICE_WORDS, "external_id": _CLIENT_WORDS | _HARMLESS}
    return tuple(
        (slot, min(score, CONTAINED) if slot in harmless and not taken_off <= harmless[slot] else score)
        for slot, score in hits
    )


def _parts(words: tuple[str, ...], peripheral: frozenset[str]) -> Iterator[tuple[str, ...]]:
    start, end = 0, len(words)
    while start < end - 1 and words[start] in peripheral:
        start += 1
        yield words[start:]
    while end > 1 and words[end - 1] in peripheral:
        end -= 1
        yield words[:end]
        if 0 < start < end:
            yield words[start:end]
    if core := tuple(word for word in words if word not in peripheral):
        yield core


def _in_address(words: tuple[str, ...], lexicon: _Lexicon) -> tuple[tuple[str, float], ...]:
    """Hits for ``Address City`` and the like: a part of an address named as such."""
    for start, word in enumerate(words[:-1]):
        if word in _ADDRESS_WORDS and set(words[:start]) <= lexicon.peripheral:
            hits = lexicon.aliases.get("".join(words[start + 1 :]), ())
            return tuple((slot, score) for slot, score in hits if slot.partition("+")[0] in _ADDRESS_SLOTS)
    return ()


def _number_of_client(words: tuple[str, ...], lexicon: _Lexicon) -> tuple[tuple[str, float], ...]:
    """``N° adhérent``, ``Patiëntnr`` and their like: a word for number beside a word for client."""
    if len(words) == 1 and any(words[0] == noun + end for noun in _CLIENT_WORDS for end in _NUMBER_ENDS):
        return (("external_id", QUALIFIED),)
    nouns = [word for word in words if word not in _NUMBER_WORDS]
    if len(nouns) == len(words) or not nouns:
        return ()
    clients = all(word in _CLIENT_WORDS or word in lexicon.peripheral for word in nouns)
    return (("external_id", QUALIFIED),) if clients and _CLIENT_WORDS & set(nouns) else ()


def _said_twice(header: str) -> tuple[Guess, ...]:
    """``Gemeente / Commune``: one meaning in two languages. Parts that mean different things are only a hint."""
    parts = [_known(header_words(part)) for part in _PARTS.split(header) if header_words(part)]
    known = [guesses for guesses in parts if guesses]
    if len(parts) < 2 or not known:
        return ()
    shared = [guess for guess in known[0] if all(any(guess.slot == other.slot for other in more) for more in known[1:])]
    if shared:
        less = 0.03 if len(known) == len(parts) else 0.15
        return tuple(guess._replace(score=guess.score - less) for guess in shared)
    return tuple(
        guess._replace(score=min(guess.score - 0.2, CONTAINED), reason="fuzzy")
        for guesses in known
        for guess in guesses
        if guess.slot
    )


def _without_prefix(key: str, lexicon: _Lexicon) -> tuple[tuple[str, float], ...]:
    for prefix, foreign in lexicon.prefixes:
        rest = key.removeprefix(prefix)
        if rest != key and len(rest) > 2 and (hits := lexicon.aliases.get(rest)):
            return (("", WEAK),) if foreign else _doubted(hits, {prefix})
    return ()


def _contained(words: tuple[str, ...]) -> tuple[Guess, ...]:
    """The longest run of words that is an alias of its own; only a hint, for the other words may change everything."""
    aliases = _lexicon().aliases
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length, -1, -1):
            key = "".join(words[start : start + length])
            if len(key) > 3 and (hits := aliases.get(key)):
                return tuple(
                    Guess(slot, min(CONTAINED, score - 0.1), "fuzzy") for slot, score in hits if "+" not in slot
                )
    return ()


def _nearly(key: str) -> tuple[Guess, ...]:
    """Aliases that differ by a letter or two."""
    if len(key) < 5:
        return ()
    from rapidfuzz import fuzz, process

    aliases = _lexicon().aliases
    found = process.extract(key, _choices(), scorer=fuzz.ratio, score_cutoff=80, limit=6)
    if not found:
        choices = _choices()
        start = bisect_left(choices, key)
        longer = {
            slot
            for alias in takewhile(lambda alias: alias.startswith(key), choices[start : start + 50])
            for slot, _ in aliases[alias]
        }
        return tuple(Guess(slot, CONTAINED, "fuzzy") for slot in longer) if len(longer) == 1 else ()
    top = found[0][1]
    close = [(slot, ratio) for alias, ratio, _ in found if ratio >= top - 4 for slot, _ in aliases[alias]]
    torn = len({slot for slot, _ in close}) > 1
    return tuple(
        Guess(slot, (FUZZY_MOST if ratio >= 88 else 0.7) - (0.1 if torn else 0.0), "fuzzy")
        for slot, ratio in close
        if "+" not in slot
    )


class _Lexicon(NamedTuple):
    aliases: Mapping[str, tuple[tuple[str, float], ...]]
    peripheral: frozenset[str]
    foreign: frozenset[str]
    second: frozenset[str]
    minor: frozenset[str]
    prefixes: tuple[tuple[str, bool], ...]


@cache
def _lexicon() -> _Lexicon:
    aliases: dict[str, dict[str, float]] = {}
    sets: list[set[str]] = [set(), set(), set(), set()]
    prefixes: dict[str, bool] = {}
    for language in (english, dutch, french, german, spanish, arabic):
        for slot, text in language.ALIASES.items():
            for alias in text.split(";"):
                name = alias.strip()
                score = {"~": WEAK, "?": UNSURE}.get(name[-1:], ALIAS)
                key = "".join(header_words(name.rstrip("~?")))
                if key:
                    meanings = aliases.setdefault(key, {})
                    meanings[slot] = max(score, meanings.get(slot, 0.0))
        lists = (language.PERIPHERAL, language.FOREIGN, language.SECOND, language.MINOR)
        for words, text in zip(sets, lists, strict=True):
            words.update(key for word in text.split(";") for key in header_words(word))
        for text, foreign in ((language.LEADING, False), (language.LEADING_FOREIGN, True)):
            prefixes.update({"".join(header_words(prefix)): foreign for prefix in text.split(";") if prefix.strip()})
    return _Lexicon(
        MappingProxyType({key: tuple(meanings.items()) for key, meanings in aliases.items()}),
        frozenset(sets[0]),
        frozenset(sets[1]),
        frozenset(sets[2]),
        frozenset(sets[3]),
        tuple(sorted(prefixes.items(), key=lambda item: (-len(item[0]), item[0]))),
    )


@cache
def _choices() -> tuple[str, ...]:
    return tuple(sorted(key for key in _lexicon().aliases if len(key) > 4))


_SECOND = {
    "email": "other_emails",
    "phone": "other_phones",
    "mobile": "other_phones",
    "other_emails": "other_emails",
    "other_phones": "other_phones",
    "address_2": "address_2",
    "address_2+line": "address_2+line",
}
_ADDRESS_WORDS = frozenset({"address", "adres", "adresse", "anschrift", "direccion", "addr", "العنوان"})
_ADDRESS_SLOTS = frozenset({"address", "address_2", "postal_code", "city", "region", "country"})
_PARTS = re.compile(r"[/|\n]| - ")
_NUMBER_WORDS = word_set(
    "n no nr num nummer number numero nu code cod kode id ref referentie reference رقم كود رمز معرف"
)
_HARMLESS = word_set(
    "the of for your de du des het van der die des del full main legal official hoofd principal principale taxpayer cust"
)
_INVOICE_WORDS = word_set("billing bill invoice factuur facturatie facturation facturacion rechnung rechnungs")
_NUMBER_ENDS = ("nr", "nummer", "code", "id", "no", "ref")
_CLIENT_WORDS = word_set(
    "client customer klant klanten member lid leden adherent patient kunde kunden kd mandant mandanten mitglied"
    " cliente clientes socio debtor debiteur debiteuren debitor debitoren relatie tenant membre abonne abonnee"
    " abonnent guest gast hote huesped student membership subscriber المريض العميل الزبون المشترك العضو"
)
_FILLERS = frozenset({"value", "waarde", "valeur", "wert", "valor"})
