"""Asking the host for the lists that a profile looks values up in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from clientimport.core.profile import Profile
from clientimport.errors import HostListError, SettingsError

HostList = Iterable[str] | Callable[[], Iterable[str]]
"""Entries, or a function that gives them; asked anew whenever something is planned."""


def check_lists(lists: Mapping[str, HostList] | None, profile: Profile) -> dict[str, HostList]:
    """What the host gives, if the profile has such lists.

    Raises:
        SettingsError: it has not, or one is no list.
    """
    names = tuple(dict.fromkeys(listed.name for listed in profile.lists))
    found = dict(lists or {})
    for name, given in found.items():
        if name not in names:
            raise SettingsError("lists", name, allowed=names, wanted="a list that the profile looks values up in")
        if isinstance(given, str) or not (callable(given) or isinstance(given, Iterable)):
            raise SettingsError(f"lists.{name}", type(given).__name__, wanted="texts, or a function that gives them")
        if not callable(given):
            found[name] = _texts(name, given)  # an iterator would be empty the second time
    return found


def ask_lists(lists: Mapping[str, HostList], profile: Profile) -> dict[str, tuple[str, ...]]:
    """The entries of every list that the host or else the profile gives, as they are now.

    Raises:
        HostListError: a function of the host failed.
    """
    found = {listed.name: listed.entries for listed in profile.lists if listed.entries}
    for name, given in lists.items():
        if any(listed.name == name for listed in profile.lists):  # that of a saved plan may have others
            found[name] = _asked(name, given) if callable(given) else tuple(given)
    return found


def _asked(name: str, give: Callable[[], Iterable[str]]) -> tuple[str, ...]:
    try:
        given = give()
        entries = given if isinstance(given, str) else tuple(given)
    except Exception as error:  # noqa: BLE001  (whatever the host raises; its text may hold what people typed)
        raise HostListError(name, f"raised {type(error).__name__}", original=error) from None
    if isinstance(entries, str) or not all(isinstance(each, str) for each in entries):
        raise HostListError(name, "gave something else than texts")
    return entries


def _texts(name: str, given: Iterable[str]) -> tuple[str, ...]:
    entries = tuple(given)
    if not all(isinstance(each, str) for each in entries):
        raise SettingsError(f"lists.{name}", "something else", wanted="texts, or a function that gives them")
    return entries
