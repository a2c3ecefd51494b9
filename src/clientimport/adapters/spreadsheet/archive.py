"""A workbook's zip archive, held against its limits before anything in it is inflated.

The standard library reads and checks the entries; what it does not do, on every Python we run on, is refuse overlapping
entries (CVE-2024-0450) and bound its own directory. Both are done here, so nothing depends on a patched interpreter.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO, Self

from clientimport.adapters.spreadsheet.content import Content
from clientimport.errors import LimitExceededError, SourceUnreadableError
from clientimport.limits import Limits

_BLOCK = 1 << 18
_MIB = 1 << 20
_DIRECTORY_ENTRY = 1024
"""Bytes allowed for one entry of the directory: 46, its name, and what programs add."""

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCAL = struct.Struct("<4s5H3L2H")
_DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_XML = (".xml", ".rels", ".vml")


class Archive:
    """The parts of a workbook by name, each a stream of blocks; a context manager.

    Raises LimitExceededError naming the limit for an archive that claims or holds too much, and SourceUnreadableError for
    one that is damaged, overlapping, encrypted, or has a document type declaration in any part: no honest workbook has.
    """

    def __init__(self, content: Content, limits: Limits) -> None:
        self._name = content.name
        self._limits = limits
        self._file = content.open()
        try:
            self._check_directory(content.size)
            self._zip = zipfile.ZipFile(self._file)
            self._entries = self._check_entries()
        except (zipfile.BadZipFile, NotImplementedError, struct.error, UnicodeDecodeError, ValueError, OSError):
            self._file.close()
            raise self._damaged() from None
        except BaseException:
            self._file.close()
            raise

    @property
    def names(self) -> tuple[str, ...]:
        """All entries in the archive's order."""
        return tuple(entry.filename for entry in self._entries.values())

    def has(self, part: str) -> bool:
        return part.lower() in self._entries

    def size(self, part: str) -> int:
        """Inflated bytes, as claimed; reading more than that is an error."""
        return self._entries[part.lower()].file_size

    def blocks(self, part: str, limit: str) -> Iterator[bytes]:
        """The part's bytes, inflated piece by piece and counted against the limit of that name."""
        entry = self._entries.get(part.lower())
        if entry is None:
            raise SourceUnreadableError(
                f"{self._name} is damaged: its part {part} is missing. Open it and save it again."
            )
        allowed: int = getattr(self._limits, limit)
        if entry.file_size > allowed:
            raise LimitExceededError(limit, allowed=allowed, seen=entry.file_size, detail=part)
        count = 0
        try:
            with self._zip.open(entry) as stream:
                while block := stream.read(_BLOCK):
                    count += len(block)
                    if count > allowed:
                        raise LimitExceededError(limit, allowed=allowed, seen=count, detail=part)
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            raise self._damaged(part) from None
        if count != entry.file_size:
            raise self._damaged(part)

    def read(self, part: str) -> bytes:
        """The whole part."""
        return b"".join(self.blocks(part, "part_bytes"))

    def refuse_dtd(self) -> None:
        """Look at the beginning of every XML part, also those nobody will read, for a document type declaration.

        One may only stand before the first element. NULs are taken out first, so that UTF-16 and UTF-32 hide nothing.
        """
        for entry in self._entries.values():
            if entry.filename.lower().endswith(_XML):
                try:
                    with self._zip.open(entry) as stream:
                        head = stream.read(_BLOCK // 4)
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
                    continue  # Damaged, which is told if it is ever read.
                if _DTD.search(head.replace(b"\x00", b"")):
                    raise dtd_refused(self._name, entry.filename)

    def close(self) -> None:
        self._zip.close()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _damaged(self, part: str | None = None) -> SourceUnreadableError:
        where = f" (in {part})" if part else ""
        return SourceUnreadableError(
            f"{self._name} is damaged: it is not a whole workbook{where}. Open it and save it again, or ask for it anew."
        )

    def _check_directory(self, size: int) -> None:
        """Refuse a directory that is too big before the standard library reads all of it into memory."""
        length, count = _directory(self._file, size)
        entries = self._limits.archive_entries
        if count > entries or length > entries * _DIRECTORY_ENTRY:
            seen = max(count, length // _DIRECTORY_ENTRY)
            raise LimitExceededError("archive_entries", allowed=entries, seen=seen, detail=self._name)
        self._file.seek(0)

    def _check_entries(self) -> dict[str, zipfile.ZipInfo]:
        limits = self._limits
        found: dict[str, zipfile.ZipInfo] = {}
        entries = self._zip.infolist()
        if len(entries) > limits.archive_entries:
            raise LimitExceededError(
                "archive_entries", allowed=limits.archive_entries, seen=len(entries), detail=self._name
            )
        total = sum(entry.file_size for entry in entries)
        if total > limits.archive_bytes:
            raise LimitExceededError("archive_bytes", allowed=limits.archive_bytes, seen=total, detail=self._name)
        for entry in entries:
            if entry.flag_bits & 0x1:
                raise SourceUnreadableError(
                    f"{self._name} is protected with a password. Remove the password and save it again."
                )
            if entry.file_size > _MIB and entry.file_size > limits.inflation_ratio * max(entry.compress_size, 1):
                ratio = entry.file_size // max(entry.compress_size, 1)
                raise LimitExceededError(
                    "inflation_ratio", allowed=limits.inflation_ratio, seen=ratio, detail=entry.filename
                )
            key = entry.filename.replace("\\", "/").lstrip("/").lower()
            if key in found:
                raise self._damaged(f"{entry.filename}, which is there twice")
            found[key] = entry
        self._check_overlap(entries)
        return found

    def _check_overlap(self, entries: list[zipfile.ZipInfo]) -> None:
        """Every entry ends before the next begins; entries that share bytes are how small files grow without end."""
        end = self._zip.start_dir
        for entry in sorted(entries, key=lambda entry: entry.header_offset, reverse=True):
            self._file.seek(entry.header_offset)
            header = _LOCAL.unpack(self._file.read(_LOCAL.size))
            stop = entry.header_offset + _LOCAL.size + header[9] + header[10] + entry.compress_size
            if header[0] != b"PK\x03\x04" or stop > end:
                raise self._damaged(f"{entry.filename}, which overlaps another part")
            end = entry.header_offset


def dtd_refused(name: str, part: str) -> SourceUnreadableError:
    """The error for a document type declaration, wherever it was met."""
    return SourceUnreadableError(
        f"{name} is refused: its part {part} has a document type declaration (DTD), which no workbook needs and attacks use."
    )


def _directory(file: BinaryIO, size: int) -> tuple[int, int]:
    """Length in bytes of the archive's directory, and the entries it claims; (0, 0) if no end record is found."""
    start = max(0, size - _END.size - 65_535)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        return 0, 0
    end = _END.unpack_from(tail, at)
    length, count = end[5], end[4]
    if at >= _LOCATOR.size and tail[at - _LOCATOR.size :].startswith(b"PK\x06\x07"):
        offset = start + at - _LOCATOR.size - _END64.size
        file.seek(max(0, offset))
        record = file.read(_END64.size)
        if len(record) == _END64.size and record.startswith(b"PK\x06\x06"):
            wide = _END64.unpack(record)
            return max(length, wide[8]) if length != 0xFFFFFFFF else wide[8], wide[7]
    return length, count
