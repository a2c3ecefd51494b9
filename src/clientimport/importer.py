"""The one object a host holds."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import attrs

from clientimport.core.books import Books
from clientimport.core.client import Actor
from clientimport.core.decisions import Decision
from clientimport.core.mapping import Mapping as ColumnMapping
from clientimport.core.matching import ClientKeys
from clientimport.core.merging import Merge, MergePolicy
from clientimport.core.profile import Profile
from clientimport.core.schema import Field, Schema
from clientimport.core.settings import Settings
from clientimport.errors import PlanError, SettingsError
from clientimport.exports import Exports
from clientimport.handles import Plan, Receipt, Undone
from clientimport.invitations import Invitations
from clientimport.limits import Limits
from clientimport.runs import RunList
from clientimport.status import MovesClients, Status, checked_guards
from clientimport.workbench import Inspection, Workbench

if TYPE_CHECKING:
    from clientimport.books import HostPeriods
    from clientimport.core.provenance import Why
    from clientimport.core.suggesting import Suggestion
    from clientimport.plugins import Plugins
    from clientimport.ports import ActivityEntry, Clock, Source, Store
    from clientimport.reports.duplicates import Duplicates
    from clientimport.services.applying import Applying
    from clientimport.services.booking import Booking
    from clientimport.services.guards import Guard
    from clientimport.services.host_lists import HostList
    from clientimport.services.planning import Progress


@attrs.frozen(kw_only=True)
class Step:
    """How far an apply is: yielded after every commit, so that a host can stop or show it.

    Attributes:
        run: The run's id.
        done: Records done, and clients that left after them.
        total: Records in the plan, and clients that leave.
        receipt: What was done, with the last step only.
    """

    run: str
    done: int
    total: int
    receipt: Receipt | None = None


class Importer(MovesClients, Exports):
    """Brings client records into one store for one workspace.

    Args:
        store: A SQLAlchemy URL (``"sqlite:///clients.db"``), Engine or Connection, a DB-API connection of the host, a store
            object, or ``"memory:"``.
        profile: Name of a profile, or one of the host's own. ``standard``: name required, blanks filled, differences asked.
        workspace: Whose clients these are.
        actor: Who acts, and what they may do; by default everything.
        default_country, default_currency: See ``Settings``.
        settings: All settings at once, instead.
        fields: Fields of the host besides the built-in ones.
        plugins: Plugin objects, modules or names of installed plugins.
        entry_points: ``True`` to hear every installed plugin.
        clock: The time, for those who need to fix it.
        new_id: Makes run ids.
        limits: How big a source may be.
        books: How opening balances are booked; see ``Books``.
        periods: The host's own closed periods: a function that gives them, asked whenever something is planned, posted or
            taken back. Those closed with ``importer.periods`` hold besides.
        guards: Name of a guard in the profile's lifecycle -> a function that is given ids of clients and answers those that
            are held back, each with the reason.
        lists: Name of a list of the profile -> its entries, or a function that gives them, asked anew each time.

    Attributes:
        lists: Those lists, as they were given.
        openings, payments, periods: The books: see ``clientimport.books``.
        invitations: The outbox; see ``clientimport.invitations``.
        not_same: Clients that are not the same, however much they resemble each other.
        runs: The run log.
        status: Moves clients by hand, by the events of the profile's lifecycle; see ``clientimport.status``.

    Raises:
        SettingsError: a setting is wrong; names the key and what is allowed.
        StoreError: the store cannot be opened.
    """

    def __init__(
        self,
        store: object,
        *,
        profile: str | Profile = "standard",
        workspace: str = "default",
        actor: Actor | None = None,
        default_country: str | None = None,
        default_currency: str | None = None,
        settings: Settings | None = None,
        fields: Iterable[Field] = (),
        plugins: Iterable[object] = (),
        entry_points: bool | Sequence[str] = False,
        clock: Clock | None = None,
        new_id: Callable[[], str] | None = None,
        limits: Limits | None = None,
        books: Books | None = None,
        periods: HostPeriods | None = None,
        guards: Mapping[str, Guard] | None = None,
        lists: Mapping[str, HostList] | None = None,
    ) -> None:
        from clientimport.adapters import builtin
        from clientimport.books import Openings, Payments, Periods
        from clientimport.plugins import Plugins
        from clientimport.plugins.profiles import check_profile, choose_profile
        from clientimport.services.host_lists import check_lists
        from clientimport.services.telling_apart import NotSame

        for key, given, kind in (
            ("workspace", workspace, str),
            ("actor", actor, Actor),
            ("settings", settings, Settings),
            ("limits", limits, Limits),
            ("books", books, Books),
        ):
            if not isinstance(given, kind) and (given is not None or kind is str):
                raise SettingsError(key, type(given).__name__, wanted=f"of the class {kind.__name__}")
        for key, made in (("clock", clock), ("new_id", new_id), ("periods", periods)):
            if made is not None and not callable(made):
                raise SettingsError(key, type(made).__name__, wanted="something that can be called")
        self.settings = settings or Settings()
        if default_country is not None:
            self.settings = attrs.evolve(self.settings, default_country=default_country)
        if default_currency is not None:
            self.settings = attrs.evolve(self.settings, default_currency=default_currency)
        if books is not None:
            self.settings = attrs.evolve(self.settings, books=books)
        self.plugins: Plugins = Plugins(plugins, entry_points=entry_points, builtin=builtin)
        self.profile = choose_profile(profile, self.plugins)
        self.schema = Schema((*self.plugins.fields(), *self.profile.fields, *fields))
        check_profile(self.profile, self.plugins, self.schema)
        if self.settings.books.sign is not None:
            self.profile = attrs.evolve(self.profile, opening_sign=self.settings.books.sign)
        if self.profile.country is not None and self.settings.default_country is None:
            self.settings = attrs.evolve(self.settings, default_country=self.profile.country)
        self.workspace = workspace
        self.actor = (actor or Actor()).under(self.profile.roles)
        self.limits = limits or Limits()
        self._clock: Clock = clock or _utc_now
        self._new_id = new_id or (lambda: uuid.uuid4().hex[:12])
        coercers = self.plugins.coercers()
        for field in self.schema:
            if field.coercer not in coercers:
                raise SettingsError(f"fields.{field.name}.coercer", field.coercer, allowed=tuple(coercers))
        asked = checked_guards(guards, self.profile, self.settings)
        self.lists = check_lists(lists, self.profile)
        opened = self.plugins.open_store(store, workspace)
        if opened is None:
            raise SettingsError(
                "store",
                type(store).__name__,
                wanted="a URL such as sqlite:///clients.db, an Engine, a Connection or a store object",
            )
        self.store: Store = opened
        self.periods = Periods(opened, periods, self.actor.name, self._now, self._may)
        self.runs = RunList(opened)
        self.not_same = NotSame(opened, self._may, self.actor.name, self._now)
        self.openings = Openings(opened, self.profile, self._booking(), self._may, self.runs.receipt)
        self.status = Status(self.profile, self.settings, asked, self._booking(), self._may)
        self.invitations = Invitations(self._booking(), self.plugins, self.actor, self.profile, self.schema)
        self.payments = Payments(opened, self.profile, self.openings, self._may)
        self._workbench = Workbench(
            plugins=self.plugins,
            schema=self.schema,
            profile=self.profile,
            settings=self.settings,
            limits=self.limits,
            workspace=workspace,
            clock=self._clock,
            store=opened,
            periods=self.periods.of_host,
            lists=self.lists,
        )

    def close(self) -> None:
        """Let go of the store, unless it is the host's own connection."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Importer profile={self.profile.name!r} workspace={self.workspace!r}>"

    # ------------------------------------------------------------------------------------------------ looking

    def open(self, data: object, **options: Any) -> Source:
        """A source of *data*: a path, bytes, an open binary file, a list of dicts, a data frame, or a source already.

        Options of spreadsheets: ``sheet``, ``delimiter``, ``encoding``, ``header``, ``name``.

        Raises:
            SourceError: it cannot be read, or is bigger than the limits.
            SettingsError: an option is wrong.
            PluginError: nobody could open it, and a plugin failed trying.
        """
        self.actor.require(self.profile.permissions.get("import", ()), self.profile.permission_labels)
        return self._workbench.open(data, **options)

    def inspect(self, data: object, **options: Any) -> Inspection:
        """What is in *data* and which column would feed which field.

        Looks at a head of the records; a text file's bytes are read once, for its encoding and its digest.
        """
        return self._workbench.inspect(self.open(data, **options))

    def why(self, client: str, field: str) -> Why:
        """Where a client's value of *field* comes from: which imports wrote it, from which file and row, and what they said.

        Looks only, and asks no more than ``clients``. Imports that were undone do not count.

        Raises:
            SettingsError: there is no such client or field, or it is a field of opening balances (``openings.journal`` has
                these).
            StoreError: the store cannot be read.
        """
        from clientimport.services.explaining import why

        fields = [known.name for known in self.schema if known.stored]
        if field not in fields:
            raise SettingsError("field", field, allowed=fields)
        with self.store.reading() as work:
            return why(work, client, field)

    def duplicates(self, *, threshold: str = "similar", limit: int | None = 1000) -> Duplicates:
        """Clients in the store that probably are one though no key joins them. Looks only, and asks no more than ``clients``.

        Args:
            threshold: The weakest band to be reported: ``strict``, ``close``, ``similar`` or ``rough``.
            limit: So many pairs at most, the strongest; ``None`` for all of them.

        Raises:
            SettingsError: there is no such band, or the limit is no whole number above 0.
            StoreError: the store cannot be read.
        """
        from clientimport.reports.duplicates import find

        return find(self.store, threshold, limit, ClientKeys(self.profile, self.schema).second)

    def activity(self) -> list[ActivityEntry]:
        """Who did what, oldest first."""
        with self.store.reading() as work:
            return list(work.activity.entries())

    # ------------------------------------------------------------------------------------------------ planning

    def plan(
        self,
        data: object,
        *,
        mapping: ColumnMapping | Suggestion | str | os.PathLike[str] | None = None,
        as_at: date | None = None,
        control_totals: Mapping[str, Decimal | str | int] | None = None,
        system: str | None = None,
        mode: str | None = None,
        update_existing: bool | None = None,
        merge: MergePolicy | Merge | str | None = None,
        near: str | None = None,
        decisions: Mapping[str, str] | Iterable[Decision] | str | os.PathLike[str] | None = None,
        progress: Progress | None = None,
        **options: Any,
    ) -> Plan:
        """What importing *data* would do. Writes nothing.

        Args:
            data: See ``open``.
            mapping: A mapping, a suggestion that somebody went over, or the path of a saved mapping; else the columns are suggested, and those sure enough are used.
            as_at: The day the books move: the date of opening balances that name none; today by default.
            control_totals: Currency -> what the opening balances must add up to, exact. In a currency where they do not, none
                is posted.
            system: The program or list that the records come from, by any name you keep to. What its last import said of a
                client is what this one is compared with, so that a question is asked only where both sides changed. By
                default a source with the same columns is taken to come from the same system.
            mode: ``upsert``, ``create_only`` or ``update_only``; the profile's by default.
            update_existing: Off: records of clients that are there already are skipped. The profile's by default.
            merge: A policy for all fields, or a ``MergePolicy``; the profile's by default.
            near: New clients that resemble one in the store, or another one of the file, are a question from this band on:
                ``strict``, ``close``, ``similar`` or ``rough``; ``off``: they are not looked for. The profile's by default.
            decisions: What was decided already, as for an earlier plan of the same file: id -> choice, ``Decision`` objects, or
                the path of a decisions file or review workbook. Those that no longer hold are in ``plan.unmet``, and a finding says so.
            progress: Called with (done, total or ``None``, stage).
            **options: See ``open``.

        Raises:
            PermissionRefusedError: before anything is read.
            SettingsError: a setting is wrong.
            SourceError: the source cannot be read, or is bigger than the limits.
            StoreError: the store cannot be read.
        """
        self.actor.require(self.profile.permissions.get("import", ()), self.profile.permission_labels)
        from clientimport.reports.deciding import decided

        policy = self._workbench.policy(mode, update_existing, merge, near, decided(decisions, self.store.identity()))
        plan = self._workbench.plan(
            data,
            mapping=mapping,
            as_at=as_at,
            control_totals=control_totals,
            system=system,
            policy=policy,
            progress=progress,
            options=options,
        )
        self._observe("planned", None, {"plan": plan.digest, "dispositions": dict(plan.summary.dispositions)})
        return plan

    def load(self, path: str | os.PathLike[str]) -> Plan:
        """A saved plan that can be decided on and applied here.

        Raises:
            PlanError: it is no plan, was changed after it was made, or was made for another store.
        """
        from clientimport.documents.planfile import PlanFile

        file = PlanFile(Path(path))
        self._check_store(file.header)
        return Plan(file, temporary=False, bench=self._workbench)

    # ------------------------------------------------------------------------------------------------ doing

    def apply(
        self,
        plan: Plan,
        *,
        decisions: Mapping[str, str] | Iterable[Decision] | None = None,
        progress: Progress | None = None,
    ) -> Receipt:
        """Do what *plan* lists and nothing else, once: applied again, it answers the same receipt and writes nothing.

        Records whose client was changed since planning are left alone and reported as stale; the others go on.

        Raises:
            PermissionRefusedError: before anything is written.
            SettingsError: it is no plan.
            PlanError: the plan was made for another store.
            StoreError: the store failed; apply again and it goes on where it stopped.
        """
        _check_plan(plan)
        receipt: Receipt | None = None
        for step in self.apply_iter(plan if not decisions else plan.decide(decisions)):
            if progress is not None:
                progress(step.done, step.total, "applying")
            receipt = step.receipt
        assert receipt is not None
        return receipt

    def apply_iter(self, plan: Plan) -> Iterator[Step]:
        """The same, a step a commit. Stop iterating to stop; apply again to go on."""
        _check_plan(plan)
        for act in ("import", *(f"clients.{action}" for action in plan.summary.leaving)):
            self._require(act, plan.profile)
        self._check_store(plan.header)
        plan.verify()
        applying = self._applying(plan)
        run, unfinished = applying.start()
        total = plan.summary.records + sum(plan.summary.leaving.values())
        if unfinished:
            for done in applying.steps(run.id):
                if done < total:
                    yield Step(run=run.id, done=done, total=total)
        receipt = self.runs.receipt(run.id, original=plan.original)
        if unfinished:
            self._observe("applied", run.id, {"plan": plan.digest, **receipt.counts, **receipt.left})
        yield Step(run=run.id, done=total, total=total, receipt=receipt)

    def undo(self, run: str | Receipt) -> Undone:
        """Take back what a run did; undone twice, it says the same. What somebody changed since is kept and named.

        Raises:
            PermissionRefusedError: before any client is read.
            SettingsError: there is no such run, or it is an undo.
            StoreError: the store failed; nothing was undone.
        """
        from clientimport.services.undoing import Undoing

        run_id = run.run if isinstance(run, Receipt) else run
        profile = self.runs.profile(run_id)
        self._require("undo", profile)
        undo, counts, kept, new = Undoing(
            store=self.store,
            keys=ClientKeys(profile, self.schema.including(profile.fields)),
            actor=self.actor.name,
            now=self._now,
            new_id=self._new_id,
            periods=self.periods.of_host,
            lifecycle=profile.lifecycle,
        ).undo(run_id)
        if new:
            self._observe("undone", undo.id, {"undoes": run_id, **counts})
        return Undone(
            run=undo.id,
            undoes=run_id,
            reversed=counts["reversed"],
            openings_reversed=counts.get("openings_reversed", 0),
            kept=tuple(kept),
        )

    # ------------------------------------------------------------------------------------------------ the inside

    def _applying(self, plan: Plan) -> Applying:
        from clientimport.documents.profile import profile_from_dict
        from clientimport.services.applying import Applying
        from clientimport.services.removing import Rules

        profile = profile_from_dict(plan.header["profile"])
        return Applying(
            plan=plan,
            store=self.store,
            keys=ClientKeys(profile, self.schema.including(profile.fields)),
            actor=self.actor.name,
            now=self._now,
            new_id=self._new_id,
            commit_every=self.settings.commit_every,
            periods=self.periods.of_host,
            rules=lambda: Rules(lifecycle=profile.lifecycle, guards=self.status.guards, today=self._today()),
        )

    def _booking(self) -> Booking:
        from clientimport.documents.profile import profile_to_dict
        from clientimport.services.booking import Booking

        return Booking(
            store=self.store,
            books=self.settings.books,
            actor=self.actor.name,
            now=self._now,
            new_id=self._new_id,
            periods=self.periods.of_host,
            header={"profile": profile_to_dict(self.profile)},
            today=self._today,
            default_currency=self.settings.default_currency,
            keys=ClientKeys(self.profile, self.schema),
        )

    def _may(self, act: str, run_id: str | None = None) -> None:
        """Refuse unless the actor may do *act*, also under the profile of the run that made what it is done to."""
        self._require(act, self.profile if run_id is None else self.runs.profile(run_id))

    def _require(self, act: str, profile: Profile) -> None:
        """Refuse unless the actor may do *act* under our profile and under the one that the plan or run was made with."""
        for asking in (self.profile, profile):
            self.actor.require(asking.permissions.get(act, ()), asking.permission_labels)

    def _check_store(self, header: Mapping[str, Any]) -> None:
        if header["store"] != self.store.identity() or header["workspace"] != self.workspace:
            raise PlanError("This plan was made for another store or workspace; plan again here.")

    def _observe(
        self, name: Literal["planned", "applied", "undone"], run: str | None, summary: Mapping[str, object]
    ) -> None:
        from clientimport.plugins import Event

        self.plugins.observe(Event(name=name, run=run, summary=summary))

    def _today(self) -> str:
        return self._clock().date().isoformat()

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="seconds")


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _check_plan(plan: object) -> None:
    if not isinstance(plan, Plan):
        raise SettingsError(
            "plan", type(plan).__name__, wanted="a Plan: importer.plan(file) makes one, importer.load(path) reads one"
        )
