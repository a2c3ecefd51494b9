"""What becomes of each record: drafted one by one, settled together where records turn out to be one client."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from clientimport.core.canonical import encode_each
from clientimport.core.choosing import Choosable, Choosing
from clientimport.core.decisions import CHOOSE
from clientimport.core.interpretation import Interpreted
from clientimport.core.joining import Balance, Joined, Joiner, united_hits
from clientimport.core.locking import Locks
from clientimport.core.matching import Ladder, client_order
from clientimport.core.merging import SURVIVORSHIP, Change, Merge, decided, merge, news
from clientimport.core.naming import Naming
from clientimport.core.near.nearness import NEAR, NEAR_MATCH, TOLD_APART, about_stored
from clientimport.core.openings import Openings, OpeningSlots, Refusal, ToPost
from clientimport.core.plan import MERGED, VERDICT, Line, present_balance, verdict_balance, verdict_client
from clientimport.core.policy import Policy
from clientimport.core.profile import Profile
from clientimport.core.questions import Question, Questions
from clientimport.core.schema import Schema
from clientimport.core.tally import Tally
from clientimport.core.verdicts import (
    GOES_IN,
    INVALID,
    NEW,
    NOT_ADDED,
    REFUSED,
    STANDS,
    UNJUDGED,
    Verdict,
    in_question,
    left_out,
)


class Planner:
    """Judges records. Pure: the same records, hits and policy always give the same lines.

    Args:
        fields: The fields that are fed, in order.
        profile, schema, policy, openings: The rules.
        columns: Field -> index of the raw column that feeds it, to say where a balance was refused.
        derived: Fields whose values follow from others.
        choose: What every new client needs before it is added.

    Attributes:
        columns: As given.

    Raises:
        SettingsError: something was chosen that is not offered.
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
        choose: Sequence[Choosable] = (),
    ) -> None:
        self.openings = openings
        self.columns = columns
        self.fields = tuple(fields)
        self.ladder = Ladder(profile, schema, fields)
        self.policy = policy
        self._exclusive = frozenset(rung.scheme for rung in profile.ladder if rung.exclusive)
        self._scheme = {name: schema[name].scheme for name in fields}
        self.joiner = Joiner(fields, schema)
        self.questions = Questions(self.fields, self.ladder, self.joiner)
        slots = [(index, name) for index, name in enumerate(fields) if schema[name].stored]
        self._client_slots = tuple(index for index, _ in slots)
        self.client_fields = tuple(name for _, name in slots)
        # what follows from other fields is no column's word: it fills a blank and replaces nothing
        self._policies = tuple(
            Merge.FILL_BLANK if name in derived and policy.merge.of(name) is not Merge.KEEP else policy.merge.of(name)
            for name in self.client_fields
        )
        updates = policy.mode != "create_only" and policy.update_existing
        self.compares = updates and not {Merge.ASK, *SURVIVORSHIP}.isdisjoint(self._policies)
        self.decisions = policy.decisions
        self.choosing = Choosing(choose, self.fields, self.decisions, self.questions.record_id)
        self.opening_slots = self._opening = OpeningSlots(self.fields)
        self.lifecycle = profile.lifecycle
        self.locks = Locks(profile, self.client_fields, self._client_slots, columns, self.joiner.same, derived)
        signed = self._opening.itemised and openings.signed
        self._free = openings.anything_goes and not self.locks and not signed  # then a client's first balance is taken
        self.naming = Naming("name" in derived and policy.merge.of("name") is not Merge.KEEP)
        self._locking, self._choosing, self._naming = map(bool, (self.locks, self.choosing, self.naming))

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
        posts, unposted = self._postings(read, hits) if self._opening else ({}, {})
        plain = (nothing, nothing, nothing, *alone)
        records = zip(range(first, first + len(numbers)), numbers, raws, read.values, strict=True)
        lines: list[tuple[Any, ...]] = [(*record, *plain) for record in records]
        for index, posting in posts.items():
            lines[index] = (*lines[index][:-1], posting)
        tally.verdicts(len(lines), *alone)
        out = self._alone_left_out(numbers, read, hits) if self.decisions.about_records else {}
        judged = {*read.flags, *hits, *read.pending, *unposted, *out}
        for index in range(len(lines)) if self.choosing else sorted(judged):
            values = read.values[index]
            flags = read.flags.get(index, nothing)
            found = hits.get(index, nothing)
            pending = read.pending.get(index, nothing)
            if index in read.refused:
                verdict = INVALID
            elif index in unposted:
                verdict = ("invalid", REFUSED, unposted[index], None)
            elif pending or len(found) > 1:
                line = Line(first + index, numbers[index], nothing, list(values), flags, found, pending, *UNJUDGED)
                verdict = self.settle([line], headers)[0]
            elif not found:
                verdict = (*alone[:3], posts.get(index))
            else:
                verdict = self._matched(first + index, numbers[index], values, found[0])
            if index in out and verdict[0] not in STANDS:
                verdict = out[index]
            elif self._choosing and verdict[0] == "create" and not found and not pending:
                verdict = self.choosing.judge([(values, numbers[index])], values, [verdict])[0]
            if (flag := self.refused_flag(verdict)) is not None:
                flags, verdict = [*flags, flag], INVALID
            elif self._locking:
                flags = [*flags, *self.locks.flags(values, found, verdict)]
            lines[index] = (first + index, numbers[index], raws[index], values, flags, found, pending, *verdict)
            if flags:
                tally.flags(flags)
            tally.revise(first + index, *verdict)
            if verdict[0] == "conflict":
                tally.waits(verdict, pending)
        for index, amount in enumerate(read.columns[self._opening.amount]) if self._opening else ():
            if amount is not None and (
                brought := self.brought(read.values[index], lines[index][VERDICT:], hits.get(index, nothing))
            ):
                tally.opening(first + index, *brought)
        return encode_each(lines)

    def _alone_left_out(
        self, numbers: Sequence[int], read: Interpreted, hits: Mapping[int, list[list[Any]]]
    ) -> dict[int, Verdict]:
        """Row index -> the verdict on those that were left out, of the rows that point at one stored client or none."""
        found: dict[int, Verdict] = {}
        for index, (row, values) in enumerate(zip(numbers, read.values, strict=True)):
            own = hits.get(index, ())
            if index in read.refused:
                self.decisions.meet([self.questions.record_id(values, row)])
                continue
            if len(own) > 1 or index in read.pending:
                continue
            id_ = self.questions.record_id(values, row)
            if self.decisions.leaves_out([id_], new=not own):
                self.choosing.meet([id_])
                found[index] = ("skip", "decision", [None, own[0][0] if own else None, None], None)
        return found

    def _postings(self, read: Interpreted, hits: Mapping[int, Any]) -> tuple[dict[int, ToPost], dict[int, Refusal]]:
        """Row index -> what is to be posted, and why it cannot be, for the rows that point at no stored client."""
        posts: dict[int, ToPost] = {}
        unposted: dict[int, Refusal] = {}
        if self._without_match() is not NEW:
            return posts, unposted
        slots, rules, free = self._opening, self.openings, self._free
        for index, amount in enumerate(read.columns[slots.amount]):
            if amount is None or index in hits or index in read.refused or index in read.pending:
                continue
            given = slots.given(read.values[index])
            assert given is not None
            if not free and (refusal := rules.refusal(given, None)) is not None:
                unposted[index] = refusal
            elif (posting := rules.posting(given, None)) is not None:
                posts[index] = posting
        return posts, unposted

    def _without_match(self) -> Verdict:
        return NOT_ADDED if self.policy.mode == "update_only" else NEW

    def _matched(self, sequence: int, row: int, values: Sequence[Any], hit: Sequence[Any]) -> Verdict:
        """One record, one stored client: the same as ``settle`` would say, without the ceremony."""
        held = self._held_back(hit[0])
        if held is not None:
            return held
        document = hit[2]
        mine = [values[slot] for slot in self._client_slots]
        if self._locking:
            mine = self.locks.opened(document, mine)
        said = self.ladder.said(hit, values)
        changes, asked = merge(self.client_fields, mine, self._policies, document, self.joiner.same, *said)
        if asked or (hit[4] and self._opening.given(values) is not None):
            line = Line(sequence, row, [], list(values), [], [list(hit)], [], *UNJUDGED)
            return self.settle([line], ())[0]
        posting: ToPost | None = None
        if (given := self._opening.given(values)) is not None:
            refusal = None if self._free else self.locks.refusal(self.openings, given, None, hit)
            if refusal is not None:
                return ("invalid", REFUSED, refusal, None)
            posting = self.openings.posting(given, None)
        if self.decisions.about_fields or self._naming:
            own, bulk = self.decisions.of_fields(hit[0], self.client_fields, mine, document)
            changes = self._chosen(mine, document, changes, {**bulk, **own})
        return self._written(hit, [[*change, row] for change in changes], None, posting, mine)

    def _written(
        self,
        hit: Sequence[Any],
        changes: list[Any],
        merged: list[Any] | None,
        posting: ToPost | None,
        values: Sequence[Any],
        brings: bool = False,
    ) -> Verdict:
        """The verdict on a record of a stored client, from what it changes, posts and says; *values* are the client's.

        *brings* says that something is posted, if only with a record that is merged into it.
        """
        said = news(self.client_fields, values, hit[2], hit[5], changes)
        if not (changes or posting or brings):
            return ("unchanged", "no-change", [hit[0], hit[1], merged, said], None)
        return ("update", "matched" if changes else "opening", [hit[0], hit[1], changes, merged, said], posting)

    def _held_back(self, client: str | None) -> Verdict | None:
        """The verdict on a matched record where this plan updates nobody."""
        if self.policy.mode == "create_only":
            return ("skip", "mode-create-only", [None, client, None], None)
        if not self.policy.update_existing:
            return ("skip", "option-update-existing", [None, client, None], None)
        return None

    # -------------------------------------------------------------------------------------------- together

    def settle(
        self, members: Sequence[Line], headers: Sequence[str], near: tuple[Question, str | None] | None = None
    ) -> list[Verdict]:
        """The verdicts on records that share keys, in their order; also on a single one that is not simple.

        One client if nothing in the records contradicts and they point at one stored client at most; else one conflict;
        unless it was decided to leave that client out. *near* is the question whether they are a client that no key proves,
        and its answer.
        """
        hits = united_hits(members)
        verdicts = self._judge(members, hits, headers, near)
        if not self.decisions.about_records:
            return verdicts
        ids = [self.questions.record_id(line.values, line.row) for line in members]
        if verdicts[0][0] in STANDS:  # the records are there, though a decision about them makes no difference
            self.decisions.meet(ids)
            return verdicts
        # while it is asked about stored clients it may be one of them
        open_ = near is not None and verdicts[0][1] == NEAR_MATCH and about_stored(near[0])
        if not self.decisions.leaves_out(
            ids, new=not (hits or open_) or verdicts[0][0] == "create" or verdicts[0][1] == CHOOSE
        ):
            return verdicts
        self.choosing.meet(ids)
        return left_out(members, next(iter(hits)) if len(hits) == 1 else verdict_client(verdicts[0]))

    def _judge(
        self,
        members: Sequence[Line],
        hits: dict[str, list[Any]],
        headers: Sequence[str],
        near: tuple[Question, str | None] | None,
    ) -> list[Verdict]:
        held = self._held_back(next(iter(hits)) if len(hits) == 1 else None) if hits else None
        if held is not None or (not hits and self._without_match() is not NEW):
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
        joined = self.joiner.join(members)
        if joined.contradictions:
            question = self.questions.contradiction(members, joined)
            choice = self._choice(question)
            if choice is None:
                return in_question(question, members)
            if choice == "skip":
                return left_out(members)
            joined = self.joiner.join(members, next(line for line in members if choice == f"row:{line.row}"))
        hit = next(iter(hits.values()), None)
        if near is None or hit is not None:
            return self._one_client(members, joined, hit, blocked)
        if near[1] is None:
            return in_question({**near[0], "sequences": [line.sequence for line in members]}, members)
        if near[1] == "skip":
            return left_out(members)
        verdicts = self._one_client(members, joined, None, blocked)
        if verdicts[0][0] == "create":
            verdicts[0] = ("create", TOLD_APART, *verdicts[0][2:])
        return verdicts

    def _two_clients(
        self, members: Sequence[Line], hits: dict[str, list[Any]]
    ) -> tuple[list[Verdict], dict[str, list[Any]], frozenset[str]]:
        """Ask which of several stored clients is meant, or follow the answer."""
        clients = sorted(hits, key=client_order)
        params = {
            "clients": {name: hits[name][3] for name in clients},
            "names": {name: hits[name][2].get("name", "") for name in clients},
        }
        question = self.questions.ask("two-clients", members, (), params)
        proven = {scheme for hit in hits.values() for scheme in hit[3]} & self._exclusive
        question["options"] = [*(f"client:{name}" for name in clients), *([] if proven else ["new"]), "skip"]
        choice = self._choice(question)
        if choice is None:
            return in_question(question, members), hits, frozenset()
        if choice == "skip":
            return left_out(members), hits, frozenset()
        if choice == "new":
            return [], {}, frozenset()
        chosen = choice.removeprefix("client:")
        # what belongs to the others stays theirs: an e-mail of client B is not written on client A
        foreign = {scheme for name, hit in hits.items() if name != chosen for scheme in hit[3]}
        blocked = frozenset(name for name, scheme in self._scheme.items() if scheme in foreign)
        return [], {chosen: hits[chosen]}, blocked

    def _one_client(
        self, members: Sequence[Line], joined: Joined, hit: Sequence[Any] | None, blocked: frozenset[str]
    ) -> list[Verdict]:
        merged = joined.values
        merged_values = None if merged == list(members[0].values) else merged
        verdicts, postings = self._judge_openings(members, joined.balances, hit)
        if verdicts:
            return verdicts
        posting = postings.get(0)
        rest = self._merged(members, joined.balances[1:], postings, hit)
        if hit is None:
            verdicts = [("create", "new", merged_values, posting), *rest]
            if not self.choosing:
                return verdicts
            head = members[0].sequence if rest else None
            return self.choosing.judge([(line.values, line.row) for line in members], merged, verdicts, head)
        values = [
            None if name in blocked else merged[slot]
            for slot, name in zip(self._client_slots, self.client_fields, strict=True)
        ]
        if self.locks:
            values = self.locks.opened(hit[2], values)
        told = blocked or NEAR in hit[3]  # a person said that it is this client
        said = hit[5:7] if told else self.ladder.said(hit, merged)
        changes, asked = merge(self.client_fields, values, self._policies, hit[2], self.joiner.same, *said)
        own: dict[str, str] = {}
        bulk: dict[str, str] = {}
        if self.decisions.about_fields:
            own, bulk = self.decisions.of_fields(hit[0], self.client_fields, values, hit[2])
        if asked:
            # under one id, whatever was decided about single fields of it
            question = self.questions.fields_differ(members, asked, hit, merged)
            choice = self._choice(question)
            open_ = [name for name in asked if name not in own and name not in bulk]
            if choice is None and open_:
                return in_question(
                    {**self.questions.fields_differ(members, open_, hit, merged), "id": question["id"]}, members
                )
            if choice == "skip":
                return left_out(members, hit[0])
            if choice is not None:  # it was seen when the answer was given: what holds for all clients does not
                chosen = asked if choice == "overwrite" else choice.removeprefix("overwrite:").split(",")
                bulk |= {name: "overwrite" if name in chosen else "keep" for name in asked}
        changes = self._chosen(values, hit[2], changes, {**bulk, **own})
        origin = dict(zip(self.fields, joined.origins, strict=True))
        placed = [[*change, origin[change[0]]] for change in changes]
        brings = any(each is not None for each in postings.values())
        return [self._written(hit, placed, merged_values, posting, values, brings), *rest]

    def _chosen(
        self, values: Sequence[Any], stored: Mapping[str, Any], changes: list[Change], choices: Mapping[str, str]
    ) -> list[Change]:
        """*changes* of one client, with what was decided about single fields, and its name if that follows from them."""
        if choices:
            changes = decided(self.client_fields, values, stored, changes, choices)
        return self.naming.after(changes, stored, self.lifecycle.editable(stored), choices) if self.naming else changes

    def _merged(
        self,
        members: Sequence[Line],
        balances: Sequence[Balance],
        postings: Mapping[int, ToPost | None],
        hit: Sequence[Any] | None,
    ) -> list[Verdict]:
        """The verdicts on all records but the first: merged into it, *balances* with the records that carry them.

        A record whose amount is part of such a balance names the one that carries it, for there its money is.
        """
        head = members[0]
        client = None if hit is None else hit[0]
        rows = {each.given.currency: members[each.carrier].row for each in balances}
        verdicts: list[Verdict] = []
        for line in members[1:]:
            own = self._opening.currency_given(line.values)
            row = head.row if own is None else rows.get(own, head.row)
            verdicts.append(("skip", MERGED, [row, client, head.sequence], None))
        for given, carrier in balances:
            carried = [given.currency, given.amount]
            verdicts[carrier - 1] = ("skip", MERGED, [head.row, client, head.sequence, carried], postings[carrier])
        return verdicts

    def _judge_openings(
        self, members: Sequence[Line], balances: Sequence[Balance], hit: Sequence[Any] | None
    ) -> tuple[list[Verdict], dict[int, ToPost | None]]:
        """The verdicts where a balance is refused or asked about, else none and what is to be posted, by carrier."""
        live = {} if hit is None else hit[4]
        for given, _ in balances:
            stored = live.get(given.currency)
            if self._free and stored is None and len(given.items) < 2:
                continue
            refusal = self.locks.refusal(self.openings, given, stored, hit)
            if refusal is not None:
                return [("invalid", REFUSED, refusal, None)] * len(members), {}
        postings: dict[int, ToPost | None] = {}
        for given, carrier in balances:
            choice: str | None = None
            stored = live.get(given.currency)
            options = self.openings.asks(given, stored)
            if options and hit is not None:
                question = self.questions.other_balance(members, given, hit)
                question["row"] = members[carrier].row
                question["options"] = [*options, "skip"]
                choice = self._choice(question)
                if choice is None:
                    return in_question(question, members), {}
                if choice == "skip":
                    return left_out(members, hit[0]), {}
            postings[carrier] = self.openings.posting(given, stored, choice)
        return [], postings

    def brought(
        self, values: Sequence[Any], verdict: Sequence[Any], hits: Sequence[Sequence[Any]]
    ) -> tuple[str, str, bool] | None:
        """(currency, amount) that a record brings into the books, and whether it is to be posted.

        ``None`` if it gives no balance, does not go in, or another balance of its client stays.

        *verdict* is what becomes of it, *hits* the stored clients that it points at.
        """
        if verdict[0] not in GOES_IN and verdict[1] != MERGED:
            return None
        balance, posted = self.balance(values, verdict), verdict[3] is not None
        if balance is None or (not posted and present_balance(verdict, balance, hits, self.openings.digest)):
            return None
        return *balance, posted

    def balance(self, values: Sequence[Any], verdict: Sequence[Any]) -> tuple[str, str] | None:
        """(currency, amount) of the balance that a record gives, with what was merged into it."""
        return verdict_balance(values, verdict, self._opening)

    def refused_flag(self, verdict: Verdict) -> list[Any] | None:
        """The finding, as ``Line.flags`` holds it, of a record whose opening balance was refused; ``None`` for others."""
        if verdict[1] != REFUSED or verdict[0] != "invalid":
            return None
        refusal: Refusal = verdict[2]
        return [refusal.code, "e", refusal.field, self.columns.get(refusal.field), dict(refusal.params)]

    def _choice(self, question: Question) -> str | None:
        """What was decided about *question*.

        Raises:
            SettingsError: the decision is none of its options.
        """
        names = self.decisions.given.get(question["id"], "").removeprefix("overwrite:").split(",")
        several = all(f"overwrite:{name}" in question["options"] for name in names)
        return self.decisions.answer(question, [f"overwrite:{','.join(names)}"] if several else ())
