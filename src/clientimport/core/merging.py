"""What an update may write: one policy a field, chosen by profile or host."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from enum import StrEnum
from typing import Any

import attrs

from clientimport.errors import SettingsError


class Merge(StrEnum):
    """What may become of one field of a client that is there already. A blank cell never changes anything.

    - ``fill_blank``: written only where the store has nothing.
    - ``overwrite``: the file's value replaces the stored one.
    - ``keep``: the stored value stays, blank or not.
    - ``ask``: fills a blank. A different value becomes a question, unless what the last import said is known: then what
      only the file changed since is written, what only the store changed stays, and both is a question.
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


def base_beside(said: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What imports last *said* of a client, where it is another value than the *stored* one; null where they said nothing."""
    fields = dict.fromkeys((*stored, *said))
    return {field: said.get(field) for field in fields if said.get(field) != stored.get(field)}


def news(
    fields: Sequence[str],
    values: Sequence[Any],
    stored: Mapping[str, Any],
    base: Mapping[str, Any] | None,
    changed: Container[str],
) -> dict[str, Any] | None:
    """What a record says that imports did not say before, besides the fields that it *changed*; ``None`` if nothing.

    Without a *base* it is not known what they said, and nothing is remembered.
    """
    if base is None:
        return None
    found = {
        field: value
        for field, value in zip(fields, values, strict=True)
        if value is not None and field not in changed and base.get(field, stored.get(field)) != value
    }
    return found or None


Change = tuple[str, Any, Any, str]
"""(field, stored value or ``None``, value to write, the rule that chose)."""


def merge(
    fields: Sequence[str],
    values: Sequence[Any],
    policies: Sequence[Merge],
    stored: Mapping[str, Any],
    same: Callable[[str, Any, Any], bool],
    base: Mapping[str, Any] | None = None,
) -> tuple[list[Change], list[str]]:
    """What *values* would change in *stored*, and the fields somebody must be asked about.

    Args:
        fields: Names, in the order of *values* and *policies*.
        values: New values; ``None`` is blank and changes nothing.
        policies: One a field.
        stored: The client's non-blank values.
        same: Whether two values of a field mean the same to a person (case, accents); such a difference is no question.
        base: What imports last said, where it is another value than the stored one, as ``Hit.base``; ``None``: not known.
    """
    changes: list[Change] = []
    asked: list[str] = []
    for field, new, policy in zip(fields, values, policies, strict=True):
        if new is None:
            continue
        old = stored.get(field)
        if old == new or policy is Merge.KEEP:
            continue
        said = None if base is None or policy is not Merge.ASK else base.get(field, old)
        if said is not None:
            if same(field, said, new) or same(field, old, new):
                continue  # the file says what it said before: what is here was changed here, and stays
            if same(field, said, old) and same(field, old, said):
                changes.append((field, old, new, "three_way"))
            else:
                asked.append(field)
        elif old is None:
            changes.append((field, None, new, "fill_blank"))
        elif policy is Merge.OVERWRITE:
            changes.append((field, old, new, "overwrite"))
        elif policy is Merge.ASK and not same(field, old, new):
            asked.append(field)
    return changes, asked
