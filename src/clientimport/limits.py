"""How big a source may be: every limit, its usual value, and why it stands there.

A file comes from outside and may be made to hurt. Passing a limit raises
:class:`clientimport.errors.LimitExceededError`, which names the limit; nothing of that source is imported. A host
that trusts its files gives other values: ``Limits(rows=5_000_000)``.
"""

from __future__ import annotations

import attrs

from clientimport.errors import SettingsError

_KIB = 1024
_MIB = 1024 * _KIB
_GIB = 1024 * _MIB


def _at_least_one(_: Limits, attribute: attrs.Attribute[int], value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise SettingsError(f"limits.{attribute.name}", value, wanted="a whole number above zero")


@attrs.frozen(kw_only=True)
class Limits:
    """What a source may cost. All sizes are in bytes unless said otherwise.

    Two limits on a workbook's parts, because two things are done with them. A part that is kept in memory is small
    in honest files (the largest of 2,300 public workbooks has 57 MB). A worksheet is never kept: it is inflated and
    read piece by piece, so a bigger one costs time but no memory, and 1,048,576 rows of 15 columns need about
    800 MiB of XML. A compression bomb is stopped by ``inflation_ratio`` long before either.

    Attributes:
        file_bytes: The file as it lies on disk.
        archive_entries: Entries in a workbook's archive.
        archive_bytes: Declared inflated size of all entries of a workbook together.
        part_bytes: Inflated size of a workbook part that is kept in memory, other than the table of texts.
        strings_bytes: Inflated size of the table of texts (shared strings), which is kept in memory.
        sheet_bytes: Inflated size of a worksheet, which is streamed.
        inflation_ratio: Inflated over compressed size, held against parts above 1 MiB.
        xml_depth: How deep elements may be nested.
        xml_token_bytes: The longest single tag or other piece of XML markup.
        row_bytes: XML of one worksheet row, or one line of a text file.
        rows: Records; in a file the header, what stands above it and blank rows are none. A worksheet ends at 1,048,576.
        columns: Columns in use. A worksheet may have 16,384; a client list that uses more than a thousand is a mistake.
        cell_length: Characters in a cell; a worksheet cell cannot hold more than 32,767.
    """

    file_bytes: int = attrs.field(default=512 * _MIB, validator=_at_least_one)
    archive_entries: int = attrs.field(default=1000, validator=_at_least_one)
    archive_bytes: int = attrs.field(default=4 * _GIB, validator=_at_least_one)
    part_bytes: int = attrs.field(default=64 * _MIB, validator=_at_least_one)
    strings_bytes: int = attrs.field(default=256 * _MIB, validator=_at_least_one)
    sheet_bytes: int = attrs.field(default=_GIB, validator=_at_least_one)
    inflation_ratio: int = attrs.field(default=200, validator=_at_least_one)
    xml_depth: int = attrs.field(default=64, validator=_at_least_one)
    xml_token_bytes: int = attrs.field(default=_MIB, validator=_at_least_one)
    row_bytes: int = attrs.field(default=16 * _MIB, validator=_at_least_one)
    rows: int = attrs.field(default=1_048_576, validator=_at_least_one)
    columns: int = attrs.field(default=1000, validator=_at_least_one)
    cell_length: int = attrs.field(default=32_767, validator=_at_least_one)


DEFAULT_LIMITS = Limits()
"""The limits that hold where nobody gives others."""
