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
        self._written = True

    def extend(self, lines: Sequence[bytes]) -> None:
        if not lines:
            return
        self._file.write(b"\n".join(lines) + b"\n")
        self._written = False
        end = self._ends.pop()
        self._ends.extend(accumulate([len(line) + 1 for line in lines], initial=end))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def page(self, start: int, stop: int) -> bytes:
        return self._read(self._ends[start], self._ends[min(stop, len(self))])

    def line(self, number: int) -> bytes:
        return self._read(self._ends[number], self._ends[number + 1] - 1)

    def close(self) -> None:
        self._file.close()

    def _read(self, first: int, last: int) -> bytes:
        if not self._written:
            self._file.flush()
            self._written = True
        if hasattr(os, "pread"):  # not mapped: the pages of a file that is in memory as a whole would count as ours
            return os.pread(self._file.fileno(), last - first, first)
        self._file.seek(first)
        found = self._file.read(last - first)
        self._file.seek(0, os.SEEK_END)
        return found
