"""Apply a plan: write exactly what it lists, once, whatever crashes.

Every commit holds whole pages of the plan with their operations, before-images and the mark how far it is. Killed at any
point, the next apply of the same plan goes on after the last commit; applied again when done, it writes nothing. After the
last record the clients that leave are taken out, in commits of the same kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, islice
from operator import attrgetter
from types import GenericAlias
from typing import Any, Protocol

import attrs

from clientimport.core.books import Books
from clientimport.core.canonical import decode, decode_each, decoder, encode, encode_each, object_encoder
from clientimport.core.matching import ClientKeys, comparable_name, name_agrees
from clientimport.core.near.nearness import NEAR_ROW, TOLD_APART
from clientimport.core.openings import source_key
from clientimport.core.receipt import OUTCOMES
from clientimport.core.rows import made
from clientimport.core.schema import BY_NAME
from clientimport.documents.invitation_style import style_from_dict
from clientimport.errors import KeyTakenError, PlanError
from clientimport.ports import ClientUpdate, Key, NewClient, OperationRow, RunRow, Store, StoredClient, UnitOfWork
from clientimport.services.collecting import collecting_rarely
from clientimport.services.inviting import InvitingNew
from clientimport.services.new_keys import NewKeys, shared_schemes
from clientimport.services.posting import Poster, Why
from clientimport.services.removing import Rules, take_out
from clientimport.services.telling_apart import remember
from clientimport.services.twins import kept_out

PAGE = 500


def _lines(unread: Any) -> Any:
    """The type of a page of ``Line``; the raw texts, the hits and the pending fields are nothing to the writer."""
    line = (int, int, unread, list[Any], list[Any], unread, unread, str, str, Any, Any)
    return GenericAlias(list, (GenericAlias(tuple, line),))


_decode_lines = decoder(_lines)


class PlanDocument(Protocol):
    """What applying needs of a plan."""

    @property
    def digest(self) -> str: ...
    @property
    def header(self) -> Mapping[str, Any]: ...
    @property
    def document(self) -> Mapping[str, Any]: ...
    def blocks(self, size: int = ...) -> Iterator[bytes]: ...


@attrs.frozen(kw_only=True)
class Applying:
    """One plan against one store.

    Attributes:
        plan: What to do.
        store: Where.
        keys: Makes a client's keys.
        actor: Name for the logs.
        now: The time as ISO text.
        new_id: Makes run ids.
        commit_every: Records between commits.
        periods: The host's own closed periods, as ISO dates of first and last day.
        rules: What lets clients leave; asked once they do.
    """

    plan: PlanDocument
    store: Store
    keys: ClientKeys
    actor: str
    now: Callable[[], str]
    new_id: Callable[[], str]
    commit_every: int
    periods: Callable[[], list[tuple[str, str]]]
    rules: Callable[[], Rules]

    def start(self) -> tuple[RunRow, bool]:
        """The run of this plan, begun now or earlier, and whether there is anything left to do; see ``Rules.check``."""
        self.rules().check(self.plan.document.get("leaving", ()))
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
                    revision=self.plan.header["revision"],
                    header=encode({"header": self.plan.header, "summary": self._summary()}),
                    source_digest=source_key(self.plan.header["source"]),
                    system=self.plan.header["source"]["system"],
                )
                work.runs.start(run)
            return run, run.state != "done"

    def steps(self, run_id: str) -> Iterator[int]:
        """Do it, yielding after each commit how many records and leaving clients are done.

        Stop iterating to stop; start again to go on.
        """
        pages = self.plan.blocks(PAGE)
        per_commit = max(1, self.commit_every // PAGE)
        writer = _Writer(self, run_id)
        committed = 0
        while (first := next(pages, None)) is not None:
            try:
                through = self._commit(writer, run_id, chain([first], islice(pages, per_commit - 1)), careful=False)
            except KeyTakenError:
                if writer.careful:
                    raise
                # from the document again: none is kept for this
                pages = islice(self.plan.blocks(PAGE), committed, None)
                through = self._commit(writer, run_id, islice(pages, per_commit), careful=True)
            committed += per_commit
            yield through + 1
        yield from self._leave(run_id)
        records = self.plan.document["records"]
        with self.store.writing() as work:
            run = _known(work, run_id)
            if run.state != "done":
                writer.poster.round_off(work.ledger, run_id, min(run.through, records - 1), self._closed(work))
                at = self.now()
                work.runs.finish(run_id, at, run.counts)
                summary = {"source": run.source, "plan": run.plan_digest, "counts": decode(run.counts)}
                work.activity.append(at, run.actor, "import", run_id, summary)

    @collecting_rarely()
    def _commit(self, writer: _Writer, run_id: str, pages: Iterable[bytes], *, careful: bool) -> int:
        """Do some pages in one transaction; answer the last sequence done.

        While nobody else has written since the plan was made, what the plan saw is what is there, and its preconditions
        need no second look; *careful* looks all the same.
        """
        with self.store.writing() as work:
            run = _standing(work, run_id)
            writer.careful = careful or work.clients.revision() != run.revision
            writer.closed = self._closed(work)
            counts = Counter(decode(run.counts))
            through = run.through
            for page in pages:
                through = writer.page(work, page, through, counts)
            if through != run.through:
                # a disturbed plan stays so: the revision it expects is never seen again
                revision = "" if writer.careful else work.clients.revision()
                work.runs.progress(run_id, through, encode(dict(counts)), revision)
            return through

    def _leave(self, run_id: str) -> Iterator[int]:
        """Take out the clients that leave, once all records are done; yields as ``steps``."""
        leaving, records = self.plan.document.get("leaving", ()), self.plan.document["records"]
        done = 0
        while done < len(leaving):
            with self.store.writing() as work:
                run = _standing(work, run_id)
                done = run.through + 1 - records
                rows = leaving[done : done + max(1, self.commit_every)]
                if rows:
                    revision = work.clients.revision()
                    counts = Counter(decode(run.counts))
                    take_out(work, run_id, records + done, rows, counts, self.rules())
                    done += len(rows)
                    revision = work.clients.revision() if revision == run.revision else ""
                    work.runs.progress(run_id, records + done - 1, encode(dict(counts)), revision)
            yield records + done

    def _summary(self) -> dict[str, Any]:
        """The plan's summary as the run keeps it: who leaves stands in the pages behind the records."""
        return {name: value for name, value in self.plan.document.items() if name != "leaving"}

    def _closed(self, work: UnitOfWork) -> list[tuple[str, str]]:
        return [*work.ledger.periods(), *self.periods()]


