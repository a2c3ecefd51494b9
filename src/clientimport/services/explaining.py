"""Why a client's field has the value it has: the operations of the run log that gave it, and the cells they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clientimport.core.canonical import decode
from clientimport.core.client import checked_id
from clientimport.core.locator import Locator
from clientimport.core.plan import MERGED, Value
from clientimport.core.provenance import Origin, Why
from clientimport.errors import SettingsError
from clientimport.ports import LEAVING, OperationRow, RunRow, UnitOfWork
from clientimport.services.history import written_by


def why(work: UnitOfWork, client: str, field: str) -> Why:
    """See ``Importer.why``.

    Raises:
        SettingsError: there is no such client.
    """
    stored = work.clients.fetch([checked_id(client)]).get(client)
    if stored is None:
        raise SettingsError("client", client, wanted="the id of a client in the store")
    runs: dict[str, RunRow] = {}
    written: list[Origin] = []
    said: dict[str, Origin] = {}
    for run_id, operation in reversed(work.runs.about([client]).get(client, [])):
        wrote = written_by(operation).get(field)
        gave = wrote if operation.said is None or wrote is not None else decode(operation.said).get(field)
        if gave is None:
            continue
        if run_id not in runs:
            run = work.runs.get(run_id)
            assert run is not None  # its operation was just read
            runs[run_id] = run
        origin = _origin(work, runs[run_id], operation, field, gave)
        if wrote is not None:
            written.append(origin)
        if operation.action in LEAVING:
            continue
        said.setdefault(origin.system, origin)
    value: Value = decode(stored.text).get(field)
    return Why(client=client, field=field, value=value, written=tuple(written), said=tuple(said.values()))


def _origin(work: UnitOfWork, run: RunRow, operation: OperationRow, field: str, value: Value) -> Origin:
    kept: Mapping[str, Any] = decode(run.header)
    header: Mapping[str, Any] = kept["header"]
    rule, before, row, column = "said", None, None, header["sources"].get(field)
    if operation.action in LEAVING:
        rule, (before, _) = "decision", decode(operation.document)[field]
    else:
        page = work.runs.page(run.id, operation.sequence)
        line = _line(page, operation.sequence)
        if operation.action == "create":
            rule = "new"
        elif operation.action == "update":
            change = next((change for change in line[9][2] if change[0] == field), None)
            if change is not None:
                _, before, _, rule, row = change
        if row is None:
            slot = header["fields"].index(field)
            row = _row(work, run.id, page, line, slot, value, kept["summary"]["records"])
        if row is None:  # no row says it
            row = int(line[1])
            if rule == "new" and field in {each["field"] for each in header["profile"].get("choose", ())}:
                rule, column = "decision", None
    source = header["source"]
    return Origin(
        run=run.id,
        system=run.system,
        actor=run.actor,
        at=run.started_at,
        locator=Locator(source=source["name"], sheet=source["sheet"], row=row, column=column),
        rule=rule,
        before=before,
        value=value,
    )


def _line(page: tuple[int, int, str] | None, sequence: int) -> Sequence[Any]:
    assert page is not None  # pages are committed with their operations
    lines = page[2].split("\n")
    line: Sequence[Any] = decode(lines[sequence - page[0]])
    return line


def _row(
    work: UnitOfWork,
    run: str,
    page: tuple[int, int, str] | None,
    head: Sequence[Any],
    slot: int,
    value: Value,
    records: int,
) -> int | None:
    """The row that said *value*: the record's own, or one that was merged into it and stands further down; ``None``: none did.

    Of a list, which rows may have said together, the first that has a part of it. Behind the *records* of the plan stand
    those who left.
    """
    if _says(head, slot, value):
        return int(head[1])
    while page is not None and page[0] < records:
        for text in page[2].split("\n"):
            if f'"{MERGED}"' not in text:
                continue
            line = decode(text)
            if line[8] == MERGED and line[9][2] == head[0] and _says(line, slot, value):
                return int(line[1])
        page = work.runs.page(run, page[1] + 1)
    return None


def _says(line: Sequence[Any], slot: int, value: Value) -> bool:
    own = line[3][slot]
    if isinstance(own, list) and isinstance(value, list):
        return not set(own).isdisjoint(value)
    return bool(own == value)
