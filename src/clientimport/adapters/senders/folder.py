"""A sender that writes messages into a folder, to be looked at or sent by another program."""

from __future__ import annotations

import os
from pathlib import Path

from clientimport.adapters.senders.mail import mail, sender_address
from clientimport.core.invitations import Message
from clientimport.ports import SenderUnavailableError


class FolderSender:
    """Writes every message as a file of its own (``.eml``), whole or not at all.

    Args:
        folder: Made if it is not there.
        sender: The address that messages come from, as ``The Office <office@firm.example>``.

    Raises:
        SettingsError: the address is none.
    """

    def __init__(self, folder: str | os.PathLike[str], *, sender: str) -> None:
        self._folder = Path(folder)
        self._sender = sender_address(sender)

    def __repr__(self) -> str:
        return f"FolderSender({str(self._folder)!r})"

    def deliver(self, message: Message) -> None:
        """Write it; see ``clientimport.ports.Sender``."""
        data = mail(message, self._sender).as_bytes()
        path = self._folder / f"{message.reference}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(".part")
            half.write_bytes(data)
            half.replace(path)
        except OSError as error:
            raise SenderUnavailableError(f"The folder {self._folder} cannot be written: {error.strerror}.") from None

    def close(self) -> None:
        """Nothing to let go of."""