class _Writer:
    """Writes pages; holds what is the same for all of them.

    Attributes:
        careful: Look at every precondition.
        closed: The closed periods.
        poster: Posts opening balances.
    """

    def __init__(self, applying: Applying, run_id: str) -> None:
        self.careful = True
        self.closed: list[tuple[str, str]] = []
        self.poster = Poster(Books.from_dict(applying.plan.header["books"]), applying.plan.document["tie_out"])
        self._run = run_id
        self._keys = applying.keys
        header = applying.plan.header
        style = style_from_dict(header["profile"].get("invitations", {}))
        self._lifecycle = applying.rules().lifecycle
        self._invites = InvitingNew.of(style, self._lifecycle, run_id, applying.now)
        self._fields: list[str] = header["fields"]
        opening = set(header["opening_fields"])
        # documents have their fields in alphabetical order, so that equal clients are equal text
        stored = sorted((name, slot) for slot, name in enumerate(self._fields) if name not in opening)
        self._documents = object_encoder(stored)
        self._new_keys = NewKeys(applying.keys, self._fields)
        self._name = self._fields.index("name") if "name" in self._fields else None

    def page(self, work: UnitOfWork, page: bytes, through: int, counts: Counter[str]) -> int:
        """Do the records of *page*, a line each, after *through*; answer the last sequence done."""
        text = b"[" + page.replace(b"\n", b",") + b"]"  # inside a record a line break is written otherwise
        lines: list[Sequence[Any]] = decode(text) if self.careful else _decode_lines(text)
        if lines[-1][0] <= through:
            return through
        if lines[0][0] <= through:  # another page size when it was stopped
            page = page.split(b"\n", through + 1 - lines[0][0])[-1]
            lines = [line for line in lines if line[0] > through]
        by_kind: dict[str, list[Sequence[Any]]] = {}
        for line in lines:
            by_kind.setdefault(line[7], []).append(line)
        for kind, outcome in _WITHOUT_OPERATION.items():
            counts[outcome] += len(by_kind.get(kind, ()))
        posts = [line for line in lines if line[10] is not None]
        own = [(line, line[9][0] if line[7] == "update" else None) for line in posts if line[7] != "skip"]
        refused = self.poster.refused(work.ledger, own, self.closed, careful=self.careful) if own else _NOTHING_REFUSED
        operations = [
            *self._link(work, by_kind.get("unchanged", [])),
            *self._update(work, by_kind.get("update", []), refused),
            *self._create(work, by_kind.get("create", []), refused),
        ]
        clients = {done.sequence: done.client for done in operations if done.outcome == "applied"}
        if len(own) < len(posts):
            merged = [line for line in posts if line[7] == "skip"]
            others, held = self._carried(work, merged, lines[0][0], operations)
            clients.update(others)
            operations += held
            counts["skipped"] -= len(held)
        operations.sort(key=_sequence)
        for (action, outcome), count in Counter(map(_doing, operations)).items():
            if action != "link":
                counts[_DONE[action] if outcome == "applied" else "stale"] += count
        if posts:
            written = [(line, client) for line in posts if (client := clients.get(line[0])) is not None]
            self.poster.post(work.ledger, self._run, written, counts)
            self.poster.count_blocked(posts, counts)
        work.runs.add_operations(self._run, operations)
        self._invites.queue(work, operations, counts)
        if any(line[8] == TOLD_APART for line in lines):
            added = {done.sequence: str(done.client) for done in operations if done.outcome == "applied"}
            remember(work, self._run, page.split(b"\n"), lines, added)
        work.runs.add_pages(self._run, [(lines[0][0], lines[-1][0], page.decode())])
        return int(lines[-1][0])

    def _carried(
        self, work: UnitOfWork, lines: list[Sequence[Any]], first: int, operations: Sequence[OperationRow]
    ) -> tuple[dict[int, str], list[OperationRow]]:
        """Sequence -> client of merged *lines* whose balance can be posted, and the others as stale.

        Each belongs to the client of the record that it was merged into: one of this page's *operations*, of an earlier
        page (before *first*), or a client that planning knew and that did not change. It goes in only where that record
        did; but a record that was left alone for its own control total takes nobody along.
        """
        heads = {done.sequence: done for done in operations}
        earlier = [line[9][2] for line in lines if line[9][2] < first]
        if earlier:
            heads |= work.runs.done(self._run, earlier)
        clients: dict[int, str] = {}
        why: dict[int, Why] = {}
        for line in lines:
            head = heads.get(line[9][2])
            if head is None or head.outcome == "applied" or decode(head.document)["why"] == "control-total":
                client = line[9][1] if head is None else head.client
                assert client is not None
                clients[line[0]] = client
            else:
                why[line[0]] = {"why": "merged-into", "row": line[9][0]}
        if self.careful:
            there = work.clients.fetch(list(set(clients.values())))
            why |= {sequence: {"why": "gone"} for sequence, client in clients.items() if client not in there}
        asked = [(line, clients[line[0]]) for line in lines if line[0] not in why]
        why |= self.poster.refused(work.ledger, asked, self.closed, careful=self.careful)
        held = [
            _stale(line[0], clients.pop(line[0], line[9][1]), "update", why[line[0]])
            for line in lines
            if line[0] in why
        ]
        return clients, held

    def _link(self, work: UnitOfWork, lines: list[Sequence[Any]]) -> list[OperationRow]:
        """Note what was said of clients that did not change, where it is news, and the first import that met one."""
        silent = [line[9][0] for line in lines if line[9][3] is None]
        known = work.runs.touched(silent) if silent else ()
        return [
            OperationRow(line[0], line[9][0], "link", "applied", "{}", line[9][1], _said(line[9][3]))
            for line in lines
            if line[9][3] is not None or line[9][0] not in known
        ]

    def _create(self, work: UnitOfWork, lines: list[Sequence[Any]], refused: Mapping[int, Why]) -> list[OperationRow]:
        """Create clients whose exclusive keys are still free; report the others as stale."""
        if not lines:
            return []
        rows = [line[9] or line[3] for line in lines]
        texts = [document.decode() for document in self._documents(rows)]
        keys = self._new_keys.of(lines, rows)
        ids = work.clients.new_ids(len(lines))
        stale = dict(self._not_created(work, lines, rows, keys, refused)) if self.careful or refused else {}
        sequences = [line[0] for line in lines]
        if stale:
            there = [sequence not in stale for sequence in sequences]
            sequences, ids, texts, keys = (list(compress(all_, there)) for all_ in (sequences, ids, texts, keys))
        work.clients.insert(made(NewClient, ids, texts, keys))
        many = len(sequences)
        said = [("create",) * many, ("applied",) * many, texts, (1,) * many, (None,) * many]
        return [*stale.values(), *made(OperationRow, sequences, ids, *said)]

    def _not_created(
        self,
        work: UnitOfWork,
        lines: list[Sequence[Any]],
        rows: list[list[Any]],
        keys: list[list[Key]],
        refused: Mapping[int, Why],
    ) -> Iterator[tuple[int, OperationRow]]:
        """Sequence -> the stale operation of each client that cannot be created any more."""
        taken = _taken(work, keys) if self.careful else {}
        newcomers = self._newcomers(work, lines, rows, keys) if self.careful else {}
        outside = kept_out(work.clients, self._keys.twin, self._lifecycle, keys) if self.careful else {}
        for index, (line, own) in enumerate(zip(lines, keys, strict=True)):
            sequence = line[0]
            holder = next((taken[key] for key in own if key in taken), None)
            if index in outside:
                twin, state = outside[index]
                yield sequence, _stale(sequence, twin, "create", {"why": "beside-twin", "client": twin, "state": state})
            elif holder is not None:
                why = {"why": "key-taken", "client": holder or None}
                yield sequence, _stale(sequence, holder or None, "create", why)
            elif sequence in newcomers:
                came = newcomers[sequence]
                yield sequence, _stale(sequence, came, "create", {"why": "came-meanwhile", "client": came})
            elif sequence in refused:
                yield sequence, _stale(sequence, None, "create", refused[sequence])

    def _newcomers(
        self, work: UnitOfWork, lines: list[Sequence[Any]], rows: list[list[Any]], keys: list[list[Key]]
    ) -> dict[int, str]:
        """Sequence -> a client that would have been found, had it been there when the plan was made.

        Only keys that prove nothing by themselves are asked for: an equal name must go with them. Whoever planning saw
        is left out: there somebody decided that this is another one.
        """
        names = [comparable_name(row[self._name]) if self._name is not None else "" for row in rows]
        wanted: dict[str, dict[str, list[int]]] = {}
        for index, own in enumerate(keys):
            for scheme, value, slot in own:
                if slot is None and names[index] and (scheme in self._keys.matching or scheme == BY_NAME):
                    wanted.setdefault(scheme, {}).setdefault(value, []).append(index)
        holders = [
            (index, client)
            for scheme, by_value in wanted.items()
            for value, client in work.clients.by_keys(scheme, list(by_value))
            for index in by_value[value]
            if client not in {hit[0] for hit in lines[index][5] if hit[3][:1] != [NEAR_ROW]}
        ]
        stored = work.clients.fetch(list({client for _, client in holders}))
        found: dict[int, str] = {}
        for index, client in holders:
            if client in stored and name_agrees(names[index], decode(stored[client].text)):
                found.setdefault(lines[index][0], client)
        return found

    def _update(self, work: UnitOfWork, lines: list[Sequence[Any]], refused: Mapping[int, Why]) -> list[OperationRow]:
        """Update clients that are as planning saw them; report the others as stale, with what is there now."""
        if not lines:
            return []
        operations: list[OperationRow] = []
        stored = work.clients.fetch([line[9][0] for line in lines])
        there: list[tuple[Sequence[Any], StoredClient]] = []
        for line in lines:
            client, _, changes, _, news = line[9]
            current = stored.get(client)
            if current is None:
                operations.append(_stale(line[0], client, "update", {"why": "gone"}))
            elif line[0] in refused:
                operations.append(_stale(line[0], client, "update", refused[line[0]]))
            elif changes:
                there.append((line, current))
            else:  # it is here for its opening balance alone
                operations.append(
                    OperationRow(line[0], client, "update", "applied", "{}", current.version, _said(news))
                )
        documents = decode_each(current.text for _, current in there)
        found: list[_Rewritten] = []
        for (line, current), document in zip(there, documents, strict=True):
            client, version, changes, _, _ = line[9]
            if current.version != version:
                now = {change[0]: document.get(change[0]) for change in changes}
                operations.append(_stale(line[0], client, "update", {"why": "changed", "now": now}))
                continue
            changed = {change[0]: change[2] for change in changes}
            after = document | changed
            keys = self._keys.changes(document, after, changed.keys(), shared_schemes(line))
            if len(after) > len(document):  # else its fields are in order as they are
                after = dict(sorted(after.items()))
            found.append((line, after, *keys))
        if self.careful and (taken := _taken(work, [added for _, _, added, _ in found])):
            for line, _, added, _ in found:
                holder = next((taken[key] for key in added if key in taken), None)
                if holder is not None:
                    why = {"why": "key-taken", "client": holder or None}
                    operations.append(_stale(line[0], line[9][0], "update", why))
            found = [each for each in found if taken.keys().isdisjoint(each[2])]
        return [*operations, *self._rewrite(work, found)] if found else operations

    @staticmethod
    def _rewrite(work: UnitOfWork, found: Sequence[_Rewritten]) -> list[OperationRow]:
        """Give clients their new documents and keys."""
        lines, afters, added, removed = zip(*found, strict=True)
        sequences, ids = [line[0] for line in lines], [line[9][0] for line in lines]
        texts = [text.decode() for text in encode_each(afters)]
        images = encode_each({change[0]: change[1:3] for change in line[9][2]} for line in lines)
        versions, said = [line[9][1] + 1 for line in lines], [_said(line[9][4]) for line in lines]
        work.clients.update(made(ClientUpdate, ids, texts, added, removed))
        many = len(ids)
        done = ("update",) * many, ("applied",) * many, [image.decode() for image in images]
        return made(OperationRow, sequences, ids, *done, versions, said)


