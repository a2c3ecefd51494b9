"""An office whose clients move when their questionnaire is sent, as in some tax products."""

from __future__ import annotations

from typing import Any

from clientimport import Field, Importer, Profile
from clientimport.documents.profile import profile_from_dict
from tests.planning.given import OpenImporter, bring_in

LIFECYCLE = {
    "initial": "not-sent",
    "states": [
        {"name": "missing-info", "label": "Missing Info", "when_missing": ["city"]},
        {"name": "not-sent", "label": "Niet verzonden"},
        {"name": "sent", "label": "Verzonden"},
        {"name": "archived", "active": False},
        {"name": "locked", "removable": False},
    ],
    "events": [
        {"name": "send", "from": ["not-sent"], "to": "sent"},
        {"name": "lock", "from": ["not-sent", "sent"], "to": "locked"},
        {"name": "archive", "from": ["not-sent", "sent"], "to": "archived"},
        {"name": "ask", "from": ["not-sent"], "to": "sent", "guards": ["host"]},
    ],
}
MESSAGES = {"welcome": {"from": ["not-sent"], "event": "send"}, "reminder": {"from": ["sent"]}}
STYLE = {"on_import": True, "messages": MESSAGES, "shows": ["questionnaire"], "count_unsent": True}
DATA = {"name": "tax", "invitations": STYLE, "lifecycle": LIFECYCLE}
TAX: Profile = profile_from_dict(DATA)

QUESTIONNAIRE = Field(name="questionnaire", label="Vragenlijst")
ROWS = (
    {"name": "Jan", "email": "jan@voorbeeld.be", "city": "Gent", "language": "nl", "questionnaire": "checklist"},
    {"name": "Els", "email": "els@voorbeeld.be", "city": "Mons", "language": "en", "questionnaire": ""},
    {"name": "Tom", "email": "tom@voorbeeld.be", "city": "Gent", "language": "nl", "questionnaire": "checklist"},
    {"name": "Bo", "email": "bo@voorbeeld.be", "city": "", "language": "nl", "questionnaire": "checklist"},
)
"""Three clients that can get the message, and one that lacks a city."""


def opened(open_importer: OpenImporter, profile: Profile = TAX, **options: Any) -> Importer:
    return open_importer(profile=profile, fields=[QUESTIONNAIRE], **options)


def filled(open_importer: OpenImporter) -> Importer:
    """With the four clients, of whom the import queued three messages, in run r1."""
    importer = opened(open_importer)
    bring_in(importer, *ROWS)
    return importer


def statuses(importer: Importer) -> dict[str, str]:
    """Client -> its state."""
    return {client.id: client.status for client in importer.clients()}
