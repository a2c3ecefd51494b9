"""What a person meets: reasons, joins, value maps, and the changes they make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport import Importer, Settings
from clientimport.core.cells.choices import coerce_kind, coerce_yes_no
from clientimport.core.coercion import CoercionContext
from clientimport.core.lexicon import header_key, header_words
from clientimport.core.lexicon.samples import KINDS, YES_NO
from clientimport.core.mapping import FieldMapping, Mapping
from clientimport.core.schema import BUILTIN_FIELDS, Field, Schema
from clientimport.core.settings import ACCEPT_LEVEL
from clientimport.core.suggesting import ColumnSample, Preset, Suggestion, split_full_name, suggest
from clientimport.errors import SettingsError


def suggested(columns: dict[str, list[str]], **more: object) -> Suggestion:
    samples = [ColumnSample(header, texts) for header, texts in columns.items()]
    return suggest(samples, more.pop("schema", Schema()), **more)  # type: ignore[arg-type]


def fields(suggestion: Suggestion) -> dict[str, str | None]:
    return {column.header: column.field for column in suggestion.columns}


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("POAddressLine1", "po address line 1"),
        ("E-mail (verplicht)", "e mail"),
        ("STRAßE_NR.", "strasse nr"),
        ("*ContactName", "contact name"),
        ("Téléphone [portable]", "telephone portable"),
        ("Saldo (EUR)", "saldo"),
        ("Datum (dd/mm/jjjj)", "datum"),
        ("الرقم القومى", "الرقم القومي"),
        ("", ""),
    ],
)
def test_a_header_is_read_as_its_words(header: str, words: str) -> None:
    """Case, accents, humps, brackets and remarks change nothing about what a header means."""
    assert " ".join(header_words(header)) == words


def test_two_spellings_of_a_header_have_one_key() -> None:
    """A saved mapping finds its columns again after somebody tidied the headers."""
    assert header_key("E-Mail Adres *") == header_key("e_mail_adres")


def test_parts_of_a_phone_number_make_one_phone() -> None:
    """Country, area and number are joined in the order they are dialled, whatever the order of the columns."""
    suggestion = suggested(
        {
            "Phone number": ["2345678", "3456789"],
            "Area code": ["9", "2"],
            "Phone country code": ["+32", "+32"],
            "Full name": ["Jan Peeters", "Els Maes"],
        }
    )

    entry = suggestion.mapping.field("phone")
    assert entry is not None
    assert (entry.columns, entry.join) == (("Phone country code", "Area code", "Phone number"), " ")


def test_a_phone_whose_country_code_is_in_doubt_is_asked_about_as_a_whole() -> None:
    """Without its country's code a number is another number; a code without plus would not be understood."""
    suggestion = suggested({"Landnummer": ["32", "31"], "Zone": ["9", "20"], "Telefoonnr": ["2345678", "1234567"]})

    assert suggestion.mapping.field("phone") is None
    assert suggestion.accept("Telefoonnr").mapping.field("phone") == FieldMapping(
        field="phone", columns=("Landnummer", "Zone", "Telefoonnr"), confidence=0.8, reason="alias"
    )


def test_an_importer_asks_about_what_is_in_doubt() -> None:
    """Its settings begin at the level that suggestions are made for."""
    record = {"Landnummer": "32", "Zone": "9", "Telefoonnr": "2345678", "Naam": "Jan"}

    suggestion = Importer("memory:").inspect([record, record]).suggestion

    assert {column.header for column in suggestion.unsure} == {"Landnummer", "Zone", "Telefoonnr"}
    assert Settings().accept_level == ACCEPT_LEVEL


def test_street_number_and_box_make_one_address() -> None:
    """A bare "Nr" after the street is the house number, not the client's."""
    suggestion = suggested(
        {"Straat": ["Kerkstraat", "Dorp"], "Nr": ["12", "7B"], "Bus": ["", "3"], "Klantnr": ["1", "2"]}
    )

    entry = suggestion.mapping.field("address")
    assert entry is not None
    assert entry.columns == ("Straat", "Nr", "Bus")
    assert fields(suggestion)["Klantnr"] == "external_id"


def test_a_house_number_without_a_street_is_left_out() -> None:
    """Half an address is worse than none."""
    assert fields(suggested({"Huisnummer": ["12", "7"], "Naam": ["Jan Peeters", "Els Maes"]}))["Huisnummer"] is None


