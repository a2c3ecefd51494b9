"""What the columns of a source show about their date order or decimal mark, and what they leave to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clientimport.core.evidence import DateEvidence, DecimalEvidence, Verdict
from clientimport.core.interpretation import FORMATS, Interpreter

Format = tuple[str | None, bool]
"""(format of a column, whether a person gave it)."""


class ColumnEvidence:
    """Counted batch by batch, to the end of the source."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._counters: dict[int, DateEvidence | DecimalEvidence] = {
            index: DateEvidence() if interpreter.entries[index].field.coercer == "date" else DecimalEvidence()
            for index, (_, given) in interpreter.formats.items()
            if not given and interpreter.entries[index].columns
        }

    def update(self, raws: Sequence[Sequence[str]], fractions: Mapping[int, Sequence[int]]) -> None:
        """Count a batch, given as its raw columns; the rows in *fractions*, by raw column, tell nothing (see ``RecordBatch``)."""
        for index, counter in self._counters.items():
            entry = self._interpreter.entries[index]
            texts = self._interpreter.texts(entry, raws, len(raws[entry.columns[0]]))
            for column in entry.columns:
                for row in fractions.get(column, ()):
                    texts[row] = ""
            counter.update(texts)

    def verdicts(self) -> dict[int, Verdict]:
        return {index: counter.verdict for index, counter in self._counters.items()}

    def formats(self) -> dict[int, Format]:
        """Entry index -> (format, not given by a person)."""
        return {index: (verdict.format, False) for index, verdict in self.verdicts().items()}

    def questions(self, interpreter: Interpreter) -> list[dict[str, Any]]:
        """A question for every column that can be read in two ways."""
        found = [
            {
                "id": f"column-format:{interpreter.raw_headers[entry.columns[0]]}",
                "kind": "column-format",
                "column": interpreter.raw_headers[entry.columns[0]],
                "raw": entry.columns[0],
                "field": entry.field.name,
                "counts": dict(sorted(verdict.counts.items())),
                "options": [name for name in FORMATS[entry.field.coercer] if name != "YMD"],
                "records": 0,
            }
            for index, verdict in sorted(self.verdicts().items())
            if verdict.question
            for entry in (interpreter.entries[index],)
        ]
        return list({question["id"]: question for question in reversed(found)}.values())[::-1]  # once a column
