"""Customers as users of Accounton know them: groups, choices, joint declarations, roles, questionnaires."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clientimport import Actor, FolderSender, Importer, SettingsError
from clientimport.errors import PermissionRefusedError
from clientimport.messages import Messages
from tests.lifecycle.customers import ADMIN, DUTCH, FRENCH, JAN, LUC, filled_in, office
from tests.planning.given import OpenImporter, clients, fates
from tests.reports.office import office as libreoffice
from tests.reports.office import python_of_office, save_again, type_into

TEMPLATES: dict[str, Any] = {
    "default_language": "nl",
    "templates": {
        "questionnaire": {
            "nl": {"subject": "Uw vragenlijst", "body": "Dag {first_name}, vul in: {questionnaire}"},
            "fr": {"subject": "Votre questionnaire", "body": "Bonjour {first_name}, remplissez : {questionnaire}"},
        }
    },
}


def test_the_template_has_the_published_columns(open_importer: OpenImporter, tmp_path: Path) -> None:
    """The main declarant in B to F, `person` in A, the partner's national number in O; lists to choose from."""
    importer = office(open_importer, lists={"questionnaires": [DUTCH, FRENCH], "staff": ["an@office.example"]})
    importer.template(tmp_path / "t.xlsx")

    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book.worksheets[0]
    heads = {cell.coordinate[:-1]: cell.value for cell in sheet[1]}
    assert heads["A"] == "person"
    assert [heads[letter] for letter in "BCDEF"] == [
        "Firstname",
        "Lastname",
        "Email",
        "Mobile Number",
        "National number",
    ]
    assert heads["O"] == "National number partner"
    assert {"Responsible", "Address", "Community", "Language", "Label", "Questionnaire"} <= set(heads.values())
    lists = {
        column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book.worksheets[-1].columns
    }
    assert lists == {
        "person": ["person"],
        "Responsible": ["an@office.example"],
        "Language": ["Dutch", "French", "English"],
        "Questionnaire": [DUTCH, FRENCH],
    }
    assert len(sheet.data_validations.dataValidation) == len(lists)


def test_a_joint_declaration_is_one_customer(open_importer: OpenImporter, tmp_path: Path) -> None:
    """The partner stands in the same row; one with a row of their own is a customer of their own, also under one e-mail."""
    importer = office(open_importer)
    mia = {**LUC, "Firstname": "Mia", "Lastname": "Maes", "Email": JAN["Email"], "National number": "85415200126"}
    path = filled_in(importer, tmp_path / "k.xlsx", JAN, mia)

    receipt = importer.apply(importer.plan(path).choose(language="Dutch", questionnaire=DUTCH))

    assert receipt.created == 2
    jan, partner = clients(importer)
    assert (jan["national_number"], jan["partner_national_number"]) == ("BE93051822361", "BE85415200126")
    assert (jan["name"], jan["partner_first_name"], jan["kind"]) == ("Jan Peeters", "Mia", "person")
    assert (partner["name"], partner["email"], partner["national_number"]) == (
        "Mia Maes",
        "jan@mail.example",
        "BE85415200126",
    )
    again = importer.plan(path)
    assert (fates(again), again.conflicts) == (["unchanged:no-change"] * 2, [])


@pytest.mark.parametrize(
    ("cells", "comment"),
    [
        ({}, ""),
        ({"National number": ""}, ""),
        ({"National number": "250416-123-47"}, ""),
        ({"National number": "250416-123-76"}, ""),
        ({"National number": "984518 223 58"}, ""),  # a BIS number, sex known
        ({"National number": "85251822333"}, ""),  # a BIS number, sex unknown
        ({"National number": "930518-223-62"}, "The national number is not valid."),
        ({"National number": "985518 223 58"}, "The national number is not valid."),
        ({"National number": "12"}, "The national number is not valid."),
        ({"National number": "unknown"}, "The national number is not valid."),
        ({"National number": "ZZ93051822361"}, "The national number is not valid."),
        ({"National number partner": "85415200127"}, "The national number of the partner is not valid."),
        ({"Email": "jan@"}, "The e-mail address is not valid."),
        ({"Email": "jan peeters@mail.example"}, "The e-mail address is not valid."),
        ({"Email": "a@mail.example; b@mail.example"}, "The e-mail address is not valid."),
        ({"Email": ""}, "E-mail is required."),
        ({"Firstname": ""}, "First name is required."),
        ({"Lastname": ""}, "Last name is required."),
        ({"person": "company"}, "Keep the value 'person' in this column."),
        ({"Mobile Number": "ask"}, ""),
    ],
)
def test_what_keeps_somebody_out(open_importer: OpenImporter, cells: dict[str, str], comment: str) -> None:
    """A bad e-mail address and a bad national number do, a missing one does not."""
    importer = office(open_importer)

    plan = importer.plan([{**JAN, **cells}]).choose(language="Dutch", questionnaire=DUTCH)

    assert [row.comment for row in plan.exceptions.rows()] == ([comment] if comment else [])
    assert len(list(plan.overview().invalid)) == bool(comment)
    assert importer.apply(plan).created == (not comment)


