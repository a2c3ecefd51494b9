"""Twins: two clients of one person, of two kinds, that may have everything that identifies in common.

A record is compared with clients of its own kind alone. That is so because a key of the second kind is another key: it
begins with a sign that no cell can hold. So stores, clusters and look-ups need to know nothing of kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from clientimport.errors import SettingsError

_SECOND = "\x1f"
"""What the keys of the second kind begin with: a control character, which reading takes out of every cell."""


def _text(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not value:
        raise SettingsError(f"lifecycle.twin.{attribute.name}", value, wanted="a short name")


@attrs.frozen(kw_only=True)
class Twin:
    """The second kind of clients.

    Attributes:
        field: A yes/no field; yes says that a client is of the second kind. It never changes.
        initial: The state of a client of the second kind that nothing was said of.
        key: The key scheme by which a client and its twin belong together.
        refused_beside: A record of the second kind is refused whose client of the first kind is in one of these states.

    Raises:
        SettingsError: names the key and what it may be.
    """

    field: str = attrs.field(validator=_text)
    initial: str = attrs.field(validator=_text)
    key: str = attrs.field(validator=_text)
    refused_beside: tuple[str, ...] = ()

    def second(self, document: Mapping[str, Any]) -> bool:
        """Whether a client with the non-blank values *document* is of the second kind."""
        return document.get(self.field) is True


def of_kind(key: str, second: bool) -> str:
    """A key as the clients of one kind hold it."""
    return _SECOND + key if second else key


def of_other_kind(key: str) -> str:
    """The key as the clients of the other kind hold it."""
    return key.removeprefix(_SECOND) if key.startswith(_SECOND) else _SECOND + key


def plain(key: str) -> str:
    """The key as people wrote it."""
    return key.removeprefix(_SECOND)
