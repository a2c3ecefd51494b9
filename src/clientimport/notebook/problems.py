"""What went wrong, in words for whoever imports: what it means first, then what the library says of it."""

from __future__ import annotations

import attrs

from clientimport.errors import (
    ClientImportError,
    LimitExceededError,
    PermissionRefusedError,
    PluginError,
    SettingsError,
    SourceUnreadableError,
    SourceUnsupportedError,
    StoreError,
)
from clientimport.messages import Messages

_UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
_HEADS: tuple[tuple[type[BaseException], str], ...] = (
    (LimitExceededError, "error_limit"),
    (SourceUnsupportedError, "error_unsupported"),
    (SourceUnreadableError, "error_unreadable"),
    (StoreError, "error_store"),
    (PluginError, "error_plugin"),
    (SettingsError, "error_settings"),
    (KeyboardInterrupt, "error_stopped"),
)


@attrs.frozen(kw_only=True)
class Problem:
    """Something that stopped the panel.

    Attributes:
        head: What happened and what to do, in the reader's language.
        detail: What the library says of it, in English; empty where the head says all.
    """

    head: str
    detail: str = ""


def problem(error: BaseException, messages: Messages) -> Problem:
    """*error* for people. Of an error that is not the library's own only the kind is told: its text may hold what people typed."""
    if isinstance(error, LimitExceededError) and error.limit == "file_bytes":
        size, limit = (size_text(count or 0) for count in (error.seen, error.allowed))
        return Problem(head=messages.panel("error_size", size=size, limit=limit))
    if isinstance(error, LimitExceededError):
        seen = "" if error.seen is None else f", {error.seen}+"
        return Problem(head=messages.panel("error_limit"), detail=f"{error.limit}: {error.allowed}{seen}")
    if isinstance(error, PermissionRefusedError):
        return Problem(head=messages.panel("error_permission", permission=error.permission), detail=str(error))
    head = next((key for kind, key in _HEADS if isinstance(error, kind)), "error_other")
    if isinstance(error, KeyboardInterrupt):
        return Problem(head=messages.panel(head))
    detail = str(error) if isinstance(error, ClientImportError) else type(error).__name__
    return Problem(head=messages.panel(head), detail=detail)


def size_text(count: int) -> str:
    """*count* bytes as people say it: ``512 MiB``."""
    for unit, name in _UNITS:
        if count >= unit:
            return f"{count / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{count} B"
