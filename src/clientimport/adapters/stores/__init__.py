"""Where clients are kept: in memory, or in a SQL database."""

from __future__ import annotations

from clientimport.ports import Store

MEMORY = "memory:"


def open_store(target: object, workspace: str = "default") -> Store:
    """The store that *target* names.

    Args:
        target: ``"memory:"`` (kept until closed), a SQLAlchemy URL, Engine or Connection, an ``sqlite3`` connection,
            or an object that is a store already (it keeps its own workspace).
        workspace: Whose clients these are.

    Raises:
        SettingsError: None of these.
        StoreError: It names a database that cannot be opened.
    """
    if target == MEMORY:
        from clientimport.adapters.stores.memory import MemoryStore  # only the store that is asked for

        return MemoryStore(workspace)
    if not isinstance(target, str) and all(callable(getattr(target, name, None)) for name in _STORE):
        store: Store = target  # type: ignore[assignment]  # a plugin's store need not inherit anything
        return store
    from clientimport.adapters.stores.sql import SqlStore

    return SqlStore(target, workspace=workspace)  # type: ignore[arg-type]  # SqlStore checks what it gets


_STORE = ("identity", "reading", "writing", "close")
