"""Lines on disk while a plan is being made."""

from __future__ import annotations

import mmap
import tempfile
from array import array
from collections.abc import Sequence
from itertools import accumulate


class FileSpool:
    """A ``Spool`` in an unnamed temporary file: gone when closed, whatever happens to the process.

    Lines are meant to be read when all are written: they are read through a view of the file, made anew when it has grown.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+b", prefix="clientimport-")  # noqa: SIM115  # open as long as the spool is
        self._ends = array("Q", [0])
        self._view: mmap.mmap | None = None

    def extend(self, lines: Sequence[bytes]) -> None:
        if not lines:
            return
        self._file.write(b"\n".join(lines) + b"\n")
        end = self._ends.pop()
        self._ends.extend(accumulate([len(line) + 1 for line in lines], initial=end))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def page(self, start: int, stop: int) -> bytes:
        return self._read(self._ends[start], self._ends[min(stop, len(self))])

    def line(self, number: int) -> bytes:
        return self._read(self._ends[number], self._ends[number + 1] - 1)

    def close(self) -> None:
        if self._view is not None:
            self._view.close()
            self._view = None
        self._file.close()

    def _read(self, first: int, last: int) -> bytes:
        if first >= last:
            return b""
        view = self._view
        if view is None or len(view) < last:
            if view is not None:
                view.close()
            self._file.flush()
            view = self._view = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return view[first:last]