def test_cells_of_something_else_make_a_sure_header_a_question() -> None:
    """Consents are often headed "E-mail"; the reason says that the cells contradict the header."""
    column = suggested({"E-mail": ["ja", "nee", "ja"], "Naam": ["a", "b", "c"]}).column("E-mail")

    assert (column.field, column.accepted, column.reason) == ("email", False, "values-differ")


def test_consents_beside_the_field_they_are_about_are_left_out() -> None:
    """Nothing is to be asked: the addresses are in their own column."""
    columns = {"E-mailadres": ["a@x.example", "b@x.example", "c@x.example"], "E-mail": ["ja", "nee", "ja"]}

    assert fields(suggested(columns)) == {"E-mailadres": "email", "E-mail": None}


def test_cells_overrule_a_header_that_needs_them() -> None:
    """A header that is a word for many things is believed only over cells that bear it out."""
    column = suggested({"Soort": ["part", "zaak"], "Naam": ["a", "b"]}).column("Soort")

    assert (column.field, column.accepted, column.reason) == (None, False, "values-differ")
    assert column.alternatives[0][0] == "kind"


def test_cells_alone_are_never_enough() -> None:
    """A column of e-mail addresses under a strange header may be somebody else's."""
    column = suggested({"Aangebracht via": ["jan@x.example", "els@x.example", "tom@x.example"]}).column(
        "Aangebracht via"
    )

    assert (column.field, column.accepted, column.reason) == ("email", False, "values")


@pytest.mark.parametrize("header", ["Fax", "Credit limit", "Created at", "IBAN", "Contactpersoon", "Naam partner"])
def test_columns_that_are_no_client_field_are_known_as_such(header: str) -> None:
    """Most of an export is of no use here, and must not find its way in by likeness."""
    column = suggested({"Klant": ["a", "b"], header: ["1", "2"]}).column(header)

    assert (column.field, column.reason) == (None, "other")


def test_one_column_feeds_a_field_and_the_second_goes_where_there_is_room() -> None:
    """A second e-mail column is another e-mail; a second e-mail in a cell is split off."""
    suggestion = suggested(
        {
            "E-mail": ["a@x.example", "b@x.example"],
            "E-mail 2": ["c@x.example; d@x.example", ""],
            "Work e-mail": ["e@x.example", ""],
            "City": ["Gent", "Brugge"],
            "Town": ["Gent", "Brugge"],
        }
    )

    assert fields(suggestion) == {
        "E-mail": "email",
        "E-mail 2": "other_emails",
        "Work e-mail": "other_emails",
        "City": "city",
        "Town": None,
    }
    assert suggestion.column("Town").reason == "taken"
    assert [entry.split for entry in suggestion.mapping.fields if entry.field == "other_emails"] == [";", None]


def test_a_name_beside_a_first_name_is_the_last_name() -> None:
    """Unless it holds the first name too."""
    apart = suggested({"Naam": ["Peeters", "Maes"], "Voornaam": ["Jan", "Els"]})
    whole = suggested({"Naam": ["Jan Peeters", "Els Maes"], "Voornaam": ["Jan", "Els"]})

    assert fields(apart)["Naam"] == "last_name"
    assert fields(whole)["Naam"] == "name"


def test_kinds_and_yes_or_no_get_a_map_of_the_words_seen() -> None:
    """Only words that are there are mapped, so that the saved file shows what was decided."""
    schema = Schema([*BUILTIN_FIELDS, Field(name="vip", coercer="yes_no", label="Very important")])
    suggestion = suggested(
        {"Klanttype": ["Particulier", "Bedrijf"], "Very important": ["Ja", "nee", ""]}, schema=schema
    )

    kind, vip = suggestion.mapping.field("kind"), suggestion.mapping.field("vip")
    assert kind is not None
    assert vip is not None
    assert kind.values == {"particulier": "person", "bedrijf": "organisation"}
    assert vip.values == {"ja": "yes", "nee": "no"}


def test_the_words_mapped_mean_what_the_coercers_read() -> None:
    """A value map must not turn a word into something else than it is without one; words unknown there are added."""
    for coerce, words, plain in (
        (coerce_kind, KINDS, dict),
        (coerce_yes_no, YES_NO, lambda pairs: {word: value == "yes" for word, value in pairs.items()}),
    ):
        meant = plain(words)
        read = coerce(list(meant), CoercionContext(field="x", countries=[None] * len(meant))).values
        assert {word: value for word, value in zip(meant, read, strict=True) if value is not None} == {
            word: value for (word, value), known in zip(meant.items(), read, strict=True) if known is not None
        }


