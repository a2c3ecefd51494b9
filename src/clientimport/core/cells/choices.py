"""Cells that take one of a few values: kind of client, yes or no, a host's own choices; and tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from clientimport.core.cells.seen import Refusal, Seen, coerced
from clientimport.core.coercion import Coerced, CoercionContext
from clientimport.core.text import comparison_key

KINDS = ("person", "organisation")


def coerce_kind(texts: Sequence[str], context: CoercionContext) -> Coerced:
    """``person`` or ``organisation``, from the words five languages have for them."""
    return _kinds_seen(context.choices or KINDS).column(texts)


def coerce_yes_no(texts: Sequence[str], context: CoercionContext) -> Coerced:
    """``True`` or ``False``."""
    return _YES_NO_SEEN.column(texts)


def coerce_choice(texts: Sequence[str], context: CoercionContext) -> Coerced:
    """The choice a text names, case, accents and punctuation aside; any text where a field has no choices."""
    if not context.choices:
        return Coerced([text or None for text in texts], [])
    return _choices_seen(context.choices).column(texts)


def coerce_tags(texts: Sequence[str], context: CoercionContext) -> Coerced:
    """Lists of tags, each once, in the order written; commas, semicolons, bars and line ends stand between."""
    answers: list[object] = []
    for text in texts:
        tags = list(dict.fromkeys(tag.strip() for tag in _BETWEEN_TAGS.split(text) if tag.strip()))
        if any(len(tag) > context.max_length for tag in tags):
            answers.append(Refusal("text-too-long", {"limit": context.max_length}))
        else:
            answers.append(tags or None)
    return coerced(answers)


_BETWEEN_TAGS = re.compile(r"[,;|\n]")

_PERSON = (
    "person|individual|natural person|private|private person|private individual|consumer|b2c|sole trader|self employed|"
    "persoon|natuurlijk persoon|natuurlijke persoon|particulier|privé|privépersoon|consument|eenmanszaak|np|"
    "personne|personne physique|particulier|privé|individu|pp|indépendant|"
    "natürliche person|privatperson|privat|privatkunde|einzelperson|"
    "persona|persona física|persona natural|particular|individuo|autónomo|"
    "contact|mr|mrs|ms|p"
)
_ORGANISATION = (
    "organisation|organization|company|business|corporate|corporation|legal entity|legal person|firm|entity|b2b|"
    "partnership|trust|charity|limited company|commercial|"
    "organisatie|rechtspersoon|bedrijf|onderneming|vennootschap|firma|vereniging|stichting|rp|nv|bv|vzw|"
    "société|entreprise|personne morale|association|pm|sa|sarl|srl|asbl|"
    "unternehmen|juristische person|gesellschaft|firmenkunde|geschäftskunde|gmbh|ag|"
    "empresa|organización|persona jurídica|sociedad|compañía|"
    "o|c"
)
_YES = "yes|y|true|t|1|on|x|active|ja|j|waar|aan|oui|o|vrai|wahr|an|si|sí|s|verdadero|cierto|نعم|checked|✓|✔|☑"
_NO = "no|n|false|f|0|off|nee|neen|onwaar|uit|non|faux|nein|falsch|aus|falso|لا|unchecked|✗|✘|☐|inactive"


def _words(text: str) -> list[str]:
    return [comparison_key(word) or word for word in text.split("|")]


_KIND_WORDS = dict.fromkeys(_words(_PERSON), "person") | dict.fromkeys(_words(_ORGANISATION), "organisation")
_YES_NO_WORDS = dict.fromkeys(_words(_YES), True) | dict.fromkeys(_words(_NO), False)


def _yes_no(text: str) -> object:
    if not text:
        return None
    answer = _YES_NO_WORDS.get(comparison_key(text) or text)
    return Refusal("yes-no-unreadable") if answer is None else answer


_YES_NO_SEEN = Seen(_yes_no)


@lru_cache(maxsize=32)
def _choices_seen(choices: tuple[str, ...]) -> Seen:
    named = {comparison_key(choice): choice for choice in reversed(choices)}
    exact = frozenset(choices)

    def read(text: str) -> object:
        if not text:
            return None
        found = text if text in exact else named.get(comparison_key(text))
        return Refusal("choice-unknown", {"allowed": list(choices)}) if found is None else found

    return Seen(read)


@lru_cache(maxsize=32)
def _kinds_seen(choices: tuple[str, ...]) -> Seen:
    named = _choices_seen(choices)

    def read(text: str) -> object:
        answer = named[text]
        if answer.__class__ is Refusal:
            key = comparison_key(text)
            word = _KIND_WORDS.get(key) or _KIND_WORDS.get(key.replace(" ", ""))  # "b.v."
            return word if word in choices else answer
        return answer

    return Seen(read)
