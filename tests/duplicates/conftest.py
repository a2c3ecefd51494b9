"""Fixtures of the tests of near matches."""

from tests.planning.given import open_importer

__all__ = ["open_importer"]
