"""Queued, looked at, sent once, called off."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from clientimport import Actor, Client, Importer, Profile, SettingsError
from clientimport.errors import PermissionRefusedError
from clientimport.ports import MessageDeferredError, MessageRefusedError, SenderUnavailableError
from tests.invitations.given import INVITING, ROWS, WELCOME, Posted, states, with_clients
from tests.planning.given import NOW, OpenImporter, bring_in, plan_of


@pytest.fixture
def importer(open_importer: OpenImporter) -> Importer:
    return with_clients(open_importer())


def test_everybody_who_can_be_is_queued_once(importer: Importer) -> None:
    """Who cannot is named; nobody is queued a second time, whatever became of the first, except where it failed."""
    importer.status.deactivate("4")
    done = importer.invitations.queue(importer.clients())
    assert [row.client for row in done.queued] == ["1", "2"]
    assert [(each.client, each.reason) for each in done.refused] == [("3", "no-email"), ("4", "inactive")]

    again = importer.invitations.queue(["1", "1", "2", "99"])
    assert again.queued == ()
    assert [(each.client, each.reason) for each in again.refused] == [
        ("1", "invited"), ("2", "invited"), ("99", "gone"),
    ]  # fmt: skip
    assert [row.template for row in importer.invitations.queue("1", template="reminder").queued] == ["reminder"]


def test_a_preview_shows_every_message_and_writes_nothing(importer: Importer) -> None:
    """In each client's language, or the one asked for; with who gets none, and why."""
    importer.invitations.queue(["1", "2"], not_before=None)
    importer.invitations.queue("4", not_before=date(2026, 1, 16))
    before = importer.invitations.list(), importer.activity()
    seen = importer.invitations.preview(WELCOME)
    assert [each.to_dict() for each in seen.messages] == [
        {
            "id": "1", "client": "1", "template": "welcome", "language": "nl", "to": "jan@voorbeeld.be",
            "subject": "Welkom bij Kantoor Peeters", "body": "Dag Jan Peeters,\n\nuw nummer is 1.\n", "shows": {},
        },
        {
            "id": "2", "client": "2", "template": "welcome", "language": "en", "to": "els@voorbeeld.be",
            "subject": "Welcome to Kantoor Peeters", "body": "Dear Els Maes,\n\nyour number is 2.\n", "shows": {},
        },
    ]  # fmt: skip
    assert [each.to_dict() for each in seen.without] == [
        {"client": "4", "reason": "embargo", "id": "3", "detail": "2026-01-16"}
    ]
    assert (importer.invitations.list(), importer.activity()) == before
    assert "jan@" not in repr(seen)


def test_a_preview_of_clients_that_are_not_queued(importer: Importer) -> None:
    """A last check before queueing: as it would go, or why not."""
    importer.invitations.queue("1")
    sender = Posted()
    importer.invitations.send(WELCOME, sender)
    importer.invitations.queue("2")
    seen = importer.invitations.preview(WELCOME, clients=importer.clients(), language="en")
    assert [(each.id, each.client, each.message.language) for each in seen.messages] == [
        ("2", "2", "en"),
        ("", "4", "en"),
    ]
    assert [(each.client, each.reason) for each in seen.without] == [("1", "invited"), ("3", "no-email")]
    with pytest.raises(SettingsError):
        importer.invitations.preview(WELCOME, clients="1", template="other")


def test_sending_sends_each_once(importer: Importer) -> None:
    """However often it is asked to; the log says so, and names nobody."""
    importer.invitations.queue(importer.clients())
    sender = Posted()
    done = importer.invitations.send(WELCOME, sender)
    assert sender.to == ["jan@voorbeeld.be", "els@voorbeeld.be", "tom@voorbeeld.be"]
    assert [(row.client, row.language, row.state, row.attempts) for row in done.sent] == [
        ("1", "nl", "sent", 1), ("2", "en", "sent", 1), ("4", "nl", "sent", 1),
    ]  # fmt: skip
    assert (done.failed, done.unknown, done.left, done.stopped) == ((), (), 0, "")
    assert len({message.reference for message in sender.delivered}) == 3
    assert importer.invitations.send(WELCOME, sender).sent == ()
    assert len(sender.delivered) == 3
    assert sender.closed == 2
    said = [(entry.action, dict(entry.summary)) for entry in importer.activity()[-2:]]
    assert said == [
        ("invitations-queued", {"template": "welcome", "count": 3}),
        ("invitations-sent", {"sent": 3, "failed": 0, "deferred": 0, "unknown": 0}),
    ]
    assert "@" not in str(importer.activity())


