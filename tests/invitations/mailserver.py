"""Mail servers on loopback: one that behaves as it is told, and what arrived there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer:
    """Speaks enough SMTP to take a message, and does what its lists say.

    Attributes:
        arrived: (recipient, message) of every message it answered for or swallowed.
        refuses, greylists: Recipients that it answers 550 or 451.
        drops: Recipients after whose message it closes the connection without an answer.
        swallows: Recipients after whose DATA command it closes the connection, before the message.
        answers: Recipient -> what it answers to the whole message.
        refuses_sender: It answers 553 to MAIL.
        says_goodbye: It answers 421 to RCPT.
        connections: How many there were.
    """

    def __init__(self) -> None:
        self.arrived: list[tuple[str, bytes]] = []
        self.refuses: set[str] = set()
        self.greylists: set[str] = set()
        self.drops: set[str] = set()
        self.swallows: set[str] = set()
        self.answers: dict[str, str] = {}
        self.refuses_sender = False
        self.says_goodbye = False
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    @property
    def recipients(self) -> list[str]:
        return [to for to, _ in self.arrived]

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(data, policy=policy.default) for _, data in self.arrived]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            with connection, suppress(OSError):
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb")

        def answer(text: str) -> None:
            connection.sendall(f"{text}\r\n".encode())

        answer("220 here")
        to = ""
        while line := lines.readline():
            verb = line.decode().strip()
            word = verb.upper()
            if word.startswith("MAIL"):
                answer("553 not from you" if self.refuses_sender else "250 ok")
            elif word.startswith("RCPT"):
                to = verb.partition("<")[2].partition(">")[0]
                answer(
                    "421 bye" if self.says_goodbye
                    else f"550 no such user {to}" if to in self.refuses
                    else f"451 try later {to}" if to in self.greylists
                    else "250 ok"
                )  # fmt: skip
            elif word == "DATA":
                if to in self.swallows:
                    return
                answer("354 go on")
                data = b""
                while (part := lines.readline()) != b".\r\n":
                    if not part:
                        return
                    data += part[1:] if part.startswith(b".") else part
                said = self.answers.get(to, "250 taken")
                if said.startswith("250"):
                    self.arrived.append((to, data))
                if to in self.drops:
                    return
                answer(said)
            elif word == "QUIT":
                answer("221 bye")
                return
            else:
                answer("250 ok")


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    try:
        yield server
    finally:
        server.close()
