"""Columns of passwords: they belong in no list of clients, are never imported by themselves, and never shown."""

from __future__ import annotations

from clientimport.core.lexicon.headers import header_words, word_set

_ALONE = word_set("password passwords passwd pwd passcode passwort kennwort wachtwoord paswoord contrasena")
_TOGETHER = tuple(map(word_set, ("mot passe", "كلمه السر", "كلمه المرور", "pass word", "pass wort")))


def is_secret(header: str) -> bool:
    """Whether a column is called as one of passwords is, in English, Dutch, French, German, Spanish or Arabic."""
    words = set(header_words(header))
    return not words.isdisjoint(_ALONE) or any(group <= words for group in _TOGETHER)
