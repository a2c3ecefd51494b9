"""What a host chose for one plan."""

from __future__ import annotations

import attrs

from clientimport.core.decisions import Decisions
from clientimport.core.merging import Merge, MergePolicy
from clientimport.core.near.nearness import OFF


@attrs.frozen(kw_only=True)
class Policy:
    """What the host chose for one plan.

    Attributes:
        mode: ``upsert``, ``create_only`` or ``update_only``.
        update_existing: Whether matched clients may be updated at all; off reports such records as skipped.
        merge: What an update may write.
        near: The weakest band of near matches that is asked about, or ``off``.
        decisions: What people decided.
    """

    mode: str
    update_existing: bool
    merge: MergePolicy
    near: str = OFF
    decisions: Decisions = attrs.field(factory=lambda: Decisions({}))

    def may_write(self, field: str, stored: object) -> bool:
        """Whether an update may write *field* where a client has the value *stored*, as far as the policy decides that."""
        merge = self.merge.of(field)
        blank = stored is None or stored == []
        updates = self.mode != "create_only" and self.update_existing
        return updates and merge is not Merge.KEEP and (blank or merge is not Merge.FILL_BLANK)
