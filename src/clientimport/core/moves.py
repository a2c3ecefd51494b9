"""What an event does, or would do, to the clients it is fired for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import attrs

from clientimport.core.charges import Cost

REMOVE, REMOVED = "remove", "removed"
"""What removing clients by hand is called where an event stands, and what stands for the state of a client that is gone."""


@attrs.frozen(kw_only=True)
class Move:
    """One client and one event.

    Attributes:
        client: Its id.
        name: What it is called; empty if it has no name.
        event: The event's name; ``remove`` where clients are removed.
        before: The state it is, or was, in.
        after: The state it comes into, ``removed`` where it was removed; ``None`` if that is refused.
        why: Of a refused one: ``why`` (``state-already``, ``state-final``, ``state-other`` or ``state-held``; of one that is not
            removed ``state-not-removable``, ``has-opening`` or ``has-payments``) and what the words for it need; see
            ``Messages.why``.
        since: The ISO day on which it came into ``before``; ``None`` if that is not known, as in the initial state.
        cost: What the move costs; ``None`` for a refused one, and where clients are removed.
    """

    client: str
    name: str = attrs.field(repr=False)
    event: str
    before: str
    after: str | None
    why: Mapping[str, Any] | None = attrs.field(default=None, repr=False)
    since: str | None = None
    cost: Cost | None = None

    def to_dict(self) -> dict[str, object]:
        """The same as plain data, amounts as decimal text."""
        return {
            "client": self.client,
            "name": self.name,
            "event": self.event,
            "before": self.before,
            "after": self.after,
            "why": None if self.why is None else dict(self.why),
            "since": self.since,
            "cost": None if self.cost is None else self.cost.to_dict(),
        }


@attrs.frozen(kw_only=True)
class Moves:
    """All clients of one act, in the order they were given, each once. Iterates over the ``Move`` objects.

    Attributes:
        moves: One a client.
        run: The run that did it; ``None`` if no client moved, and for a preview.
    """

    moves: tuple[Move, ...]
    run: str | None = None

    def __iter__(self) -> Iterator[Move]:
        return iter(self.moves)

    def __len__(self) -> int:
        return len(self.moves)

    @property
    def moved(self) -> list[str]:
        """The ids of the clients that move."""
        return [move.client for move in self.moves if move.after is not None]

    @property
    def refused(self) -> tuple[Move, ...]:
        """Those that do not."""
        return tuple(move for move in self.moves if move.after is None)

    @property
    def total(self) -> Cost | None:
        """The costs of all that move together, ``months`` added up too; ``None`` if none does.

        An amount is ``None`` as soon as that of one client is.
        """
        costs = [move.cost for move in self.moves if move.cost is not None]
        if not costs:
            return None
        months = [cost.months for cost in costs if cost.months is not None]
        return Cost(
            currency=costs[0].currency,
            before=_sum([cost.before for cost in costs]),
            after=_sum([cost.after for cost in costs]),
            months=sum(months) if len(months) == len(costs) else None,
            back=_sum([cost.back for cost in costs]),
        )

    def to_dict(self) -> dict[str, object]:
        """``run``, ``moved`` and ``refused`` (how many), ``total`` and ``clients``, as plain data."""
        return {
            "run": self.run,
            "moved": len(self.moved),
            "refused": len(self.refused),
            "total": None if self.total is None else self.total.to_dict(),
            "clients": [move.to_dict() for move in self.moves],
        }


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None