def test_a_few_first(importer: Importer) -> None:
    """The canaries; the rest stays queued until somebody looked at them."""
    importer.invitations.queue(importer.clients())
    sender = Posted()
    done = importer.invitations.send(WELCOME, sender, limit=1)
    assert (len(done.sent), done.left, states(importer)) == (1, 2, {"1": "sent", "2": "queued", "4": "queued"})
    importer.invitations.send(WELCOME, sender)
    assert sender.to == ["jan@voorbeeld.be", "els@voorbeeld.be", "tom@voorbeeld.be"]


def test_an_embargo_ends_on_its_day(open_importer: OpenImporter) -> None:
    """Not a day earlier."""
    importer = with_clients(open_importer())
    importer.invitations.queue("1", not_before="2026-01-16")
    sender = Posted()
    early = importer.invitations.send(WELCOME, sender)
    assert [(each.reason, each.detail) for each in early.without] == [("embargo", "2026-01-16")]
    assert (sender.to, early.left) == ([], 1)
    later = open_importer(clock=lambda: datetime(2026, 1, 16, tzinfo=UTC))
    assert len(later.invitations.send(WELCOME, sender).sent) == 1


def test_what_a_server_refuses_fails_and_the_others_go_on(importer: Importer) -> None:
    """With its reason, without its words; what is put off stays queued."""
    importer.invitations.queue(importer.clients())
    refused, put_off = MessageRefusedError("recipient-refused 550"), MessageDeferredError("deferred 451")
    sender = Posted(raises={"jan@voorbeeld.be": refused, "els@voorbeeld.be": put_off})
    done = importer.invitations.send(WELCOME, sender)
    assert [(row.client, row.state, row.error) for row in done.failed] == [("1", "failed", "recipient-refused 550")]
    assert [(row.client, row.state, row.error) for row in done.deferred] == [("2", "queued", "deferred 451")]
    assert (sender.to, done.left) == (["tom@voorbeeld.be"], 1)
    sender.raises.clear()
    done = importer.invitations.send(WELCOME, sender, again=["1"])
    assert sender.to == ["tom@voorbeeld.be", "jan@voorbeeld.be", "els@voorbeeld.be"]
    assert {row.state for row in importer.invitations.list()} == {"sent"}


def test_a_server_that_cannot_be_used_stops_it(importer: Importer) -> None:
    """What was not handed over stays queued."""
    importer.invitations.queue(importer.clients())
    sender = Posted(raises={"els@voorbeeld.be": SenderUnavailableError("The server is away.")})
    done = importer.invitations.send(WELCOME, sender)
    assert (done.stopped, done.left, states(importer)) == (
        "The server is away.", 2, {"1": "sent", "2": "queued", "4": "queued"},
    )  # fmt: skip


@pytest.mark.parametrize("arrives", [True, False])
def test_what_nobody_knows_is_not_sent_again_unless_somebody_says_so(importer: Importer, arrives: bool) -> None:
    """Whether it went or not: from here the two look alike."""
    importer.invitations.queue(importer.clients())
    sender = Posted(raises={"els@voorbeeld.be": ConnectionResetError("els@voorbeeld.be")}, arrives=arrives)
    done = importer.invitations.send(WELCOME, sender)
    assert [(row.client, row.error) for row in done.unknown] == [("2", "broke-off")]
    assert "nobody knows" in done.stopped
    assert "@" not in done.stopped
    assert [(each.client, each.reason) for each in importer.invitations.preview(WELCOME).without] == [("2", "unknown")]
    sender.raises.clear()
    importer.invitations.send(WELCOME, sender)
    assert states(importer) == {"1": "sent", "2": "unknown", "4": "sent"}
    assert importer.invitations.queue("2").refused[0].reason == "invited"
    with pytest.raises(SettingsError):
        importer.invitations.cancel("2")
    importer.invitations.send(WELCOME, sender, again="2")
    assert states(importer)["2"] == "sent"
    assert sender.to.count("els@voorbeeld.be") == 1 + arrives


