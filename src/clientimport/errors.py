"""What can raise: broken settings, a source that cannot be opened, a refused permission, a store that fails.

Bad data never raises; it becomes a finding. No error text holds a value of a person.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence


class ClientImportError(Exception):
    """Base of everything this library raises on purpose.

    Attributes:
        code: Stable kebab-case name of the kind of error.
    """

    code = "clientimport-error"


class SettingsError(ClientImportError, ValueError):
    """A setting is wrong: names the key, what stood there, and what is allowed.

    Attributes:
        key: The setting's name, dotted where it is nested.
        allowed: The values it may take, empty where any of a kind will do.
    """

    code = "settings"

    def __init__(self, key: str, seen: object, *, allowed: Sequence[str] = (), wanted: str = "") -> None:
        self.key = key
        self.allowed = tuple(allowed)
        text = f"{key} = {seen!r} is not possible."
        if wanted:
            text += f" Wanted: {wanted}."
        if self.allowed:
            near = difflib.get_close_matches(str(seen), self.allowed, n=1)
            text += f" Did you mean {near[0]!r}?" if near else ""
            text += f" Allowed: {', '.join(self.allowed)}."
        super().__init__(text)


class SourceError(ClientImportError):
    """A source cannot be read at all; the text says what it is and what to do."""

    code = "source"


class SourceUnreadableError(SourceError):
    """It claims a format we read, and it is damaged, encrypted or empty."""

    code = "source-unreadable"


class SourceUnsupportedError(SourceError):
    """It is of a format that we do not read; the text names one that we do."""

    code = "source-unsupported"


class LimitExceededError(SourceError):
    """A source is bigger than a limit allows; nothing of it was imported.

    Attributes:
        limit: Name of the limit, a field of ``Limits``.
        allowed: The limit's value.
        seen: What the source has, or at least how much was counted before stopping.
    """

    code = "limit-exceeded"

    def __init__(self, limit: str, *, allowed: int, seen: int | None = None, detail: str = "") -> None:
        self.limit = limit
        self.allowed = allowed
        self.seen = seen
        text = f"The limit {limit} = {allowed} was exceeded"
        if seen is not None:
            text += f" (at least {seen})"
        text += f": {detail}." if detail else "."
        super().__init__(text + f" If you trust this file, raise the limit: Limits({limit}=...).")


class PermissionRefusedError(ClientImportError):
    """The actor may not do this; nothing was read or written.

    Attributes:
        permission: The missing permission, for example ``clients.add``.
    """

    code = "permission-refused"

    def __init__(self, actor: str, permission: str, label: str = "") -> None:
        self.permission = permission
        named = f"{permission} ({label})" if label else permission
        super().__init__(f"{actor} needs the permission {named}; nothing was read or written.")


class PlanError(ClientImportError):
    """A plan cannot be used: damaged, of another version, or made for another store."""

    code = "plan"


class AdapterError(ClientImportError):
    """The outside world failed.

    Attributes:
        retry: Whether trying again may help.
        reauthorise: Whether a person must authorise again.
    """

    code = "adapter"

    def __init__(self, text: str, *, retry: bool = False, reauthorise: bool = False) -> None:
        self.retry = retry
        self.reauthorise = reauthorise
        super().__init__(text)


class StoreError(AdapterError):
    """The store cannot be opened, read or written."""

    code = "store"


class KeyTakenError(StoreError):
    """An exclusive key is held by another client; nothing of the unit of work was written."""

    code = "key-taken"


class OpeningExistsError(StoreError):
    """A client has a live opening balance in this currency already; nothing of the unit of work was written."""

    code = "opening-exists"


class PeriodClosedError(StoreError):
    """A posting would be dated in a closed period; nothing was written.

    Attributes:
        period: First and last closed day as ISO dates, where it is known which period it was.
    """

    code = "period-closed"

    def __init__(self, text: str, *, period: tuple[str, str] | None = None) -> None:
        self.period = period
        super().__init__(text)


class GuardError(ClientImportError):
    """A guard of the host, which may hold clients back from an event, failed; no client was moved.

    Attributes:
        guard: Its name.
        original: What it raised: not a cause, because its text may hold what people typed; ``None`` if it gave a wrong answer.
    """

    code = "guard"

    def __init__(self, guard: str, problem: str, *, original: Exception | None = None) -> None:
        self.guard = guard
        self.original = original
        super().__init__(f"The guard {guard!r} {problem}; no client was moved.")


class HostListError(ClientImportError):
    """A list of the host, which a profile looks values up in, could not be had; nothing was planned.

    Attributes:
        list: Its name.
        original: What its function raised: not a cause, because its text may hold what people typed; ``None`` if it gave a
            wrong answer.
    """

    code = "host-list"

    def __init__(self, name: str, problem: str, *, original: Exception | None = None) -> None:
        self.list = name
        self.original = original
        super().__init__(f"The list {name!r} {problem}; nothing was planned.")


class PluginError(ClientImportError):
    """A plugin broke its promise; names the plugin and the hook.

    Attributes:
        plugin, hook: Whose fault it is, and in what.
        original: What it raised, for its author: not a cause, because that would be printed with this error, and its text
            may hold what people typed.
    """

    code = "plugin"

    def __init__(self, plugin: str, hook: str, problem: str, *, original: Exception | None = None) -> None:
        self.plugin = plugin
        self.hook = hook
        self.original = original
        super().__init__(f"Plugin {plugin!r}, hook {hook}: {problem}")


def raised(error: Exception) -> str:
    """What was raised and where, without its text, which may hold what people typed."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" in {trace.tb_frame.f_code.co_qualname}, line {trace.tb_lineno}" if trace is not None else ""
    return f"raised {type(error).__name__}{place}"
