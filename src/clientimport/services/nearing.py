"""Where near matches meet a plan: which records are looked at, what was answered about them, who is one client because of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

import attrs

from clientimport.core.canonical import decode
from clientimport.core.clustering import exact_clusters
from clientimport.core.decisions import COLUMN
from clientimport.core.findings import Finding, Severity
from clientimport.core.interpretation import Interpreter
from clientimport.core.locator import Locator
from clientimport.core.near.clues import COMPARED
from clientimport.core.near.nearness import (
    ASKED,
    MEANT,
    NEAR_ROW,
    OFF,
    Near,
    Other,
    document_of,
    is_near,
    near_question,
)
from clientimport.core.near.similarity import BANDS, WEIGHTS
from clientimport.core.plan import Line
from clientimport.core.planner import Planner
from clientimport.core.questions import Question
from clientimport.core.tally import Tally
from clientimport.ports import Clients, Spool
from clientimport.services.near_search import PAGE, Hits, NearSearch, Snapshot

NOT_COMPARED = "near-not-compared"
"""The code of the finding that there were too many."""

Heads = Mapping[int, Sequence[int]]
"""First record -> all records that equal key hashes tie together."""


class Drafted(Protocol):
    """What is needed of a draft."""

    spool: Spool
    tally: Tally
    near: Near

    def line(self, record: int) -> Line: ...


@attrs.frozen
class Answers:
    """What near matches come to in one plan.

    Attributes:
        near: First record of a client -> its near matches, marked where the question is about them.
        asked: First record of a client -> the question about it and the answer, ``None`` while it is open. Those that were
            said to be the client of an earlier record are not among them.
        meant: First record of a client -> the stored client that it was said to be, as one ``Hit`` in a list.
        joins: Pairs of records that were said to be one client.
    """

    near: Near = attrs.field(factory=dict)
    asked: dict[int, tuple[Question, str | None]] = attrs.field(factory=dict)
    meant: dict[int, list[Any]] = attrs.field(factory=dict)
    joins: list[list[int]] = attrs.field(factory=list)

    def about(self, members: Sequence[Line]) -> tuple[Question, str | None] | None:
        """The question about records that are one client, and the answer."""
        if not self.asked:
            return None
        return next((self.asked[line.sequence] for line in members if line.sequence in self.asked), None)

    def ties(self, records: Sequence[int]) -> bool:
        """Whether an answer made one client of some of *records*, or of one and a stored client."""
        if not self.meant and not self.joins:
            return False
        return any(record in self.meant for record in records) or any(one in records for one, _ in self.joins)

    def indexes(self, lines: Sequence[Line]) -> list[list[int]]:
        """``joins`` as places in *lines*."""
        if not self.joins:
            return []
        place = {line.sequence: index for index, line in enumerate(lines)}
        return [[place[one], place[other]] for one, other in self.joins if one in place and other in place]

    def mark(self, line: Line) -> None:
        """Put the near matches of *line* among its hits, in the order they were found; of the one that is meant, that it is."""
        if line.sequence not in self.near and not any(is_near(hit) for hit in line.hits):
            return
        meant = {hit[0]: hit for hit in self.meant.get(line.sequence, ())}
        line.hits[:] = [
            *(hit for hit in line.hits if not is_near(hit)),
            *(hit if hit[3][0] == NEAR_ROW else meant.get(hit[0], hit) for hit in self.near.get(line.sequence, ())),
        ]


@attrs.frozen
class Nearing:
    """Near matches of one plan.

    Attributes:
        planner: Compiled policy.
        shared_limit: As for clustering.
        batch: Records at a time.
        limit: More would-be creates and stored clients together than this are not compared.
    """

    planner: Planner
    shared_limit: int
    batch: int
    limit: int

    def find(
        self,
        draft: Drafted,
        heads: Callable[[], Heads],
        clients: Clients,
        snapshot: Snapshot,
        hits: Hits,
        doubtful: AbstractSet[str],
        source: Locator,
    ) -> list[Finding]:
        """Put the near matches of records that would be created into *draft*; answer what is to be said about it.

        Args:
            draft: The drafted records.
            heads: Which of them equal hashes tie together.
            clients: The store's clients.
            snapshot: The part of a stored client's document that the plan can see.
            hits: Makes stored clients into ``Hit`` lists, by id.
            doubtful: Fields whose columns can be read in two ways: records are compared without them.
            source: Where the finding is.
        """
        if self.planner.policy.near == OFF or self.planner.policy.mode == "update_only":
            return []
        counts = draft.tally.reasons
        creates = sum(counts.get(reason, 0) for reason in _WITHOUT_CLIENT)
        if not creates:
            return []
        stored = clients.count()
        if creates + stored > self.limit:
            params: dict[str, Any] = {"records": creates, "clients": stored, "limit": self.limit}
            return [Finding(code=NOT_COMPARED, severity=Severity.INFO, locator=source, params=params)]
        least = BANDS[self.planner.policy.near]
        if "birth_date" in doubtful:
            least -= max(WEIGHTS["birth_date"].values())
        candidates = _Candidates(self, draft, heads(), doubtful)
        search = NearSearch(candidates.document, least)
        for record, document in candidates:
            search.add(record, document)
        search.among()
        if stored and candidates.some:
            for page in clients.scan(PAGE):
                search.look(page, snapshot)
        draft.near.update(search.found(clients, hits))
        return []

    def answers(self, draft: Drafted, heads: Heads) -> Answers:
        """What was answered about the near matches in *draft*."""
        found = Answers({**draft.near})
        if not draft.near:
            return found
        rows = {int(hit[0]) for near in draft.near.values() for hit in near if hit[3][0] == NEAR_ROW}
        clients = self._clients(draft, heads, rows | draft.near.keys())
        least = BANDS[self.planner.policy.near]
        for head, near in sorted(draft.near.items()):
            members = clients[head]
            if members[0].disposition == "invalid" or any(line.hits for line in members):
                continue
            others = []
            by_row: dict[str, int] = {}
            for hit in near:
                if hit[3][0] != NEAR_ROW:
                    others.append(Other(hit, None, document_of(tuple(hit[2]), tuple(hit[2].values()))))
                elif (there := clients[int(hit[0])])[0].disposition != "invalid":
                    others.append(Other(hit, there[0].row, self._document(there)))
                    by_row[others[-1].choice] = there[0].sequence
            question = near_question(self.planner.questions, members, self._document(members), others, least)
            if question is None:
                continue
            about = [other.hit for other in others if other.choice in question["options"]]
            found.near[head] = [[*hit[:3], [hit[3][0], ASKED], *hit[4:]] if hit in about else hit for hit in near]
            choice = self.planner.decisions.answer(question)
            if choice in by_row:
                found.joins.append([by_row[choice], members[0].sequence])
                continue
            found.asked[members[0].sequence] = question, choice
            for other in others:
                if other.choice == choice:
                    found.meant[members[0].sequence] = [[*other.hit[:3], [*other.hit[3], MEANT], *other.hit[4:]]]
        return found

    def meet(self, lines: Sequence[Line], headers: Sequence[str]) -> None:
        """Meet what was decided about *lines* before answers tied them together: it was about something that is there."""
        joined = exact_clusters([*lines], self.planner.ladder, self.shared_limit)
        for cluster in joined.clusters:
            members = [lines[index] for index in cluster]
            if len(members) > 1 or members[0].hits:
                self.planner.settle(members, headers)

    def _document(self, members: Sequence[Line]) -> dict[str, Any]:
        values = members[0].values if len(members) == 1 else self.planner.joiner.join(members).values
        return document_of(self.planner.fields, values)

    def _clients(self, draft: Drafted, heads: Heads, wanted: AbstractSet[int]) -> dict[int, list[Line]]:
        """Each *wanted* record -> the records of its client, by exact keys."""
        found: dict[int, list[Line]] = _Alone(draft)
        for records in heads.values():
            if any(record in wanted for record in records):
                for members in self.together(draft, records):
                    found.update((line.sequence, members) for line in members if line.sequence in wanted)
        return found

    def together(self, draft: Drafted, records: Sequence[int]) -> Iterator[list[Line]]:
        """The clients among nominated *records*, each as its records; none of those that nobody can be told by."""
        lines = [draft.line(record) for record in records]
        joined = exact_clusters(lines, self.planner.ladder, self.shared_limit)
        for cluster in joined.clusters:
            if cluster[0] not in joined.nobody:
                yield [lines[index] for index in cluster]


def decided_fields(interpreter: Interpreter, given: Mapping[str, str]) -> set[str]:
    """The fields of columns that can be read in two ways, and about which a decision is *given*."""
    entries = [interpreter.entries[index] for index in interpreter.formats if interpreter.entries[index].columns]
    return {entry.field.name for entry in entries if f"{COLUMN}{interpreter.raw_headers[entry.columns[0]]}" in given}


_WITHOUT_CLIENT = ("create:new", "conflict:column-format", "conflict:choose", "skip:decision")
"""What a record is, judged alone, that no stored client need be."""


class _Alone(dict[int, list[Line]]):
    """Records by number; one that stands alone is read when it is asked for."""

    def __init__(self, draft: Drafted) -> None:
        super().__init__()
        self._draft = draft

    def __missing__(self, record: int) -> list[Line]:
        self[record] = [self._draft.line(record)]
        return self[record]


class _Candidates:
    """The clients of a draft that no key ties to the store, each with its first record, in order.

    Attributes:
        some: Whether there was one so far.
    """

    def __init__(self, nearing: Nearing, draft: Drafted, heads: Heads, doubtful: AbstractSet[str]) -> None:
        self._draft = draft
        fields = [(name, slot) for slot, name in enumerate(nearing.planner.fields) if name not in doubtful]
        self._slots = [(name, slot) for name, slot in fields if name in COMPARED]
        self._batch = nearing.batch
        self._joined: dict[int, Sequence[Any]] = {}
        self._follow: set[int] = set()
        self.some = False
        for records in heads.values():
            self._follow.update(records)
            for members in nearing.together(draft, records):
                if not any(line.hits or line.disposition == "invalid" for line in members):
                    values = members[0].values if len(members) == 1 else nearing.planner.joiner.join(members).values
                    self._joined[members[0].sequence] = values

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for start in range(0, len(self._draft.spool), self._batch):
            page = self._draft.spool.page(start, start + self._batch).rstrip(b"\n").replace(b"\n", b",")
            for line in map(Line._make, decode(b"[" + page + b"]")):
                if line.sequence in self._follow:
                    if (values := self._joined.get(line.sequence)) is None:
                        continue
                elif line.hits or line.disposition == "invalid":
                    continue
                else:
                    values = line.values
                self.some = True
                yield line.sequence, self._compared(values)

    def document(self, record: int) -> dict[str, Any]:
        """What is compared of the client that begins with *record*."""
        return self._compared(self._joined.get(record) or self._draft.line(record).values)

    def _compared(self, values: Sequence[Any]) -> dict[str, Any]:
        return {name: value for name, slot in self._slots if (value := values[slot]) is not None}
