"""Counting a plan while it is made: dispositions, findings and opening totals that add up to the records read."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from clientimport.core.decisions import CHOOSE
from clientimport.core.plan import SEVERITY_LETTERS, Disposition


class Tally:
    """Counts of one plan; a few bytes a record.

    Attributes:
        waiting: Raw column -> records in conflict because it can be read in two ways.
        choosing: Field -> new clients for which nothing was chosen in it.
    """

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str, bool], int] = {}
        self._verdicts = array("B")
        self._findings: Counter[str] = Counter()
        self._severities: Counter[str] = Counter({severity.value: 0 for severity in SEVERITY_LETTERS.values()})
        self._with_opening = array("Q")
        self._amounts: list[str] = []
        self._currencies: list[str] = []
        self._posts = bytearray()
        self._together: dict[int, tuple[str, str, bool] | None] = {}

        self.waiting: Counter[int] = Counter()
        self.choosing: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._verdicts)

    def verdicts(self, count: int, disposition: str, reason: str, detail: Any, _opening: object = None) -> None:
        """Count the next *count* records, which have one verdict."""
        self._verdicts.extend([self._kind(disposition, reason, detail)] * count)

    def revise(self, record: int, disposition: str, reason: str, detail: Any, _opening: object = None) -> None:
        """Change the verdict on a record already counted."""
        self._verdicts[record] = self._kind(disposition, reason, detail)

    def flags(self, flags: Iterable[Sequence[Any]], by: int = 1) -> None:
        """Count findings, as ``Line.flags`` holds them; each *by* times."""
        for flag in flags:
            self.finding(flag[0], SEVERITY_LETTERS[flag[1]].value, by)

    def waits(self, verdict: Sequence[Any], pending: Iterable[int], by: int = 1) -> None:
        """Count one record more (or fewer) that waits for an answer about the whole plan, if its *verdict* says so.

        Args:
            verdict: As ``Line`` has it, from its disposition on.
            pending: Raw indexes of the columns that its values wait for.
            by: 1, or -1 for one that does not any longer.
        """
        if verdict[1] == "column-format":
            for column in set(pending):
                self.waiting[column] += by
        elif verdict[1] == CHOOSE:
            for field in verdict[2][2]:
                self.choosing[field] += by

    def asked(self, question: Mapping[str, Any]) -> int:
        """How many wait for the answer to a *question* about the whole plan, as its summary has it."""
        return self.choosing[question["field"]] if question["kind"] == CHOOSE else self.waiting[question["raw"]]

    def finding(self, code: str, severity: str, by: int = 1) -> None:
        """Count one finding, or take it back *by* minus one."""
        self._findings[code] += by
        self._severities[severity] += by

    def opening(self, record: int, currency: str, amount: str, posts: bool) -> None:
        """Note the opening balance that a record brings: decimal text in major units, and whether it is to be posted."""
        self._with_opening.append(record)
        self._amounts.append(amount)
        self._currencies.append(currency)
        self._posts.append(posts)

    def together(self, openings: Mapping[int, tuple[str, str, bool] | None]) -> None:
        """Note what records bring that were judged together, in place of what each would bring alone."""
        self._together.update(openings)

    @property
    def dispositions(self) -> dict[str, int]:
        """All six dispositions; the sum is the number of records."""
        found = dict.fromkeys((kind.value for kind in Disposition), 0)
        for reason, count in self.reasons.items():
            found[reason.partition(":")[0]] += count
        return found

    @property
    def reasons(self) -> dict[str, int]:
        """``disposition:reason`` -> records, sorted."""
        counts = Counter(self._verdicts.tobytes())
        found: Counter[str] = Counter()
        for (kind, reason, _), code in self._kinds.items():
            found[f"{kind}:{reason}"] += counts[code]
        return {name: count for name, count in sorted(found.items()) if count}

    @property
    def conflicts(self) -> int:
        """Questions about records; those about columns are counted elsewhere."""
        asking = {code for (_, _, asks), code in self._kinds.items() if asks}
        return sum(count for code, count in Counter(self._verdicts.tobytes()).items() if code in asking)

    @property
    def findings(self) -> dict[str, int]:
        """Code -> count, sorted."""
        return {code: count for code, count in sorted(self._findings.items()) if count}

    @property
    def severities(self) -> dict[str, int]:
        """``error``, ``warning``, ``info`` -> count."""
        return dict(self._severities)

    @property
    def openings(self) -> dict[str, str]:
        """Currency -> total of the records that are created, updated or unchanged, as decimal text."""
        totals: dict[str, Decimal] = {}
        for currency, amount, _ in self._openings():
            totals[currency] = totals.get(currency, Decimal(0)) + Decimal(amount)
        return {currency: format(total, "f") for currency, total in sorted(totals.items())}

    @property
    def postings(self) -> dict[str, int]:
        """Currency -> clients whose opening balance is to be posted or replaced."""
        return dict(sorted(Counter(currency for currency, _, posts in self._openings() if posts).items()))

    def _openings(self) -> Iterator[tuple[str, str, bool]]:
        """(currency, amount, whether it is posted) of every balance that goes in or is there."""
        noted = zip(self._with_opening, self._currencies, self._amounts, self._posts, strict=True)
        for record, currency, amount, posts in noted:
            if record not in self._together:
                yield currency, amount, bool(posts)
        yield from (opening for opening in self._together.values() if opening is not None)

    def _kind(self, disposition: str, reason: str, detail: Any) -> int:
        asks = disposition == "conflict" and detail[1] is not None
        return self._kinds.setdefault((disposition, reason, asks), len(self._kinds))
