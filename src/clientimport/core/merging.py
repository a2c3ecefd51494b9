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
    - ``ask``: fills a blank. A different value becomes a question, unless what the last import said is known: then what
      only the file changed since is written, what only the store changed stays, and both is a question.
    - ``leading``: fills a blank. Of two different values that of the system holds which comes first in the order that goes
      with the policy; a question where the order does not say.
    - ``newest``: fills a blank. Of two different values that of the later day holds: the day an import is as at. A question
      where the stored one was entered here, since when is not known.
    """

    FILL_BLANK = "fill_blank"
    OVERWRITE = "overwrite"
    KEEP = "keep"
    ASK = "ask"
    LEADING = "leading"
    NEWEST = "newest"


HERE = "here"
"""In an order of systems: what was entered or changed here and came from no import."""

SURVIVORSHIP = frozenset((Merge.LEADING, Merge.NEWEST))
"""The policies that ask where a stored value comes from."""


def _merge(value: str) -> Merge:
    if value not in list(Merge):
        raise SettingsError("merge", value, allowed=[choice.value for choice in Merge])
    return Merge(value)


def _merges(values: Mapping[str, str]) -> Mapping[str, Merge]:
    return {field: _merge(value) for field, value in values.items()}


def _order(systems: Sequence[str], key: str = "merge.order") -> tuple[str, ...]:
    wanted = "names of systems, the leading one first, each once"
    if isinstance(systems, str) or not isinstance(systems, Sequence):
        raise SettingsError(key, systems, wanted=wanted)
    if not all(isinstance(name, str) and name.strip() for name in systems):
        raise SettingsError(key, list(systems), wanted=wanted)
    found = tuple(name.strip() for name in systems)
    if len(set(found)) != len(found):
        raise SettingsError(key, list(systems), wanted=wanted)
    return found


def _orders(orders: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    return {field: _order(systems, f"merge.orders.{field}") for field, systems in orders.items()}


@attrs.frozen(kw_only=True)
class MergePolicy:
    """A ``Merge`` for every field.

    Attributes:
        default: For fields not named.
        fields: Field name -> its own policy.
        order: For ``leading``: the systems, as ``plan(…, system=…)`` names them, the leading one first; ``here`` stands for
            what was entered here.
        orders: Field name -> its own order.

    Raises:
        SettingsError: a policy that does not exist, or ``leading`` without an order.
    """

    default: Merge = attrs.field(default=Merge.FILL_BLANK, converter=_merge)
    fields: Mapping[str, Merge] = attrs.field(factory=dict, converter=_merges)
    order: tuple[str, ...] = attrs.field(default=(), converter=_order)
    orders: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_orders)

    def __attrs_post_init__(self) -> None:
        for field, policy in {"": self.default, **self.fields}.items():
            if policy is Merge.LEADING and not self.order and field not in self.orders:
                wanted = "the names of the systems, the leading one first, for the policy leading"
                raise SettingsError(f"merge.orders.{field}" if field else "merge.order", [], wanted=wanted)

    def of(self, field: str) -> Merge:
        """The policy of *field*."""
        return self.fields.get(field, self.default)

    def leads(self, field: str, system: str, owner: str) -> bool | None:
        """Whether *system*'s value of *field* holds over one of *owner*'s; ``None`` if the order does not say.

        A system in the order leads one that is not, and one's later word its earlier. What was entered here has its place
        only if the order names it.
        """
        order = self.orders.get(field, self.order)
        if system == owner:
            return True
        if owner == HERE and HERE not in order:
            return None
        ranks = [order.index(name) if name in order else len(order) for name in (system, owner)]
        return None if ranks[0] == ranks[1] else ranks[0] < ranks[1]


def base_beside(said: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What imports last *said* of a client, where it is another value than the *stored* one; null where they said nothing."""
    fields = dict.fromkeys((*stored, *said))
    return {field: said.get(field) for field in fields if said.get(field) != stored.get(field)}


def news(
    fields: Sequence[str],
    values: Sequence[Any],
    stored: Mapping[str, Any],
    base: Mapping[str, Any] | None,
    changes: Sequence[Sequence[Any]],
) -> dict[str, Any] | None:
    """What a record says that imports did not say before, besides its *changes*; ``None`` if nothing.

    Without a *base* it is not known what they said, and nothing is remembered.
    """
    if base is None:
        return None
    changed = {change[0] for change in changes}
    found = {
        field: value
        for field, value in zip(fields, values, strict=True)
        if value is not None and field not in changed and base.get(field, stored.get(field)) != value
    }
    return found or None


# once a row each: an enumeration looks its members up anew
_KEEP, _ASK, _OVERWRITE = Merge.KEEP, Merge.ASK, Merge.OVERWRITE

Change = tuple[str, Any, Any, str]
"""(field, stored value or ``None``, value to write, the rule that chose)."""


def merge(
    fields: Sequence[str],
    values: Sequence[Any],
    policies: Sequence[Merge],
    stored: Mapping[str, Any],
    same: Callable[[str, Any, Any], bool],
    base: Mapping[str, Any] | None = None,
    leads: Mapping[str, bool] | None = None,
) -> tuple[list[Change], list[str]]:
    """What *values* would change in *stored*, and the fields somebody must be asked about.

    Args:
        fields: Names, in the order of *values* and *policies*.
        values: New values; ``None`` is blank and changes nothing.
        policies: One a field.
        stored: The client's non-blank values.
        same: Whether two values of a field mean the same to a person (case, accents); such a difference is no question.
        base: What imports last said, where it is another value than the stored one, as ``Hit.base``; ``None``: not known.
        leads: Field -> whether this source's value holds over the stored one, of the fields whose policy goes by sources.
    """
    changes: list[Change] = []
    asked: list[str] = []
    known = stored.get
    for field, new, policy in zip(fields, values, policies, strict=True):
        if new is None or (old := known(field)) == new or policy is _KEEP:
            continue
        if policy in SURVIVORSHIP and old is not None:
            if same(field, old, new):
                continue
            holds = None if leads is None else leads.get(field)
            if holds:
                changes.append((field, old, new, policy.value))
            elif holds is None:
                asked.append(field)
            continue
        said = None if base is None or policy is not _ASK else base.get(field, old)
        if said is not None:
            if same(field, said, new) or same(field, old, new):
                continue  # the file says what it said before: what is here was changed here, and stays
            if same(field, said, old) and same(field, old, said):
                changes.append((field, old, new, "three_way"))
            else:
                asked.append(field)
        elif old is None:
            changes.append((field, None, new, "fill_blank"))
        elif policy is _OVERWRITE:
            changes.append((field, old, new, "overwrite"))
        elif policy is _ASK and not same(field, old, new):
            asked.append(field)
    return changes, asked


def decided(
    fields: Sequence[str],
    values: Sequence[Any],
    stored: Mapping[str, Any],
    changes: Sequence[Change],
    choices: Mapping[str, str],
) -> list[Change]:
    """*changes* with what was decided about single fields: *choices* are field -> ``keep`` or ``overwrite``."""
    found = [change for change in changes if choices.get(change[0]) != "keep"]
    there = {change[0] for change in found}
    return found + [
        (name, stored.get(name), value, "decision")
        for name, value in zip(fields, values, strict=True)
        if choices.get(name) == "overwrite" and name not in there
    ]