def test_a_field_of_the_host_wins_over_what_a_header_usually_means() -> None:
    """A host that declares a fax field wants the fax column."""
    schema = Schema([*BUILTIN_FIELDS, Field(name="fax", coercer="phone", label="Fax")])

    column = suggested({"Fax": ["09 234 56 78", "09 234 56 79"]}, schema=schema).column("Fax")

    assert (column.field, column.reason, column.accepted) == ("fax", "exact", True)


def test_a_type_column_of_other_things_is_not_the_kind() -> None:
    """Client, prospect, supplier say nothing about person or organisation."""
    assert fields(suggested({"Type": ["Klant", "Prospect", "Klant"]}))["Type"] is None


def test_a_tax_number_column_full_of_vat_numbers_is_the_vat_number() -> None:
    """Many programs call it the tax number."""
    assert fields(suggested({"Tax number": ["BE0403170701", "NL004495445B01"]}))["Tax number"] == "vat_number"


def test_a_balance_date_is_only_sure_beside_a_balance() -> None:
    """Without an amount a currency or an "as of" date may be about anything."""
    alone = suggested({"Naam": ["a"], "Valuta": ["EUR"]}).column("Valuta")
    beside = suggested({"Saldo": ["1,00"], "Valuta": ["EUR"]}).column("Valuta")

    assert (alone.accepted, beside.accepted) == (False, True)


def test_a_saved_mapping_for_another_schema_is_refused() -> None:
    """A field that is not there is a broken setting, not a column to forget."""
    saved = Mapping(fields=(FieldMapping(field="shoe_size", columns=("A",)),))

    with pytest.raises(SettingsError, match="shoe_size"):
        suggested({"A": ["42"]}, saved=saved)


WORDS = [
    "E-mail",
    "Naam",
    "Voornaam",
    "Tel",
    "Tel 2",
    "Nr",
    "Straat",
    "Saldo",
    "Fax",
    "كود",
    "Zone",
    "Landcode",
    "?",
    "",
]
CELLS = ["", "ja", "12", "+32", "jan@x.example", "09 234 56 78", "BE", "Jan", "1.250,00", "31/12/2024", "BE0403170701"]


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(WORDS), st.text(max_size=12), st.tuples(*[st.sampled_from(WORDS)] * 2).map(" ".join)),
        st.lists(st.one_of(st.sampled_from(CELLS), st.text(max_size=8)), max_size=5),
        max_size=8,
    )
)
def test_any_columns_give_a_mapping_that_feeds_each_field_once(columns: dict[str, list[str]]) -> None:
    """Whatever the file: nothing raises, no column is used twice, and what is accepted is in the mapping."""
    suggestion = suggested(columns)

    names = [entry.field for entry in suggestion.mapping.fields if not Schema()[entry.field].many]
    used = [header for entry in suggestion.mapping.fields for header in entry.columns]
    assert len(set(names)) == len(names)
    assert sorted(used) == sorted(column.header for column in suggestion.columns if column.accepted)
    assert [column.header for column in suggestion.columns] == list(columns)
    assert suggestion == suggested(columns)


def test_a_saved_mapping_comes_first_and_finds_respelt_headers() -> None:
    """What a person decided is not decided again; what is missing is named."""
    saved = Mapping(
        fields=(
            FieldMapping(field="notes", columns=("E-mail",)),
            FieldMapping(field="city", columns=("Oude gemeente",)),
            FieldMapping(field="country", constant="BE"),
        ),
        dropped=("Telefoon",),
        name="vorig jaar",
    )

    suggestion = suggested(
        {"e_mail": ["a@x.example"], "Telefoon": ["09 234 56 78"], "Land": ["NL"], "Postcode": ["9000"]}, saved=saved
    )

    assert fields(suggestion) == {"e_mail": "notes", "Telefoon": None, "Land": None, "Postcode": "postal_code"}
    assert suggestion.mapping.field("country") == FieldMapping(field="country", constant="BE")
    assert suggestion.mapping.dropped == ("Telefoon",)
    assert (suggestion.mapping.name, suggestion.missing) == ("vorig jaar", ("Oude gemeente",))


