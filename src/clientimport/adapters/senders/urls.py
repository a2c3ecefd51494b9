"""Senders as one line of text."""

from __future__ import annotations

import os
from urllib.parse import parse_qs, unquote, urlsplit

from clientimport.adapters.senders.folder import FolderSender
from clientimport.adapters.senders.smtp import SmtpSender
from clientimport.errors import SettingsError
from clientimport.ports import Sender

PASSWORD = "CLIENTIMPORT_SMTP_PASSWORD"  # noqa: S105  # the name of a variable
WANTED = (
    "smtp://user@host:587?from=office@firm.example (with STARTTLS), smtps://…, smtp+none://localhost:25?from=…, "
    "or folder:outgoing?from=…"
)
_SECURITY = {"smtp": "starttls", "smtps": "tls", "smtp+none": "none"}


def sender_at(url: str) -> Sender | None:
    """The sender at *url*; ``None`` if it is of another kind. A password comes from ``CLIENTIMPORT_SMTP_PASSWORD`` alone.

    Raises:
        SettingsError: the URL is not complete, or holds a password.
    """
    kind = url.partition(":")[0].lower()
    if kind != "folder" and kind not in _SECURITY:
        return None
    try:
        parts = urlsplit(url)
        options = parse_qs(parts.query, strict_parsing=bool(parts.query))
        port = parts.port
    except ValueError:
        raise SettingsError("sender", f"{kind}:…", wanted=WANTED) from None
    if parts.password is not None:
        raise SettingsError("sender", f"{kind}://…", wanted=f"no password in it: put that into {PASSWORD}")
    if set(options) != {"from"} or len(options["from"]) != 1:
        raise SettingsError("sender", f"{kind}:…", wanted=WANTED)
    sender = options["from"][0]
    if kind == "folder":
        return FolderSender(unquote(parts.path), sender=sender)
    user = None if parts.username is None else unquote(parts.username)
    return SmtpSender(
        parts.hostname or "",
        port,
        sender=sender,
        security=_SECURITY[kind],
        username=user,
        password=os.environ.get(PASSWORD) if user is not None else None,
    )
