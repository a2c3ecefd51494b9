"""A workspace's revision in SQL: a counter that every unit of work which changes clients or books moves once."""

from __future__ import annotations

from clientimport.adapters.stores.sql.session import Session

_REVISION = "SELECT value FROM clientimport_meta WHERE name = ?"
_NEXT_REVISION = """INSERT INTO clientimport_meta (name, value) VALUES (?, '1')
    ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"""


class SqlRevision:
    """The revision as one unit of work sees it; its ports share it."""

    def __init__(self, session: Session, workspace: str) -> None:
        self._session = session
        self._name = f"revision/{workspace}"
        self._moved = False

    def current(self) -> str:
        """The revision now."""
        rows = self._session.rows(_REVISION, (self._name,))
        return str(rows[0][0]) if rows else "0"

    def move(self) -> None:
        """Make a new revision, unless this unit of work has made one."""
        if not self._moved:
            self._moved = True
            self._session.write(_NEXT_REVISION, (self._name,))
