"""The corpus: header sets written down as TOML, and how a suggestion does on them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from clientimport.core.schema import Schema
from clientimport.core.suggesting import ColumnSample, suggest

FOLDER = Path(__file__).parent / "corpus"


class HeaderSet(NamedTuple):
    name: str
    columns: list[ColumnSample]
    right: dict[str, str]


class Score(NamedTuple):
    columns: int
    right: int
    accepted: int
    wrong: list[str]
    wrong_accepted: list[str]


def header_sets(*names: str) -> list[HeaderSet]:
    """The sets of the named files; all of them without names."""
    pools: dict[str, list[str]] = tomllib.loads((FOLDER / "pools.toml").read_text(encoding="utf-8"))
    sets = []
    for path in sorted(FOLDER.glob("*.toml")):
        if path.stem == "pools" or (names and path.stem not in names):
            continue
        for one in tomllib.loads(path.read_text(encoding="utf-8"))["set"]:
            columns = [
                ColumnSample(header, pools[cells[1:]] if cells.startswith("@") else cells.split("|"))
                for header, _, cells in one["columns"]
            ]
            right = {header: field for header, field, _ in one["columns"]}
            sets.append(HeaderSet(f"{path.stem}: {one['name']}", columns, right))
    return sets


def score(sets: list[HeaderSet], family: Mapping[str, str] = MappingProxyType({})) -> Score:
    """How many columns come out right, and what does not; fields of one *family* count as one."""
    total = right = accepted = 0
    wrong: list[str] = []
    wrong_accepted: list[str] = []
    for one in sets:
        suggestion = suggest(one.columns, Schema())
        for column in suggestion.columns:
            total += 1
            accepted += column.accepted
            wanted = one.right[column.header]
            found = column.field or ""
            if family.get(found, found) == family.get(wanted, wanted):
                right += 1
                continue
            line = f"{one.name}: {column.header!r} is {wanted!r}, not {column.field!r} ({column.reason} {column.confidence})"
            wrong.append(line)
            if column.accepted:
                wrong_accepted.append(line)
    return Score(total, right, accepted, wrong, wrong_accepted)
