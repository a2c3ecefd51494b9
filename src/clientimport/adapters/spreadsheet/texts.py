"""The texts of a workbook: what XML and the workbook format do to them, and the table of shared ones.

Two lanes read the table. The quick one takes pieces whose every entry has the one shape nearly all programs write
(``<si><t>...</t></si>``) with a regular expression, and proves by counting that it missed none; the careful one is a full XML
parser. A piece the quick lane cannot prove goes to the careful one, and tests hold both to the same answers.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from itertools import chain

from clientimport.adapters.spreadsheet.archive import Archive
from clientimport.adapters.spreadsheet.content import Content
from clientimport.adapters.spreadsheet.xmlpart import Attributes, Guarded
from clientimport.errors import LimitExceededError
from clientimport.limits import Limits

_ENTITY = re.compile(r"&([^;&]{0,12};|)")
_NAMED = {"amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "apos;": "'"}
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PAIRS = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


class NotCanonical(Exception):  # noqa: N818 - no error: a signal from the quick lane to take the careful one
    """The quick lane cannot prove that it reads this rightly."""


def decode_entities(text: str) -> str:
    """XML text without its entities. Raises NotCanonical for one that XML does not know, the careful lane's to refuse."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(match: re.Match[str]) -> str:
    body = match.group(1)
    if body in _NAMED:
        return _NAMED[body]
    number = None
    if re.fullmatch(r"#[0-9]{1,7};", body):
        number = int(body[1:-1])
    elif re.fullmatch(r"#x[0-9A-Fa-f]{1,6};", body):
        number = int(body[2:-1], 16)
    if number is None or not (
        number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
    ):
        raise NotCanonical
    return chr(number)


def decode_escapes(text: str) -> tuple[str, str | None]:
    """Text without the format's own escapes (``_x000D_``), and the finding code if what they stood for is no text.

    Control characters are taken out; half surrogates become U+FFFD.
    """
    if "_x" not in text and not _CONTROLS.search(text):
        return text, None
    text = _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text)
    problem = None
    if _SURROGATES.search(text):
        text = _PAIRS.sub(lambda pair: pair.group(0).encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)
        if _SURROGATES.search(text):
            text, problem = _SURROGATES.sub("\ufffd", text), "text-undecodable"
    if _CONTROLS.search(text):
        text, problem = _CONTROLS.sub("", text), problem or "text-control-characters"
    return text, problem


class Texts(list[str]):
    """The table of shared texts.

    Attributes:
        problems: Index -> finding code, for the few that hold something that is no text.
    """

    def __init__(self) -> None:
        super().__init__()
        self.problems: dict[int, str] = {}

    def add(self, text: str) -> None:
        """Append a text whose entities are decoded already."""
        text, problem = decode_escapes(text)
        if problem:
            self.problems[len(self)] = problem
        self.append(text)


def read_texts(archive: Archive, part: str | None, content: Content, limits: Limits, *, careful: bool = False) -> Texts:
    """All shared texts in order; what the part claims to hold is not believed, only what it holds.

    *careful* leaves the quick lane out.
    """
    texts = Texts()
    if part is None:
        return texts
    if not careful:
        try:
            _read_quickly(without_prefix(archive.blocks(part, "strings_bytes")), texts, content.name, part, limits)
        except (NotCanonical, UnicodeDecodeError):
            texts = Texts()
        else:
            return texts
    _parse(archive.blocks(part, "strings_bytes"), texts.add, content.name, part, limits)
    return texts


# ------------------------------------------------------------------------------------------------ the quick lane

_ENTRY = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_ROOT = re.compile(
    rb'^(?:\xef\xbb\xbf)?\s*(?:<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?(?: standalone="\w+")?\s*\?>)?\s*<(\w+)([^<>]*)>'
)
_FOREIGN_PREFIX = re.compile(rb"xmlns:\w+\s*=\s*[\"'][^\"']*/spreadsheetml/[^\"']*main[\"']")
_CONTROL_BYTES = bytes(sorted(set(range(32)) - {9, 10, 13}))


_PREFIXED = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]*\?>)?\s*<(\w{1,20}):(?:worksheet|sst)(\s[^<>]*xmlns:\1\s*=[^<>]*)>"
)


