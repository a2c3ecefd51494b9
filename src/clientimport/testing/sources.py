"""What every source promises, as a test class to subclass.

    class TestMine(SourceConformance):
        @pytest.fixture
        def source(self):
            return open_mine("sample.data")

The source a fixture gives should hold at least three records; texts with spaces, leading zeros and accents make the
tests say more.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import ClassVar

from clientimport.core.findings import Flag
from clientimport.ports import RecordBatch, Source


class SourceConformance:
    """The promises of ``clientimport.ports.Source``. Give a fixture ``source`` that opens a new one.

    Attributes:
        expected: The records as they must arrive, row by row, or ``None`` to leave that unchecked.
    """

    expected: ClassVar[list[list[str]] | None] = None

    def test_it_is_a_source(self, source: Source) -> None:
        """It has the methods, and what it says of itself is complete."""
        description = source.describe()
        headers = [column.header for column in description.columns]

        assert isinstance(source, Source)
        assert description.name
        assert description.kind
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", description.digest)
        assert [column.index for column in description.columns] == list(range(len(headers)))
        assert len(set(headers)) == len(headers), "headers are unique"
        assert all(header.strip() for header in headers), "no header is blank"

    def test_describing_twice_says_the_same(self, source: Source) -> None:
        """Reading the records in between changes nothing."""
        first = source.describe()
        for _ in source.batches():
            pass

        assert source.describe() == first

    def test_reading_twice_gives_the_same(self, source: Source) -> None:
        """Once to preview and once to import."""
        assert _everything(source, 500) == _everything(source, 500)

    def test_batches_of_any_size_hold_the_same_records(self, source: Source) -> None:
        """A batch is a matter of speed only."""
        whole = _everything(source, 10_000)

        assert whole[1], "the source of a conformance test holds records"
        for size in (1, 2, 7):
            assert _everything(source, size) == whole

    def test_batches_are_as_long_as_asked(self, source: Source) -> None:
        """All but the last are full, and none is empty."""
        sizes = [len(batch.rows) for batch in source.batches(2)]

        assert all(size == 2 for size in sizes[:-1])
        assert sizes
        assert 1 <= sizes[-1] <= 2

    def test_two_readers_do_not_disturb_each_other(self, source: Source) -> None:
        """Each call of batches starts again, also while another is under way."""
        slow = source.batches(1)
        first = next(slow)
        everything = _everything(source, 1)
        rest = list(slow)

        assert [first.numbers[0], *(batch.numbers[0] for batch in rest)] == everything[0]

    def test_numbers_rise(self, source: Source) -> None:
        """A record's number is its place in the file, so each is above the one before."""
        numbers, rows, _ = _everything(source, 3)

        assert len(numbers) == len(rows)
        assert numbers[0] >= 1
        assert all(before < after for before, after in pairwise(numbers))

    def test_rows_are_as_wide_as_the_columns(self, source: Source) -> None:
        """Whatever the file does, a row has one text a column."""
        width = len(source.describe().columns)

        for row in _everything(source, 500)[1]:
            assert len(row) == width
            assert all(type(cell) is str for cell in row)

    def test_no_row_is_blank(self, source: Source) -> None:
        """Blank rows are passed over, unless there is something to say about them."""
        _, rows, flags = _everything(source, 500)
        flagged = {flag.row for flag in flags}

        assert all(index in flagged or "".join(row).strip() for index, row in enumerate(rows))

    def test_flags_point_into_their_batch(self, source: Source) -> None:
        """Row and column of a flag exist."""
        width = len(source.describe().columns)

        for batch in source.batches(2):
            for flag in batch.flags:
                assert 0 <= flag.row < len(batch.rows)
                assert flag.column is None or 0 <= flag.column < width

    def test_fractions_point_at_numbers(self, source: Source) -> None:
        """Column and row exist, and a number with decimals stands there."""
        width = len(source.describe().columns)

        for batch in source.batches(2):
            for column, rows in batch.fractions.items():
                assert 0 <= column < width
                assert all("." in batch.rows[row][column] for row in rows)

    def test_text_is_proper(self, source: Source) -> None:
        """Every text can be written as UTF-8: no half surrogates, no NUL."""
        for row in _everything(source, 500)[1]:
            "".join(row).encode()
            assert "\x00" not in "".join(row)

    def test_raw_text_is_kept(self, source: Source) -> None:
        """Leading zeros, spaces and accents arrive as they are: reading never converts."""
        if self.expected is not None:
            assert _everything(source, 500)[1] == self.expected

    def test_stopping_early_is_harmless(self, source: Source) -> None:
        """A preview reads one batch and goes away."""
        reader = source.batches(1)
        first = next(reader)
        getattr(reader, "close", lambda: None)()

        assert next(source.batches(1)) == first

    def test_closing_twice_is_harmless(self, source: Source) -> None:
        """Whoever cleans up last need not know who did before."""
        for _ in source.batches():
            break
        source.close()
        source.close()


def _everything(source: Source, size: int) -> tuple[list[int], list[list[str]], list[Flag]]:
    """Numbers, rows and flags of all batches, the flags' rows counted over the whole source."""
    numbers: list[int] = []
    rows: list[list[str]] = []
    flags: list[Flag] = []
    for batch in source.batches(size):
        assert isinstance(batch, RecordBatch)
        flags += [flag._replace(row=flag.row + len(rows)) for flag in batch.flags]
        numbers += batch.numbers
        rows += batch.rows
    return numbers, rows, flags
