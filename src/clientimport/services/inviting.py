"""Queue invitations, look at them, send them once, call them off.

A message is claimed (``sending``, committed), handed over, and recorded. Whoever dies in between leaves it ``sending``; the next
one who sends calls it ``unknown``, and it goes again only if somebody names it. So none is delivered twice unasked, whatever
crashes and however many send at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from clientimport.core.canonical import decode
from clientimport.core.invitations import (
    LIVE,
    BlankValueError,
    Invitation,
    Message,
    NewInvitation,
    Templates,
    hindrance,
)
from clientimport.core.receipt import Kept
from clientimport.errors import SettingsError
from clientimport.ports import (
    MessageDeferredError,
    MessageRefusedError,
    OperationRow,
    Sender,
    SenderUnavailableError,
    Store,
    UnitOfWork,
)

PAGE = 500
BROKE_OFF = "broke-off"
"""Kind of error of a message that may or may not have gone."""

_ID = "the id of an invitation, as clientimport invite list shows it"


@attrs.frozen(kw_only=True)
class Draft:
    """A message that would go now.

    Attributes:
        id: Of the invitation; empty for a client that has none queued.
        client, template: Whose, and which.
        message: As it goes.
    """

    id: str
    client: str
    template: str
    message: Message

    def to_dict(self) -> dict[str, object]:
        """``id``, ``client``, ``template``, ``language``, ``to``, ``subject``, ``body``."""
        return {
            "id": self.id,
            "client": self.client,
            "template": self.template,
            "language": self.message.language,
            "to": self.message.to,
            "subject": self.message.subject,
            "body": self.message.body,
        }


@attrs.frozen(kw_only=True)
class Without:
    """A client that gets no message now.

    Attributes:
        client: Whose.
        reason: ``gone`` (removed), ``inactive``, ``no-email``, ``invited`` (has a message of this template that is queued,
            sent or perhaps sent), ``invited-before`` (its address got it for a client that was removed since), ``embargo`` (not before its day), ``blank-value`` or ``unknown``.
        id: Of the invitation; empty if it has none.
        detail: The day of an embargo, or the placeholder that has no value; else empty.
    """

    client: str
    reason: str
    id: str = ""
    detail: str = ""

    def to_dict(self) -> dict[str, object]:
        """``client``, ``reason``, ``id``, ``detail``."""
        return attrs.asdict(self)


@attrs.frozen(kw_only=True)
class Preview:
    """What would go now.

    Attributes:
        messages: Every message, in the order of the queue.
        without: Who gets none, and why.
    """

    messages: tuple[Draft, ...]
    without: tuple[Without, ...]

    def to_dict(self) -> dict[str, object]:
        """``messages`` and ``without``."""
        return {
            "messages": [each.to_dict() for each in self.messages],
            "without": [each.to_dict() for each in self.without],
        }


@attrs.frozen(kw_only=True)
class Queueing:
    """What queueing by hand did.

    Attributes:
        queued: The new invitations.
        refused: Clients that were not queued, and why.
    """

    queued: tuple[Invitation, ...]
    refused: tuple[Without, ...]

    def to_dict(self) -> dict[str, object]:
        """``queued`` and ``refused``."""
        return {
            "queued": [each.to_dict() for each in self.queued],
            "refused": [each.to_dict() for each in self.refused],
        }


@attrs.frozen(kw_only=True)
class Sending:
    """What one act of sending did.

    Attributes:
        sent, failed, deferred: Messages that were accepted; that never will be; that the server put off and that are queued again.
        unknown: Messages of which nobody knows whether they went: of this act, and of earlier ones that died.
        left: How many are still queued.
        without: Queued ones that cannot go now, and why.
        stopped: Why it stopped before its end; empty if it did not.
    """

    sent: tuple[Invitation, ...]
    failed: tuple[Invitation, ...]
    deferred: tuple[Invitation, ...]
    unknown: tuple[Invitation, ...]
    left: int
    without: tuple[Without, ...]
    stopped: str

    def to_dict(self) -> dict[str, object]:
        """Every attribute by its name."""
        parts = ("sent", "failed", "deferred", "unknown", "without")
        lists = {name: [each.to_dict() for each in getattr(self, name)] for name in parts}
        return {**lists, "left": self.left, "stopped": self.stopped}


@attrs.frozen(kw_only=True)
class Inviting:
    """The outbox of one store.

    Attributes:
        store: Where.
        actor: Name for the log.
        now: The time as ISO text.
        today: The day as ISO text.
    """

    store: Store
    actor: str
    now: Callable[[], str]
    today: Callable[[], str]

    def queue(self, clients: Sequence[str], template: str, *, language: str = "", not_before: str = "") -> Queueing:
        """Queue a message for each of *clients* that can get one and has none."""
        at = self.now()
        with self.store.writing() as work:
            wanted = list(dict.fromkeys(clients))
            rows, refused = [], []
            for client, document, before in _looked_up(work, wanted):
                why = "invited" if _live(before, template) else hindrance(document)
                if why:
                    refused.append(Without(client=client, reason=why))
                else:
                    rows.append(NewInvitation(client, template, language, "", not_before, at))
            ids = work.outbox.queue(rows)
            if ids:
                summary = {"template": template, "count": len(ids)}
                work.activity.append(at, self.actor, "invitations-queued", None, summary)
            found = work.outbox.get(ids)
            return Queueing(queued=tuple(found[each] for each in ids), refused=tuple(refused))

    def cancel(self, ids: Sequence[str] | None) -> list[str]:
        """Call off queued and failed messages, all of *ids* or none; ``None``: whatever is queued. The ids called off.

        Raises:
            SettingsError: there is no such message, or it is sent or perhaps sent.
        """
        at = self.now()
        with self.store.writing() as work:
            if ids is None:
                rows = [row for page in work.outbox.rows(("queued",)) for row in page]
            else:
                rows = [row for row in _named(work, ids) if row.state != "cancelled"]
            for row in rows:
                if row.state not in ("queued", "failed"):
                    wanted = f"an invitation that is queued or failed; this one is {row.state}"
                    raise SettingsError("invitation", row.id, wanted=wanted)
            done = work.outbox.move(rows, "cancelled", at)
            if done:
                work.activity.append(at, self.actor, "invitations-cancelled", None, {"count": len(done)})
            return done

    def rows(self, states: Sequence[str], run: str | None) -> Iterator[Invitation]:
        """The messages in *states* (all if there are none), of one run if it is named."""
        with self.store.reading() as work:
            pages = work.outbox.rows(states) if run is None else [work.outbox.of_run(run)]
            for page in pages:
                yield from (row for row in page if not states or row.state in states)

    def preview(self, templates: Templates, clients: Sequence[str], template: str, language: str) -> Preview:
        """What ``send`` would send now, and what it would for *clients* if they were queued now.

        Raises:
            SettingsError: a queued message is of a template that there is not.
        """
        drafts: list[Draft] = []
        without: list[Without] = []
        with self.store.reading() as work:
            waiting = [row for page in work.outbox.rows(("queued", "sending", "unknown")) for row in page]
            asked = set(clients)
            for some in _pages([row for row in waiting if not asked or row.client in asked]):
                for row, made in self._drafted(work, templates, some):
                    if isinstance(made, Without):
                        without.append(made)
                    else:
                        drafts.append(Draft(id=row.id, client=row.client, template=row.template, message=made))
            shown = {row.client for row in waiting if row.template == template}
            for client, document, before in _looked_up(work, list(dict.fromkeys(clients))):
                if client in shown:
                    continue
                row = Invitation("", client, template, language, "queued", "", "", 0, "", "", "")
                would: Message | Without = Without(client=client, reason="invited")
                if not _live(before, template):
                    would = self._message(work, templates, row, document)
                if isinstance(would, Without):
                    without.append(would)
                else:
                    drafts.append(Draft(id="", client=client, template=template, message=would))
        return Preview(messages=tuple(drafts), without=tuple(without))

    def send(
        self,
        templates: Templates,
        sender: Sender,
        *,
        limit: int | None,
        again: Sequence[str],
        pause: Callable[[], None],
    ) -> Sending:
        """Send what is queued, oldest first, and those named by *again* before; *limit*: so many and no more.

        Raises:
            SettingsError: an id is none, is sent, cancelled or on its way, or a template is not there; nothing was sent.
            StoreError: the store failed; the message at hand, if any, becomes unknown.
        """
        chosen, without, unknown = self._prepare(templates, again)
        named = frozenset(again)
        sent: list[str] = []
        failed: list[str] = []
        deferred: list[str] = []
        stopped = ""
        tried = 0
        for row in chosen:
            if limit is not None and tried >= limit:
                break
            claimed = self._claim(templates, row, named)
            if claimed is None:
                continue
            if isinstance(claimed, Without):
                without.append(claimed)
                continue
            taken, message = claimed
            if tried:
                pause()
            tried += 1
            outcome, error, said = _handed_over(sender, message)
            with self.store.writing() as work:
                # after somebody else called it unknown, it is here known all the same
                now = work.outbox.get([row.id])[row.id]
                if now.attempts == taken.attempts and now.state in ("sending", "unknown") and outcome != now.state:
                    work.outbox.move([now], outcome, self.now(), error=error, language=message.language)
            places = {"sent": sent, "failed": failed, "unknown": unknown}
            if outcome != "queued":
                places[outcome].append(row.id)
            elif not said:
                deferred.append(row.id)
            if said:
                stopped = said
                break
        return self._told(sent, failed, deferred, unknown, without, stopped)

    def _prepare(self, templates: Templates, again: Sequence[str]) -> tuple[list[Invitation], list[Without], list[str]]:
        """What is to be tried, what cannot go, and what was on its way when somebody died."""
        at = self.now()
        without: list[Without] = []
        with self.store.writing() as work:
            named = _named(work, again)
            dying = [row for page in work.outbox.rows(("sending",)) for row in page]
            unknown = work.outbox.move(dying, "unknown", at, error=BROKE_OFF)
            named = list(work.outbox.get([row.id for row in named]).values())
            for row in named:
                if row.state in ("sent", "cancelled"):
                    wanted = f"an invitation that is queued, failed or unknown; this one is {row.state}"
                    raise SettingsError("again", row.id, wanted=wanted)
                others = work.outbox.about([row.client])[row.client]
                if row.state == "failed" and _live(others, row.template):
                    wanted = "one whose client has no other invitation of this template by now"
                    raise SettingsError("again", row.id, wanted=wanted)
            queue = [row for page in work.outbox.rows(("queued",)) for row in page]
            ids = {row.id for row in named}
            chosen = [*named, *(row for row in queue if row.id not in ids)]
            for template in dict.fromkeys(row.template for row in chosen):
                templates.known(template)
            today = self.today()
            kept = [row for row in chosen if row.not_before <= today]
            without += [_embargoed(row) for row in chosen if row.not_before > today]
        return kept, without, [each for each in unknown if each not in ids]

    def _claim(
        self, templates: Templates, row: Invitation, named: frozenset[str]
    ) -> tuple[Invitation, Message] | Without | None:
        """The message, claimed by us and by nobody else; why it cannot go; or ``None`` if somebody else has it."""
        with self.store.writing() as work:
            ((_, made),) = self._drafted(work, templates, [row], named)
            if isinstance(made, Without):
                return made
            if not work.outbox.move([row], "sending", self.now(), address=self._digest(made.to)):
                return None
            return work.outbox.get([row.id])[row.id], made

    def _drafted(
        self, work: UnitOfWork, templates: Templates, rows: Sequence[Invitation], named: frozenset[str] = frozenset()
    ) -> Iterator[tuple[Invitation, Message | Without]]:
        """What each of *rows* says now, or why it does not go; of those *named* somebody said that they may go once more."""
        stored = work.clients.fetch([row.client for row in rows])
        for row in rows:
            if row.state != "queued" and row.id not in named:
                yield row, Without(client=row.client, reason="unknown", id=row.id)
                continue
            templates.known(row.template)
            document = decode(stored[row.client].text) if row.client in stored else None
            yield row, self._message(work, templates, row, document, named)

    def _message(
        self,
        work: UnitOfWork,
        templates: Templates,
        row: Invitation,
        document: dict[str, Any] | None,
        named: frozenset[str] = frozenset(),
    ) -> Message | Without:
        if row.not_before > self.today():
            return _embargoed(row)
        why = hindrance(document)
        if why or document is None:
            return Without(client=row.client, reason=why, id=row.id)
        if row.id not in named and self._got_it(work, row, str(document["email"])):
            return Without(client=row.client, reason="invited-before", id=row.id)
        language = templates.language(row.template, row.language, str(document.get("language") or ""))
        reference = hashlib.sha256(f"{self.store.identity()}/{row.id}".encode()).hexdigest()[:32] if row.id else ""
        try:
            return templates.message(row.template, language, client=row.client, document=document, reference=reference)
        except BlankValueError as blank:
            return Without(client=row.client, reason="blank-value", id=row.id, detail=blank.args[0])

    def _got_it(self, work: UnitOfWork, row: Invitation, email: str) -> bool:
        """Whether the address got this message for a client that is not there any more; two who share one get one each."""
        gone = ("sending", "sent", "unknown")
        sent = [each for each in work.outbox.sent_to(self._digest(email)) if each.template == row.template]
        others = [each.client for each in sent if each.state in gone and each.client != row.client]
        return bool(set(others) - work.clients.fetch(others).keys())

    def _digest(self, email: str) -> str:
        """An address as the outbox keeps it: of use only beside this store."""
        return hashlib.sha256(f"{self.store.identity()}\0{email.lower()}".encode()).hexdigest()[:32]

    def _told(
        self,
        sent: list[str],
        failed: list[str],
        deferred: list[str],
        unknown: list[str],
        without: list[Without],
        stopped: str,
    ) -> Sending:
        """The outcome, with a line in the log."""
        with self.store.writing() as work:
            if sent or failed or deferred or unknown:
                summary = {"sent": len(sent), "failed": len(failed), "deferred": len(deferred), "unknown": len(unknown)}
                work.activity.append(self.now(), self.actor, "invitations-sent", None, summary)
            lists = {
                name: tuple(work.outbox.get(ids).values())
                for name, ids in (("sent", sent), ("failed", failed), ("deferred", deferred), ("unknown", unknown))
            }
            left = sum(len(page) for page in work.outbox.rows(("queued",)))
        return Sending(**lists, left=left, without=tuple(without), stopped=stopped)


def invite_new(
    work: UnitOfWork, run: str, template: str, operations: Iterable[OperationRow], at: Callable[[], str]
) -> None:
    """Queue a message for every client that *operations* of a run made and that has an e-mail address."""
    made = [done for done in operations if done.action == "create" and done.outcome == "applied"]
    clients = [str(done.client) for done in made if not hindrance(decode(done.document))]
    if clients:
        now = at()
        work.outbox.queue([NewInvitation(client, template, "", run, "", now) for client in clients])


def call_off(work: UnitOfWork, run: str, at: str) -> list[Kept]:
    """Call off what a run queued, as far as it was not sent; the rest stays and is named."""
    rows = work.outbox.of_run(run)
    work.outbox.move([row for row in rows if row.state in ("queued", "failed")], "cancelled", at)
    return sent_of(work, run)


def sent_of(work: UnitOfWork, run: str) -> list[Kept]:
    """What of a run was sent, perhaps sent, or is on its way: nobody takes that back."""
    gone = ("sending", "sent", "unknown")
    rows = (row for row in work.outbox.of_run(run) if row.state in gone)
    return [Kept(client=row.client, field=None, reason="invitation-sent") for row in rows]


def _handed_over(sender: Sender, message: Message) -> tuple[str, str, str]:
    """The state that follows, the kind of error, and why to stop (empty: go on)."""
    try:
        sender.deliver(message)
    except MessageRefusedError as error:
        return "failed", error.kind, ""
    except MessageDeferredError as error:
        return "queued", error.kind, ""
    except SenderUnavailableError as error:
        return "queued", error.code, str(error)
    except Exception as error:  # noqa: BLE001  # whatever it was, the message may have gone
        said = f"It broke off while a message was being handed over ({type(error).__name__}): nobody knows if that one went."
        return "unknown", BROKE_OFF, said
    return "sent", "", ""


def _named(work: UnitOfWork, ids: Sequence[str]) -> list[Invitation]:
    """The messages with these ids.

    Raises:
        SettingsError: there is no such message.
    """
    found = work.outbox.get(ids)
    for each in ids:
        if each not in found:
            raise SettingsError("invitation", each, wanted=_ID)
    return list(found.values())


def _looked_up(
    work: UnitOfWork, clients: Sequence[str]
) -> Iterator[tuple[str, dict[str, Any] | None, Sequence[Invitation]]]:
    """Each client with its document (``None``: gone) and its messages."""
    for some in _pages(clients):
        stored, before = work.clients.fetch(some), work.outbox.about(some)
        for client in some:
            document = decode(stored[client].text) if client in stored else None
            yield client, document, before.get(client, ())


def _live(rows: Sequence[Invitation], template: str) -> bool:
    return any(row.template == template and row.state in LIVE for row in rows)


def _embargoed(row: Invitation) -> Without:
    return Without(client=row.client, reason="embargo", id=row.id, detail=row.not_before)


def _pages(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), PAGE):
        yield rows[start : start + PAGE]
