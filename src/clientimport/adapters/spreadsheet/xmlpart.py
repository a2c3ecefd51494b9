"""Parsing one XML part of a workbook with everything dangerous switched off.

The standard library's expat is used directly: a workbook needs no more of XML than elements, attributes and text, and so
what may not happen is plain to see here. Refused: any document type declaration, in whatever encoding; encodings other
than those the format allows; nesting and tags beyond the limits (expat before 2.6 takes quadratic time on a huge tag).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from clientimport.adapters.spreadsheet.archive import dtd_refused
from clientimport.errors import LimitExceededError, SourceUnreadableError
from clientimport.limits import Limits

Attributes = dict[str, str]
_ENCODINGS = {None, "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1"}
_STEP = 1 << 16


class Guarded:
    """A guarded parser that tells local names: ``x:row`` and ``row`` are the same.

    Attributes:
        start, end, text: Called for every element and text; replace them before feeding.
    """

    def __init__(self, name: str, part: str, limits: Limits) -> None:
        self._name = name
        self._part = part
        self._limits = limits
        self._depth = 0
        self._fed = 0
        self.start: Callable[[str, Attributes], None] = lambda _name, _attributes: None
        self.end: Callable[[str], None] = lambda _name: None
        self.text: Callable[[str], None] = lambda _text: None
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self._parser = parser

    def feed(self, block: bytes | str, *, final: bool = False) -> None:
        """Parse a piece; *final* says that it is the last.

        Raises SourceUnreadableError for what is not well-formed or not allowed, LimitExceededError for what is too much.
        """
        for start in range(0, len(block), _STEP) or (0,):
            piece = block[start : start + _STEP]
            last = final and start + _STEP >= len(block)
            try:
                self._parser.Parse(piece, last)
            except expat.ExpatError as error:
                raise SourceUnreadableError(
                    f"{self._name} is damaged: {self._part} is not well-formed at line {error.lineno}. "
                    "Open it in a spreadsheet program and save it again."
                ) from None
            except (LookupError, ValueError):
                raise self._refused("an encoding that workbooks do not have") from None
            self._fed += len(piece)
            held = self._fed - max(self._parser.CurrentByteIndex, 0)
            if held > self._limits.xml_token_bytes and not last:
                raise LimitExceededError(
                    "xml_token_bytes", allowed=self._limits.xml_token_bytes, seen=held, detail=self._part
                )

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding.lower() if encoding else None) not in _ENCODINGS:
            raise self._refused("an encoding that workbooks do not have")

    def _refused(self, what: str) -> SourceUnreadableError:
        return SourceUnreadableError(
            f"{self._name} is refused: its part {self._part} has {what}. Save it again as .xlsx."
        )

    def _doctype(self, *_: object) -> None:
        raise dtd_refused(self._name, self._part)

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > self._limits.xml_depth:
            raise LimitExceededError("xml_depth", allowed=self._limits.xml_depth, seen=self._depth, detail=self._part)
        self.start(name.rpartition(":")[2], attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.end(name.rpartition(":")[2])

    def _text(self, text: str) -> None:
        self.text(text)


def elements(blocks: Iterable[bytes], name: str, part: str, limits: Limits) -> Iterator[tuple[str, Attributes, str]]:
    """Every element of a small part as (parents and own name joined by ``/``, attributes), in the order they begin.

    Attribute names lose their prefix too. Text is not told: the parts read this way have none that matters.
    """
    found: list[tuple[str, Attributes, str]] = []
    path: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        path.append(tag)
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        found.append(("/".join(path), plain, tag))

    def end(_tag: str) -> None:
        path.pop()

    parser = Guarded(name, part, limits)
    parser.start, parser.end = start, end
    for block in blocks:
        parser.feed(block)
        yield from found
        found.clear()
    parser.feed(b"", final=True)
    yield from found
