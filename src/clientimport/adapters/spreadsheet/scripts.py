"""Which encoding a text in another script than the Latin one is in, where it is no Unicode.

In Latin text a letter outside ASCII stands between others; in Greek, Cyrillic, Hebrew, Arabic, Thai and in the scripts of East
Asia whole words are made of such bytes. Then a reading is worth what share of it are letters of one script, those most of
all that are frequent there. It stays a doubt that is shown, with what else it may be.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple


class _Script(NamedTuple):
    """How texts of one script are encoded, the most usual first, and its letters; *frequent* ones come often."""

    encodings: tuple[str, ...]
    letters: str
    frequent: str


_SCRIPTS = (
    _Script(
        ("cp1256", "iso8859-6"),
        "\u0621-\u065f\u066e-\u06d3",
        "\u0627\u0644\u064a\u0645\u0646\u0631\u062a\u0648\u0629\u0628\u0639\u062f",
    ),
    _Script(("cp1251", "koi8-r", "cp866", "mac-cyrillic"), "\u0401-\u045f\u0490\u0491", "оеаинтсрвлкмд"),
    _Script(("cp1253", "iso8859-7"), "\u0384-\u03ce", "αοιετσνηυρπκς"),
    _Script(("cp1255", "iso8859-8"), "\u05b0-\u05ea", "\u05d9\u05d5\u05d4\u05dc\u05d0\u05e8\u05ea\u05d1\u05de\u05e9"),
    _Script(("cp874",), "\u0e01-\u0e5b", "\u0e32\u0e19\u0e23\u0e01\u0e2d\u0e40\u0e07\u0e48"),
    _Script(("shift_jis", "euc-jp"), "\u3041-\u30fe\u4e00-\u9fff", "田山本村川藤東京大阪子郎県市区町佐木中"),
    _Script(("gb18030",), "\u4e00-\u9fff", "王李张刘陈杨赵北京上海公司有限明华市区国"),
    _Script(("big5",), "\u4e00-\u9fff", "王李張劉陳楊台北高雄公司有限明華市區國"),
    _Script(("euc-kr",), "\uac00-\ud7a3", "김이박정최서울시구동부산영수"),
)
_FOREIGN_RUN = 3  # bytes; in Latin text two such letters side by side are rare already
_CLOSE, _SURE = 0.35, 0.6


def encodings_of_script(sample: bytes) -> tuple[str, ...]:
    """The encodings in which *sample* is text of another script, the likeliest first; empty if it seems to be Latin."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
    foreign = sum(length for length in runs if length >= _FOREIGN_RUN)
    if not runs or foreign * 2 < sum(runs):
        return ()
    found = sorted(
        ((-_likeness(sample, encoding, script), order, encoding)
         for order, (encoding, script) in enumerate((encoding, script) for script in _SCRIPTS for encoding in script.encodings)),
    )  # fmt: skip
    best = -found[0][0]
    if best < _SURE:
        return ()
    return tuple(encoding for worth, _, encoding in found if best + worth < _CLOSE)


def _likeness(sample: bytes, encoding: str, script: _Script) -> float:
    """The mean worth of the characters outside ASCII: 1 for a letter of the script, more for a frequent one."""
    text = sample.decode(encoding, "replace")
    outside = re.sub(r"[\x00-\x7f\u00a0\u3000-\u303f\uff01-\uff60]", "", text)
    if not outside:
        return -1.0
    letters = len(re.findall(f"[{script.letters}]", outside))
    frequent = sum(map(outside.lower().count, script.frequent))
    humps = sum(before.islower() and after.isupper() for before, after in pairwise(text))
    return (letters - 2 * (len(outside) - letters) + frequent / 2 - 2 * humps) / len(outside)
