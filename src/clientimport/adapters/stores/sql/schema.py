"""The tables of the SQL store, as numbered steps that are never changed once released; a new need is a new step.

A store on an engine takes the steps itself when it is opened. On a borrowed connection it does not: there the host
puts ``steps()`` into its own migrations.
"""

from __future__ import annotations

import attrs

from clientimport.errors import SettingsError


@attrs.frozen
class Step:
    """One numbered change of the schema.

    Attributes:
        number: The schema's version once the step is taken.
        statements: SQL statements, each without a semicolon at its end, to be sent one by one in one transaction. The
            last ones record the version.
    """

    number: int
    statements: tuple[str, ...]


def steps(dialect: str = "sqlite", *, after: int = 0) -> tuple[Step, ...]:
    """The steps above version *after* (0: all of them), in order.

    Raises:
        SettingsError: No steps are written for this *dialect*.
    """
    if dialect not in _STEPS:
        raise SettingsError("dialect", dialect, allowed=sorted(_STEPS))
    return tuple(step for step in _STEPS[dialect] if step.number > after)


def newest(dialect: str = "sqlite") -> int:
    """The schema version that this release reads and writes.

    Raises:
        SettingsError: No steps are written for this *dialect*.
    """
    return steps(dialect)[-1].number


# Columns are INTEGER and TEXT only, so that a copy in any other database means the same. Every row and every unique key
# carries the workspace. There are no foreign keys: a host's SQLite connection enforces them or not as it likes, so
# they could not be relied on.
_SQLITE_1 = (
    "CREATE TABLE clientimport_meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # The id is unique over all workspaces and is the row's place in the table; AUTOINCREMENT is not needed, because
    # ids come from the counter in meta and rows are never deleted.
    """CREATE TABLE clientimport_clients (
        id INTEGER NOT NULL PRIMARY KEY,
        workspace TEXT NOT NULL,
        version INTEGER NOT NULL,
        removed INTEGER NOT NULL,
        document TEXT NOT NULL)""",
    # For scans of one workspace; SQLite adds the id behind it.
    "CREATE INDEX clientimport_clients_live ON clientimport_clients (workspace) WHERE removed = 0",
    # A number for each scheme of each workspace: it keeps both texts out of every key and its index, which makes
    # inserting a client with three keys a fifth cheaper.
    """CREATE TABLE clientimport_scheme (
        number INTEGER NOT NULL PRIMARY KEY,
        workspace TEXT NOT NULL,
        name TEXT NOT NULL,
        UNIQUE (workspace, name))""",
    """CREATE TABLE clientimport_keys (
        scheme INTEGER NOT NULL,
        value TEXT NOT NULL,
        slot TEXT NOT NULL,
        client INTEGER NOT NULL,
        PRIMARY KEY (scheme, value, slot)) WITHOUT ROWID""",
    "CREATE INDEX clientimport_keys_client ON clientimport_keys (client)",
    # The number is the run's place in time and stands for its long id in the tables below.
    """CREATE TABLE clientimport_run (
        number INTEGER NOT NULL PRIMARY KEY,
        workspace TEXT NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        plan_digest TEXT NOT NULL,
        state TEXT NOT NULL,
        through INTEGER NOT NULL,
        actor TEXT NOT NULL,
        source TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        counts TEXT NOT NULL,
        header TEXT NOT NULL,
        undone_by TEXT,
        revision TEXT NOT NULL,
        UNIQUE (workspace, id))""",
    "CREATE INDEX clientimport_run_plan ON clientimport_run (workspace, plan_digest)",
    """CREATE TABLE clientimport_run_page (
        workspace TEXT NOT NULL,
        run INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        lines TEXT NOT NULL,
        PRIMARY KEY (workspace, run, first))""",
    """CREATE TABLE clientimport_run_op (
        workspace TEXT NOT NULL,
        run INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        client INTEGER,
        action TEXT NOT NULL,
        outcome TEXT NOT NULL,
        document TEXT NOT NULL,
        version INTEGER,
        PRIMARY KEY (run, sequence)) WITHOUT ROWID""",
    "CREATE INDEX clientimport_run_op_client ON clientimport_run_op (client) WHERE client IS NOT NULL",
    """CREATE TABLE clientimport_activity (
        workspace TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        run TEXT,
        summary TEXT NOT NULL,
        previous TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (workspace, sequence)) WITHOUT ROWID""",
    """CREATE TRIGGER clientimport_activity_no_update BEFORE UPDATE ON clientimport_activity
        BEGIN SELECT RAISE(ABORT, 'the activity log is append-only'); END""",
    """CREATE TRIGGER clientimport_activity_no_delete BEFORE DELETE ON clientimport_activity
        BEGIN SELECT RAISE(ABORT, 'the activity log is append-only'); END""",
    # The store's id is made where the step runs: one migration file run on two databases makes two stores.
    "INSERT INTO clientimport_meta (name, value) VALUES ('store', lower(hex(randomblob(16))))",
    "INSERT INTO clientimport_meta (name, value) VALUES ('next_client', '1')",
    "INSERT INTO clientimport_meta (name, value) VALUES ('schema', '1')",
)

_STEPS = {"sqlite": (Step(1, _SQLITE_1),)}
