"""What an export says, an import reads back: nobody changes, whatever stands in the fields."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from clientimport import Field, Importer, Profile
from clientimport.core.profile import Rung
from clientimport.messages import LANGUAGES
from tests.planning.given import mapping_of

HOST = (
    Field(name="shop.nicknames", label="Nicknames", many=True),
    Field(name="shop.wants_post", label="Wants post", coercer="yes_no"),
    Field(name="shop.size", label="Size", coercer="choice", choices=("small", "large; very", "=big")),
    Field(name="shop.credit", label="Credit", coercer="amount"),
    Field(name="shop.since", label="Since", coercer="date"),
)
PROFILE = Profile(
    name="any",
    required=(),
    ladder=(Rung(scheme="external_id"), Rung(scheme="email", exclusive=False)),
    near="off",
)
AWKWARD = (
    "=1+1", "'=1+1", "''=x", "+32 2", "-1", "@x", "00123", "1e5", "1.234", "12/13/2024", "TRUE", "#REF!", "#N/A", "n/a", "NULL",
    "None", "-", "_x000D_", "_x0041_", "a\nb", "a;b", 'say "hi"', ",", ";", "|", "\t", "\ufeff", "🎉", "e\u0301", "\u00a0x", "Name",
    "E-mail", "clientimport id", "Comments", "1", "Total", "﹦x", "\uff1dx", "<b>", "&amp;", "]]>", "x" * 300,
)  # fmt: skip
TEXTS = st.one_of(st.just(""), st.sampled_from(AWKWARD), st.text(max_size=20))
VALUES: Mapping[str, st.SearchStrategy[str]] = {
    **dict.fromkeys(
        (
            "name", "first_name", "last_name", "company_name", "address", "address_2", "postal_code", "city", "region", "website",
            "external_id", "notes", "tags", "shop.nicknames",
        ),
        TEXTS,
    ),
    "kind": st.sampled_from(("person", "bv", "")),
    "email": st.sampled_from(("a@voorbeeld.be", "A.B+c@Voorbeeld.BE", "jan@münchen.example", "")),
    "other_emails": st.sampled_from(("", "b@voorbeeld.be", "c@voorbeeld.be")),
    "phone": st.sampled_from(("", "016 20 30 40", "+1 212 555 0123", "+32475123456")),
    "other_phones": st.sampled_from(("", "0475 12 34 56", "+31 20 123 45 67")),
    "country": st.sampled_from(("", "België", "NL", "us")),
    "language": st.sampled_from(("", "Nederlands", "fr", "klingon")),
    "birth_date": st.sampled_from(("", "2000-01-02", "31/12/1999")),
    "vat_number": st.sampled_from(("", "BE0123456749", "NL 1234")),
    "national_number": st.sampled_from(("", "93.05.18-223.61", "x")),
    "shop.wants_post": st.sampled_from(("", "ja", "no")),
    "shop.size": st.sampled_from(("", "small", "large; very", "=big")),
    "shop.credit": st.sampled_from(("", "1.234,56", "-0.125", "1234.5", "7")),
    "shop.since": st.sampled_from(("", "2020-02-29", "04/05/2006")),
}  # fmt: skip


@given(
    records=st.lists(st.fixed_dictionaries(dict(VALUES)), min_size=1, max_size=6),
    ending=st.sampled_from((".xlsx", ".csv")),
    lang=st.sampled_from(LANGUAGES),
    country=st.sampled_from((None, "BE")),
)
def test_an_export_comes_back_unchanged(
    records: list[dict[str, str]], ending: str, lang: str, country: str | None
) -> None:
    """Every client is found by its id, and no cell says anything new."""
    with Importer("memory:", profile=PROFILE, fields=HOST, default_country=country) as importer:
        importer.apply(importer.plan(records, mapping=mapping_of(records)))
        before = [client.to_dict() for client in importer.clients()]
        nicknames = [client["shop.nicknames"] for client in importer.clients()]
        lines = sum("\n" in name for names in nicknames if isinstance(names, list) for name in names)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"clients{ending}"
            written = importer.export(path, lang=lang)
            assert (written.clients, written.rows, written.left_out) == (len(before), len(before), lines)
            if not before:
                return
            plan = importer.plan(path)
            found = {name: count for name, count in plan.summary.dispositions.items() if count}

        assert found == {"unchanged": len(before)}, [
            (record.disposition, record.raw, [f.code for f in record.findings]) for record in plan.records()
        ]
        importer.apply(plan)
        assert [client.to_dict() for client in importer.clients()] == before
