"""What holds for every coercer and any cell."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientimport.core.cells.coercers import BUILTIN_COERCERS
from clientimport.core.cells.seen import BOUND, Refusal, Seen
from clientimport.core.coercion import CoercionContext
from clientimport.core.findings import CODES
from clientimport.core.text import clean_column

COUNTRIES = (None, "BE", "NL", "FR", "GB", "US", "CA", "AU", "DE", "GR", "CH", "FI", "SE", "IT", "JE", "ZZ", "RU", "AR")
FORMATS = {"date": ("DMY", "MDY", "YMD"), "amount": (",", ".")}
pieces = st.sampled_from(
    ["0475", "12", "+32", "(0)", " ", "/", "-", ".", ",", "@", "x.be", "jan", "ext", "€", "EUR", "CR", "BE", "0123456749",
     "2025", "04", "T10:00", "mei", "'", "(", ")", "é", "٣", "\u2212", "\u00a0", "\n", "NL", "B01", "#", ";", "x", "+"]
)  # fmt: skip
cells = st.lists(pieces, max_size=7).map("".join) | st.text(max_size=12)


@pytest.mark.parametrize("name", BUILTIN_COERCERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_cell_becomes_a_value_a_finding_or_a_question(name: str, data: st.DataObject) -> None:
    """Nothing raises, nothing is lost, and every code is one that has a message."""
    texts = clean_column(data.draw(st.lists(cells, max_size=4)))
    context = CoercionContext(
        field=name,
        countries=[data.draw(st.sampled_from(COUNTRIES)) for _ in texts],
        format=data.draw(st.sampled_from((None, *FORMATS.get(name, ())))),
        strict=data.draw(st.booleans()),
        choices=("x", "jan") if name == "choice" else (),
    )

    answer = BUILTIN_COERCERS[name](texts, context)

    assert len(answer.values) == len(texts)
    assert json.loads(json.dumps(answer.values)) == answer.values
    flagged = {row for row, _code, _params in answer.flags}
    assert {code for _row, code, _params in answer.flags} <= set(CODES)
    assert len(flagged) == len(answer.flags)
    for row, (text, value) in enumerate(zip(texts, answer.values, strict=True)):
        if not text:
            assert value is None
            assert row not in flagged
        elif value is None and name != "tags":
            assert (row in flagged) != (row in answer.pending)
    for _row, _code, params in answer.flags:
        json.dumps(params)
        spelled = json.dumps({key: value for key, value in params.items() if key != "allowed"})
        assert not any(len(text) > 8 and text in spelled for text in texts), "a finding's params hold a cell's text"


@pytest.mark.parametrize("name", sorted(set(BUILTIN_COERCERS) - {"tags", "yes_no"}))
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_a_canonical_value_is_read_as_itself(name: str, data: st.DataObject) -> None:
    """So what was exported and imported again is the same client."""
    texts = clean_column(data.draw(st.lists(cells, max_size=4)))
    countries = [data.draw(st.sampled_from(COUNTRIES)) for _ in texts]
    form = {"amount": ".", "date": "YMD"}.get(name)

    def values(column: list[str]) -> list[object]:
        return BUILTIN_COERCERS[name](column, CoercionContext(field=name, countries=countries, format=form)).values

    once = values(texts)
    written = [str(value) if value is not None else "" for value in once]

    assert values(written) == once


@pytest.mark.parametrize("name", BUILTIN_COERCERS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_column_is_read_cell_by_cell(name: str, data: st.DataObject) -> None:
    """How a file is cut into batches changes nothing."""
    texts = clean_column(data.draw(st.lists(cells, max_size=5)))
    countries = [data.draw(st.sampled_from(COUNTRIES)) for _ in texts]
    coercer = BUILTIN_COERCERS[name]

    whole = coercer(texts, CoercionContext(field=name, countries=countries))
    single = [
        coercer([text], CoercionContext(field=name, countries=[country]))
        for text, country in zip(texts, countries, strict=True)
    ]

    assert whole.values == [answer.values[0] for answer in single]
    assert whole.flags == [(row, *flag[1:]) for row, answer in enumerate(single) for flag in answer.flags]
    assert list(whole.pending) == [row for row, answer in enumerate(single) if answer.pending]


def test_what_was_seen_is_forgotten_before_it_fills_the_memory() -> None:
    """A column that never repeats costs no more memory than the bound."""
    asked: list[str] = []

    def read(text: str) -> object:
        asked.append(text)
        return Refusal("country-unknown")

    seen = Seen(read)

    seen.column(["a", "a", "b"])
    assert asked == ["a", "b"]

    for start in range(0, 2 * BOUND, 1000):
        seen.column([str(number) for number in range(start, start + 1000)])
        assert len(seen) <= BOUND
