"""What a plugin may answer: one check a kind of thing, each saying what was wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from clientimport.core.findings import Severity
from clientimport.core.schema import Field
from clientimport.ports import Source

if TYPE_CHECKING:
    from clientimport.core.profile import Profile
    from clientimport.core.suggesting import Preset

T = TypeVar("T")


class WrongAnswerError(TypeError):
    """An answer breaks a hook's promise; the text says what was wanted and which type came."""


def source(answer: object) -> Source:
    if isinstance(answer, type) or not isinstance(answer, Source):
        raise _wrong("a Source with describe(), batches() and close(), or None", answer)
    return answer


def store(answer: object) -> Any:
    if not _has_methods(answer, "identity", "reading", "writing", "close"):
        raise _wrong("a Store with identity(), reading(), writing() and close(), or None", answer)
    return answer


def sender(answer: object) -> Any:
    if not _has_methods(answer, "deliver", "close"):
        raise _wrong("a Sender with deliver() and close(), or None", answer)
    return answer


def field(item: object) -> Field:
    if not isinstance(item, Field):
        raise _wrong("Field values", item)
    return item


def rule(item: object) -> Any:
    codes = getattr(item, "codes", None)
    if not (_is_named(item) and _has_methods(item, "check") and isinstance(codes, Mapping)):
        raise _wrong("rules with a name, codes and check()", item)
    if not all(isinstance(code, str) and isinstance(severity, Severity) for code, severity in codes.items()):
        raise _wrong("rules whose codes map finding codes to a Severity", item)
    return item


def preset(item: object) -> Preset:
    from clientimport.core.suggesting import Preset

    if not isinstance(item, Preset):
        raise _wrong("Preset values", item)
    return item


def profile(item: object) -> Profile:
    from clientimport.core.profile import Profile

    if not isinstance(item, Profile):
        raise _wrong("Profile values", item)
    return item


def items(answer: object, check: Callable[[object], T]) -> list[T]:
    """All of an iterable answer, so that a generator fails here, beside its plugin's name, and not later."""
    if answer is None:
        return []
    if isinstance(answer, str | bytes | Mapping) or not isinstance(answer, Iterable):
        raise _wrong("an iterable", answer)
    return [check(item) for item in answer]


def coercers(answer: object) -> dict[str, Any]:
    if answer is None:
        return {}
    if not isinstance(answer, Mapping):
        raise _wrong("a mapping from name to coercer", answer)
    for name, function in answer.items():
        if not isinstance(name, str) or not callable(function):
            raise _wrong("a mapping from name to coercer", function)
    return dict(answer)


def _is_named(item: object) -> bool:
    name = getattr(item, "name", None)
    return isinstance(name, str) and bool(name)


def _has_methods(item: object, *names: str) -> bool:
    return not isinstance(item, type) and all(callable(getattr(item, name, None)) for name in names)


def _wrong(wanted: str, seen: object) -> WrongAnswerError:
    # The type only: an answer may hold somebody's data.
    return WrongAnswerError(f"wanted {wanted}; got {type(seen).__qualname__}")
