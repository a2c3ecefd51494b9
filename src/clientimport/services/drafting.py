"""What a message says to a client now, or why it does not go: what looking at messages, queueing and sending share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import attrs

from clientimport.core.canonical import decode
from clientimport.core.invitations import LIVE, BlankValueError, Invitation, Message, Templates, hindrance
from clientimport.core.lifecycle import Lifecycle
from clientimport.core.profile import InvitationStyle
from clientimport.errors import SettingsError
from clientimport.ports import Store, UnitOfWork

PAGE = 500
_ID = "the id of an invitation, as clientimport invite list shows it"

Row = TypeVar("Row")

Document = Mapping[str, Any]
"""The values of a client that are not blank."""


@attrs.frozen(kw_only=True)
class Without:
    """A client that gets no message now.

    Attributes:
        client: Whose.
        reason: ``gone`` (removed), ``inactive``, ``state`` (the message is not for clients in its state), ``no-email``, ``invited`` (has a message of this template that is queued,
            sent or perhaps sent), ``invited-before`` (its address got it for a client that was removed since), ``embargo`` (not before its day), ``blank-value`` or ``unknown``.
        id: Of the invitation; empty if it has none.
        detail: The state it is in, the day of an embargo, or the placeholder that has no value; else empty.
    """

    client: str
    reason: str
    id: str = ""
    detail: str = ""

    def to_dict(self) -> dict[str, object]:
        """``client``, ``reason``, ``id``, ``detail``."""
        return attrs.asdict(self)


@attrs.frozen(kw_only=True)
class Drafting:
    """Makes messages of what waits in one store.

    Attributes:
        store: Where.
        lifecycle: What the states of clients follow from.
        style: Who may get which message.
        today: The day as ISO text.
    """

    store: Store
    lifecycle: Lifecycle
    style: InvitationStyle
    today: Callable[[], str]

    def hindered(
        self, client: str, document: Document | None, template: str, *, invitation: str = ""
    ) -> Without | None:
        """Why the client cannot get the message *template*; ``None`` if it can."""
        why, detail = hindrance(document, self.lifecycle, self.style.rule(template).sources)
        return Without(client=client, reason=why, id=invitation, detail=detail) if why else None

    def drafted(
        self, work: UnitOfWork, templates: Templates, rows: Sequence[Invitation], named: frozenset[str] = frozenset()
    ) -> Iterator[tuple[Invitation, Document, Message | Without]]:
        """What each of *rows* says now, or why it does not go, with its client's values (none: it is gone).

        Of those *named* somebody said that they may go once more.
        """
        stored = work.clients.fetch([row.client for row in rows])
        for row in rows:
            document = decode(stored[row.client].text) if row.client in stored else None
            if row.state != "queued" and row.id not in named:
                yield row, document or {}, Without(client=row.client, reason="unknown", id=row.id)
                continue
            templates.known(row.template)
            yield row, document or {}, self.message(work, templates, row, document, named)

    def message(
        self,
        work: UnitOfWork,
        templates: Templates,
        row: Invitation,
        document: Document | None,
        named: frozenset[str] = frozenset(),
    ) -> Message | Without:
        """What *row* says to the client with these values, or why it does not go."""
        if row.not_before > self.today():
            return embargoed(row)
        hindered = self.hindered(row.client, document, row.template, invitation=row.id)
        if hindered is not None or document is None:
            return hindered or Without(client=row.client, reason="gone", id=row.id)
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
        sent = [each for each in work.outbox.sent_to(self.digest(email)) if each.template == row.template]
        others = [each.client for each in sent if each.state in gone and each.client != row.client]
        return bool(set(others) - work.clients.fetch(others).keys())

    def digest(self, email: str) -> str:
        """An address as the outbox keeps it: of use only beside this store."""
        return hashlib.sha256(f"{self.store.identity()}\0{email.lower()}".encode()).hexdigest()[:32]


def named(work: UnitOfWork, ids: Sequence[str]) -> list[Invitation]:
    """The messages with these ids.

    Raises:
        SettingsError: there is no such message.
    """
    found = work.outbox.get(ids)
    for each in ids:
        if each not in found:
            raise SettingsError("invitation", each, wanted=_ID)
    return list(found.values())


def looked_up(work: UnitOfWork, clients: Sequence[str]) -> Iterator[tuple[str, Document | None, Sequence[Invitation]]]:
    """Each client with its document (``None``: gone) and its messages."""
    for some in pages(clients):
        stored, before = work.clients.fetch(some), work.outbox.about(some)
        for client in some:
            document = decode(stored[client].text) if client in stored else None
            yield client, document, before.get(client, ())


def live(rows: Sequence[Invitation], template: str) -> bool:
    """Whether one of *rows* is a message of *template* that is queued, sent or perhaps sent."""
    return any(row.template == template and row.state in LIVE for row in rows)


def embargoed(row: Invitation) -> Without:
    """That *row* waits for its day."""
    return Without(client=row.client, reason="embargo", id=row.id, detail=row.not_before)


def pages(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """*rows*, a few hundred at a time."""
    for start in range(0, len(rows), PAGE):
        yield rows[start : start + PAGE]
