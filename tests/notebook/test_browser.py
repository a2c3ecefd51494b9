"""The widgets' own script in a real Chromium, talking with the real widgets: as a person uses them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clientimport import Importer, Limits
from clientimport.notebook import board, panel
from tests.notebook.bridge import Bridge
from tests.notebook.conftest import CLIENTS

Connect = Callable[[Callable[[], Any]], Bridge]

_DROP = """
([selector, names, texts]) => {
  const transfer = new DataTransfer();
  names.forEach((name, at) => {
    const bytes = Uint8Array.from(atob(texts[at]), (c) => c.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  });
  const target = document.querySelector(selector);
  let taken = true;
  for (const type of ["dragover", "drop"]) {
    taken = !target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true })) && taken;
  }
  return taken;
}
"""


def drop(page: Any, *files: tuple[str, bytes], on: str = ".ci-drop") -> bool:
    """Drop files as a mouse does; answers whether the panel took them, so that the notebook does not."""
    texts = [base64.b64encode(content).decode() for _, content in files]
    return bool(page.evaluate(_DROP, [on, [name for name, _ in files], texts]))


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def stored(importer: Importer) -> dict[str, object]:
    return {str(client.name): client.fields.get("city") for client in importer.clients()}


def test_a_whole_import_by_mouse(importer: Importer, connect: Connect, page: Any, tmp_path: Path) -> None:
    """Drop, look at the columns, check, answer, import, take the report, close; the store has it."""
    bridge = connect(lambda: panel(importer))
    bridge.show(page)
    page.get_by_text("Drag and drop completed import client template here").wait_for()
    assert button(page, "Next Step").is_disabled()
    assert [radio.text_content() for radio in page.locator(".ci-row label").all()] == [
        "Detect automatically",
        "Comma Separated",
        "Semicolon Separated",
        "Tab Delimited",
    ]

    assert drop(page, ("klanten.csv", CLIENTS))
    page.get_by_text("klanten.csv").wait_for()
    page.get_by_label("Semicolon Separated").check()
    button(page, "Next Step").click()

    becomes = page.get_by_label("Kleur: Becomes")
    becomes.wait_for()
    assert page.get_by_role("row").nth(1).text_content().startswith("ANaamBakkerij Peeters")
    assert page.get_by_label("Gemeente: Becomes").input_value() == "city"
    becomes.select_option("notes")
    page.get_by_text("your choice").wait_for()
    assert page.get_by_label("Update an Existing Client with new data").is_checked()
    button(page, "Next Step").click()

    page.get_by_text("City: Leuven | Aarschot").wait_for()
    page.get_by_label("take the value from the file").click()
    page.locator("ins", has_text="Aarschot").wait_for()
    assert page.locator(".ci-question").count() == 0
    assert stored(importer) == {"Bakkerij Peeters": "Leuven", "Piet Oud": "Mol"}
    button(page, "IMPORT CLIENTS").click()

    page.get_by_role("heading", name="The import is finished").wait_for()
    assert stored(importer) == {"Bakkerij Peeters": "Aarschot", "Piet Oud": "Mol", "Jan Janssens": "Gent"}
    with page.expect_download() as loading:
        button(page, "DOWNLOAD EXCEPTION REPORT").click()
    loading.value.save_as(tmp_path / "got.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "got.xlsx").worksheets[0]
    assert [row[0].value for row in sheet.iter_rows()] == ["Naam", "Marie Dubois", None]

    upload = bridge.widget._talk.state.upload.path
    assert upload.exists()
    button(page, "Close").click()
    page.locator(".ci-drop").wait_for()
    assert not upload.parent.exists()
    assert "klanten.csv" not in page.content()


def test_by_keyboard_alone(importer: Importer, connect: Connect, page: Any, clients_csv: Path) -> None:
    """Every step's heading or button is where the keyboard goes on; what changes is said aloud."""
    connect(lambda: panel(importer)).show(page)
    page.locator(".ci-drop").wait_for()
    page.keyboard.press("Tab")
    focused = "document.activeElement"
    assert page.evaluate(f"{focused}.type") == "file"
    assert page.evaluate(f"{focused}.getAttribute('aria-label')").startswith("Drag and drop completed")
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Space")
    choosing.value.set_files(str(clients_csv))

    page.get_by_text("klanten.csv", exact=True).wait_for()
    assert page.evaluate(f"{focused}.textContent") == "Next Step"
    assert page.get_by_role("status").first.text_content() == "klanten.csv is ready"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Columns").wait_for()
    assert page.evaluate(f"{focused}.textContent") == "Columns"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.getAttribute('aria-label')") == "Naam: Becomes"

    button(page, "Next Step").focus()
    page.keyboard.press("Space")
    page.get_by_role("heading", name="Check").wait_for()
    button(page, "IMPORT CLIENTS").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="The import is finished").wait_for()
    assert "Jan Janssens" in stored(importer)


