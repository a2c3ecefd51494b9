"""Standard and offline profiles of one client: imported one after the other, and joined when the client connects."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from clientimport import FolderSender, Importer
from tests.lifecycle.given import states
from tests.lifecycle.taxpayers import brought, firm, row
from tests.planning.given import OpenImporter, everything, fates

CONNECTED = "A connected client already exists with this Tax Client ID"
DUPLICATE = "A duplicate record with this taxpayer email address already exists in the Client Management screen."

Rows = list[dict[str, str]]


def rows(count: int, offline: str) -> Rows:
    return [row(number, offline=offline) for number in range(1, count + 1)]


def connected(importer: Importer, clients: list[str]) -> str:
    """Invite, enroll and connect *clients*; answer the run of the last."""
    for event in ("invite", "enroll", "connect"):
        moves = importer.fire(clients, event)
        assert moves.moved[: len(clients)] == clients
    return moves.run or ""


def kinds(importer: Importer) -> list[tuple[str, str]]:
    """Tax Client ID and status of each client."""
    return [(str(client["external_id"]), client.status) for client in importer.clients()]


def test_a_hundred_clients_of_whom_ten_never_signed_up(open_importer: OpenImporter) -> None:
    """The same file with Yes: ten are added, ninety refused in the product's words; accepted rows have no comment."""
    importer = firm(open_importer)
    assert Counter(brought(importer, *rows(100, "No"))) == {"": 100}
    ids = [client.id for client in importer.clients()]
    connected(importer, ids[10:])

    with importer.plan(rows(100, "Yes")) as plan:
        receipt = importer.apply(plan)
    assert (receipt.created, receipt.counts["refused"]) == (10, 90)
    assert Counter(each.comment for each in receipt.exceptions.rows()) == {"": 10, CONNECTED: 90}
    assert [each.comment for each in receipt.exceptions.rows()][:11] == [*[""] * 10, CONNECTED]
    assert receipt.exceptions.headers[-1] == "Comments"
    assert Counter(states(importer)) == {"not-invited": 10, "connected": 90, "offline": 10}

    before = everything(importer)
    with importer.plan(rows(100, "Yes")) as again:
        assert Counter(fates(again)) == {"unchanged:no-change": 10, "invalid:findings": 90}
        importer.apply(again)
    assert everything(importer) == before
    importer.undo(receipt)
    assert Counter(states(importer)) == {"not-invited": 10, "connected": 90}


def test_enrolled_is_not_connected(open_importer: OpenImporter) -> None:
    """Only who accepted the firm's request keeps an offline profile out."""
    importer = firm(open_importer)
    brought(importer, *rows(4, "No"))
    importer.fire(["2", "3", "4"], "invite")
    importer.fire(["3", "4"], "enroll")
    importer.fire("4", "disconnect")

    assert brought(importer, *rows(4, "Yes")) == [""] * 4
    assert states(importer)[4:] == ["offline"] * 4


def test_the_other_way_round(open_importer: OpenImporter) -> None:
    """No after Yes adds a standard profile beside the offline one; both have the Tax Client ID and the address."""
    importer = firm(open_importer)
    assert brought(importer, *rows(2, "Yes")) == ["", ""]
    assert brought(importer, *rows(2, "No")) == ["", ""]

    assert kinds(importer) == [
        ("T00001", "offline"), ("T00002", "offline"), ("T00001", "not-invited"), ("T00002", "not-invited"),
    ]  # fmt: skip
    assert [client["email"] for client in importer.clients()] == ["t1@mail.example", "t2@mail.example"] * 2
    for offline in ("Yes", "No"):
        before = everything(importer)
        assert brought(importer, *rows(2, offline)) == ["", ""]
        assert everything(importer) == before


def test_one_file_may_hold_both(open_importer: OpenImporter) -> None:
    """And a row without a word is of a standard client."""
    importer = firm(open_importer)

    assert brought(importer, row(1, offline="Yes"), row(1, offline="No"), row(2, offline="")) == ["", "", ""]
    assert kinds(importer) == [("T00001", "offline"), ("T00001", "not-invited"), ("T00002", "not-invited")]
    assert brought(importer, row(2, offline="No")) == [""]
    assert len(states(importer)) == 3