def test_a_preset_claims_a_file_that_has_its_signature() -> None:
    """Columns it does not know are asked about, however well they sound; without the signature it says nothing."""
    preset = Preset(
        name="tiny",
        title="Tiny",
        signature=("Ref", "Label"),
        mapping=Mapping(fields=(FieldMapping(field="name", columns=("Label",)),), dropped=("Ref",)),
    )
    cells = {"ref": ["1", "2"], "LABEL": ["a", "b"], "E-mail adres": ["a@x.example", "b@x.example"]}

    claimed = suggested(cells, presets=(preset,))
    unclaimed = suggested({"LABEL": ["a", "b"]}, presets=(preset,))

    assert claimed.preset == "tiny"
    assert [(column.field, column.accepted) for column in claimed.columns] == [
        (None, False),
        ("name", True),
        ("email", False),
    ]
    assert claimed.column("LABEL").reason == "preset"
    assert unclaimed.preset is None
    assert fields(unclaimed)["LABEL"] != "name"


def test_a_person_accepts_changes_and_drops() -> None:
    """Each answer is a new suggestion; the old one stays as it was."""
    start = suggested({"Naam": ["Jan Peeters"], "Emailadress": ["a@x.example", "b@x.example"], "Kleur": ["rood"]})
    unsure = suggested({"Wie dan ook": ["a@x.example", "b@x.example"]})

    changed = start.change("Kleur", "tags").change("Naam", "company_name").drop("Emailadress")

    assert unsure.mapping.fields == ()
    assert unsure.accept("Wie dan ook").mapping.field("email") is not None
    assert fields(changed) == {"Naam": "company_name", "Emailadress": None, "Kleur": "tags"}
    assert [entry.field for entry in changed.mapping.fields] == ["company_name", "tags"]
    assert changed.mapping.field("tags") == FieldMapping(field="tags", columns=("Kleur",))
    assert changed.mapping.dropped == ("Emailadress",)
    assert fields(start)["Kleur"] is None


def test_changing_a_column_to_a_fed_field_releases_the_other() -> None:
    """A field that holds one value has one source, also when it came from a saved mapping."""
    saved = Mapping(fields=(FieldMapping(field="name", columns=("A",)),))
    suggestion = suggested({"A": ["x"], "B": ["y"]}, saved=saved).change("B", "name")

    assert fields(suggestion) == {"A": None, "B": "name"}
    assert suggestion.mapping.fields == (FieldMapping(field="name", columns=("B",)),)


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (lambda one: one.accept("Kleur"), "column"),
        (lambda one: one.accept("Klor"), "column"),
        (lambda one: one.drop("Klor"), "column"),
        (lambda one: one.change("Kleur", "nmae"), "field"),
    ],
)
def test_an_impossible_answer_is_refused_at_once(answer: object, key: str) -> None:
    """The error names what there is."""
    suggestion = suggested({"Kleur": ["rood"]})

    with pytest.raises(SettingsError) as caught:
        answer(suggestion)  # type: ignore[operator]

    assert caught.value.key == key


def test_a_full_name_splits_into_two_entries() -> None:
    """One column, two fields."""
    first, last = split_full_name("Naam")

    assert (first.field, first.part, first.columns) == ("first_name", "first", ("Naam",))
    assert (last.field, last.part, last.columns) == ("last_name", "last", ("Naam",))


def test_nothing_of_the_cells_shows_in_a_repr() -> None:
    """Logs must not hold clients."""
    cells = {"Wie": ["Geheim Persoon", "Nog Iemand"]}

    assert "Geheim" not in repr(suggested(cells)) + repr(ColumnSample("Wie", cells["Wie"]))


def test_a_higher_level_accepts_less() -> None:
    """The level is a setting; one above every confidence makes each column a question."""
    columns = {"Naam": ["Jan Peeters"], "E-mail": ["a@x.example"]}

    assert len(suggested(columns).mapping.fields) == 2
    assert suggested(columns, accept_level=0.99).mapping.fields == ()
    assert len(suggested(columns, accept_level=0.99).unsure) == 2


def test_the_status_of_a_client_comes_from_no_column() -> None:
    """Neither suggested, nor chosen, nor saved before: only the library itself writes it."""
    columns = {"Name": ["Jan"], "Status": ["inactive"]}

    assert fields(suggested(columns)) == {"Name": "name", "Status": None}
    with pytest.raises(SettingsError, match="status"):
        suggested(columns).change("Status", "status")
    with pytest.raises(SettingsError, match="status"):
        suggested(columns, saved=Mapping(fields=[FieldMapping(field="status", columns=("Status",))]))


@given(st.text(st.sampled_from("abcxyzeuro required verplicht"), max_size=30))
def test_plain_headers_take_the_short_way_to_the_same_words(header: str) -> None:
    """A capital sends them the long way, and is no difference."""
    header_words.cache_clear()
    assert header_words(header) == header_words(header[:1].upper() + header[1:])
