"""Writing a file so that nobody ever sees half of it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from clientimport.errors import SettingsError


@contextlib.contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A new, empty file beside *path* to write to; it takes the place of *path* when the block ends well.

    The content and the folder are flushed to disk first, so after a power cut there is the old file or the new one.
    If the block raises, nothing is left behind.

    Raises:
        SettingsError: the folder does not exist, or *path* is a folder.
    """
    target = Path(path)
    if target.is_dir():
        raise SettingsError("path", str(target), wanted="a file, this is a folder")
    if not target.parent.is_dir():
        raise SettingsError("path", str(target), wanted="a file in a folder that exists")
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=target.suffix, dir=target.parent)
    os.close(handle)
    written = Path(name)
    try:
        yield written
        with written.open("rb+") as file:
            os.fsync(file.fileno())
        written.chmod(_usual_mode(target))
        written.replace(target)
        _sync_folder(target.parent)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def _usual_mode(target: Path) -> int:
    """The mode *target* has, else the one a new file would get: ``mkstemp`` makes files only their owner may read."""
    with contextlib.suppress(OSError):
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):  # Windows cannot open folders, and flushes renames by itself
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
