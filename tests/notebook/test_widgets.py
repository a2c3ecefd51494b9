"""The real widgets over a comm that a test holds: what the browser may say, what it hears, and what a notebook keeps."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientimport import Importer, Limits
from clientimport.errors import ClientImportError, SettingsError
from clientimport.notebook import board, panel
from clientimport.notebook.panel_talk import PanelTalk
from tests.notebook.bridge import Bridge, Sent
from tests.notebook.conftest import CLIENTS

Connect = Callable[[Callable[[], Any]], Bridge]


def kinds(sent: list[Sent]) -> list[str]:
    return [message["content"]["type"] for message, _ in sent if message["method"] == "custom"]


def send_file(bridge: Bridge, content: bytes = CLIENTS, name: str = "klanten.csv", piece: int = 60) -> dict[str, Any]:
    """The view once all of the file is there."""
    assert kinds(bridge.tell({"type": "begin", "id": "f1", "name": name, "size": len(content)})) == ["got"]
    pieces = [content[at : at + piece] for at in range(0, len(content), piece)]
    for part in pieces[:-1]:
        assert kinds(bridge.tell({"type": "piece", "id": "f1"}, part)) == ["got"]
    return bridge.view({"type": "piece", "id": "f1"}, pieces[-1])


def test_a_whole_import_by_messages(importer: Importer, connect: Connect) -> None:
    """From the first look to the report, as a browser asks for it."""
    bridge = connect(lambda: panel(importer))
    widget = bridge.widget
    texts = bridge.tell({"type": "look"})[0][0]["content"]["texts"]
    assert texts["drop_here"] == "Drag and drop completed import client template here"
    assert texts["import_clients"] == "IMPORT CLIENTS"
    assert texts["download_exceptions"] == "DOWNLOAD EXCEPTION REPORT"
    assert texts["update_existing"] == "Update an Existing Client with new data"
    assert texts["next_step"] == "Next Step"
    assert texts["accepted"] == "CSV, text or Excel (.xlsx), up to 512 MiB"

    view = send_file(bridge)
    assert [choice["label"] for choice in view["formats"]] == [
        "Detect automatically",
        "Comma Separated",
        "Semicolon Separated",
        "Tab Delimited",
    ]
    assert (view["step"], view["file"]["name"], view["file"]["whole"]) == ("file", "klanten.csv", True)

    columns = bridge.view({"type": "next"})["columns"]
    first = columns["columns"][0]
    assert (first["header"], first["field"], first["samples"][:1]) == ("Naam", "name", ["Bakkerij Peeters"])
    assert first["sure"].endswith("% sure")
    assert [column["field"] for column in columns["columns"]] == ["name", "email", "phone", "city", None]
    assert bridge.view({"type": "assign", "column": "Kleur", "field": "notes"})["columns"]["columns"][4]["why"] == (
        "your choice"
    )

    check = bridge.view({"type": "next"})["check"]
    (question,) = check["questions"]
    assert question["about"] == ["Bakkerij Peeters", "City: Leuven | Aarschot"]
    assert "<del" not in check["html"]
    check = bridge.view({"type": "answer", "id": question["id"], "choice": "overwrite"})["check"]
    assert check["questions"] == []
    assert "<del" in check["html"]
    assert widget.plan is not None

    seen: list[str] = []
    widget.observe(lambda change: seen.append(change["new"].run), "receipt")
    sent = bridge.tell({"type": "import"})
    assert kinds(sent) == ["busy", "view"]
    result = sent[-1][0]["content"]["view"]["result"]
    assert {count["key"]: count["count"] for count in result["counts"]} == {"created": 1, "updated": 1, "refused": 2}
    assert result["said"].startswith("2 rows did not go in.")
    assert (seen, widget.step) == ([widget.receipt.run], "result")

    sent = bridge.tell({"type": "report", "id": "r1"})
    content = b"".join(buffers[0] for message, buffers in sent if message["content"]["type"] == "report")
    assert openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["A2"].value == "Marie Dubois"

    view = bridge.view({"type": "close"})
    assert (view["step"], view["file"], widget.step) == ("file", None, "file")
    assert {client.name: client.fields.get("city") for client in importer.clients()} == {
        "Bakkerij Peeters": "Aarschot",
        "Piet Oud": "Mol",
        "Jan Janssens": "Gent",
    }


def test_the_notebook_keeps_no_client(importer: Importer, connect: Connect) -> None:
    """What a notebook saves of a widget is its state; nobody of the file or the store is in it, at any step."""
    bridge = connect(lambda: panel(importer))

    def kept() -> str:
        return json.dumps(bridge.widget.get_state(), default=repr)

    names = ("Peeters", "Janssens", "Dubois", "voorbeeld.example")
    send_file(bridge)
    for message in ("next", "next", "board", "import", "report"):
        bridge.tell({"type": message})
        assert bridge.widget.error is None
        assert not any(name in kept() for name in names)

    plan = importer.plan(CLIENTS)
    other = connect(lambda: board(plan))
    other.tell({"type": "look"})
    assert not any(name in json.dumps(other.widget.get_state(), default=repr) for name in names)


def test_what_goes_wrong_is_said(importer: Importer, connect: Connect) -> None:
    """In words on the panel, which goes on."""
    with Importer("memory:", limits=Limits(file_bytes=100)) as small:
        bridge = connect(lambda: panel(small, lang="fr"))
        view = bridge.view({"type": "begin", "id": "f1", "name": "x.csv", "size": 101})
        assert view["problem"]["head"].startswith("Le fichier est trop volumineux")
        assert view["limit"] == 100

    bridge = connect(lambda: panel(importer))
    view = send_file(bridge, b"%PDF-1.4 something", "lijst.csv")
    view = bridge.view({"type": "next"})
    assert (view["step"], view["problem"]["head"]) == ("file", "This kind of file cannot be read here.")
    assert bridge.widget.error is not None
    assert bridge.view({"type": "look"})["problem"] == view["problem"]
    assert bridge.view({"type": "close"})["problem"] is None


def test_the_labels_are_the_products(connect: Connect) -> None:
    """A profile's own words stand on the panel."""
    with Importer("memory:", profile="daftra") as importer:
        bridge = connect(lambda: panel(importer, lang="nl"))
        texts = bridge.tell({"type": "look"})[0][0]["content"]["texts"]
    assert texts["update_existing"] == "Update an existing Client with new data"
    assert (texts["import_clients"], texts["next_step"], texts["back"]) == ("Import", "Next Step", "Terug")