def without_prefix(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """A part whose elements all have the root's prefix (``<x:row>``), as some .NET libraries write them, without it.

    Exact, because ``<`` stands in XML text only where the quick lane refuses the part anyhow.
    """
    first = next(blocks, b"")
    match = _PREFIXED.match(first)
    if match is None or re.search(rb"\sxmlns\s*=", match.group(2)):
        yield first
        yield from blocks
        return
    prefix = match.group(1)
    opening, closing = b"<" + prefix + b":", b"</" + prefix + b":"
    held = b""
    for block in chain([first.replace(b"xmlns:" + prefix, b"xmlns", 1)], blocks):
        piece = held + block
        cut = piece.rfind(b"<")
        if cut < 0 or len(piece) - cut > len(closing):
            cut = len(piece)
        held = piece[cut:]
        yield piece[:cut].replace(opening, b"<").replace(closing, b"</")
    yield held


def quick_root(head: bytes, tag: bytes) -> int:
    """Where the content of the root element begins, if the quick lane may read the part at all.

    It may if the part is UTF-8, its root has no prefix and gives none to the workbook's own namespace, so that elements are
    written without prefixes. Raises NotCanonical if not.
    """
    match = _ROOT.match(head)
    if (
        match is None
        or match.group(1) != tag
        or _FOREIGN_PREFIX.search(match.group(2))
        or match.group(2).endswith(b"/")
    ):
        raise NotCanonical
    return match.end()


def check_block(block: bytes) -> None:
    """Raise NotCanonical for a piece with comments, CDATA, instructions, declared prefixes or control characters."""
    # The rare character first: looking for it alone takes a tenth of the time.
    if (
        (b"!" in block and b"<!" in block)
        or (b"?" in block and b"<?" in block)
        or b"xmlns" in block
        or len(block.translate(None, _CONTROL_BYTES)) != len(block)
    ):
        raise NotCanonical


def _read_quickly(blocks: Iterator[bytes], texts: Texts, name: str, part: str, limits: Limits) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest, held = "", b""
    begun = False
    for block in blocks:
        piece = held + block
        if not begun:
            piece = piece[quick_root(piece, b"sst") :]
            begun = True
        held = piece[-8:]  # kept back, so that a mark cut in two is still seen
        check_block(piece)
        rest += decoder.decode(piece[: len(piece) - len(held)])
        cut = rest.rfind("</si>") + 5
        if cut >= 5:
            _take(rest[:cut], texts, name, part, limits)
            rest = rest[cut:]
        elif len(rest) > limits.row_bytes:
            raise LimitExceededError("cell_length", allowed=limits.cell_length, seen=len(rest), detail=part)
    rest += decoder.decode(held, final=True)
    cut = rest.rfind("</si>") + 5
    if cut >= 5:
        _take(rest[:cut], texts, name, part, limits)
        rest = rest[cut:]
    if rest.split() != ["</sst>"]:
        raise NotCanonical


def _take(piece: str, texts: Texts, name: str, part: str, limits: Limits) -> None:
    """Append the texts of *piece*, which holds whole entries."""
    found = _ENTRY.findall(piece)
    if 4 * len(found) != piece.count("<") or "\r" in piece:
        _parse(iter([f"<sst>{piece}</sst>"]), texts.add, name, part, limits)
        return
    if len(piece) > limits.cell_length and max(map(len, found)) > limits.cell_length:
        for text in found:
            if len(text) > limits.cell_length:
                check_length(decode_entities(text), limits, part)
    if "&" in piece or "_x" in piece:
        for text in found:
            if "&" in text or "_x" in text:
                texts.add(decode_entities(text))
            else:
                texts.append(text)
    else:
        texts += found


def check_length(text: str, limits: Limits, where: str) -> None:
    """Raise LimitExceededError for a text longer than a cell may be."""
    if len(text) > limits.cell_length:
        raise LimitExceededError("cell_length", allowed=limits.cell_length, seen=len(text), detail=f"a text in {where}")


# ------------------------------------------------------------------------------------------------ the careful lane


def _parse(
    blocks: Iterator[bytes] | Iterator[str], add: Callable[[str], None], name: str, part: str, limits: Limits
) -> None:
    """Every ``si``: the texts of its runs joined, phonetic hints left out."""
    parts: list[str] = []
    state = {"text": 0, "hint": 0, "length": 0}

    def start(tag: str, _attributes: Attributes) -> None:
        if tag == "si":
            parts.clear()
            state.update(length=0, text=0, hint=0)
        elif tag == "rPh":
            state["hint"] += 1
        elif tag == "t":
            state["text"] += 1

    def end(tag: str) -> None:
        if tag == "si":
            add("".join(parts))
        elif tag == "rPh":
            state["hint"] -= 1
        elif tag == "t":
            state["text"] -= 1

    def text(piece: str) -> None:
        if state["text"] and not state["hint"]:
            parts.append(piece)
            state["length"] += len(piece)
            if state["length"] > limits.cell_length:
                raise LimitExceededError("cell_length", allowed=limits.cell_length, seen=state["length"], detail=part)

    parser = Guarded(name, part, limits)
    parser.start, parser.end, parser.text = start, end, text
    for block in blocks:
        parser.feed(block)
    parser.feed(b"", final=True)
