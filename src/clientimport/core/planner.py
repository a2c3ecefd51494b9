"""What becomes of each record: drafted one by one, settled together where records turn out to be one client."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.canonical import encode_bytes, encode_each
from clientimport.core.interpretation import Interpreted
from clientimport.core.matching import Ladder, client_order, comparable_name, key_text
from clientimport.core.merging import Merge, MergePolicy, merge
from clientimport.core.openings import Given, Openings, OpeningSlots, Refusal, ToPost
from clientimport.core.plan import VERDICT, Line
from clientimport.core.profile import Profile
from clientimport.core.schema import Schema
from clientimport.core.tally import Tally
from clientimport.core.text import comparison_key
from clientimport.errors import SettingsError

Verdict = tuple[str, str, Any, ToPost | None]
"""(disposition, reason, detail, opening) of one record, as ``Line`` has them."""

_NEW: Verdict = ("create", "new", None, None)
INVALID: Verdict = ("invalid", "findings", None, None)
_REFUSED = "opening"
"""Reason of a record that is invalid because of its opening balance; its detail is the finding, see ``refused_flag``."""

_UNJUDGED = ("", "", None, None)


@attrs.frozen(kw_only=True)
class Policy:
    """What the host chose for one plan.

    Attributes:
        mode: ``upsert``, ``create_only`` or ``update_only``.
        update_existing: Whether matched clients may be updated at all; off reports such records as skipped.
        merge: What an update may write.
        decisions: Conflict id -> choice.
    """

    mode: str
    update_existing: bool
    merge: MergePolicy
    decisions: Mapping[str, str] = attrs.field(factory=dict)


class Planner:
    """Judges records. Pure: the same records, hits and policy always give the same lines.

    Args:
        fields: The fields that are fed, in order.
        profile, schema, policy, openings: The rules.
        columns: Field -> index of the raw column that feeds it, to say where a balance was refused.
        derived: Fields whose values follow from others.
    """

    def __init__(
        self,
        *,
        fields: Sequence[str],
        profile: Profile,
        schema: Schema,
        policy: Policy,
        openings: Openings,
        columns: Mapping[str, int],
        derived: Container[str] = (),
    ) -> None:
        self.openings = openings
        self._columns = columns
        self.fields = tuple(fields)
        self.ladder = Ladder(profile, schema, fields)
        self.policy = policy
        self._exclusive = frozenset(rung.scheme for rung in profile.ladder if rung.exclusive)
        self._scheme = {name: schema[name].scheme for name in fields}
        self._compare = {name: schema[name].compare for name in fields}
        self._many = frozenset(index for index, name in enumerate(fields) if schema[name].many)
        slots = [(index, name) for index, name in enumerate(fields) if not schema[name].opening]
        self._client_slots = tuple(index for index, _ in slots)
        self.client_fields = tuple(name for _, name in slots)
        # what follows from other fields is no column's word: it fills a blank and replaces nothing
        self._policies = tuple(
            Merge.FILL_BLANK if name in derived and policy.merge.of(name) is not Merge.KEEP else policy.merge.of(name)
            for name in self.client_fields
        )
        self.asked: set[str] = set()
        self._opening = OpeningSlots(self.fields)

    # -------------------------------------------------------------------------------------------- one by one

    def draft(
        self,
        first: int,
        numbers: Sequence[int],
        raws: Sequence[Sequence[str | None]],
        read: Interpreted,
        hits: Mapping[int, list[list[Any]]],
        headers: Sequence[str],
        tally: Tally,
    ) -> list[bytes]:
        """The lines of a batch, each judged as if its record were alone.

        Args:
            first: Sequence of the batch's first record.
            numbers: Physical rows.
            raws: Raw columns as read, ``None`` where the value says the same.
            read: The same records interpreted.
            hits: Row index -> stored clients its keys point at, as ``Hit`` lists.
            headers: Names of the raw columns.
            tally: Counts them.
        """
        nothing: list[Any] = []
        alone = self._without_match()
        posts = self._postings(read, hits) if self._opening else {}
        plain = (nothing, nothing, nothing, *alone)
        records = zip(range(first, first + len(numbers)), numbers, raws, read.values, strict=True)
        lines: list[tuple[Any, ...]] = [(*record, *plain) for record in records]
        for index, posting in posts.items():
            lines[index] = (*lines[index][:-1], posting)
        tally.verdicts(len(lines), *alone)
        for index in sorted({*read.flags, *hits, *read.pending}):
            values = read.values[index]
            flags = read.flags.get(index, nothing)
            found = hits.get(index, nothing)
            pending = read.pending.get(index, nothing)
            if index in read.refused:
                verdict = INVALID
            elif pending or len(found) > 1:
                line = Line(first + index, numbers[index], nothing, list(values), flags, found, pending, *_UNJUDGED)
                verdict = self.settle([line], headers)[0]
            elif not found:
                verdict = (*alone[:3], posts.get(index))
            else:
                verdict = self._matched(first + index, numbers[index], values, found[0])
            if (flag := self.refused_flag(verdict)) is not None:
                flags, verdict = [*flags, flag], INVALID
                read.refused.add(index)
            lines[index] = (first + index, numbers[index], raws[index], values, flags, found, pending, *verdict)
            tally.flags(flags)
            tally.revise(first + index, *verdict)
            if verdict[1] == "column-format":
                tally.wait(pending)
        for index, amount in enumerate(read.columns[self._opening.amount]) if self._opening else ():
            if amount is not None and (brought := self.brought(lines[index], hits.get(index, nothing))):
                tally.opening(first + index, *brought)
        return encode_each(lines)

    def _postings(self, read: Interpreted, hits: Mapping[int, Any]) -> dict[int, ToPost]:
        """Row index -> what is to be posted, for the rows that point at no stored client.

        Those whose balance cannot be posted are refused.
        """
        posts: dict[int, ToPost] = {}
        if self._without_match() is not _NEW:
            return posts
        slots, rules = self._opening, self.openings
        free = rules.anything_goes
        for index, amount in enumerate(read.columns[slots.amount]):
            if amount is None or index in hits or index in read.refused or index in read.pending:
                continue
            given = slots.given(read.values[index])
            assert given is not None
            if not free and (refusal := rules.refusal(given, None)) is not None:
                read.flags.setdefault(index, []).append(self._flag(refusal))
                read.refused.add(index)
            elif (posting := rules.posting(given, None)) is not None:
                posts[index] = posting
        return posts

    def _without_match(self) -> Verdict:
        return ("skip", "mode-update-only", [None, None, None], None) if self.policy.mode == "update_only" else _NEW

    def _matched(self, sequence: int, row: int, values: Sequence[Any], hit: Sequence[Any]) -> Verdict:
        """One record, one stored client: the same as ``settle`` would say, without the ceremony."""
        held = self._held_back(hit[0])
        if held is not None:
            return held
        document = hit[2]
        changes, asked = merge(
            self.client_fields, [values[slot] for slot in self._client_slots], self._policies, document, self._same
        )
        if asked or (hit[4] and self._opening.given(values) is not None):
            line = Line(sequence, row, [], list(values), [], [list(hit)], [], *_UNJUDGED)
            return self.settle([line], ())[0]
        posting: ToPost | None = None
        if (given := self._opening.given(values)) is not None:
            refusal = self.openings.refusal(given, None)
            if refusal is not None:
                return ("invalid", _REFUSED, refusal, None)
            posting = self.openings.posting(given, None)
        return self._written(hit, [[*change, row] for change in changes], None, posting)

    @staticmethod
    def _written(hit: Sequence[Any], changes: list[Any], given: list[Any] | None, posting: ToPost | None) -> Verdict:
        """The verdict on a record of a stored client, from what it changes and posts."""
        if not changes and posting is None:
            return ("unchanged", "no-change", [hit[0], hit[1], given], None)
        return ("update", "matched" if changes else "opening", [hit[0], hit[1], changes, given], posting)

    def _held_back(self, client: str | None) -> Verdict | None:
        """The verdict on a matched record where this plan updates nobody."""
        if self.policy.mode == "create_only":
            return ("skip", "mode-create-only", [None, client, None], None)
        if not self.policy.update_existing:
            return ("skip", "option-update-existing", [None, client, None], None)
        return None

    # -------------------------------------------------------------------------------------------- together

    def settle(self, members: Sequence[Line], headers: Sequence[str]) -> list[Verdict]:
        """The verdicts on records that share keys, in their order; also on a single one that is not simple.

        One client if nothing in the records contradicts and they point at one stored client at most; else one conflict.
        """
        hits = united_hits(members)
        held = self._held_back(next(iter(hits)) if len(hits) == 1 else None) if hits else None
        if held is not None or (not hits and self._without_match() is not _NEW):
            return [held or self._without_match()] * len(members)  # no answer could change that
        waiting = next((line for line in members if line.pending), None)
        if waiting is not None:
            question_id = f"column-format:{headers[waiting.pending[0]]}"
            return [("conflict", "column-format", [question_id, None], None)] * len(members)
        blocked: frozenset[str] = frozenset()
        if len(hits) > 1:
            verdicts, hits, blocked = self._two_clients(members, hits)
            if verdicts:
                return verdicts
        merged, origins, contradictions = self._merged(members)
        ordered = members
        if contradictions:
            values = {name: [line.values[self.fields.index(name)] for line in members] for name in contradictions}
            params = {"rows": [line.row for line in members], "values": values}
            question = self._question("rows-contradict", members, contradictions, params)
            question["options"] = [*(f"row:{line.row}" for line in self._choosable(members, contradictions)), "skip"]
            choice = self._choice(question)
            if choice is None:
                return self._conflict(question, members)
            if choice == "skip":
                return self._left_out(members)
            leader = next(line for line in members if choice == f"row:{line.row}")
            ordered = [leader, *(line for line in members if line is not leader)]
            merged, origins, _ = self._merged(ordered)
        given = self._given(ordered, merged)
        return self._one_client(members, merged, given, origins, next(iter(hits.values()), None), blocked)

    def _choosable(self, members: Sequence[Line], contradictions: Sequence[str]) -> list[Line]:
        """The records that may be said to hold: those that say something about what is in dispute."""
        if self._opening.itemised and {"opening_balance", "opening_currency"} & set(contradictions):
            found = self._opening.choosable([line.values for line in members], contradictions)
            return [members[index] for index in found]
        slots = [self.fields.index(name) for name in contradictions]
        said = [[line.values[slot] is not None for slot in slots] for line in members]
        whole = [line for line, given in zip(members, said, strict=True) if all(given)]
        return whole or [line for line, given in zip(members, said, strict=True) if any(given)]

    def _two_clients(
        self, members: Sequence[Line], hits: dict[str, list[Any]]
    ) -> tuple[list[Verdict], dict[str, list[Any]], frozenset[str]]:
        """Ask which of several stored clients is meant, or follow the answer."""
        clients = sorted(hits, key=client_order)
        params = {
            "clients": {name: hits[name][3] for name in clients},
            "names": {name: hits[name][2].get("name", "") for name in clients},
        }
        question = self._question("two-clients", members, (), params)
        proven = {scheme for hit in hits.values() for scheme in hit[3]} & self._exclusive
        question["options"] = [*(f"client:{name}" for name in clients), *([] if proven else ["new"]), "skip"]
        choice = self._choice(question)
        if choice is None:
            return self._conflict(question, members), hits, frozenset()
        if choice == "skip":
            return self._left_out(members), hits, frozenset()
        if choice == "new":
            return [], {}, frozenset()
        chosen = choice.removeprefix("client:")
        # what belongs to the others stays theirs: an e-mail of client B is not written on client A
        foreign = {scheme for name, hit in hits.items() if name != chosen for scheme in hit[3]}
        blocked = frozenset(name for name, scheme in self._scheme.items() if scheme in foreign)
        return [], {chosen: hits[chosen]}, blocked

    def _merged(self, members: Sequence[Line]) -> tuple[list[Any], list[int], list[str]]:
        """The members' values as one record, the row each came from, and the fields in which they contradict.

        Blank cells are filled from later records; of two spellings of one text the first stands; lists add up.
        """
        merged: list[Any] = []
        origins: list[int] = []
        contradictions: list[str] = []
        for slot, name in enumerate(self.fields):
            value: Any = None
            origin = members[0].row
            for line in members:
                other = line.values[slot]
                if other is None or other == value:
                    continue
                if value is None:
                    value, origin = other, line.row
                elif slot in self._many:
                    value = list(dict.fromkeys((*value, *other)))
                elif self._opening.adds_up(slot):
                    continue
                elif not self._same(name, value, other) and name not in contradictions:
                    contradictions.append(name)
            merged.append(value)
            origins.append(origin)
        opening = self._opening
        if opening.itemised and "opening_currency" not in contradictions:
            merged[opening.amount], _, differ = opening.together([line.values for line in members])
            if differ:
                contradictions.append("opening_balance")
        if opening and merged[opening.amount] is None:
            merged[opening.currency] = None
        elif opening.date is not None and not opening.itemised:  # the day goes with the amount
            alike = [line.values for line in members if line.values[opening.amount] in {None, merged[opening.amount]}]
            merged[opening.date] = next((day for values in alike if (day := values[opening.date])), None)
        return merged, origins, contradictions

    def _one_client(
        self,
        members: Sequence[Line],
        merged: list[Any],
        given: Given | None,
        origins: list[int],
        hit: Sequence[Any] | None,
        blocked: frozenset[str],
    ) -> list[Verdict]:
        head, *others = members
        merged_values = None if merged == list(head.values) else merged
        posting: ToPost | None = None
        if given is not None:
            verdicts, posting = self._judge_opening(members, given, hit)
            if verdicts:
                return verdicts
        rest: list[Verdict] = [
            ("skip", "merged", [head.row, hit and hit[0], head.sequence], None) for _ in range(len(others))
        ]
        if hit is None:
            return [("create", "new", merged_values, posting), *rest]
        values = [
            None if name in blocked else merged[slot]
            for slot, name in zip(self._client_slots, self.client_fields, strict=True)
        ]
        changes, asked = merge(self.client_fields, values, self._policies, hit[2], self._same)
        if asked:
            stored = {name: hit[2].get(name) for name in asked}
            wanted = {name: merged[self.fields.index(name)] for name in asked}
            question = self._question(
                "fields-differ", members, asked, {"client": hit[0], "stored": stored, "given": wanted}
            )
            question["options"] = [
                "keep",
                "overwrite",
                *(f"overwrite:{name}" for name in asked if len(asked) > 1),
                "skip",
            ]
            choice = self._choice(question)
            if choice is None:
                return self._conflict(question, members)
            if choice == "skip":
                return self._left_out(members, hit[0])
            chosen = asked if choice == "overwrite" else choice.removeprefix("overwrite:").split(",")
            changes += [(name, stored[name], wanted[name], "decision") for name in asked if name in chosen]
        origin = dict(zip(self.fields, origins, strict=True))
        placed = [[*change, origin[change[0]]] for change in changes]
        return [self._written(hit, placed, merged_values, posting), *rest]

    def _given(self, members: Sequence[Line], merged: list[Any]) -> Given | None:
        """The balance that records of one client give together."""
        given = self._opening.given(merged)
        if given is None or not self._opening.itemised:
            return given
        _, items, _ = self._opening.together([line.values for line in members])
        return given._replace(items=items)

    def _judge_opening(
        self, members: Sequence[Line], given: Given, hit: Sequence[Any] | None
    ) -> tuple[list[Verdict], ToPost | None]:
        """The verdicts where a balance is refused or asked about, else none and what is to be posted."""
        stored = None if hit is None else hit[4].get(given.currency)
        refusal = self.openings.refusal(given, stored)
        if refusal is not None:
            return [("invalid", _REFUSED, refusal, None)] * len(members), None
        choice: str | None = None
        options = self.openings.asks(given, stored)
        if options and hit is not None and stored is not None:
            params = {
                "client": hit[0],
                "currency": given.currency,
                "stored": stored[1],
                "stored_date": stored[2],
                "given": given.amount,
                "given_date": given.date,
            }
            question = self._question("opening-differs", members, ("opening_balance",), params)
            question["options"] = [*options, "skip"]
            choice = self._choice(question)
            if choice is None:
                return self._conflict(question, members), None
            if choice == "skip":
                return self._left_out(members, hit[0]), None
        return [], self.openings.posting(given, stored, choice)

    def brought(
        self, line: Sequence[Any], hits: Sequence[Sequence[Any]], verdict: Verdict | None = None
    ) -> tuple[str, str, bool] | None:
        """See ``OpeningSlots.brought``; with the *verdict* that *line* gets, if it has not got it yet."""
        if not self._opening:
            return None
        judged = line if verdict is None else (*line[:VERDICT], *verdict)
        return self._opening.brought(judged, hits, self.openings.digest)

    def refused_flag(self, verdict: Verdict) -> list[Any] | None:
        """The finding, as ``Line.flags`` holds it, of a record whose opening balance was refused; ``None`` for others."""
        return self._flag(verdict[2]) if verdict[1] == _REFUSED and verdict[0] == "invalid" else None

    def _flag(self, refusal: Refusal) -> list[Any]:
        return [refusal.code, "e", refusal.field, self._columns.get(refusal.field), dict(refusal.params)]

    def _same(self, field: str, old: Any, new: Any) -> bool:
        """Whether two values of *field* mean the same to a person; a list is the same if it brings nothing new."""
        if isinstance(old, list) and isinstance(new, list):
            return set(new) <= set(old)
        if not isinstance(old, str) or not isinstance(new, str):
            return bool(old == new)
        compare = self._compare[field]
        if compare == "name":
            return comparable_name(old) == comparable_name(new)
        if compare == "words":
            key = comparison_key(old)
            return bool(key) and key == comparison_key(new)
        scheme = self._scheme[field]
        return old == new if scheme is None else key_text(scheme, old) == key_text(scheme, new)

    def _choice(self, question: dict[str, Any]) -> str | None:
        """What was decided about *question*.

        Raises:
            SettingsError: the decision is none of its options.
        """
        self.asked.add(question["id"])
        choice = self.policy.decisions.get(question["id"])
        if choice is None or choice in question["options"]:
            return choice
        kind, _, names = choice.partition(":")
        if (
            kind == "overwrite"
            and names
            and all(f"overwrite:{name}" in question["options"] for name in names.split(","))
        ):
            return choice
        raise SettingsError(f"decision for {question['id']}", choice, allowed=question["options"])

    def _question(
        self, kind: str, members: Sequence[Line], fields: Sequence[str], params: dict[str, Any]
    ) -> dict[str, Any]:
        rows = [line.row for line in members]
        # an answer holds for what was asked: other values in the same rows, or a client changed since, are another question
        said = [
            [
                self.ladder.name(line.values),
                self.ladder.keys(line.values),
                [line.values[self.fields.index(name)] for name in fields],
            ]
            for line in members
        ]
        about = encode_bytes([kind, rows, list(fields), said, params])
        return {
            "id": f"{kind}:{hashlib.sha256(about).hexdigest()[:12]}",
            "kind": kind,
            "sequences": [line.sequence for line in members],
            "row": rows[0],
            "fields": list(fields),
            "params": params,
            "options": [],
        }

    def _conflict(self, question: dict[str, Any], members: Sequence[Line]) -> list[Verdict]:
        first: Verdict = ("conflict", question["kind"], [question["id"], question], None)
        return [first, *([("conflict", question["kind"], [question["id"], None], None)] * (len(members) - 1))]

    @staticmethod
    def _left_out(members: Sequence[Line], client: str | None = None) -> list[Verdict]:
        return [("skip", "decision", [None, client, None], None)] * len(members)


def united_hits(members: Sequence[Line]) -> dict[str, list[Any]]:
    """Every stored client the members' keys point at, with all schemes that say so."""
    hits: dict[str, list[Any]] = {}
    for line in members:
        for hit in line.hits:
            seen = hits.get(hit[0])
            if seen is None:
                hits[hit[0]] = [hit[0], hit[1], hit[2], list(hit[3]), hit[4]]
            else:
                seen[3].extend(scheme for scheme in hit[3] if scheme not in seen[3])
    return hits
