"""Lets pytest collect the blocks of code in README.md, CONTRIBUTING.md and docs/."""

from __future__ import annotations

from tests.docs_blocks import blocks

pytest_collect_file = blocks().pytest()
