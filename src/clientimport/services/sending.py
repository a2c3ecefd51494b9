"""Send what waits in the outbox, each message once, and move the clients that got one.

A message is claimed (``sending``, committed), handed over, and recorded. Whoever dies in between leaves it ``sending``; the next
one who sends calls it ``unknown``, and it goes again only if somebody names it. So none is delivered twice unasked, whatever
crashes and however many send at once. A client moves in the transaction that records its message as sent: never without one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.canonical import decode, encode
from clientimport.core.invitations import Invitation, Message, Templates
from clientimport.core.lifecycle import Lifecycle
from clientimport.core.profile import InvitationStyle
from clientimport.errors import SettingsError
from clientimport.ports import (
    ClientUpdate,
    MessageDeferredError,
    MessageRefusedError,
    OperationRow,
    Sender,
    SenderUnavailableError,
    Store,
    UnitOfWork,
)
from clientimport.services.by_hand import SENT, start_by_hand
from clientimport.services.drafting import Drafting, Without, embargoed, live, named
from clientimport.services.status import BY_HAND, MOVE

BROKE_OFF = "broke-off"
"""Kind of error of a message that may or may not have gone."""


@attrs.frozen(kw_only=True)
class Sending:
    """What one act of sending did.

    Attributes:
        sent, failed, deferred: Messages that were accepted; that never will be; that the server put off and that are queued again.
        unknown: Messages of which nobody knows whether they went: of this act, and of earlier ones that died.
        left: How many are still queued.
        without: Queued ones that cannot go now, and why.
        stopped: Why it stopped before its end; empty if it did not.
        moved: The clients that their messages moved to another state.
        run: The run that moved them; empty if none did.
    """

    sent: tuple[Invitation, ...]
    failed: tuple[Invitation, ...]
    deferred: tuple[Invitation, ...]
    unknown: tuple[Invitation, ...]
    left: int
    without: tuple[Without, ...]
    stopped: str
    moved: tuple[str, ...] = ()
    run: str = ""

    def to_dict(self) -> dict[str, object]:
        """Every attribute by its name."""
        parts = ("sent", "failed", "deferred", "unknown", "without")
        lists = {name: [each.to_dict() for each in getattr(self, name)] for name in parts}
        return {**lists, "left": self.left, "stopped": self.stopped, "moved": list(self.moved), "run": self.run}


@attrs.define(kw_only=True)
class Moving:
    """Moves the clients of one act of sending, all in one run that is begun with the first of them.

    The run is done, and its counts are true, after every transaction: whoever dies leaves nothing to be mended.

    Attributes:
        lifecycle: The states and events.
        style: Which message fires what.
        actor: Name for the logs.
        now: The time as ISO text.
        today: The day as an ISO date.
        new_id: Makes run ids.
        header: What the run keeps of how it was made, as plain data.
        run: The run; empty while no client moved.
        moved: Whom it moved.
        templates: Names of the messages that this act is about.
    """

    lifecycle: Lifecycle
    style: InvitationStyle
    actor: str
    now: Callable[[], str]
    today: Callable[[], str]
    new_id: Callable[[], str]
    header: Mapping[str, Any]
    run: str = ""
    moved: list[str] = attrs.field(factory=list)
    templates: Sequence[str] = ()
    _count: int = attrs.field(default=0, init=False)

    def sent(self, work: UnitOfWork, client: str, template: str) -> None:
        """Fire the event of *template* for the client that it was sent to, if its state lets it; else nothing happens."""
        event = self.style.rule(template).event
        stored = work.clients.fetch([client]).get(client) if event else None
        if stored is None:
            return
        document: dict[str, Any] = decode(stored.text)
        state = self.lifecycle.fire(self.lifecycle.state(document), event)
        if not isinstance(state, str):
            return
        images = self.lifecycle.put(document, state, self.today())
        run, at = self._standing(work), self.now()
        work.clients.update([ClientUpdate(client, encode(dict(sorted(document.items()))), (), ())])
        row = OperationRow(self._count, client, MOVE, "applied", encode(images), stored.version + 1)
        work.runs.add_operations(run, [row])
        self._count += 1
        work.runs.finish(run, at, encode({"moved": self._count}))
        self.moved.append(client)

    def _standing(self, work: UnitOfWork) -> str:
        """Our run; a new one if there is none yet, or somebody undid it meanwhile."""
        mine = work.runs.get(self.run) if self.run else None
        if mine is None or mine.undone_by is not None:
            self.run, self._count = self.new_id(), 0
            events = dict.fromkeys(self.style.rule(template).event for template in self.templates)
            header = {**self.header, "event": ", ".join(filter(None, events)), SENT: True}
            start_by_hand(work, BY_HAND, self.run, actor=self.actor, at=self.now(), header=header)
        return self.run


@attrs.frozen(kw_only=True)
class Outgoing:
    """Sends from the outbox of one store.

    Attributes:
        store: Where.
        actor: Name for the log.
        now: The time as ISO text.
        drafting: Makes the messages.
        moving: Makes what moves the clients of one act of sending, given the names of its messages.
    """

    store: Store
    actor: str
    now: Callable[[], str]
    drafting: Drafting
    moving: Callable[[Sequence[str]], Moving]

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
        moving = self.moving([row.template for row in chosen])
        once_more = frozenset(again)
        sent: list[str] = []
        failed: list[str] = []
        deferred: list[str] = []
        stopped = ""
        tried = 0
        waits = False
        for row in chosen:
            if limit is not None and tried >= limit:
                break
            if waits:  # before a message is claimed: whoever dies while waiting leaves none of which nobody knows
                pause()
                waits = False
            claimed = self._claim(templates, row, once_more)
            if claimed is None:
                continue
            if isinstance(claimed, Without):
                without.append(claimed)
                continue
            taken, message = claimed
            tried += 1
            waits = True
            outcome, error, said = _handed_over(sender, message)
            with self.store.writing() as work:
                # after somebody else called it unknown, it is here known all the same
                now = work.outbox.get([row.id])[row.id]
                if now.attempts == taken.attempts and now.state in ("sending", "unknown") and outcome != now.state:
                    work.outbox.move([now], outcome, self.now(), error=error, language=message.language)
                    if outcome == "sent":
                        moving.sent(work, row.client, row.template)
            places = {"sent": sent, "failed": failed, "unknown": unknown}
            if outcome != "queued":
                places[outcome].append(row.id)
            elif not said:
                deferred.append(row.id)
            if said:
                stopped = said
                break
        return self._told(sent, failed, deferred, unknown, without, stopped, moving)

    def _prepare(self, templates: Templates, again: Sequence[str]) -> tuple[list[Invitation], list[Without], list[str]]:
        """What is to be tried, what cannot go, and what was on its way when somebody died."""
        at = self.now()
        without: list[Without] = []
        with self.store.writing() as work:
            again_rows = named(work, again)
            dying = [row for page in work.outbox.rows(("sending",)) for row in page]
            unknown = work.outbox.move(dying, "unknown", at, error=BROKE_OFF)
            again_rows = list(work.outbox.get([row.id for row in again_rows]).values())
            for row in again_rows:
                if row.state in ("sent", "cancelled"):
                    wanted = f"an invitation that is queued, failed or unknown; this one is {row.state}"
                    raise SettingsError("again", row.id, wanted=wanted)
                others = work.outbox.about([row.client])[row.client]
                if row.state == "failed" and live(others, row.template):
                    wanted = "one whose client has no other invitation of this template by now"
                    raise SettingsError("again", row.id, wanted=wanted)
            queue = [row for page in work.outbox.rows(("queued",)) for row in page]
            ids = {row.id for row in again_rows}
            chosen = [*again_rows, *(row for row in queue if row.id not in ids)]
            for template in dict.fromkeys(row.template for row in chosen):
                templates.known(template)
            today = self.drafting.today()
            kept = [row for row in chosen if row.not_before <= today]
            without += [embargoed(row) for row in chosen if row.not_before > today]
        return kept, without, [each for each in unknown if each not in ids]

    def _claim(
        self, templates: Templates, row: Invitation, again: frozenset[str]
    ) -> tuple[Invitation, Message] | Without | None:
        """The message, claimed by us and by nobody else; why it cannot go; or ``None`` if somebody else has it."""
        with self.store.writing() as work:
            ((_, _, made),) = self.drafting.drafted(work, templates, [row], again)
            if isinstance(made, Without):
                return made
            if not work.outbox.move([row], "sending", self.now(), address=self.drafting.digest(made.to)):
                return None
            return work.outbox.get([row.id])[row.id], made

    def _told(
        self,
        sent: list[str],
        failed: list[str],
        deferred: list[str],
        unknown: list[str],
        without: list[Without],
        stopped: str,
        moving: Moving,
    ) -> Sending:
        """The outcome, with a line in the log."""
        with self.store.writing() as work:
            if sent or failed or deferred or unknown:
                summary = {"sent": len(sent), "failed": len(failed), "deferred": len(deferred), "unknown": len(unknown)}
                if moving.moved:
                    summary["moved"] = len(moving.moved)
                work.activity.append(self.now(), self.actor, "invitations-sent", moving.run or None, summary)
            lists = {
                name: tuple(work.outbox.get(ids).values())
                for name, ids in (("sent", sent), ("failed", failed), ("deferred", deferred), ("unknown", unknown))
            }
            left = sum(len(page) for page in work.outbox.rows(("queued",)))
        return Sending(
            **lists,
            left=left,
            without=tuple(without),
            stopped=stopped,
            moved=tuple(moving.moved),
            run=moving.run,
        )


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
