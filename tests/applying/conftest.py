"""Fixtures of the applying tests."""

from tests.planning.given import open_importer

__all__ = ["open_importer"]
