"""The decisions that a file holds, whatever kind of file it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from clientimport.core.decisions import COLUMN, Decisions
from clientimport.documents.decisions import read_decisions

REVIEWS = (".xlsx", ".json")
"""Endings of files that decisions are read from."""


def decided_in(
    path: str | os.PathLike[str], earlier: Mapping[str, str] | None = None, plan: str | None = None
) -> Decisions:
    """The decisions of a review workbook (``.xlsx``), or of a decisions file, besides *earlier* ones.

    What a review of *plan*, a digest, gives are all decisions: earlier ones that are not among them were taken back, but for
    answers about columns, for what was read stays read. Other files add to the earlier ones.

    Raises:
        SettingsError: it holds no decisions.
    """
    earlier = earlier or {}
    if Path(path).suffix.lower() == ".xlsx":
        from clientimport.reports.review_reading import read_review

        read = read_review(path)
        kept = {id_: choice for id_, choice in earlier.items() if id_ not in read.cleared or id_.startswith(COLUMN)}
        return Decisions({**kept, **read.decisions}, lenient=True, findings=read.findings, places=read.places)
    given, of = read_decisions(path)
    kept = {id_: choice for id_, choice in earlier.items() if of is None or of != plan or id_.startswith(COLUMN)}
    return Decisions({**kept, **given})