def test_a_missing_national_number_is_recommended(open_importer: OpenImporter) -> None:
    plan = office(open_importer).plan([LUC])

    (finding,) = (each for each in plan.findings if each.code == "recommended")
    assert (finding.severity, finding.field) == ("info", "national_number")
    for lang in ("en", "nl", "fr"):
        said = Messages(lang, plan.profile).finding(finding).message
        assert "MyMinfin" in said
        assert "Tax-On-Web" in said


def test_the_groups_are_called_as_in_the_product(open_importer: OpenImporter, tmp_path: Path) -> None:
    """New, only in Accounton, double, invalid; in three languages, whatever the application calls itself."""
    importer = office(open_importer)
    importer.apply(
        importer.plan([JAN, {**LUC, "Email": "old@mail.example"}]).choose(language="nl", questionnaire=DUTCH)
    )
    new = {**LUC, "Firstname": "An", "Email": "an@mail.example"}

    overview = importer.plan([{**JAN, "Community": "Mol"}, new, {**LUC, "Email": "x@"}]).overview()

    names = ("only_in_import", "only_here", "both", "invalid")
    assert {name: overview.groups[name].count for name in names} == dict.fromkeys(names, 1)
    assert [overview.label(name) for name in names] == [
        "Customers only in import",
        "Customers only in Accounton",
        "Double customers",
        "Invalid customers",
    ]
    assert [overview.label(name, "nl") for name in names] == [
        "Klanten enkel in import",
        "Klanten enkel in Accounton",
        "Dubbele klanten",
        "Ongeldige klanten",
    ]
    assert [overview.label(name, "fr") for name in names[:3]] == [
        "Clients uniquement dans l'import",
        "Clients uniquement dans Accounton",
        "Clients en double",
    ]


def test_fields_of_double_customers_are_kept_unless_ticked(open_importer: OpenImporter) -> None:
    importer = office(open_importer)
    importer.apply(importer.plan([JAN]).choose(language="nl", questionnaire=DUTCH))

    plan = importer.plan([{**JAN, "Community": "Mol", "Mobile Number": "0470 00 00 02"}])
    assert fates(plan) == ["unchanged:no-change"]
    (entry,) = plan.overview().both
    assert {each.field: each.choice for each in entry.differences} == {"city": "keep", "mobile": "keep"}

    ticked = next(each.id for each in entry.differences if each.field == "city")
    importer.apply(plan.decide({str(ticked): "overwrite"}))
    assert [(each["city"], each["mobile"]) for each in clients(importer)] == [("Mol", "+32470123456")]


def test_the_number_in_the_crm_goes_first(open_importer: OpenImporter) -> None:
    """Then the national number; the e-mail address only with the name."""
    importer = office(open_importer)
    rows = [{**JAN, "CRM id": "7"}, {**LUC, "CRM id": "8"}]
    importer.apply(importer.plan(rows).choose(language="nl", questionnaire=DUTCH))

    moved = {**LUC, "CRM id": "7", "Firstname": "J.", "Lastname": "P.", "Email": "other@mail.example"}
    by_number = {**moved, "CRM id": "", "National number": JAN["National number"]}
    namesake = {**LUC, "CRM id": "", "Firstname": "Els"}

    for row, client in ((moved, "1"), (by_number, "1"), ({**LUC, "CRM id": ""}, "2"), (namesake, None)):
        (record,) = importer.plan([row], near="off").records()
        assert record.client == client


