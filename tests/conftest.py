"""A browser for those who need one, and how hard hypothesis tries: ``HYPOTHESIS_PROFILE=dev`` (few), ``ci`` (the default) ``long`` (the laws session) or ``fuzz``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Runners share their processors: a slow example says nothing about the code. Where time matters, a benchmark says so.
# In CI the inputs are the same every time, so that a change is judged by what it changes; elsewhere they are new.
settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("dev", settings.get_profile("ci"), max_examples=20)
settings.register_profile("long", settings.get_profile("ci"), max_examples=300)
settings.register_profile("fuzz", settings.get_profile("ci"), max_examples=3000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_make_parametrize_id(val: Any, argname: str) -> str | None:
    """Name a test that is given bytes or a long text by its argument: bytes that are made can differ from one worker to the
    next (an archive has a clock in it), and then the workers would not agree on what there is to run."""
    if isinstance(val, bytes) or (isinstance(val, str) and len(val) > 120):
        return argname
    return None


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium as the system has it, or as ``CHROMIUM`` says; one for all tests of a worker, which are skipped without it."""
    driver = pytest.importorskip("playwright.sync_api")
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine")
    with driver.sync_playwright() as play:
        started = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()
