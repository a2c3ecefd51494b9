"""The decisions that a file holds, whatever kind of file it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from clientimport.core.decisions import COLUMN, Decision, Decisions, as_mapping
from clientimport.documents.decisions import read_decisions
from clientimport.errors import SettingsError

REVIEWS = (".xlsx", ".json")
"""Endings of files that decisions are read from."""


Given = Mapping[str, str] | Iterable[Decision] | str | os.PathLike[str] | None


def decided(given: Given, store: str) -> Decisions:
    """Decisions as a host gives them: id -> choice, ``Decision`` objects, or the path of a file.

    Raises:
        SettingsError: they are none of these; or see ``decided_in``.
    """
    if isinstance(given, str | os.PathLike):
        return decided_in(given, store)
    return Decisions(as_mapping(given or {}))


def decided_in(
    path: str | os.PathLike[str], store: str, earlier: Mapping[str, str] | None = None, plan: str | None = None
) -> Decisions:
    """The decisions of a review workbook (``.xlsx``), or of a decisions file, besides *earlier* ones.

    What a review of *plan*, a digest, gives are all decisions: earlier ones that are not among them were taken back, but for
    answers about columns, for what was read stays read. Other files add to the earlier ones.

    Raises:
        SettingsError: it holds no decisions, or those of a review of another store than *store*, where they mean other clients.
    """
    earlier = earlier or {}
    if not isinstance(path, str | os.PathLike):
        raise SettingsError("decisions", type(path).__name__, wanted="the path of a review workbook or decisions file")
    if Path(path).suffix.lower() == ".xlsx":
        from clientimport.reports.review_reading import read_review

        read = read_review(path)
        _check(path, read.store, store)
        kept = {id_: choice for id_, choice in earlier.items() if id_ not in read.cleared or id_.startswith(COLUMN)}
        return Decisions({**kept, **read.decisions}, lenient=True, findings=read.findings, places=read.places)
    file = read_decisions(path)
    _check(path, file.store, store)
    kept = {id_: choice for id_, choice in earlier.items() if file.plan != plan or id_.startswith(COLUMN)}
    return Decisions({**kept, **file.decisions})


def _check(path: str | os.PathLike[str], made_for: str | None, store: str) -> None:
    if made_for not in {None, store}:
        wanted = "a review of this store and workspace; it was made for another, whose clients it is about"
        raise SettingsError("decisions", Path(path).name, wanted=wanted)
