"""Fixtures of the tests of clients that leave."""

from tests.planning.given import open_importer

__all__ = ["open_importer"]