def test_an_address_is_one_clients_within_its_kind(open_importer: OpenImporter) -> None:
    """Of a stored client, and of an earlier row."""
    importer = firm(open_importer)
    brought(importer, row(1))

    assert brought(importer, row(2, email="T1@mail.example")) == [DUPLICATE]
    assert brought(importer, row(2, email="t1@mail.example", client="")) == [DUPLICATE]
    assert brought(importer, row(3), row(4, email="t3@mail.example")) == ["", DUPLICATE]
    assert brought(importer, row(2, email="t1@mail.example", offline="Yes")) == [""]
    assert brought(importer, row(5, email="t1@mail.example", offline="Yes")) == [DUPLICATE]


def test_connecting_makes_the_offline_one_a_duplicate(open_importer: OpenImporter) -> None:
    """In one run, taken back by one undo; a client without an offline one connects as well."""
    importer = firm(open_importer)
    brought(importer, *rows(2, "No"), row(1, offline="Yes"))
    importer.fire(["1", "2"], "invite")
    importer.fire(["1", "2"], "enroll")
    before = everything(importer)

    preview = importer.status.preview(["1", "2"], "connect")
    moves = importer.fire(["1", "2"], "connect")

    assert [(move.client, move.event, move.after) for move in moves] == [
        ("1", "connect", "connected"), ("2", "connect", "connected"), ("3", "supersede", "duplicate"),
    ]  # fmt: skip
    assert moves.moves == preview.moves
    assert states(importer) == ["connected", "connected", "duplicate"]
    assert brought(importer, row(1, offline="Yes"), row(2, offline="Yes")) == [CONNECTED, CONNECTED]
    assert importer.undo(moves.run or "").kept == ()
    assert everything(importer) == before


@pytest.mark.parametrize("state", ["offline", "duplicate"])
def test_offline_profiles_keep_names_and_address(open_importer: OpenImporter, state: str, tmp_path: Path) -> None:
    """The matrix holds for them, and in a template: their kind, first name, last name and address are locked."""
    importer = firm(open_importer)
    brought(importer, row(1), row(1, offline="Yes"))
    if state == "duplicate":
        connected(importer, ["1"])
    importer.export(tmp_path / "c.csv", status=state, columns=["first_name", "last_name", "email", "mobile"])
    text = (tmp_path / "c.csv").read_text(encoding="utf-8-sig")
    for old, new in (("First1", "Anna"), ("Last1", "Nys"), ("t1@", "new@"), ("0101", "0199")):
        text = text.replace(old, new)
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")

    plan = importer.plan(tmp_path / "c.csv")

    assert [(change.client, change.field) for change in plan.changes()] == [("2", "mobile")]
    assert [each.field for each in plan.findings if each.code == "field-locked"] == ["first_name", "last_name", "email"]


def test_a_kind_is_not_edited(open_importer: OpenImporter, tmp_path: Path) -> None:
    """A client cannot be made an offline one; its cell in a template is locked, and a row that says so is refused."""
    importer = firm(open_importer)
    brought(importer, row(1), row(2, offline="Yes"))
    importer.export(tmp_path / "c.csv", columns=["is_offline"])
    text = (tmp_path / "c.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "c.csv").write_text(text.replace("yes", "x").replace("no", "yes").replace("x", "no"), encoding="utf-8")

    with importer.plan(tmp_path / "c.csv") as plan:
        assert {each.code for each in plan.findings if each.severity == "error"} == {"client-of-other-kind"}
        assert importer.apply(plan).counts["refused"] == 2
    assert states(importer) == ["not-invited", "offline"]


def test_an_invitation_moves_the_client(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Once it is sent; who is not connected gets another and stays so; who is offline or lacks something gets none."""
    importer = firm(open_importer)
    brought(importer, row(1), row(2, offline="Yes"), row(3, mobile=""), row(4))
    for event in ("invite", "enroll", "disconnect"):
        importer.fire("4", event)
    (tmp_path / "t.toml").write_text(
        'default_language = "en"\n[templates.welcome.en]\nsubject = "Join us"\nbody = "Dear {first_name}"\n',
        encoding="utf-8",
    )

    queued = importer.invitations.queue(["1", "2", "3", "4"])
    assert [each.client for each in queued.queued] == ["1", "4"]
    assert states(importer) == ["not-invited", "offline", "missing-info", "not-connected"]
    sender = FolderSender(tmp_path / "out", sender="Firm <office@firm.example>")
    assert len(importer.invitations.send(tmp_path / "t.toml", sender).sent) == 2

    assert states(importer) == ["not-enrolled", "offline", "missing-info", "not-connected"]
    assert len(list((tmp_path / "out").iterdir())) == 2
