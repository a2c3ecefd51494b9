"""Who may get a message goes by its state; and who got one comes into another."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from clientimport import SettingsError
from clientimport.core.invitations import Message
from clientimport.core.profile import InvitationStyle, MessageRule
from clientimport.documents.profile import profile_from_dict, profile_to_dict
from clientimport.messages import Messages
from clientimport.ports import MessageRefusedError
from tests.invitations.given import WELCOME, Posted, smtp, states
from tests.invitations.mailserver import MailServer
from tests.invitations.moving import (
    DATA,
    LIFECYCLE,
    MESSAGES,
    QUESTIONNAIRE,
    ROWS,
    STYLE,
    TAX,
    filled,
    opened,
    statuses,
)
from tests.planning.given import OpenImporter, bring_in


def test_a_message_goes_to_those_in_its_states(open_importer: OpenImporter) -> None:
    """At the import, queued by hand, looked at and sent; the state says why not, in three languages."""
    importer = filled(open_importer)
    assert states(importer) == {"1": "queued", "2": "queued", "3": "queued"}
    refused = importer.invitations.queue(importer.clients()).refused
    assert [(each.client, each.reason, each.detail) for each in refused] == [
        ("1", "invited", ""), ("2", "invited", ""), ("3", "invited", ""), ("4", "state", "missing-info"),
    ]  # fmt: skip
    assert [each.reason for each in importer.invitations.queue("1", template="reminder").refused] == ["state"]

    importer.fire("2", "lock")
    importer.fire("3", "archive")
    seen = importer.invitations.preview(WELCOME)
    assert [each.client for each in seen.messages] == ["1"]
    assert [(each.client, each.reason, each.detail) for each in seen.without] == [
        ("2", "state", "locked"),
        ("3", "inactive", ""),
    ]
    done = importer.invitations.send(WELCOME, Posted())
    assert done.without == seen.without
    assert [Messages(lang, TAX).uninvited("state", "missing-info") for lang in ("en", "nl", "fr")] == [
        "is in the state Missing Info, in which this message is not sent",
        "heeft de status Missing Info, waarin dit bericht niet verzonden wordt",
        "a le statut Missing Info, dans lequel ce message n'est pas envoyé",
    ]
    assert Messages("en", TAX).uninvited("embargo", "2026-02-01") == "not before its day (2026-02-01)"


def test_a_message_without_rules_goes_to_active_clients(open_importer: OpenImporter) -> None:
    """Whatever their state, and moves nobody."""
    importer = filled(open_importer)
    importer.invitations.cancel()
    importer.fire("3", "archive")
    done = importer.invitations.queue(importer.clients(), template="hello")
    assert [row.client for row in done.queued] == ["1", "2", "4"]
    hello = {**WELCOME, "templates": {"hello": {"nl": {"subject": "Dag", "body": "Dag {name}"}}}}
    sent = importer.invitations.send(hello, Posted())
    assert (len(sent.sent), sent.moved, sent.run) == (3, (), "")
    assert statuses(importer) == {"1": "not-sent", "2": "not-sent", "3": "archived", "4": "missing-info"}
    assert [run.kind for run in importer.runs.list()] == ["import", "status"]


def test_the_rules_of_a_message_hold_for_its_sequels(open_importer: OpenImporter) -> None:
    """A second reminder, a questionnaire a year: each a name of its own, so each goes once."""
    importer = filled(open_importer)
    importer.invitations.cancel()
    texts = {
        name: {"nl": {"subject": "Dag", "body": "Dag {name}"}} for name in ("welcome_2027", "welcomed", "reminder_2")
    }
    said = {"default_language": "nl", "templates": texts}
    assert [each.reason for each in importer.invitations.queue("1", template="reminder_2").refused] == ["state"]
    importer.invitations.queue("1", template="welcome_2027")
    importer.invitations.queue("2", template="welcomed")
    assert importer.invitations.send(said, Posted()).moved == ("1",)
    assert statuses(importer)["1"] == "sent"
    assert [row.client for row in importer.invitations.queue("1", template="reminder_2").queued] == ["1"]
    style = InvitationStyle(messages={"a": MessageRule(event="x"), "a_b": MessageRule(event="y")})
    assert [style.rule(name).event for name in ("a", "a_b", "a_b_c", "a_c", "ab", "b")] == ["x", "y", "y", "x", "", ""]


def test_an_import_goes_by_the_rules_of_the_message_that_its_template_goes_on_from(open_importer: OpenImporter) -> None:
    """This year's questionnaire needs no table of its own: who lacks information is not queued for it either."""
    style = {"on_import": True, "template": "welcome_2027", "messages": MESSAGES}
    importer = opened(open_importer, profile_from_dict({**DATA, "invitations": style}))
    run = bring_in(importer, *ROWS).run
    queued = {row.client: row.template for row in importer.invitations.list(run=run)}
    assert queued == dict.fromkeys(("1", "2", "3"), "welcome_2027")
    assert statuses(importer)["4"] == "missing-info"


