"""What the tests of invitations start from."""

from __future__ import annotations

from typing import Any

import attrs

from clientimport import Importer, Profile, SmtpSender
from clientimport.core.invitations import Message
from clientimport.core.profile import InvitationStyle
from tests.planning.given import bring_in

WELCOME: dict[str, Any] = {
    "default_language": "nl",
    "values": {"firm": "Kantoor Peeters"},
    "templates": {
        "welcome": {
            "nl": {"subject": "Welkom bij {firm}", "body": "Dag {first_name|name},\n\nuw nummer is {client}.\n"},
            "en": {"subject": "Welcome to {firm}", "body": "Dear {first_name|name},\n\nyour number is {client}.\n"},
        },
        "reminder": {"nl": {"subject": "Herinnering", "body": "Dag {name}"}},
    },
}

INVITING = Profile(name="inviting", invitations=InvitationStyle(on_import=True))
ROWS = (
    {"name": "Jan Peeters", "email": "jan@voorbeeld.be", "language": "nl"},
    {"name": "Els Maes", "email": "els@voorbeeld.be", "language": "en"},
    {"name": "Rita Simons", "email": "", "language": "nl"},
    {"name": "Tom Claes", "email": "tom@voorbeeld.be", "language": "fr"},
)
"""Three clients with an address and one without."""


@attrs.define
class Posted:
    """A sender that keeps what it gets.

    Attributes:
        raises: What it raises for a recipient, by address; ``arrives`` besides if the message went all the same.
    """

    delivered: list[Message] = attrs.Factory(list)
    raises: dict[str, Exception] = attrs.Factory(dict)
    arrives: bool = False
    closed: int = 0

    def deliver(self, message: Message) -> None:
        error = self.raises.get(message.to)
        if error is None or self.arrives:
            self.delivered.append(message)
        if error is not None:
            raise error

    def close(self) -> None:
        self.closed += 1

    @property
    def to(self) -> list[str]:
        return [message.to for message in self.delivered]


def with_clients(importer: Importer) -> Importer:
    bring_in(importer, *ROWS)
    return importer


def states(importer: Importer) -> dict[str, str]:
    """Client -> state of its messages, in order."""
    return {row.client: row.state for row in importer.invitations.list()}


def smtp(port: int, **options: Any) -> SmtpSender:
    options.setdefault("security", "none")
    return SmtpSender("127.0.0.1", port, sender="Kantoor Peeters <office@firm.example>", timeout=5, **options)
