"""What plugins are told and what is told about them, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

EventName = Literal["planned", "applied", "undone"]


@attrs.frozen(kw_only=True)
class Event:
    """Something an importer has done. Holds counts and names of things, never a value of a person.

    Attributes:
        name: ``"planned"``, ``"applied"`` or ``"undone"``.
        run: The run's id; ``None`` for ``"planned"``, which writes nothing and so has no run.
        summary: Counts and digests, in JSON types, for example ``{"records": 120, "create": 80}``.
    """

    name: EventName
    run: str | None = None
    summary: Mapping[str, object] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class PluginInfo:
    """One plugin as ``clientimport plugins`` lists it.

    Attributes:
        name: The name it is registered under; problems and clashes use it too.
        version: Of its distribution or module, ``""`` if it does not say.
        hooks: The hooks it answers, by name, sorted; empty if it could not be loaded.
        problem: The first thing it did wrong, ``None`` while it behaves.
    """

    name: str
    version: str = ""
    hooks: tuple[str, ...] = ()
    problem: str | None = None
