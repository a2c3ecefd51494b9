"""The coercers that come with the library, by the names that fields use."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from clientimport.core.cells.amounts import coerce_amount
from clientimport.core.cells.choices import coerce_choice, coerce_kind, coerce_tags, coerce_yes_no
from clientimport.core.cells.dates import coerce_date
from clientimport.core.cells.emails import coerce_email
from clientimport.core.cells.identifiers import number_coercer
from clientimport.core.cells.phones import coerce_phone
from clientimport.core.cells.places import coerce_country, coerce_currency, coerce_language
from clientimport.core.coercion import Coercer
from clientimport.core.text import coerce_text

BUILTIN_COERCERS: Mapping[str, Coercer] = MappingProxyType(
    {
        "text": coerce_text,
        "email": coerce_email,
        "phone": coerce_phone,
        "date": coerce_date,
        "amount": coerce_amount,
        "currency": coerce_currency,
        "country": coerce_country,
        "language": coerce_language,
        "vat_number": number_coercer("vat_number"),
        "company_number": number_coercer("company_number"),
        "national_number": number_coercer("national_number"),
        "tax_number": number_coercer("tax_number"),
        "kind": coerce_kind,
        "tags": coerce_tags,
        "yes_no": coerce_yes_no,
        "choice": coerce_choice,
    }
)
"""A coercer for every name a built-in field may give."""
