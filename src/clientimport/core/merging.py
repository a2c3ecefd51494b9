"""What an update may write: one policy a field, chosen by profile or host."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import attrs

from clientimport.errors import SettingsError


class Merge(StrEnum):
    """What may become of one field of a client that is there already. A blank cell never changes anything.

    - ``fill_blank``: written only where the store has nothing.
    - ``overwrite``: the file's value replaces the stored one.
    - ``keep``: the stored value stays, blank or not.
    - ``ask``: fills a blank; a different value becomes a question.
    """

    FILL_BLANK = "fill_blank"
    OVERWRITE = "overwrite"
    KEEP = "keep"
    ASK = "ask"


def _merge(value: str) -> Merge:
    if value not in list(Merge):
        raise SettingsError("merge", value, allowed=[choice.value for choice in Merge])
    return Merge(value)


def _merges(values: Mapping[str, str]) -> Mapping[str, Merge]:
    return {field: _merge(value) for field, value in values.items()}


@attrs.frozen(kw_only=True)
class MergePolicy:
    """A ``Merge`` for every field.

    Attributes:
        default: For fields not named.
        fields: Field name -> its own policy.

    Raises:
        SettingsError: a policy that does not exist.
    """

    default: Merge = attrs.field(default=Merge.FILL_BLANK, converter=_merge)
    fields: Mapping[str, Merge] = attrs.field(factory=dict, converter=_merges)

    def of(self, field: str) -> Merge:
        """The policy of *field*."""
        return self.fields.get(field, self.default)


Change = tuple[str, Any, Any, str]
"""(field, stored value or ``None``, value to write, the rule that chose)."""


def merge(
    fields: Sequence[str],
    values: Sequence[Any],
    policies: Sequence[Merge],
    stored: Mapping[str, Any],
    same: Callable[[str, Any, Any], bool],
) -> tuple[list[Change], list[str]]:
    """What *values* would change in *stored*, and the fields somebody must be asked about.

    Args:
        fields: Names, in the order of *values* and *policies*.
        values: New values; ``None`` is blank and changes nothing.
        policies: One a field.
        stored: The client's non-blank values.
        same: Whether two values of a field mean the same to a person (case, accents); such a difference is no question.
    """
    changes: list[Change] = []
    asked: list[str] = []
    for field, new, policy in zip(fields, values, policies, strict=True):
        if new is None:
            continue
        old = stored.get(field)
        if old == new or policy is Merge.KEEP:
            continue
        if old is None:
            changes.append((field, None, new, "fill_blank"))
        elif policy is Merge.OVERWRITE:
            changes.append((field, old, new, "overwrite"))
        elif policy is Merge.ASK and not same(field, old, new):
            asked.append(field)
    return changes, asked
