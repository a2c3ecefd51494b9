"""Remove clients by hand, as an import does: all that may go do, in one transaction and one run; of the others it says why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.canonical import encode
from clientimport.core.leaving import Leaver
from clientimport.core.lifecycle import SINCE
from clientimport.core.moves import REMOVE, REMOVED, Move, Moves
from clientimport.ports import Store, UnitOfWork
from clientimport.services.by_hand import start_by_hand
from clientimport.services.removing import Fate, Rules, carry_out, judge
from clientimport.services.status import BY_HAND, known_clients


@attrs.frozen(kw_only=True)
class RemovingByHand:
    """Takes clients out of a store.

    Attributes:
        store: Where.
        rules: What lets clients leave.
        actor: Name for the logs.
        now: The time as ISO text.
        new_id: Makes run ids.
        header: What the run keeps of how it was made, as plain data.
    """

    store: Store
    rules: Rules
    actor: str
    now: Callable[[], str]
    new_id: Callable[[], str]
    header: Mapping[str, Any]

    def preview(self, clients: Sequence[str]) -> Moves:
        """Who would go, and who would stay and why. Writes nothing.

        Raises:
            SettingsError: a client is not there.
        """
        with self.store.reading() as work:
            return Moves(moves=tuple(map(_move, self._judge(work, clients))))

    def remove(self, clients: Sequence[str]) -> Moves:
        """Do it.

        Raises:
            SettingsError: a client is not there; nothing was changed.
        """
        with self.store.writing() as work:
            fates = self._judge(work, clients)
            going = [fate for fate in fates if fate.why is None]
            run_id = self._write(work, going, len(fates) - len(going)) if going else None
        return Moves(moves=tuple(map(_move, fates)), run=run_id)

    def _judge(self, work: UnitOfWork, clients: Sequence[str]) -> list[Fate]:
        stored = known_clients(work, clients)
        return judge(work, [Leaver(each.id, each.version, REMOVE, "", "") for each in stored.values()], self.rules)

    def _write(self, work: UnitOfWork, going: Sequence[Fate], refused: int) -> str:
        run_id, at = self.new_id(), self.now()
        start_by_hand(work, BY_HAND, run_id, actor=self.actor, at=at, header={**self.header, "event": REMOVE})
        counts = Counter(refused=refused) if refused else Counter[str]()
        carry_out(work, run_id, 0, going, counts, self.rules)
        work.runs.finish(run_id, self.now(), encode(dict(counts)))
        work.activity.append(at, self.actor, REMOVE, run_id, {"counts": dict(counts)})
        return run_id


def _move(fate: Fate) -> Move:
    return Move(
        client=fate.leaver.client,
        name=str(fate.document.get("name") or ""),
        event=REMOVE,
        before=fate.state,
        after=REMOVED if fate.why is None else None,
        why=fate.why,
        since=fate.document.get(SINCE),
    )
