"""Errors of spreadsheet programs, as they stand where a worksheet was saved as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

UNKNOWN = "#N/A"
"""What stands before a formula whose value nobody knows, in a report that is to be mended and given back."""


def error_rows(texts: Sequence[str]) -> Iterator[int]:
    """The indexes of the texts that are an error, such as ``#REF!``; in English, Dutch, French, German or Spanish."""
    if "#" in "".join(texts):
        for index, text in enumerate(texts):
            if _ERROR.fullmatch(text.strip()):
                yield index


_ERROR = re.compile(
    r"#(?:"
    r"NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!|CONNECT!|BUSY!|EXTERNAL!"
    r"|LEEG!|DEEL/0!|WAARDE!|VERW!|NAAM\?|GETAL!|N/B|OVERLOOP!"
    r"|NUL!|VALEUR!|NOM\?|NOMBRE!|PROPAGATION!|CALCUL!"
    r"|WERT!|BEZUG!|ZAHL!|NV|ÜBERLAUF!"
    r"|¡NULO!|¡DIV/0!|¡VALOR!|¡REF!|¿NOMBRE\?|¡NUM!|N/D|¡DESBORDAMIENTO!"
    r")(?: =.*)?",
    re.DOTALL,
)
