"""The file of a plan: whole, it is the plan; of anything else it is said at once what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport import Importer, Plan
from clientimport.documents.planfile import PlanFile, PlanWriter
from clientimport.errors import PlanError
from tests.planning.given import NOW, plan_of

ROWS = [
    {"external_id": "1", "name": "Jan", "city": "Gent"},
    {"external_id": "1", "name": "Jan", "city": "Brugge"},
    {"external_id": "2", "name": "Zoë 🐘", "city": "Łódź"},
]
NO_PLAN = "this is not a clientimport plan"
CUT = "is cut short; make it again"
CHANGED = "was changed after it was made; make it again"
BLOCK = 1 << 16  # bytes, as the file is read


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small plan as it was saved."""
    path = tmp_path_factory.mktemp("whole") / "plan.jsonl"
    with Importer("memory:", clock=lambda: NOW) as importer:
        plan_of(importer, *ROWS).save(path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a law writes one file after the other."""
    return tmp_path_factory.mktemp("place") / "plan.jsonl"


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_whole_one_loads(whole: bytes, tmp_path: Path) -> None:
    """With its header, its records and its summary."""
    lines = whole.splitlines()
    file = PlanFile(put(tmp_path / "plan.jsonl", whole))

    assert file.header == json.loads(lines[0])
    assert list(file.pages(2)) == [lines[1:3], lines[3:4]]
    assert file.summary == json.loads(lines[-2])
    assert {"digest": file.digest} == json.loads(lines[-1])
    file.verify()


def test_the_last_line_break_may_be_missing(whole: bytes, tmp_path: Path) -> None:
    """Mail programs and editors take it away; all that counts is there."""
    file = PlanFile(put(tmp_path / "plan.jsonl", whole[:-1]))

    assert len(list(Plan.load(file.path).records())) == len(ROWS)
    assert file.summary == PlanFile(put(tmp_path / "whole.jsonl", whole)).summary


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("empty", NO_PLAN),
        ("a line break", NO_PLAN),
        ("no text", NO_PLAN),
        ("another list", NO_PLAN),
        ("only its first line", CUT),
        ("only half of its first line", NO_PLAN),
        ("only its last line", NO_PLAN),
        ("without its last line", CUT),
        ("without its last two lines", CUT),
        ("half of its last line", CUT),
        ("a letter in the middle", CHANGED),
        ("a letter in the summary", CHANGED),
        ("a digit of the digest", CHANGED),
        ("the word before the digest", CUT),
        ("a word appended", CUT),
        ("a line appended", CUT),
        ("a line break appended", CUT),
        ("a record appended", CUT),
        ("the last line twice", CHANGED),
        ("a line break in the middle", CHANGED),
        ("twice", CHANGED),
    ],
)
def test_what_is_wrong_is_said(whole: bytes, tmp_path: Path, change: str, says: str) -> None:
    """In the same few words, wherever it was touched, with the name of the file."""
    lines = whole.splitlines(keepends=True)
    first, *records, summary, last = lines
    changed = {
        "empty": b"",
        "a line break": b"\n",
        "no text": bytes(range(256)),
        "another list": b'["clientimport", "plan"]\n',
        "only its first line": first,
        "only half of its first line": first[: len(first) // 2],
        "only its last line": last,
        "without its last line": whole.removesuffix(last),
        "without its last two lines": whole.removesuffix(summary + last),
        "half of its last line": whole[:-40],
        "a letter in the middle": whole.replace(b"Brugge", b"Brugga"),
        "a letter in the summary": b"".join([first, *records, summary.replace(b"records", b"recordz", 1), last]),
        "a digit of the digest": whole[:-5] + (b"0" if whole[-5:-4] != b"0" else b"1") + whole[-4:],
        "the word before the digest": whole.removesuffix(last) + last.replace(b"digest", b"digesT"),
        "a word appended": whole + b"x",
        "a line appended": whole + b"And one more.\n",
        "a line break appended": whole + b"\n",
        "a record appended": whole + records[0],
        "the last line twice": whole + last,
        "a line break in the middle": first + b"\n" + whole.removeprefix(first),
        "twice": whole + whole,
    }[change]
    assert changed != whole

    with pytest.raises(PlanError, match=says) as refused:
        PlanFile(put(tmp_path / "mine.jsonl", changed))

    assert "mine.jsonl" in str(refused.value)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A folder, or a file that is not there."""
    for path in (tmp_path, tmp_path / "nowhere.jsonl"):
        with pytest.raises(PlanError, match=rf"The plan {path.name} cannot be read: .+\."):
            PlanFile(path)


def test_endless_nesting_is_no_plan(tmp_path: Path) -> None:
    """A JSON reader gives up on it with another error than on other nonsense."""
    with pytest.raises(PlanError, match=NO_PLAN):
        PlanFile(put(tmp_path / "plan.jsonl", b"[" * 100_000))


@given(data=st.data())
def test_one_that_is_cut_anywhere_is_refused(whole: bytes, place: Path, data: st.DataObject) -> None:
    """Only the last line break is no loss."""
    cut = data.draw(st.integers(min_value=0, max_value=len(whole) - 2))
    first = whole.index(b"\n")

    with pytest.raises(PlanError, match=NO_PLAN if cut < first else CUT):
        PlanFile(put(place, whole[:cut]))


@given(data=st.data(), byte=st.binary(min_size=1, max_size=1))
def test_one_with_another_byte_anywhere_is_refused(whole: bytes, place: Path, data: st.DataObject, byte: bytes) -> None:
    """The last line may only be spaced in another way: it says the same digest."""
    at = data.draw(st.one_of(st.integers(0, len(whole) - 1), st.integers(len(whole) - 100, len(whole) - 1)))
    changed = whole[:at] + byte + whole[at + 1 :]
    try:
        file = PlanFile(put(place, changed))
    except PlanError:
        assert changed != whole
        return
    body = whole[: whole[:-1].rindex(b"\n") + 1]
    assert changed.startswith(body)
    assert json.loads(changed.removeprefix(body)) == {"digest": file.digest} == json.loads(whole.removeprefix(body))


@given(more=st.binary(min_size=1, max_size=300))
def test_one_with_anything_appended_is_refused(whole: bytes, place: Path, more: bytes) -> None:
    """Also blanks, and bytes that are no text."""
    with pytest.raises(PlanError, match=CUT):
        PlanFile(put(place, whole + more))


@given(content=st.one_of(st.binary(max_size=200), st.text("\n{}[]\"':,0aplan ", max_size=60).map(str.encode)))
def test_no_other_file_is_taken_for_one(place: Path, content: bytes) -> None:
    """Whatever is in it, it is refused and not stumbled over."""
    with pytest.raises(PlanError, match=NO_PLAN):
        PlanFile(put(place, content))


@pytest.mark.parametrize("about", [BLOCK, 2 * BLOCK, 3 * BLOCK, 7 * BLOCK])
@pytest.mark.parametrize("long", ["summary", "record", "header", "records"])
def test_lines_may_be_longer_than_what_is_read_at_once(whole: bytes, tmp_path: Path, long: str, about: int) -> None:
    """Wherever the cut falls: it loads, its summary is whole, and a byte that is changed in it is seen."""
    first, *records, summary, last = whole.splitlines(keepends=True)
    for size in (about - len(last) - 1, about - len(last), about - len(last) + 1, about, about + 1):
        texts = {"summary": summary[:-1], "record": records[0][:-1], "header": first[:-1]}
        if long != "records":  # blanks mean nothing to those who read it, and much to the digest
            texts[long] = texts[long][:-1] + b" " * (size - len(texts[long]) - 1) + texts[long][-1:]
        shown = [texts["record"]] * (1 + size // len(records[0]) if long == "records" else 2)
        path = tmp_path / f"{size}.jsonl"
        writer = PlanWriter(path)
        writer.write(texts["header"] + b"\n" + b"".join(line + b"\n" for line in shown))
        digest = writer.finish(texts["summary"])
        content = path.read_bytes()

        for there in (content, content[:-1]):
            file = PlanFile(put(path, there))
            assert (file.digest, file.header, file.summary) == (digest, json.loads(first), json.loads(summary))
            assert [line for page in file.pages(50) for line in page] == shown
        for at in (len(content) // 2, len(content) - len(last) - 2):
            with pytest.raises(PlanError, match=CHANGED):
                PlanFile(put(path, content[:at] + b"\t" + content[at + 1 :]))


@given(
    lengths=st.lists(st.sampled_from([0, 1, 2, 100, (1 << 18) - 3, 1 << 18, 3 << 17]), max_size=6),
    size=st.integers(1, 7),
)
def test_blocks_are_pages_of_whole_lines(whole: bytes, place: Path, lengths: list[int], size: int) -> None:
    """However long the lines are, and wherever they fall against the pieces in which the file is read."""
    lines = [json.dumps([number, "x" * length]).encode() for number, length in enumerate(lengths)]
    writer = PlanWriter(place)
    writer.write(whole.splitlines(keepends=True)[0])
    writer.write(b"".join(line + b"\n" for line in lines))
    writer.finish(b'{"summary":{}}')

    blocks = list(PlanFile(place).blocks(size))

    pages = [lines[start : start + size] for start in range(0, len(lines), size)]
    assert [block.split(b"\n") for block in blocks] == pages
