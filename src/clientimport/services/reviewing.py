"""The stored clients that an import says nothing about, and why probably."""

from __future__ import annotations

from collections.abc import Container, Iterator

import attrs

from clientimport.core.canonical import decode
from clientimport.core.overview import OtherClient
from clientimport.ports import Store


@attrs.frozen(repr=False)
class Others:
    """The other clients of a store, in the order they came, as it is when they are asked for.

    Attributes:
        store: Where.
        known: Ids of the clients that the import points at.
        system: Where the import comes from.
    """

    store: Store
    known: Container[str]
    system: str

    def count(self) -> int:
        """How many there are."""
        with self.store.reading() as work:
            return sum(stored.id not in self.known for page in work.clients.scan() for stored in page)

    def __iter__(self) -> Iterator[OtherClient]:
        with self.store.reading() as work:
            names = {run.id: run.system for run in work.runs.list()}
            for page in work.clients.scan():
                left = [stored for stored in page if stored.id not in self.known]
                about = work.runs.about([stored.id for stored in left]) if left else {}
                for stored in left:
                    systems = tuple(dict.fromkeys(names[run] for run, _ in about.get(stored.id, ())))
                    yield OtherClient(
                        client=stored.id,
                        name=str(decode(stored.text).get("name") or ""),
                        reason=self._reason(systems),
                        systems=systems,
                    )

    def _reason(self, systems: tuple[str, ...]) -> str:
        if self.system in systems:
            return "not-listed"
        return "other-system" if systems else "entered-here"
