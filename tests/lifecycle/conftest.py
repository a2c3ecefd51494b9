"""Fixtures of the tests of states and events."""

from tests.planning.given import open_importer

__all__ = ["open_importer"]
