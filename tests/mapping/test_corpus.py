"""The suggestion against header sets written down by hand."""

from __future__ import annotations

import pytest

from tests.mapping.corpus_sets import header_sets, score


def test_the_corpus_is_large_and_names_each_column_once() -> None:
    """Sixty sets of six languages, or the figures below mean little."""
    sets = header_sets()

    assert len(sets) >= 60
    assert all(len(one.right) == len(one.columns) for one in sets)


def test_nearly_all_columns_come_out_right_and_nothing_accepted_is_wrong() -> None:
    """A wrong question costs a click; a wrong column accepted in silence costs a client file."""
    result = score(header_sets())

    figures = f"{result.right} of {result.columns} right, {result.accepted} accepted"
    assert not result.wrong_accepted, "\n".join([figures, *result.wrong_accepted])
    assert result.right >= 0.95 * result.columns, "\n".join([figures, *result.wrong])


def test_most_columns_that_are_client_fields_need_no_question() -> None:
    """A suggestion that accepts nothing would never be wrong, and of no use."""
    sets = header_sets()
    fields = sum(1 for one in sets for field in one.right.values() if field)

    assert score(sets).accepted >= 0.85 * fields


@pytest.mark.parametrize("turn", [1, 3])
def test_the_order_of_columns_does_not_make_an_answer_wrong(turn: int) -> None:
    """The order only says which of two e-mail or telephone columns is the first."""
    sets = [one._replace(columns=one.columns[turn:] + one.columns[:turn]) for one in header_sets()]

    result = score(sets, family={"other_emails": "email", "other_phones": "phone"})

    assert not result.wrong_accepted, "\n".join(result.wrong_accepted)
