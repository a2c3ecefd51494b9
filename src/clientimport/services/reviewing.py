"""The stored clients that an import says nothing about, and why probably."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import attrs

from clientimport.core.canonical import decode
from clientimport.core.decisions import CHOICES, CLIENT
from clientimport.core.leaving import Pointed
from clientimport.core.lifecycle import DEACTIVATE, TWO_STATES, Lifecycle
from clientimport.core.overview import OtherClient
from clientimport.ports import LEAVING, OperationRow, Store, StoredClient, UnitOfWork


@attrs.frozen(repr=False)
class Others:
    """The other clients of a store, in the order they came, as it is when they are asked for.

    Attributes:
        store: Where.
        pointed: Whom the import points at.
        system: Where the import comes from.
        chosen: Client -> ``deactivate`` or ``remove``, of those that leave with the import.
        lifecycle: Tells who is active.
    """

    store: Store
    pointed: Pointed
    system: str
    chosen: Mapping[str, str] = attrs.field(factory=dict)
    lifecycle: Lifecycle = TWO_STATES

    def count(self) -> int:
        """How many there are."""
        with self.store.reading() as work:
            return sum(stored.id not in self.pointed.clients for page in work.clients.scan() for stored in page)

    def reasons(self) -> Counter[str]:
        """Reason -> how many."""
        return Counter(other.reason for other in self)

    def __iter__(self) -> Iterator[OtherClient]:
        with self.store.reading() as work:
            for _, other in only_here(work, self.pointed, self.system, self.lifecycle):
                yield attrs.evolve(other, choice=self.chosen.get(other.client, "leave"))


def only_here(
    work: UnitOfWork, pointed: Pointed, system: str, lifecycle: Lifecycle
) -> Iterator[tuple[StoredClient, OtherClient]]:
    """The clients that are only here, in the order they came."""
    names = {run.id: run.system for run in work.runs.list()}
    possible = lifecycle.leaving(CHOICES[CLIENT])
    for page in work.clients.scan():
        left = [stored for stored in page if stored.id not in pointed.clients]
        about = work.runs.about([stored.id for stored in left]) if left else {}
        for stored in left:
            document = decode(stored.text)
            # that an import made it leave does not say that the import had it
            met = [run for run, operation in about.get(stored.id, ()) if listed(operation)]
            systems = tuple(dict.fromkeys(names[run] for run in met))
            name = document.get("name")
            if not lifecycle.active(document):
                reason = "deactivated"
            elif pointed.of_other_kind(document):
                reason = "other-kind"
            elif pointed.may_be(stored.id, name):
                reason = "maybe-listed"
            elif system in systems:
                reason = "not-listed"
            else:
                reason = "other-system" if systems else "entered-here"
            choices = tuple(each for each in possible if each != DEACTIVATE or reason != "deactivated")
            yield (
                stored,
                OtherClient(client=stored.id, name=str(name or ""), reason=reason, systems=systems, choices=choices),
            )


def listed(operation: OperationRow) -> bool:
    """Whether the import that did it had its client."""
    return operation.action not in LEAVING
