"""The plugins of one importer, and the one typed function for each hook they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from clientimport.core.findings import CODES
from clientimport.errors import ClientImportError, PluginError, raised
from clientimport.plugins import answers, loading
from clientimport.plugins.values import Event, PluginInfo

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from pluggy import HookImpl

    from clientimport.core.coercion import Coercer
    from clientimport.core.findings import Severity
    from clientimport.core.profile import Profile
    from clientimport.core.rules import Rule
    from clientimport.core.schema import Field
    from clientimport.core.suggesting import Preset
    from clientimport.ports import Sender, Source, Store

T = TypeVar("T")

BUILTIN = "clientimport"
"""The built-in plugin's name: asked last for what the first answer wins, first for what is declared."""


class Plugins:
    """What extends one importer. One bad plugin names itself and breaks nothing else.

    Attributes:
        problems: What plugins did wrong so far, each once, in the order it happened. Not empty does not mean broken:
            everything else works.
    """

    def __init__(
        self,
        plugins: Iterable[object] = (),
        *,
        entry_points: bool | Sequence[str] = False,
        strict: bool = False,
        builtin: object | None = None,
    ) -> None:
        """Load *plugins*; an installed one is heard only if it is asked for.

        Args:
            plugins: Modules or objects with ``@hookimpl`` functions, or names of installed entry points. What a host
                names itself must load: a failure raises.
            entry_points: ``True`` for every installed plugin, or the names of those wanted. Whichever of them fails
                is left out and recorded.
            strict: Raise every problem instead of recording it; for tests of plugins.
            builtin: The plugin that gives what the library itself brings.

        Raises:
            PluginError: one of *plugins* does not load, answers a hook that does not exist, or bears a name twice.
            SettingsError: a name is not installed.
        """
        self.problems: list[PluginError] = []
        self._strict = strict
        self._manager = loading.new_manager()
        self._loaded: dict[str, loading.Loaded] = {}
        self._declared: dict[str, dict[str, Any]] = {}
        self._owners: dict[tuple[str, str], str] = {}
        self._entries: set[EntryPoint] = set()
        if builtin is not None:
            self._loaded[BUILTIN] = loading.register(
                self._manager, builtin, name=BUILTIN, version=loading.own_version()
            )
        for plugin in plugins:
            if isinstance(plugin, str):
                self._load(loading.choose("plugins", plugin))
            else:
                self._register(plugin, loading.name_of(plugin))
        self._load_entry_points(entry_points)

    @staticmethod
    def installed() -> tuple[str, ...]:
        """Names of the plugins that are installed, wanted or not; nothing is imported."""
        return tuple(dict.fromkeys(entry.name for entry in loading.entry_points()))

    def describe(self) -> list[PluginInfo]:
        """Every plugin that was asked for, by name, those that failed included."""
        first: dict[str, str] = {}
        for problem in self.problems:
            first.setdefault(problem.plugin, str(problem))
        return [
            PluginInfo(
                name=name,
                version=self._loaded[name].version if name in self._loaded else "",
                hooks=self._loaded[name].hooks if name in self._loaded else (),
                problem=first.get(name),
            )
            for name in sorted({*self._loaded, *first})
        ]

    def owner(self, kind: str, name: str) -> str | None:
        """The plugin that declared *name*; *kind* is ``"field"``, ``"coercer"``, ``"rule"``, ``"preset"`` or
        ``"profile"``. So that whoever runs a coercer or a rule can say whose it was.
        """
        return self._owners.get((kind, name))

    # ------------------------------------------------------------------------------ one function a hook

    def open_source(self, data: object, options: Mapping[str, object] | None = None) -> Source | None:
        """The first source that a plugin makes of *data*, ``None`` if nobody claims it.

        Raises:
            ClientImportError: whatever of it the plugin raised on purpose, unchanged.
        """
        arguments = {"data": data, "options": options or {}}
        return self._first("clientimport_open_source", arguments, answers.source)

    def open_store(self, target: object, workspace: str) -> Store | None:
        """The first store that a plugin makes of *target*, ``None`` if nobody claims it.

        Raises:
            ClientImportError: whatever of it the plugin raised on purpose, unchanged.
        """
        arguments = {"target": target, "workspace": workspace}
        store: Store | None = self._first("clientimport_open_store", arguments, answers.store)
        return store

    def open_sender(self, target: object) -> Sender | None:
        """The first sender of messages that a plugin makes of *target*, ``None`` if nobody claims it.

        Raises:
            ClientImportError: whatever of it the plugin raised on purpose, unchanged.
        """
        sender: Sender | None = self._first("clientimport_open_sender", {"target": target}, answers.sender)
        return sender

    def fields(self) -> tuple[Field, ...]:
        """The built-in fields, then each plugin's, in order."""
        return tuple(self._named("clientimport_fields", "field", answers.field).values())

    def coercers(self) -> dict[str, Coercer]:
        """Name -> coercer."""
        hook = "clientimport_coercers"
        if hook not in self._declared:
            self._declared[hook] = self._collect(hook, "coercer", lambda answer: answers.coercers(answer).items())
        return dict(self._declared[hook])

    def rules(self) -> tuple[Rule, ...]:
        """The built-in rules, then each plugin's, in order."""
        return tuple(self._named("clientimport_rules", "rule", answers.rule).values())

    def codes(self) -> dict[str, Severity]:
        """Every finding code there can be, the library's and those of the plugins' rules, with its usual severity.

        Two plugins that weigh one code differently clash, as do a plugin and the library.
        """
        hook, weights = "clientimport_rules", dict(CODES)
        owners = dict.fromkeys(CODES, BUILTIN)
        for rule in self.rules():
            plugin = self._owners["rule", rule.name]
            for code, severity in rule.codes.items():
                owner = owners.setdefault(code, plugin)
                if weights.setdefault(code, severity) is not severity:
                    said = f"weighs the finding code {code!r} as {severity}, which plugin {owner!r} weighs otherwise"
                    self._report(PluginError(plugin, hook, said))
        return weights

    def presets(self) -> tuple[Preset, ...]:
        """The built-in mapping presets, then each plugin's."""
        return tuple(self._named("clientimport_mapping_presets", "preset", answers.preset).values())

    def profiles(self) -> dict[str, Profile]:
        """Name -> profile."""
        return dict(self._named("clientimport_profiles", "profile", answers.profile))

    def observe(self, event: Event) -> None:
        """Tell every plugin that listens. Never raises: what goes wrong is recorded."""
        hook = "clientimport_observe"
        for implementation in self._implementations(hook):
            try:
                _call(implementation, {"event": event})
            except Exception as error:
                self._note(_fault(implementation.plugin_name, hook, error))

    # ------------------------------------------------------------------------------ asking, one at a time

    def _first(self, hook: str, arguments: Mapping[str, object], check: Callable[[object], T]) -> T | None:
        for implementation in self._implementations(hook, builtin_last=True):
            try:
                answer = _call(implementation, arguments)
                if answer is not None:
                    return check(answer)
            except ClientImportError:
                raise
            except Exception as error:
                self._report(_fault(implementation.plugin_name, hook, error), error)
        return None

    def _named(self, hook: str, kind: str, check: Callable[[object], Any]) -> Mapping[str, Any]:
        if hook not in self._declared:
            self._declared[hook] = self._collect(
                hook, kind, lambda answer: [(item.name, item) for item in answers.items(answer, check)]
            )
        return self._declared[hook]

    def _collect(self, hook: str, kind: str, pairs: Callable[[object], Iterable[tuple[str, Any]]]) -> dict[str, Any]:
        declared: dict[str, Any] = {}
        for implementation in self._implementations(hook):
            plugin = implementation.plugin_name
            try:
                answer = list(pairs(_call(implementation, {})))
            except Exception as error:
                # Nothing of the data is known to a plugin yet, so its own words may be shown.
                problem = _fault(plugin, hook, error, words=True)
                self._report(problem, error)
                continue
            for name, item in answer:
                owner = self._owners.setdefault((kind, name), plugin)
                if name in declared:
                    both = "twice" if owner == plugin else f"which plugin {owner!r} declares too"
                    self._report(PluginError(plugin, hook, f"declares the {kind} {name!r} {both}"))
                else:
                    declared[name] = item
        return declared

    def _implementations(self, hook: str, *, builtin_last: bool = False) -> list[HookImpl]:
        caller = getattr(self._manager.hook, hook)

        # Never pluggy's own order, which is the last registered first.
        others: list[HookImpl] = sorted(caller.get_hookimpls(), key=lambda implementation: implementation.plugin_name)
        builtin = [others.pop(at) for at, found in enumerate(others) if found.plugin_name == BUILTIN]
        return [*others, *builtin] if builtin_last else [*builtin, *others]

    # ------------------------------------------------------------------------------ loading and recording

    def _register(self, plugin: object, name: str) -> None:
        version = loading.version_of(plugin)
        self._loaded[name] = loading.register(self._manager, plugin, name=name, version=version)

    def _load(self, entry: EntryPoint) -> None:
        self._entries.add(entry)
        self._loaded[entry.name] = loading.load_entry_point(self._manager, entry)

    def _load_entry_points(self, wanted: bool | Sequence[str]) -> None:
        if wanted is False:
            return
        entries = loading.entry_points()
        if wanted is not True:
            entries = [loading.choose("entry_points", name) for name in wanted]
        for entry in entries:
            if entry in self._entries:  # named in ``plugins`` too
                continue
            try:
                self._load(entry)
            except PluginError as problem:
                self._report(problem, problem.__cause__)

    def _report(self, problem: PluginError, cause: BaseException | None = None) -> None:
        if problem.plugin == BUILTIN and cause is not None:
            raise cause  # our own fault: going on without what the library brings would only hide it
        if self._strict:
            raise problem from cause
        self._note(problem)

    def _note(self, problem: PluginError) -> None:
        if str(problem) not in map(str, self.problems):  # a plugin that fails at every file is said once
            self.problems.append(problem)


def _call(implementation: HookImpl, arguments: Mapping[str, object]) -> object:
    return implementation.function(*(arguments[name] for name in implementation.argnames))


def _fault(plugin: str, hook: str, error: Exception, *, words: bool = False) -> PluginError:
    """The error as ours. Its own words are left out where they may quote somebody's data."""
    tells = words or isinstance(error, answers.WrongAnswerError)
    told = f"{type(error).__name__}: {error}" if tells else raised(error)
    problem = PluginError(plugin, hook, told, original=error)
    problem.__suppress_context__ = True  # the plugin's own error, shown with ours, would say what it quotes
    return problem
