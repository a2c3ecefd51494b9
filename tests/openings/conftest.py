"""Fixtures of the tests of opening balances."""

from tests.planning.given import open_importer

__all__ = ["open_importer"]
