"""The steps of a schema, by database."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clientimport.adapters.stores.sql.schema import newest, steps
from clientimport.errors import SettingsError


@pytest.mark.parametrize("asked", [steps, newest])
def test_a_database_that_there_are_no_steps_for_is_refused(asked: Callable[[str], object]) -> None:
    """Whoever asks for the steps or for the newest of them hears which databases there are."""
    with pytest.raises(SettingsError) as refused:
        asked("postgresql")

    assert (refused.value.key, refused.value.allowed) == ("dialect", ("sqlite",))
