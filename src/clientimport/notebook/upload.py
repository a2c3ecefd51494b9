"""A file on its way from the browser: received in pieces, kept in a folder of its own, removed with it."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import BinaryIO

from clientimport.errors import LimitExceededError, SourceUnreadableError

_NAME_LENGTH = 120


class Upload:
    """One file, piece by piece. It lies in a folder that only this user may read, under a name of ours.

    The folder goes with ``close``, or when the object or the process does.

    Args:
        name: What the browser calls the file; used in messages only, never as a path.
        size: Bytes that will come.
        limit: Bytes that may come.

    Attributes:
        name: The same without folders and control characters.
        received: Bytes that are there.

    Raises:
        LimitExceededError: the file is bigger than the limit; nothing was made.
    """

    def __init__(self, name: str, size: int, limit: int) -> None:
        self.name = _plain(name)
        self.size = size
        self.received = 0
        if size > limit:
            raise LimitExceededError("file_bytes", allowed=limit, seen=size, detail=self.name)
        folder = Path(tempfile.mkdtemp(prefix="clientimport-"))
        self.path = folder / "upload"
        self._finalizer = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._file: BinaryIO | None = None
        try:
            self._file = self.path.open("wb")
        except OSError:
            self.close()
            raise
        self._close_when_whole()

    @property
    def whole(self) -> bool:
        """Whether all of it is there."""
        return self.received == self.size

    def add(self, data: bytes | memoryview) -> None:
        """Take the next piece.

        Raises:
            SourceUnreadableError: more comes than was said.
        """
        count = memoryview(data).nbytes
        if self._file is None or self.received + count > self.size:
            raise SourceUnreadableError(f"{self.name} did not arrive as it was sent.")
        self._file.write(data)
        self.received += count
        self._close_when_whole()

    def close(self) -> None:
        """Remove the file and its folder. Harmless twice."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._finalizer()

    def _close_when_whole(self) -> None:
        if self.whole and self._file is not None:
            self._file.close()
            self._file = None


def _plain(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in last if char.isprintable()).strip()
    return kept[-_NAME_LENGTH:] or "file"
