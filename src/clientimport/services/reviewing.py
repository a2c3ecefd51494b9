"""The stored clients that an import says nothing about, and why probably."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from clientimport.core.canonical import decode
from clientimport.core.overview import OtherClient
from clientimport.ports import Store

Others = Callable[[Container[str], str], Iterator[OtherClient]]
"""(ids of the clients that the import points at, its system) -> the stored clients besides them."""


def others_in(store: Store) -> Others:
    """The other clients of *store*, in the order they came, as it is when they are asked for."""

    def others(known: Container[str], system: str) -> Iterator[OtherClient]:
        with store.reading() as work:
            names = {run.id: run.system for run in work.runs.list()}
            for page in work.clients.scan():
                left = [stored for stored in page if stored.id not in known]
                about = work.runs.about([stored.id for stored in left]) if left else {}
                for stored in left:
                    systems = tuple(dict.fromkeys(names[run] for run, _ in about.get(stored.id, ())))
                    yield OtherClient(
                        client=stored.id,
                        name=str(decode(stored.text).get("name") or ""),
                        reason=_reason(systems, system),
                        systems=systems,
                    )

    return others


def _reason(systems: tuple[str, ...], system: str) -> str:
    if system in systems:
        return "not-listed"
    return "other-system" if systems else "entered-here"
