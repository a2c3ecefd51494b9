"""What holds for what is chosen for new clients, whatever the rows and the choices."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clientimport import Importer, Plan
from tests.planning.given import fates, plan_of
from tests.planning.test_choosing import OFFICE, SHEETS

_rows = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["Ann", "Bob", "Eve"]),
            "email": st.sampled_from(["", "a@x.example", "b@x.example", "wrong"]),
            "language": st.sampled_from(["", "nl", "fr"]),
            "questionnaire": st.sampled_from(["", *SHEETS]),
        }
    ),
    min_size=1,
    max_size=6,
)
_known = st.lists(st.sampled_from(["Ann", "Bob"]), max_size=2, unique=True)


def _importer(known: list[str]) -> Importer:
    importer = Importer("memory:", profile=OFFICE)
    for name in known:
        row = {"name": name, "email": "a@x.example", "language": "fr", "questionnaire": "Company"}
        importer.apply(plan_of(importer, row, near="off"))
    return importer


def _waiting(plan: Plan) -> int:
    return sum(record.reason == "choose" for record in plan.records())


@given(rows=_rows, known=_known)
def test_once_chosen_for_all_nobody_waits(rows: list[dict[str, str]], known: list[str]) -> None:
    """And only those that waited are added besides; who was here, refused or asked about stays so."""
    with _importer(known) as importer:
        plan = plan_of(importer, *rows, near="off")
        waiting = [record.reason == "choose" for record in plan.records()]
        asked = {conflict.fields[0]: conflict.records for conflict in plan.conflicts if conflict.kind == "choose"}
        entries = [entry for entry in plan.overview().only_in_import if entry.record.choose]
        assert asked == {
            field: count
            for field in ("language", "questionnaire")
            if (count := sum(field in entry.record.choose for entry in entries))
        }

        done = plan.choose(language="Dutch", questionnaire="Income")

        assert _waiting(done) == 0
        assert not [conflict for conflict in done.conflicts if conflict.kind == "choose"]
        for was, before, after in zip(waiting, fates(plan), fates(done), strict=True):
            assert after in {"create:new", "skip:merged"} if was else after == before
        importer.apply(done)
        for client in importer.clients():
            assert client.fields["language"] in {"nl", "fr"}
            assert client.fields["questionnaire"] in SHEETS


@given(rows=_rows, known=_known, data=st.data())
def test_the_nearest_choice_holds_whatever_the_order(
    rows: list[dict[str, str]], known: list[str], data: st.DataObject
) -> None:
    """For some and then for all is for all and then for some, and what a row says stays."""
    with _importer(known) as importer:
        plan = plan_of(importer, *rows, near="off")
        entries = [e for e in plan.overview().only_in_import if "questionnaire" in e.record.choose]
        some = data.draw(st.lists(st.sampled_from(entries), unique_by=lambda e: e.id)) if entries else []
        ids = [str(entry.id) for entry in some]

        first = plan.choose(ids, questionnaire="Company") if ids else plan
        first = first.choose(language="nl", questionnaire="Income")
        then = plan.choose(language="nl", questionnaire="Income")
        then = then.choose(ids, questionnaire="Company") if ids else then

        assert first.digest == then.digest
        assert dict(first.unmet) == {}
        own = {row for entry in some for row in entry.rows}
        importer.apply(first)
        chosen = {
            entry.rows: next(f.given for f in entry.fields if f.field == "questionnaire")
            for entry in first.overview().only_in_import
            if entry.record.disposition == "create"
        }
        for rows_of, value in chosen.items():
            said = {rows[row - 1]["questionnaire"] for row in rows_of} - {""}
            assert value in (said or {"Company" if own & set(rows_of) else "Income"})


@given(rows=_rows)
def test_choosing_again_changes_nothing(rows: list[dict[str, str]]) -> None:
    """Twice is once, and the next plan with the same decisions is the same."""
    with _importer([]) as importer:
        plan = plan_of(importer, *rows, near="off").choose(language="nl", questionnaire="Income")

        assert plan.choose(language="nl", questionnaire="Income").digest == plan.digest
        assert fates(plan_of(importer, *rows, near="off", decisions=plan.decisions)) == fates(plan)