def test_again_is_for_what_failed_or_is_unknown(importer: Importer) -> None:
    """What was sent, called off, or queued anew since is refused, and then nothing is sent."""
    importer.invitations.queue(importer.clients())
    sender = Posted(raises={"jan@voorbeeld.be": MessageRefusedError("recipient-refused 550")})
    importer.invitations.send(WELCOME, sender)
    importer.invitations.queue(["1"])
    importer.invitations.queue(["1", "2"], template="reminder")
    importer.invitations.cancel(["5"])
    before = states(importer)
    for wrong in ("1", "2", "5", "99", "x"):
        with pytest.raises(SettingsError):
            importer.invitations.send(WELCOME, sender, again=[wrong])
    assert (states(importer), len(sender.delivered)) == (before, 2)


def test_called_off(importer: Importer) -> None:
    """All or none; what is called off may be queued again."""
    importer.invitations.queue(importer.clients())
    sender = Posted()
    importer.invitations.send(WELCOME, sender, limit=1)
    with pytest.raises(SettingsError):
        importer.invitations.cancel(["2", "1"])
    assert states(importer) == {"1": "sent", "2": "queued", "4": "queued"}
    assert importer.invitations.cancel("2") == ["2"]
    assert importer.invitations.cancel(["2"]) == []
    assert importer.invitations.cancel() == ["3"]
    importer.invitations.send(WELCOME, sender)
    assert sender.to == ["jan@voorbeeld.be"]
    assert len(importer.invitations.queue(["2"]).queued) == 1
    assert [row.id for row in importer.invitations.list(state="cancelled")] == ["2", "3"]


def test_the_address_is_the_one_of_the_day_it_is_sent(importer: Importer) -> None:
    """The outbox keeps none; a client that left in between gets nothing."""
    importer.invitations.queue(["1", "2"])
    bring_in(importer, {"name": "Jan Peeters", "email": "jan@voorbeeld.be", "external_id": "7"}, merge="overwrite")
    changed = {"name": "Jan Peeters", "email": "nieuw@voorbeeld.be", "external_id": "7"}
    bring_in(importer, changed, merge="overwrite")
    importer.status.deactivate("2")
    sender = Posted()
    done = importer.invitations.send(WELCOME, sender)
    assert sender.to == ["nieuw@voorbeeld.be"]
    assert [(each.client, each.reason) for each in done.without] == [("2", "inactive")]
    importer.status.reactivate("2")
    importer.invitations.send(WELCOME, sender)
    assert sender.to == ["nieuw@voorbeeld.be", "els@voorbeeld.be"]


def test_a_value_that_is_blank_keeps_a_message_back(importer: Importer) -> None:
    """It stays queued and is named, with the placeholder."""
    data = {"templates": {"welcome": {"en": {"subject": "x", "body": "{city}"}}}}
    importer.invitations.queue(["1"])
    done = importer.invitations.send(data, Posted())
    assert [(each.reason, each.detail) for each in done.without] == [("blank-value", "city")]
    assert done.left == 1


def test_whoever_sends_needs_the_permission(open_importer: OpenImporter) -> None:
    """Its own one, or what the profile names; looking needs none."""
    with_clients(open_importer()).invitations.queue("1")
    clerk = open_importer(actor=Actor(name="an", permissions={"clients.add"}))
    acts: list[Any] = [
        lambda box: box.queue("2"),
        lambda box: box.send(WELCOME, Posted()),
        lambda box: box.cancel(),
    ]
    for act in acts:
        with pytest.raises(PermissionRefusedError) as refused:
            act(clerk.invitations)
        assert refused.value.permission == "invitations.send"
    assert len(clerk.invitations.list()) == len(clerk.invitations.preview(WELCOME).messages) == 1
    actor = Actor(name="an", permissions={"clients.add"})
    profile = Profile(name="own", permissions={"invitations.send": ("clients.add",)})
    assert open_importer(actor=actor, profile=profile).invitations.cancel() == ["1"]
    sender = Actor(name="bo", permissions={"invitations.send"})
    assert open_importer(actor=sender).invitations.queue("1").queued


