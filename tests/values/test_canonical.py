"""One spelling of JSON, whichever encoder writes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.core import canonical

TEXTS = st.text(st.characters(codec=None, exclude_categories=[]), max_size=20)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(value=VALUES)
def test_both_encoders_write_the_same_bytes(value: Any) -> None:
    """Lone surrogates, control characters and any script included; and what was written is read."""
    written = canonical.plain_encode(value)

    assert canonical.encode_bytes(value) == written
    assert canonical.encode_each([value, [value]]) == [written, b"[" + written + b"]"]
    assert canonical.encode(value).encode() == written
    assert canonical.decode(written) == json.loads(written) == value
    assert b"\n" not in written


@given(value=st.lists(st.tuples(st.integers(0, 99), VALUES, TEXTS), max_size=4))
def test_a_shaped_decoder_reads_what_it_looks_at(value: list[tuple[int, Any, str]]) -> None:
    """The rest stays unread, or is there all the same."""
    read = canonical.decoder(lambda unread: list[tuple[int, unread, str]])  # type: ignore[valid-type]

    assert [(one[0], one[2]) for one in read(canonical.plain_encode(value))] == [(one[0], one[2]) for one in value]


@pytest.mark.parametrize("text", ["", "[1,", "nonsense"])
def test_what_is_no_json_is_a_value_error(text: str) -> None:
    """In the standard library's words, whichever decoder there is."""
    with pytest.raises(json.JSONDecodeError):
        canonical.decode(text)


@given(
    rows=st.lists(st.tuples(VALUES, VALUES, VALUES, VALUES), max_size=4),
    slots=st.lists(st.sampled_from(range(4)), unique=True, max_size=4),
)
def test_rows_are_written_as_objects(rows: list[tuple[Any, ...]], slots: list[int]) -> None:
    """Their fields in the order asked for, without those that are ``None``; an empty list and ``False`` are something."""
    named = [(f"of_{slot}", slot) for slot in slots]

    written = canonical.object_encoder(named)(rows)

    objects = [{name: row[slot] for name, slot in named if row[slot] is not None} for row in rows]
    assert written == [canonical.plain_encode(each) for each in objects]
