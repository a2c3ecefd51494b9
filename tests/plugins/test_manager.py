"""Plugins are asked one at a time, by name, and one that fails takes nothing with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations

import pytest

from clientimport.core.coercion import Coercer
from clientimport.core.findings import CODES, Severity
from clientimport.core.schema import Field
from clientimport.errors import PluginError, SourceUnreadableError, StoreError
from clientimport.plugins import Event, Plugins, hookimpl
from tests.plugins.fakes import FakeRule, FakeSource, FakeStore, upper


class Opens:
    """Claims every piece of data and every target that begins with its prefix."""

    def __init__(self, name: str, prefix: str = "") -> None:
        self.name, self.prefix = name, prefix

    @hookimpl
    def clientimport_open_source(self, data: str) -> FakeSource | None:
        return FakeSource(self.name) if data.startswith(self.prefix) else None

    @hookimpl
    def clientimport_open_store(self, target: str, workspace: str) -> FakeStore | None:
        return FakeStore(f"{self.name}/{workspace}") if target.startswith(self.prefix) else None


class Declares:
    """Declares what it was given."""

    def __init__(self, name: str, *, fields: tuple[str, ...] = (), coercers: tuple[str, ...] = ()) -> None:
        self.name, self.field_names, self.coercer_names = name, fields, coercers

    @hookimpl
    def clientimport_fields(self) -> list[Field]:
        return [Field(name=name) for name in self.field_names]

    @hookimpl
    def clientimport_coercers(self) -> Mapping[str, Coercer]:
        return dict.fromkeys(self.coercer_names, upper)


class Breaks:
    """Raises in every hook, and not before it is asked for more than it gave."""

    name = "breaks"

    @hookimpl
    def clientimport_open_source(self, data: object) -> None:
        raise KeyError(data)

    @hookimpl
    def clientimport_open_store(self, target: object) -> None:
        raise RuntimeError(target)

    @hookimpl
    def clientimport_fields(self) -> Iterator[Field]:
        yield Field(name="breaks.first")
        raise ZeroDivisionError("half way")

    @hookimpl
    def clientimport_observe(self, event: Event) -> None:
        raise OSError(event.name)


@pytest.mark.parametrize("order", [*permutations([Opens("anna"), Opens("bert"), Opens("carl", prefix="x")])])
def test_the_first_by_name_opens_a_source_whatever_the_order_of_loading(order: tuple[Opens, ...]) -> None:
    """The same plugins give the same result, however a host lists them."""
    plugins = Plugins(order, builtin=Opens("built in"))

    assert plugins.open_source("x.csv") == FakeSource("anna")
    assert plugins.open_store("x:", "office") == FakeStore("anna/office")


def test_the_built_in_plugin_opens_what_nobody_else_claims() -> None:
    """A plugin may take what our own reader would read; ours is asked last though its name sorts before."""
    plugins = Plugins([Opens("zoe", prefix="zoe:")], builtin=Opens("built in"))

    assert plugins.open_source("zoe:1") == FakeSource("zoe")
    assert plugins.open_source("clients.csv") == FakeSource("built in")
    assert plugins.open_store("sqlite://", "w") == FakeStore("built in/w")


def test_nobody_claims() -> None:
    """No plugin is no error: the importer says what can be opened."""
    plugins = Plugins([Opens("zoe", prefix="zoe:")])

    assert plugins.open_source("clients.csv") is None
    assert plugins.problems == []


def test_options_reach_only_plugins_that_ask_for_them() -> None:
    """A hook's arguments are an offer."""
    seen: list[Mapping[str, object]] = []

    class Listens:
        @hookimpl
        def clientimport_open_source(self, options: Mapping[str, object]) -> None:
            seen.append(options)

    Plugins([Listens(), Opens("zoe")]).open_source("x", {"sheet": "Clients"})

    assert seen == [{"sheet": "Clients"}]


