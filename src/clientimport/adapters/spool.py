"""Lines on disk while a plan is being made."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Sequence
from itertools import accumulate


class FileSpool:
    """A ``Spool`` in an unnamed temporary file: gone when closed, whatever happens to the process."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+b", prefix="clientimport-")  # noqa: SIM115  # open as long as the spool is
        self._ends = array("Q", [0])

    def extend(self, lines: Sequence[bytes]) -> None:
        if not lines:
            return
        self._file.write(b"\n".join(lines) + b"\n")
        end = self._ends.pop()
        self._ends.extend(accumulate([len(line) + 1 for line in lines], initial=end))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def page(self, start: int, stop: int) -> bytes:
        self._file.flush()
        first, last = self._ends[start], self._ends[min(stop, len(self))]
        return os.pread(self._file.fileno(), last - first, first)

    def line(self, number: int) -> bytes:
        return self.page(number, number + 1)[:-1]

    def close(self) -> None:
        self._file.close()
