"""A review opens from a file, by itself, for everybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clientimport import Plan
from clientimport.reports.review_page import board_data, board_script, board_style
from tests.browser.conftest import Open, Seen
from tests.browser.plans import EVIL, many, some_of_each
from tests.planning.given import OpenImporter, plan_of

CONTROLS = {
    "button",
    "checkbox",
    "combobox",
    "radio",
    "searchbox",
    "tab",
    "textbox",
    "radiogroup",
    "tabpanel",
    "article",
}


@pytest.fixture
def plan(open_importer: OpenImporter) -> Plan:
    return some_of_each(open_importer)


def tabs(seen: Seen) -> list[str]:
    return [" ".join(text.split()) for text in seen.page.get_by_role("tab").all_inner_texts()]


def tree(seen: Seen) -> list[dict[str, Any]]:
    """What a screen reader gets: role and name of everything that is not ignored."""
    session = seen.page.context.new_cdp_session(seen.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [
        {"role": node["role"]["value"], "name": node.get("name", {}).get("value", "")}
        for node in nodes
        if not node["ignored"]
    ]


def test_it_needs_nothing_and_its_policy_holds(plan: Plan, show: Open) -> None:
    """From a file: one request, no complaint, every group can be seen."""
    seen = show(plan)

    assert tabs(seen) == [
        "Customers only in import 2", "Customers only in Accounton 1", "Double customers 2", "Invalid customers 1",
        "Questions 1", "My decisions 0",
    ]  # fmt: skip
    for name in tabs(seen):
        seen.tab(name)
        assert seen.page.get_by_role("tabpanel", name=name).is_visible()
    assert (seen.complaints, seen.requests, seen.dialogs) == ([], [seen.file.as_uri()], [])


def test_what_stands_in_a_file_stays_text(plan: Plan, show: Open) -> None:
    """Markup, script and formulas are shown letter for letter and run nowhere."""
    seen = show(plan)
    seen.tab("Customers only in import")
    evil = seen.page.get_by_role("article").nth(1)

    shown = evil.get_by_role("heading").text_content()
    assert shown == plan_name(plan)
    assert shown.startswith("</script><script>window.pwned")
    assert "=1+1" in evil.inner_text()
    seen.page.get_by_role("checkbox", name="take in: </script>").uncheck()
    seen.tab("My decisions")
    assert seen.page.get_by_role("article").get_by_role("heading").text_content() == shown
    assert seen.page.evaluate("window.pwned") is None
    assert seen.page.locator("#board img, #board script").count() == 0
    assert (seen.complaints, seen.dialogs) == ([], [])


def plan_name(plan: Plan) -> str:
    """The hostile name, as the plan has it."""
    return next(str(entry.name) for entry in plan.overview().only_in_import if entry.name.startswith(EVIL[:9]))


def test_the_policy_would_stop_a_script_that_got_in(plan: Plan, show: Open) -> None:
    """Neither an element nor markup set as text runs."""
    seen = show(plan)
    added = "const s = document.createElement('script'); s.textContent = 'window.pwned = 1'; document.body.append(s)"
    for script in (added, "document.body.innerHTML = '<img src=x onerror=alert(1)>'"):
        seen.page.evaluate(f"() => {{ try {{ {script} }} catch {{ }} }}")

    assert seen.page.evaluate("window.pwned") is None
    assert seen.complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(plan: Plan, show: Open, scheme: str) -> None:
    """As the system is set."""
    seen = show(plan, color_scheme=scheme)
    ground = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = seen.page.evaluate("getComputedStyle(document.querySelector('h2')).color")
    light, dark = (sum(map(int, text[4:-1].split(","))) for text in (ground, ink))

    assert (light > dark) == (scheme == "light")
    assert abs(light - dark) > 400


@pytest.mark.parametrize(
    "name", ["only in import", "only in Accounton", "Double", "Invalid", "Questions", "My decisions"]
)
def test_a_screen_reader_finds_its_way(plan: Plan, show: Open, name: str) -> None:
    """Whatever can be operated has a name; headings do not skip; there is one banner and one main part."""
    seen = show(plan)
    seen.tab(name)
    nodes = tree(seen)

    assert [node for node in nodes if node["role"] in CONTROLS and not node["name"]] == []
    roles = [node["role"] for node in nodes]
    assert (roles.count("main"), roles.count("banner")) == (1, 1)
    levels = seen.page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((h) => Number(h.tagName[1]))")
    assert levels[:2] == [1, 2]
    assert set(levels[2:]) <= {3}
    assert seen.page.get_by_role("status").get_attribute("aria-live") == "polite"
    assert seen.page.evaluate("document.documentElement.lang") == "en"
    names = "[...document.querySelectorAll('[id]')].map((each) => each.id)"
    assert len(set(seen.page.evaluate(names))) == len(seen.page.evaluate(names))


def test_focus_can_be_seen(plan: Plan, show: Open) -> None:
    """Whatever is reached with Tab has an outline, itself or around it."""
    seen = show(plan)
    seen.tab("Double customers")
    script = "const e = document.activeElement; e === document.body || [e, e.closest('label')].some((x) => x && getComputedStyle(x).outlineStyle !== 'none')"
    reached = 0
    for _ in range(14):
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate(script)
        reached += seen.page.evaluate("document.activeElement !== document.body")
    assert reached > 10


def test_it_is_as_narrow_as_a_telephone(open_importer: OpenImporter, show: Open) -> None:
    """Even with names that never break."""
    row = {"name": "Vereniging" * 40, "city": "x" * 500, "notes": "W" * 4000}
    seen = show(
        plan_of(open_importer(), row, {"name": "B", "city": "c", "notes": ""}), viewport={"width": 400, "height": 800}
    )

    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 400
    assert seen.page.get_by_role("article").count() == 2


def test_five_thousand_clients_are_shown_a_page_at_a_time(open_importer: OpenImporter, show: Open) -> None:
    """However many there are, the document stays as small."""
    from playwright.sync_api import expect

    seen = show(many(open_importer, 5000))

    def size() -> int:
        return int(seen.page.evaluate("document.querySelectorAll('*').length"))

    def first() -> str:
        return seen.page.get_by_role("heading", level=3).first.inner_text()

    seen.tab("Double customers")
    assert seen.page.get_by_role("article").count() == 25
    assert size() < 3000
    seen.page.get_by_role("button", name="Next").first.click()
    assert first() == "Klant 25"
    assert seen.said() == "Page 2 of 200"
    assert seen.page.evaluate("document.activeElement.tagName") == "H2"
    seen.page.get_by_label("Search").fill("laan 4321")
    expect(seen.page.get_by_role("article")).to_have_count(1)
    assert first() == "Klant 4321"
    seen.page.get_by_text("Decide for many at once").click()
    seen.page.get_by_role("radiogroup", name="City, of everybody").get_by_label("keep").check()
    assert seen.page.get_by_role("radiogroup", name="City, Klant 4321").get_by_label("keep: Gent").is_checked()
    assert size() < 3000


@pytest.mark.parametrize(("lang", "word"), [("nl", "Vragen"), ("fr", "Questions"), ("en", "Questions")])
def test_without_scripts_the_counts_are_there(plan: Plan, show: Open, lang: str, word: str) -> None:
    """In the reader's language, with the questions."""
    seen = show(plan, lang, java_script_enabled=False)
    rows = [text.split("\t") for text in seen.page.locator("tr").all_inner_texts()]

    assert [int(count) for _, count in rows] == [2, 1, 2, 1, 1]
    assert rows[-1][0] == word
    assert seen.page.get_by_role("listitem").count() == 1
    assert "JavaScript" in seen.page.get_by_role("main").inner_text()


