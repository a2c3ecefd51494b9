"""The plugin as its author tests it: every promise of a sender, against a real server on loopback."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import clientimport_webhook
import pytest
from clientimport_webhook import WebhookSender

from clientimport import Importer, SettingsError
from clientimport.testing.senders import SenderConformance

TEMPLATES = {"welcome": {"en": {"subject": "Welcome", "body": "Dear {name}"}}}
ANSWERS = {"refuse": 422, "defer": 503}


class Service:
    """Takes messages, or does as it is told."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.told: dict[str, str] = {}
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outcome = service.told.get(said["to"], "")
                if outcome not in ANSWERS:
                    service.taken.append((said["to"], f"{said['subject']}\n{said['body']}"))
                    service.keys.append(self.headers["Idempotency-Key"])
                if outcome == "vanish":
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(ANSWERS.get(outcome, 202))
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/send?list=1"

    def sender(self) -> WebhookSender:
        return WebhookSender(self.url)

    def says(self, address: str, outcome: str) -> None:
        self.told[address] = outcome
        if outcome == "away":
            self.close()

    def arrived(self) -> list[tuple[str, str]]:
        return self.taken

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


@pytest.fixture
def receiver() -> Iterator[Service]:
    service = Service()
    yield service
    if service._thread.is_alive():
        service.close()


class TestWebhook(SenderConformance):
    """All of them."""


def test_invitations_go_through_it(receiver: Service) -> None:
    with Importer("memory:", plugins=[clientimport_webhook]) as importer:
        importer.apply(importer.plan([{"name": "Ann", "email": "ann@mail.example"}]))
        importer.invitations.queue(importer.clients())
        sent = importer.invitations.send({"templates": TEMPLATES}, f"webhook+{receiver.url}").sent
    assert [invitation.state for invitation in sent] == ["sent"]
    assert receiver.arrived() == [("ann@mail.example", "Welcome\nDear Ann")]
    assert len(receiver.keys[0]) == 32


@pytest.mark.parametrize("url", ["webhook+http://mail.firm.example/", "webhook+ftp://x/", "webhook+https://"])
def test_what_is_no_address_is_refused_before_anything_is_sent(url: str) -> None:
    with Importer("memory:", plugins=[clientimport_webhook]) as importer, pytest.raises(SettingsError, match="webhook"):
        importer.invitations.send({"templates": TEMPLATES}, url)
