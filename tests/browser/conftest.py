"""A real Chromium, and pages of a review in it; without one, these tests are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from clientimport import Plan
from clientimport.reports.review_page import write_review_html
from tests.planning.given import OpenImporter, opener

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture
def open_importer() -> Iterator[OpenImporter]:
    """In memory: a page does not know where it comes from."""
    yield from opener("memory:")


class Seen:
    """A page of a review, and what went on in it.

    Attributes:
        page: The page.
        file: The file it stands in.
        complaints: Whatever it wrote to the console, errors, and what its policy refused.
        requests: Every address it asked for.
        dialogs: The kind of every dialog it opened; each is dismissed.
    """

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.file = file
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", self._dialog)
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective))"
        )

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.type)
        dialog.accept()

    def tab(self, name: str) -> None:
        """Show one of the groups."""
        self.page.get_by_role("tab", name=name).click()

    def said(self) -> str:
        """What a screen reader was last told."""
        return self.page.get_by_role("status").inner_text()

    def export(self, folder: Path) -> Path:
        """Press the button; the file that came."""
        with self.page.expect_download() as caught:
            self.page.get_by_role("button", name="Download").click()
        caught.value.save_as(folder / caught.value.suggested_filename)
        return folder / caught.value.suggested_filename


class Open(Protocol):
    def __call__(self, plan: Plan, lang: str = "en", **options: Any) -> Seen: ...


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens the review of a plan from a file; the options are those of a browser context."""
    contexts: list[BrowserContext] = []

    def show(plan: Plan, lang: str = "en", **options: Any) -> Seen:
        file = tmp_path / f"review{len(contexts)}.html"
        write_review_html(plan.overview(), file, lang)
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        seen = Seen(context.new_page(), file)
        seen.page.goto(file.as_uri())
        return seen

    yield show
    for context in contexts:
        context.close()
