"""What a profile says of invitations, as plain data: read with every key checked, written into plan headers."""

from __future__ import annotations

from typing import Any

from clientimport.core.profile import InvitationStyle, MessageRule
from clientimport.documents.tables import table, text, texts, yes_no


def style_from_dict(data: object) -> InvitationStyle:
    """A style from plain data: ``on_import``, ``template``, ``messages``, ``shows``, ``count_unsent``.

    Raises:
        SettingsError: a key or value is not one of those allowed; names it.
    """
    found = table("invitations", data, ("on_import", "template", "messages", "shows", "count_unsent"))
    return InvitationStyle(
        on_import=yes_no("invitations.on_import", found.get("on_import", False)),
        template=text("invitations.template", found.get("template", "welcome")),
        messages={
            name: _rule(f"invitations.messages.{name}", entry)
            for name, entry in table("invitations.messages", found.get("messages", {})).items()
        },
        shows=texts("invitations.shows", found.get("shows", [])),
        count_unsent=yes_no("invitations.count_unsent", found.get("count_unsent", False)),
    )


def style_to_dict(style: InvitationStyle) -> dict[str, Any]:
    """Plain data that ``style_from_dict`` reads back to an equal style; what is usual is left out."""
    found: dict[str, Any] = {"on_import": style.on_import, "template": style.template}
    if style.messages:
        found["messages"] = {
            name: {"from": list(rule.sources), **({"event": rule.event} if rule.event else {})}
            for name, rule in sorted(style.messages.items())
        }
    if style.shows:
        found["shows"] = list(style.shows)
    if style.count_unsent:
        found["count_unsent"] = True
    return found


def _rule(key: str, entry: object) -> MessageRule:
    found = table(key, entry, ("from", "event"))
    return MessageRule(
        sources=texts(f"{key}.from", found.get("from", [])), event=text(f"{key}.event", found.get("event", ""))
    )
