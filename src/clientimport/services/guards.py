"""Asking the host what it has against moving clients, for many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from clientimport.core.lifecycle import Event
from clientimport.errors import GuardError, SettingsError

Guard = Callable[[Sequence[str]], Mapping[str, str]]
"""From ids of clients to those that are held back -> the reason, for people. What it says of other clients is not heard."""


def held_back(guards: Mapping[str, Guard], event: Event, clients: Sequence[str]) -> dict[str, dict[str, str]]:
    """Client -> guard -> reason, of the *clients* that a guard of *event* holds back. Nobody is asked about no clients.

    Raises:
        SettingsError: the event has a guard that the host did not give: nobody knows what it would say.
        GuardError: a guard raised, or its answer is none.
    """
    found: dict[str, dict[str, str]] = {}
    for name in event.guards if clients else ():
        guard = guards.get(name)
        if guard is None:
            wanted = f"an answer to what {event.name} asks: Importer(guards={{{name!r}: ...}}), or --guard {name}=none"
            raise SettingsError(f"guards.{name}", None, wanted=wanted)
        try:
            said = guard(list(clients))
        except Exception as error:  # noqa: BLE001  (whatever the host raises, nothing is changed, and the guard is named)
            raise GuardError(name, f"raised {type(error).__name__}", original=error) from None
        if not isinstance(said, Mapping):
            raise GuardError(name, f"answered {type(said).__name__}, not ids of clients -> reasons")
        for client in clients:
            reason = said.get(client)
            if reason is None:
                continue
            if not isinstance(reason, str):
                raise GuardError(name, f"gave {type(reason).__name__} as a reason, not text")
            found.setdefault(client, {})[name] = reason
    return found
