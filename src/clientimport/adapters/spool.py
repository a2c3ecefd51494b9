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
        self._file = tempfile.TemporaryFile("w+b", prefix="clientimport-")
        self._ends = array("Q", [0])

    def extend(self, lines: Sequence[str]) -> None:
        if not lines:
            return
        encoded = [line.encode("utf-8", "backslashreplace") for line in lines]
        self._file.write(b"\n".join(encoded) + b"\n")
        lengths = (len(line) + 1 for line in encoded)
        self._ends.extend([*accumulate(lengths, initial=self._ends[-1])][1:])

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
