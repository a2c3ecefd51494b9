"""The bytes of a file: where they lie, how they are opened again, and what kind of file they are."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from typing import BinaryIO

from clientimport.errors import LimitExceededError, SourceUnreadableError, SourceUnsupportedError
from clientimport.limits import Limits

_BLOCK = 1 << 20


class Content:
    """A file's bytes, on disk or in memory, that can be read again and again.

    Attributes:
        name: The file's name without its folder.
        size: In bytes.
    """

    def __init__(self, data: str | os.PathLike[str] | bytes | BinaryIO, *, name: str | None, limits: Limits) -> None:
        self._path: Path | None = None
        self._bytes = b""
        self._stamp: tuple[int, int] | None = None
        self._limits = limits
        if isinstance(data, bytes | bytearray | memoryview):
            self.name = name or "upload"
            self._bytes = bytes(data)
        elif isinstance(data, str | os.PathLike):
            self._path = Path(data)
            self.name = name or self._path.name
            self._stamp = self._stat()
        else:
            opened = getattr(data, "name", None)
            self.name = name or (Path(opened).name if isinstance(opened, str) else "upload")
            self._bytes = self._drain(data)
        self.size = self._stamp[0] if self._stamp else len(self._bytes)
        if self.size > limits.file_bytes:
            raise LimitExceededError("file_bytes", allowed=limits.file_bytes, seen=self.size, detail=self.name)
        if self.size == 0:
            raise SourceUnreadableError(f"{self.name} is empty: it has no bytes at all. Export or save it again.")

    def open(self) -> BinaryIO:
        """The bytes from the start; close it after use.

        Raises SourceUnreadableError if the file changed or went away since it was first looked at.
        """
        if self._path is None:
            return io.BytesIO(self._bytes)
        if self._stat() != self._stamp:
            raise SourceUnreadableError(f"{self.name} was changed while it was being read. Open it again.")
        try:
            return self._path.open("rb")
        except OSError as error:
            raise SourceUnreadableError(f"{self.name} cannot be opened: {error.strerror}.") from None

    def head(self, count: int) -> bytes:
        """The first *count* bytes, or all if there are fewer."""
        with self.open() as file:
            return file.read(count)

    def digest(self) -> str:
        """``sha256:`` and the hexadecimal digest of all bytes."""
        with self.open() as file:
            return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]

    def _stat(self) -> tuple[int, int]:
        if self._path is None:  # pragma: no cover - only called for paths
            return (len(self._bytes), 0)
        try:
            found = self._path.stat()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "not a possible name"
            raise SourceUnreadableError(f"{self.name} cannot be opened: {why}.") from None
        if self._path.is_dir():
            raise SourceUnreadableError(f"{self.name} is a folder. Name a file in it.")
        return (found.st_size, found.st_mtime_ns)

    def _drain(self, file: BinaryIO) -> bytes:
        """All bytes of an open file, read no further than the limit."""
        blocks: list[bytes] = []
        total = 0
        while block := file.read(_BLOCK):
            if not isinstance(block, bytes):
                raise SourceUnreadableError(f"{self.name} was opened as text. Open it as binary (mode 'rb').")
            total += len(block)
            if total > self._limits.file_bytes:
                raise LimitExceededError("file_bytes", allowed=self._limits.file_bytes, seen=total, detail=self.name)
            blocks.append(block)
        return b"".join(blocks)


# ------------------------------------------------------------------------------------------------ what it is

ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_FOREIGN = (
    (b"%PDF", "a PDF document", "Ask for the list as a workbook (.xlsx) or as CSV"),
    (b"\x89PNG", "a picture (PNG)", "Ask for the list as a workbook (.xlsx) or as CSV"),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Ask for the list as a workbook (.xlsx) or as CSV"),
    (b"GIF8", "a picture (GIF)", "Ask for the list as a workbook (.xlsx) or as CSV"),
    (b"\x1f\x8b", "a compressed file (gzip)", "Unpack it and give the file inside"),
    (b"BZh", "a compressed file (bzip2)", "Unpack it and give the file inside"),
    (b"\xfd7zXZ", "a compressed file (xz)", "Unpack it and give the file inside"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)", "Unpack it and give the file inside"),
    (b"Rar!", "an archive (rar)", "Unpack it and give the file inside"),
    (b"PK\x05\x06", "an empty zip archive", "Export or save the workbook again"),
    (b"SQLite format 3\x00", "a SQLite database", "Export its table as CSV"),
    (b"PAR1", "a Parquet file", "Export it as CSV"),
    (b"{\\rtf", "a rich text document", "Save the list as a workbook (.xlsx) or as CSV"),
    (b"\x09\x08", "an Excel workbook of the old kind (.xls)", "Open it and save it as .xlsx"),
)

_MARKUP = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<table", "a web page"),
    (b"<?xml", "an XML document"),
    (b"<workbook", "an XML document"),
)


def refuse_foreign(content: Content) -> None:
    """Nothing, if it may be delimited text or a zip archive; else an error that says what the file is and what to do.

    Judged by the first bytes: an extension only says what somebody hoped the file to be.
    Raises SourceUnsupportedError for other formats, SourceUnreadableError for an encrypted workbook.
    """
    head = content.head(4096)
    for magic, kind, remedy in _FOREIGN:
        if head.startswith(magic):
            raise SourceUnsupportedError(_sentence(content, kind, remedy))
    if head.startswith(_OLE):
        _refuse_ole(content)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, kind in _MARKUP:
        if start.startswith(mark):
            remedy = "Open it in a spreadsheet program and save it as .xlsx or CSV"
            raise SourceUnsupportedError(_sentence(content, kind, remedy))


def _refuse_ole(content: Content) -> None:
    """An OLE container is an old workbook, or a new one behind a password: its directory has the names of both.

    Only looked through for names, never parsed: its sector counts are claims that have cost other readers gigabytes.
    """
    encrypted = old = False
    names = {"EncryptedPackage": "encrypted", "Workbook": "old", "Book": "old"}
    with content.open() as file:
        tail = b""
        while block := file.read(_BLOCK):
            window = tail + block
            for name, kind in names.items():
                if name.encode("utf-16-le") in window:
                    encrypted |= kind == "encrypted"
                    old |= kind == "old"
            tail = block[-64:]
    if encrypted:
        raise SourceUnreadableError(
            f"{content.name} is protected with a password. Open it, remove the password (File, Info, Protect), save it."
        )
    kind = "an Excel workbook of the old kind (.xls)" if old else "an old Office file (OLE)"
    raise SourceUnsupportedError(_sentence(content, kind, "Open it and save it as .xlsx"))


def _sentence(content: Content, kind: str, remedy: str) -> str:
    extension = Path(content.name).suffix.lower()
    claimed = extension in {".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".tab"}
    though = f"This is {kind} although it is called {content.name}" if claimed else f"{content.name} is {kind}"
    return f"{though}; we read .xlsx workbooks and delimited text. {remedy}."


def foreign_archive(content: Content, kind: str, remedy: str) -> SourceUnsupportedError:
    """The error for a zip archive that is no workbook we read."""
    return SourceUnsupportedError(_sentence(content, kind, remedy))
