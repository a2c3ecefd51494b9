"""Invitations for clientimport, handed to a web service as JSON."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from clientimport.core.invitations import Message
from clientimport.errors import SettingsError
from clientimport.plugins import hookimpl
from clientimport.ports import MessageDeferredError, MessageRefusedError, Sender, SenderUnavailableError

__version__ = "1.0"

LOOPBACK = ("localhost", "127.0.0.1", "::1")
LATER = (429, 503)


@hookimpl
def clientimport_open_sender(target: object) -> Sender | None:
    if isinstance(target, str) and target.startswith("webhook+"):
        return WebhookSender(target.removeprefix("webhook+"))
    return None


class WebhookSender:
    """Posts every message to one address, each over a connection of its own: an old one may be gone without a word, and then
    nobody would know whether the message was.
    """

    def __init__(self, url: str, *, timeout: float = 30) -> None:
        parts = urlsplit(url)
        if not parts.hostname or (parts.scheme != "https" and not _is_local(parts)):
            raise SettingsError("sender", parts.scheme, wanted="webhook+https://host/path; http to this machine only")
        self._parts = parts
        self._timeout = timeout

    def __repr__(self) -> str:
        return f"WebhookSender({self._parts.hostname!r})"

    def deliver(self, message: Message) -> None:
        connection = self._connected()
        try:
            said = {"to": message.to, "subject": message.subject, "body": message.body, "language": message.language}
            headers = {"Content-Type": "application/json", "Idempotency-Key": message.reference}
            path = f"{self._parts.path or '/'}{'?' if self._parts.query else ''}{self._parts.query}"
            connection.request("POST", path, json.dumps(said).encode(), headers)
            status = connection.getresponse().status
        finally:
            connection.close()
        if status in LATER:
            raise MessageDeferredError(f"deferred {status}")
        if 400 <= status < 500:
            raise MessageRefusedError(f"message-refused {status}")
        if not 200 <= status < 300:
            raise OSError(f"the service answered {status}, which does not say whether it has the message")

    def close(self) -> None:
        """Nothing stays open."""

    def _connected(self) -> HTTPConnection:
        host = str(self._parts.hostname)
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = kind(host, self._parts.port, timeout=self._timeout)
        try:
            connection.connect()
        except OSError as error:
            raise SenderUnavailableError(f"{host} cannot be reached ({type(error).__name__}).") from None
        return connection


def _is_local(parts: SplitResult) -> bool:
    return parts.scheme == "http" and parts.hostname in LOOPBACK
