"""Senders: a mail server, or a folder to look at."""

from __future__ import annotations

from clientimport.ports import Sender


def open_sender(target: object) -> Sender | None:
    """The sender that *target* means: a URL such as ``smtp://host:587`` or ``folder:outgoing``, or a sender already.

    Raises:
        SettingsError: the URL is not complete.
    """
    if isinstance(target, str):
        from clientimport.adapters.senders.urls import sender_at

        return sender_at(target)
    return target if not isinstance(target, type) and isinstance(target, Sender) else None
