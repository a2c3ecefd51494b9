"""The SMTP sender against servers that take, refuse, put off, break off or are not there; over real sockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from clientimport import FolderSender, Importer, SettingsError, SmtpSender
from clientimport.adapters.senders import open_sender
from clientimport.core.invitations import Message
from clientimport.ports import MessageDeferredError, MessageRefusedError, Sender, SenderUnavailableError
from tests.invitations.given import WELCOME, smtp, states, with_clients
from tests.invitations.mailserver import MailServer, mail_server
from tests.planning.given import OpenImporter


def message(to: str = "jan@voorbeeld.be", body: str = "Dag\n") -> Message:
    return Message(to=to, subject="Welkom ☺", body=body, language="nl", reference="ab12")


@pytest.fixture
def importer(open_importer: OpenImporter) -> Importer:
    importer = with_clients(open_importer())
    importer.invitations.queue(importer.clients())
    return importer


class Mailbox:
    """What an ``aiosmtpd`` server hands on."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 taken"


@contextmanager
def listening(box: Mailbox, **options: Any) -> Iterator[int]:
    """The port of a real server that fills *box*."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def test_a_real_server_gets_what_was_shown(importer: Importer) -> None:
    """Subject, body and recipient as in the preview, from the office's address, and nobody else's."""
    shown = importer.invitations.preview(WELCOME).messages
    box = Mailbox()
    with listening(box) as port:
        done = importer.invitations.send(WELCOME, smtp(port))
    assert len(done.sent) == 3
    for (office, to, content), draft in zip(box.taken, shown, strict=True):
        read = message_from_bytes(content, policy=policy.default)
        assert (office, to) == ("office@firm.example", [draft.message.to])
        assert (read["From"], read["To"]) == ("Kantoor Peeters <office@firm.example>", draft.message.to)
        assert read["Subject"] == draft.message.subject
        assert read.get_body().get_content().replace("\r\n", "\n") == draft.message.body  # type: ignore[union-attr]
        assert read["Message-ID"] == f"<clientimport.{draft.message.reference}@firm.example>"
        assert (read["Content-Language"], read["Bcc"]) == (draft.message.language, None)


def test_one_connection_for_all_while_it_holds(importer: Importer, server: MailServer) -> None:
    """A server with a thousand greetings to say is slower than one with one."""
    importer.invitations.send(WELCOME, smtp(server.port))
    assert (len(server.arrived), server.connections) == (3, 1)


def test_dots_and_strange_letters_arrive(server: MailServer) -> None:
    """A line that is a dot ends no message."""
    sender = smtp(server.port)
    body = ".\n..x\n.\n\nDag José ☺\n" + "x" * 2000 + "\n"
    sender.deliver(message(body=body))
    sender.close()
    (read,) = server.messages()
    assert read.get_content().replace("\r\n", "\n") == body
    assert read["Subject"] == "Welkom ☺"


def test_a_refused_recipient_fails_and_the_others_go_on(importer: Importer, server: MailServer) -> None:
    """Greylisted ones wait; both with the server's code and without its words, which name the address."""
    server.refuses.add("jan@voorbeeld.be")
    server.greylists.add("els@voorbeeld.be")
    done = importer.invitations.send(WELCOME, smtp(server.port))
    assert server.recipients == ["tom@voorbeeld.be"]
    assert [(row.client, row.error) for row in done.failed] == [("1", "recipient-refused 550")]
    assert [(row.client, row.error) for row in done.deferred] == [("2", "deferred 451")]
    server.greylists.clear()
    importer.invitations.send(WELCOME, smtp(server.port))
    assert server.recipients == ["tom@voorbeeld.be", "els@voorbeeld.be"]
    assert states(importer) == {"1": "failed", "2": "sent", "4": "sent"}


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [("554 spam", "failed", "message-refused 554"), ("452 full", "queued", "deferred 452")],
)
def test_a_message_that_is_refused_whole(
    importer: Importer, server: MailServer, answer: str, state: str, error: str
) -> None:
    """The last answer is the one that counts."""
    server.answers["jan@voorbeeld.be"] = answer
    importer.invitations.send(WELCOME, smtp(server.port))
    row = importer.invitations.list()[0]
    assert (row.state, row.error) == (state, error)
    assert server.recipients == ["els@voorbeeld.be", "tom@voorbeeld.be"]


def test_a_connection_that_breaks_before_the_answer_is_unknown(importer: Importer, server: MailServer) -> None:
    """It did go, as it happens; it is not sent again until somebody says so."""
    server.drops.add("els@voorbeeld.be")
    done = importer.invitations.send(WELCOME, smtp(server.port))
    assert [row.client for row in done.unknown] == ["2"]
    assert done.stopped
    assert done.left == 1
    server.drops.clear()
    importer.invitations.send(WELCOME, smtp(server.port))
    assert server.recipients == ["jan@voorbeeld.be", "els@voorbeeld.be", "tom@voorbeeld.be"]
    importer.invitations.send(WELCOME, smtp(server.port), again=["2"])
    assert server.recipients[3:] == ["els@voorbeeld.be"]
    first, second = [read["Message-ID"] for read in server.messages() if read["To"] == "els@voorbeeld.be"]
    assert first == second


