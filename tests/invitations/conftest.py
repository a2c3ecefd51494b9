"""Fixtures of the tests of invitations."""

from collections.abc import Iterator

import pytest

from tests.invitations.mailserver import MailServer, mail_server
from tests.planning.given import open_importer

__all__ = ["open_importer", "server"]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made
