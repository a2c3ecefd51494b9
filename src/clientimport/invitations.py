"""Invitations, as a host queues, looks at and sends them: ``importer.invitations``."""

from __future__ import annotations

import builtins
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from clientimport.core.client import Actor, Who, client_ids
from clientimport.core.invitations import STATES, Invitation, Templates
from clientimport.core.schema import BUILTIN_FIELDS, Schema
from clientimport.errors import SettingsError

if TYPE_CHECKING:
    from clientimport.core.profile import Profile
    from clientimport.plugins import Plugins
    from clientimport.services.booking import Booking
    from clientimport.services.drafting import Drafting
    from clientimport.services.inviting import Inviting, Preview, Queueing
    from clientimport.services.sending import Moving, Sending

HowSaid = Templates | Mapping[str, Any] | str | os.PathLike[str]
PERMISSION = "invitations.send"


class Invitations:
    """The outbox: ``importer.invitations``. Nothing is sent but by ``send``.

    Who queues, sends or cancels needs the permission ``invitations.send``, unless the profile names other ones.

    Args:
        booking: The other acts by hand: where, who, when.
        plugins: Open senders.
        actor: Who acts.
        profile: What the act needs.
        schema: The fields that templates may name.
    """

    def __init__(self, booking: Booking, plugins: Plugins, actor: Actor, profile: Profile, schema: Schema) -> None:
        self._booking = booking
        self._plugins = plugins
        self._actor = actor
        self._profile = profile
        known = {field.name for field in BUILTIN_FIELDS}
        own = (field for field in schema if field.name not in known and not field.many)
        self._fields = tuple(field.name for field in own if field.coercer != "national_number")  # nobody's in an e-mail

    def queue(
        self, clients: Who, *, template: str | None = None, language: str = "", not_before: date | str | None = None
    ) -> Queueing:
        """Put a message for each of *clients* into the outbox.

        Refused, and named, are those who are not there, are inactive or in a state that the message is not for, have no e-mail
        address, or have a message of this template already that is queued, sent or perhaps sent.

        Args:
            clients: A client, an id, or several of them.
            template: Its name; by default the profile's, which is ``welcome`` unless it says otherwise. Whether there is one
                shows when it is looked at or sent.
            language: Two or three letters, for all of them; empty: each client's own.
            not_before: The first day on which it may go.

        Raises:
            PermissionRefusedError: before anything is read.
            SettingsError: a value is not of its kind.
            StoreError: the store failed; nothing was queued.
        """
        self._require()
        day = _day(not_before)
        template = self._profile.invitations.template if template is None else template
        for key, value in (("template", template), ("language", language)):
            if not isinstance(value, str) or (key == "template" and not value):
                raise SettingsError(key, value, wanted="a short name")
        return self._inviting().queue(client_ids(clients), template, language=language, not_before=day)

    def list(self, *, state: str | None = None, run: str | None = None) -> builtins.list[Invitation]:
        """The messages there are, oldest first: all, or those in one *state*, or those that one import queued.

        Raises:
            SettingsError: there is no such state.
        """
        if state is not None and state not in STATES:
            raise SettingsError("state", state, allowed=STATES)
        return [*self._inviting().rows(() if state is None else (state,), run)]

    def preview(
        self, templates: HowSaid, *, clients: Who = (), template: str | None = None, language: str = ""
    ) -> Preview:
        """Every message as it would go now, and who gets none and why. Writes nothing, sends nothing.

        Without *clients* it is about what is queued. With *clients* it is about these, queued or not.

        Args:
            templates: ``Templates``, a mapping like the TOML file, or the path of that file.
            clients: As for ``queue``.
            template: As for ``queue``, of *clients* that have none queued.
            language: As ``template``.

        Raises:
            SettingsError: the templates are not possible, or lack one that is needed.
        """
        said = self._templates(templates)
        template = self._profile.invitations.template if template is None else template
        ids = client_ids(clients)
        if ids:
            said.known(template)
        return self._inviting().preview(said, ids, template, language)

    def send(
        self,
        templates: HowSaid,
        sender: object,
        *,
        limit: int | None = None,
        again: Iterable[str] = (),
        per_minute: float | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> Sending:
        """Send what is queued, oldest first, each message once.

        A message that the server refuses is *failed*, one that it puts off stays queued; the others go on. A server that cannot
        be used stops it all. If the connection breaks, or the process dies, between the message and the answer, that message
        becomes *unknown*, and goes again only if you say so.

        A message that the profile gives an event fires it for its client, in the transaction that records it as sent, if the
        client's state lets it. All who move do so in one run of kind ``status``; undoing it moves nobody back.

        Args:
            templates: As for ``preview``.
            sender: A sender, such as ``SmtpSender``, or a URL that a plugin opens.
            limit: So many messages at most, to try a few first; the rest stays queued.
            again: Ids of failed or unknown messages that are sent once more, before the others.
            per_minute: Not faster than this.
            pause: Waits so many seconds.

        Raises:
            PermissionRefusedError: before anything is read.
            SettingsError: the templates or the sender are not possible, or an id of *again* is not one of these; nothing was
                sent.
            StoreError: the store failed. What was recorded stays; a message that was on its way becomes unknown.
        """
        from clientimport.services.sending import Outgoing

        self._require()
        said = self._templates(templates)
        if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
            raise SettingsError("limit", limit, wanted="a whole number above 0")
        if per_minute is not None and (isinstance(per_minute, bool) or not per_minute > 0):
            raise SettingsError("per_minute", per_minute, wanted="a number above 0")
        opened = self._plugins.open_sender(sender)
        if opened is None:
            seen = sender.partition(":")[0] if isinstance(sender, str) else type(sender).__name__
            raise SettingsError("sender", seen, wanted="a sender such as SmtpSender(…), or a URL such as smtp://…")
        waiting = (lambda: None) if per_minute is None else lambda: pause(60 / per_minute)
        ids = [again] if isinstance(again, str) else [*dict.fromkeys(again)]
        try:
            return Outgoing(
                store=self._booking.store,
                actor=self._booking.actor,
                now=self._booking.now,
                drafting=self._drafting(),
                moving=self._moving,
            ).send(said, opened, limit=limit, again=ids, pause=waiting)
        finally:
            opened.close()

    def cancel(self, ids: str | Iterable[str] | None = None) -> builtins.list[str]:
        """Call off messages that are queued or failed, all of them or none; ``None``: all that are queued.

        Returns:
            The ids of those that were not called off before.

        Raises:
            PermissionRefusedError: before anything is read.
            SettingsError: there is no such message, or it was sent, or perhaps sent.
        """
        self._require()
        if ids is None:
            return self._inviting().cancel(None)
        return self._inviting().cancel([ids] if isinstance(ids, str) else [*dict.fromkeys(ids)])

    def _require(self) -> None:
        needed = self._profile.permissions.get(PERMISSION, (PERMISSION,))
        self._actor.require(needed, self._profile.permission_labels)

    def _templates(self, given: HowSaid) -> Templates:
        if isinstance(given, Templates):
            return given
        from clientimport.documents.invitations import load_templates, templates_from_dict

        if isinstance(given, Mapping):
            return templates_from_dict(given, fields=self._fields)
        if not isinstance(given, str | os.PathLike):
            raise SettingsError("templates", type(given).__name__, wanted="Templates, a mapping or a path")
        return load_templates(os.fspath(given), fields=self._fields)

    def _inviting(self) -> Inviting:
        from clientimport.services.inviting import Inviting

        booking = self._booking
        return Inviting(store=booking.store, actor=booking.actor, now=booking.now, drafting=self._drafting())

    def _drafting(self) -> Drafting:
        from clientimport.services.drafting import Drafting

        return Drafting(
            store=self._booking.store,
            lifecycle=self._profile.lifecycle,
            style=self._profile.invitations,
            today=self._booking.today,
        )

    def _moving(self, templates: Sequence[str]) -> Moving:
        from clientimport.services.sending import Moving

        booking = self._booking
        return Moving(
            lifecycle=self._profile.lifecycle,
            style=self._profile.invitations,
            actor=booking.actor,
            now=booking.now,
            today=booking.today,
            new_id=booking.new_id,
            header=booking.header,
            templates=templates,
        )


def _day(given: date | str | None) -> str:
    try:
        return (
            "" if given is None else (date.fromisoformat(given) if isinstance(given, str) else given).isoformat()[:10]
        )
    except (ValueError, AttributeError):
        raise SettingsError("not_before", given, wanted="a day, such as 2026-03-01") from None
