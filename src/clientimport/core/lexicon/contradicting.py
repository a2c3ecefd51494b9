"""What the cells of a column are instead, where none of them is what the header says.

A header that names a field stands, however bad its cells: a report of failed rows holds nothing but bad cells. Only many
cells that are unmistakably something else speak against it, and then somebody is asked.
"""

from __future__ import annotations

from clientimport.core.lexicon.samples import Samples

ENOUGH = 5
"""Filled cells from which on they may speak against a header."""


def instead(slot: str, coercer: str, samples: Samples) -> tuple[str, ...] | None:
    """The fields that cells under a header for *slot* belong to, best first; empty if they are known to be no value of
    it, but of no field in particular; ``None`` if they are only bad, and the header stands.
    """
    if _answers(samples):
        return ()
    if len(samples) < ENOUGH:
        return None
    for kind, fields, alike in _UNMISTAKABLE:
        if coercer not in alike and slot not in fields and samples.share(kind) >= _THROUGHOUT:
            return fields
    kind, fields = _MIXED_UP.get(slot, ("", ()))
    # A word for "none" repeats; the places of a column of places do not all.
    if kind and samples.share(kind) == 1 and samples.distinct() >= 0.5:
        return fields
    return None


def names_more(slot: str, samples: Samples) -> bool:
    """Whether headers for *slot* have another meaning, and the cells are of that one: a type of customer that is neither
    a person nor an organisation, a state that is no province.
    """
    if slot == "kind":
        return samples.share("kind") == 0
    return slot == "region" and samples.share("status") >= _THROUGHOUT


def _answers(samples: Samples) -> bool:
    """Yes and no, both: a consent. One of the words alone may stand for "has none"."""
    return len(samples) > 2 and samples.share("yes_no") == 1 and 0 < samples.share("yes") < 1


_THROUGHOUT = 0.9
_UNMISTAKABLE: tuple[tuple[str, tuple[str, ...], frozenset[str]], ...] = (
    ("email", ("email", "other_emails"), frozenset()),
    ("iban", (), frozenset()),
    ("eu_vat", ("vat_number",), frozenset()),
    ("dialled", ("phone", "other_phones"), frozenset({"date"})),
    ("website", ("website",), frozenset({"email"})),
)
"""A look, the fields it speaks for, and the coercers whose own bad values look like that: an address without its ``@``
looks like a website, a date without its dashes may look like a telephone number.
"""
_MIXED_UP: dict[str, tuple[str, tuple[str, ...]]] = {
    "postal_code": ("place", ("city",)),
    "city": ("postal", ("postal_code",)),
    "external_id": ("place", ()),
    "address": ("house", ()),
    "name": ("digits", ()),
    "first_name": ("digits", ()),
    "last_name": ("digits", ()),
    "company_name": ("digits", ()),
}
"""For fields that take any text, and would say nothing of it later: what is put there by mistake."""