def test_sending_moves_its_clients_in_one_run(open_importer: OpenImporter, server: MailServer) -> None:
    """Through a mail server; who was refused stays; the run says what moved, and by what."""
    importer = filled(open_importer)
    server.refuses.add("els@voorbeeld.be")
    done = importer.invitations.send(WELCOME, smtp(server.port))
    assert ([row.client for row in done.sent], [row.client for row in done.failed]) == (["1", "3"], ["2"])
    assert (done.moved, done.to_dict()["moved"], done.run) == (("1", "3"), ["1", "3"], "r2")
    assert statuses(importer) == {"1": "sent", "2": "not-sent", "3": "sent", "4": "missing-info"}
    run = importer.runs.list()[-1]
    assert (run.id, run.kind, run.state, run.counts) == ("r2", "status", "done", '{"moved":2}')
    assert '"event":"send"' in run.header
    assert '"sent":true' in run.header
    entry = importer.activity()[-1]
    assert (entry.action, entry.run, entry.summary["moved"]) == ("invitations-sent", "r2", 2)
    assert importer.invitations.send(WELCOME, smtp(server.port)).run == ""
    assert [row.client for row in importer.invitations.queue("1", template="reminder").queued] == ["1"]


def test_a_client_that_cannot_move_got_its_message_all_the_same(open_importer: OpenImporter) -> None:
    """Its state changed while the message was on its way: it is recorded as sent, and nothing else happens."""
    importer = filled(open_importer)
    other = opened(open_importer)

    class Meddling(Posted):
        def deliver(self, message: Message) -> None:
            super().deliver(message)
            if message.to == "jan@voorbeeld.be":
                other.fire("1", "lock")
            if message.to == "els@voorbeeld.be":
                other.remove("2")

    done = importer.invitations.send(WELCOME, Meddling())
    assert [row.client for row in done.sent] == ["1", "2", "3"]
    assert done.moved == ("3",)
    assert statuses(importer) == {"1": "locked", "3": "sent", "4": "missing-info"}


def test_what_is_unknown_moves_nobody_until_it_is_sent(open_importer: OpenImporter) -> None:
    """Again, by name."""
    importer = filled(open_importer)
    done = importer.invitations.send(WELCOME, Posted(raises={"jan@voorbeeld.be": OSError()}, arrives=True))
    assert ([row.client for row in done.unknown], done.moved) == (["1"], ())
    assert statuses(importer)["1"] == "not-sent"
    again = importer.invitations.send(WELCOME, Posted(), again=["1"], limit=1)
    assert again.moved == ("1",)
    assert statuses(importer)["1"] == "sent"


def test_undoing_the_run_names_what_was_sent(open_importer: OpenImporter) -> None:
    """And puts nobody back; asked twice, it says the same. What is sent afterwards moves in a run of its own."""
    importer = filled(open_importer)
    run = importer.invitations.send(WELCOME, Posted(), limit=2).run
    for _ in range(2):
        undone = importer.undo(run)
        assert [(kept.client, kept.field, kept.reason) for kept in undone.kept] == [
            ("2", None, "invitation-sent"),
            ("1", None, "invitation-sent"),
        ]
        assert undone.reversed == 0
    assert list(statuses(importer).values()) == ["sent", "sent", "not-sent", "missing-info"]
    done = importer.invitations.send(WELCOME, Posted())
    assert (done.moved, done.run != run) == (("3",), True)


