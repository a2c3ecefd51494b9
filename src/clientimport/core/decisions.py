"""What people decided about a plan: answers to its questions, and choices about single clients and fields.

An id says what a decision is about and, by a hash, as what it was seen: a decision about something that has changed since
is found by nobody, and stays unmet. So decisions can be taken along to the next plan of the same file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.canonical import encode_bytes
from clientimport.core.findings import Finding
from clientimport.core.locator import Locator
from clientimport.errors import SettingsError

COLUMN = "column-format:"
"""What the id of a question about a column begins with; its header follows."""

CHOOSE = "choose"
"""What the id of a choice for new clients begins with, and the reason of a record that waits for one; see ``choose_id``."""

RECORD = "record"
FIELD = "field"
CLIENT = "client"
RECORDS = "records"
FIELDS = "fields"
CLIENTS = "clients"

CHOICES: Mapping[str, tuple[str, ...]] = {
    RECORD: ("take", "skip"),
    FIELD: ("keep", "overwrite"),
    CLIENT: ("leave", "deactivate", "remove"),
    RECORDS: ("take", "skip"),
    FIELDS: ("keep", "overwrite"),
    CLIENTS: ("leave", "deactivate", "remove"),
}
"""What can be chosen, by the kind of the decision: what its id begins with. A question says itself what its answers are.

