"""Which bare digits phonenumbers would call a valid number, as one regular expression a region.

The expressions are built from the installed library's own metadata when a region is first met, so they follow its
updates. They only accept: a match is a number the library parses to the same E.164 form, calls possible and calls
valid. Whatever they do not match is for the library to judge. Where a region's rules are not simple (a national
prefix that rewrites the number, leading digits that share a calling code) nothing is accepted.

What the library does, step by step, and what is asked here so that each step has one known outcome:

1. An international prefix is taken off. Asked: none matches (``00`` alone is followed like ``+``).
2. The calling code is taken off a number that starts with it but is not one of the region. Asked: it is one.
3. The national prefix is taken off, by a pattern. Asked: the pattern takes the plain prefix and no more, or it does
   not match.
4. The region is found among those that share the calling code: the first whose leading digits match, or without
   leading digits the first that has such a number. Asked: no leading digits match, and a region without them has it.
5. It is valid if it matches the general pattern and the pattern of one type, each at a possible length.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

_SIBLINGS = {1: ("US", "CA")}
"""Regions asked besides the main one of a calling code; all are without leading digits, or they are left out."""


def dialled_abroad(digits: str) -> str | None:
    """E.164 of the digits after a ``+``, or ``None`` if the library must say."""
    for length in (2, 1, 3):
        code = digits[:length]
        match = _calling_code(code)
        if match is not None:
            return "+" + digits if match(digits, length) else None
    return None


@cache
def dialled_at_home(region: str) -> Callable[[str], str | None] | None:
    """A function from bare digits, as dialled in *region*, to E.164 or ``None`` if the library must say."""
    metadata = _metadata(region)
    if metadata is None or metadata.leading_digits is not None:
        return None
    valid = _valid(metadata, metadata.country_code)
    if valid is None:
        return None
    abroad, stripped = metadata.international_prefix, metadata.national_prefix_for_parsing
    not_abroad = f"(?!{_group(abroad)})" if abroad else ""
    not_stripped = f"(?!{_group(stripped)})" if stripped else ""
    code = f"+{metadata.country_code}"
    bare = re.compile(f"{not_abroad}{not_stripped}{valid}", re.ASCII).match
    long = abroad == "00"
    prefix, taking = _prefix(metadata)
    length = len(prefix)
    prefixed = re.compile(f"{not_abroad}{taking}{valid}", re.ASCII).match if prefix else None

    def dialled(digits: str) -> str | None:
        if prefixed is not None and digits[:length] == prefix and prefixed(digits):
            return code + digits[length:]
        if bare(digits):
            return code + digits
        return dialled_abroad(digits[2:]) if long and digits[:2] == "00" else None

    return dialled


@cache
def _codes() -> frozenset[str]:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # heavy, on first use only

    return frozenset(map(str, COUNTRY_CODE_TO_REGION_CODE))


def _calling_code(code: str) -> Callable[[str, int], object] | None:
    """A matcher of the digits from a position on, ``None`` if *code* is no calling code."""
    try:
        return _MATCHERS[code]
    except KeyError:
        pass
    matcher = _build_calling_code(code) if code in _codes() else None
    if len(code) <= 3 and code.isascii() and code.isdecimal():  # so at most 1,110 are remembered
        _MATCHERS[code] = matcher
    return matcher


_MATCHERS: dict[str, Callable[[str, int], object] | None] = {}


def _build_calling_code(code: str) -> Callable[[str, int], object]:
    metadata = _metadata(_main_region(int(code)))
    valid = None if metadata is None else _valid(metadata, int(code))
    if metadata is None or valid is None:
        return _never
    stripped = metadata.national_prefix_for_parsing
    return re.compile((f"(?!{_group(stripped)})" if stripped else "") + valid, re.ASCII).match


def _never(_digits: str, _position: int) -> None:
    return None


def _main_region(code: int) -> str:
    from phonenumbers import region_code_for_country_code  # heavy, on first use only

    region: str = region_code_for_country_code(code)
    return region


def _metadata(region: str) -> Any:
    from phonenumbers import SUPPORTED_REGIONS, PhoneMetadata  # heavy, on first use only

    return PhoneMetadata.metadata_for_region(region, None) if region in SUPPORTED_REGIONS else None


def _valid(metadata: Any, code: int) -> str | None:
    """The pattern, to the end of the text, of a national number that is valid under *code* and one of *metadata*."""
    from phonenumbers import region_codes_for_country_code  # heavy, on first use only

    regions = region_codes_for_country_code(code)
    main = _metadata(regions[0])
    if main is None:
        return None
    taken = [found.leading_digits for found in map(_metadata, regions) if found and found.leading_digits is not None]
    if metadata.leading_digits is not None:
        return None
    names = dict.fromkeys((metadata.id, *(name for name in _SIBLINGS.get(code, ()) if name in regions)))
    # A sibling's numbers must also be numbers of the region where they are dialled (steps 2 and 3).
    lengths = frozenset(metadata.general_desc.possible_length) & frozenset(main.general_desc.possible_length)
    choices = [
        pattern
        for name in names
        if (pattern := _pattern(_metadata(name), lengths, general=name != metadata.id)) is not None
    ]
    if not choices:
        return None
    general = f"(?={_group(metadata.general_desc.national_number_pattern)}\\Z)"
    not_taken = "".join(f"(?!{_group(pattern)})" for pattern in taken)
    return f"{general}{not_taken}{_group('|'.join(choices))}\\Z"


def _pattern(metadata: Any, lengths: frozenset[int], *, general: bool) -> str | None:
    """A number that is valid in the region and has one of *lengths*; whether it is *general* there is asked only if not before."""
    if metadata is None or metadata.leading_digits is not None:
        return None
    lengths &= frozenset(metadata.general_desc.possible_length)
    mobile = () if metadata.same_mobile_and_fixed_line_pattern else (metadata.mobile,)
    types = []
    for kind in (
        *mobile,
        metadata.fixed_line,
        metadata.toll_free,
        metadata.premium_rate,
        metadata.shared_cost,
        metadata.voip,
        metadata.personal_number,
        metadata.pager,
        metadata.uan,
        metadata.voicemail,
    ):
        if kind is None or not kind.national_number_pattern:
            continue
        possible = sorted(lengths.intersection(kind.possible_length) if kind.possible_length else lengths)
        if possible:
            ends = "|".join(f"[0-9]{{{length}}}" for length in possible)
            types.append(f"(?={_group(ends)}\\Z){_group(kind.national_number_pattern)}\\Z")
    asked = f"(?={_group(metadata.general_desc.national_number_pattern)}\\Z)" if general else ""
    return f"{asked}{_group('|'.join(types))}" if types else None


def _prefix(metadata: Any) -> tuple[str, str]:
    """The national prefix, and a pattern that takes it off where the library takes off these digits and no others.

    Both are empty if there is none, or if taking it off rewrites the number.
    """
    pattern, prefix = metadata.national_prefix_for_parsing, metadata.national_prefix
    if not pattern or not prefix or not prefix.isdecimal() or metadata.national_prefix_transform_rule:
        return "", ""
    code = str(metadata.country_code)
    if prefix == code:
        # As in North America the prefix is the calling code, which goes first, since with it the number is none of
        # the region's; what is left must not begin with a prefix again, there or in the main region of the code.
        general = _group(metadata.general_desc.national_number_pattern)
        main = _metadata(_main_region(metadata.country_code))
        if main is None or main.national_prefix_for_parsing != pattern:
            return "", ""
        return prefix, f"(?!{general}\\Z){prefix}(?!{_group(pattern)})"
    if code.startswith(prefix) or prefix.startswith(code):
        return "", ""
    # The atomic group takes what the library's own match takes; the look-behind asks that it is the prefix.
    return prefix, f"(?>{pattern})(?<=\\A{prefix})"


def _group(pattern: str) -> str:
    """A pattern that can stand beside others: an alternation without a group would reach past its neighbours."""
    return f"(?:{pattern})"