def test_a_connection_that_breaks_before_the_message_leaves_it_queued(importer: Importer, server: MailServer) -> None:
    """Nothing can have arrived."""
    server.swallows.add("els@voorbeeld.be")
    done = importer.invitations.send(WELCOME, smtp(server.port))
    assert (done.unknown, done.left, len(done.sent)) == ((), 2, 1)
    assert "SMTPServerDisconnected" in done.stopped
    server.swallows.clear()
    assert len(importer.invitations.send(WELCOME, smtp(server.port)).sent) == 2


@pytest.mark.parametrize("how", ["refuses_sender", "says_goodbye"])
def test_a_server_that_takes_nothing_stops_it_all(importer: Importer, server: MailServer, how: str) -> None:
    """Not one message after the other as failed."""
    setattr(server, how, True)
    done = importer.invitations.send(WELCOME, smtp(server.port))
    assert done.stopped
    assert (done.left, server.arrived) == (3, [])


def test_a_dead_server_leaves_all_queued(importer: Importer) -> None:
    """Nobody is there."""
    with mail_server() as gone:
        port = gone.port
    done = importer.invitations.send(WELCOME, smtp(port))
    assert "cannot be used now" in done.stopped
    assert done.left == 3
    assert set(states(importer).values()) == {"queued"}


def test_a_server_without_encryption_is_not_spoken_to(server: MailServer) -> None:
    """Unless somebody said so."""
    with pytest.raises(SenderUnavailableError):
        smtp(server.port, security="starttls").deliver(message())
    with pytest.raises(SenderUnavailableError):
        smtp(server.port, username="jan", password="hunter2").deliver(message())
    assert server.arrived == []


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(server: MailServer) -> None:
    """It fails instead of arriving somewhere else."""
    ascii_only = smtp(server.port)
    with pytest.raises(MessageRefusedError):
        ascii_only.deliver(message("josé@voorbeeld.be"))
    ascii_only.close()
    box = Mailbox()
    with listening(box, enable_SMTPUTF8=True) as port:
        sender = smtp(port)
        sender.deliver(message("josé@voorbeeld.be"))
        sender.close()
    assert box.taken[0][1] == ["josé@voorbeeld.be"]


def test_secrets_are_not_shown() -> None:
    """Not in a representation, not in an error."""
    sender = SmtpSender("mail.firm.example", sender="o@firm.example", username="jan", password="hunter2")
    assert "hunter2" not in repr(sender)
    assert "jan" not in repr(sender)
    with pytest.raises(SettingsError) as refused:
        SmtpSender("mail.firm.example", sender="o@firm.example", password="hunter2")
    assert "hunter2" not in str(refused.value)
    with pytest.raises(SettingsError) as refused:
        open_sender("smtp://jan:hunter2@mail.firm.example?from=o@firm.example")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"security": "ssl"},
        {"host": ""},
        {"host": "x\r\ny"},
        {"port": 0},
        {"port": "25"},
        {"security": "none", "username": "jan", "password": "x"},
        {"sender": "office"},
    ],
)
def test_what_is_wrong_is_named(wrong: dict[str, Any]) -> None:
    """When the sender is made."""
    given = {"host": "mail.firm.example", "sender": "o@firm.example", **wrong}
    with pytest.raises(SettingsError):
        SmtpSender(given.pop("host"), **given)


def test_senders_as_a_line_of_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As the command line has them; the password is the environment's."""
    monkeypatch.setenv("CLIENTIMPORT_SMTP_PASSWORD", "hunter2")
    shown = {
        "smtp://jan%40x@mail.firm.example?from=o@firm.example": "SmtpSender('mail.firm.example', 587, security='starttls')",
        "smtps://mail.firm.example?from=o@firm.example": "SmtpSender('mail.firm.example', 465, security='tls')",
        "smtp+none://localhost:2525?from=o@firm.example": "SmtpSender('localhost', 2525, security='none')",
        f"folder:{tmp_path}?from=o@firm.example": f"FolderSender({str(tmp_path)!r})",
    }
    for url, text in shown.items():
        assert repr(open_sender(url)) == text
    assert open_sender("pigeon:x") is None
    assert open_sender(SmtpSender) is None
    for wrong in (
        "smtp://mail.firm.example",
        "smtp://x:99999?from=o@firm.example",
        "folder:x?to=y",
        "smtp:?from=o@x.be",
    ):
        with pytest.raises(SettingsError):
            open_sender(wrong)


def test_a_folder_holds_what_would_have_gone(tmp_path: Path, importer: Importer) -> None:
    """One file a message."""
    done = importer.invitations.send(WELCOME, f"folder:{tmp_path / 'out'}?from=Kantoor <office@firm.example>")
    files = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (tmp_path / "out").glob("*.eml")]
    assert len(done.sent) == 3
    assert {read["To"] for read in files} == {"jan@voorbeeld.be", "els@voorbeeld.be", "tom@voorbeeld.be"}
    (tmp_path / "file").write_text("x")
    with pytest.raises(SenderUnavailableError):
        FolderSender(tmp_path / "file", sender="o@firm.example").deliver(message())


def test_ours_are_senders(tmp_path: Path) -> None:
    """As a plugin's are."""
    assert isinstance(FolderSender(tmp_path, sender="o@firm.example"), Sender)
    with mail_server() as server:
        server.greylists.add("jan@voorbeeld.be")
        sender = smtp(server.port)
        assert isinstance(sender, Sender)
        with pytest.raises(MessageDeferredError):
            sender.deliver(message())
        sender.close()
        sender.close()