def test_a_long_file_goes_in_pieces(importer: Importer, connect: Connect, page: Any, tmp_path: Path) -> None:
    """Two and a half megabytes arrive whole, byte for byte."""
    path = tmp_path / "lang.csv"
    lines = [f"Klant {n};k{n}@voorbeeld.example;{chr(97 + n % 26) * 25_000}" for n in range(100)]
    path.write_text("\n".join(["Naam;Email;Kleur", *lines]), encoding="utf-8")
    bridge = connect(lambda: panel(importer))
    bridge.show(page)
    page.locator("input[type=file]").set_input_files(str(path))
    page.get_by_text("lang.csv", exact=True).wait_for()

    upload = bridge.widget._talk.state.upload
    assert upload.path.read_bytes() == path.read_bytes()


def test_what_cannot_be_sent_is_told_before(connect: Connect, page: Any) -> None:
    """A file over the limit, or two at once: said at once, and nothing is sent."""
    with Importer("memory:", limits=Limits(file_bytes=100)) as small:
        bridge = connect(lambda: panel(small))
        bridge.show(page)
        page.get_by_text("up to 100 B").wait_for()
        drop(page, ("groot.csv", b"x" * 2048))
        page.get_by_text("The file is too big: it has 2 KiB, and at most 100 B can be imported here.").wait_for()
        drop(page, ("a.csv", b"x"), ("b.csv", b"y"))
        page.get_by_text("One file at a time, please.").wait_for()
        assert bridge.widget._talk.state.upload is None

        drop(page, ("lijst.csv", b"%PDF-1.4"))
        page.get_by_text("lijst.csv", exact=True).wait_for()
        button(page, "Next Step").click()
        page.get_by_role("alert").get_by_text("This kind of file cannot be read here.").wait_for()


def test_hostile_cells_stay_text(importer: Importer, connect: Connect, page: Any) -> None:
    """Markup in headers, cells and the file's name is shown as it is typed."""
    evil = "<img src=x onerror=alert(1)>"
    content = f"Naam;Email;{evil}\nBakkerij {evil};info@bakkerijpeeters.example;{evil}\n".encode()
    connect(lambda: panel(importer)).show(page)
    page.locator(".ci-drop").wait_for()
    drop(page, (f"{evil}.csv".replace("/", ""), content))
    button(page, "Next Step").click(timeout=5000)
    page.get_by_text(evil).first.wait_for()
    button(page, "Next Step").click()
    page.get_by_role("heading", name="Check").wait_for()
    page.get_by_text(f"Bakkerij {evil}").first.wait_for()
    assert page.locator(".ci-panel img").count() == 0


def test_deciding_client_by_client(importer: Importer, connect: Connect, page: Any) -> None:
    """The board inside the panel: what is left out there is not imported."""
    bridge = connect(lambda: panel(importer))
    bridge.show(page)
    page.locator(".ci-drop").wait_for()
    drop(page, ("klanten.csv", CLIENTS))
    button(page, "Next Step").click()
    button(page, "Next Step").click()
    page.get_by_text("Client by client").click()
    page.get_by_role("tab", name="Customers only in import").click()
    page.get_by_label("take in: Jan Janssens").uncheck()
    page.get_by_text("Decisions taken: 1").first.wait_for()
    button(page, "IMPORT CLIENTS").click()
    page.get_by_role("heading", name="The import is finished").wait_for()

    assert "Jan Janssens" not in stored(importer)


@pytest.mark.parametrize("dark", [False, True])
def test_the_colours_follow_the_notebook(importer: Importer, connect: Connect, page: Any, dark: bool) -> None:
    """Whatever the system prefers: text and background stand apart."""
    connect(lambda: panel(importer)).show(page, dark=dark)
    page.locator(".ci-drop").wait_for()
    page.wait_for_function(f"document.querySelector('.ci-panel').style.colorScheme === '{'dark' if dark else 'light'}'")
    background = page.evaluate("getComputedStyle(document.querySelector('.ci-panel')).backgroundColor")
    assert background == ("rgb(29, 33, 37)" if dark else "rgb(255, 255, 255)")


def test_a_board_follows_too(importer: Importer, connect: Connect, page: Any) -> None:
    """The board has colours of its own, which would follow the system."""
    plan = importer.plan(CLIENTS)
    connect(lambda: board(plan)).show(page, dark=True)
    page.get_by_role("tab").first.wait_for()
    page.wait_for_function("document.querySelector('.ci-board').style.colorScheme === 'dark'")
    card = page.evaluate("getComputedStyle(document.querySelector('.clientimport-board article')).backgroundColor")
    assert card == "rgb(29, 33, 37)"


def test_a_board_by_mouse(importer: Importer, connect: Connect, page: Any) -> None:
    """What is chosen in the browser is in ``board.plan``; what is set in Python shows in the browser."""
    plan = importer.plan(CLIENTS)
    bridge = connect(lambda: board(plan))
    bridge.show(page)
    page.get_by_role("tab", name="Customers only in import").click()
    page.get_by_label("take in: Jan Janssens").uncheck()
    page.wait_for_function("Object.keys(window.model.get('decisions')).length === 1")
    page.get_by_role("tab", name="Questions").click()
    page.get_by_text("take the value from the file").click()
    page.get_by_text("Decisions taken: 2").first.wait_for()
    page.wait_for_function("Object.keys(window.model.get('decisions')).length === 2")

    assert bridge.widget.plan.conflicts == []
    receipt = importer.apply(bridge.widget.plan)
    assert (receipt.created, receipt.updated) == (0, 1)
