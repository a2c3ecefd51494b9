"""Names of people and organisations, taken apart into words and compared in levels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from clientimport.core.near._name_words import (
    CONNECTORS,
    GENERATIONS,
    GIVEN_TOO,
    LEGAL_FORMS,
    PARTICLES,
    SHORT_FORMS,
    SHORT_LEGAL_FORMS,
    TITLES,
)
from clientimport.core.text import comparison_key, name_key

PERSON, ORGANISATION = "person", "organisation"


class Word(NamedTuple):
    """One word of a name.

    Attributes:
        full: With the particles before it, written as one: ``vandenberg``.
        core: Without them: ``berg``.
        given: It is, or stands where one writes, a first name.
    """

    full: str
    core: str
    given: bool


class Name(NamedTuple):
    """A name taken apart.

    Attributes:
        shown: As people write it; empty if there is none.
        kind: ``person``, ``organisation``, or empty where nothing tells.
        words: Its words; legal forms, titles and generations are not among them.
        whole: All its words, legal forms too, in alphabetical order.
        forms: Its legal forms.
        generation: ``junior``, ``senior`` …; empty for most.
        parted: First and last name came in fields of their own, so ``given`` is known.
    """

    shown: str
    kind: str
    words: tuple[Word, ...]
    whole: str
    forms: frozenset[str]
    generation: str
    parted: bool


def name_of(document: Mapping[str, Any]) -> Name:
    """The name of a client document. Without ``kind`` a company's name or legal form makes an organisation; a first name,
    last name, birth date or national number a person.
    """
    first, last = _text(document, "first_name"), _text(document, "last_name")
    company, name = _text(document, "company_name"), _text(document, "name")
    kind = _text(document, "kind")
    called = company or name or f"{first} {last}".strip()
    words, forms = without_forms(_key(_together(called)).split()) if kind != PERSON else ([], frozenset[str]())
    if kind not in {PERSON, ORGANISATION}:
        if company or forms:
            kind = ORGANISATION
        elif first or last or "birth_date" in document or "national_number" in document:
            kind = PERSON
        else:
            kind = ""
    if kind == ORGANISATION:
        words = [word for word in words if word not in CONNECTORS] or words
        return Name(called, kind, tuple(_bare(words)), name_key(called), forms, "", parted=False)
    parted = bool(first and last)
    if parted:
        name = f"{first} {last}"
    else:
        name = name or first or last
        # "Peeters, Jan" has its first name after the comma, "Jan Peeters" probably in front
        last, _, first = name.rpartition(",") if "," in name else ("", "", name)
    before, after = _key(first).split(), _key(last).split()
    generation = next((GENERATIONS[word] for word in (*before, *after) if word in GENERATIONS), "")
    before, after = _plain(before, after)
    if not before or not after:
        before, after = (before or after)[:1], (before or after)[1:]
    return Name(name, kind, _words(before, after), name_key(name), frozenset(), generation, parted)


def without_forms(words: list[str]) -> tuple[list[str], frozenset[str]]:
    """The words of a name without the legal forms at either end, and those forms; a name of nothing else stays."""
    start, end = 0, len(words)
    while end > 1 and (words[end - 1] in LEGAL_FORMS or words[end - 1] in SHORT_LEGAL_FORMS):
        end -= 1
    while start < end - 1 and words[start] in LEGAL_FORMS:
        start += 1
    return words[start:end], frozenset((*words[:start], *words[end:]))


def name_level(left: Name, right: Name) -> str:
    """How far two names agree: ``exact``, ``close``, ``similar``, ``part``, ``different`` or ``missing``. Symmetric."""
    if not left.words or not right.words:
        return "missing"
    if left.kind and right.kind and left.kind != right.kind:
        if left.whole != right.whole:
            return "different"
        left = right = left if left.kind == PERSON else right
    if right.words < left.words:  # one order of the two, so that the answer cannot depend on who comes first
        left, right = right, left
    if ORGANISATION in (left.kind, right.kind) or (
        not left.kind and not right.kind and len(left.words) == len(right.words) == 1
    ):
        return _organisations(left, right)
    level = _people(left, right)
    if left.generation != right.generation and level in {"exact", "close"}:
        return "different" if left.generation and right.generation else "similar"
    return level


def alike(left: str, right: str, *, given: bool = False) -> int:
    """How far two words agree: 3 equal, 2 but for one slip of the keyboard, 1 resembling, 0 not.

    First names are judged more strictly, because families choose names that resemble each other: a last vowel more or
    other (Daniel and Daniela, Anna and Anne) makes another person.
    """
    if left == right:
        return 3
    if given and not SHORT_FORMS.get(left, _NOBODY).isdisjoint(SHORT_FORMS.get(right, _NOBODY)):
        return max(1, _slipped(left, right, given=True))
    return _slipped(left, right, given=given)


def slips(left: str, right: str) -> int:
    """Letters put in, left out, changed or swapped between two words; 3 stands for three and more."""
    return _osa()(left, right, score_cutoff=2)  # type: ignore[no-any-return]


# ------------------------------------------------------------------------------------------------ people


def _people(left: Name, right: Name) -> str:
    few, many = (left.words, right.words) if len(left.words) <= len(right.words) else (right.words, left.words)
    found = _pairs(few, many)
    grades = sorted(grade for _, _, grade in found)
    if len(few) == 1:
        if len(many) == 1 and grades == [3] and few[0].full[0] >= _IDEOGRAPHS and len(few[0].full) > 1:
            return "exact"  # first and last name in one word
        if len(many) == 1 and grades == [3]:
            return "similar"
        return "part" if grades and grades[0] >= 2 else "different"
    if len(grades) < len(few):
        return "part" if left.parted and right.parted and _only_given(few, many, found) else "different"
    others = {other for _, other, _ in found}
    extra = [word for index, word in enumerate(many) if index not in others]
    if not any(grade >= 2 and len(few[one].core) > 1 for one, _, grade in found):
        return "similar" if not extra and grades[0] == 3 else "part"  # nothing but initials
    if not extra and grades[0] == 3 and all(len(word.full) > 1 for word in few):
        return "exact"
    if grades[0] >= 2 and grades.count(2) <= 1 and all(len(word.full) == 1 for word in extra):
        return "close"
    return "similar"


def _pairs(few: Sequence[Word], many: Sequence[Word]) -> list[tuple[int, int, int]]:
    """(index, index, grade) of the words that agree, each with at most one other, the best first."""
    every = [
        (grade, -one, -other)
        for one, word in enumerate(few)
        for other, against in enumerate(many)
        if (grade := _grade(word, against))
    ]
    every.sort(reverse=True)
    found: list[tuple[int, int, int]] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for grade, one, other in every:
        if one not in taken[0] and other not in taken[1]:
            taken[0].add(one)
            taken[1].add(other)
            found.append((-one, -other, grade))
    return found


def _grade(left: Word, right: Word) -> int:
    if left.full == right.full:
        return 3
    if left.core == right.core and len(left.core) > 1:
        return 2
    if len(left.full) == 1 or len(right.full) == 1:
        return 1 if left.full[0] == right.full[0] else 0
    grade = alike(left.core, right.core, given=left.given and right.given)
    if grade < 2 and (left.full != left.core or right.full != right.core):
        grade = max(grade, alike(left.full, right.full))
    return grade


def _slipped(left: str, right: str, *, given: bool) -> int:
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    if len(short) < 3 or len(long) - len(short) > 2:
        return 0
    if given and long[-1] in _VOWELS and (long[:-1] == short or (len(short) == len(long) and long[:-1] == short[:-1])):
        return 0
    distance = slips(short, long)
    if distance == 1:
        if len(short) < 5 and sorted(left) != sorted(right) and (given or len(short) < 4):
            # Tim and Tom, Lara and Lora; a swap of two letters is a slip in short words too
            return 1 if len(short) == 4 and len(long) == 5 else 0
        return 2 if left[0] == right[0] or len(short) > 5 else 1
    return 1 if distance == 2 and len(short) >= (8 if given else 7) and left[0] == right[0] else 0


def _only_given(few: Sequence[Word], many: Sequence[Word], found: Sequence[tuple[int, int, int]]) -> bool:
    """Whether first names agree and last names do not, as after a wedding."""
    if not any(
        few[one].given and many[other].given and grade == 3 and len(few[one].full) > 2 for one, other, grade in found
    ):
        return False
    ones, others = {one for one, _, _ in found}, {other for _, other, _ in found}
    left_over = [
        word for words, taken in ((few, ones), (many, others)) for index, word in enumerate(words) if index not in taken
    ]
    return not any(word.given for word in left_over)


# ------------------------------------------------------------------------------------------------ organisations


def _organisations(left: Name, right: Name) -> str:
    words, others = [word.core for word in left.words], [word.core for word in right.words]
    if sorted(words) == sorted(others):
        return "close" if left.forms and right.forms and left.forms.isdisjoint(right.forms) else "exact"
    joined, other_joined = "".join(words), "".join(others)
    if joined == other_joined:
        return "close"
    if _digits(words) != _digits(others):
        return "different"
    if (shorter := min(len(joined), len(other_joined))) >= 6:
        distance = slips(joined, other_joined)
        if distance == 1 or (distance == 2 and shorter >= 12):
            return "close"
    few, many = (words, others) if len(words) <= len(others) else (others, words)
    if len(few) > 1 and len(_pairs(_bare(few), _bare(many))) == len(few) and len(many) - len(few) <= 2:
        return "similar"
    return "different"


def _bare(words: Sequence[str]) -> list[Word]:
    return [Word(word, word, given=False) for word in words]


def _digits(words: Sequence[str]) -> list[str]:
    return sorted(word for word in words if any(character.isdigit() for character in word))


# ------------------------------------------------------------------------------------------------ taking apart


def _text(document: Mapping[str, Any], field: str) -> str:
    value = document.get(field)
    return value if isinstance(value, str) else ""


def _key(name: str) -> str:
    """The words of a name in small letters, in their order; ``O'Neill`` is one word."""
    if "'" in name or "’" in name:
        name = _APOSTROPHE.sub("", name)
    return comparison_key(name)


