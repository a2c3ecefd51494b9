"""A plugin is heard only if it was asked for and passes; one that does not pass says why."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from clientimport.core.schema import Field
from clientimport.errors import PluginError, SettingsError
from clientimport.plugins import Plugins, hookimpl

GOOD = """
from clientimport.core.schema import Field
from clientimport.plugins import hookimpl

@hookimpl
def clientimport_fields():
    return [Field(name="good.field")]
"""
MISSPELT = """
from clientimport.plugins import hookimpl

@hookimpl
def clientimport_feilds():
    return []
"""


class Fields:
    name = "fields"

    @hookimpl
    def clientimport_fields(self) -> list[Field]:
        return [Field(name="fields.one")]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path; ``distribution`` puts installed plugins into it."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def distribution(folder: Path, name: str, code: str, *, version: str = "1.0") -> None:
    """Lay down what an installer would: a module and its metadata with an entry point."""
    module = f"installed_{name}"
    sys.modules.pop(module, None)
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    info = folder / f"{module}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: {version}\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[clientimport.plugins]\n{name} = {module}\n", encoding="utf-8")


def test_an_installed_plugin_is_silent_until_asked_for(install: Path) -> None:
    """Installing a package into an environment changes no import."""
    distribution(install, "good", GOOD, version="2.5")

    assert "good" in Plugins.installed()
    assert Plugins().fields() == ()
    for plugins in (
        Plugins(entry_points=True),
        Plugins(entry_points=["good"]),
        Plugins(["good"]),
        Plugins(["good"], entry_points=["good"]),
    ):
        assert [field.name for field in plugins.fields()] == ["good.field"]
        assert [(info.name, info.version) for info in plugins.describe()] == [("good", "2.5")]
        assert plugins.problems == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (MISSPELT, "clientimport_feilds"),
        ("import no_such_module_anywhere\n", "ModuleNotFoundError"),
        ("raise SystemExit(3)\n", "SystemExit"),
        ("def (\n", "SyntaxError"),
        ("def clientimport_fields():\n    return []\n", "@clientimport.plugins.hookimpl"),
        (GOOD.replace("fields()", "fields(moon)"), "moon"),
        (GOOD.replace("@hookimpl", "@hookimpl(wrapper=True)").replace("return", "yield"), "wrapper"),
    ],
    ids=["misspelt", "import", "exit", "syntax", "unmarked", "argument", "wrapper"],
)
def test_a_broken_installed_plugin_is_left_out_and_named(install: Path, code: str, said: str) -> None:
    """The good one beside it works; a host that names the broken one itself is stopped."""
    distribution(install, "good", GOOD)
    distribution(install, "broken", code)
    plugins = Plugins(entry_points=True)

    assert [field.name for field in plugins.fields()] == ["good.field"]
    assert [problem.plugin for problem in plugins.problems] == ["broken"]
    assert said in str(plugins.problems[0])
    info = {info.name: info for info in plugins.describe()}["broken"]
    assert info.hooks == ()
    assert said in str(info.problem)
    with pytest.raises(PluginError, match="broken"):
        Plugins(["broken"])
    with pytest.raises(PluginError, match="broken"):
        Plugins(entry_points=["broken"], strict=True)


@pytest.mark.parametrize("setting", ["plugins", "entry_points"])
def test_a_name_that_is_not_installed_is_a_broken_setting(install: Path, setting: str) -> None:
    """It tells what is installed, and the nearest of it."""
    distribution(install, "good", GOOD)

    with pytest.raises(SettingsError, match=r"Did you mean 'good'") as error:
        Plugins(**{setting: ["goood"]})  # type: ignore[arg-type]
    assert error.value.key == setting


def test_a_misspelt_hook_of_a_given_plugin_raises_at_once() -> None:
    """It would never be heard."""

    class Misspelt:
        @hookimpl
        def clientimport_feilds(self) -> list[Field]:
            return []

    with pytest.raises(PluginError, match=r"'Misspelt', hook clientimport_feilds: .* did you mean clientimport_fields"):
        Plugins([Fields(), Misspelt()])


def test_a_name_is_given_once() -> None:
    """Two plugins of one name could not be told apart in a problem."""
    with pytest.raises(PluginError, match="another plugin of this name"):
        Plugins([Fields(), Fields()])


def test_one_object_under_two_names_is_refused(install: Path) -> None:
    """Its answers would count twice."""
    distribution(install, "good", GOOD)
    (install / "installed_good-1.0.dist-info" / "entry_points.txt").write_text(
        "[clientimport.plugins]\ngood = installed_good\ngood_again = installed_good\n", encoding="utf-8"
    )
    plugins = Plugins(entry_points=True)

    assert [field.name for field in plugins.fields()] == ["good.field"]
    assert [problem.plugin for problem in plugins.problems] == ["good_again"]


def test_a_module_is_a_plugin_too() -> None:
    """It is called by its name, with its version."""
    module = ModuleType("corner_shop")
    module.__dict__["__version__"] = "0.3"
    exec(GOOD, module.__dict__)
    plugins = Plugins([module])

    assert [field.name for field in plugins.fields()] == ["good.field"]
    assert [(info.name, info.version) for info in plugins.describe()] == [("corner_shop", "0.3")]
