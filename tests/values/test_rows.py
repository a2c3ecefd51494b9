"""Named tuples out of columns."""

from __future__ import annotations

from itertools import repeat

import pytest

from clientimport.core.rows import made
from clientimport.ports import StoredClient


def test_they_are_what_the_constructor_makes() -> None:
    """Equal, of the same type, with their names."""
    rows = made(StoredClient, ["1", "2"], (3, 4), ["{}", '{"name":"Jan"}'])

    assert rows == [StoredClient("1", 3, "{}"), StoredClient("2", 4, '{"name":"Jan"}')]
    assert [type(row) for row in rows] == [StoredClient, StoredClient]
    assert rows[1].version == 4
    assert made(StoredClient, [], [], []) == []


def test_a_column_too_short_or_missing_is_an_error() -> None:
    """A row with a field too few would be found much later."""
    with pytest.raises(ValueError, match="shorter"):
        made(StoredClient, ["1", "2"], [1], ["{}", "{}"])
    with pytest.raises(ValueError, match="StoredClient has other fields"):
        made(StoredClient, ["1"], repeat(1, 1))