def test_one_bad_plugin_names_itself_and_breaks_nothing_else() -> None:
    """The others still open, declare and listen."""
    heard: list[Event] = []

    class Listens:
        @hookimpl
        def clientimport_observe(self, event: Event) -> None:
            heard.append(event)

    plugins = Plugins([Breaks(), Opens("carl"), Declares("dora", fields=("dora.shoe",)), Listens()])
    event = Event(name="planned", summary={"records": 2})
    plugins.observe(event)

    assert plugins.open_source("Jan Peeters") == FakeSource("carl")
    assert plugins.open_store("Jan Peeters", "w") == FakeStore("carl/w")
    assert [field.name for field in plugins.fields()] == ["dora.shoe"]
    assert heard == [event]
    assert [(problem.plugin, problem.hook) for problem in plugins.problems] == [
        ("breaks", "clientimport_observe"),
        ("breaks", "clientimport_open_source"),
        ("breaks", "clientimport_open_store"),
        ("breaks", "clientimport_fields"),
    ]
    assert "ZeroDivisionError: half way" in str(plugins.problems[-1])
    assert "Jan" not in "".join(map(str, plugins.problems)), "a problem quotes no data"
    assert isinstance(plugins.problems[1].original, KeyError), "what happened stays at hand"


def test_a_fault_of_the_built_in_plugin_is_raised_as_it_is() -> None:
    """It is no plugin's fault, and without what the library brings nothing works."""
    plugins = Plugins([Opens("zoe", prefix="zoe:")], builtin=Breaks())

    with pytest.raises(KeyError):
        plugins.open_source("clients.csv")
    with pytest.raises(ZeroDivisionError):
        plugins.fields()
    assert plugins.open_source("zoe:1") == FakeSource("zoe")


def test_a_problem_is_said_once() -> None:
    """A plugin that fails at every file does not fill the memory of a host that runs for months."""
    plugins = Plugins([Breaks()])
    for _ in range(3):
        plugins.open_source("x")

    assert len(plugins.problems) == 1


def test_strict_raises_what_would_be_recorded() -> None:
    """An author of a plugin wants to see it at once."""
    plugins = Plugins([Breaks()], strict=True)

    with pytest.raises(PluginError, match=r"'breaks', hook clientimport_open_source: raised KeyError"):
        plugins.open_source("x")
    plugins.observe(Event(name="undone"))
    assert [problem.hook for problem in plugins.problems] == ["clientimport_observe"], "observers never raise"


@pytest.mark.parametrize("error", [SourceUnreadableError("It is damaged."), StoreError("No such folder.", retry=True)])
def test_what_a_plugin_raises_on_purpose_reaches_the_host_unchanged(error: Exception) -> None:
    """It is its format and it is damaged: asking the next would hide that."""

    class Refuses:
        name = "anna"

        @hookimpl
        def clientimport_open_source(self) -> None:
            raise error

        @hookimpl
        def clientimport_open_store(self) -> None:
            raise error

    plugins = Plugins([Refuses(), Opens("bert")])

    with pytest.raises(type(error)) as source:
        plugins.open_source("x")
    with pytest.raises(type(error)) as store:
        plugins.open_store("x", "w")
    assert source.value is store.value is error
    assert plugins.problems == []


@pytest.mark.parametrize(
    ("hook", "answer", "wanted"),
    [
        ("clientimport_open_source", "rows", "Source"),
        ("clientimport_open_source", FakeSource, "Source"),
        ("clientimport_open_store", object(), "Store"),
        ("clientimport_fields", ["loyalty"], "Field values; got str"),
        ("clientimport_fields", "loyalty", "an iterable"),
        ("clientimport_fields", 3, "an iterable"),
        ("clientimport_coercers", [upper], "a mapping"),
        ("clientimport_coercers", {"x": "upper"}, "a mapping from name to coercer; got str"),
        ("clientimport_rules", [upper], "rules with a name"),
        ("clientimport_rules", [FakeRule("r", {"x": "error"})], "Severity"),  # type: ignore[dict-item]
        ("clientimport_mapping_presets", [FakeRule("r")], "Preset"),
        ("clientimport_profiles", [None], "Profile"),
    ],
)
def test_a_wrong_answer_is_named_with_what_was_wanted(hook: str, answer: object, wanted: str) -> None:
    """The author reads which hook, what was wanted and which type came."""

    class Wrong:
        name = "wrong"

    setattr(Wrong, hook, hookimpl(lambda self: answer))
    plugins = Plugins([Wrong()])
    plugins.open_source("x")
    plugins.open_store("x", "w")
    for declared in (plugins.fields, plugins.coercers, plugins.rules, plugins.presets, plugins.profiles):
        assert not declared()

    assert [(problem.plugin, problem.hook) for problem in plugins.problems] == [("wrong", hook)]
    assert wanted in str(plugins.problems[0])


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_declared_things_come_in_order_of_plugin_name_after_the_built_in_ones(order: tuple[int, ...]) -> None:
    """A schema does not depend on who was registered first."""
    named = [Declares("anna", fields=("z", "y")), Declares("bert", fields=("x",)), Declares("carl", coercers=("u",))]
    plugins = Plugins([named[i] for i in order], builtin=Declares("ours", fields=("name",), coercers=("text",)))

    assert [field.name for field in plugins.fields()] == ["name", "z", "y", "x"]
    assert list(plugins.coercers()) == ["text", "u"]