_Rewritten = tuple[Sequence[Any], dict[str, Any], list[Key], list[tuple[str, str]]]
"""A line, its client's document from now on, and the keys that the client takes and gives up."""


def _known(work: UnitOfWork, run_id: str) -> RunRow:
    run = work.runs.get(run_id)
    assert run is not None
    return run


def _standing(work: UnitOfWork, run_id: str) -> RunRow:
    """The run, to be gone on with.

    Raises:
        PlanError: it was undone in between.
    """
    run = _known(work, run_id)
    if run.undone_by is not None:
        raise PlanError("This run was undone while it was being applied; apply the plan again to start anew.")
    return run


def _said(news: Mapping[str, Any] | None) -> str | None:
    return None if news is None else encode(dict(sorted(news.items())))


def _stale(sequence: int, client: str | None, action: str, why: Why) -> OperationRow:
    return OperationRow(sequence, client, action, "stale", encode(dict(why)), None)


def _taken(work: UnitOfWork, drafts: Sequence[Sequence[Key]]) -> dict[Key, str]:
    """The exclusive keys that somebody holds already, and who; a key wanted twice counts as taken (by ``""``)."""
    wanted: dict[str, list[str]] = {}
    seen: set[Key] = set()
    taken: dict[Key, str] = {}
    for keys in drafts:
        for key in keys:
            if key[2] is None:
                continue
            if key in seen:
                taken[key] = ""
            seen.add(key)
            wanted.setdefault(key[0], []).append(key[1])
    for scheme, values in wanted.items():
        for value, client in work.clients.by_keys(scheme, values, slot=""):
            taken[scheme, value, ""] = client
    return taken


_sequence = attrgetter("sequence")
_doing = attrgetter("action", "outcome")
_NOTHING_REFUSED: Mapping[int, Why] = {}
_WITHOUT_OPERATION = {"unchanged": "unchanged", "skip": "skipped", "invalid": "refused", "conflict": "held"}
_DONE = {"create": "created", "update": "updated"}
