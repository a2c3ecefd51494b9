"""Presets: files of known programs are claimed by the right one, whole or with columns missing."""

from __future__ import annotations

import pytest

from clientimport.adapters.presets import load_presets, preset_from_dict
from clientimport.core.schema import BUILTIN_FIELDS, Schema
from clientimport.core.suggesting import ColumnSample, suggest
from clientimport.documents.profile import load_builtin_profiles
from clientimport.errors import SettingsError

SCHEMA = Schema((*BUILTIN_FIELDS, *(field for profile in load_builtin_profiles() for field in profile.fields)))
PRESETS = {preset.name: preset for preset in load_presets()}

FILES = {
    "xero": (
        "*ContactName,AccountNumber,EmailAddress,FirstName,LastName,POAttentionTo,POAddressLine1,POAddressLine2,POCity,"
        "PORegion,POPostalCode,POCountry,SAAddressLine1,SACity,PhoneNumber,FaxNumber,MobileNumber,DDINumber,SkypeName,"
        "BankAccountNumber,TaxNumber,Website,Discount,CompanyNumber,DueDateSalesDay,Person1Email"
    ),
    "quickbooks": (
        "Name,Company,Email,Phone,Mobile,Fax,Website,Street,City,State,ZIP,Country,Opening Balance,Opening Balance Date,"
        "Resale Number"
    ),
    "quickbooks-list": "Customer full name,Phone numbers,Email,Full name,Bill address,Ship address",
    "quickbooks-desktop": "NAME,REFNUM,BADDR1,BADDR2,SADDR1,PHONE1,PHONE2,FAXNUM,CONT1,EMAIL,LIMIT,COMPANYNAME,FIRSTNAME",
    "zoho-books": (
        "Created Time,Display Name,Company Name,First Name,Last Name,EmailID,Phone,MobilePhone,Currency Code,Notes,"
        "Website,Opening Balance,Credit Limit,Billing Address,Billing City,Billing Code,Billing Country,Shipping City"
    ),
    "smsf-sorted": "Client Name,SMSF ID,ABN Number,Email,Phone",
    "accounton": (
        "person,Firstname,Lastname,Email,Mobile Number,National number,Responsible,Address,Postal code,Community,Language,"
        "Label,Firstname partner,Lastname partner,National number partner,Questionnaire,CRM id"
    ),
    "accounton-nl": (
        "persoon,Voornaam,Naam,E-mail,Gsm-nummer,Rijksregisternummer,Verantwoordelijke,Adres,Postcode,Gemeente,Taal,Label,"
        "Voornaam partner,Naam partner,Rijksregisternummer partner,Vragenlijst,CRM-id"
    ),
    "accounton-fr": (
        "personne,Prénom,Nom,E-mail,Numéro de gsm,Numéro national,Responsable,Adresse,Code postal,Commune,Langue,Étiquette,"
        "Prénom partenaire,Nom partenaire,Numéro national partenaire,Questionnaire,Id CRM"
    ),
    "taxcaddy": (
        "Is Offline,Taxpayer First Name,Taxpayer Last Name,Taxpayer Email,Mobile Number,SSN,OwnerEmail,OfficeLocation,"
        "Tax Software ID,Tax Software Account number,Tax Client ID,Tax Software Password,Tax Version"
    ),
    "google": (
        "First Name,Middle Name,Last Name,Nickname,Organization Name,Organization Title,Birthday,Notes,Labels,"
        "E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value,"
        "Address 1 - Street,Address 1 - City,Address 1 - Postal Code,Address 1 - Country"
    ),
    "google-old": (
        "Name,Given Name,Additional Name,Family Name,Yomi Name,Birthday,Gender,Notes,Group Membership,E-mail 1 - Type,"
        "E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Name,Organization 1 - Title"
    ),
    "outlook": (
        "Title,First Name,Middle Name,Last Name,Company,Department,Job Title,Business Street,Business Street 2,"
        "Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home City,Business Fax,"
        "Business Phone,Home Phone,Mobile Phone,Birthday,Categories,E-mail Address,E-mail 2 Address,Notes,Web Page,Anniversary"
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_known_file_is_claimed_and_nothing_of_it_is_a_question(name: str) -> None:
    """Every column is either accepted from the preset or known to be no client field."""
    columns = [ColumnSample(header) for header in FILES[name].split(",")]

    suggestion = suggest(columns, SCHEMA, load_presets())

    assert suggestion.preset == name
    unknown = [
        column.header
        for column in suggestion.columns
        if column.header != "Phone numbers" and column.reason not in {"preset", "other"}
    ]
    assert unknown == []
    entries = {entry.field: entry.columns for entry in suggestion.mapping.fields if not SCHEMA[entry.field].many}
    wanted = {
        entry.field: tuple(header for header in entry.columns if header in FILES[name].split(","))
        for entry in PRESETS[name].mapping.fields
        if not SCHEMA[entry.field].many
    }
    assert entries == {field: headers for field, headers in wanted.items() if headers}


def test_the_long_names_of_xero_join_the_right_lines() -> None:
    """Lines two to four make the second line of the address; the delivery address stays out."""
    columns = [ColumnSample(header) for header in FILES["xero"].split(",")]

    suggestion = suggest(columns, Schema(), load_presets())

    entry = suggestion.mapping.field("address_2")
    assert entry is not None
    assert (entry.columns, entry.join) == (("POAddressLine2",), ", ")
    assert suggestion.column("SACity").field is None


def test_no_file_of_one_program_is_taken_for_another() -> None:
    """Each signature is in its own file and in no other's."""
    for name, preset in PRESETS.items():
        holders = [file for file, headers in FILES.items() if set(preset.signature) <= set(headers.split(","))]
        assert holders == [name]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"title": "T", "signature": ["A"]}, "preset.name"),
        ({"name": "n", "signature": ["A"]}, "preset.title"),
        ({"name": "n", "title": "T", "signature": []}, "preset.signature"),
        ({"name": "n", "title": "T", "signature": ["A"], "fields": {"nmae": {"columns": ["A"]}}}, "fields.nmae"),
    ],
)
def test_a_broken_preset_is_refused(data: dict[str, object], key: str) -> None:
    """Presets are settings: the key at fault is named."""
    with pytest.raises(SettingsError) as caught:
        preset_from_dict(data)

    assert caught.value.key == key
