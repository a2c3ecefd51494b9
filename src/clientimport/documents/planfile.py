"""The plan document on disk: written once, digest last; read in pages."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from clientimport.core.plan import check_header
from clientimport.errors import PlanError


class PlanWriter:
    """A ``PlanSink`` writing to *path*."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._digest = hashlib.sha256()

    def write(self, lines: bytes) -> None:
        self._digest.update(lines)
        self._file.write(lines)

    def finish(self, summary: bytes) -> str:
        self.write(summary + b"\n")
        digest = f"sha256:{self._digest.hexdigest()}"
        self._file.write(json.dumps({"digest": digest}).encode() + b"\n")
        self.close()
        return digest

    def close(self) -> None:
        """Close the file; without ``finish`` it is no plan."""
        self._file.close()


class PlanFile:
    """A plan document that is whole: its digest was checked.

    Attributes:
        path: Where it is.
        header, summary: Its first line and its last but one.
        digest: ``sha256:…`` over all lines but the last.

    Raises:
        PlanError: it is no plan, of another version, cut short or changed by hand.
    """

    def __init__(self, path: Path, *, digest: str | None = None) -> None:
        """Check the document at *path*; one that this process has just written is trusted by its *digest*."""
        self.path = path
        if digest is not None:
            self.digest: str = digest
            with path.open("rb") as file:
                self._read(next(file))
            return
        self._read_whole()

    def verify(self) -> None:
        """Read the document again.

        Raises:
            PlanError: it is not what it was.
        """
        before = self.digest
        self._read_whole()
        if self.digest != before:
            raise PlanError(f"The plan {self.path.name} is another one than was loaded; load it again.")

    def _read_whole(self) -> None:
        path = self.path
        digest = hashlib.sha256()
        try:
            with path.open("rb") as file:
                first = file.readline()
                *_, last = _tail(file, 1)
                left = file.seek(0, os.SEEK_END) - len(last)
                file.seek(0)
                while left > 0 and (block := file.read(min(left, _BLOCK))):
                    digest.update(block)
                    left -= len(block)
        except OSError as error:
            raise PlanError(f"The plan {path.name} cannot be read: {error.strerror}.") from None
        self._read(first)
        self._check(digest.hexdigest(), last)

    def _read(self, first: bytes) -> None:
        try:
            self.header: Mapping[str, Any] = check_header(json.loads(first))
        except (ValueError, AttributeError, RecursionError) as error:
            reason = str(error) if "plan" in str(error) else "this is not a clientimport plan"
            raise PlanError(f"{self.path.name}: {reason}.") from None

    def _check(self, digest: str, last: bytes) -> None:
        try:
            self.digest = json.loads(last)["digest"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise PlanError(f"The plan {self.path.name} is cut short; make it again.") from None
        if self.digest != f"sha256:{digest}":
            raise PlanError(f"The plan {self.path.name} was changed after it was made; make it again.")

    def pages(self, size: int = 500) -> Iterator[list[bytes]]:
        """The record lines in order, *size* at a time, without their line breaks."""
        for block in self.blocks(size):
            yield block.split(b"\n")

    def blocks(self, size: int = 500) -> Iterator[bytes]:
        """The same, the lines of each page as one text with a line break between them."""
        with self.path.open("rb") as file:
            next(file)
            read = b""
            while more := file.read(max(_PIECE, len(read))):  # doubled where a page is longer: no byte is copied often
                read += more
                while len(lines := read.split(b"\n", size)) > size:
                    rest = lines.pop()
                    yield from _records(read[: -len(rest) - 1], lines)
                    read = rest
            yield from _records(read, read.split(b"\n"))

    @property
    def summary(self) -> Mapping[str, Any]:
        """The summary line."""
        with self.path.open("rb") as file:
            found: Mapping[str, Any] = json.loads(_tail(file, 2)[-2])
        return found


_BLOCK = 1 << 16
_PIECE = 1 << 18


def _records(text: bytes, lines: list[bytes]) -> Iterator[bytes]:
    """*text*, which is *lines*, without the summary and the digest, which come last; nothing if nothing is left."""
    records = len(lines)
    while records and not lines[records - 1].startswith(b"["):
        records -= 1
    if records:
        yield text if records == len(lines) else b"\n".join(lines[:records])


def _tail(file: BinaryIO, lines: int) -> list[bytes]:
    """The end of *file* in whole lines, with their line breaks: as many as asked for or more, fewer if it has fewer."""
    end = start = file.seek(0, os.SEEK_END)
    tail, step = b"", _BLOCK
    while tail.count(b"\n", 0, -1) < lines and start > 0:
        start, step = max(0, end - step), step * 2
        file.seek(start)
        tail = file.read(end - start)
    return io.BytesIO(tail).readlines() or [b""]
