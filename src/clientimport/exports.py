"""Clients that leave the store as files: what ``Importer`` can do with them besides importing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from clientimport.core.client import Client
from clientimport.core.schema import sign_of_store
from clientimport.errors import SettingsError

if TYPE_CHECKING:
    from clientimport.core.profile import Profile
    from clientimport.core.schema import Schema
    from clientimport.plugins import Plugins
    from clientimport.ports import Store
    from clientimport.reports.exporting import HostRows, Written
    from clientimport.services.host_lists import HostList


class Exports:
    """The part of ``Importer`` that gives clients out."""

    store: Store
    schema: Schema
    profile: Profile
    plugins: Plugins
    lists: Mapping[str, HostList]

    def clients(self, *, status: str | Iterable[str] | None = None) -> Iterator[Client]:
        """Every client in the store, or in some states only, in the order they came, each with its balance.

        Raises:
            SettingsError: the profile's lifecycle has no such state.
        """
        return chain.from_iterable(self._pages(self._statuses(status)))

    def export(
        self,
        path: str | os.PathLike[str],
        *,
        columns: Sequence[str] | None = None,
        status: str | Iterable[str] | None = None,
        lang: str = "en",
        rows: HostRows | None = None,
        row_columns: Sequence[str] = (),
    ) -> Written:
        """Write the clients to a workbook (``.xlsx``) or text file (``.csv``), a page at a time.

        The file can be edited and imported again: each row finds its client by the last column, ``clientimport id``, and
        cells that nobody changed change nothing. An empty cell changes nothing either. Under the policy ``ask`` what only
        the file changed is written, and a client that was changed here since is asked about. Looks only, and asks no more
        than ``clients``.

        Args:
            path: The file; its ending says which kind.
            columns: Fields, ``id``, ``status``, ``balance`` and the aspects of the profile's lifecycle, in order; by default
                all but ``id``. All but the fields are for reading and are not imported.
            status: Only clients with this status, or one of these: a state of the profile's lifecycle, or how they stand in
                one of its aspects. By default all.
            lang: Language of the headings. Values stand as they are kept: ``nl``, ``2026-01-31``, ``+3216203040``.
            rows: Gives rows of the host's own, such as the jobs of each client: called with some clients at once, answers
                client id -> rows as column -> value. A client with several takes several lines; one without has empty
                cells.
            row_columns: The columns of these rows, in order.

        Raises:
            SettingsError: there is no such column, status or language, the path has another ending, or its folder does
                not exist; nothing is written.
            StoreError: the store cannot be read.
        """
        from clientimport.reports.exporting import write_clients

        return write_clients(
            path,
            self._pages(self._statuses(status)),
            schema=self.schema,
            profile=self.profile,
            columns=columns,
            lang=lang,
            rows=rows,
            row_columns=row_columns,
            sign=sign_of_store(self.store.identity()),
        )

    def template(
        self,
        path: str | os.PathLike[str],
        *,
        fields: Sequence[str] | None = None,
        filled: bool = False,
        status: str | Iterable[str] | None = None,
        lang: str = "en",
    ) -> Written:
        """Write an import template: a workbook to be filled in and imported.

        Its headings are the profile's words, and are known again whatever stands below them. They are protected; the cells
        below are free, and text, so that ``00123`` stays; those of fields that may not be changed in the state of their
        client are protected too. Columns with few possible values, and those that are looked up in a list of the host,
        have a drop-down, and a sheet ``READ ME`` explains all.

        Args:
            path: The file, ending in ``.xlsx``.
            fields: The fields of its columns, in order; by default the profile's template, or the fields that it requires
                and the usual ones.
            filled: With the clients there are, to be edited: at most as many as the profile's template allows.
            status: With *filled*: as for ``export``.
            lang: Language of headings, drop-downs and explanations.

        Raises:
            SettingsError: there is no such field, status or language, there are too many clients, the path has another
                ending, or its folder does not exist; nothing is written.
            HostListError: a list of the host could not be had.
            StoreError: the store cannot be read.
        """
        from clientimport.reports.templates import write_template
        from clientimport.services.host_lists import ask_lists

        statuses = self._statuses(status)
        if status is not None and not filled:
            raise SettingsError("status", str(status), wanted="nothing unless filled=True")
        return write_template(
            path,
            schema=self.schema,
            profile=self.profile,
            coercers=self.plugins.coercers(),
            fields=fields,
            lang=lang,
            pages=self._pages(statuses) if filled else None,
            sign=sign_of_store(self.store.identity()),
            lists=ask_lists(self.lists, self.profile),
        )

    # ------------------------------------------------------------------------------------------------ the inside

    def _statuses(self, status: str | Iterable[str] | None) -> frozenset[str] | None:
        if status is None:
            return None
        wanted = [status] if isinstance(status, str) else list(status)
        allowed = (*self.profile.lifecycle.named, *self.profile.lifecycle.standings)
        for each in wanted:
            if each not in allowed:
                raise SettingsError("status", each, allowed=allowed)
        return frozenset(wanted)

    def _pages(self, statuses: frozenset[str] | None = None) -> Iterator[list[Client]]:
        """The clients of the store, some at a time."""
        from clientimport.services.listing import pages

        return pages(self.store, self.profile.lifecycle, statuses)
