"""Every finding has words, in every language, and a profile's own words come first."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientimport.core.findings import CODES, Finding, Severity
from clientimport.core.locator import Locator
from clientimport.core.plan import Conflict, Disposition, Option
from clientimport.core.profile import Profile
from clientimport.core.schema import BUILTIN_FIELDS, Field
from clientimport.errors import SettingsError
from clientimport.messages import LANGUAGES, Messages
from clientimport.messages.catalogue import catalogue, fill, placeholders

HERE = Locator(source="clients.xlsx", row=41, column="VAT no")

REASONS = {
    "create": ["new", "told-apart"],
    "update": ["matched", "opening"],
    "unchanged": ["no-change"],
    "skip": ["merged", "mode-create-only", "mode-update-only", "option-update-existing", "decision"],
    "invalid": ["findings"],
    "conflict": [
        "two-clients",
        "near-match",
        "rows-contradict",
        "fields-differ",
        "opening-differs",
        "column-format",
        "choose",
    ],
}


def finding(code: str, **more: object) -> Finding:
    given: dict[str, object] = {"code": code, "severity": CODES.get(code, Severity.ERROR), "locator": HERE, **more}
    return Finding(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_its_texts(lang: str) -> None:
    """A code without words would reach a bookkeeper as a code."""
    texts = catalogue(lang)["finding"]

    assert set(texts) == set(CODES)
    for code, entry in texts.items():
        assert set(entry) - {"short"} == {"message", "wanted", "remedy"}, code
        assert entry["message"], code
        assert entry["remedy"], code


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_languages_say_the_same_things(lang: str) -> None:
    """Same sections and keys; the same placeholders in every text of a finding together and in every other text."""
    english, other = catalogue("en"), catalogue(lang)

    assert {section: set(keys) for section, keys in english.items()} == {
        section: set(keys) for section, keys in other.items()
    }
    for section, keys in english.items():
        for key, text in keys.items():
            parts = text if isinstance(text, dict) else {"": text}
            for part, words in parts.items():
                theirs = other[section][key][part] if part else other[section][key]
                assert placeholders(words) == placeholders(theirs), (section, key, part)
                assert bool(words) == bool(theirs), (section, key, part)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_reason_and_disposition_has_words(lang: str) -> None:
    """What a plan can say, a person can read."""
    messages = Messages(lang)

    assert {field.name for field in BUILTIN_FIELDS} == set(catalogue(lang)["field"])
    for disposition in Disposition:
        assert messages.disposition(disposition) == catalogue(lang)["disposition"][disposition]
        for reason in REASONS[disposition]:
            assert " " in messages.reason(disposition, reason)
    assert set(catalogue(lang)["reason"]) == {f"{kind}:{reason}" for kind, all_ in REASONS.items() for reason in all_}


def test_english_field_labels_are_those_of_the_schema() -> None:
    """Two places that name fields must not drift apart."""
    assert catalogue("en")["field"] == {field.name: field.label for field in BUILTIN_FIELDS}


def test_the_block_reads_as_the_style_page_shows() -> None:
    """Place, weight, what is wrong; then seen, wanted, try, in line with each other."""
    block = Messages().line(finding("number-check-digits", seen="BE0123.456.788", params={"scheme": "vat_number"}))

    assert block.splitlines() == [
        'clients.xlsx row 41, "VAT no": error number-check-digits: The check digits of this VAT number do not agree.',
        '  seen:   "BE0123.456.788"',
        "  wanted: a number whose check digits agree",
        "  try:    compare with the client's letterhead; this row is held, the others go on",
    ]


def test_a_cell_cannot_write_to_the_terminal() -> None:
    """Escape sequences and line breaks of a cell are shown, not obeyed."""
    hostile = attrs.evolve(finding("email-invalid", seen="\x1b[2Jx\r\ny"), locator=Locator(source="a\x1b.csv", row=1))

    block = Messages().line(hostile)

    assert "\x1b" not in block
    assert block.count("\n") == 3
    assert '"\\x1b[2Jx\\r\\ny"' in block


def test_a_block_is_in_the_readers_language() -> None:
    """Place and headings too, not only the message."""
    there = Locator(source="klanten.xlsx", sheet="Blad1", row=3, column="E-mail")

    block = Messages("nl").line(attrs.evolve(finding("email-invalid", seen="jan@"), locator=there))

    assert block.startswith('klanten.xlsx blad "Blad1" rij 3, "E-mail": fout email-invalid: Dit is geen e-mailadres.')
    assert '\n  gezien:  "jan@"\n  gewenst: een adres' in block


def test_fields_are_called_by_their_label() -> None:
    """A bookkeeper knows no snake_case."""
    said = Messages("fr").finding(finding("required-one-of", params={"fields": ["email", "phone"]}))

    assert said.message == "Il en faut au moins un : E-mail ou Téléphone."
    assert Messages().finding(finding("required", field="last_name")).message == "Last name is missing."
    assert Messages().finding(finding("delimiter-doubt", params={"delimiter": ";", "alternatives": [",", "\t"]})) == (
        attrs.evolve(
            Messages().finding(finding("delimiter-doubt")),
            message="It is not certain what separates the columns; semicolon was taken.",
            remedy="look at the columns; if they are wrong, choose another separator: comma, tab",
        )
    )


def test_a_reason_is_told_where_it_is_known() -> None:
    """What is wrong with an address, in the reader's language; without a reason the sentence still stands."""
    blank = finding("email-invalid", params={"reason": "blank-inside"})

    assert Messages().finding(blank).message == "This is not an e-mail address: there is a blank in it."
    assert Messages("nl").finding(blank).message == "Dit is geen e-mailadres: er staat een spatie in."
    assert Messages().finding(finding("email-invalid")).message == "This is not an e-mail address."
    assert Messages().finding(finding("phone-not-possible", params={"region": ""})).message == (
        "This cannot be a telephone number."
    )


