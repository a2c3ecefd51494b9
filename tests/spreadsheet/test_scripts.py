"""Text files in other scripts than the Latin one: read as what they are, with the doubt shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.adapters.spreadsheet.encoding import look_at
from clientimport.adapters.spreadsheet.scripts import encodings_of_script
from tests.spreadsheet.reading import findings, read, rows

ARABIC = "محمد أحمد,القاهرة\nفاطمة علي,الإسكندرية\nشركة النور للتجارة,الجيزة\n"
GREEK = "Γιώργος Παπαδόπουλος,Αθήνα\nΜαρία Νικολάου,Θεσσαλονίκη\n"
RUSSIAN = "Иван Петров,Москва\nМария Иванова,Казань\n"
JAPANESE = "山田太郎,東京\n佐藤花子,大阪\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ARABIC, "cp1256"),
        (ARABIC, "iso8859-6"),
        (GREEK, "cp1253"),
        ("משה כהן,תל אביב\nשרה לוי,ירושלים\n", "cp1255"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp866"),
        ("สมชาย ใจดี,กรุงเทพ\n", "cp874"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        ("王小明,北京\n李华,上海\n", "gb18030"),
        ("王小明,台北\n李華,高雄\n", "big5"),
        ("김철수,서울\n이영희,부산\n", "euc-kr"),
    ],
)
def test_the_script_tells_the_encoding(text: str, encoding: str) -> None:
    """Names arrive as they were written, and a warning says what else the file might be in."""
    source = read(f"Name,City\n{text}".encode(encoding))

    assert rows(source) == [line.split(",") for line in text.splitlines()]
    assert findings(source)["encoding-doubt"]["encoding"] == encoding


def test_letters_of_turkish_are_a_doubt() -> None:
    """As Western text they would be those of Icelandic."""
    facts = look_at(["Ayşe Yılmaz,İstanbul\nMehmet Öztürk,Eskişehir\n".encode("cp1254")])

    assert (facts.encoding, facts.alternatives) == ("cp1252", ("cp1254",))


@given(
    words=st.lists(
        st.text("abcdefghijklmnopqrstuvwxyzABCDE éèëêàçïöüäáíóúñôâîûùåøæãõÉÖÜÄ,-'", min_size=4, max_size=20),
        min_size=1,
        max_size=5,
    )
)
def test_latin_text_is_no_other_script(words: list[str]) -> None:
    """Unless words are made of nothing but letters with accents."""
    sample = "\n".join(words).encode("cp1252")
    if any(
        len(run) > 2 for run in sample.translate(bytes(range(128)) + b"\xff" * 128).split() if b"\xff\xff\xff" in run
    ):
        return
    assert encodings_of_script(sample) == ()
