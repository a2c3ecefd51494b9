"""What can be said about data: findings, their severities, and every code the library itself uses.

A finding never holds its own words. It names a code, a place and parameters; ``messages/`` says it in
English, Dutch or French, and a profile may say it in words of its own. So a plan does not depend on language.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

import attrs

from clientimport.core.locator import Locator


class Severity(StrEnum):
    """How much a finding weighs: an error holds its record back, a warning and an info do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Flag(NamedTuple):
    """A finding as the hot stages pass it on: about one row of a batch, not yet placed or weighed.

    Attributes:
        row: Index into the batch, from 0.
        code: One of ``CODES`` or a code that a plugin declared.
        field: The field it is about; ``None`` for a whole row.
        column: Index of the source column; ``None`` where no single column is to blame.
        params: What its message needs besides the cell's own text, in JSON types.
    """

    row: int
    code: str
    field: str | None
    column: int | None
    params: Mapping[str, str | int | list[str]]


@attrs.frozen(kw_only=True)
class Finding:
    """Something to say about a record, a cell or a whole source.

    Attributes:
        code: Stable kebab-case name, a key of ``CODES`` or declared by a plugin.
        severity: What it does to the record.
        locator: The place, down to the column where one column is to blame.
        field: The field it is about, ``None`` for a whole row or source.
        seen: The cell's text exactly as read; ``None`` where no single cell is meant. Never in ``repr``.
        params: What the message needs besides, in JSON types. Never in ``repr``.
    """

    code: str
    severity: Severity
    locator: Locator
    field: str | None = None
    seen: str | None = attrs.field(default=None, repr=False)
    params: Mapping[str, str | int | list[str]] = attrs.field(factory=dict, repr=False)


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

