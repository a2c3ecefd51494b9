"""Apply a plan: write exactly what it lists, once, whatever crashes.

Every commit holds whole pages of the plan with their operations, before-images and the mark how far it is. Killed at any
point, the next apply of the same plan goes on after the last commit; applied again when done, it writes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol

import attrs

from clientimport.core.canonical import encode
from clientimport.core.matching import ClientKeys, Ladder
from clientimport.core.receipt import OUTCOMES
from clientimport.ports import ClientUpdate, Key, LinkRow, NewClient, OperationRow, RunRow, Store, UnitOfWork

PAGE = 500


class PlanDocument(Protocol):
    """What applying needs of a plan."""

    @property
    def digest(self) -> str: ...
    @property
    def header(self) -> Mapping[str, Any]: ...
    @property
    def document(self) -> Mapping[str, Any]: ...
    def pages(self, size: int = ...) -> Iterator[list[bytes]]: ...


@attrs.frozen(kw_only=True)
class Applying:
    """One plan against one store.

    Attributes:
        plan: What to do.
        store: Where.
        keys: Makes a client's keys.
        ladder: Makes a record's key for the links.
        actor: Name for the logs.
        now: The time as ISO text.
        new_id: Makes run ids.
        commit_every: Records between commits.
        source: Name under which links are remembered.
    """

    plan: PlanDocument
    store: Store
    keys: ClientKeys
    ladder: Ladder
    actor: str
    now: Callable[[], str]
    new_id: Callable[[], str]
    commit_every: int
    source: str

    def start(self) -> tuple[RunRow, bool]:
        """The run of this plan, begun now or earlier, and whether there is anything left to do."""
        with self.store.writing() as work:
            run = work.runs.find(self.plan.digest)
            if run is None or run.undone_by is not None:
                run = RunRow(
                    id=self.new_id(),
                    kind="import",
                    plan_digest=self.plan.digest,
                    state="running",
                    through=-1,
                    actor=self.actor,
                    source=self.plan.header["source"]["name"],
                    started_at=self.now(),
                    finished_at=None,
                    counts=encode(dict.fromkeys(OUTCOMES, 0)),
                    header=encode({"header": self.plan.header, "summary": self.plan.document}),
                )
                work.runs.start(run)
            return run, run.state != "done"

    def steps(self, run_id: str) -> Iterator[int]:
        """Do it, yielding after each commit how many records are done. Stop iterating to stop; start again to go on."""
        pages = self.plan.pages(PAGE)
        per_commit = max(1, self.commit_every // PAGE)
        writer = _Writer(self, run_id)
        while chunk := list(islice(pages, per_commit)):
            with self.store.writing() as work:
                run = work.runs.get(run_id)
                assert run is not None
                counts = Counter(json.loads(run.counts))
                through = run.through
                for page in chunk:
                    through = writer.page(work, page, through, counts)
                if through != run.through:
                    work.runs.progress(run_id, through, encode(dict(counts)))
            yield through + 1
        with self.store.writing() as work:
            run = work.runs.get(run_id)
            assert run is not None
            if run.state != "done":
                at = self.now()
                work.runs.finish(run_id, at, run.counts)
                summary = {"source": run.source, "plan": run.plan_digest, "counts": json.loads(run.counts)}
                work.activity.append(at, run.actor, "import", run_id, summary)


class _Writer:
    """Writes pages; holds what is the same for all of them."""

    def __init__(self, applying: Applying, run_id: str) -> None:
        self._run = run_id
        self._keys = applying.keys
        self._ladder = applying.ladder
        self._source = applying.source
        fields: list[str] = applying.plan.header["fields"]
        opening = set(applying.plan.header["opening_fields"])
        # documents have their fields in alphabetical order, so that equal clients are equal text
        self._slots = sorted((name, slot) for slot, name in enumerate(fields) if name not in opening)

    def page(self, work: UnitOfWork, page: list[bytes], through: int, counts: Counter[str]) -> int:
        """Do the records of *page* after *through*; answer the last sequence done."""
        lines: list[list[Any]] = json.loads(b"[" + b",".join(page) + b"]")
        if lines[-1][0] <= through:
            return through
        if lines[0][0] <= through:  # another page size when it was stopped
            page, lines = page[through + 1 - lines[0][0] :], [line for line in lines if line[0] > through]
        creates: list[list[Any]] = []
        updates: list[list[Any]] = []
        links: list[LinkRow] = []
        for line in lines:
            disposition = line[7]
            if disposition == "create":
                creates.append(line)
            elif disposition == "update":
                updates.append(line)
            elif disposition == "unchanged":
                counts["unchanged"] += 1
                links.append(LinkRow(self._source, self._ladder.record_key(line[3]), line[8 + 1][0], line[0]))
            else:
                counts[_HELD[disposition]] += 1
        if links:
            work.runs.add_missing_links(self._run, [link for link in links if link.record_key])
        operations: list[OperationRow] = []
        moved: list[LinkRow] = []
        if updates:
            self._update(work, updates, operations, moved)
        if creates:
            self._create(work, creates, operations, moved)
        operations.sort(key=_sequence)
        for operation in operations:
            counts[_DONE[operation.action] if operation.outcome == "applied" else "stale"] += 1
        work.runs.add_operations(self._run, operations)
        work.runs.add_links(self._run, [link for link in moved if link.record_key])
        work.runs.add_pages(self._run, [(lines[0][0], lines[-1][0], b"\n".join(page).decode())])
        return int(lines[-1][0])

    def _create(
        self, work: UnitOfWork, lines: Sequence[list[Any]], operations: list[OperationRow], links: list[LinkRow]
    ) -> None:
        """Create clients whose exclusive keys are still free; report the others as stale."""
        drafts = [self._draft(line) for line in lines]
        taken = _taken(work, drafts)
        clients: list[NewClient] = []
        ids = iter(work.clients.new_ids(len(drafts)))
        for line, (text, keys) in zip(lines, drafts, strict=True):
            if taken:
                holder = next((taken[key] for key in keys if key in taken), None)
                if holder is not None:
                    why = encode({"why": "key-taken", "client": holder})
                    operations.append(OperationRow(line[0], holder or None, "create", "stale", why, None))
                    continue
            client = next(ids)
            clients.append(NewClient(client, text, keys))
            operations.append(OperationRow(line[0], client, "create", "applied", text, 1))
            links.append(LinkRow(self._source, self._ladder.record_key(line[3]), client, line[0]))
        work.clients.insert(clients)

    def _draft(self, line: list[Any]) -> tuple[str, list[Key]]:
        """The client document and keys of a create line."""
        values = line[9] or line[3]
        document = {name: value for name, slot in self._slots if (value := values[slot]) is not None}
        shared = {flag[4]["scheme"] for flag in line[4] if flag[0] == "shared-key"} if line[4] else ()
        return encode(document), self._key_rows(document, shared)

    def _key_rows(self, document: Mapping[str, Any], shared: Iterable[str] = ()) -> list[Key]:
        exclusive = self._keys.exclusive
        return [
            Key(scheme, value, "" if scheme in exclusive and scheme not in shared else None)
            for scheme, value in self._keys.of(document)
        ]

    def _update(
        self, work: UnitOfWork, lines: Sequence[list[Any]], operations: list[OperationRow], links: list[LinkRow]
    ) -> None:
        """Update clients that are as planning saw them; report the others as stale, with what is there now."""
        stored = work.clients.fetch([line[9][0] for line in lines])
        prepared: list[tuple[list[Any], str, list[Key], list[Key], str, int]] = []
        for line in lines:
            client, version, changes, _ = line[9]
            current = stored.get(client)
            if current is None:
                operations.append(OperationRow(line[0], client, "update", "stale", encode({"why": "gone"}), None))
                continue
            document: dict[str, Any] = json.loads(current.text)
            if current.version != version:
                now = {change[0]: document.get(change[0]) for change in changes}
                why = encode({"why": "changed", "now": now})
                operations.append(OperationRow(line[0], client, "update", "stale", why, None))
                continue
            added: list[Key] = []
            removed: list[Key] = []
            if any(change[0] in self._keys.fields for change in changes):
                before = self._key_rows(document)
                document.update((change[0], change[2]) for change in changes)
                after = self._key_rows(document)
                kept = {key[:2] for key in before}
                added = [key for key in after if key[:2] not in kept]
                kept = {key[:2] for key in after}
                removed = [key for key in before if key[:2] not in kept]
            else:
                document.update((change[0], change[2]) for change in changes)
            text = encode(dict(sorted(document.items())))
            images = encode({change[0]: [change[1], change[2]] for change in changes})
            prepared.append((line, text, added, removed, images, version + 1))
        taken = _taken(work, [(text, added) for _, text, added, *_ in prepared])
        done: list[ClientUpdate] = []
        for line, text, added, removed, images, version in prepared:
            client = line[9][0]
            holder = next((taken[key] for key in added if key in taken), None) if taken else None
            if holder is not None:
                why = encode({"why": "key-taken", "client": holder})
                operations.append(OperationRow(line[0], client, "update", "stale", why, None))
                continue
            done.append(ClientUpdate(client, text, added, removed))
            operations.append(OperationRow(line[0], client, "update", "applied", images, version))
            links.append(LinkRow(self._source, self._ladder.record_key(line[3]), client, line[0]))
        work.clients.update(done)


def _taken(work: UnitOfWork, drafts: Sequence[tuple[str, Sequence[Key]]]) -> dict[Key, str]:
    """The exclusive keys that somebody holds already, and who; a key wanted twice counts as held by the first (``""``)."""
    wanted: dict[str, list[str]] = {}
    seen: set[Key] = set()
    taken: dict[Key, str] = {}
    for _, keys in drafts:
        for key in keys:
            if key.slot is None:
                continue
            if key in seen:
                taken[key] = ""
            seen.add(key)
            wanted.setdefault(key.scheme, []).append(key.value)
    for scheme, values in wanted.items():
        for _, value, client in work.clients.by_keys(scheme, values):
            taken[Key(scheme, value, "")] = client
    return taken


def _sequence(operation: OperationRow) -> int:
    return operation.sequence


_HELD = {"skip": "skipped", "invalid": "refused", "conflict": "held"}
_DONE = {"create": "created", "update": "updated"}