def _together(name: str) -> str:
    """The name with dotted initials as one word: ``N.V.`` is a legal form."""
    return _DOTTED.sub(lambda found: found[0].replace(".", ""), name) if "." in name else name


def _plain(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """Without titles and generations, unless there is nothing else."""
    first, last = (
        [word for word in words if word not in TITLES and word not in GENERATIONS] for words in (before, after)
    )
    return (first, last) if first or last else (before, after)


def _words(before: list[str], after: list[str]) -> tuple[Word, ...]:
    """Words with their particles; particles after the last word belong to it, as in ``Berg van den``."""
    found: list[Word] = []
    prefix = ""
    for index, word in enumerate((*before, *after)):
        if word in PARTICLES and not (index == 0 and word in GIVEN_TOO and _how_many((*before, *after)[1:]) < 2):
            prefix += word
            continue
        found.append(Word(prefix + word, word, given=index < len(before)))
        prefix = ""
    if prefix:
        if not found:
            return (Word(prefix, prefix, given=False),)
        last = found[-1]
        found[-1] = Word(prefix + last.full, last.core, last.given)
    return tuple(found)


def _how_many(words: Sequence[str]) -> int:
    return sum(word not in PARTICLES for word in words)


@cache
def _osa() -> Any:
    from rapidfuzz.distance import OSA

    return OSA.distance


_IDEOGRAPHS = "\u3040"
_VOWELS = frozenset("aeiouy")
_NOBODY: frozenset[int] = frozenset()
_DOTTED = re.compile(r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_](?![^\W_]))+\.?")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
