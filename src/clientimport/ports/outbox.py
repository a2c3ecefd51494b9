"""What the services need for invitations: an outbox beside the clients, and somebody who sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from clientimport.core.invitations import Invitation, Message, NewInvitation
from clientimport.errors import AdapterError


class Outbox(Protocol):
    """The messages of one workspace. None is ever deleted, and changing one is no change of a client."""

    def queue(self, rows: Sequence[NewInvitation]) -> list[str]:
        """Put messages in, as ``queued``; their ids, rising, in order.

        Raises:
            StoreError: a client is not there, or has a live message of this template; the unit of work cannot commit any more.
        """

    def get(self, ids: Sequence[str]) -> dict[str, Invitation]:
        """Those of *ids* that there are, in this order."""

    def about(self, clients: Sequence[str]) -> dict[str, list[Invitation]]:
        """The messages of *clients*, also removed ones, oldest first, in the order of *clients*; those without any are missing."""

    def of_run(self, run: str) -> list[Invitation]:
        """Those that a run queued, oldest first; none for an empty *run*."""

    def sent_to(self, address: str) -> list[Invitation]:
        """Those that were handed to a sender for this address, given as its digest, oldest first; none for an empty one."""

    def rows(self, states: Sequence[str] = (), size: int = 500) -> Iterator[list[Invitation]]:
        """All of them, or those in *states*, oldest first, *size* at a time."""

    def move(
        self,
        rows: Sequence[Invitation],
        state: str,
        at: str,
        *,
        error: str = "",
        language: str | None = None,
        address: str = "",
    ) -> list[str]:
        """Move those of *rows* that are still as given (state and attempts) to *state*; their ids, in order.

        ``sending`` counts an attempt. *language* and *address* are kept where they are given.

        Raises:
            StoreError: a state does not follow the one before (see ``core.invitations.MOVES``), or the client would have two
                live messages of one template; the unit of work cannot commit any more.
        """


class MessageRefusedError(AdapterError):
    """This message cannot be delivered, and was not; others can.

    Attributes:
        kind: ``recipient-refused``, ``message-refused`` or ``address-not-supported``, and the server's code: never its words,
            which may name the address.
    """

    code = "message-refused"

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"The message was refused: {kind}.")


class MessageDeferredError(AdapterError):
    """This message was not taken now and was not delivered; later it may be. Others can be sent.

    Attributes:
        kind: ``deferred``, and the server's code.
    """

    code = "message-deferred"

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"The message was put off: {kind}.", retry=True)


class SenderUnavailableError(AdapterError):
    """Nothing can be sent now; the message at hand was surely not delivered. Says what to look at."""

    code = "sender-unavailable"

    def __init__(self, text: str) -> None:
        super().__init__(text, retry=True)


@runtime_checkable
class Sender(Protocol):
    """Delivers messages, one at a time.

    Whatever ``deliver`` raises besides the three errors of this module means that nobody knows whether the message went: it
    becomes *unknown*, and sending stops.
    """

    def deliver(self, message: Message) -> None:
        """Hand *message* over; coming back means that it was accepted.

        Raises:
            MessageRefusedError: it was not and never will be.
            MessageDeferredError: it was not, now.
            SenderUnavailableError: nothing can be sent.
        """

    def close(self) -> None:
        """Let go of connections. Harmless twice; a later ``deliver`` opens them again."""
