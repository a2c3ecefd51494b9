"""Fixtures of the tests of values."""

from tests.planning.given import open_importer

__all__ = ["open_importer"]