def test_a_store_that_went_away_is_said(importer: Importer, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two steps, where nobody did anything."""
    bridge = connect(lambda: panel(importer))
    send_file(bridge)
    bridge.tell({"type": "next"})
    importer.close()
    monkeypatch.setattr(type(importer.store), "reading", _gone)
    view = bridge.view({"type": "next"})

    assert view["problem"]["head"].startswith("The client list cannot be reached.")


def _gone(_: object) -> None:
    from clientimport.errors import StoreError

    raise StoreError("The store cannot be opened: it went away.")


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
_kinds = st.sampled_from(
    [
        "look",
        "begin",
        "piece",
        "format",
        "sheet",
        "update",
        "assign",
        "accept",
        "answer",
        "decide",
        "next",
        "back",
        "import",
        "report",
        "board",
        "close",
        "sing",
    ]
)
_keys = st.sampled_from(["id", "name", "size", "value", "column", "field", "choice", "decisions"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(st.tuples(_kinds, st.dictionaries(_keys, _anything, max_size=4), st.binary(max_size=8)), max_size=8)
)
def test_nothing_that_a_browser_says_breaks_a_kernel(said: list[tuple[str, dict[str, Any], bytes]]) -> None:
    """Whatever comes in whatever order: nothing is raised, everything is answered."""
    answers: list[Any] = []
    with Importer("memory:") as importer:
        talk = PanelTalk(importer, lambda message, buffers: answers.append(json.dumps(message)))
        content = b"Naam;Email\nJan;jan@voorbeeld.example\n"
        talk.hear({"type": "begin", "id": 1, "name": "a.csv", "size": len(content)})
        talk.hear({"type": "piece", "id": 1}, [content])
        for kind, rest, buffer in said:
            answers.clear()
            talk.hear({**rest, "type": kind}, [buffer])
            assert answers or (kind == "piece" and rest.get("id") != 1)
        talk.hear("nonsense")
        talk.state.close()


# ------------------------------------------------------------------------------------------------ the board


def test_a_board_decides(importer: Importer, connect: Connect) -> None:
    """What the browser syncs is in ``plan``; the plan that was given stays as it was."""
    plan = importer.plan(CLIENTS)
    bridge = connect(lambda: board(plan))
    widget = bridge.widget
    data = bridge.tell({"type": "look"})[0][0]["content"]["data"]
    (question,) = data["conflicts"]
    (jan,) = data["only_in_import"]
    assert widget.plan is plan

    sent = bridge.give({"method": "update", "state": {"decisions": {question["id"]: "overwrite", jan["id"]: "skip"}}})
    assert kinds(sent) == ["asked"]
    assert widget.decisions == {question["id"]: "overwrite", jan["id"]: "skip"}
    assert (widget.plan.conflicts, widget.unmet, widget.problem) == ([], {}, "")
    receipt = importer.apply(widget.plan)
    assert (receipt.created, receipt.updated) == (0, 1)
    assert plan.decisions == {}

    bridge.give({"method": "update", "state": {"decisions": {}}})
    assert widget.plan is plan


def test_decisions_may_come_from_python(importer: Importer, connect: Connect) -> None:
    """And what cannot be used is told, not raised."""
    plan = importer.plan(CLIENTS)
    (question,) = plan.conflicts
    bridge = connect(lambda: board(plan, lang="nl"))
    widget = bridge.widget

    widget.decisions = {question.id: "keep", "record:nobody": "skip"}
    assert (widget.plan.conflicts, widget.unmet) == ([], {"record:nobody": "gone"})

    widget.decisions = {question.id: "sell"}
    assert widget.problem.startswith("Een instelling past niet bij dit bestand.")
    widget.decisions = {question.id: "overwrite"}
    assert (widget.problem, widget.plan.decisions) == ("", {question.id: "overwrite"})


def test_a_plan_without_an_importer_is_looked_at_only(importer: Importer, connect: Connect, tmp_path: Any) -> None:
    """A plan that was loaded by itself shows what it has; deciding needs an importer, and says so."""
    from clientimport import Plan

    importer.plan(CLIENTS).save(tmp_path / "plan.jsonl")
    plan = Plan.load(tmp_path / "plan.jsonl")
    bridge = connect(lambda: board(plan))
    assert "only_here" not in bridge.tell({"type": "look"})[0][0]["content"]["data"]["groups"]

    bridge.widget.decisions = {plan.conflicts[0].id: "keep"}

    assert "importer.load(path)" in bridge.widget.problem
    assert bridge.widget.plan is plan


def test_what_is_needed_is_said(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra: one sentence, which names it."""
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(ClientImportError, match=r"clientimport\[notebook\]"):
        panel(importer)


def test_an_unknown_language_is_refused(importer: Importer, connect: Connect) -> None:
    """At once, in Python, where it was written."""
    with pytest.raises(SettingsError):
        connect(lambda: panel(importer, lang="xx"))
    with pytest.raises(SettingsError):
        connect(lambda: board(importer.plan(CLIENTS), lang="xx"))
