"""Queue invitations, look at them, call them off; and what an import and its undo do with them. Sending is ``sending``'s."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.canonical import decode
from clientimport.core.invitations import Invitation, Message, NewInvitation, Templates, hindrance
from clientimport.core.lifecycle import Lifecycle
from clientimport.core.profile import InvitationStyle
from clientimport.core.receipt import Kept
from clientimport.errors import SettingsError
from clientimport.ports import OperationRow, Store, UnitOfWork
from clientimport.services.drafting import Document, Drafting, Without, live, looked_up, named, pages


@attrs.frozen(kw_only=True)
class Draft:
    """A message that would go now.

    Attributes:
        id: Of the invitation; empty for a client that has none queued.
        client, template: Whose, and which.
        message: As it goes.
        shows: Field -> the client's value, of the fields that the profile wants to see beside it; ``None`` for a blank one.
    """

    id: str
    client: str
    template: str
    message: Message
    shows: Mapping[str, Any] = attrs.field(factory=dict, repr=False)

    def to_dict(self) -> dict[str, object]:
        """``id``, ``client``, ``template``, ``language``, ``to``, ``subject``, ``body``, ``shows``."""
        return {
            "id": self.id,
            "client": self.client,
            "template": self.template,
            "language": self.message.language,
            "to": self.message.to,
            "subject": self.message.subject,
            "body": self.message.body,
            "shows": dict(self.shows),
        }


@attrs.frozen(kw_only=True)
class Preview:
    """What would go now.

    Attributes:
        messages: Every message, in the order of the queue.
        without: Who gets none, and why.
    """

    messages: tuple[Draft, ...]
    without: tuple[Without, ...]

    @property
    def languages(self) -> dict[str, int]:
        """Language, as two or three letters -> messages in it, the most first."""
        return dict(Counter(each.message.language for each in self.messages).most_common())

    def to_dict(self) -> dict[str, object]:
        """``languages``, ``messages`` and ``without``."""
        return {
            "languages": self.languages,
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
class Inviting:
    """The outbox of one store.

    Attributes:
        store: Where.
        actor: Name for the log.
        now: The time as ISO text.
        drafting: Makes the messages.
    """

    store: Store
    actor: str
    now: Callable[[], str]
    drafting: Drafting

    def queue(self, clients: Sequence[str], template: str, *, language: str = "", not_before: str = "") -> Queueing:
        """Queue a message for each of *clients* that can get one and has none."""
        at = self.now()
        with self.store.writing() as work:
            wanted = list(dict.fromkeys(clients))
            rows, refused = [], []
            for client, document, before in looked_up(work, wanted):
                if live(before, template):
                    refused.append(Without(client=client, reason="invited"))
                elif hindered := self.drafting.hindered(client, document, template):
                    refused.append(hindered)
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
                rows = [row for row in named(work, ids) if row.state != "cancelled"]
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

        def put(row: Invitation, document: Document | None, made: Message | Without) -> None:
            if isinstance(made, Without):
                without.append(made)
                return
            shows = {field: (document or {}).get(field) for field in self.drafting.style.shows}
            drafts.append(Draft(id=row.id, client=row.client, template=row.template, message=made, shows=shows))

        with self.store.reading() as work:
            waiting = [row for page in work.outbox.rows(("queued", "sending", "unknown")) for row in page]
            asked = set(clients)
            for some in pages([row for row in waiting if not asked or row.client in asked]):
                for each in self.drafting.drafted(work, templates, some):
                    put(*each)
            shown = {row.client for row in waiting if row.template == template}
            for client, document, before in looked_up(work, list(dict.fromkeys(clients))):
                if client in shown:
                    continue
                row = Invitation("", client, template, language, "queued", "", "", 0, "", "", "")
                if live(before, template):
                    put(row, document, Without(client=client, reason="invited"))
                else:
                    put(row, document, self.drafting.message(work, templates, row, document))
        return Preview(messages=tuple(drafts), without=tuple(without))


@attrs.frozen(kw_only=True)
class InvitingNew:
    """What an import does for the clients that it makes.

    Attributes:
        on: Whether it queues anything.
        template: Name of the message.
        sources: The states in which clients get it; empty: every active one.
        lifecycle: What their states follow from.
        run: The import.
        now: The time as ISO text.
    """

    on: bool
    template: str
    sources: Sequence[str]
    lifecycle: Lifecycle
    run: str
    now: Callable[[], str]

    @classmethod
    def of(cls, style: InvitationStyle, lifecycle: Lifecycle, run: str, now: Callable[[], str]) -> InvitingNew:
        """As the profile says in *style*."""
        template = style.template
        sources = style.rule(template).sources
        return cls(on=style.on_import, template=template, sources=sources, lifecycle=lifecycle, run=run, now=now)

    def queue(self, work: UnitOfWork, operations: Iterable[OperationRow], counts: Counter[str]) -> None:
        """Queue a message for every client that *operations* made and that can get one; adds to *counts*."""
        if not self.on:
            return
        made = [done for done in operations if done.action == "create" and done.outcome == "applied"]
        clients = [
            str(done.client) for done in made if not hindrance(decode(done.document), self.lifecycle, self.sources)[0]
        ]
        if clients:
            now = self.now()
            work.outbox.queue([NewInvitation(client, self.template, "", self.run, "", now) for client in clients])
            counts[QUEUED] += len(clients)


QUEUED = "invitations_queued"
"""How a run's counts call what it queued."""


def call_off(work: UnitOfWork, run: str, at: str) -> list[Kept]:
    """Call off what a run queued, as far as it was not sent; the rest stays and is named."""
    rows = work.outbox.of_run(run)
    work.outbox.move([row for row in rows if row.state in ("queued", "failed")], "cancelled", at)
    return sent_of(work, run)


def sent_of(work: UnitOfWork, run: str) -> list[Kept]:
    """Who got a message that the run queued, or that anybody queued for a client that it made; perhaps, or just now.

    Nobody takes that back.
    """
    gone = ("sending", "sent", "unknown")
    reached = dict.fromkeys(row.client for row in work.outbox.of_run(run) if row.state in gone)
    for page in work.runs.operations(run):
        made = [str(row.client) for row in page if row.action == "create" and row.outcome == "applied"]
        messages = work.outbox.about(made) if made else {}
        reached.update((row.client, None) for rows in messages.values() for row in rows if row.state in gone)
    return [Kept(client=client, field=None, reason="invitation-sent") for client in reached]
