"""Where plans are made: a schema, a profile and settings, compiled against a source.

``Importer`` holds one; it knows the store only as somewhere to look clients up.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from clientimport.core.books import Books
from clientimport.core.choosing import choosables
from clientimport.core.column_uses import given_use, suggested_use, system_of
from clientimport.core.decisions import CHOOSE, COLUMN, Decisions
from clientimport.core.interpretation import FORMATS, Interpreter
from clientimport.core.listing import ListRule
from clientimport.core.mapping import Mapping as ColumnMapping
from clientimport.core.merging import Merge, MergePolicy
from clientimport.core.openings import Openings, check_totals, source_key
from clientimport.core.plan import COMMENTS, FORMAT
from clientimport.core.planner import Planner
from clientimport.core.policy import Policy
from clientimport.core.profile import MODES, NEARNESS, Profile
from clientimport.core.schema import BUILTIN_FIELDS, Schema
from clientimport.core.settings import Settings
from clientimport.errors import SettingsError, SourceUnsupportedError
from clientimport.handles import Plan
from clientimport.limits import Limits

if TYPE_CHECKING:
    from clientimport.core.suggesting import Suggestion
    from clientimport.plugins import Plugins
    from clientimport.ports import Clock, PlanSink, Source, SourceDescription, Store
    from clientimport.services.host_lists import HostList
    from clientimport.services.planning import Planning, Progress

_TOLD = ("default_country", "default_currency", "accept_level", "shared_key_limit", "near_limit", "leaving_share")
_LIBRARIES = ("clientimport", "email-validator", "phonenumbers", "python-stdnum")
SAMPLE = 200
"""Records looked at for a suggestion."""


@attrs.frozen(kw_only=True)
class Inspection:
    """What is in a source, before anything is decided.

    Attributes:
        description: Format, sheet, encoding, delimiter, columns, doubts.
        suggestion: Which column would feed which field, how sure and why.
        samples: Header -> up to a few of its texts, blanks left out; none of a column of passwords.
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
class Workbench:
    """Makes plans, and makes them again when somebody decides.

    Attributes:
        plugins, schema, profile, settings, limits, workspace, clock: As the importer has them.
        store: Where stored clients are looked up; never written.
        periods: The host's own closed periods, as ISO dates of first and last day.
        lists: Those of the host that values are looked up in.
    """

    plugins: Plugins
    schema: Schema
    profile: Profile
    settings: Settings
    limits: Limits
    workspace: str
    clock: Clock
    store: Store
    periods: Callable[[], list[tuple[str, str]]]
    lists: Mapping[str, HostList]

    def open(self, data: object, **options: Any) -> Source:
        """A source of *data*: a path, bytes, an open binary file, a list of dicts, a data frame, or a source already.

        Options of spreadsheets: ``sheet``, ``delimiter``, ``encoding``, ``header``, ``name``.

        Raises:
            SourceError: it cannot be read, or is bigger than the limits.
            SettingsError: an option is wrong.
            PluginError: nobody could open it, and a plugin failed trying.
        """
        from clientimport.ports import Source
        from clientimport.reports.neutral import as_report

        if isinstance(data, Source):
            return as_report(data, self.profile.report.comment_column)
        source = self.plugins.open_source(data, {"limits": self.limits, **options})
        if source is None:
            failed = [problem for problem in self.plugins.problems if problem.hook == "clientimport_open_source"]
            if failed:  # somebody tried and failed: that is the news
                raise failed[-1]
            raise SourceUnsupportedError(
                f"A {type(data).__name__} is no source: give a path, bytes, an open file, a list of dicts or a data frame."
            )
        return as_report(source, self.profile.report.comment_column)

    def inspect(self, source: Source) -> Inspection:
        """See ``Importer.inspect``."""
        from clientimport.core.lexicon.secrets import is_secret
        from clientimport.core.suggesting import ColumnSample, suggest
        from clientimport.reports.own_files import own_labels, own_suggestion

        description = source.describe()
        rows: list[Sequence[str]] = []
        for batch in source.batches(SAMPLE):
            rows = list(batch.rows)
            break
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(description.columns)
        heads = [ColumnSample(column.header, texts) for column, texts in zip(description.columns, columns, strict=True)]
        comments = self._comments(description)
        suggestion = own_suggestion(heads, self.schema, self.profile) or suggest(
            heads,
            self.schema,
            presets=self.plugins.presets(),
            # beforehand, so that our own comments take no field from a column of the file
            saved=ColumnMapping(dropped=(comments,)) if comments is not None else None,
            accept_level=self.settings.accept_level,
            labels=own_labels(self.profile),
        )
        if comments is not None:
            suggestion = suggestion.drop(comments)
        secret = {column.header for column in description.columns if is_secret(column.header)}
        for header in secret:
            if suggestion.column(header).field is None:
                suggestion = suggestion.drop(header)
        samples = {
            column.header: () if column.header in secret else tuple(dict.fromkeys(filter(None, texts)))[:3]
            for column, texts in zip(description.columns, columns, strict=True)
        }
        return Inspection(description=description, suggestion=suggestion, samples=samples, records=len(rows))

    def plan(
        self,
        data: object,
        *,
        mapping: ColumnMapping | Suggestion | str | os.PathLike[str] | None,
        as_at: date | None,
        control_totals: Mapping[str, Decimal | str | int] | None,
        system: str | None,
        policy: Policy,
        progress: Progress | None,
        options: Mapping[str, Any],
    ) -> Plan:
        """See ``Importer.plan``."""
        totals = check_totals(control_totals or {})
        if as_at is not None and (not isinstance(as_at, date) or isinstance(as_at, datetime)):
            raise SettingsError("as_at", as_at, wanted="a datetime.date without a time")
        if system is not None and not (isinstance(system, str) and system.strip()):
            raise SettingsError("system", system, wanted="the name of the program or list that the records come from")
        chosen = self._mapping(mapping)
        source = self.open(data, **options)
        description = source.describe()
        if chosen is None:
            chosen = self.inspect(source).suggestion
        dropped: Sequence[str] = ()
        if isinstance(chosen, ColumnMapping):
            dropped = chosen.dropped
            uses = [given_use(column.header, chosen) for column in description.columns]
        else:
            uses = [suggested_use(column) for column in chosen.columns]
            chosen = chosen.mapping
        comments = self._comments(description)
        for use in uses:
            if use["header"] == comments and use["field"] is None and comments not in dropped:
                use["reason"] = COMMENTS
        headers = [column.header for column in description.columns]
        interpreter = self._interpreter(headers, chosen, self.profile, self.settings)
        interpreter = _with_decisions(interpreter, policy.decisions)
        header = self._header(description, uses, interpreter, chosen, policy, as_at)
        header["control_totals"] = totals
        header["source"]["system"] = system_of(headers, comments) if system is None else system.strip()
        planning = self._planning(interpreter, policy, self.profile, self.settings, header, progress)
        header["decisions"] = dict(sorted(policy.decisions.taken.items()))

        def make(sink: PlanSink) -> str:
            with self.store.reading() as work:
                return planning.from_source(source, work, header, sink)

        return self._write(make, _again(data, source, self.open, options))

    def _comments(self, description: SourceDescription) -> str | None:
        """The header of the last column, if it is called as the column in which an exception report says what is wrong."""
        from clientimport.reports.neutral import is_comments

        last = description.columns[-1].header if description.columns else ""
        return last if is_comments(last, self.profile.report.comment_column) else None

    def decide(self, plan: Plan, decisions: Decisions, *, new: Container[str]) -> Plan:
        """The plan again with *decisions*: what its lines hold is judged anew, nothing is read again.

        Args:
            plan: The plan.
            decisions: All decisions that hold from now on.
            new: Those of them that are meant for this plan, and must be about something in it.

        Raises:
            SettingsError: a new decision is about nothing that is there, or a choice is not allowed.
        """
        from clientimport.documents.mapping import mapping_from_dict
        from clientimport.documents.profile import merge_from_dict, profile_from_dict

        header = dict(plan.header)
        profile = profile_from_dict(header["profile"])
        mapping = mapping_from_dict(header["mapping"])
        settings = attrs.evolve(self.settings, **header["settings"], books=Books.from_dict(header["books"]))
        headers = [column["header"] for column in header["columns"]]
        interpreter = self._interpreter(headers, mapping, profile, settings)
        seen = {column["field"]: column["format"] for column in plan.document["columns"]}
        found = {
            index: (seen.get(interpreter.entries[index].field.name), False)
            for index, (_, given) in interpreter.formats.items()
            if not given
        }
        interpreter = _with_decisions(interpreter.with_formats(found), decisions)
        before = plan.decisions
        reinterpret = any(
            name.startswith(COLUMN) and before.get(name) != choice for name, choice in decisions.given.items()
        )
        policy = Policy(
            mode=header["policy"]["mode"],
            update_existing=header["policy"]["update_existing"],
            merge=merge_from_dict(header["policy"]["merge"]),
            near=header["policy"]["near"],
            decisions=decisions,
        )
        summary = json.loads(json.dumps(plan.document))  # ours to change
        offered = {each["field"]: each["options"] for each in summary["questions"] if each["kind"] == CHOOSE}
        planning = self._planning(interpreter, policy, profile, settings, header, None, offered)
        header["decisions"] = dict(sorted(decisions.taken.items()))

        def make(sink: PlanSink) -> str:
            lines = plan.pages(settings.batch_size)
            with self.store.reading() as work:
                return planning.from_plan(lines, summary, header, work, sink, reinterpret=reinterpret)

        decided = self._write(make, plan.original)
        for name in decided.unmet:
            if name in new and name not in before and all(name != conflict.id for conflict in plan.conflicts):
                open_ = sorted(conflict.id for conflict in plan.conflicts)
                decided.close()
                wanted = "the id of an open conflict, or of a client or field that overview() gives"
                raise SettingsError("decision", name, allowed=open_, wanted=wanted)
        return decided

    def policy(
        self,
        mode: str | None,
        update_existing: bool | None,
        merge: MergePolicy | Merge | str | None,
        near: str | None,
        decisions: Decisions,
    ) -> Policy:
        """What the caller chose over what the profile says.

        Raises:
            SettingsError: a choice that does not exist.
        """
        mode = mode or self.profile.mode
        if mode not in MODES:
            raise SettingsError("mode", mode, allowed=MODES)
        if merge is None:
            merge = self.profile.merge
        elif not isinstance(merge, MergePolicy):
            merge = MergePolicy(default=merge)
        for key, fields in (("merge.fields", merge.fields), ("merge.orders", merge.orders)):
            for field in fields:
                if field not in self.schema:
                    raise SettingsError(key, field, allowed=tuple(self.schema.by_name))
        update = self.profile.update_existing if update_existing is None else update_existing
        if not isinstance(update, bool):
            raise SettingsError("update_existing", update, allowed=("True", "False"))
        near = self.profile.near if near is None else near
        allowed = NEARNESS if self.profile.lifecycle.twin is None else ("off",)  # a client and its twin are alike
        if near not in allowed:
            raise SettingsError("near", near, allowed=allowed)
        return Policy(mode=mode, update_existing=update, merge=merge, near=near, decisions=decisions)

    def _mapping(
        self, mapping: ColumnMapping | Suggestion | str | os.PathLike[str] | None
    ) -> ColumnMapping | Suggestion | None:
        from clientimport.documents.mapping import check_mapping, load_mapping

        if mapping is None:
            return None
        if not isinstance(mapping, ColumnMapping | str | os.PathLike):
            from clientimport.core.suggesting import Suggestion  # the whole lexicon with it

            if not isinstance(mapping, Suggestion):
                raise SettingsError("mapping", type(mapping).__name__, wanted="a Mapping, a Suggestion or a path")
            return mapping
        chosen = mapping if isinstance(mapping, ColumnMapping) else load_mapping(Path(mapping))
        check_mapping(chosen, self.schema)
        return chosen

    def _interpreter(
        self, headers: Sequence[str], mapping: ColumnMapping, profile: Profile, settings: Settings
    ) -> Interpreter:
        from clientimport.services.host_lists import ask_lists

        listed = ListRule(asked=profile.lists, entries=ask_lists(self.lists, profile))
        return Interpreter(
            headers,
            mapping,
            schema=self.schema.including(profile.fields),
            coercers=self.plugins.coercers(),
            rules=(*self.plugins.rules(), *([listed] if profile.lists else ())),
            profile=profile,
            settings=settings,
            owners={
                **{("rule", rule.name): self.plugins.owner("rule", rule.name) for rule in self.plugins.rules()},
                **{("coercer", name): self.plugins.owner("coercer", name) for name in self.plugins.coercers()},
            },
        )

    def _planning(
        self,
        interpreter: Interpreter,
        policy: Policy,
        profile: Profile,
        settings: Settings,
        header: Mapping[str, Any],
        progress: Progress | None,
        offered: Mapping[str, Sequence[str]] | None = None,
    ) -> Planning:
        from clientimport.adapters.spool import FileSpool
        from clientimport.services.planning import Planning

        return Planning(
            interpreter=interpreter,
            planner=Planner(
                fields=interpreter.fields,
                profile=profile,
                schema=self.schema.including(profile.fields),
                policy=policy,
                openings=Openings(
                    books=settings.books,
                    as_at=header["as_at"],
                    stated=header["as_at_stated"],
                    closed=tuple((start, end) for start, end in header["closed"]),
                    digest=source_key(header["source"]),
                    signed=profile.opening_sign == "positive",
                ),
                columns={field: interpreter.raw_headers.index(column) for field, column in interpreter.sources.items()},
                derived=interpreter.derived,
                choose=choosables(
                    profile,
                    self.schema,
                    self.plugins.coercers(),
                    interpreter.listed,
                    settings.default_country,
                    offered,
                ),
            ),
            spool=FileSpool,
            shared_limit=settings.shared_key_limit,
            near_limit=settings.near_limit,
            leaving_share=settings.leaving_share,
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
        from clientimport.documents.mapping import mapping_to_dict
        from clientimport.documents.profile import merge_to_dict, profile_to_dict

        builtin = {field.name for field in BUILTIN_FIELDS}
        with self.store.reading() as work:
            revision = work.clients.revision()
            closed = sorted({*work.ledger.periods(), *self.periods()})
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
            "opening_fields": [name for name in interpreter.fields if not self.schema[name].stored],
            "sources": interpreter.sources,
            "declared": [attrs.asdict(field) for field in self.schema if field.name not in builtin],
            "mapping": mapping_to_dict(mapping),
            "profile": profile_to_dict(self.profile),
            "policy": {
                "mode": policy.mode,
                "update_existing": policy.update_existing,
                "near": policy.near,
                "merge": merge_to_dict(policy.merge),
            },
            # only what the outcome depends on: how many records are handled at a time must not change a plan
            "settings": {name: getattr(self.settings, name) for name in _TOLD},
            "books": self.settings.books.to_dict(),
            "as_at": (as_at or self.clock().date()).isoformat(),
            "as_at_stated": as_at is not None,
            "closed": closed,
            "workspace": self.workspace,
            "store": self.store.identity(),
            "revision": revision,
            "decisions": {},  # known once they were read
            "libraries": {name: _version(name) for name in _LIBRARIES},
        }

    def _write(self, make: Callable[[PlanSink], str], original: Callable[[], Source | None] | None) -> Plan:
        """The plan that *make* writes, in a temporary file that goes with the handle."""
        from clientimport.documents.planfile import PlanFile, PlanWriter

        handle, name = tempfile.mkstemp(prefix="clientimport-", suffix=".jsonl")
        os.close(handle)
        path = Path(name)
        sink = PlanWriter(path)
        try:
            digest = make(sink)
        except BaseException:
            sink.close()
            path.unlink(missing_ok=True)
            raise
        return Plan(PlanFile(path, digest=digest), temporary=True, bench=self, original=original)


