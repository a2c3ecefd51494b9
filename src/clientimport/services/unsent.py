"""Which of the clients that a run made still wait for their message."""

from __future__ import annotations

from clientimport.core.canonical import decode
from clientimport.core.profile import Profile
from clientimport.ports import UnitOfWork


def unsent(work: UnitOfWork, run: str, profile: Profile) -> int:
    """How many clients that *run* made are there, in a state in which they get the message of imports, and were not sent it.

    One that perhaps got it counts as one that did not.
    """
    style, lifecycle = profile.invitations, profile.lifecycle
    sources = style.rule(style.template).sources
    count = 0
    for page in work.runs.operations(run):
        made = [str(row.client) for row in page if row.action == "create" and row.outcome == "applied"]
        stored, messages = work.clients.fetch(made), work.outbox.about(made)
        for client, found in stored.items():
            got = any(row.template == style.template and row.state == "sent" for row in messages.get(client, ()))
            count += not got and lifecycle.state(decode(found.text)) in sources
    return count
