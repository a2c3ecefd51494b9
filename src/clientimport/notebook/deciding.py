"""Decisions that come from a browser: one about something that another made go away is told and stops nothing."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from clientimport.documents.decisions import decisions_document

if TYPE_CHECKING:
    from clientimport.handles import Plan


def decided(plan: Plan, decisions: Mapping[str, str]) -> Plan:
    """*plan* with these decisions and no others; ``unmet`` has those that are about nothing in it, and its findings say so.

    Raises:
        SettingsError: a choice is not one of those there are.
        PlanError: the plan was loaded by itself.
        StoreError: the store cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="clientimport-") as folder:
        path = Path(folder) / "decisions.json"
        path.write_text(json.dumps(decisions_document(decisions, plan.digest, plan.header["store"])), encoding="utf-8")
        return plan.decide_from(path)
