"""Client ids: what a store gives, and nothing that only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.adapters.stores.ids import number, numbers, possible
from clientimport.errors import StoreError

NEARLY = st.text(st.sampled_from("0123456789 ,-+_.e\n١²"), max_size=20)


@given(ids=st.lists(st.integers(1, 10**18 - 1).map(str), max_size=5))
def test_what_a_store_gives_is_a_number(ids: list[str]) -> None:
    """Alone and with others, in order."""
    assert numbers(ids) == [number(one) for one in ids] == [int(one) for one in ids]
    assert all(map(possible, ids))


@given(ids=st.lists(st.integers(1, 99).map(str) | NEARLY, max_size=4))
def test_one_bad_id_refuses_them_all(ids: list[str]) -> None:
    """``numbers`` takes what ``possible`` takes: no sign, no blank, no leading nought, no digits of other scripts."""
    if all(one and possible(one) for one in ids):
        assert numbers(ids) == [int(one) for one in ids]
    else:
        with pytest.raises(StoreError, match="not one that this store gave"):
            numbers(ids)