def test_a_run_that_is_undone_while_it_grows_is_left(open_importer: OpenImporter) -> None:
    """The rest moves in another one, so that no undone run holds what was not undone."""
    importer = filled(open_importer)
    other = opened(open_importer)

    class Undoing(Posted):
        def deliver(self, message: Message) -> None:
            super().deliver(message)
            if message.to == "els@voorbeeld.be":
                other.undo("r2")

    done = importer.invitations.send(WELCOME, Undoing())
    assert done.moved == ("1", "2", "3")
    runs = {run.id: run for run in importer.runs.list()}
    assert (runs["r2"].counts, runs[done.run].counts, runs[done.run].undone_by) == (
        '{"moved":1}', '{"moved":2}', None,
    )  # fmt: skip


def test_undoing_the_import_says_who_stays_and_why(open_importer: OpenImporter) -> None:
    """Changed since, because its message moved it, and the message is gone; the others go, and what is queued for them too."""
    importer = filled(open_importer)
    importer.invitations.send(WELCOME, Posted(), limit=1)
    undone = importer.undo("r1")
    said = Messages("en")
    assert [(kept.client, said.kept(kept.reason)) for kept in undone.kept] == [
        ("1", "changed by somebody since"),
        ("1", "an invitation was sent, which nobody can take back"),
    ]
    assert statuses(importer) == {"1": "sent"}
    assert states(importer) == {"1": "sent", "2": "cancelled", "3": "cancelled"}


def test_a_preview_shows_the_fields_that_the_profile_names(open_importer: OpenImporter) -> None:
    """With how many go in which language; a field of the host may stand in a message too."""
    importer = filled(open_importer)
    asking = {
        "default_language": "nl",
        "templates": {
            "welcome": {
                "nl": {"subject": "Uw {questionnaire}", "body": "Dag {name}"},
                "en": {"subject": "Yours", "body": "Dear {name}"},
            }
        },
    }
    seen = importer.invitations.preview(asking)
    assert [(each.message.subject, dict(each.shows)) for each in seen.messages] == [
        ("Uw checklist", {"questionnaire": "checklist"}),
        ("Yours", {"questionnaire": None}),
        ("Uw checklist", {"questionnaire": "checklist"}),
    ]
    assert seen.languages == seen.to_dict()["languages"] == {"nl": 2, "en": 1}
    assert "checklist" not in repr(seen)
    own = attrs.evolve(TAX, fields=(QUESTIONNAIRE,))  # declared by the profile instead
    same = open_importer(profile=own).invitations.preview(asking)
    assert [each.to_dict() for each in same.messages] == [each.to_dict() for each in seen.messages]
    with pytest.raises(SettingsError, match="questionnaire"):  # a field that nobody declared
        open_importer(profile=attrs.evolve(TAX, invitations=InvitationStyle(shows=("questionnaire",))))


def test_a_receipt_counts_what_is_queued_and_not_sent_yet(open_importer: OpenImporter) -> None:
    """When it is read, of the clients that it made; the state counts, and the message."""
    importer = opened(open_importer)
    receipt = bring_in(importer, *ROWS)
    assert (receipt.invitations_queued, receipt.unsent) == (3, 3)
    assert "invitations_queued" not in receipt.counts
    assert receipt.to_text().endswith("\nMessages not sent yet: 3\n")
    assert (receipt.to_dict()["invitations_queued"], receipt.to_dict()["unsent"]) == (3, 3)

    importer.invitations.send(WELCOME, Posted(raises={"els@voorbeeld.be": MessageRefusedError("550")}), limit=2)
    importer.remove("3")
    assert receipt.unsent == 1
    later = bring_in(importer, {"name": "Ann", "email": "ann@voorbeeld.be", "city": "Gent"})
    assert (later.invitations_queued, later.unsent, receipt.unsent) == (1, 1, 1)
    undone = importer.undo(later)
    assert (importer.runs.receipt(undone.run).unsent, later.unsent) == (None, 0)