def test_wrong_arguments_are_named(importer: Importer) -> None:
    """Before anything is done."""
    box = importer.invitations
    wrong: list[tuple[str, Any]] = [
        ("template", lambda: box.queue("1", template="")),
        ("language", lambda: box.queue("1", language=7)),  # type: ignore[arg-type]
        ("not_before", lambda: box.queue("1", not_before="soon")),
        ("client", lambda: box.queue([7])),  # type: ignore[list-item]
        ("state", lambda: box.list(state="gone")),
        ("templates", lambda: box.preview(7)),  # type: ignore[arg-type]
        ("limit", lambda: box.send(WELCOME, Posted(), limit=0)),
        ("per_minute", lambda: box.send(WELCOME, Posted(), per_minute=0)),
        ("sender", lambda: box.send(WELCOME, object())),
        ("sender", lambda: box.send(WELCOME, "pigeon://x")),
        ("invitation", lambda: box.cancel("1")),
    ]
    for key, act in wrong:
        with pytest.raises(SettingsError) as refused:
            act()
        assert refused.value.key == key
    assert box.list() == []
    box.queue("1", template="other")
    with pytest.raises(SettingsError) as refused:
        box.send(WELCOME, Posted())
    assert (refused.value.key, refused.value.allowed) == ("template", ("welcome", "reminder"))


def test_not_faster_than_said(importer: Importer) -> None:
    """A pause between messages, none before the first."""
    importer.invitations.queue(importer.clients())
    waited: list[float] = []
    importer.invitations.send(WELCOME, Posted(), per_minute=30, pause=waited.append)
    assert waited == [2, 2]


def test_an_import_invites_whom_it_makes_if_the_profile_says_so(open_importer: OpenImporter) -> None:
    """In the run itself; clients that were there, and those without an address, are not."""
    importer = open_importer(profile=INVITING)
    receipt = bring_in(importer, *ROWS[:3])
    assert [(row.client, row.run, row.state) for row in importer.invitations.list()] == [
        ("1", receipt.run, "queued"), ("2", receipt.run, "queued"),
    ]  # fmt: skip
    assert importer.invitations.list(run="r9") == []
    plan = plan_of(open_importer(), {"name": "An Bol", "email": "an@voorbeeld.be"})
    open_importer().apply(plan)
    assert len(importer.invitations.list()) == 2


def test_a_plan_invites_as_it_was_made(open_importer: OpenImporter) -> None:
    """Whoever applies it; applied twice it invites once."""
    plan = plan_of(open_importer(profile=INVITING), *ROWS)
    other = open_importer()
    other.apply(plan)
    other.apply(plan)
    assert states(other) == {"1": "queued", "2": "queued", "4": "queued"}


def test_undoing_a_run_undoes_what_it_queued(open_importer: OpenImporter) -> None:
    """What was sent is named; asked again it says the same. What other runs or hands queued stays."""
    importer = open_importer(profile=INVITING)
    receipt = bring_in(importer, *ROWS)
    importer.invitations.queue("1", template="reminder")
    sender = Posted(raises={"els@voorbeeld.be": MessageRefusedError("recipient-refused 550")})
    importer.invitations.send(WELCOME, sender, limit=2)
    undone = importer.undo(receipt)
    assert [(kept.client, kept.field, kept.reason) for kept in undone.kept] == [("1", None, "invitation-sent")]
    assert [(row.client, row.template, row.state) for row in importer.invitations.list()] == [
        ("1", "welcome", "sent"), ("2", "welcome", "cancelled"), ("4", "welcome", "cancelled"), ("1", "reminder", "queued"),
    ]  # fmt: skip
    assert importer.undo(receipt) == undone
    done = importer.invitations.send(WELCOME, sender)
    assert [(each.client, each.reason) for each in done.without] == [("1", "gone")]
    assert sender.to == ["jan@voorbeeld.be"]


