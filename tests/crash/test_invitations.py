"""Whatever moment a process that sends or invites dies at: nobody gets a message twice unasked."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal

import attrs
import pytest

from clientimport import Importer
from clientimport.adapters.stores.sql import SqlStore
from clientimport.core.invitations import Message
from clientimport.documents.profile import profile_from_dict
from clientimport.ports import Sender
from clientimport.testing.faults import Fault, FaultyStore, kill
from tests.crash.processes import KILLED, ended
from tests.invitations.given import INVITING, ROWS, WELCOME, smtp, states, with_clients
from tests.invitations.mailserver import MailServer, mail_server
from tests.planning.given import NOW, plan_of

MOVING = profile_from_dict(
    {
        "name": "moving",
        "lifecycle": {
            "states": [{"name": "not-sent"}, {"name": "sent"}],
            "events": [{"name": "send", "from": ["not-sent"], "to": "sent"}],
        },
        "invitations": {"on_import": False, "messages": {"welcome": {"from": ["not-sent"], "event": "send"}}},
    }
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the children are forks of this process")


@attrs.define
class Dies:
    """A sender that dies with its process around the second message."""

    sender: Sender
    after: bool
    count: int = 0

    def deliver(self, message: Message) -> None:
        self.count += 1
        if self.count == 2 and not self.after:
            kill()
        self.sender.deliver(message)
        if self.count == 2:
            kill()

    def close(self) -> None:
        self.sender.close()


@pytest.mark.crash
@pytest.mark.parametrize("after", [True, False])
def test_killed_around_a_message(tmp_path: Path, after: bool) -> None:
    """Between sending and recording: unknown, reported, and sent again only by name."""
    url = f"sqlite:///{tmp_path / 'clients.db'}"
    with Importer(url) as importer:
        with_clients(importer).invitations.queue(importer.clients())
    with mail_server() as server:

        def act() -> None:
            Importer(url).invitations.send(WELCOME, Dies(smtp(server.port), after))

        assert ended(act) == KILLED
        with Importer(url) as importer:
            assert states(importer) == {"1": "sent", "2": "sending", "4": "queued"}
            done = importer.invitations.send(WELCOME, smtp(server.port))
            assert [row.client for row in done.unknown] == ["2"]
            assert [row.client for row in done.sent] == ["4"]
            importer.invitations.send(WELCOME, smtp(server.port))
            assert server.recipients.count("els@voorbeeld.be") == int(after)
            importer.invitations.send(WELCOME, smtp(server.port), again=["2"])
            assert server.recipients.count("els@voorbeeld.be") == int(after) + 1
            assert set(states(importer).values()) == {"sent"}


@pytest.mark.crash
@pytest.mark.parametrize("of", ["unit", "statement"])
def test_killed_at_any_moment_while_sending(tmp_path: Path, of: Literal["unit", "statement"]) -> None:
    """And sent again: each message arrives once, or is unknown and arrived once or never.

    Who moved was sent a message and the other way round, and the run that moved it says how many did.
    """
    at = 0
    while True:
        at += 1
        url = f"sqlite:///{tmp_path / f'clients{at}.db'}"
        with Importer(url, profile=MOVING) as importer:
            with_clients(importer).invitations.queue(importer.clients())
        with mail_server() as server:
            code = ended(lambda: send_dying(url, server, at, of))  # noqa: B023
            with Importer(url, profile=MOVING) as importer:
                consistent(importer)
                importer.invitations.send(WELCOME, smtp(server.port))
                consistent(importer)
                for client, state in states(importer).items():
                    email = ROWS[int(client) - 1]["email"]
                    assert server.recipients.count(email) in ((1,) if state == "sent" else (0, 1)), (at, client, state)
                    assert state in ("sent", "unknown")
        if code == 0:
            break
        assert code == KILLED
    assert at > 8


def send_dying(url: str, server: MailServer, at: int, of: Literal["unit", "statement"]) -> None:
    store = FaultyStore(SqlStore(url), Fault(at=at, of=of, when="after" if at % 2 else "before", act=kill))
    Importer(store, profile=MOVING).invitations.send(WELCOME, smtp(server.port))


def consistent(importer: Importer) -> None:
    sent = {client for client, state in states(importer).items() if state == "sent"}
    assert {client.id for client in importer.clients() if client.status == "sent"} == sent
    runs = [run for run in importer.runs.list() if run.kind == "status"]
    assert all(run.state == "done" for run in runs)
    assert sum(json.loads(run.counts)["moved"] for run in runs) == len(sent)


@pytest.mark.crash
def test_killed_while_an_import_invites(tmp_path: Path) -> None:
    """Applied again, each new client has one invitation, as after a run that nobody disturbed."""
    at = 0
    while True:
        at += 1
        path = tmp_path / f"clients{at}.db"
        with Importer(f"sqlite:///{path}", profile=INVITING, clock=lambda: NOW) as importer:
            plan = plan_of(importer, *ROWS)
            plan.save(tmp_path / f"plan{at}.jsonl")

        def act() -> None:
            store = FaultyStore(SqlStore(f"sqlite:///{path}"), Fault(at=at, act=kill))  # noqa: B023
            importer = Importer(store, profile=INVITING, clock=lambda: NOW)
            importer.apply(importer.load(tmp_path / f"plan{at}.jsonl"))  # noqa: B023

        code = ended(act)
        with Importer(f"sqlite:///{path}", profile=INVITING, clock=lambda: NOW) as importer:
            before = states(importer)
            assert set(before) <= {client.id for client in importer.clients()}
            importer.apply(importer.load(tmp_path / f"plan{at}.jsonl"))
            assert states(importer) == {"1": "queued", "2": "queued", "4": "queued"}
        if code == 0:
            break
        assert code == KILLED
    assert at > 5