def test_a_receipt_says_it_in_the_profile_s_words(open_importer: OpenImporter) -> None:
    """And says nothing where the profile does not ask."""
    labels = {"unsent": "questionnaires not sent yet"}
    importer = opened(open_importer, attrs.evolve(TAX, labels=labels))
    assert bring_in(importer, *ROWS[:2]).to_text("nl").endswith("\nquestionnaires not sent yet: 2\n")
    style = attrs.evolve(TAX.invitations, count_unsent=False, on_import=False)
    silent = bring_in(opened(open_importer, attrs.evolve(TAX, invitations=style)), *ROWS[2:])
    assert (silent.unsent, silent.invitations_queued) == (None, 0)
    assert "unsent" not in silent.to_dict()
    assert "not sent yet" not in silent.to_text()
    assert "Messages queued" not in silent.to_text()


def test_the_rules_read_back(open_importer: OpenImporter) -> None:
    """From plain data, as a plan keeps them."""
    assert profile_from_dict(profile_to_dict(TAX)) == TAX
    assert TAX.invitations.rule("welcome") == MessageRule(sources=("not-sent",), event="send")
    assert TAX.invitations.rule("other") == MessageRule()
    assert profile_to_dict(profile_from_dict({"name": "a"}))["invitations"] == {
        "on_import": False,
        "template": "welcome",
    }


@pytest.mark.parametrize(
    ("style", "key", "said"),
    [
        ({"messages": []}, "invitations.messages", "a table"),
        ({"messages": {"wel come": {}}}, "invitations.messages", "letters, digits and underscores"),
        ({"messages": {"welcome": {"to": []}}}, "invitations.messages.welcome: the key", "Allowed: from, event"),
        ({"messages": {"welcome": {"from": "sent"}}}, "invitations.messages.welcome.from", "a list"),
        ({"messages": {"welcome": {"from": ["gone"]}}}, "invitations.messages.welcome.from", "not-sent"),
        ({"messages": {"welcome": {"from": ["archived"]}}}, "invitations.messages.welcome.from", "not-sent"),
        ({"messages": {"welcome": {"event": "go"}}}, "invitations.messages.welcome.event", "send, lock"),
        ({"messages": {"welcome": {"event": "ask"}}}, "invitations.messages.welcome.event", "without guards"),
        (
            {"messages": {"welcome": {"from": ["sent"], "event": "send"}}},
            "invitations.messages.welcome.event",
            "starts from one of sent",
        ),
        ({"count_unsent": True}, "invitations.count_unsent", "messages.welcome.from"),
        ({"count_unsent": 1}, "invitations.count_unsent", "true, false"),
        ({"shows": "name"}, "invitations.shows", "a list"),
        ({"show": []}, "invitations: the key", "shows"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_read(style: dict[str, Any], key: str, said: str) -> None:
    """With the key and what is allowed."""
    with pytest.raises(SettingsError) as error:
        profile_from_dict({"name": "tax", "lifecycle": LIFECYCLE, "invitations": style})
    assert key in str(error.value)
    assert said in str(error.value)


def test_without_a_lifecycle_of_its_own_the_usual_states_hold(open_importer: OpenImporter) -> None:
    """Active and inactive, and their two events."""
    style = {**STYLE, "messages": {"welcome": {"from": ["active"], "event": "deactivate"}}, "shows": []}
    importer = open_importer(profile=profile_from_dict({"name": "last", "invitations": style}))
    bring_in(importer, {"name": "Jan", "email": "jan@voorbeeld.be"})
    assert importer.invitations.send(WELCOME, Posted()).moved == ("1",)
    assert statuses(importer) == {"1": "inactive"}


def test_a_message_without_a_name_is_the_profile_s(open_importer: OpenImporter) -> None:
    """Queued by hand it is the one that an import queues."""
    style = attrs.evolve(TAX.invitations, on_import=False, template="welcome_2027")
    importer = open_importer(profile=attrs.evolve(TAX, invitations=style), fields=[QUESTIONNAIRE])
    bring_in(importer, *ROWS)
    assert [row.template for row in importer.invitations.queue("1").queued] == ["welcome_2027"]