def test_who_was_invited_before_an_undo_is_not_invited_again(open_importer: OpenImporter) -> None:
    """A new client with the address of one that is gone: the person is the same. By name it goes; a couple shares an address."""
    importer = open_importer(profile=INVITING)
    receipt = bring_in(importer, *ROWS)
    sender = Posted()
    importer.invitations.send(WELCOME, sender)
    importer.undo(receipt)
    bring_in(importer, *ROWS[:2], {"name": "Mia Jans", "email": "jans@voorbeeld.be"})
    with_couple = {"name": "Bo Jans", "email": "jans@voorbeeld.be"}
    bring_in(importer, with_couple)
    assert {each.reason for each in importer.invitations.preview(WELCOME).without} == {"invited-before"}
    done = importer.invitations.send(WELCOME, sender)
    assert [each.reason for each in done.without] == ["invited-before"] * 2
    assert sender.to[3:] == ["jans@voorbeeld.be"] * 2
    (jan, _) = importer.invitations.list(state="queued")
    importer.invitations.send(WELCOME, sender, again=[jan.id])
    assert sender.to[5:] == ["jan@voorbeeld.be"]
    assert "@" not in str([row.to_dict() for row in importer.invitations.list()])


def test_two_who_send_at_once_send_each_once(open_importer: OpenImporter) -> None:
    """The second one calls what is on its way unknown; the first one, who knows, records it."""
    importer = with_clients(open_importer())
    importer.invitations.queue(importer.clients())
    posted: list[str] = []

    @attrs.define
    class Meanwhile(Posted):
        def deliver(self, message: Any) -> None:
            if not posted:
                posted.append(message.to)
                inner = Posted()
                done = importer.invitations.send(WELCOME, inner)
                posted.extend(inner.to)
                assert [row.client for row in done.unknown] == ["1"]
            else:
                posted.append(message.to)

    done = importer.invitations.send(WELCOME, Meanwhile())
    assert sorted(posted) == ["els@voorbeeld.be", "jan@voorbeeld.be", "tom@voorbeeld.be"]
    assert [row.client for row in done.sent] == ["1"]
    assert set(states(importer).values()) == {"sent"}


def test_a_client_says_its_id_or_itself(importer: Importer) -> None:
    """As everywhere."""
    first: Client = next(importer.clients())
    assert [row.client for row in importer.invitations.queue(first).queued] == ["1"]
    assert importer.invitations.list()[0].to_dict() == {
        "id": "1", "client": "1", "template": "welcome", "language": "", "state": "queued", "run": "", "not_before": "",
        "attempts": 0, "error": "", "queued_at": NOW.isoformat(timespec="seconds"),
        "changed_at": NOW.isoformat(timespec="seconds"), "address": "",
    }  # fmt: skip


def test_undoing_an_import_names_whom_a_message_by_hand_reached(open_importer: OpenImporter) -> None:
    """Not only what the import itself queued: the client goes, and the message cannot."""
    importer = with_clients(open_importer())
    importer.invitations.queue("1")
    importer.invitations.send(WELCOME, Posted())
    (run,) = [run.id for run in importer.runs.list() if run.kind == "import"]
    assert [(each.client, each.reason) for each in importer.undo(run).kept] == [("1", "invitation-sent")]
    assert [(each.client, each.reason) for each in importer.undo(run).kept] == [("1", "invitation-sent")]
    assert not list(importer.clients())


def test_nothing_is_on_its_way_while_it_waits(open_importer: OpenImporter) -> None:
    """Who stops it between two messages leaves none of which nobody knows."""
    importer = with_clients(open_importer())
    importer.invitations.queue(importer.clients())
    seen: list[dict[str, str]] = []
    importer.invitations.send(WELCOME, Posted(), per_minute=60, pause=lambda _: seen.append(states(importer)))
    assert [sorted(each.values()) for each in seen] == [["queued", "queued", "sent"], ["queued", "sent", "sent"]]
