"""The one object a host holds."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import attrs

from clientimport.core.client import Actor, Client
from clientimport.core.interpretation import Interpreter
from clientimport.core.mapping import Mapping as ColumnMapping
from clientimport.core.matching import ClientKeys, Ladder
from clientimport.core.merging import Merge, MergePolicy
from clientimport.core.plan import FORMAT
from clientimport.core.planner import Planner, Policy
from clientimport.core.profile import MODES, Profile
from clientimport.core.schema import BUILTIN_FIELDS, Field, Schema
from clientimport.core.settings import Settings
from clientimport.errors import PlanError, SettingsError, SourceUnsupportedError
from clientimport.handles import Plan, Receipt, Undone
from clientimport.limits import Limits

if TYPE_CHECKING:
    from clientimport.core.suggesting import ColumnSuggestion, Suggestion
    from clientimport.documents.planfile import PlanFile
    from clientimport.plugins import Plugins
    from clientimport.ports import ActivityEntry, Clock, RunRow, Source, SourceDescription, Store
    from clientimport.services.applying import Applying
    from clientimport.services.planning import Progress

SAMPLE = 200
"""Records looked at for a suggestion."""


@attrs.frozen(kw_only=True)
class Inspection:
    """What is in a source, before anything is decided.

    Attributes:
        description: Format, sheet, encoding, delimiter, columns, doubts.
        suggestion: Which column would feed which field, how sure and why.
        samples: Header -> up to a few of its texts, blanks left out.
        records: How many records the sample held; the source may have more.
    """

    description: SourceDescription
    suggestion: Suggestion
    samples: Mapping[str, tuple[str, ...]] = attrs.field(repr=False)
    records: int

    @property
    def mapping(self) -> ColumnMapping:
        """The suggested mapping, as far as it is sure enough to be used without asking."""
        return self.suggestion.mapping


@attrs.frozen(kw_only=True)
class Step:
    """How far an apply is: yielded after every commit, so that a host can stop or show it.

    Attributes:
        run: The run's id.
        done: Records done.
        total: Records in the plan.
        receipt: What was done, with the last step only.
    """

    run: str
    done: int
    total: int
    receipt: Receipt | None = None


class Importer:
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
    ) -> None:
        from clientimport.adapters import builtin  # noqa: PLC0415  (SQLAlchemy and friends only when somebody imports)
        from clientimport.plugins import Plugins  # noqa: PLC0415

        given = {"default_country": default_country, "default_currency": default_currency}
        self.settings = attrs.evolve(
            settings or Settings(), **{key: value for key, value in given.items() if value is not None}
        )
        self.plugins: Plugins = Plugins(plugins, entry_points=entry_points, builtin=builtin)
        self.schema = Schema((*self.plugins.fields(), *fields))
        self.profile = self._profile(profile)
        self.workspace = workspace
        self.actor = actor or Actor()
        self.limits = limits or Limits()
        self._clock: Clock = clock or _utc_now
        self._new_id = new_id or (lambda: uuid.uuid4().hex[:12])
        self._coercers = self.plugins.coercers()
        for field in self.schema:
            if field.coercer not in self._coercers:
                raise SettingsError(f"fields.{field.name}.coercer", field.coercer, allowed=tuple(self._coercers))
        opened = self.plugins.open_store(store, workspace)
        if opened is None:
            raise SettingsError("store", type(store).__name__, wanted="a URL such as sqlite:///clients.db, an Engine, a Connection or a store object")
        self.store: Store = opened
        self.runs = RunList(self)

    def close(self) -> None:
        """Let go of the store, unless it is the host's own connection."""
        self.store.close()

    def __enter__(self) -> Importer:
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
        from clientimport.ports import Source  # noqa: PLC0415

        if isinstance(data, Source):
            return data
        problems = len(self.plugins.problems)
        source = self.plugins.open_source(data, {"limits": self.limits, **options})
        if source is None:
            if len(self.plugins.problems) > problems:  # somebody tried and failed: that is the news
                raise self.plugins.problems[problems]
            raise SourceUnsupportedError(
                f"A {type(data).__name__} is no source: give a path, bytes, an open file, a list of dicts or a data frame."
            )
        return source

    def inspect(self, data: object, **options: Any) -> Inspection:
        """What is in *data* and which column would feed which field. Reads no more than a head of it."""
        self.actor.require(self.profile.permissions.get("import", ()), self.profile.permission_labels)
        return self._inspect(self.open(data, **options))

    def _inspect(self, source: Source) -> Inspection:
        from clientimport.core.suggesting import ColumnSample, suggest  # noqa: PLC0415

        description = source.describe()
        rows: list[Sequence[str]] = []
        for batch in source.batches(SAMPLE):
            rows = list(batch.rows)
            break
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(description.columns)
        comment = self.profile.report.comment_column
        suggestion = suggest(
            [
                ColumnSample(column.header, texts)
                for column, texts in zip(description.columns, columns, strict=True)
            ],
            self.schema,
            presets=self.plugins.presets(),
            accept_level=self.settings.accept_level,
        )
        if any(column.header == comment for column in description.columns):  # an exception report coming back
            suggestion = suggestion.drop(comment)
        samples = {
            column.header: tuple(dict.fromkeys(filter(None, texts)))[:3]
            for column, texts in zip(description.columns, columns, strict=True)
        }
        return Inspection(description=description, suggestion=suggestion, samples=samples, records=len(rows))

    def clients(self) -> Iterator[Client]:
        """Every client in the store, in the order they came."""
        import json  # noqa: PLC0415

        with self.store.reading() as work:
            for page in work.clients.scan():
                for stored in page:
                    yield Client(id=stored.id, version=stored.version, fields=json.loads(stored.text))

    def activity(self) -> list[ActivityEntry]:
        """Who did what, oldest first."""
        with self.store.reading() as work:
            return list(work.activity.entries())

    # ------------------------------------------------------------------------------------------------ planning

    def plan(
        self,
        data: object,
        *,
        mapping: ColumnMapping | str | os.PathLike[str] | None = None,
        as_at: date | None = None,
        mode: str | None = None,
        update_existing: bool | None = None,
        merge: MergePolicy | Merge | str | None = None,
        decisions: Mapping[str, str] | None = None,
        progress: Progress | None = None,
        **options: Any,
    ) -> Plan:
        """What importing *data* would do. Writes nothing.

        Args:
            data: See ``open``; its *options* too.
            mapping: A mapping, or the path of a saved one; else the columns are suggested, and those sure enough are used.
            as_at: The day the books move; today by default.
            mode: ``upsert``, ``create_only`` or ``update_only``; the profile's by default.
            update_existing: Off: records of clients that are there already are skipped. The profile's by default.
            merge: A policy for all fields, or a ``MergePolicy``; the profile's by default.
            decisions: Answers to conflicts, if they are known already.
            progress: Called with (done, total or ``None``, stage).

        Raises:
            PermissionRefusedError: before anything is read.
            SettingsError: a setting is wrong.
            SourceError: the source cannot be read, or is bigger than the limits.
            StoreError: the store cannot be read.
        """
        self.actor.require(self.profile.permissions.get("import", ()), self.profile.permission_labels)
        policy = self._policy(mode, update_existing, merge, decisions or {})
        chosen = self._mapping(mapping)
        source = self.open(data, **options)
        description = source.describe()
        if chosen is None:
            suggestion = self._inspect(source).suggestion
            chosen, uses = suggestion.mapping, [_use(column) for column in suggestion.columns]
        else:
            uses = [_given(column.header, chosen) for column in description.columns]
        headers = [column.header for column in description.columns]
        interpreter = self._interpreter(headers, chosen, self.profile, self.settings)
        header = self._header(description, uses, interpreter, chosen, policy, as_at)
        plan_path = _temporary()
        try:
            with self.store.reading() as work:
                digest = self._planning(interpreter, policy, self.profile, self.settings, progress).from_source(
                    source, work.clients, header, _writer(plan_path)
                )
        except BaseException:
            plan_path.unlink(missing_ok=True)
            raise
        return self._plan(plan_path, digest, original=_again(data, source, self.open, options))

    def load(self, path: str | os.PathLike[str]) -> Plan:
        """A saved plan that can be decided on and applied here.

        Raises:
            PlanError: it is no plan, was changed after it was made, or was made for another store.
        """
        from clientimport.documents.planfile import PlanFile  # noqa: PLC0415

        file = PlanFile(Path(path))
        self._check_store(file.header)
        return Plan(file, temporary=False, replan=self._replan)

    def _replan(self, plan: Plan, decisions: Mapping[str, str]) -> Plan:
        """The plan again with *decisions*: what its lines hold is judged anew, nothing is read again."""
        import json  # noqa: PLC0415

        from clientimport.documents.mapping import mapping_from_dict  # noqa: PLC0415
        from clientimport.documents.profile import profile_from_dict  # noqa: PLC0415

        header = {**plan.header, "decisions": dict(sorted(decisions.items()))}
        profile = profile_from_dict(header["profile"])
        mapping = mapping_from_dict(header["mapping"])
        settings = Settings(**header["settings"])
        headers = [column["header"] for column in header["columns"]]
        interpreter = self._interpreter(headers, mapping, profile, settings)
        formats: dict[int, tuple[str | None, bool]] = {}
        reinterpret = False
        seen = {column["field"]: column["format"] for column in plan.document["columns"]}
        for index, (given, strict) in interpreter.formats.items():
            entry = interpreter.entries[index]
            column = interpreter.raw_headers[entry.columns[0]] if entry.columns else None
            choice = decisions.get(f"column-format:{column}")
            if choice is not None:
                reinterpret = reinterpret or plan.header["decisions"].get(f"column-format:{column}") != choice
                formats[index] = (choice, True)
            else:
                formats[index] = (given or seen.get(entry.field.name), strict)
        interpreter = interpreter.with_formats(formats)
        policy = Policy(
            mode=header["policy"]["mode"],
            update_existing=header["policy"]["update_existing"],
            merge=MergePolicy(
                default=Merge(header["policy"]["merge"]),
                fields={name: Merge(value) for name, value in header["policy"]["merge_fields"].items()},
            ),
            decisions=decisions,
        )
        path = _temporary()
        try:
            digest = self._planning(interpreter, policy, profile, settings, None).from_plan(
                plan.pages(settings.batch_size),
                json.loads(json.dumps(plan.document)),
                header,
                _writer(path),
                reinterpret=reinterpret,
            )
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return self._plan(path, digest, original=plan._original)  # noqa: SLF001  (two halves of one handle)

    # ------------------------------------------------------------------------------------------------ doing

    def apply(self, plan: Plan, *, decisions: Mapping[str, str] | None = None, progress: Progress | None = None) -> Receipt:
        """Do what *plan* lists and nothing else, once: applied again, it answers the same receipt and writes nothing.

        Records whose client was changed since planning are left alone and reported as stale; the others go on.

        Raises:
            PermissionRefusedError: before anything is written.
            PlanError: the plan was made for another store.
            StoreError: the store failed; apply again and it goes on where it stopped.
        """
        receipt: Receipt | None = None
        for step in self.apply_iter(plan if not decisions else plan.decide(decisions)):
            if progress is not None:
                progress(step.done, step.total, "applying")
            receipt = step.receipt
        if receipt is None:
            raise PlanError("The plan holds nothing to apply.")
        return receipt

    def apply_iter(self, plan: Plan) -> Iterator[Step]:
        """The same, a step a commit. Stop iterating to stop; apply again to go on."""
        self.actor.require(self.profile.permissions.get("import", ()), self.profile.permission_labels)
        self._check_store(plan.header)
        applying = self._applying(plan)
        run, unfinished = applying.start()
        total = plan.summary.records
        if unfinished:
            for done in applying.steps(run.id):
                yield Step(run=run.id, done=done, total=total)
            self._observe("applied", run.id, {"plan": plan.digest})
        yield Step(run=run.id, done=total, total=total, receipt=self._receipt(run.id, plan._original))  # noqa: SLF001

    def undo(self, run: str | Receipt) -> Undone:
        """Take back what a run did; undone twice, it says the same. What somebody changed since is kept and named.

        Raises:
            PermissionRefusedError: before anything is read.
            SettingsError: there is no such run, or it is an undo.
            StoreError: the store failed; nothing was undone.
        """
        import json  # noqa: PLC0415

        from clientimport.documents.profile import profile_from_dict  # noqa: PLC0415
        from clientimport.services.undoing import Undoing  # noqa: PLC0415

        self.actor.require(self.profile.permissions.get("undo", ()), self.profile.permission_labels)
        run_id = run.run if isinstance(run, Receipt) else run

        def keys(row: RunRow) -> ClientKeys:
            return ClientKeys(profile_from_dict(json.loads(row.header)["header"]["profile"]), self.schema)

        undo, reversed_, kept = Undoing(
            store=self.store, keys=keys, actor=self.actor.name, now=self._now, new_id=self._new_id
        ).undo(run_id)
        self._observe("undone", undo.id, {"undoes": run_id, "reversed": reversed_, "kept": len(kept)})
        return Undone(run=undo.id, undoes=run_id, reversed=reversed_, kept=tuple(kept))

    # ------------------------------------------------------------------------------------------------ the inside

    def _profile(self, profile: str | Profile) -> Profile:
        if isinstance(profile, Profile):
            chosen = profile
        else:
            known = self.plugins.profiles()
            if profile not in known:
                raise SettingsError("profile", profile, allowed=tuple(sorted(known)))
            chosen = known[profile]
        schemes = tuple(dict.fromkeys(field.scheme for field in self.schema if field.scheme))
        for rung in chosen.ladder:
            if rung.scheme not in schemes:
                raise SettingsError(f"profile {chosen.name}: match.scheme", rung.scheme, allowed=schemes)
        for field in (*chosen.required, *(name for group in chosen.required_one_of for name in group)):
            if field not in self.schema:
                raise SettingsError(f"profile {chosen.name}: required", field, allowed=tuple(self.schema.by_name))
        return chosen

    def _policy(
        self,
        mode: str | None,
        update_existing: bool | None,
        merge: MergePolicy | Merge | str | None,
        decisions: Mapping[str, str],
    ) -> Policy:
        mode = mode or self.profile.mode
        if mode not in MODES:
            raise SettingsError("mode", mode, allowed=MODES)
        if merge is None:
            merge = self.profile.merge
        elif not isinstance(merge, MergePolicy):
            if merge not in list(Merge):
                raise SettingsError("merge", merge, allowed=[choice.value for choice in Merge])
            merge = MergePolicy(default=Merge(merge))
        for field in merge.fields:
            if field not in self.schema:
                raise SettingsError("merge.fields", field, allowed=tuple(self.schema.by_name))
        update = self.profile.update_existing if update_existing is None else update_existing
        return Policy(mode=mode, update_existing=update, merge=merge, decisions=decisions)

    def _mapping(self, mapping: ColumnMapping | str | os.PathLike[str] | None) -> ColumnMapping | None:
        from clientimport.documents.mapping import load_mapping  # noqa: PLC0415

        if mapping is None:
            return None
        chosen = mapping if isinstance(mapping, ColumnMapping) else load_mapping(Path(mapping))
        for entry in chosen.fields:
            self.schema[entry.field]  # noqa: B018  (raises, naming the field and those there are)
        return chosen

    def _interpreter(
        self, headers: Sequence[str], mapping: ColumnMapping, profile: Profile, settings: Settings
    ) -> Interpreter:
        return Interpreter(
            headers,
            mapping,
            schema=self.schema,
            coercers=self._coercers,
            rules=self.plugins.rules(),
            profile=profile,
            settings=settings,
        )

    def _planning(
        self, interpreter: Interpreter, policy: Policy, profile: Profile, settings: Settings, progress: Progress | None
    ) -> Any:
        from clientimport.adapters.spool import FileSpool  # noqa: PLC0415
        from clientimport.services.planning import Planning  # noqa: PLC0415

        return Planning(
            interpreter=interpreter,
            planner=Planner(
                fields=interpreter.fields,
                sources=interpreter.sources,
                profile=profile,
                schema=self.schema,
                policy=policy,
            ),
            spool=FileSpool,
            shared_limit=settings.shared_key_limit,
            batch=settings.batch_size,
            progress=progress,
        )

    def _header(
        self,
        description: SourceDescription,
        uses: list[dict[str, Any]],
        interpreter: Interpreter,
        mapping: ColumnMapping,
        policy: Policy,
        as_at: date | None,
    ) -> dict[str, Any]:
        """How the plan is made, as plain data: enough to understand it, decide on it and apply it elsewhere or later."""
        from clientimport.documents.mapping import mapping_to_dict  # noqa: PLC0415
        from clientimport.documents.profile import profile_to_dict  # noqa: PLC0415

        builtin = {field.name for field in BUILTIN_FIELDS}
        return {
            "clientimport": "plan",
            "version": FORMAT,
            "source": {
                "name": description.name,
                "kind": description.kind,
                "sheet": description.sheet,
                "digest": description.digest,
                "header_row": description.header_row,
                "encoding": description.encoding,
                "delimiter": description.delimiter,
            },
            "columns": uses,
            "raw": list(interpreter.raw_headers),
            "echoes": list(interpreter.echoes),
            "fields": list(interpreter.fields),
            "opening_fields": [name for name in interpreter.fields if self.schema[name].opening],
            "sources": interpreter.sources,
            "declared": [attrs.asdict(field) for field in self.schema if field.name not in builtin],
            "mapping": mapping_to_dict(mapping),
            "profile": profile_to_dict(self.profile),
            "policy": {
                "mode": policy.mode,
                "update_existing": policy.update_existing,
                "merge": policy.merge.default.value,
                "merge_fields": {name: choice.value for name, choice in sorted(policy.merge.fields.items())},
            },
            "settings": attrs.asdict(self.settings),
            "as_at": (as_at or self._clock().date()).isoformat(),
            "workspace": self.workspace,
            "store": self.store.identity(),
            "decisions": dict(sorted(policy.decisions.items())),
            "libraries": _versions("clientimport", "email-validator", "phonenumbers", "python-stdnum"),
        }

    def _plan(self, path: Path, digest: str, original: Callable[[], Source | None] | None) -> Plan:
        from clientimport.documents.planfile import PlanFile  # noqa: PLC0415

        return Plan(PlanFile(path, digest=digest), temporary=True, replan=self._replan, original=original)

    def _applying(self, plan: Plan) -> Applying:
        from clientimport.documents.profile import profile_from_dict  # noqa: PLC0415
        from clientimport.services.applying import Applying  # noqa: PLC0415

        profile = profile_from_dict(plan.header["profile"])
        return Applying(
            plan=plan,
            store=self.store,
            keys=ClientKeys(profile, self.schema),
            ladder=Ladder(profile, self.schema, plan.header["fields"]),
            actor=self.actor.name,
            now=self._now,
            new_id=self._new_id,
            commit_every=self.settings.commit_every,
            source=self.settings.source,
        )

    def _check_store(self, header: Mapping[str, Any]) -> None:
        if header["store"] != self.store.identity() or header["workspace"] != self.workspace:
            raise PlanError("This plan was made for another store or workspace; plan again here.")

    def _receipt(self, run_id: str, original: Callable[[], Source | None] | None = None) -> Receipt:
        with self.store.reading() as work:
            run = work.runs.get(run_id)
        if run is None:
            raise SettingsError("run", run_id, wanted="the id of a run, as clientimport runs lists them")
        return Receipt(self.store, run, original=original)

    def _observe(self, name: str, run: str | None, summary: Mapping[str, object]) -> None:
        from clientimport.plugins import Event  # noqa: PLC0415

        self.plugins.observe(Event(name=name, run=run, summary=summary))

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="seconds")


