"""Fixtures of the review tests."""

from tests.planning.given import open_importer

__all__ = ["open_importer"]
