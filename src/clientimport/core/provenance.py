"""Where a stored value comes from: which import wrote it, what it replaced, and what the imports last said."""

from __future__ import annotations

from typing import Any

import attrs

from clientimport.core.locator import Locator
from clientimport.core.plan import Value


@attrs.frozen(kw_only=True)
class Origin:
    """One import that gave a value of a field.

    Attributes:
        run: Its run.
        system: The system that its source comes from, as ``Importer.plan`` was told; ``columns:…`` where nobody named it.
        actor: Who imported.
        at: UTC, ISO 8601: when the import began.
        locator: The cell it stands in.
        rule: Why it was written: ``new`` (the client was made with it), ``fill_blank``, ``overwrite``, ``three_way``,
            ``follows`` (a name whose parts changed) or ``decision``; ``said`` where the import gave it without writing it: it was there, or another value stayed.
        before: The value that it replaced; ``None`` was blank.
        value: The value it gave.
    """

    run: str
    system: str
    actor: str
    at: str
    locator: Locator
    rule: str
    before: Value = attrs.field(repr=False)
    value: Value = attrs.field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The same in JSON types."""
        return {**attrs.asdict(self, recurse=False), "locator": self.locator.to_dict()}


@attrs.frozen(kw_only=True)
class Why:
    """Why a client's field has the value it has.

    Attributes:
        client: The client's id.
        field: Which field.
        value: What is stored now; ``None`` is blank.
        written: Every import that wrote the field and was not undone, the newest first; empty if none did.
        said: What the newest import of each system gave, written or not, the newest first.
    """

    client: str
    field: str
    value: Value = attrs.field(repr=False)
    written: tuple[Origin, ...]
    said: tuple[Origin, ...]

    @property
    def set_by(self) -> Origin | None:
        """The import that the stored value comes from; ``None`` if it was entered or changed here."""
        newest = self.written[0] if self.written else None
        return newest if newest is not None and newest.value == self.value else None

    def to_dict(self) -> dict[str, Any]:
        """``client``, ``field``, ``value``, ``set_by`` (an origin or null), ``written`` and ``said`` (lists of origins)."""
        return {
            "client": self.client,
            "field": self.field,
            "value": self.value,
            "set_by": None if self.set_by is None else self.set_by.to_dict(),
            "written": [origin.to_dict() for origin in self.written],
            "said": [origin.to_dict() for origin in self.said],
        }
