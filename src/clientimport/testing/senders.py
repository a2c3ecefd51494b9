"""What every sender of messages promises, as a test class to subclass.

    class TestMine(SenderConformance):
        @pytest.fixture
        def receiver(self):
            with my_service_on_loopback() as service:
                yield service

The receiver is the other end: a real one that does as it is told, see ``Receiver``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

import pytest

from clientimport.core.invitations import Message
from clientimport.ports import MessageDeferredError, MessageRefusedError, Sender, SenderUnavailableError


class Receiver(Protocol):
    """What the messages are handed to, with a way to tell it what to answer."""

    def sender(self) -> Sender:
        """A new sender that hands messages to it."""

    def says(self, address: str, outcome: str) -> None:
        """From now on answer messages to *address* by *outcome*, one of ``SenderConformance.outcomes``."""

    def arrived(self) -> Sequence[tuple[str, str]]:
        """(address, text) of every message that it took, in order; the text has at least subject and body in it."""


class SenderConformance:
    """The promises of ``clientimport.ports.Sender``. Give a fixture ``receiver``.

    Attributes:
        outcomes: What the receiver can be told to do: ``refuse`` (this message, for good), ``defer`` (not now), ``vanish``
            (break off after it has the message, without an answer) and ``away`` (nothing can be handed over at all). Leave out
            what cannot happen with yours.
    """

    outcomes: ClassVar[frozenset[str]] = frozenset(("refuse", "defer", "vanish", "away"))

    def test_it_is_a_sender(self, receiver: Receiver) -> None:
        """It has the methods."""
        sender = receiver.sender()
        assert isinstance(sender, Sender)
        sender.close()

    def test_coming_back_means_accepted(self, receiver: Receiver) -> None:
        """The whole message is there, once, signs of all kinds included."""
        sender = receiver.sender()
        for number, address in enumerate(("ann@mail.example", "bob@mail.example")):
            sender.deliver(_message(address, number))
        sender.close()

        arrived = receiver.arrived()
        assert [address for address, _ in arrived] == ["ann@mail.example", "bob@mail.example"]
        assert all("Façade" in text and "Crème brûlée\n.\nFrom here" in text.replace("\r", "") for _, text in arrived)

    def test_closing_is_harmless(self, receiver: Receiver) -> None:
        """Before, twice, and in between: a later message opens what it needs again."""
        sender = receiver.sender()
        sender.close()
        sender.deliver(_message("ann@mail.example", 1))
        sender.close()
        sender.close()
        sender.deliver(_message("bob@mail.example", 2))
        sender.close()

        assert len(receiver.arrived()) == 2

    def test_a_refused_message_is_said_to_be_and_others_go_on(self, receiver: Receiver) -> None:
        """It was not delivered, and nothing that is raised names the address."""
        self._without(receiver, "refuse", MessageRefusedError)

    def test_a_deferred_message_is_said_to_be_and_others_go_on(self, receiver: Receiver) -> None:
        """It was not delivered, now."""
        self._without(receiver, "defer", MessageDeferredError)

    def test_what_is_not_known_is_no_error_that_says_not_delivered(self, receiver: Receiver) -> None:
        """The receiver has the message and broke off: whatever is raised is none of the three, and others go on."""
        self._only("vanish")
        sender = receiver.sender()
        receiver.says("lost@mail.example", "vanish")
        with pytest.raises(Exception) as caught:  # noqa: PT011  (anything but the three)
            sender.deliver(_message("lost@mail.example", 1))
        assert not isinstance(caught.value, MessageRefusedError | MessageDeferredError | SenderUnavailableError)
        sender.close()
        sender.deliver(_message("bob@mail.example", 2))
        sender.close()

        assert receiver.arrived()[-1][0] == "bob@mail.example"

    def test_nobody_there_is_unavailable(self, receiver: Receiver) -> None:
        """It was surely not delivered, and the text says what to look at."""
        self._only("away")
        sender = receiver.sender()
        receiver.says("ann@mail.example", "away")
        with pytest.raises(SenderUnavailableError) as caught:
            sender.deliver(_message("ann@mail.example", 1))
        sender.close()

        assert str(caught.value)
        assert "ann@" not in str(caught.value)
        assert not receiver.arrived()

    def _without(self, receiver: Receiver, outcome: str, error: type[Exception]) -> None:
        self._only(outcome)
        sender = receiver.sender()
        receiver.says("no@mail.example", outcome)
        with pytest.raises(error) as caught:
            sender.deliver(_message("no@mail.example", 1))
        sender.deliver(_message("bob@mail.example", 2))
        sender.close()

        assert "no@" not in f"{caught.value} {caught.value!r} {vars(caught.value)}"
        assert [address for address, _ in receiver.arrived()] == ["bob@mail.example"]

    def _only(self, outcome: str) -> None:
        if outcome not in self.outcomes:
            pytest.skip(f"nothing here can {outcome}")


def _message(to: str, number: int) -> Message:
    return Message(
        to=to,
        subject="Façade, and more",
        body="Crème brûlée\n.\nFrom here on a line of its own, and a long one: " + "word " * 60,
        language="en",
        reference=f"{number:032x}",
    )
