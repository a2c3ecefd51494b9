"""Fewer rounds of Python's garbage collector while records go by in their hundreds of thousands."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

RARELY = 50_000
"""New objects between two looks for garbage. Python's own 700 make it go through everything that was ever imported
again and again, a twelfth of an import."""


class _Collector:
    """How often this process looks for garbage, which all its threads share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs = 0
        self._before = gc.get_threshold()

    def enter(self) -> None:
        with self._lock:
            self._jobs += 1
            if self._jobs == 1:
                self._before = gc.get_threshold()
                if 0 < self._before[0] < RARELY:
                    gc.set_threshold(RARELY, *self._before[1:])

    def leave(self) -> None:
        with self._lock:
            self._jobs -= 1
            if self._jobs == 0 and gc.get_threshold()[0] == RARELY:  # else the host has set it meanwhile
                gc.set_threshold(*self._before)


_COLLECTOR = _Collector()


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Let the collector come less often inside the block, in this process.

    Records make no cycles, so nothing is kept longer than a few batches. A host that has set the collector to come less
    often still, or switched it off, keeps its setting; afterwards it is as it was, after the last block where several
    threads have one.
    """
    _COLLECTOR.enter()
    try:
        yield
    finally:
        _COLLECTOR.leave()
