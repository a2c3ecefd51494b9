"""Numbers in a workbook: codes keep their zeros, days become ISO text, the rest is plain."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.adapters.spreadsheet.formats import plain
from tests.spreadsheet.lanes import both, row_of
from tests.spreadsheet.reading import rows
from tests.spreadsheet.workbooks import MAIN, Sheet, header, row, text

# ------------------------------------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        ("123", "123"),
        ("0", "0"),
        ("-5", "-5"),
        ("85073003328.0", "85073003328"),
        ("8.5073003328E+10", "85073003328"),
        ("1234.5", "1234.5"),
        ("1234.5600000000002", "1234.56"),
        ("0.30000000000000004", "0.3"),
        ("0.29999999999999999", "0.3"),
        ("1.234", "1.2340"),
        ("-12.345", "-12.3450"),
        ("999.125", "999.1250"),
        ("1234.567", "1234.567"),
        ("1E-7", "0.0000001"),
        ("1E+21", "1000000000000000000000"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("1234567890123456", "1234567890123456"),
        ("00123", "123"),
        ("not a number", "not a number"),
        ("v&gt;3.5", "v>3.5"),
        ("nan", "nan"),
    ],
)
def test_plain_numbers(stored: str, seen: str) -> None:
    """No exponent, no ``.0``, no more digits than a sheet shows, and nothing that could pass for thousands."""
    assert rows(row_of(f'<c r="A2"><v>{stored}</v></c>', text("B2", "x")))[0][0] == seen


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_plain_keeps_every_amount(amount: Decimal) -> None:
    """Up to 13 digits, as amounts have, the value is exactly the same, and there are never three decimals after 1 to 3."""
    seen = plain(repr(float(amount)))

    assert Decimal(seen) == amount
    whole, _, fraction = seen.lstrip("-").partition(".")
    assert not (len(fraction) == 3 and len(whole) <= 3)


@pytest.mark.parametrize(
    ("code", "stored", "seen"),
    [
        ("00000", "123", "00123"),
        ("00000", "1234567", "1234567"),
        ("00000", "-5", "-5"),
        ("00000", "1.5", "1.5"),
        ("00000;[Red]-00000", "42", "00042"),
        ('0000"."000"."000', "123456788", "0123.456.788"),
        ("0000\\.000\\.000", "123456788", "0123.456.788"),
        ('"BE"0000000000', "123456788", "BE0123456788"),
        ("000-00-0000", "12345678", "012-34-5678"),
        ("[$-813]00000", "123", "00123"),
        ("0#########", "475123456", "0475123456"),
        ('0#" "##" "##" "##" "##', "612345678", "06 12 34 56 78"),
        ('"0"#########', "475123456", "0475123456"),
        ('"+32 "0', "475123456", "+32 475123456"),
        ("+##\\ ###\\ ##\\ ##\\ ##", "32475123456", "+32 475 12 34 56"),
        ("##-##-##", "203040", "20-30-40"),
        ("[<=99999]00000;00000\\-0000", "1234", "01234"),
        ("[<=99999]00000;00000\\-0000", "12345678", "01234-5678"),
        ("[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", "5551234", "555-1234"),
        ("[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", "2025551234", "(202) 555-1234"),
        ("[<=99999]00000;#,##0.00", "1234", "1234"),
        ("# ##0", "12345678", "12345678"),
        ("##0", "5", "5"),
        ("#,##0", "1234", "1234"),
        ("0.00", "1234.5", "1234.5"),
        ("#,##0.00", "1234.5", "1234.5"),
        ("0%", "0.21", "0.21"),
        ("0.00%", "0.215", "0.2150"),
        ("[$€-813] #,##0.00", "12", "€ 12"),
        ("[$$-409]#,##0.00", "200", "$ 200"),
        ("#,##0.00\\ [$CHF-807]", "-12.5", "CHF -12.5"),
        ("€ #,##0.00", "1.234", "€ 1.2340"),
        ('_ "€"\\ * #,##0.00_ ;_ "€"\\ * \\-#,##0.00_ ;_ "€"\\ * "-"??_ ;_ @_ ', "-3", "€ -3"),
        ('_ "€"\\ * #,##0.00_ ;_ "€"\\ * \\-#,##0.00_ ;_ "€"\\ * "-"??_ ;_ @_ ', "0", "0"),
        ("#,##0.00 €;(#,##0.00 €)", "-5", "€ -5"),
        ('"$"#,##0.00_);[Red]\\("$"#,##0.00\\)', "-5", "$ -5"),
        ('#,##0.00 "CR"', "5", "5 CR"),
        ('#,##0.00 "DR";#,##0.00 "CR"', "5", "5 DR"),
        ('#,##0.00 "DR";#,##0.00 "CR"', "-5.5", "5.5 CR"),
        ('[>=1000]"€"#,##0;"€"0.00', "5", "€ 5"),
        ('#,##0.00" kg"', "5", "5"),
        ('"€" 00', "7", "€ 7"),
        ("0.00E+00", "123456789012", "123456789012"),
        ("0", "7", "7"),
        ("General", "7", "7"),
        ("@", "7", "7"),
        ("dd/mm/yyyy", "45750", "2025-04-03"),
        ("[$-413]d mmmm yyyy;@", "45750", "2025-04-03"),
        ("dd/mm/yyyy hh:mm", "45750.604166666664", "2025-04-03 14:30:00"),
        ("dd/mm/yyyy hh:mm", "45750", "2025-04-03"),
        ("yyyy", "45750", "2025-04-03"),
        ("mmm", "45750", "2025-04-03"),
        ("hh:mm", "0.604166666666667", "14:30:00"),
        ("hh:mm AM/PM", "0.604166666666667", "14:30:00"),
        ("[h]:mm", "1.25", "30:00:00"),
        ("mm:ss.0", "0.5", "12:00:00"),
        ("dd/mm/yyyy", "60", "1900-02-29"),
        ("dd/mm/yyyy", "59", "1900-02-28"),
        ("dd/mm/yyyy", "1", "1900-01-01"),
        ("dd/mm/yyyy", "0", "0"),
        ("dd/mm/yyyy", "-5", "-5"),
        ("dd/mm/yyyy", "99999999", "99999999"),
        ('"dag" 00', "7", "dag 07"),
        ("dd/mm/yyyy", "457&#53;0", "2025-04-03"),
    ],
)
def test_number_formats(code: str, stored: str, seen: str) -> None:
    """Codes keep their zeros, days become ISO text, amounts their currency or CR; everything else is the plain number."""
    source = row_of(f'<c r="A2" s="1"><v>{stored}</v></c>', text("B2", "x"), formats=[code])

    assert rows(source)[0][0] == seen


def test_built_in_date_format() -> None:
    """Format 14 has no code of its own; the cell's style decides, not the style of styles."""
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    sheet = Sheet(header("a", "b") + row(2, '<c r="A2" s="1"><v>45750</v></c><c r="B2" s="0"><v>45750</v></c>'))
    parts = sheet.parts() | {"xl/styles.xml": styles.encode()}
    from tests.spreadsheet.workbooks import archive

    assert rows(both(archive(list(parts.items())))) == [["2025-04-03", "45750"]]


def test_epoch_1904() -> None:
    """A workbook born on an old Macintosh counts four years and a day later."""
    source = row_of('<c r="A2" s="1"><v>44288</v></c>', text("B2", "x"), formats=["dd/mm/yyyy"], epoch_1904=True)

    assert rows(source)[0][0] == "2025-04-03"


@given(st.datetimes(min_value=datetime.fromisoformat("1900-03-01"), max_value=datetime.fromisoformat("9999-12-31")))
def test_days_agree_with_openpyxl(moment: datetime) -> None:
    """Both count the days the same, to the second."""
    from openpyxl.utils.datetime import to_excel

    from clientimport.adapters.spreadsheet.formats import to_text

    moment = moment.replace(microsecond=0)
    shown = to_text(22, None, epoch_1904=False)
    assert shown is not None
    clock = "" if moment.time() == time() else f" {moment.time()}"
    serial = repr(to_excel(moment))  # type: ignore[no-untyped-call]
    assert shown(serial) == f"{moment.date()}{clock}"