def test_a_board_stands_elsewhere_too(plan: Plan, show: Open, tmp_path: Path) -> None:
    """Two of them on one page, with the whole overview or what a page has; each tells its host what was decided."""
    seen = show(plan)
    data = board_data(plan.overview(), "nl")
    whole = plan.overview().to_dict("nl")
    file = tmp_path / "host.html"
    text = json.dumps([data, whole]).replace("<", "\\u003c")
    script = f"""{board_script()}
        const [data, whole] = {text};
        window.heard = [];
        window.one = mount(document.getElementById("one"), data, {{ onChange: (decisions) => heard.push(decisions) }});
        window.two = mount(document.getElementById("two"), whole, {{ labels: data.labels }});"""
    file.write_text(
        f"<!doctype html><meta charset='utf-8'><style>{board_style()}</style><div id='one'></div><div id='two'></div>"
        f"<script type='module'>{script}</script>",
        encoding="utf-8",
    )
    seen.page.goto(file.as_uri())
    one, two = seen.page.locator("#one"), seen.page.locator("#two")
    for board in (one, two):
        board.get_by_role("tab", name="Dubbele klanten").click()
        board.get_by_role("radiogroup", name="Notities, Jan Peeters").get_by_label("behouden: oud").check()

    heard = seen.page.evaluate("[heard, one.decisions(), two.decisions()]")
    assert heard[0] == [heard[1]]
    assert heard[1] == heard[2]
    assert len(heard[1]) == 1
    assert one.get_by_role("button", name="Beslissingen downloaden").count() == 0
    seen.page.evaluate("one.destroy()")
    assert one.inner_html() == ""
    assert two.get_by_role("article").count() == 2
    assert (seen.complaints, seen.dialogs) == ([], [])