class RunList:
    """The runs of a store: ``importer.runs``."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer

    def list(self) -> list[RunRow]:
        """All runs, oldest first."""
        with self._importer.store.reading() as work:
            return work.runs.list()

    def receipt(self, run_id: str) -> Receipt:
        """What an import did, read from the log.

        Raises:
            SettingsError: there is no such run.
        """
        return self._importer._receipt(run_id)  # noqa: SLF001  (a part of the importer)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _temporary() -> Path:
    handle, name = tempfile.mkstemp(prefix="clientimport-", suffix=".jsonl")
    os.close(handle)
    return Path(name)


def _writer(path: Path) -> Any:
    from clientimport.documents.planfile import PlanWriter  # noqa: PLC0415

    return PlanWriter(path)


def _again(
    data: object, source: Source, reopen: Callable[..., Source], options: Mapping[str, Any]
) -> Callable[[], Source | None]:
    """Opens the source once more, for what a plan does not keep; ``None`` if it is gone."""
    if not isinstance(data, str | os.PathLike):
        return lambda: source
    path = Path(data)
    return lambda: reopen(path, **options) if path.exists() else None


def _use(column: ColumnSuggestion) -> dict[str, Any]:
    reason = column.reason if column.accepted else "unmapped"
    return {
        "header": column.header,
        "field": column.field if column.accepted else None,
        "confidence": round(column.confidence, 3),
        "reason": "dropped" if column.reason == "dropped" else reason,
        "suggestion": None if column.accepted else column.field,
    }


def _given(header: str, mapping: ColumnMapping) -> dict[str, Any]:
    field = next((entry.field for entry in mapping.fields if header in entry.columns), None)
    reason = "given" if field else "dropped" if header in mapping.dropped else "unmapped"
    return {"header": header, "field": field, "confidence": 1.0, "reason": reason, "suggestion": None}


def _versions(*names: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "unknown"
    return found
