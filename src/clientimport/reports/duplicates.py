"""Near matches for people and machines: pairs of clients that probably are one, each with what speaks for it and against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from clientimport.core.similarity import MISSING
from clientimport.messages import Messages, visible
from clientimport.services.duplicates import DuplicatePair


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
    """

    pairs: tuple[DuplicatePair, ...]
    found: int
    threshold: str
    clients: int
    compared: int
    blocks_split: int
    blocks_left_out: int

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
            ("clients_looked_at", self.clients),
            ("pairs_compared", self.compared),
            ("blocks_split", self.blocks_split),
            ("blocks_left_out", self.blocks_left_out),
        ]
        shown = [(messages.label(key), count) for key, count in counts if count or not key.startswith("blocks")]
        width = max(len(label) for label, _ in shown)
        for label, count in shown:
            yield f"{label:<{width}}  {count:>8}"


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
    blank = messages.word("blank")
    for each in pair.comparisons:
        if each.level == MISSING:
            continue
        values = each.left if each.left == each.right else f"{each.left or blank} | {each.right or blank}"
        yield visible(f"    {messages.field(each.field)}: {messages.level(each.level)} ({each.weight:+d}): {values}")
