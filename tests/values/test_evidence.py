"""What a column's own cells say about its format."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.core.evidence import DateEvidence, DecimalEvidence, Verdict


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        (["25/12/2025", "03/04/2025", ""], Verdict("DMY", False, {"DMY": 1, "ambiguous": 1})),
        (["12/25/2025", "03/04/2025"], Verdict("MDY", False, {"MDY": 1, "ambiguous": 1})),
        (["03/04/2025"] * 3, Verdict(None, True, {"ambiguous": 3})),
        (["25/12/2025", "12/25/2025", "03/04/2025"], Verdict(None, True, {"DMY": 1, "MDY": 1, "ambiguous": 1})),
        (["25/12/2025", "12/25/2025"], Verdict(None, False, {"DMY": 1, "MDY": 1})),
        (["2025-01-02", "03/04/2025"], Verdict(None, True, {"YMD": 1, "ambiguous": 1})),
        (["2025-01-02", "5/5/2025", "x"], Verdict(None, False, {"YMD": 1, "either": 1, "unreadable": 1})),
        ([], Verdict(None, False, {})),
    ],
)
def test_date_order_is_decided_by_cells_that_tell(texts: list[str], verdict: Verdict) -> None:
    """A majority decides nothing; a cell that fits both orders tells nothing."""
    evidence = DateEvidence()
    evidence.update(texts)

    assert evidence.verdict == verdict


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        (["1.234,56", "1.234", ""], Verdict(",", False, {",": 1, "ambiguous": 1})),
        (["0.5", "1,234"], Verdict(".", False, {".": 1, "ambiguous": 1})),
        (["1.234", "5,678"], Verdict(None, True, {"ambiguous": 2})),
        (["0.5", "0,5", "1.234"], Verdict(None, True, {",": 1, ".": 1, "ambiguous": 1})),
        (["0.5", "0,5"], Verdict(None, False, {",": 1, ".": 1})),
        (["100", "1 000", "x"], Verdict(None, False, {"either": 2, "unreadable": 1})),
        (["1.234.567", "1.234"], Verdict(",", False, {",": 1, "ambiguous": 1})),
    ],
)
def test_the_decimal_mark_is_decided_by_cells_that_tell(texts: list[str], verdict: Verdict) -> None:
    """Two groups of thousands tell as well as cents do."""
    evidence = DecimalEvidence()
    evidence.update(texts)

    assert evidence.verdict == verdict


@given(st.lists(st.sampled_from(["25/12/2025", "12/25/2025", "03/04/2025", "2025-01-02", "x", ""]), max_size=20))
def test_batches_and_order_change_no_verdict(texts: list[str]) -> None:
    """Evidence goes on being counted while a file is read."""
    whole, parts = DateEvidence(), DateEvidence()
    whole.update(texts)
    for text in sorted(texts):
        parts.update([text])

    assert whole.verdict == parts.verdict
    assert sum(whole.verdict.counts.values()) == len([text for text in texts if text])


def test_evidence_overturned_by_a_late_cell_becomes_a_question() -> None:
    """What was one format is none when the other shows up."""
    evidence = DateEvidence()
    evidence.update(["25/12/2025", "03/04/2025"])
    assert evidence.verdict.format == "DMY"

    evidence.update(["12/25/2025"])

    assert evidence.verdict == Verdict(None, True, {"DMY": 1, "MDY": 1, "ambiguous": 1})
