"""Fields whose values are looked up in lists that the host keeps: its offices, its staff, its questionnaires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import attrs

from clientimport.core.findings import CODES, Flag, Severity
from clientimport.core.profile import Listed
from clientimport.core.rules import Batch

NOT_LISTED, LISTED = "not-listed", "listed"


def list_key(text: str) -> str:
    """An entry as it is compared: without regard to case and outer blanks."""
    return text.strip().casefold()


@attrs.frozen(kw_only=True)
class ListRule:
    """The look-ups of one profile in lists as they are now.

    Attributes:
        asked: What the profile wants looked up.
        entries: Name of a list -> what stands in it. A list that is not there is not looked into.
    """

    asked: tuple[Listed, ...]
    entries: Mapping[str, Sequence[str]] = attrs.field(repr=False)
    name: str = "lists"
    codes: Mapping[str, Severity] = {code: CODES[code] for code in (NOT_LISTED, LISTED)}

    @cached_property
    def _keys(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset(map(list_key, entries)) for name, entries in self.entries.items()}

    def check(self, batch: Batch) -> Iterator[Flag]:
        """Flags for values that should stand in a list and do not, and for those that should not and do."""
        for listed in self.asked:
            values, keys = batch.values(listed.field), self._keys.get(listed.name)
            if values is None or keys is None:
                continue
            code = LISTED if listed.forbidden else NOT_LISTED
            for row, value in enumerate(values):
                if value is None:
                    continue
                several: Iterable[object] = value if isinstance(value, list) else (value,)
                if any((list_key(str(each)) in keys) == listed.forbidden for each in several):
                    yield Flag(row, code, listed.field, None, {"list": listed.name})
