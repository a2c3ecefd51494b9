"""Take the pictures in docs/pictures from the real thing, with made-up clients.

Run by a developer when what they show has changed (``python tools/pictures.py``); needs Chromium and the dependency group
``browser``. The pictures are committed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from clientimport import FieldMapping, Importer, Mapping, Plan, Settings
from clientimport.reports.review_page import write_review_html

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
LIMIT = 200_000
"""Bytes of a picture."""

FIELDS = ("external_id", "name", "email", "address", "postal_code", "city")
KNOWN = (
    ("K-101", "Bakkerij De Korenaar", "info@dekorenaar.example", "Molenstraat 4", "9000", "Gent"),
    ("K-102", "Atelier Lemaire SRL", "", "Rue du Moulin 18", "1000", "Bruxelles"),
    ("K-103", "Garage Verstraete", "garage@verstraete.example", "Steenweg 210", "8800", "Roeselare"),
    ("K-104", "Apotheek Zuid", "team@apotheekzuid.example", "Zuidlaan 7", "2018", "Antwerpen"),
)
ELSEWHERE = (("S-7", "Drukkerij Pauwels", "pauwels@drukkerij.example", "Kaai 2", "2000", "Antwerpen"),)
GIVEN = (
    ("K-101", "Bakkerij De Korenaar", "bestel@dekorenaar.example", "Molenstraat 6", "9000", "Gent"),
    ("S-7", "Drukkerij Pauwels", "pauwels@drukkerij.example", "Kaai 22", "2060", "Antwerpen"),
    ("K-102", "Atelier Lemaire SRL", "bonjour@lemaire.example", "Rue du Moulin 18", "1000", "Bruxelles"),
    ("K-103", "Garage Verstraete", "garage@verstraete.example", "Steenweg 210", "8800", "Roeselare"),
    ("K-105", "Fleurs & Fils", "fleurs@fils.example", "Place Verte 9", "4000", "Liège"),
    ("K-106", "Studio Noord", "hallo@studionoord.example", "Dok 11", "9000", "Gent"),
    ("K-107", "Kapsalon Elza", "elza@", "Kerkplein 1", "9300", "Aalst"),
)


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with Importer("memory:", settings=Settings(product="your books", default_country="BE")) as importer:
        review_page(made_up(importer), PICTURES / "review-page.png")


def made_up(importer: Importer) -> Plan:
    """A small plan with something in every group, on an importer that knows nobody yet."""
    mapping = Mapping(fields=[FieldMapping(field=name, columns=(name,)) for name in FIELDS])

    def plan(rows: tuple[tuple[str, ...], ...], system: str) -> Plan:
        return importer.plan([dict(zip(FIELDS, row, strict=True)) for row in rows], mapping=mapping, system=system)

    importer.apply(plan(KNOWN, "old-books"))
    importer.apply(plan(ELSEWHERE, "web-shop"))
    return plan(GIVEN, "old-books")


def review_page(plan: Plan, path: Path, *, width: int = 1180, height: int = 720) -> None:
    """A picture of the review page of *plan*, where somebody has kept one field.

    Args:
        plan: What is reviewed.
        path: The PNG file.
        width: In pixels, as the height.
        height: What is below is cut off.
    """
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        file = Path(folder) / "review.html"
        write_review_html(plan.overview(), file)
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce"
        )
        page.goto(file.as_uri())
        page.get_by_role("tab", name="Double customers").click()
        page.get_by_role("radiogroup").first.get_by_role("radio").first.check()
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        page.screenshot(path=path)
        browser.close()
    size = path.stat().st_size
    if size > LIMIT:
        raise SystemExit(f"{path.name} has {size} bytes; at most {LIMIT} are wanted")
    print(f"{path.name}: {size} bytes")


if __name__ == "__main__":
    main()
