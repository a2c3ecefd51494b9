"""Clients as a file: its columns, whom it holds, and that it comes back."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clientimport import Client, Field, Importer, SettingsError
from clientimport.core.schema import sign_of_store
from clientimport.errors import PlanError
from clientimport.messages import LANGUAGES
from tests.laws.test_export_laws import AWKWARD, HOST, PROFILE
from tests.planning.given import mapping_of
from tests.reports.office import office, save_again


@pytest.fixture
def importer() -> Iterator[Importer]:
    with Importer("memory:", fields=[Field(name="shop.tags", label="Shop tags", many=True)]) as opened:
        opened.apply(
            opened.plan(
                [
                    {
                        "Name": "An",
                        "E-mail": "an@voorbeeld.be",
                        "Opening balance": "12,50",
                        "Tags": "b;a",
                        "Postal code": "0900",
                    },
                    {"Name": "=Bo", "E-mail": "bo@voorbeeld.be", "Opening balance": "", "Tags": "", "Postal code": ""},
                    {
                        "Name": "Cis",
                        "E-mail": "cis@voorbeeld.be",
                        "Opening balance": "-3",
                        "Tags": "",
                        "Postal code": "",
                    },
                ],
                near="off",
            )
        )
        opened.status.deactivate("3")
        yield opened


def rows_of(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [[str(cell or "") for cell in row] for row in sheet.values]


def sign(importer: Importer) -> str:
    return sign_of_store(importer.store.identity())


@pytest.mark.parametrize(("ending", "bo"), [(".xlsx", "=Bo"), (".csv", "'=Bo")])
def test_the_columns_that_are_chosen(importer: Importer, tmp_path: Path, ending: str, bo: str) -> None:
    """In the order given; the id comes last if nobody asked for it."""
    path = tmp_path / f"c{ending}"
    written = importer.export(path, columns=["name", "tags", "status", "balance", "postal_code"])

    assert rows_of(path) == [
        ["Name", "Tags", "Status", "Balance", "Postal code", "clientimport id"],
        ["An", "b; a", "active", "EUR 12.50", "0900", f"1 v1 {sign(importer)}"],
        [bo, "", "active", "", "", f"2 v1 {sign(importer)}"],
        ["Cis", "", "inactive", "EUR -3.00", "", f"3 v2 {sign(importer)}"],
    ]
    assert written.to_dict() == {
        "path": str(path),
        "columns": [
            {"header": header, "name": name}
            for header, name in zip(
                rows_of(path)[0], ["name", "tags", "status", "balance", "postal_code", "clientimport_id"], strict=True
            )
        ],
        "clients": 3,
        "rows": 3,
        "left_out": 0,
    }


@pytest.mark.parametrize(
    ("status", "names"),
    [("active", ["An", "=Bo"]), ("inactive", ["Cis"]), (["active", "inactive"], ["An", "=Bo", "Cis"]), ([], [])],
)
def test_whom_a_status_chooses(
    importer: Importer, tmp_path: Path, status: str | Sequence[str], names: Sequence[str]
) -> None:
    """One status or several; a client without one is active."""
    path = tmp_path / "c.xlsx"
    importer.export(path, columns=["id", "name"], status=status)
    assert [row[1] for row in rows_of(path)[1:]] == names


@pytest.mark.parametrize("lang", LANGUAGES)
def test_status_and_balance_do_not_come_back(importer: Importer, tmp_path: Path, lang: str) -> None:
    """Somebody who writes a balance there books nothing; the plan says that the columns are not imported."""
    path = tmp_path / "c.csv"
    importer.export(path, lang=lang)
    path.write_text(path.read_text(encoding="utf-8").replace("12.50", "99.00"), encoding="utf-8")
    plan = importer.plan(path)

    assert plan.summary.dispositions["unchanged"] == 3
    assert [finding.code for finding in plan.findings] == ["column-unmapped"] * 3  # with the day of the status
    assert not any(column["field"] in {"status", "opening_balance"} for column in plan.document["columns"])


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_one_column_can_be_edited(importer: Importer, tmp_path: Path, ending: str) -> None:
    """A file without the name changes what it has; an empty cell empties nothing."""
    path = tmp_path / f"c{ending}"
    importer.export(path, columns=["postal_code"])
    rows = rows_of(path)
    rows[2][0] = "00123"
    rows[1][0] = ""
    path = tmp_path / "edited.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    plan = importer.plan(path)

    assert {name: count for name, count in plan.summary.dispositions.items() if count} == {"unchanged": 2, "update": 1}
    assert list(plan.findings) == []
    importer.apply(plan)
    assert [client["postal_code"] for client in importer.clients()] == ["0900", "00123", None]


def test_what_only_the_file_changed_is_written(importer: Importer, tmp_path: Path) -> None:
    """Under the policy that asks: an edit is no question, unless somebody changed the client here in between."""
    importer.export(tmp_path / "c.csv", columns=["name", "tags", "postal_code"])
    rows = [{"clientimport id": "1", "Postal code": "0901"}, {"clientimport id": "2", "City": "Gent"}]
    importer.apply(importer.plan(rows[1:]))
    text = (tmp_path / "c.csv").read_text(encoding="utf-8")
    (tmp_path / "c.csv").write_text(text.replace("0900", "0902").replace("'=Bo", "Bob"), encoding="utf-8")
    plan = importer.plan(tmp_path / "c.csv")

    (change,) = plan.changes()
    assert (change.client, change.old, change.new, change.rule) == ("1", "0900", "0902", "three_way")
    (question,) = plan.conflicts
    assert (question.kind, question.fields) == ("fields-differ", ("name",))
    (question,) = importer.plan(rows[:1]).conflicts  # an id alone does not say what the row was made from
    assert question.fields == ("postal_code",)


def test_an_id_that_is_not_there_is_refused(importer: Importer, tmp_path: Path) -> None:
    """It would come in as a new client, whatever else the row says; also after a decision."""
    rows = [
        {"clientimport id": "7", "Name": "An", "E-mail": "an@voorbeeld.be"},
        {"clientimport id": "x", "Name": "Dirk", "E-mail": "dirk@voorbeeld.be"},
        {"clientimport id": "", "Name": "Els", "E-mail": "els@voorbeeld.be"},
    ]
    plan = importer.plan(rows)
    assert [record.disposition for record in plan.records()] == ["invalid", "invalid", "create"]
    assert [[f.code for f in record.findings] for record in plan.records()] == [["client-unknown"]] * 2 + [[]]
    again = plan.decide({})
    assert [[f.code for f in record.findings] for record in again.records()] == [["client-unknown"]] * 2 + [[]]
    assert "clientimport_id" not in importer.apply(again).counts
    assert [client.name for client in importer.clients()] == ["An", "=Bo", "Cis", "Els"]
    assert "clientimport_id" not in list(importer.clients())[3]


def test_the_id_wins_over_all_that_others_share(tmp_path: Path) -> None:
    """A couple with one address, namesakes, and two that swap their numbers: each row is its own client."""
    rows = [
        {"External id": "1", "Name": "An Maes", "E-mail": "thuis@voorbeeld.be"},
        {"External id": "2", "Name": "Bo Maes", "E-mail": "thuis@voorbeeld.be"},
        {"External id": "3", "Name": "An Maes", "E-mail": ""},
    ]
    with Importer("memory:") as importer:
        importer.apply(importer.plan(rows, near="off"))
        importer.export(tmp_path / "c.csv", columns=["external_id", "name", "email"])
        text = (tmp_path / "c.csv").read_text(encoding="utf-8")
        assert importer.plan(tmp_path / "c.csv").summary.dispositions["unchanged"] == 3

        (tmp_path / "c.csv").write_text(text.replace('"1","An', '"2","An', 1), encoding="utf-8")
        plan = importer.plan(tmp_path / "c.csv", merge="overwrite")
        assert [(record.disposition, record.client) for record in plan.records()] == [
            ("invalid", None), ("unchanged", "2"), ("unchanged", "3"),
        ]  # fmt: skip
        (taken,) = next(plan.records()).findings  # the number is another client's
        assert (taken.code, taken.field, taken.params["client"]) == ("key-of-another", "external_id", "2")
        receipt = importer.apply(plan)
        assert (receipt.counts["refused"], receipt.counts["stale"], receipt.counts["updated"]) == (1, 0, 0)


def test_a_file_twice_and_a_client_twice(importer: Importer, tmp_path: Path) -> None:
    """Rows of one id are one client; where they contradict, somebody is asked."""
    heads = ["clientimport id", "City", "Notes"]
    plan = importer.plan(
        [
            dict(zip(heads, row, strict=True))
            for row in (["1", "Gent", ""], ["1", "", "x"], ["2", "A", ""], ["2", "B", ""])
        ]
    )

    assert [record.disposition for record in plan.records()] == ["update", "skip", "conflict", "conflict"]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_rows_of_the_host(importer: Importer, tmp_path: Path, ending: str) -> None:
    """Its jobs, asked for many clients at once; the file still comes back."""
    asked: list[int] = []

    def jobs(clients: Sequence[Client]) -> Mapping[str, Sequence[Mapping[str, object]]]:
        asked.append(len(clients))
        return {"1": [{"Job": "Return 2025", "Name": 1}, {"Job": "Return 2026"}], "3": [{"Name": None}]}

    path = tmp_path / f"c{ending}"
    written = importer.export(path, columns=["id", "name"], rows=jobs, row_columns=["Job", "Name", "E-mail"])

    assert (written.clients, written.rows, asked) == (3, 4, [3])
    assert rows_of(path) == [
        ["Client id", "Name", "Job", "Name (2)", "E-mail (2)", "clientimport id"],
        ["1", "An", "Return 2025", "1", "", f"1 v1 {sign(importer)}"],
        ["1", "An", "Return 2026", "", "", f"1 v1 {sign(importer)}"],
        ["2", "=Bo" if ending == ".xlsx" else "'=Bo", "", "", "", f"2 v1 {sign(importer)}"],
        ["3", "Cis", "", "", "", f"3 v2 {sign(importer)}"],
    ]
    found = importer.plan(path).summary.dispositions
    assert (found["unchanged"] + found["skip"], found["update"], found["create"]) == (4, 0, 0)
    with pytest.raises(SettingsError, match="Job"):
        importer.export(path, columns=["id"], rows=jobs, row_columns=["Name"])


def test_what_no_cell_holds_is_counted(importer: Importer, tmp_path: Path) -> None:
    """A text beyond what a cell can hold is left out, not cut: cut, it would come back as a change."""
    rows = [{"name": "Dirk", "notes": "🎉" * 20_000, "shop.tags": "one\ntwo"}]
    importer.apply(importer.plan(rows, mapping=mapping_of(rows)))

    assert importer.export(tmp_path / "c.xlsx").left_out == 2
    assert importer.export(tmp_path / "c.csv").left_out == 1
    for name in ("c.xlsx", "c.csv"):
        assert importer.plan(tmp_path / name).summary.dispositions["unchanged"] == 4


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("c.ods", {}),
        ("c.xlsx", {"columns": ["nonsense"]}),
        ("c.xlsx", {"columns": ["opening_balance"]}),
        ("c.xlsx", {"columns": ["name", "name"]}),
        ("c.xlsx", {"columns": []}),
        ("c.xlsx", {"columns": "name"}),
        ("c.csv", {"lang": "xx"}),
        ("c.csv", {"status": "gone"}),
        ("c.csv", {"rows": 3}),
        ("nowhere/c.csv", {}),
    ],
)
def test_what_cannot_be_asked(importer: Importer, tmp_path: Path, path: str, wrong: dict[str, Any]) -> None:
    """It is said at once, and nothing is written."""
    with pytest.raises(SettingsError):
        importer.export(tmp_path / path, **wrong)
    assert list(tmp_path.iterdir()) == []


def test_a_refused_row_of_an_export_comes_back_too(importer: Importer, tmp_path: Path) -> None:
    """The exceptions of an edited export are an export still: fixed, they are found by their ids."""
    importer.export(tmp_path / "c.csv", columns=["email", "name"])
    text = (tmp_path / "c.csv").read_text(encoding="utf-8").replace("bo@voorbeeld.be", "bo@")
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    receipt = importer.apply(importer.plan(tmp_path / "c.csv"))
    assert receipt.counts["refused"] == 1
    receipt.exceptions.to_csv(tmp_path / "e.csv")
    fixed = (tmp_path / "e.csv").read_text(encoding="utf-8").replace('"bo@"', '"bo@voorbeeld.be"')
    (tmp_path / "e.csv").write_text(fixed, encoding="utf-8")

    assert importer.plan(tmp_path / "e.csv").summary.dispositions["unchanged"] == 1


@pytest.mark.skipif(office() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_libreoffice_changes_nothing(tmp_path: Path, ending: str) -> None:
    """Opened and saved by another program: still nobody changes, whatever looks like a number, a date or a formula.

    In a text file only what looks like none of these: there no program can know that ``00123`` is text.
    """
    texts = [text for text in AWKWARD if ending == ".xlsx" or text[0].isalpha() or text[:1] in "'=+@"]
    dice = random.Random(5)
    letters = "aé漢🎉 '=+-@_x0041\n\t;,\"<&\u200b\u00a0"
    if ending == ".xlsx":
        texts += ["".join(dice.choices(letters, k=dice.randint(1, 12))) for _ in range(300)]
    texts = [text for text in texts if ending == ".xlsx" or text not in {"TRUE", "+32 2", "e\u0301"}]
    rows = [
        {"external_id": f"K{number}", "name": text, "notes": texts[-number - 1], "shop.wants_post": "ja"}
        for number, text in enumerate(texts)
    ]
    with Importer("memory:", profile=PROFILE, fields=HOST) as importer:
        importer.apply(importer.plan(rows, mapping=mapping_of(rows)))
        count = len(list(importer.clients()))
        assert count > len(texts) * 0.7
        importer.export(tmp_path / f"c{ending}")
        plan = importer.plan(save_again(tmp_path / f"c{ending}", tmp_path / "saved"))

        assert {name: n for name, n in plan.summary.dispositions.items() if n} == {"unchanged": count}, [
            (record.disposition, dict(record.raw), record.changes) for record in plan.records()
            if record.disposition != "unchanged"
        ][:5]  # fmt: skip


def test_a_plan_of_an_export_is_for_its_store(importer: Importer, tmp_path: Path) -> None:
    """Ids of one store or workspace mean nothing in another, though there are clients with such ids."""
    importer.export(tmp_path / "c.xlsx", columns=["name"])
    with Importer("memory:") as other:
        other.apply(other.plan([{"Name": name} for name in ("Xa", "Xb", "Xc")]))
        plan = other.plan(tmp_path / "c.xlsx")
        assert plan.summary.dispositions["invalid"] == 3
        with pytest.raises(PlanError):
            importer.apply(plan)