``record``, ``field`` and ``client`` are about one client of the import, one field of a stored client, and one client that is
only here; the plural is about all that have no decision of their own.
"""


def choices(id_: str | None) -> tuple[str, ...]:
    """What can be chosen under an id; nothing for ``None``, or where a question says it itself."""
    return CHOICES.get((id_ or "").partition(":")[0], ())


NEW = "records:only_in_import"
"""The decision about all clients of the import that no stored client is."""


@attrs.frozen
class Decision:
    """One choice of a person.

    Attributes:
        id: What it is about, as plans and overviews name it: ``fields-differ:1a2b…``, ``record:…``, ``field:…``, ``fields:phone`` …
        choice: One of what is allowed there: ``overwrite``, ``skip``, ``client:17`` …

    Raises:
        SettingsError: either is no text.
    """

    id: str
    choice: str

    def __attrs_post_init__(self) -> None:
        for name in ("id", "choice"):
            if not isinstance(getattr(self, name), str):
                raise SettingsError(f"decision.{name}", type(getattr(self, name)).__name__, wanted="a text")


def as_mapping(given: Mapping[str, str] | Iterable[Decision]) -> dict[str, str]:
    """Decisions as id -> choice; of two about the same the later holds.

    Raises:
        SettingsError: something else is among them.
    """
    if isinstance(given, Mapping):
        return {each.id: each.choice for each in (Decision(*pair) for pair in given.items())}
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise SettingsError("decisions", type(given).__name__, wanted="a mapping of id to choice, or Decision objects")
    found: dict[str, str] = {}
    for each in given:
        if not isinstance(each, Decision):
            raise SettingsError(
                "decisions", type(each).__name__, wanted="a mapping of id to choice, or Decision objects"
            )
        found[each.id] = each.choice
    return found


def record_id(name: str, keys: Sequence[Sequence[str]], row: int) -> str:
    """The id of a client of the import.

    Args:
        name: Its comparable name.
        keys: Its keys, a list a rung; records with equal names and keys are one client.
        row: Its row: what tells it from others where it has no key of its own.
    """
    own = any(keys[:-1])  # the last rung is the name once more
    return f"{RECORD}:{_hash([name, *keys[:-1]] if own else [name, row], 12)}"


def choose_id(field: str, record: str | None = None) -> str:
    """The id of what is chosen in *field* for all new clients that have nothing there, or for the one with the id *record*."""
    return f"{CHOOSE}:{field}" if record is None else f"{CHOOSE}:{field}:{record}"


def field_id(client: str, field: str, stored: Any, given: Any) -> str:
    """The id of a field of a stored client, as long as both sides say what they say."""
    return f"{FIELD}:{client}:{field}:{_hash([stored, given], 10)}"


def client_id(client: str) -> str:
    """The id of a client that is only here."""
    return f"{CLIENT}:{client}"


def _hash(about: Any, length: int) -> str:
    return hashlib.sha256(encode_bytes(about)).hexdigest()[:length]


class Decisions:
    """The decisions that one plan is made with, and which of them it has met so far.

    Args:
        given: Id -> choice.
        lenient: Take a choice that is not allowed for one that was not made, as with decisions out of a workbook that somebody
            filled in; else it raises.
        findings: What could not be read where they come from.
        places: Id -> where it was decided, as far as that is known.

    Attributes:
        given, findings, places: As given.
        wrong: Id of a decision whose choice is not allowed -> what is.

    Raises:
        SettingsError: a choice that is never allowed for that kind of decision.
    """

    def __init__(
        self,
        given: Mapping[str, str],
        *,
        lenient: bool = False,
        findings: Sequence[Finding] = (),
        places: Mapping[str, Locator] | None = None,
    ) -> None:
        self.given = given
        self.findings = findings
        self.places = places or {}
        self.wrong: dict[str, tuple[str, ...]] = {}
        self._lenient = lenient
        self._met: set[str] = set()
        self._by_kind: dict[str, dict[str, str]] = {kind: {} for kind in CHOICES}
        for id_, choice in given.items():
            kind, _, rest = id_.partition(":")
            if kind not in CHOICES or not rest:
                continue
            if choice in CHOICES[kind]:
                self._by_kind[kind][id_] = choice
            else:
                self._refuse(id_, choice, CHOICES[kind])
        self._new = self._by_kind[RECORDS].get(NEW)
        self._bulk = {id_.removeprefix(f"{FIELDS}:"): choice for id_, choice in self._by_kind[FIELDS].items()}
        self.about_records = bool(self._by_kind[RECORD]) or self._new is not None
        self.about_fields = bool(self._by_kind[FIELD] or self._bulk)
        self.about_others = bool(self._by_kind[CLIENT] or self._by_kind[CLIENTS])

    @property
    def taken(self) -> dict[str, str]:
        """Id -> choice, without what was to be chosen for new clients and cannot be: a slip, which stands in no plan."""
        return {
            id_: choice
            for id_, choice in self.given.items()
            if id_ not in self.wrong or id_.partition(":")[0] != CHOOSE
        }

    def answer(self, question: Mapping[str, Any], allowed: Iterable[str] = ()) -> str | None:
        """What was decided about a *question*; ``None`` if nothing was. *allowed* are answers besides its options.

        Raises:
            SettingsError: the decision is none of its options.
        """
        self._met.add(question["id"])
        choice = self.given.get(question["id"])
        if choice is None or choice in question["options"] or choice in allowed:
            return choice
        self._refuse(question["id"], choice, question["options"])
        return None

    def reading(self, id_: str, read: Callable[[str], Any], allowed: Sequence[str]) -> Any:
        """The value that *read* makes of the choice of a decision; ``None``: none, so that it is not one of those *allowed*.

        Raises:
            SettingsError: it is none, and nothing else was asked for.
        """
        value = read(self.given[id_])
        if value is None:
            self._refuse(id_, self.given[id_], allowed)
        return value

    def leaves_out(self, ids: Iterable[str], *, new: bool) -> bool:
        """Whether the client with the records *ids* is left out; *new*: no stored client is it."""
        own = {id_: choice for id_ in ids if (choice := self._by_kind[RECORD].get(id_)) is not None}
        self._met.update(own)
        if new:
            self._met.add(NEW)
        if own:
            return "skip" in own.values()
        return new and self._new == "skip"

    def of_fields(
        self, client: str, fields: Sequence[str], values: Sequence[Any], stored: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Field -> choice, for the fields of one stored client in which the import says something else.

        By decisions of their own, and by those about all clients.
        """
        own: dict[str, str] = {}
        bulk: dict[str, str] = {}
        for field, new in zip(fields, values, strict=True):
            old = stored.get(field)
            if new is None or old == new:
                continue
            if self._by_kind[FIELD]:
                id_ = field_id(client, field, old, new)
                if id_ in self._by_kind[FIELD]:
                    own[field] = self._by_kind[FIELD][id_]
                    self._met.add(id_)
            if field in self._bulk:
                bulk[field] = self._bulk[field]
        return own, bulk

    def meet(self, ids: Iterable[str]) -> None:
        """Say that there is what *ids* are about."""
        self._met.update(ids)

    def of_others(self, possible: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
        """Client -> choice, and reason -> choice, for clients that are only here; choices are those *possible* under the profile.

        Raises:
            SettingsError: a decision is none of them.
        """
        single, alike = self._by_kind[CLIENT], self._by_kind[CLIENTS]
        for given in (single, alike):
            for id_ in [id_ for id_, choice in given.items() if choice not in possible]:
                self._refuse(id_, given.pop(id_), possible)
        return (
            {id_.removeprefix(f"{CLIENT}:"): choice for id_, choice in single.items()},
            {id_.removeprefix(f"{CLIENTS}:"): choice for id_, choice in alike.items()},
        )

    def unmet(self, fields: Iterable[str]) -> dict[str, str]:
        """Id -> why a decision does not hold, once the plan is made; *fields* are those that it maps.

        ``choice``: not one of what is allowed. ``gone``: what it is about is not there, or not as it was.
        """
        met = {*self._met, *(f"{FIELDS}:{field}" for field in fields), NEW}
        return {
            id_: "choice" if id_ in self.wrong else "gone" for id_ in self.taken if id_ in self.wrong or id_ not in met
        }

    def _refuse(self, id_: str, choice: str, allowed: Sequence[str]) -> None:
        if not self._lenient:
            raise SettingsError(f"decision for {id_}", choice, allowed=tuple(allowed))
        self.wrong[id_] = tuple(allowed)