def test_only_an_admin_may_import(open_importer: OpenImporter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An accountant is refused before anything is opened, even a file that is not there."""
    admin = office(open_importer)
    accountant = office(open_importer, Actor(name="lee", roles={"Accountant"}))
    path = filled_in(admin, tmp_path / "k.xlsx", JAN)

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("the file was opened")

    with monkeypatch.context() as patch:
        patch.setattr("io.open", opened)
        patch.setattr("builtins.open", opened)
        patch.setattr(type(accountant.plugins), "open_source", opened)
        for source in (path, tmp_path / "nowhere.xlsx"):
            for act in (accountant.plan, accountant.inspect, accountant.open):
                with pytest.raises(PermissionRefusedError, match="Admin"):
                    act(source)
    plan = admin.plan(path).choose(language="nl", questionnaire=DUTCH)
    with pytest.raises(PermissionRefusedError, match="Admin"):
        accountant.apply(plan)
    receipt = admin.apply(plan)
    with pytest.raises(PermissionRefusedError, match="Admin"):
        accountant.undo(receipt.run)
    with pytest.raises(PermissionRefusedError, match="Admin"):
        accountant.deactivate("1")
    with pytest.raises(PermissionRefusedError, match="Admin"):
        accountant.remove("1")
    assert accountant.invitations.queue("1", template="questionnaire").queued


def test_customers_only_in_accounton_can_go(open_importer: OpenImporter) -> None:
    """Deactivated or removed by an import of an Admin."""
    importer = office(open_importer)
    importer.apply(importer.plan([JAN, LUC], system="crm").choose(language="nl", questionnaire=DUTCH))

    plan = importer.plan([JAN], system="crm").decide({"client:2": "deactivate"})
    importer.apply(plan)
    assert [client.status for client in importer.clients()] == ["not-sent", "inactive"]
    importer.apply(importer.plan([JAN], system="crm").decide({"client:2": "remove"}))
    assert len(clients(importer)) == 1


def test_what_is_chosen_stands_with_the_status(open_importer: OpenImporter, tmp_path: Path) -> None:
    """For all, one otherwise; every client shows its status and its questionnaire, and the receipt ends with what is not sent."""
    importer = office(open_importer)
    plan = importer.plan([JAN, LUC])
    with pytest.raises(SettingsError, match=FRENCH):
        plan.choose(questionnaire="something else")
    luc = next(entry.id for entry in plan.overview().only_in_import if entry.name == "Luc Dubois")
    plan = plan.choose(str(luc), language="French", questionnaire=FRENCH).choose(language="Dutch", questionnaire=DUTCH)

    receipt = importer.apply(plan)

    assert receipt.unsent == 2
    assert receipt.to_text().splitlines()[-1] == "Questionnaires not sent yet: 2"
    assert receipt.to_text("nl").splitlines()[-1] == "Vragenlijsten nog niet verzonden: 2"
    assert importer.invitations.list() == []
    shown = [client.to_dict() for client in importer.clients()]
    assert [(each["status"], each["questionnaire"], each["language"]) for each in shown] == [
        ("not-sent", DUTCH, "nl"),
        ("not-sent", FRENCH, "fr"),
    ]


def test_questionnaires_go_later_after_a_last_check(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Who gets what in which language; to one, then to all; who got it is sent, and the others are still to come."""
    importer = office(open_importer)
    plan = importer.plan([JAN, {**LUC, "Language": "French", "Questionnaire": FRENCH}])
    receipt = importer.apply(plan.choose(language="Dutch", questionnaire=DUTCH))

    check = importer.invitations.preview(TEMPLATES, clients=importer.clients(), template="questionnaire")
    assert [(each.message.language, each.shows["questionnaire"], each.message.subject) for each in check.messages] == [
        ("nl", DUTCH, "Uw vragenlijst"),
        ("fr", FRENCH, "Votre questionnaire"),
    ]
    outgoing = FolderSender(tmp_path / "outgoing", sender="office@office.example")
    importer.invitations.queue("1", template="questionnaire")
    assert len(importer.invitations.send(TEMPLATES, outgoing).sent) == 1
    assert [client.status for client in importer.clients()] == ["sent", "not-sent"]
    assert receipt.unsent == 1
    queueing = importer.invitations.queue(importer.clients(), template="questionnaire")
    assert ([len(queueing.queued)], [each.client for each in queueing.refused]) == ([1], ["1"])
    importer.invitations.send(TEMPLATES, outgoing)
    assert [client.status for client in importer.clients()] == ["sent", "sent"]
    assert receipt.unsent == 0
    assert len(list((tmp_path / "outgoing").glob("*.eml"))) == 2


def test_the_next_year_has_a_questionnaire_of_its_own(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Nobody gets one twice; after `renew` that of the next year goes, and moves its customer again."""
    importer = office(open_importer)
    importer.apply(importer.plan([JAN]).choose(language="Dutch", questionnaire=DUTCH))
    texts = TEMPLATES["templates"]["questionnaire"]
    both = {**TEMPLATES, "templates": {"questionnaire": texts, "questionnaire_2027": texts}}
    outgoing = FolderSender(tmp_path / "outgoing", sender="office@office.example")
    importer.invitations.queue("1", template="questionnaire")
    importer.invitations.send(both, outgoing)
    assert importer.fire("1", "complete").moved == ["1"]

    early = importer.invitations.queue("1", template="questionnaire_2027")
    assert [each.reason for each in early.refused] == ["state"]
    assert importer.fire("1", "renew").moved == ["1"]
    assert [each.reason for each in importer.invitations.queue("1", template="questionnaire").refused] == ["invited"]
    importer.invitations.queue("1", template="questionnaire_2027")
    assert len(importer.invitations.send(both, outgoing).sent) == 1
    assert [client.status for client in importer.clients()] == ["sent"]


@pytest.mark.parametrize(
    ("headings", "preset"),
    [
        ("person;Firstname;Lastname;Email;Mobile Number;Responsible;Address;Community", "accounton"),
        ("persoon;Voornaam;Naam;E-mail;Gsm-nummer;Rijksregisternummer;Rijksregisternummer partner", "accounton-nl"),
        ("personne;Prénom;Nom;E-mail;Numéro de gsm;Numéro national;Numéro national partenaire", "accounton-fr"),
    ],
)
def test_files_of_the_product_are_known(open_importer: OpenImporter, headings: str, preset: str) -> None:
    """Also with Dutch and French headings."""
    importer = office(open_importer)
    cells = "person;Jan;Peeters;jan@mail.example;0470123456;;"
    plan = importer.plan(f"{headings}\n{cells}\n".encode(), name="k.csv")

    assert importer.inspect(f"{headings}\n{cells}\n".encode(), name="k.csv").suggestion.preset == preset
    assert all(use.field for use in plan.summary.columns)
    assert fates(plan) == ["conflict:choose"]


def test_nothing_is_asked_of_who_says_it_all(open_importer: OpenImporter) -> None:
    importer = office(open_importer)

    plan = importer.plan([{**LUC, "Language": "Nederlands", "Questionnaire": DUTCH.upper()}])

    assert (fates(plan), plan.conflicts) == (["create:new"], [])


def test_an_offices_own_questionnaires_replace_ours(open_importer: OpenImporter) -> None:
    importer = office(open_importer, lists={"questionnaires": lambda: ["Kort", "Lang"]})

    plan = importer.plan([LUC, {**JAN, "Questionnaire": DUTCH}])

    assert [option.choice for option in plan.conflicts[1].options] == ["Kort", "Lang"]
    assert fates(plan)[1] == "invalid:findings"
    assert importer.apply(plan.choose(language="en", questionnaire="kort")).created == 1


TYPED = {
    "person": "person",
    "Firstname": "Jan",
    "Lastname": "Peeters",
    "Email": "jan@mail.example",
    "Mobile Number": "0470123456",
    "National number": "00.05.18-223.77",
    "Language": "French",
    "National number partner": "85.41.52-001.26",
    "Questionnaire": DUTCH,
    "CRM id": "00017",
}


def arrived(importer: Importer, path: Path) -> None:
    """See that *path* says what was typed, letter for letter, and goes in."""
    plan = importer.plan(path)
    (record,) = plan.records()
    assert {heading: text for heading, text in record.raw.items() if text} == TYPED
    importer.apply(plan)
    (client,) = importer.clients()
    assert (client.fields["national_number"], client.fields["external_id"]) == ("BE00051822377", "00017")
    assert (client.fields["language"], client.fields["questionnaire"]) == ("fr", DUTCH)


def test_what_is_filled_in_arrives(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Zeros in front, a national number with points, a list's words."""
    importer = office(open_importer)
    arrived(importer, filled_in(importer, tmp_path / "t.xlsx", TYPED))


@pytest.mark.skipif(libreoffice() is None, reason="LibreOffice is not installed")
def test_what_libreoffice_saved_arrives(tmp_path: Path) -> None:
    """The filled-in template opened and saved there; its lists and locks are still in it."""
    with Importer("memory:", profile="accounton", actor=ADMIN) as importer:
        path = save_again(filled_in(importer, tmp_path / "t.xlsx", TYPED), tmp_path / "saved")

        sheet = openpyxl.load_workbook(path).worksheets[0]
        assert sheet.protection.sheet
        assert (sheet["A1"].protection.locked, sheet["F2"].protection.locked) == (True, False)
        assert len(sheet.data_validations.dataValidation) == 3
        arrived(importer, path)


@pytest.mark.skipif(libreoffice() is None, reason="LibreOffice is not installed")
@pytest.mark.skipif(python_of_office() is None, reason="no Python that can steer LibreOffice")
def test_what_is_typed_in_libreoffice_arrives(tmp_path: Path) -> None:
    """The same through LibreOffice; its headings cannot be typed over."""
    with Importer("memory:", profile="accounton", actor=ADMIN) as importer:
        importer.template(tmp_path / "t.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
        letters = {cell.value: cell.coordinate.rstrip("0123456789") for cell in sheet[1]}
        cells = {f"{letters[heading]}2": text for heading, text in TYPED.items()}

        path, refused = type_into(tmp_path / "t.xlsx", tmp_path / "typed", {**cells, "A1": "other"})

        assert refused == ["A1"]
        arrived(importer, path)
