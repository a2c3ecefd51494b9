"""Take the pictures in docs/pictures from the real thing: what the tutorial about two lists shows.

Run by a developer when what they show has changed (``python tools/pictures.py``); needs Chromium, LibreOffice, poppler's
programs and the dependency group ``browser``. The pictures are committed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from clientimport import Importer, Plan, Settings
from clientimport.cli.output import print_marked
from clientimport.messages import Messages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "docs" / "samples"
PICTURES = ROOT / "docs" / "pictures"
LIMIT = 200_000
"""Bytes of a picture."""


def main() -> None:
    """Take them all."""
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(exist_ok=True)
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    settings = Settings(product="your books", default_country="BE")
    with (
        Importer("memory:", settings=settings) as importer,
        sync_playwright() as play,
        tempfile.TemporaryDirectory() as name,
    ):
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        plan, folder = made_up(importer), Path(name)
        terminal(plan, PICTURES / "review-terminal.png", folder, browser)
        workbook(plan, PICTURES / "review-workbook.png", folder)
        page(plan, PICTURES / "review-page.png", folder, browser)
        browser.close()
    for path in sorted(PICTURES.glob("*.png")):
        size = path.stat().st_size
        if size > LIMIT:
            raise SystemExit(f"{path.name} has {size} bytes; at most {LIMIT} are wanted")
        print(f"{path.name}: {size} bytes")


def made_up(importer: Importer) -> Plan:
    """The plan of the tutorial, on an importer that knows nobody yet."""
    importer.apply(importer.plan(SAMPLES / "clients-2025.csv", system="office"))
    noted = [{"Client number": "103", "Name": "Apotheek Zuid", "Phone": "03 480 55 55"}]
    importer.apply(importer.plan(noted, system="reception", merge="overwrite"))
    return importer.plan(SAMPLES / "clients-2026.csv", system="office")


def terminal(plan: Plan, path: Path, folder: Path, browser: Browser) -> None:
    """A picture of the review of *plan* as the command line shows it, 100 characters wide."""
    console = Console(record=True, width=100, file=(folder / "typed").open("w"), force_terminal=True, highlight=False)
    console.print("[bold]$[/bold] clientimport review clients-2026.csv --system office …\n")
    print_marked(console, plan.overview().marked_lines())
    # a page of text instead of rich's own picture, which asks for a font from elsewhere
    text = console.export_html(theme=DEFAULT_TERMINAL_THEME, inline_styles=True)
    file = folder / "terminal.html"
    file.write_text(text.replace("<body", '<body style="margin:24px"', 1), encoding="utf-8")
    shot = browser.new_page(viewport={"width": 900, "height": 400})
    shot.goto(file.as_uri())
    shot.screenshot(path=path, full_page=True)
    shot.close()


def workbook(plan: Plan, path: Path, folder: Path) -> None:
    """A picture of the sheet with the fields that differ, as LibreOffice shows it."""
    file = folder / "review.xlsx"
    plan.to_xlsx(file)
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    run(folder, "soffice", home, "--headless", "--convert-to", "pdf", str(file))
    pages = run(folder, "pdftotext", "-layout", "review.pdf", "-").split("\f")
    heading = Messages("en").review("column:base")
    number = str(1 + next(index for index, text in enumerate(pages) if heading in text))
    cut = ["-x", "105", "-y", "138", "-W", "1540", "-H", "95"]
    run(folder, "pdftoppm", "-r", "150", "-png", "-singlefile", "-f", number, *cut, "review.pdf", "sheet")
    shutil.copyfile(folder / "sheet.png", path)


def run(folder: Path, *command: str) -> str:
    """What a program prints that is run in *folder*."""
    ended = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    return ended.stdout


def page(plan: Plan, path: Path, folder: Path, browser: Browser) -> None:
    """A picture of the review page of *plan*, where somebody has kept one field; what is further down is cut off."""
    file = folder / "review.html"
    plan.to_html(file)
    shot = browser.new_page(viewport={"width": 1180, "height": 720}, color_scheme="light", reduced_motion="reduce")
    shot.goto(file.as_uri())
    shot.get_by_role("tab", name="Double customers").click()
    shot.get_by_role("radiogroup").first.get_by_role("radio").first.check()
    shot.mouse.move(0, 0)
    shot.evaluate("document.activeElement.blur()")
    shot.screenshot(path=path)
    shot.close()


if __name__ == "__main__":
    main()
