"""The runs of a store, as a host asks for them."""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from clientimport.core.profile import Profile
from clientimport.errors import SettingsError
from clientimport.handles import Receipt

if TYPE_CHECKING:
    from clientimport.ports import RunRow, Source, Store


class RunList:
    """The runs of a store: ``importer.runs``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self) -> builtins.list[RunRow]:
        """All runs, oldest first."""
        with self._store.reading() as work:
            return work.runs.list()

    def receipt(self, run_id: str, *, original: Callable[[], Source | None] | None = None) -> Receipt:
        """What an import did, read from the log.

        Args:
            run_id: The run.
            original: Opens its source again, for what a plan does not keep.

        Raises:
            SettingsError: there is no such run, or it was by hand.
        """
        run = self._run(run_id)
        if json.loads(run.header)["summary"] is None:  # by hand, or the undo of something by hand
            wanted = "an import or an undo; what was booked by hand is in openings.journal(all=True, run=...)"
            raise SettingsError("run", run_id, wanted=wanted)
        return Receipt(self._store, run, original=original)

    def profile(self, run_id: str) -> Profile:
        """The profile that a run was made with.

        Raises:
            SettingsError: there is no such run.
        """
        from clientimport.documents.profile import profile_from_dict

        return profile_from_dict(json.loads(self._run(run_id).header)["header"]["profile"])

    def _run(self, run_id: str) -> RunRow:
        with self._store.reading() as work:
            run = work.runs.get(run_id)
        if run is None:
            raise SettingsError("run", run_id, wanted="the id of a run, as clientimport runs lists them")
        return run
