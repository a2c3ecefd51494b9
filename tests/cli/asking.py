"""Asking a command for its answer, for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from clientimport.cli.running import DONE

Cli = Callable[..., tuple[int, str, str]]


def answer(cli: Cli, *arguments: str, code: int = DONE) -> dict[str, Any]:
    """The JSON object of a command, after checking that it is the only thing on stdout and the exit code is *code*."""
    exit_code, out, err = cli(*arguments, "--json")
    document = json.loads(out)
    assert isinstance(document, dict)
    assert exit_code == code, (document, err)
    assert err == ""
    return document
