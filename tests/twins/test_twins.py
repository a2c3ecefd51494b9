"""Two kinds of clients: a row meets its own kind alone, and a connected one keeps the other kind out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from clientimport import Importer, SettingsError, Severity
from clientimport.documents.profile import profile_from_dict, profile_to_dict
from tests.twins.given import PROFILE, bring, fates, opened, plan_of, row, states


def test_the_profile_reads_back() -> None:
    assert profile_from_dict(profile_to_dict(PROFILE)) == PROFILE


def test_a_hundred_standard_clients_of_which_ten_never_connected(tmp_path: Path) -> None:
    """The same file comes again as offline: ten are added, ninety refused; then nothing more happens, and undo takes it back."""
    people = [(f"T{number:03}", f"p{number}@x.example") for number in range(100)]
    with opened(f"sqlite:///{tmp_path / 'clients.db'}") as importer:
        assert set(bring(importer, [row(id_, email=email) for id_, email in people])) == {"create:new"}
        ids = {str(each["external_id"]): each.id for each in importer.clients()}
        importer.fire([ids[f"T{number:03}"] for number in range(90)], "connect")

        offline = [row(id_, email=email, offline="Yes") for id_, email in people]
        with importer.plan(offline) as plan:
            assert Counter(fates(plan)) == {"beside-twin": 90, "create:new": 10}
            receipt = importer.apply(plan)
        assert (receipt.created, receipt.counts["refused"]) == (10, 90)
        comments = [line.comment for line in receipt.exceptions.rows()]
        assert Counter(comments) == {"There is a connected one.": 90, "": 10}
        assert Counter(states(importer).values()) == {"connected": 90, "invited": 10, "offline": 10}

        assert Counter(bring(importer, offline)) == {"beside-twin": 90, "unchanged:no-change": 10}
        importer.undo(receipt)
        assert Counter(states(importer).values()) == {"connected": 90, "invited": 10}
        assert Counter(bring(importer, offline)) == {"beside-twin": 90, "create:new": 10}


def test_the_other_way_round_a_standard_one_is_added_beside_it() -> None:
    with opened() as importer:
        assert bring(importer, [row("A", email="a@x.example", offline="Yes")]) == ["create:new"]
        assert bring(importer, [row("A", email="a@x.example")]) == ["create:new"]
        assert bring(importer, [row("A", email="a@x.example"), row("A", email="a@x.example", offline="Yes")]) == [
            "unchanged:no-change",
            "unchanged:no-change",
        ]
        assert states(importer) == {("A", True): "offline", ("A", False): "invited"}
        assert not importer.duplicates(threshold="rough").pairs


def test_who_connected_after_the_plan_was_made_keeps_the_other_kind_out_all_the_same() -> None:
    """A plan may wait for days; what it did not see stands in the report as what it saw does."""
    with opened() as importer:
        bring(importer, [row("A"), row("B")])
        with plan_of(importer, [row("A", offline="Yes"), row("B", offline="Yes")]) as plan:
            assert fates(plan) == ["create:new", "create:new"]
            importer.fire("1", "connect")
            receipt = importer.apply(plan)
        assert [record.why for record in receipt.records("stale")] == [
            {"why": "beside-twin", "client": "1", "state": "connected"}
        ]
        assert [line.comment for line in receipt.exceptions.rows()] == ["There is a connected one.", ""]
        assert states(importer) == {("A", False): "connected", ("B", False): "invited", ("B", True): "offline"}


def test_both_kinds_in_one_file_are_two_clients() -> None:
    with opened() as importer:
        assert bring(importer, [row("A", email="a@x.example"), row("A", email="a@x.example", offline="Yes")]) == [
            "create:new",
            "create:new",
        ]


def test_an_address_of_another_client_of_its_kind_refuses_a_row() -> None:
    with opened() as importer:
        bring(importer, [row("A", email="a@x.example"), row("B", email="b@x.example", offline="Yes")])
        assert bring(
            importer,
            [
                row("C", email="A@x.example"),  # A's
                row("D", email="b@x.example"),  # B is of the other kind
                row("E", email="b@x.example", offline="Yes"),  # B's
                row("", "Somebody", email="a@x.example"),  # an address alone proves nothing
                row("A", email="a@x.example"),
            ],
        ) == ["key-of-another", "create:new", "key-of-another", "key-of-another", "unchanged:no-change"]


def test_within_a_file_the_first_row_has_the_address() -> None:
    with opened() as importer:
        rows = [
            row("A", email="a@x.example"),
            row("B", email="a@x.example"),
            row("B", name="Client B"),
            row("A", email="a@x.example"),
            row("C", email="a@x.example", offline="Yes"),
        ]
        assert bring(importer, rows) == [
            "create:new",
            "key-of-another",
            "create:new",
            "skip:merged",
            "create:new",
        ]
        with importer.plan([row("Z", email="q@x.example"), row("Y", email="q@x.example")]) as plan:
            (_, second) = plan.records()
            (finding,) = second.findings
        assert (finding.field, finding.params["row"], finding.locator.column) == ("email", 1, "Email")


def test_connecting_makes_its_twin_a_duplicate_and_undo_both_what_they_were() -> None:
    with opened() as importer:
        bring(importer, [row("A", offline="Yes"), row("A"), row("B")])
        ids = {(str(each["external_id"]), each["is_offline"] is True): each.id for each in importer.clients()}
        preview = importer.status.preview(ids["A", False], "connect")
        moves = importer.fire([ids["A", False], ids["B", False]], "connect")
        assert [(move.client, move.event, move.before, move.after) for move in moves] == [
            (ids["A", False], "connect", "invited", "connected"),
            (ids["B", False], "connect", "invited", "connected"),
            (ids["A", True], "supersede", "offline", "duplicate"),
        ]
        assert [move.client for move in preview] == [ids["A", False], ids["A", True]]
        assert states(importer) == {("A", True): "duplicate", ("A", False): "connected", ("B", False): "connected"}
        assert importer.fire(ids["A", True], "connect").refused[0].why == {
            "why": "state-other",
            "event": "connect",
            "state": "duplicate",
            "states": ["invited"],
        }
        assert bring(importer, [row("A", offline="Yes")]) == ["beside-twin"]
        assert moves.run is not None
        assert not importer.undo(moves.run).kept
        assert set(states(importer).values()) == {"offline", "invited"}


def test_a_kind_never_changes(tmp_path: Path) -> None:
    with opened() as importer:
        bring(importer, [row("A", email="a@x.example"), row("A", email="a@x.example", offline="Yes")])
        ids = {each["is_offline"] is True: each.id for each in importer.clients()}
        rows = [row("A", offline="Yes", client=ids[False]), row("A", offline="No", client=ids[True])]
        assert bring(importer, rows) == ["client-of-other-kind"] * 2
        importer.export(tmp_path / "all.csv")
        with importer.plan(tmp_path / "all.csv") as plan:
            assert fates(plan) == ["unchanged:no-change"] * 2


def test_an_edit_may_not_take_the_address_of_another() -> None:
    with opened() as importer:
        bring(importer, [row("A", email="a@x.example"), row("B", email="b@x.example")])
        (_, b) = [each.id for each in importer.clients()]
        assert bring(importer, [row("B", email="a@x.example", client=b)]) == ["key-of-another"]
        assert bring(importer, [row("B", email="c@x.example", client=f"{b} v1")]) == ["update:matched"]
        assert [str(each["email"]) for each in importer.clients()] == ["a@x.example", "c@x.example"]


def test_an_edit_may_not_take_the_number_of_another() -> None:
    """It is said when it is planned, and the other client is named; the rest of the file goes on."""
    with opened() as importer:
        bring(importer, [row("A"), row("B"), row("C", offline="Yes")])
        rows = [row("A", client="2 v1"), row("C", name="Client B", client="2 v1"), row("Z", client="1 v1")]
        assert bring(importer, rows[:1]) == ["key-of-another"]
        assert bring(importer, rows[1:]) == ["update:matched", "update:matched"]  # C is of the other kind
        assert [str(each["external_id"]) for each in importer.clients()] == ["Z", "C", "C"]


def test_undo_gives_back_what_was_written_to_each_kind() -> None:
    with opened() as importer:
        bring(importer, [row("A", email="a@x.example"), row("A", email="a@x.example", offline="Yes")])
        ids = {each["is_offline"] is True: each.id for each in importer.clients()}
        with importer.plan(
            [row("A", email="new@x.example", offline="Yes", client=ids[True])], merge="overwrite"
        ) as plan:
            receipt = importer.apply(plan)
        assert bring(importer, [row("C", email="a@x.example", offline="Yes")]) == ["create:new"]
        kept = importer.undo(receipt).kept
        assert [(each.client, each.field, each.reason) for each in kept] == [(ids[True], "email", "key-taken")]


def test_decided_again_a_plan_says_the_same() -> None:
    """The refusals are kept or found anew, not doubled."""
    with opened() as importer:
        bring(importer, [row("A", email="a@x.example"), row("B", email="b@x.example")])
        importer.fire([each.id for each in importer.clients()], "connect")
        rows = [
            row("A", offline="Yes"),
            row("C", email="a@x.example"),
            row("D", email="d@x.example"),
            row("E", email="d@x.example"),
        ]
        with importer.plan(rows) as plan:
            before = fates(plan)
            with plan.decide({"fields:name": "keep", "records:only_in_import": "skip"}) as decided:
                assert fates(decided) == ["beside-twin", "key-of-another", "skip:decision", "key-of-another"]
                with decided.decide({"records:only_in_import": "take"}) as again:
                    assert fates(again) == before
                    assert dict(again.summary.findings) == dict(plan.summary.findings)


def test_a_file_of_one_kind_says_nothing_about_the_other() -> None:
    """So nobody leaves because only the offline ones were listed."""
    with opened() as importer:
        bring(importer, [row("A"), row("B"), row("C", offline="Yes"), row("D", offline="Yes")])
        with plan_of(importer, [row("C", offline="Yes")]) as plan:
            others = {other.name: other.reason for other in plan.overview().only_here}
            assert others == {"Client A": "other-kind", "Client B": "other-kind", "Client D": "not-listed"}
            with plan.decide({"clients:not-listed": "remove"}) as decided:
                assert importer.apply(decided).left["removed"] == 1
        assert [client.name for client in importer.clients()] == ["Client A", "Client B", "Client C"]


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"field": "notes"}, "lifecycle.twin.field"),
        ({"key": "email"}, "lifecycle.twin.key"),
        ({"initial": "nowhere"}, "lifecycle.twin.initial"),
        ({"refused_beside": ["nowhere"]}, "lifecycle.twin.refused_beside"),
    ],
)
def test_broken_settings_name_their_key(changed: dict[str, object], key: str) -> None:
    data = profile_to_dict(PROFILE)
    data["lifecycle"]["twin"] |= changed
    with pytest.raises(SettingsError) as caught:
        Importer("memory:", profile=profile_from_dict(data))
    assert key in caught.value.key


def test_near_matches_are_not_looked_for_where_twins_are_alike() -> None:
    with opened() as importer, pytest.raises(SettingsError, match="off"):
        importer.plan([row("A")], near="close")
    data = profile_to_dict(PROFILE) | {"import": {"near": "close"}}
    with pytest.raises(SettingsError, match="near"):
        Importer("memory:", profile=profile_from_dict(data))


def test_a_file_that_says_no_kind_is_told_that_it_is_taken_for_the_first() -> None:
    """A renamed column would make standard clients of offline ones; rows that name their client need none."""
    rows = [{**row("A"), "Offline people": "Yes"}]
    del rows[0]["Is Offline"]
    with opened() as importer:
        with importer.plan(rows) as plan:
            (found,) = [each for each in plan.source_findings if each.code == "kind-unmapped"]
            assert (found.severity, found.field) == (Severity.WARNING, "is_offline")
            assert importer.apply(plan).created == 1
        with importer.plan([{"clientimport id": "1", "Name": "Ann"}]) as plan:
            assert "kind-unmapped" not in [each.code for each in plan.source_findings]