def test_two_plugins_with_one_name_are_both_named_and_the_first_keeps_it() -> None:
    """A clash is no silent overwriting, and the rest of the second plugin stands."""
    plugins = Plugins(
        [Declares("bert", fields=("tier", "shoe"), coercers=("text",)), Declares("anna", fields=("tier",))],
        builtin=Declares("ours", coercers=("text",)),
    )

    assert [field.name for field in plugins.fields()] == ["tier", "shoe"]
    assert list(plugins.coercers()) == ["text"]
    assert [str(problem) for problem in plugins.problems] == [
        "Plugin 'bert', hook clientimport_fields: declares the field 'tier' which plugin 'anna' declares too",
        "Plugin 'bert', hook clientimport_coercers: declares the coercer 'text' which plugin 'clientimport' declares too",
    ]
    assert plugins.owner("field", "tier") == "anna"
    assert plugins.owner("field", "shoe") == "bert"
    assert plugins.owner("field", "hat") is None


def test_a_plugin_that_repeats_itself_is_told_so() -> None:
    """Twice in one answer is a mistake of one."""
    plugins = Plugins([Declares("anna", fields=("tier", "tier"))])

    assert len(plugins.fields()) == 1
    assert "declares the field 'tier' twice" in str(plugins.problems[0])


def test_a_plugin_is_asked_once_for_what_it_declares() -> None:
    """Declaring may be slow; planning a second file does not ask again."""
    asked: list[str] = []

    class Counts:
        @hookimpl
        def clientimport_rules(self) -> list[FakeRule]:
            asked.append("rules")
            return [FakeRule("counts", {"counts-odd": Severity.WARNING})]

        @hookimpl
        def clientimport_coercers(self) -> Mapping[str, Coercer]:
            asked.append("coercers")
            return {}

    plugins = Plugins([Counts()])
    for _ in range(2):
        plugins.rules()
        plugins.coercers()
        plugins.codes()

    assert asked == ["rules", "coercers"]


def test_finding_codes_of_rules_join_the_librarys() -> None:
    """A code has one weight: a plugin that weighs ours or another's otherwise is told."""
    ours = next(iter(CODES))
    other = next(severity for severity in Severity if severity is not CODES[ours])

    class Judges:
        def __init__(self, name: str, codes: Mapping[str, Severity]) -> None:
            self.name, self.weights = name, codes

        @hookimpl
        def clientimport_rules(self) -> list[FakeRule]:
            return [FakeRule(self.name, self.weights)]

    plugins = Plugins(
        [
            Judges("bert", {"anna-odd": Severity.ERROR, "bert-odd": Severity.INFO, ours: other}),
            Judges("anna", {"anna-odd": Severity.WARNING}),
        ]
    )

    assert plugins.codes() == {**CODES, "anna-odd": Severity.WARNING, "bert-odd": Severity.INFO}
    assert [problem.plugin for problem in plugins.problems] == ["bert", "bert"]
    assert "'anna-odd' as error, which plugin 'anna'" in str(plugins.problems[0])
    assert f"{ours!r} as {other}, which plugin 'clientimport'" in str(plugins.problems[1])


def test_two_importers_never_hear_each_others_plugins() -> None:
    """Each has a manager of its own."""
    first, second = Plugins([Opens("anna")]), Plugins([Opens("bert")])

    assert first.open_source("x") == FakeSource("anna")
    assert second.open_source("x") == FakeSource("bert")


def test_describe_lists_every_plugin_with_its_hooks_and_first_problem() -> None:
    """What ``clientimport plugins`` shows."""
    plugins = Plugins([Breaks(), Opens("anna")], builtin=Declares("ours"))
    plugins.fields()
    plugins.open_source("x")
    listed = {info.name: info for info in plugins.describe()}

    assert list(listed) == ["anna", "breaks", "clientimport"]
    assert listed["anna"].hooks == ("clientimport_open_source", "clientimport_open_store")
    assert listed["anna"].problem is None
    assert "ZeroDivisionError" in str(listed["breaks"].problem)
