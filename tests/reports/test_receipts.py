"""Plans and receipts as people and programs read them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import attrs
import openpyxl
import pytest

from clientimport.core.findings import Finding
from clientimport.core.leaving import Leaver, Left
from clientimport.core.plan import Conflict, Disposition, FieldChange, PlanSummary, TieOut
from clientimport.core.profile import Profile
from clientimport.core.receipt import ReceiptRecord
from clientimport.messages import LANGUAGES
from clientimport.reports.documents import json_chunks
from clientimport.reports.markup import element
from clientimport.reports.plan import plan_dict, plan_text
from clientimport.reports.receipt import (
    receipt_dict,
    receipt_html,
    receipt_lines,
    receipt_text,
    write_receipt_html,
    write_receipt_xlsx,
)
from tests.reports.reporting import COLUMNS, CONFLICT, RECORDS, place, record

HOSTILE = "<script>alert(1)</script>&\"'"

SUMMARY = PlanSummary(
    records=7,
    dispositions={"create": 1, "update": 2, "unchanged": 0, "skip": 1, "invalid": 2, "conflict": 1},
    reasons={
        "create:new": 1,
        "update:matched": 2,
        "skip:merged": 1,
        "invalid:findings": 2,
        "conflict:fields-differ": 1,
    },
    findings={"email-invalid": 2, "amount-unreadable": 1, "required": 1, "row-short": 1},
    severities={"error": 4, "warning": 1, "info": 0},
    conflicts=1,
    openings={"EUR": "1234.56"},
    postings={"EUR": 1},
    tie_out=(
        TieOut(currency="EUR", expected=Decimal("1234.57"), total=Decimal("1234.56"), difference=Decimal("-0.01")),
    ),
    columns=COLUMNS,
)
CHANGED = record(
    5,
    ("00127", HOSTILE, "nieuw@voorbeeld.be"),
    "update",
    "matched",
    client="7",
    changes=(
        FieldChange(
            sequence=5,
            client="7",
            field="email",
            old=None,
            new="nieuw@voorbeeld.be",
            rule="fill_blank",
            locator=place(7, "E-mail"),
        ),
        FieldChange(
            sequence=5, client="7", field="tags", old=["a"], new=["a", "=1+1"], rule="overwrite", locator=place(7, "T")
        ),
    ),
)
OUTCOMES = ("created", "refused", "skipped", "held", "refused", "updated")


@attrs.frozen
class FakePlan:
    digest = "sha256:9"
    header: Mapping[str, Any] = {"source": {"name": "klanten.csv", "sheet": None}, "declared": []}
    summary = SUMMARY
    profile = Profile(name="standard")
    conflicts = (CONFLICT,)

    @property
    def findings(self) -> Iterator[Finding]:
        for planned in RECORDS:
            yield from planned.findings


@attrs.frozen
class FakeReceipt:
    profile = Profile(name="standard")
    run = "r1"
    plan_digest = "sha256:9"
    kind = "import"
    actor = "Els <els@kantoor.be>"
    started_at = "2026-01-01T10:00:00+00:00"
    finished_at: str | None = None
    header: Mapping[str, Any] = {"source": {"name": "klanten.csv", "sheet": "Blad1"}, "declared": []}
    plan_summary = SUMMARY
    counts: Mapping[str, int] = {
        "created": 1,
        "updated": 1,
        "unchanged": 0,
        "skipped": 1,
        "refused": 2,
        "held": 1,
        "stale": 1,
    }
    created = 1
    updated = 1
    left: Mapping[str, int] = {"deactivated": 1, "removed": 0, "stayed": 1}
    openings_posted = 1
    openings_blocked = 0
    openings_reversed = 0
    invitations_queued = 3
    unsent: int | None = 2
    conflicts: tuple[Conflict, ...] = (CONFLICT,)

    def residue(self) -> Mapping[str, Decimal]:
        return {"EUR": Decimal("-1234.56")}

    def records(self) -> Iterator[ReceiptRecord]:
        for planned, outcome in zip((*RECORDS, CHANGED), OUTCOMES, strict=True):
            client = "42" if outcome == "created" else planned.client
            yield ReceiptRecord(planned=planned, outcome=outcome, client=client)
        stale = attrs.evolve(CHANGED, sequence=6, locator=place(8))
        yield ReceiptRecord(planned=stale, outcome="stale", client="7", why={"why": "gone"})

    def leavers(self) -> Iterator[Left]:
        gone = Leaver("12", 1, "deactivate", HOSTILE, "not-listed")
        yield Left(planned=gone, outcome="deactivated")
        stays = gone._replace(client="13", action="remove", name="=1+1")
        yield Left(planned=stays, outcome="stayed", why={"why": "has-opening"})


def test_a_plan_for_programs() -> None:
    """The names and shapes that the command line promises."""
    document = json.loads(json.dumps(plan_dict(FakePlan())))

    assert document["records"] == sum(document["dispositions"].values()) == 7
    assert set(document["dispositions"]) == {kind.value for kind in Disposition}
    assert document["digest"] == "sha256:9"
    assert document["openings"] == {"EUR": "1234.56"}
    assert document["columns"][4] == {
        "header": "Geheim", "field": None, "filled": 4, "confidence": 0.0, "reason": "unmapped",
        "suggestion": None, "format": None,
    }  # fmt: skip
    found = document["findings"][0]
    assert {key: found[key] for key in ("code", "severity", "message", "field", "seen")} == {
        "code": "email-invalid",
        "severity": "error",
        "message": "This is not an e-mail address.",
        "field": "email",
        "seen": "jan@",
    }
    assert found["locator"] == {
        "source": "klanten.csv",
        "sheet": None,
        "row": 3,
        "column": "E-mail",
        "external_id": None,
    }
    (conflict,) = document["conflicts"]
    assert conflict["id"] == "q1"
    assert conflict["options"] == [
        {"choice": "keep", "label": "keep what is stored"},
        {"choice": "overwrite", "label": "take the value from the file"},
    ]
    assert len(document["findings"]) == 5


def test_a_plan_for_people() -> None:
    """Counts, columns, questions with their answers, findings as blocks; cut at the limit, and saying so."""
    text = plan_text(FakePlan(), "en", limit=2)

    assert text.startswith("klanten.csv: 7 records\n")
    assert re.search(r"^  refused +2$", text, re.MULTILINE)
    assert re.search(r"^ +1 the same client as another row$", text, re.MULTILINE)
    assert '"E-mail" -> E-mail (4 filled)' in text
    assert '"Geheim" -> not imported (4 filled)' in text
    assert "      keep: keep what is stored" in text
    assert text.count("    try:") == 2
    assert "… and 3 more" in text
    assert "Vragen (1)" in plan_text(FakePlan(), "nl")


def test_a_receipt_for_programs() -> None:
    """Every record with its outcome, client, changes and reasons; the plan's counts beside the outcomes."""
    document = json.loads(json.dumps(receipt_dict(FakeReceipt())))

    assert document["outcomes"]["refused"] == 2
    assert (document["created"], document["updated"], document["records"]) == (1, 1, 7)
    assert [row["outcome"] for row in document["rows"]] == [*OUTCOMES, "stale"]
    assert document["rows"][0]["client"] == "42"
    assert document["rows"][5]["changes"][0] == {
        "field": "email",
        "old": None,
        "new": "nieuw@voorbeeld.be",
        "rule": "fill_blank",
        "locator": {"source": "klanten.csv", "sheet": None, "row": 7, "column": "E-mail", "external_id": None},
    }
    assert document["rows"][1]["comments"] == [
        "E-mail: This is not an e-mail address.",
        "Saldo: This is not an amount.",
    ]
    assert document["rows"][2]["partner"]["row"] == 2
    assert document["rows"][6]["why"] == {"why": "gone"}
    assert (document["invitations_queued"], document["unsent"]) == (3, 2)
    assert document["left"] == {"deactivated": 1, "removed": 0, "stayed": 1}
    gone, stays = document["leavers"]
    assert gone == {
        "client": "12",
        "name": HOSTILE,
        "reason": "not-listed",
        "action": "deactivate",
        "outcome": "deactivated",
        "why": None,
        "comments": [],
    }
    assert (stays["outcome"], stays["why"]) == ("stayed", {"why": "has-opening"})