def test_a_profiles_words_replace_ours() -> None:
    """Code before field; a field's words are for errors only; the rest of the text stays."""
    profile = Profile(
        name="p",
        message_codes={"required-one-of": "Email address or phone number is required."},
        message_fields={"email": "Invalid email format.", "opening_date": "Invalid opening balance date."},
        labels={"email": "Email address", "exceptions": "Failed rows"},
    )
    messages = Messages("nl", profile)

    assert messages.finding(finding("required-one-of", field="email")).message == (
        "Email address or phone number is required."
    )
    assert messages.finding(finding("email-invalid", field="email")).message == "Invalid email format."
    assert messages.finding(finding("email-invalid", field="email")).remedy.startswith("vergelijk")
    info = messages.finding(finding("opening-date-without-amount", field="opening_date"))
    assert info.message.startswith("Er is een datum")
    assert messages.label("exceptions") == "Failed rows"
    assert messages.field("email") == "Email address"


def test_plugin_codes_bring_their_words_or_show_as_themselves() -> None:
    """A plugin without texts still reports; with English ones it reports in English to everybody."""
    extra = {"en": {"finding": {"loyalty-tier": {"message": "No such tier {tier}."}}}}
    unknown = finding("loyalty-tier", params={"tier": "gold"})

    assert Messages("fr").finding(unknown).message == "loyalty-tier"
    assert Messages("fr", extra=extra).finding(unknown).message == "No such tier gold."
    assert "loyalty-tier" in Messages("fr").line(unknown)
    assert Messages(fields=[Field(name="loyalty.tier", label="Tier")]).field("loyalty.tier") == "Tier"
    assert Messages().reason("skip", "on-holiday") == "on-holiday"


def test_questions_and_answers() -> None:
    """A conflict's question names fields by label; answers exist in every language."""
    conflict = Conflict(
        id="c1",
        kind="rows-contradict",
        sequences=(1, 2),
        records=2,
        locator=HERE,
        fields=("name", "city"),
        options=(
            Option(choice="row:12"),
            Option(choice="skip"),
            Option(choice="odd"),
        ),
    )

    assert Messages("nl").conflict(conflict).startswith("2 rijen lijken één klant te zijn, maar verschillen in Naam en")
    assert [Messages("fr").option(option) for option in conflict.options] == [
        "la ligne 12 vaut",
        "laisser de côté",
        "odd",
    ]
    assert Messages().option(conflict.options[1]) == "leave it out"


def test_why_something_was_not_written_or_kept() -> None:
    """The words for what was found changed, by apply and by undo."""
    messages = Messages("nl")

    assert messages.why({"why": "gone"}) == "Iemand verwijderde de klant sindsdien; er is niets geschreven."
    assert "klant (7)" in messages.why({"why": "key-taken", "client": "7"})
    assert messages.why({"why": "key-taken", "client": ""}).startswith("Een andere rij van dit bestand")
    assert messages.kept("changed-since") == "sindsdien door iemand gewijzigd"


def test_an_unknown_language_is_a_wrong_setting() -> None:
    """The error names the key and what there is."""
    with pytest.raises(SettingsError) as caught:
        Messages("de")
    assert caught.value.key == "lang"
    assert caught.value.allowed == LANGUAGES


@settings(max_examples=200)
@given(
    template=st.text(alphabet="ab{}!.:_[]0 ", max_size=30)
    | st.sampled_from(["{a.__class__}", "{a!r:>9}", "{", "{{a}}"]),
    values=st.dictionaries(st.sampled_from(["a", "b"]), st.text(max_size=5)),
)
def test_no_template_can_fail_or_reach_further(template: str, values: dict[str, str]) -> None:
    """A profile's text with a stray brace shows the brace; attributes of values are out of reach."""
    filled = fill(template, values)

    assert "<class" not in filled
    if not placeholders(template) & set(values):
        assert filled == template


def test_every_reason_an_address_is_refused_for_has_words() -> None:
    """The coercer's stable words and the catalogues agree."""
    from clientimport.core.cells.emails import coerce_email
    from clientimport.core.coercion import CoercionContext

    texts = (
        "a", "mailto:a@x.be", "A <a@x.be>", "a b@x.be", "a@@x.be", "@x.be", "a@", "a@x", "a@-x.be", 'a"b@x.be', "a" * 250 + "@x.be",
    )  # fmt: skip
    context = CoercionContext(field="email", countries=[None] * len(texts))
    reasons = {params["reason"] for _, code, params in coerce_email(texts, context).flags if code == "email-invalid"}

    assert len(reasons) > 8
    assert reasons <= set(catalogue("en")["reason-given"])
