"""A header that surely names a field stands over bad cells; over cells of something else somebody is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import clientimport as ci
from clientimport.core.schema import BUILTIN_FIELDS, Field, Schema
from clientimport.core.suggesting import ColumnSample, ColumnSuggestion, suggest

PHONES = ["0475 12 34 56", "09 234 56 78", "0486 11 22 33", "02 512 34 56", "0499 12 34 56", "011 22 33 44"]
EMAILS = [f"klant{number}@voorbeeld.example" for number in range(6)]


def columns_of(columns: dict[str, Sequence[str]], schema: Schema | None = None) -> dict[str, ColumnSuggestion]:
    samples = [ColumnSample(header, texts) for header, texts in columns.items()]
    return {column.header: column for column in suggest(samples, schema or Schema()).columns}


def one(header: str, texts: Sequence[str]) -> ColumnSuggestion:
    return columns_of({header: texts})[header]


def planned(text: str, profile: str = "standard") -> tuple[dict[str, int], dict[str, str | None], list[str]]:
    """Dispositions that occur, the field of each column, and what is said about the first record."""
    with ci.Importer("memory:", profile=profile, default_country="BE") as importer:
        plan = importer.plan(text.encode(), name="x.csv")
        counts = {name: count for name, count in plan.summary.dispositions.items() if count}
        fields = {column.header: column.field for column in plan.summary.columns}
        first = next(plan.records())
        return counts, fields, [finding.code for finding in first.findings]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("Name,Email\nA,nope", "email-invalid", "Invalid email format."),
        ("Name,Email,Phone\nA,nope,+32475123456", "email-invalid", "Invalid email format."),
        ("Name,Email,Phone,Opening Balance\nA,a@a.be,,abc", "amount-unreadable", "Invalid opening balance value."),
        (
            "Name,Email,Opening Balance,Opening Balance Date\nA,a@a.be,5,notadate",
            "date-unreadable",
            "Invalid opening balance date.",
        ),
    ],
)
def test_a_row_is_refused_for_the_cell_that_is_wrong_in_it(text: str, code: str, message: str) -> None:
    """Not for a cell that was never read, and not let through without it."""
    counts, fields, codes = planned(text, "daftra")
    with ci.Importer("memory:", profile="daftra") as importer:
        comments = [row.comment for row in importer.plan(text.encode(), name="x.csv").exceptions.rows()]

    assert counts == {"invalid": 1}
    assert None not in fields.values()
    assert codes == [code]
    assert message in comments[0]


def test_half_an_email_address_is_not_left_out_in_silence() -> None:
    """One row, one typing error: the client must not come in without its address."""
    assert planned("Name,Email\nAn Aerts,an.aerts@")[0] == {"invalid": 1}


@pytest.mark.parametrize("letter", ["A", "N"])
def test_names_that_look_like_codes_are_names(letter: str) -> None:
    """Test files are full of them, and a column called "Name" leaves no doubt."""
    rows = "".join(f"{letter}{number},k{number}@voorbeeld.example\n" for number in range(300))

    counts, fields, _ = planned(f"Name,Email\n{rows}")

    assert (counts, fields) == ({"create": 300}, {"Name": "name", "Email": "email"})


def test_headers_that_are_field_names_stay_mapped_over_bad_values() -> None:
    """Whatever is in the cells, the file says what its columns are."""
    _, fields, _ = planned("name;email;phone\nAn;nope;x\nBo;neither;y\n")

    assert fields == {"name": "name", "email": "email", "phone": "phone"}


@pytest.mark.parametrize("field", Schema().mappable.fields, ids=lambda field: field.name)
@pytest.mark.parametrize("bad", [["?!"], ["?!"] * 60, ["?!", "", "n.t.b."], [f"?{number}!" for number in range(9)]])
def test_no_field_named_exactly_is_lost_to_bad_cells(field: Field, bad: list[str]) -> None:
    """By its name or by its label, in one row or in many, it is imported, and its cells are what is wrong."""
    for header in (field.name, field.label):
        beside = {} if field.name == "opening_balance" else {"Opening balance": ["5"] * len(bad)}
        column = columns_of({**beside, header: bad})[header]

        assert column.field == field.name
        # Ids that repeat are asked about, as they are anywhere.
        assert column.accepted or (field.name == "external_id" and len(set(bad)) < len(bad) / 2)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("E-mailadres", "email"),
        ("Client email", "email"),
        ("Work e-mail", "email"),
        ("Telefoonnummer", "phone"),
        ("Gemeente / Commune", "city"),
        ("Amount due", "opening_balance"),
        ("Geboortedatum", "birth_date"),
    ],
)
def test_other_words_for_a_field_stand_as_well(header: str, field: str) -> None:
    """A header that is used without asking over good cells is used over bad ones: they are the ones to be mended."""
    column = one(header, ["?1", "?2", "?3"])

    assert (column.field, column.accepted) == (field, True)


def test_a_field_of_the_host_stands_over_bad_cells() -> None:
    """Also where its name is usually that of no client field."""
    schema = Schema([*BUILTIN_FIELDS, Field(name="fax", coercer="phone", label="Fax")])

    column = columns_of({"Fax": ["none", "ask"]}, schema)["Fax"]

    assert (column.field, column.reason, column.accepted) == ("fax", "exact", True)


def test_rows_that_failed_come_back_with_the_column_they_failed_for(tmp_path: Path) -> None:
    """A report of exceptions holds nothing but bad cells; unmended, it must fail again for the same reason."""
    balances = ["n.t.b." if number % 20 == 7 else f"{number},50" for number in range(60)]
    rows = "".join(f'An {number},k{number}@voorbeeld.example,"{balance}"\n' for number, balance in enumerate(balances))
    with ci.Importer("memory:", default_country="BE") as importer:
        plan = importer.plan(f"Name,Email,Opening Balance\n{rows}".encode(), name="x.csv")
        receipt = importer.apply(plan)
        receipt.exceptions.to_xlsx(tmp_path / "exceptions.xlsx")

        again = importer.plan(tmp_path / "exceptions.xlsx")

        fields = {column.header: column.field for column in again.summary.columns}
        assert receipt.created == 57
        assert fields["Opening Balance"] == "opening_balance"
        assert {name: count for name, count in again.summary.dispositions.items() if count} == {"invalid": 3}
        assert importer.apply(again).created == 0


@pytest.mark.parametrize(
    ("header", "texts", "field"),
    [
        ("Email", PHONES, "phone"),
        ("Phone", EMAILS, "email"),
        ("Name", EMAILS, "email"),
        ("BTW-nummer", ["Ja", "Nee", "Ja", "Ja", "Nee"], "vat_number"),
        ("BTW-nummer", ["BE68 5390 0754 7034"] * 5, "vat_number"),
        ("Postcode", ["Gent", "Brussel", "Hasselt", "Mechelen", "Kortrijk"], "city"),
        ("City", ["9000", "1000", "3500", "2800", "8500"], "postal_code"),
        ("Name", ["1001", "1002", "1003", "1004", "1005"], "name"),
        ("Klantnummer", ["Jan Peeters", "Els Maes", "Mia Claes", "Tom De Wit", "An Aerts"], "external_id"),
    ],
)
def test_many_cells_of_something_else_are_a_question(header: str, texts: list[str], field: str) -> None:
    """One question instead of a finding a row, and never silence; what the cells seem to be comes first."""
    column = one(header, texts)

    assert (column.field, column.accepted) == (field, False)


def test_the_header_is_among_the_answers_where_the_cells_are_asked_about() -> None:
    """The person may know that the header is right after all."""
    column = one("Email", PHONES)

    assert "email" in [field for field, _ in column.alternatives]


def test_cells_of_a_field_that_another_column_feeds_are_asked_about_as_a_second_one() -> None:
    """Telephone numbers under "Email" beside a column of telephone numbers."""
    columns = columns_of({"Email": PHONES, "Phone": PHONES})

    assert (columns["Phone"].field, columns["Phone"].accepted) == ("phone", True)
    assert (columns["Email"].field, columns["Email"].accepted) == ("other_phones", False)


@pytest.mark.parametrize("texts", [PHONES[:2], [*PHONES[:3], "jan", "els@voorbeeld"], ["nee", "nee", "nee"]])
def test_few_cells_or_a_mix_of_them_do_not_speak_against_a_header(texts: list[str]) -> None:
    """A few telephone numbers in the wrong column are wrong cells, not a wrong header."""
    column = one("Email", texts)

    assert (column.field, column.accepted) == ("email", True)


@pytest.mark.parametrize(
    ("header", "texts"),
    [
        ("Email", [f"klant{number}.voorbeeld.example" for number in range(9)]),  # a website each, but for the @
        ("Email", [f"klant{number}(at)voorbeeld.example" for number in range(9)]),
        ("Birth date", [f"0{number}021980" for number in range(1, 10)]),  # a telephone number each, but for the dashes
        ("Postal code", ["onbekend"] * 9),  # a place each, but for its being the same
        ("Opening balance", ["NA"] * 9),  # Namibia
    ],
)
def test_bad_cells_of_a_field_are_not_taken_for_another_field(header: str, texts: list[str]) -> None:
    """What fails in many rows fails in one way, and may look like something else."""
    column = one(header, texts)

    assert column.reason == "exact"
    assert column.accepted


def test_a_balance_keeps_its_date_and_currency_when_it_is_bad_throughout() -> None:
    """They are only sure beside a balance, and a bad one is one."""
    columns = columns_of({"Saldo": ["n.t.b."] * 3, "Saldodatum": ["31/12/2024"] * 3, "Valuta": ["EUR"] * 3})

    assert all(column.accepted for column in columns.values())


def test_a_column_with_good_cells_is_preferred_to_one_with_bad_cells() -> None:
    """Two headers for one field: the one that its cells bear out feeds it."""
    columns = columns_of({"Klant": ["K0001", "K0002", "K0003"], "Naam": ["Jan Peeters", "Els Maes", "Mia Claes"]})

    assert (columns["Naam"].field, columns["Klant"].reason) == ("name", "taken")


def test_a_dialling_code_is_not_taken_for_a_country_because_country_would_stand() -> None:
    """Where one meaning of a header is borne out by the cells, no other stands against them."""
    columns = columns_of({"Country code": ["+32", "+31"], "Phone": ["4 75 12 34 56", "6 12 34 56 78"]})

    assert columns["Country code"].slot == "phone+country"
