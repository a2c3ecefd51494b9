"""A sender that hands messages to a mail server."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from clientimport.adapters.senders.mail import NOT_SUPPORTED, mail, recipient, sender_address
from clientimport.core.invitations import Message
from clientimport.errors import SettingsError
from clientimport.ports import MessageDeferredError, MessageRefusedError, SenderUnavailableError

SECURITIES = ("starttls", "tls", "none")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORTS = {"starttls": 587, "tls": 465, "none": 25}

_DOT = re.compile(rb"(?m)^\.")


class SmtpSender:
    """Hands messages to a mail server, over one connection as long as it holds.

    Only what the server answers after the whole message counts as *sent*. If the connection breaks before the end of a message,
    that one surely did not go; if it breaks after it, before the answer, nobody knows.

    Args:
        host, port: The server; by default port 587, 465 for ``tls``, 25 for ``none``.
        sender: The address that messages come from, as ``The Office <office@firm.example>``.
        security: ``starttls`` (a server that does not offer it is refused), ``tls`` or ``none``.
        username, password: For servers that ask; not over a connection without encryption, except to this machine. Never shown.
        timeout: Seconds to wait for an answer.
        context: How certificates are checked; by default as strictly as Python does.

    Raises:
        SettingsError: one of them is not possible.
    """

    def __init__(
        self,
        host: str,
        port: int | None = None,
        *,
        sender: str,
        security: str = "starttls",
        username: str | None = None,
        password: str | None = None,
        timeout: float = 30,
        context: ssl.SSLContext | None = None,
    ) -> None:
        if security not in SECURITIES:
            raise SettingsError("security", security, allowed=SECURITIES)
        if not isinstance(host, str) or not host or any(sign in host for sign in "\r\n/@ "):
            raise SettingsError("host", host, wanted="the name of a mail server, such as mail.firm.example")
        if port is not None and (not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536):
            raise SettingsError("port", port, wanted="a number from 1 to 65535")
        if (username is None) != (password is None):
            raise SettingsError("password", "(hidden)", wanted="user name and password together, or neither")
        if username is not None and security == "none" and host not in LOOPBACK:
            raise SettingsError("security", security, wanted="starttls or tls where there is a password")
        self._host = host
        self._port = port or PORTS[security]
        self._sender = sender_address(sender)
        self._security = security
        self._login = None if username is None or password is None else (username, password)
        self._timeout = timeout
        self._context = context
        self._server: smtplib.SMTP | None = None

    def __repr__(self) -> str:
        return f"SmtpSender({self._host!r}, {self._port}, security={self._security!r})"

    def deliver(self, message: Message) -> None:
        """Hand it over; see ``clientimport.ports.Sender``."""
        to = recipient(message.to)
        server = self._server or self._connected()
        self._server = server
        utf8 = not to.addr_spec.isascii()
        if utf8 and not server.has_extn("smtputf8"):
            raise MessageRefusedError(NOT_SUPPORTED)
        text = mail(message, self._sender, utf8=utf8).as_bytes()
        options = ("SMTPUTF8", "BODY=8BITMIME") if utf8 else ()
        self._asked(lambda: server.mail(self._sender.addr_spec, options), 250, self._refused_sender)
        self._asked(lambda: server.rcpt(to.addr_spec), 250, self._not_taken("recipient-refused"))
        self._asked(lambda: server.docmd("DATA"), 354, self._not_taken("message-refused"))
        try:
            server.send(_DOT.sub(b"..", text))  # without its end, a server takes no message for whole
        except (OSError, smtplib.SMTPException) as error:
            self._lost(error)
        try:
            server.send(b".\r\n")
            code, _ = server.getreply()
        except BaseException:
            self.close()  # the end may have arrived: whether it went, nobody knows
            raise
        if not 200 <= code < 300:
            self._not_taken("message-refused")(code)

    def close(self) -> None:
        """Say goodbye to the server, if it still listens. Harmless twice."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.close()

    def _connected(self) -> smtplib.SMTP:
        context = self._context or ssl.create_default_context()
        try:
            if self._security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
            else:
                server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        except (OSError, smtplib.SMTPException) as error:
            self._lost(error)
        try:
            if self._security == "starttls":
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if self._login is not None:
                server.login(*self._login)
        except (OSError, smtplib.SMTPException) as error:
            server.close()
            self._lost(error)
        return server

    def _asked(self, ask: Callable[[], tuple[int, bytes]], wanted: int, otherwise: Callable[[int], NoReturn]) -> None:
        try:
            code, _ = ask()
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            self._lost(error)
        if code != wanted and not (wanted == 250 and code == 251):
            otherwise(code)

    def _not_taken(self, kind: str) -> Callable[[int], NoReturn]:
        def otherwise(code: int) -> NoReturn:
            if code == 421:
                self.close()
                raise SenderUnavailableError(f"The mail server {self._host} ends the connection (421).")
            server = self._server
            if server is not None:
                try:
                    server.rset()
                except (OSError, smtplib.SMTPException):
                    self.close()
            if 400 <= code < 500:
                raise MessageDeferredError(f"deferred {code}")
            raise MessageRefusedError(f"{kind} {code}")

        return otherwise

    def _refused_sender(self, code: int) -> NoReturn:
        self.close()
        raise SenderUnavailableError(f"The mail server {self._host} does not take messages from this address ({code}).")

    def _lost(self, error: Exception) -> NoReturn:
        """Stop: nothing of the message at hand was accepted. The server's words are left out, which may name people."""
        self.close()
        code = getattr(error, "smtp_code", None)
        told = type(error).__name__ if code is None else f"{type(error).__name__}, {code}"
        raise SenderUnavailableError(
            f"The mail server {self._host}, port {self._port}, cannot be used now ({told})."
        ) from None
