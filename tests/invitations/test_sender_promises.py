"""The senders that come with the library keep the promises of every sender."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import ClassVar

import pytest

from clientimport import FolderSender, SmtpSender
from clientimport.testing.senders import SenderConformance
from tests.invitations.mailserver import MailServer, mail_server


def text(message: EmailMessage) -> tuple[str, str]:
    body = message.get_body()
    assert body is not None
    return str(message["To"]), f"{message['Subject']}\n{body.get_content()}"


class Office:
    """A mail server, told what to do."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def sender(self) -> SmtpSender:
        return SmtpSender("127.0.0.1", self._server.port, sender="office@firm.example", security="none", timeout=10)

    def says(self, address: str, outcome: str) -> None:
        if outcome == "away":
            self._server.close()
        else:
            where = {"refuse": self._server.refuses, "defer": self._server.greylists, "vanish": self._server.drops}
            where[outcome].add(address)

    def arrived(self) -> list[tuple[str, str]]:
        return [text(message) for message in self._server.messages()]


class TestSmtp(SenderConformance):
    """Against a server on loopback."""

    @pytest.fixture
    def receiver(self) -> Iterator[Office]:
        with mail_server() as server:
            yield Office(server)


class Folder:
    """A folder, which may be a file instead."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def sender(self) -> FolderSender:
        return FolderSender(self._path, sender="office@firm.example")

    def says(self, address: str, outcome: str) -> None:
        assert (address, outcome) == ("ann@mail.example", "away")
        self._path.write_bytes(b"")

    def arrived(self) -> list[tuple[str, str]]:
        files = sorted(self._path.glob("*.eml"))
        return [text(message_from_bytes(each.read_bytes(), policy=policy.default)) for each in files]


class TestFolder(SenderConformance):
    """It takes everything or nothing."""

    outcomes: ClassVar[frozenset[str]] = frozenset(("away",))

    @pytest.fixture
    def receiver(self, tmp_path: Path) -> Folder:
        return Folder(tmp_path / "outgoing")
