"""What a person can do with a review in a browser, and what comes out of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clientimport import Plan
from clientimport.documents.decisions import load_decisions
from clientimport.reports.review_page import _chunks, board_data
from tests.browser.conftest import Open, Seen
from tests.browser.plans import some_of_each
from tests.lifecycle.customers import DUTCH, FRENCH, JAN, LUC, office
from tests.planning.given import OpenImporter, bring_in, changes, only, plan_of


@pytest.fixture
def plan(open_importer: OpenImporter) -> Plan:
    return some_of_each(open_importer)


def chosen(seen: Seen, folder: Path) -> dict[str, str]:
    """The decisions as the library reads them."""
    return load_decisions(seen.export(folder))


def ids(plan: Plan, client: str) -> dict[str, str | None]:
    """Field -> id of its decision, of a client by name."""
    entry = only([entry for entry in plan.overview().both if entry.name == client])
    return {field.field: field.id for field in entry.fields}


def focused(seen: Seen) -> dict[str, Any]:
    script = "const e = document.activeElement; const g = e.closest('[role=radiogroup]'); [e.type, g?.ariaLabel, e.textContent]"
    kind, group, text = seen.page.evaluate(script)
    return {"type": kind, "group": group, "text": text}


def test_by_keyboard_alone(plan: Plan, show: Open, tmp_path: Path) -> None:
    """To a group with the arrows, to a field with Tab, the other side with an arrow, and the file with Enter."""
    seen = show(plan)
    keyboard = seen.page.keyboard
    for _ in range(30):
        keyboard.press("Tab")
        if seen.page.evaluate("document.activeElement.role") == "tab":
            break
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    assert seen.page.evaluate("document.activeElement.textContent").startswith("Double customers")
    for _ in range(30):
        keyboard.press("Tab")
        if focused(seen)["group"] == "City, Jan Peeters":
            break
    keyboard.press("ArrowLeft")
    assert seen.said() == "City, Jan Peeters: keep. Decisions taken: 1"
    for _ in range(30):
        keyboard.press("Shift+Tab")
        if focused(seen)["text"] == "Download decisions":
            break
    with seen.page.expect_download() as caught:
        keyboard.press("Enter")
    caught.value.save_as(tmp_path / "d.json")

    document = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))

    assert caught.value.suggested_filename == "decisions.json"
    city = ids(plan, "Jan Peeters")["city"]
    assert document == {
        "clientimport": "decisions", "version": 1, "plan": plan.digest, "store": plan.header["store"],
        "decisions": [{"id": city, "choice": "keep"}],
    }  # fmt: skip
    assert seen.said() == "Saved as decisions.json"


def test_the_plan_changes_by_what_was_chosen_and_nothing_else(plan: Plan, show: Open, tmp_path: Path) -> None:
    """One field kept, one new client left out."""
    seen = show(plan)
    seen.tab("Customers only in import")
    seen.page.get_by_role("checkbox", name="take in: Rita Simons").uncheck()
    seen.tab("Double customers")
    seen.page.get_by_role("radiogroup", name="Notes, Jan Peeters").get_by_label("keep: oud").check()

    decided = plan.decide_from(seen.export(tmp_path))

    before, after = changes(plan), changes(decided)
    assert [change for change in before if change not in after] == [("notes", "oud", "nieuw", "three_way")]
    assert [change for change in after if change not in before] == []
    left = [record.values["name"] for record in decided.records("skip")]
    assert left == ["Rita Simons"]
    assert not decided.unmet


def test_a_question_is_answered_whole_or_field_by_field(plan: Plan, show: Open, tmp_path: Path) -> None:
    """A single field goes before the answer; the board shows at once what holds."""
    seen = show(plan)
    seen.tab("Questions")
    question = only(plan.conflicts)
    card = seen.page.get_by_role("article", name="Zoë Smets")
    assert card.get_by_text("asked: choose one").count() == 2
    card.get_by_label("keep what is stored").check()
    assert card.get_by_text("your answer").count() == 2
    card.get_by_role("radiogroup", name="City").get_by_label("overwrite: Paal").check()

    decided = chosen(seen, tmp_path)

    assert decided == {question.id: "keep", ids(plan, "Zoë Smets")["city"]: "overwrite"}
    assert [(c[0], c[2]) for c in changes(plan.decide(decided)) if c[3] == "decision"] == [("city", "Paal")]
    assert seen.page.get_by_role("tab", name="Questions").inner_text().split() == ["Questions", "0"]
    card.get_by_role("button", name="Take back").click()
    assert set(chosen(seen, tmp_path)) == {ids(plan, "Zoë Smets")["city"]}


def test_a_choice_for_many_is_seen_at_once_and_beaten_by_one(plan: Plan, show: Open, tmp_path: Path) -> None:
    """Every field of that name follows, but the one that was decided by itself."""
    seen = show(plan)
    seen.tab("Double customers")
    seen.page.get_by_text("Decide for many at once").click()
    notes = seen.page.get_by_role("radiogroup", name="Notes, Jan Peeters")
    notes.get_by_label("overwrite: nieuw").check()
    seen.page.get_by_role("radiogroup", name="Notes, of everybody").get_by_label("keep").check()

    assert notes.get_by_label("keep: oud").is_checked()
    notes.get_by_label("overwrite: nieuw").check()

    decided = chosen(seen, tmp_path)
    assert decided == {"fields:notes": "keep", ids(plan, "Jan Peeters")["notes"]: "overwrite"}
    assert seen.page.get_by_role("radiogroup", name="Notes, Zoë Smets").get_by_label("keep: oud").is_checked()
    assert ("notes", "oud", "nieuw", "three_way") in changes(plan.decide(decided)) or (
        "notes", "oud", "nieuw", "decision") in changes(plan.decide(decided))  # fmt: skip


def test_an_answer_given_before_is_not_overruled_on_the_page(show: Open, open_importer: OpenImporter) -> None:
    """What an earlier answer said of a client goes before what is said about everybody: the page does not claim another thing."""
    importer = open_importer()
    stored = [{"external_id": str(n), "name": name, "city": "Gent"} for n, name in enumerate(("Jan Nys", "Els Bos"))]
    bring_in(importer, *stored)
    plan = plan_of(importer, *({**row, "city": "Aalst"} for row in stored))
    decided = plan.decide({plan.conflicts[0].id: "keep"})
    seen = show(decided)
    seen.tab("Double customers")
    seen.page.get_by_text("Decide for many at once").click()

    seen.page.get_by_role("radiogroup", name="City, of everybody").get_by_label("overwrite").check()

    jan = seen.page.get_by_role("radiogroup", name="City, Jan Nys")
    assert not jan.get_by_label("overwrite: Aalst").is_checked()
    assert changes(decided.decide({"fields:city": "overwrite"})) == [("city", "Gent", "Aalst", "decision")]


def test_clients_that_are_only_here_stay_or_go(plan: Plan, show: Open, tmp_path: Path) -> None:
    """One by one, or all that are here for one reason."""
    seen = show(plan)
    data = board_data(plan.overview())
    choices = ["leave", "deactivate", "remove"]
    reason = "an earlier import had it"
    data["only_here"] = [
        {"client": str(n), "name": f"Klant {n}", "reason": "not-listed", "why": reason, "id": f"client:{n}",
         "choice": "leave", "choices": choices} for n in range(3)
    ]  # fmt: skip
    data["bulk"].append({"id": "clients:not-listed", "label": reason, "choices": choices, "choice": None, "count": 3})
    seen.file.write_text("".join(_chunks(data)), encoding="utf-8")
    seen.page.reload()
    seen.tab("Customers only in Accounton")
    one = seen.page.get_by_role("radiogroup", name="Klant 1")
    assert one.get_by_label("leave as it is").is_checked()
    one.get_by_label("remove").check()
    seen.page.get_by_text("Decide for many at once").click()
    seen.page.get_by_role("radiogroup", name=reason).get_by_label("deactivate").check()
    assert seen.page.get_by_role("radiogroup", name="Klant 2").get_by_label("deactivate").is_checked()
    assert one.get_by_label("remove").is_checked()

    assert chosen(seen, tmp_path) == {"client:1": "remove", "clients:not-listed": "deactivate"}


def test_going_back_to_what_holds_anyway_is_no_decision(plan: Plan, show: Open, tmp_path: Path) -> None:
    """There and back again leaves nothing in the file."""
    seen = show(plan)
    seen.tab("Double customers")
    city = seen.page.get_by_role("radiogroup", name="City, Jan Peeters")
    city.get_by_label("keep: Gent").check()
    city.get_by_label("overwrite: Brugge").check()

    assert chosen(seen, tmp_path) == {}


def test_changes_are_thrown_away_and_fetched_back(plan: Plan, show: Open, tmp_path: Path) -> None:
    """What the plan was made with stays; the button brings the rest back."""
    notes = ids(plan, "Jan Peeters")["notes"]
    assert notes is not None
    seen = show(plan.decide({notes: "keep"}))
    seen.tab("Customers only in import")
    rita = seen.page.get_by_role("checkbox", name="take in: Rita Simons")
    rita.uncheck()
    seen.page.get_by_role("button", name="Discard my changes").click()
    assert rita.is_checked()
    assert chosen(seen, tmp_path) == {notes: "keep"}
    assert seen.said() == "Saved as decisions.json"

    seen.page.get_by_role("button", name="Bring my changes back").click()
    assert not rita.is_checked()
    assert len(chosen(seen, tmp_path)) == 2


def test_earlier_decisions_are_listed_and_can_be_taken_back(plan: Plan, show: Open, tmp_path: Path) -> None:
    """By name, where what they are about is still to be seen."""
    notes = ids(plan, "Jan Peeters")["notes"]
    assert notes is not None
    seen = show(plan.decide({notes: "keep", only(plan.conflicts).id: "skip"}))
    seen.tab("My decisions")
    assert seen.page.locator("article").count() == 2
    seen.page.get_by_role("button", name="Take back: Jan Peeters: Notes").click()

    assert chosen(seen, tmp_path) == {only(plan.conflicts).id: "skip"}
    seen.tab("Double customers")
    row = seen.page.get_by_role("radiogroup", name="Notes, Jan Peeters")
    assert row.get_by_role("radio", checked=True).count() == 0
    assert "as the rules say" in row.inner_text()


def test_searching_and_filtering(plan: Plan, show: Open) -> None:
    """Without capitals and accents, by any value; equal fields are shown when asked for."""
    from playwright.sync_api import expect

    seen = show(plan)
    seen.tab("Double customers")
    names = seen.page.get_by_role("heading", level=3)
    seen.page.get_by_label("Search").fill("ZOE")
    expect(names).to_have_text(["Zoë Smets"])
    assert seen.said() == "1 of 2 shown"
    seen.page.get_by_label("Search").fill("brug")
    expect(names).to_have_text(["Jan Peeters"])
    seen.page.get_by_label("Search").fill("")
    expect(names).to_have_count(2)
    seen.page.get_by_label("Show").select_option("asked")
    assert names.all_inner_texts() == ["Zoë Smets"]
    assert seen.page.get_by_text("External id").count() == 0
    seen.page.get_by_label("Equal fields too").check()
    assert seen.page.get_by_text("External id").count() == 1


def test_what_is_wrong_and_what_to_do_about_it(plan: Plan, show: Open) -> None:
    """Finding by finding, with nothing to choose."""
    seen = show(plan)
    seen.tab("Invalid customers")
    text = seen.page.locator("article").inner_text()

    assert "This is not an e-mail address: nothing stands after the @." in text
    assert '"mia@"' in text
    assert "fill in the cell; this row is held, the others go on" in text
    assert seen.page.get_by_role("article").get_by_role("radio").count() == 0


def test_leaving_with_unsaved_decisions_is_asked_about(plan: Plan, show: Open, tmp_path: Path) -> None:
    """Not before, and not once the file is there."""
    seen = show(plan)
    seen.tab("Customers only in import")
    box = seen.page.get_by_role("checkbox", name="take in: Rita Simons")
    box.uncheck()
    seen.export(tmp_path)
    seen.page.reload()
    assert seen.dialogs == []
    seen.tab("Customers only in import")
    box.uncheck()
    seen.page.reload()
    assert seen.dialogs == ["beforeunload"]


def test_the_file_can_be_copied_instead(plan: Plan, show: Open) -> None:
    """To the clipboard, or out of a box where the browser says no."""
    seen = show(plan)
    seen.tab("Customers only in import")
    seen.page.get_by_role("checkbox", name="take in: Rita Simons").uncheck()
    seen.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    seen.page.get_by_role("button", name="Copy").click()

    box = seen.page.get_by_label("Copy this text and save it as decisions.json")
    assert [each["choice"] for each in json.loads(box.input_value())["decisions"]] == ["skip"]
    assert seen.page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    seen.page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
    seen.page.get_by_role("button", name="Copy").click()
    assert json.loads(seen.page.evaluate("window.copied"))["plan"] == plan.digest


def test_what_is_chosen_for_one_client_is_not_chosen_for_all(
    open_importer: OpenImporter, show: Open, tmp_path: Path
) -> None:
    """On a client's card one chooses for that client alone, for all of them among the questions; both come out so."""
    importer = office(open_importer)
    seen = show(importer.plan([JAN, LUC]))
    assert tabs_of(seen)["Questions"] == 2
    luc = seen.page.get_by_role("article", name="Luc Dubois")
    luc.get_by_role("group", name="Questionnaire, for this client alone").get_by_label(FRENCH).check()
    assert seen.said().startswith(f"Questionnaire, Luc Dubois: {FRENCH}")
    assert tabs_of(seen)["Questions"] == 2  # Jan waits for both

    seen.tab("Questions")
    seen.page.get_by_label(DUTCH).check()
    seen.page.get_by_label("Dutch").check()
    assert tabs_of(seen)["Questions"] == 0
    seen.tab("Customers only in import")
    jan = seen.page.get_by_role("article", name="Jan Peeters")
    assert jan.get_by_role("group", name="Questionnaire").get_by_label(DUTCH).is_checked()
    assert luc.get_by_role("group", name="Questionnaire").get_by_label(FRENCH).is_checked()
    seen.tab("My decisions")
    assert seen.page.get_by_role("article", name="Luc Dubois: Questionnaire").count() == 1

    plan = importer.plan([JAN, LUC])
    decided = plan.decide_from(seen.export(tmp_path))
    importer.apply(decided)
    assert [(client["language"], client["questionnaire"]) for client in importer.clients()] == [
        ("nl", DUTCH),
        ("nl", FRENCH),
    ]


def test_chosen_for_every_client_alone_nothing_is_open(open_importer: OpenImporter, show: Open, tmp_path: Path) -> None:
    """The questions about all count as answered once nobody waits; taken back, somebody does."""
    importer = office(open_importer)
    plan = importer.plan([{**LUC, "Language": "French"}])
    seen = show(plan)
    card = seen.page.get_by_role("article", name="Luc Dubois")
    card.get_by_label(FRENCH).check()
    assert tabs_of(seen)["Questions"] == 0
    card.get_by_role("button", name="Take back").click()
    assert tabs_of(seen)["Questions"] == 1
    card.get_by_label(FRENCH).check()
    assert importer.apply(plan.decide_from(seen.export(tmp_path))).created == 1


def tabs_of(seen: Seen) -> dict[str, int]:
    """Name of a tab -> its number."""
    texts = [" ".join(text.split()) for text in seen.page.get_by_role("tab").all_inner_texts()]
    return {name: int(count) for name, _, count in (text.rpartition(" ") for text in texts)}