def _with_decisions(interpreter: Interpreter, decisions: Decisions) -> Interpreter:
    """The interpreter that reads columns as somebody decided.

    Raises:
        SettingsError: a format that such a column cannot have.
    """
    formats: dict[int, tuple[str | None, bool]] = {}
    for name, indexes in _columns(interpreter).items():
        for index in indexes:
            options = [choice for choice in FORMATS[interpreter.entries[index].field.coercer] if choice != "YMD"]
            if (choice := decisions.answer({"id": name, "options": options})) is not None:
                formats[index] = (choice, True)
    return interpreter.with_formats(formats)


def _columns(interpreter: Interpreter) -> dict[str, list[int]]:
    """The questions that may be asked about columns: id -> the entries that read the column."""
    found: dict[str, list[int]] = {}
    for index in interpreter.formats:
        if columns := interpreter.entries[index].columns:
            found.setdefault(f"{COLUMN}{interpreter.raw_headers[columns[0]]}", []).append(index)
    return found


def _again(
    data: object, source: Source, reopen: Callable[..., Source], options: Mapping[str, Any]
) -> Callable[[], Source | None]:
    """Opens the source once more, for what a plan does not keep; ``None`` if it is gone."""
    if not isinstance(data, str | os.PathLike):
        return lambda: source
    path = Path(data)
    return lambda: reopen(path, **options) if path.exists() else None


@cache
def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "unknown"
