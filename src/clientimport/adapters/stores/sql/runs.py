"""The run log in SQL."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import itemgetter

from clientimport.adapters.stores.ids import numbers, possible
from clientimport.adapters.stores.sql.inserts import Insert, Row
from clientimport.adapters.stores.sql.session import Session
from clientimport.errors import StoreError
from clientimport.ports import OperationRow, RunRow

_COLUMNS = """id, kind, plan_digest, state, through, actor, source, started_at, finished_at, counts, header, undone_by, revision, source_digest, system"""
_NAMES = tuple(_COLUMNS.split(", "))
_START = f"""INSERT INTO clientimport_run (number, workspace, {_COLUMNS})
    VALUES ((SELECT coalesce(max(number), 0) + 1 FROM clientimport_run), ?, {", ".join("?" * len(_NAMES))})"""  # noqa: S608
_SELECT = f"SELECT {_COLUMNS} FROM clientimport_run WHERE workspace = ?"  # noqa: S608  # names of our own columns
_FIND = f"{_SELECT} AND plan_digest = ? ORDER BY number DESC LIMIT 1"
_GET = f"{_SELECT} AND id = ?"
_LIST = f"{_SELECT} ORDER BY number"
_NUMBER = "SELECT number FROM clientimport_run WHERE workspace = ? AND id = ?"
_PROGRESS = "UPDATE clientimport_run SET through = ?, counts = ?, revision = ? WHERE workspace = ? AND id = ?"
_FINISH = "UPDATE clientimport_run SET state = 'done', finished_at = ?, counts = ? WHERE workspace = ? AND id = ?"
_UNDONE = "UPDATE clientimport_run SET undone_by = ? WHERE workspace = ? AND id = ?"
_ADD_PAGE = "INSERT INTO clientimport_run_page (workspace, run, first, last, lines) VALUES (?, ?, ?, ?, ?)"
_PAGE = """SELECT first, last, lines FROM clientimport_run_page
    WHERE workspace = ? AND run = ? AND first > ? ORDER BY first LIMIT 1"""
_PAGE_WITH = """SELECT first, last, lines FROM clientimport_run_page
    WHERE workspace = ? AND run = ? AND first <= ? ORDER BY first DESC LIMIT 1"""
_ADD_OPERATIONS = Insert(
    "clientimport_run_op",
    ("workspace", "run", "sequence", "client", "action", "outcome", "document", "version", "said"),
)
_OPERATIONS = """SELECT sequence, client, action, outcome, document, version, said FROM clientimport_run_op
    WHERE workspace = ? AND run = ?"""
_OLDEST = f"{_OPERATIONS} AND sequence > ? ORDER BY sequence LIMIT ?"
_NEWEST = f"{_OPERATIONS} AND sequence < ? ORDER BY sequence DESC LIMIT ?"

_RUN_AND_SEQUENCE = itemgetter(1, 3)
_BEFORE_ALL = -(2**62)
_AFTER_ALL = 2**62


class SqlRuns:
    """The ``Runs`` port over a session."""

    def __init__(self, session: Session, workspace: str) -> None:
        self._session = session
        self._workspace = workspace

    def start(self, run: RunRow) -> None:
        with self._session.changing():
            self._session.write(_START, (self._workspace, *(getattr(run, name) for name in _NAMES)))

    def find(self, plan_digest: str) -> RunRow | None:
        return _one(self._session.rows(_FIND, (self._workspace, plan_digest)))

    def get(self, run_id: str) -> RunRow | None:
        return _one(self._session.rows(_GET, (self._workspace, run_id)))

    def list(self) -> builtins.list[RunRow]:
        return [_run(row) for row in self._session.rows(_LIST, (self._workspace,))]

    def progress(self, run_id: str, through: int, counts: str, revision: str) -> None:
        self._change(_PROGRESS, (through, counts, revision, self._workspace, run_id))

    def finish(self, run_id: str, finished_at: str, counts: str) -> None:
        self._change(_FINISH, (finished_at, counts, self._workspace, run_id))

    def mark_undone(self, run_id: str, undo_run_id: str) -> None:
        self._change(_UNDONE, (undo_run_id, self._workspace, run_id))

    def add_pages(self, run_id: str, pages: Sequence[tuple[int, int, str]]) -> None:
        with self._session.changing():
            run = known_run(self._session, self._workspace, run_id)
            self._session.write_many(_ADD_PAGE, [(self._workspace, run, *page) for page in pages])

    def pages(self, run_id: str) -> Iterator[tuple[int, int, str]]:
        run = run_number(self._session, self._workspace, run_id)
        last = _BEFORE_ALL
        while rows := self._session.rows(_PAGE, (self._workspace, run, last)):
            first, through, lines = rows[0]
            yield first, through, lines
            last = first

    def add_operations(self, run_id: str, operations: Sequence[OperationRow]) -> None:
        workspace = self._workspace
        with self._session.changing():
            run = known_run(self._session, self._workspace, run_id)
            if not operations:
                return
            sequences, clients, *rest = zip(*operations, strict=True)
            known = iter(numbers([client for client in clients if client is not None]))
            ids = [None if client is None else next(known) for client in clients]
            rows = list(zip(repeat(workspace), repeat(run), sequences, ids, *rest))
            self._session.insert(_ADD_OPERATIONS, rows)

    def operations(
        self, run_id: str, *, newest_first: bool = False, size: int = 500
    ) -> Iterator[builtins.list[OperationRow]]:
        run = run_number(self._session, self._workspace, run_id)
        statement, last = (_NEWEST, _AFTER_ALL) if newest_first else (_OLDEST, _BEFORE_ALL)
        while rows := self._session.rows(statement, (self._workspace, run, last, size)):
            last = rows[-1][0]
            yield [_operation(row) for row in rows]

    def page(self, run_id: str, sequence: int) -> tuple[int, int, str] | None:
        run = run_number(self._session, self._workspace, run_id)
        rows = self._session.rows(_PAGE_WITH, (self._workspace, run, sequence))
        return (rows[0][0], rows[0][1], rows[0][2]) if rows and rows[0][1] >= sequence else None

    def done(self, run_id: str, sequences: Sequence[int]) -> dict[int, OperationRow]:
        run = run_number(self._session, self._workspace, run_id)
        packed = self._session.dialect.pack_numbers(list(map(str, sequences)))
        rows = self._session.rows(self._session.dialect.done, (packed, run)) if sequences else []
        return {row[0]: _operation(row) for row in rows}

    def touched(self, clients: Sequence[str]) -> set[str]:
        rows = self._of_clients(self._session.dialect.touched, clients)
        return {str(client) for (client,) in rows}

    def about(
        self, clients: Sequence[str], system: str | None = None
    ) -> dict[str, builtins.list[tuple[str, OperationRow]]]:
        dialect = self._session.dialect
        rows = (
            self._of_clients(dialect.about, clients)
            if system is None
            else self._of_clients(dialect.about_from, clients, system)
        )
        found: dict[str, builtins.list[tuple[str, OperationRow]]] = {}
        for client, _, run, sequence, action, document, version, said in sorted(rows, key=_RUN_AND_SEQUENCE):
            done = OperationRow(sequence, str(client), action, "applied", document, version, said)
            found.setdefault(str(client), []).append((run, done))
        return found

    def _of_clients(self, statement: str, clients: Sequence[str], *more: str) -> Iterator[Row]:
        dialect = self._session.dialect
        known = list({client for client in clients if possible(client)})
        for start in range(0, len(known), dialect.chunk):
            packed = dialect.pack_numbers(known[start : start + dialect.chunk])
            yield from self._session.rows(statement, (packed, self._workspace, *more))

    def _change(self, statement: str, values: Row) -> None:
        with self._session.changing():
            if self._session.write(statement, values) != 1:
                raise StoreError("The run is not in the run log.")


def run_number(session: Session, workspace: str, run_id: str) -> int | None:
    """The number that stands for the run in other tables, ``None`` if it is not in the log."""
    known = session.runs.get((workspace, run_id))
    if known is None and (rows := session.rows(_NUMBER, (workspace, run_id))):
        known = session.runs[workspace, run_id] = rows[0][0]
    return known


def known_run(session: Session, workspace: str, run_id: str) -> int:
    """As ``run_number``, for a run that must be in the log.

    Raises:
        StoreError: It is not.
    """
    run = run_number(session, workspace, run_id)
    if run is None:
        raise StoreError("The run is not in the run log.")
    return run


def _operation(row: Row) -> OperationRow:
    sequence, client, *rest = row
    return OperationRow(sequence, None if client is None else str(client), *rest)


def _one(rows: list[Row]) -> RunRow | None:
    return _run(rows[0]) if rows else None


def _run(row: Row) -> RunRow:
    return RunRow(**dict(zip(_NAMES, row, strict=True)))
