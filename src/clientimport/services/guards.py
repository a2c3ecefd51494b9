"""Asking the host what it has against moving clients, for many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from clientimport.core.lifecycle import Event
from clientimport.errors import GuardError, SettingsError

Guard = Callable[[Sequence[str]], Mapping[str, str]]
"""From ids of clients to those that are held back -> the reason, for people. What it says of other clients is not heard."""


def check(guards: Mapping[str, Guard], event: Event) -> None:
    """See that the host gave every guard of *event*.

    Raises:
        SettingsError: it did not, and nobody knows what that one would say.
    """
    for name in event.guards:
        if name not in guards:
            wanted = f"an answer to what {event.name} asks: Importer(guards={{{name!r}: ...}}), or --guard {name}=none"
            raise SettingsError(f"guards.{name}", None, wanted=wanted)


def held_back(guards: Mapping[str, Guard], event: Event, clients: Sequence[str]) -> dict[str, dict[str, str]]:
    """Client -> guard -> reason, of the *clients* that a guard of *event* holds back. Nobody is asked about no clients.

    Raises:
        SettingsError: the host did not give one of the guards.
        GuardError: a guard raised, or its answer is none.
    """
    found: dict[str, dict[str, str]] = {}
    if not clients:
        return found
    check(guards, event)
    for name in event.guards:
        try:
            said = guards[name](list(clients))
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