def test_a_long_document_is_written_in_pieces() -> None:
    """An iterator becomes a list without being one; empty ones and empty documents too."""
    for document in ({}, {"a": 1, "b": [], "c": None}, {"x": "é", "n": [1, {"k": "v"}], "m": []}):
        lazy = {key: iter(value) if isinstance(value, list) else value for key, value in document.items()}
        assert json.loads("".join(json_chunks(lazy))) == document


def test_a_receipt_for_people() -> None:
    """Who, when, what; then each record with its client, what changed, or why it did not go in."""
    text = receipt_text(FakeReceipt())

    assert text.startswith("Report of the import\n")
    assert "row 2: created, client 42  Jan Peeters\n" in text
    assert "    E-mail: (empty) -> nieuw@voorbeeld.be\n" in text
    assert "    Tags: a -> a, =1+1\n" in text
    assert "    E-mail: This is not an e-mail address.\n" in text
    assert "Somebody removed the client since; nothing was written." in text
    assert "  client 13  =1+1: stays. The client has an opening balance" in text
    assert re.search(r"^  Messages queued +3$", text, re.MULTILINE)
    assert list(receipt_lines(FakeReceipt(), limit=2))[-2:] == ["  … and 5 more", "Messages not sent yet: 2"]


class Page(HTMLParser):
    """What a browser would make of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_lists_every_record_and_runs_nothing(lang: str) -> None:
    """Well formed, no scripts or links, a strict policy; hostile names are text; headings are tied to their cells."""
    page = Page()
    page.feed(receipt_html(FakeReceipt(), lang))

    assert page.open == []
    names = [tag for tag, _ in page.tags]
    assert not {"script", "link", "img", "iframe", "a", "form"} & set(names)
    assert ("html", {"lang": lang}) in page.tags
    policy = next(at["content"] for _, at in page.tags if at.get("http-equiv") == "Content-Security-Policy")
    assert str(policy).startswith("default-src 'none'; style-src 'sha256-")
    assert names.count("caption") == 3
    assert all(at.get("scope") in ("col", "row") for tag, at in page.tags if tag == "th")
    # counts, what was booked, who left; heading, records; heading, who left
    assert names.count("tr") == 7 + 2 + 2 + 2 + 1 + 7 + 1 + 2
    assert HOSTILE in page.text
    assert names.count("del") == names.count("ins") == 4


def test_the_policy_allows_exactly_the_pages_own_style() -> None:
    """A wrong hash would show the page bare."""
    import base64
    import hashlib

    html = receipt_html(FakeReceipt())
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()

    assert f"sha256-{digest}" in html
    assert "prefers-color-scheme: dark" in style[1]


def test_text_becomes_markup_only_through_elements() -> None:
    """Children and attributes are escaped; elements are not escaped twice."""
    assert element("p", "<b>", element("i", "&"), title='"x"') == '<p title="&quot;x&quot;">&lt;b&gt;<i>&amp;</i></p>'


def test_the_page_as_a_file(tmp_path: Path) -> None:
    """The same text, also where a value holds half a character."""
    write_receipt_html(FakeReceipt(), tmp_path / "receipt.html", "nl")

    assert (tmp_path / "receipt.html").read_text(encoding="utf-8") == receipt_html(FakeReceipt(), "nl")


def test_the_receipt_as_a_workbook(tmp_path: Path) -> None:
    """A summary, a row a record, a row a change, a row a client that was to leave; all of it text, formulas too."""
    write_receipt_xlsx(FakeReceipt(), tmp_path / "receipt.xlsx")

    book = openpyxl.load_workbook(tmp_path / "receipt.xlsx")
    counts = {str(row[0]): row[1] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert (counts["Messages queued"], counts["Messages not sent yet"]) == ("3", "2")
    assert book.sheetnames == ["Summary", "Records", "Changes", "Clients that left"]
    summary, records, changes, leavers = (
        [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets
    )
    assert ["refused", "2"] in summary
    assert len(records) == 8
    assert records[1][:4] == ["2", "created", "42", "Jan Peeters"]
    assert records[2][3] == "=cmd|'/C calc'!A0"
    assert changes[1] == ["7", "7", "E-mail", "(empty)", "nieuw@voorbeeld.be"]
    assert changes[2][-1] == "a, =1+1"
    assert [row[:2] for row in leavers[1:]] == [["12", HOSTILE], ["13", "=1+1"]]
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
