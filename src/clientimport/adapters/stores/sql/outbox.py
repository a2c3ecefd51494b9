"""The outbox in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clientimport.adapters.stores.ids import numbers, possible
from clientimport.adapters.stores.moves import check_move
from clientimport.adapters.stores.sql.inserts import Insert, Row
from clientimport.adapters.stores.sql.session import Session
from clientimport.core.invitations import STATES, Invitation, NewInvitation

_COLUMNS = "id, client, template, language, state, run, not_before, attempts, error, queued_at, changed_at, address"
_NEXT = "SELECT coalesce(max(id), 0) + 1 FROM clientimport_outbox"
_QUEUE = Insert(
    "clientimport_outbox",
    (
        "id", "workspace", "client", "template", "language", "state", "run", "not_before", "attempts", "error",
        "queued_at", "changed_at", "address",
    ),
)  # fmt: skip
_OF_RUN = f"SELECT {_COLUMNS} FROM clientimport_outbox WHERE workspace = ? AND run = ? AND run <> '' ORDER BY id"  # noqa: S608
_SENT_TO = (
    f"SELECT {_COLUMNS} FROM clientimport_outbox WHERE workspace = ? AND address = ? AND address <> '' ORDER BY id"  # noqa: S608
)
_ROWS = f"""SELECT {_COLUMNS} FROM clientimport_outbox
    WHERE workspace = ? AND id > ? AND state IN ({", ".join("?" * len(STATES))}) ORDER BY id LIMIT ?"""  # noqa: S608
_MOVE = """UPDATE clientimport_outbox SET state = ?, attempts = attempts + ?, error = ?, language = coalesce(?, language),
    changed_at = ?, address = CASE ? WHEN '' THEN address ELSE ? END
    WHERE workspace = ? AND id = ? AND state = ? AND attempts = ?"""


class SqlOutbox:
    """The ``Outbox`` port over a session."""

    def __init__(self, session: Session, workspace: str) -> None:
        self._session = session
        self._workspace = workspace

    def queue(self, rows: Sequence[NewInvitation]) -> list[str]:
        with self._session.changing():
            clients = numbers([row.client for row in rows])
            first = self._session.rows(_NEXT)[0][0]
            new: list[Row] = [
                (
                    number, self._workspace, client, row.template, row.language, "queued", row.run, row.not_before, 0, "",
                    row.at, row.at, "",
                )
                for number, client, row in zip(range(first, first + len(rows)), clients, rows, strict=True)
            ]  # fmt: skip
            self._session.insert(_QUEUE, new)
            return [str(row[0]) for row in new]

    def get(self, ids: Sequence[str]) -> dict[str, Invitation]:
        found = {str(row[0]): _invitation(row) for row in self._among(self._session.dialect.outbox_ids, ids)}
        return {each: found[each] for each in ids if each in found}

    def about(self, clients: Sequence[str]) -> dict[str, list[Invitation]]:
        found: dict[str, list[Invitation]] = {}
        for row in sorted(self._among(self._session.dialect.outbox_clients, clients)):
            found.setdefault(str(row[1]), []).append(_invitation(row))
        return {client: found[client] for client in clients if client in found}

    def of_run(self, run: str) -> list[Invitation]:
        return [_invitation(row) for row in self._session.rows(_OF_RUN, (self._workspace, run))]

    def sent_to(self, address: str) -> list[Invitation]:
        return [_invitation(row) for row in self._session.rows(_SENT_TO, (self._workspace, address))]

    def rows(self, states: Sequence[str] = (), size: int = 500) -> Iterator[list[Invitation]]:
        wanted = [state if not states or state in states else "" for state in STATES]
        last = 0
        while rows := self._session.rows(_ROWS, (self._workspace, last, *wanted, size)):
            last = rows[-1][0]
            yield [_invitation(row) for row in rows]

    def move(
        self,
        rows: Sequence[Invitation],
        state: str,
        at: str,
        *,
        error: str = "",
        language: str | None = None,
        address: str = "",
    ) -> list[str]:
        moved: list[str] = []
        with self._session.changing():
            for row in rows:
                check_move(row.state, state)
                tries = int(state == "sending")
                values = (
                    state, tries, error, language, at, address, address, self._workspace, int(row.id), row.state, row.attempts,
                )  # fmt: skip
                if self._session.write(_MOVE, values):
                    moved.append(row.id)
        return moved

    def _among(self, statement: str, ids: Sequence[str]) -> Iterator[Row]:
        dialect = self._session.dialect
        known = list(dict.fromkeys(each for each in ids if possible(each)))
        for start in range(0, len(known), dialect.chunk):
            packed = dialect.pack_numbers(known[start : start + dialect.chunk])
            yield from self._session.rows(statement, (packed, self._workspace))


def _invitation(row: Row) -> Invitation:
    number, client, *rest = row
    return Invitation(str(number), str(client), *rest)
