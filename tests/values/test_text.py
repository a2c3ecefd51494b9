"""Text as it is kept, and text as it is compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.core.text import clean_column, comparison_key, has_control_characters, name_key
from tests.values.coerce import coerce, outcome

messy = st.text(
    st.sampled_from(" \t\n\r\x00\x1f\x7f\x85\u00a0\u00ad\u200b\u200d\u202e\u2028\u2066\ufeff\ud800e\u0301Aé|ß\u2126"),
    max_size=12,
) | st.text(max_size=8)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Jan  ", "Jan"),
        ("\u00a0Jan\u2003", "Jan"),
        ("e\u0301", "é"),
        ("Jan\u200b Peeters\ufeff", "Jan Peeters"),
        ("\u202eJan\u202c", "Jan"),
        ("Ja\x00n\x1f", "Jan"),
        ("a\tb", "a b"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\ud800b", "a\ufffdb"),
        ("e\u200b\u0301", "é"),
        (" | ", "|"),
        ("", ""),
    ],
)
def test_what_no_person_typed_goes_and_the_rest_stays(text: str, kept: str) -> None:
    """Also beside plain cells, which take the quick way."""
    assert clean_column([text]) == [kept]
    assert clean_column(["plain", text, "x"]) == ["plain", kept, "x"]


@given(st.lists(messy, max_size=5))
def test_cleaning_a_column_is_cleaning_its_cells_and_cleaning_twice_is_cleaning_once(texts: list[str]) -> None:
    """The quick way for a plain column changes no answer."""
    cleaned = clean_column(texts)

    assert cleaned == [clean_column([text])[0] for text in texts]
    assert clean_column(cleaned) == cleaned
    for text in cleaned:
        assert text == text.strip() == unicodedata.normalize("NFC", text)
        assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in text if character != "\n")


def test_control_characters_are_told_from_tabs_and_line_ends() -> None:
    """Only the former deserve a finding."""
    assert has_control_characters("a\x00b")
    assert has_control_characters("\x1b[1m")
    assert not has_control_characters("a\tb\r\nc")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Société Générale", "SOCIETE  generale"),
        ("Straße", "strasse"),
        ("Ærøskøbing", "Aeroskobing"),
        ("Łódź", "lodz"),
        ("D'Hondt-Peeters", "d’hondt peeters"),
        ("\ufb01nance", "finance"),
        ("مُحَمَّد", "محمد"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_case_accents_and_punctuation_do_not_tell_names_apart(one: str, other: str) -> None:
    """In any script that has them."""
    assert comparison_key(one) == comparison_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ガ", "カ"), ("हिन्दी", "हन्द"), ("Jan", "Jon"), ("a1", "a2"), ("ab", "a b")]
)
def test_marks_that_make_another_letter_tell_names_apart(one: str, other: str) -> None:
    """A voicing mark or a vowel sign is no accent."""
    assert comparison_key(one) != comparison_key(other)


@given(st.text(max_size=20))
def test_a_comparison_key_is_its_own_key(text: str) -> None:
    """So keys may be compared with keys that were stored."""
    key = comparison_key(text)

    assert comparison_key(key) == key
    assert "  " not in key
    assert key == key.strip()


@given(st.text(st.characters(max_codepoint=127), max_size=20))
def test_the_quick_key_of_plain_text_is_the_key_of_any_text(text: str) -> None:
    """A letter outside ASCII takes the long way, and changes only its own word."""
    assert comparison_key(text + " é") == f"{comparison_key(text)} e".strip()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("N.V. Bouwwerken Janssens", "Bouwwerken Janssens NV"),
        ("B.V. Foo", "foo bv"),
        ("S.à r.l. Lux", "Lux S.à r.l."),
        ("J.P. Morgan", "J. P. Morgan"),
        ("Peeters, Jan", "Jan Peeters"),
        ("A.S.B.L. Les Amis", "Les Amis asbl"),
    ],
)
def test_order_and_dots_do_not_tell_companies_apart(one: str, other: str) -> None:
    """A legal form may stand before or after, with dots or without."""
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Acme Ltd", "Acme GmbH"), ("Acme BV", "Acme"), ("Jan Jan", "Jan")])
def test_a_legal_form_tells_companies_apart(one: str, other: str) -> None:
    """Acme Ltd and Acme GmbH are two clients."""
    assert name_key(one) != name_key(other)


def test_a_text_past_its_limit_is_refused_and_the_others_stay() -> None:
    """The limit is in characters and counts itself as allowed."""
    answer = coerce("text", "abcd", "", "abcde", "é" * 4, max_length=4)

    assert answer.values == ["abcd", None, None, "éééé"]
    assert answer.flags == [(2, "text-too-long", {"limit": 4})]
    assert outcome("text", "x" * 4000) == "x" * 4000
    assert coerce("text").values == []
