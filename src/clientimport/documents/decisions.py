"""Decisions as a JSON file: what a review page exports, and what a person can write by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from clientimport.errors import SettingsError

VERSION = 1
"""Version of the document; one of another version is refused."""

_WANTED = 'a JSON object {"id": "choice"}, a list of {"id": …, "choice": …}, or a decisions file of a review'


@attrs.frozen(kw_only=True)
class DecisionsFile:
    """What a file of decisions holds.

    Attributes:
        decisions: Id -> choice.
        plan: Digest of the plan whose decisions they are, all of them; ``None`` where the file does not say.
        store: The store that the plan was made for; ``None`` likewise.
    """

    decisions: dict[str, str] = attrs.field(repr=False)
    plan: str | None = None
    store: str | None = None


def decisions_document(decisions: Mapping[str, str], plan_digest: str, store: str | None = None) -> dict[str, Any]:
    """Decisions as the plain data of a decisions file.

    Args:
        decisions: Id -> choice.
        plan_digest: The plan they were made for; they may hold for a later one of the same file as well.
        store: Identity of the store that the plan was made for: elsewhere they mean other clients.
    """
    return {
        "clientimport": "decisions",
        "version": VERSION,
        "plan": plan_digest,
        "store": store,
        "decisions": [{"id": id_, "choice": choice} for id_, choice in sorted(decisions.items())],
    }


def load_decisions(path: str | os.PathLike[str]) -> dict[str, str]:
    """The decisions of a file, id -> choice: a decisions file, a list of ids and choices, or an object of them.

    Raises:
        SettingsError: it is none of these, is of another version, or has two choices under one id.
    """
    return read_decisions(path).decisions


def read_decisions(path: str | os.PathLike[str]) -> DecisionsFile:
    """The same, with what they were made for."""
    plan: str | None = None
    store: str | None = None
    file = Path(path)
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"), object_pairs_hook=_once)
    except OSError as error:
        raise SettingsError("decisions", file.name, wanted=f"a file that can be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        raise SettingsError("decisions", file.name, wanted=_WANTED) from None
    if isinstance(found, dict) and "clientimport" in found:
        if found.get("clientimport") != "decisions" or found.get("version") != VERSION:
            raise SettingsError("decisions", file.name, wanted=f"a decisions file of version {VERSION}")
        plan, store = found.get("plan"), found.get("store")
        found = found.get("decisions")
    if isinstance(found, list):
        pairs = [(each.get("id"), each.get("choice")) if isinstance(each, dict) else (None, None) for each in found]
    elif isinstance(found, dict):
        pairs = list(found.items())
    else:
        pairs = [(None, None)]
    decisions: dict[str, str] = {}
    for id_, choice in pairs:
        if not isinstance(id_, str) or not isinstance(choice, str):
            raise SettingsError("decisions", file.name, wanted=_WANTED)
        if decisions.setdefault(id_, choice) != choice:
            raise SettingsError("decisions", file.name, wanted=f"one choice for {id_}")
    return DecisionsFile(decisions=decisions, plan=plan, store=store)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON in which no key stands twice with different values."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if found.setdefault(key, value) != value:
            raise ValueError(key)
    return found
