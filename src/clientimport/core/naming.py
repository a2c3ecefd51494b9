"""A name that is made of its parts: what an import changes in these it changes in the name."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.merging import Change

PARTS = ("company_name", "first_name", "last_name")
"""The fields that a name is made of."""

FOLLOWS = "follows"
"""The rule by which such a name is changed."""


def made_name(company: Any, first: Any, last: Any) -> str | None:
    """The name made of its parts; ``None`` if there are none."""
    return company or " ".join(filter(None, (first, last))) or None


@attrs.frozen
class Naming:
    """Whether the names of one plan follow; false if they have a column of their own, or are to be kept.

    Attributes:
        follows: They do.
    """

    follows: bool

    def __bool__(self) -> bool:
        return self.follows

    @property
    def watched(self) -> Sequence[str]:
        """The fields of stored clients that names follow from."""
        return ("name", *PARTS) if self.follows else ()

    def after(
        self, changes: list[Change], stored: Mapping[str, Any], editable: Container[str] | None, decided: Container[str]
    ) -> list[Change]:
        """*changes* of a *stored* client, and that of its name if it was made of parts that change.

        Not where the name is not *editable*, or where it changes or was *decided* about itself.
        """
        new = {change[0]: change[2] for change in changes}
        if not self.follows or new.keys().isdisjoint(PARTS) or "name" in new or "name" in decided:
            return changes
        name = stored.get("name")
        if name is None or name != made_name(*map(stored.get, PARTS)):
            return changes
        if editable is not None and "name" not in editable:
            return changes
        made = made_name(*(new.get(part, stored.get(part)) for part in PARTS))
        return changes if made in (None, name) else [*changes, ("name", name, made, FOLLOWS)]