CODES: Mapping[str, Severity] = MappingProxyType(
    {
        # the source as a whole
        "encoding-doubt": _W,  # params: encoding, alternatives
        "delimiter-doubt": _W,  # params: delimiter, alternatives
        "header-missing": _W,  # no header row was found; columns are named by letter
        "header-duplicate": _W,  # params: header, columns
        "preamble-skipped": _I,  # params: rows
        "other-sheets": _I,  # visible ones with something in them; params: read (name), sheets (names)
        "hidden-sheets": _I,  # params: sheets (names)
        "hidden-rows": _W,  # params: rows (count), first
        "hidden-columns": _W,  # params: columns (letters)
        "source-cut": _W,  # it does not hold everything that it should
        # one row or cell as the source has it
        "row-short": _W,  # params: cells, columns
        "row-long": _E,  # params: cells, columns
        "quote-unclosed": _E,  # a quote opens in the row and is never closed
        "cell-error": _E,  # a spreadsheet error such as #REF!; params: cell (A1 reference), error
        "formula-uncached": _E,  # a formula whose value was never stored; params: cell
        "text-undecodable": _E,  # bytes that are not text in the file's encoding
        "text-control-characters": _W,  # NUL and other control characters were taken out
        # the mapping
        "column-unmapped": _I,  # params: filled
        "column-of-sides": _W,  # debit or credit of the balances, in a column that feeds nothing; params: header, amounts, filled
        "column-comments": _I,  # left out as the comments of an earlier exception report; params: filled
        "column-unsure": _W,  # params: suggestion, confidence (0..100)
        "column-missing": _W,  # the mapping names a column this file has not; params: header
        "list-not-given": _I,  # the host gave no list to look a field up in; params: list
        "field-unmapped": _W,  # a required field has no column; params: field_name
        "kind-unmapped": _W,  # no column says of which of two kinds a client is; params: field_name
        # values
        "email-invalid": _E,  # params: reason
        "email-several": _E,  # two addresses in a cell that takes one
        "phone-unreadable": _E,  # no telephone number in it
        "phone-not-possible": _E,  # params: region
        "phone-not-valid": _W,  # params: region
        "phone-without-region": _W,  # kept as digits, unverified
        "date-unreadable": _E,
        "date-impossible": _E,  # written like a date but no such day exists
        "amount-unreadable": _E,
        "amount-negative": _E,  # where only positive amounts are allowed
        "amount-decimals": _E,  # params: currency, decimals
        "currency-unknown": _E,
        "currency-unclear": _E,  # a sign that several currencies share; params: sign
        "currency-differs": _E,  # the amount names another currency than its column; params: inside, given
        "country-unknown": _W,
        "language-unknown": _W,
        "yes-no-unreadable": _E,
        "choice-unknown": _E,  # params: allowed
        "number-format": _E,  # an official number of the wrong shape; params: scheme
        "number-check-digits": _E,  # params: scheme
        "number-unverified": _I,  # an official number of no country we can check; params: scheme
        "text-too-long": _E,  # params: limit
        # rules over a record
        "required": _E,
        "required-one-of": _E,  # params: fields
        "recommended": _I,  # it would be good to have
        "not-listed": _E,  # not in a list that the host keeps; params: list
        "listed": _E,  # in a list in which it may not stand; params: list
        "nothing-identifies": _E,  # neither a name nor any key that the profile matches by
        "opening-date-without-amount": _I,
        "total-row": _E,  # the sum of a list and no client
        # opening balances
        "opening-date-closed": _E,  # params: date, start, end
        "currency-not-booked": _E,  # no account or no exchange rate; params: currency, base
        "opening-locked": _E,  # a balance of a client in a state where it may not be edited; params: state
        "opening-too-large": _E,  # alone, added up or converted; params: currency
        "opening-negative": _E,  # the sum of open documents, where only positive balances are allowed
        "document-refused": _E,  # another open document of the client is; params: row
        "leaving-refused": _E,  # of the source as a whole; params: clients, reason, listed, known, share (0..100)
        "control-total-differs": _E,  # of the source as a whole; params: currency, expected, total, difference, ties
        # matching
        "client-unknown": _E,  # the row names a client that is not there
        "client-of-other-kind": _E,  # the row names a client and says that it is of the other kind
        "key-of-another": _E,  # a key that tells another client, or an earlier row; params: scheme, and client or row
        "beside-twin": _E,  # the row's client of the first kind is in a state that keeps it out; params: state, client
        "near-not-compared": _I,  # too many for a look at near matches; params: records, clients, limit
        "shared-key": _W,  # a key too many records share to say who is who; params: scheme, records
        "shared-key-alone": _E,  # no name, and nothing but such keys; params: scheme, and records or client
        "field-locked": _W,  # kept: the client's state does not let an import change it; params: state
        "field-risky": _W,  # changed, in a state where that may do harm; params: state
        "same-key-other-name": _I,  # params: scheme, client
        # decisions
        "decision-unmet": _W,  # about things that are not there, or not as they were; params: count, ids (up to 10)
        "decision-unreadable": _E,  # params: allowed
        "decision-id-changed": _E,  # no id, or not the one that was written in the row
        "decision-id-twice": _E,  # params: rows
        "review-sheet-missing": _E,  # params: name
        "review-rows-missing": _W,  # params: rows (count)
    }
)
"""Every finding code of the library with its usual severity; a profile may weigh a code otherwise."""

MATCHING_CODES = frozenset({"shared-key", "same-key-other-name", "field-locked", "field-risky"})
"""What matching finds after a record was judged: such a finding may be weighed as anything but an error."""

DECISION_CODES = frozenset(
    {
        "decision-unmet",
        "decision-unreadable",
        "decision-id-changed",
        "decision-id-twice",
        "review-sheet-missing",
        "review-rows-missing",
    }
)
"""What is said about decisions, of a plan as a whole; it goes when it is decided anew."""

READING_CODES = frozenset(
    {
        "row-short",
        "row-long",
        "quote-unclosed",
        "cell-error",
        "formula-uncached",
        "text-undecodable",
        "text-control-characters",
    }
)
"""What a source may say of single rows and cells: what reading found, which no later look at the texts would find again."""
