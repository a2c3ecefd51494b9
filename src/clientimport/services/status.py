"""Deactivate clients and make them active again by hand: what an import does with those who leave, in a run of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.canonical import decode, encode
from clientimport.core.schema import INACTIVE
from clientimport.errors import SettingsError
from clientimport.ports import ClientUpdate, OperationRow, RunRow, Store

BY_HAND = "status"
"""The kind of a run that changes nothing but statuses."""

_STATUS = {"deactivate": INACTIVE, "reactivate": None}


@attrs.frozen(kw_only=True)
class StatusByHand:
    """One act of a person in one transaction and one run.

    Attributes:
        store: Where.
        actor: Name for the logs.
        now: The time as ISO text.
        new_id: Makes run ids.
        header: What the run keeps of how it was made, as plain data.
    """

    store: Store
    actor: str
    now: Callable[[], str]
    new_id: Callable[[], str]
    header: Mapping[str, Any]

    def change(self, clients: Sequence[str], action: str) -> list[str]:
        """``deactivate`` or ``reactivate`` *clients*, all of them or none; those that were not so before.

        Raises:
            SettingsError: one is not there.
        """
        new = _STATUS[action]
        with self.store.writing() as work:
            wanted = list(dict.fromkeys(clients))
            stored = work.clients.fetch(wanted)
            operations: list[OperationRow] = []
            updates: list[ClientUpdate] = []
            for client in wanted:
                if client not in stored:
                    known = "the id of a client, as clientimport clients lists them"
                    raise SettingsError("client", client, wanted=known)
                document: dict[str, Any] = decode(stored[client].text)
                old = document.pop("status", None)
                if old == new:
                    continue
                if new is not None:
                    document["status"] = new
                updates.append(ClientUpdate(client, encode(dict(sorted(document.items()))), (), ()))
                image, version = encode({"status": [old, new]}), stored[client].version + 1
                operations.append(OperationRow(len(operations), client, action, "applied", image, version))
            if operations:
                run_id = self.new_id()
                work.runs.start(self._run(run_id))
                work.clients.update(updates)
                work.runs.add_operations(run_id, operations)
                counts = {f"{action}d": len(operations)}
                at = self.now()
                work.runs.finish(run_id, at, encode(counts))
                work.activity.append(at, self.actor, action, run_id, {"counts": counts})
            return [update.id for update in updates]

    def _run(self, run_id: str) -> RunRow:
        return RunRow(
            id=run_id,
            kind=BY_HAND,
            plan_digest=f"{BY_HAND}:{run_id}",
            state="running",
            through=-1,
            actor=self.actor,
            source="",
            started_at=self.now(),
            finished_at=None,
            counts="{}",
            header=encode({"header": dict(self.header), "summary": None}),
        )
