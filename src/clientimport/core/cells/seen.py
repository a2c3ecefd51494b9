"""Answers to texts that were seen before: most columns of codes, dates and words repeat a few hundred texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from clientimport.core.coercion import Coerced

BOUND = 20_000
"""Texts remembered by one cache; a fuller one is emptied, so that memory stays flat on columns that never repeat."""


class Refusal(NamedTuple):
    """A cell that could not be read, or one with something to say about it.

    Attributes:
        code: The finding code.
        params: What its message needs.
        value: What is kept of the cell; ``None`` for most.
    """

    code: str
    params: Mapping[str, str | int | list[str]] = {}
    value: object = None


class _Pending:
    """The mark of a cell that waits for an answer about its column."""


PENDING = _Pending()


_REMARKS = frozenset((Refusal, _Pending))


class Seen(dict[str, object]):
    """What *read* answers to each text, remembered.

    *read* gives a value, ``None`` for blank, a ``Refusal`` or ``PENDING``, and depends on the text alone.
    """

    def __init__(self, read: Callable[[str], object]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, text: str) -> object:
        if len(self) >= BOUND:
            self.clear()
        answer = self[text] = self.read(text)
        return answer

    def column(self, texts: Sequence[str]) -> Coerced:
        """The answers to a whole column."""
        return coerced(list(map(self.__getitem__, texts)))


def coerced(answers: list[object]) -> Coerced:
    """Answers as a coercer gives them: refusals become flags, pending cells are named."""
    flags: list[tuple[int, str, dict[str, str | int | list[str]]]] = []
    pending: list[int] = []
    if _REMARKS.isdisjoint(map(type, answers)):  # as nearly always
        return Coerced(answers, flags, pending)
    for row, answer in enumerate(answers):
        if answer.__class__ is Refusal:
            code, params, value = answer
            flags.append((row, code, dict(params)))
            answers[row] = value
        elif answer is PENDING:
            pending.append(row)
            answers[row] = None
    return Coerced(answers, flags, pending)
