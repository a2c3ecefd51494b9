"""Near matches for people and machines: pairs of clients that probably are one, each with what speaks for it and against."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from clientimport.core.near.similarity import BANDS, MISSING
from clientimport.errors import SettingsError
from clientimport.messages import Messages, visible
from clientimport.ports import Store
from clientimport.reports.near import comparison_line
from clientimport.services.duplicates import DuplicatePair, Search


@attrs.frozen(kw_only=True)
class Duplicates:
    """Clients in a store that probably are one. Nothing was changed.

    Attributes:
        pairs: The strongest first, then by ids in the order people count; no more than were asked for.
        found: How many pairs there are, those beyond the limit included.
        threshold: The weakest band that was asked for.
        clients: Clients looked at.
        compared: Pairs compared.
        blocks_split: Groups of clients with one key in common that were too large to be compared whole, and were split by
            another key.
        blocks_left_out: Parts of them that were too large even so: their clients were compared only where another key joins
            them.
        told_apart: Pairs left out because somebody said that they are not the same client.
    """

    pairs: tuple[DuplicatePair, ...]
    found: int
    threshold: str
    clients: int
    compared: int
    blocks_split: int
    blocks_left_out: int
    told_apart: int = 0

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """``threshold``, the counts, and ``pairs``: each with ``left`` and ``right`` (``id``, ``name``), ``band``, ``label``
        (the band in that language), ``weight`` and ``comparisons`` (``field``, ``left``, ``right``, ``level``, ``weight``).

        Raises:
            SettingsError: no texts in that language.
        """
        messages = Messages(lang)
        counts = attrs.asdict(self, filter=lambda attribute, _: attribute.name != "pairs")
        return {**counts, "pairs": [_pair_dict(pair, messages) for pair in self.pairs]}

    def to_text(self, lang: str = "en") -> str:
        """The same to be read: a block a pair, with what is known of both, then the counts.

        Raises:
            SettingsError: as ``to_dict``.
        """
        return "".join(f"{line}\n" for line in self.lines(lang))

    def lines(self, lang: str = "en") -> Iterator[str]:
        """``to_text`` line by line, without line breaks."""
        messages = Messages(lang)
        for pair in self.pairs:
            yield from _pair_lines(pair, messages)
        if self.found > len(self.pairs):
            yield f"… {messages.label('more').replace('{count}', str(self.found - len(self.pairs)))}"
        counts = [
            ("near_matches", self.found),
            ("told_apart", self.told_apart),
            ("clients_looked_at", self.clients),
            ("pairs_compared", self.compared),
            ("blocks_split", self.blocks_split),
            ("blocks_left_out", self.blocks_left_out),
        ]
        shown = [(messages.label(key), count) for key, count in counts if count or key not in _UNLESS_NONE]
        width = max(len(label) for label, _ in shown)
        for label, count in shown:
            yield f"{label:<{width}}  {count:>8}"


_UNLESS_NONE = frozenset(("told_apart", "blocks_split", "blocks_left_out"))


def find(
    store: Store, threshold: str, limit: int | None, second: Callable[[Mapping[str, Any]], bool] | None = None
) -> Duplicates:
    """The near matches in *store*, see ``Importer.duplicates``; *second* tells of which kind a client is."""
    if not isinstance(threshold, str) or threshold not in BANDS:
        raise SettingsError("threshold", threshold, allowed=tuple(BANDS))
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise SettingsError("limit", limit, wanted="a whole number above 0, or None for all")
    with store.reading() as work:
        search = Search(work.clients, BANDS[threshold], second=second)
        pairs = search.pairs(limit)
    return Duplicates(
        pairs=tuple(pairs),
        found=search.found,
        threshold=threshold,
        clients=search.clients,
        compared=search.compared,
        blocks_split=search.blocks_split,
        blocks_left_out=search.blocks_left_out,
        told_apart=search.told_apart,
    )


def _pair_dict(pair: DuplicatePair, messages: Messages) -> dict[str, Any]:
    return {
        "left": {"id": pair.left, "name": pair.left_name},
        "right": {"id": pair.right, "name": pair.right_name},
        "band": pair.band,
        "label": messages.band(pair.band),
        "weight": pair.weight,
        "comparisons": [attrs.asdict(comparison) for comparison in pair.comparisons],
    }


def _pair_lines(pair: DuplicatePair, messages: Messages) -> Iterator[str]:
    yield visible(f"{pair.left}  {pair.left_name}  =?  {pair.right}  {pair.right_name}")
    yield f"    {messages.band(pair.band)} ({pair.weight:+d})"
    for each in pair.comparisons:
        if each.level != MISSING:
            yield visible(f"    {comparison_line(each, messages)}")
