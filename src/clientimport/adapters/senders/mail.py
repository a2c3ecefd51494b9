"""A message as e-mail. Nothing of a message can become a header of its own or another recipient."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from clientimport.core.invitations import Message, clean
from clientimport.errors import SettingsError
from clientimport.ports import MessageRefusedError

NOT_SUPPORTED = "address-not-supported"

_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)*")


def sender_address(text: str) -> Address:
    """The address that messages come from, as ``office@firm.example`` or ``The Office <office@firm.example>``.

    Raises:
        SettingsError: it is none.
    """
    name, spec = parseaddr(text) if isinstance(text, str) and clean(text) == text.strip() else ("", "")
    try:
        address = Address(display_name=name, addr_spec=spec)
        text.encode("utf-8")
        spec.encode("ascii")
    except (ValueError, IndexError, AttributeError, MessageError):
        address = None
    if address is None or not address.domain or not address.username:
        raise SettingsError("sender", text, wanted="an e-mail address, such as The Office <office@firm.example>")
    return address


def recipient(text: str) -> Address:
    """One address, and no other beside it.

    Raises:
        MessageRefusedError: it is not.
    """
    user, _, domain = text.rpartition("@")
    if not user or not _DOMAIN.fullmatch(domain) or clean(text) != text:
        raise MessageRefusedError(NOT_SUPPORTED)
    address = Address(username=user, domain=domain)
    if address.addr_spec != text:  # it would have to be quoted, as two addresses would
        raise MessageRefusedError(NOT_SUPPORTED)
    return address


def mail(message: Message, sender: Address, *, utf8: bool = False) -> EmailMessage:
    """*message* as plain text in seven bits; *utf8*: with addresses as they are, for a server that takes them.

    Raises:
        MessageRefusedError: its address is none.
    """
    made = EmailMessage(policy=SMTP.clone(utf8=utf8, cte_type="8bit" if utf8 else "7bit"))
    made["From"] = sender
    made["To"] = recipient(message.to)
    made["Subject"] = clean(message.subject)
    made["Message-ID"] = f"<clientimport.{message.reference}@{sender.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content("\n".join(message.body.splitlines()), charset="utf-8", cte=None if utf8 else "quoted-printable")
    made["Content-Language"] = message.language  # setting the content takes such headers out
    return made
