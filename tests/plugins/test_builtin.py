"""What the library itself brings comes through the same hooks as everyone's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from clientimport.adapters import builtin
from clientimport.core.cells.coercers import BUILTIN_COERCERS
from clientimport.core.rules import BUILTIN_RULES
from clientimport.core.schema import BUILTIN_FIELDS
from clientimport.errors import SettingsError
from clientimport.plugins import Plugins, hookimpl
from tests.plugins.fakes import FakeStore


@pytest.fixture
def plugins() -> Plugins:
    return Plugins(builtin=builtin, strict=True)


def test_fields_coercers_rules_presets_and_profiles_come_through_hooks(plugins: Plugins) -> None:
    """Nothing of ours has a way in that a plugin's has not."""
    assert plugins.fields() == BUILTIN_FIELDS
    assert plugins.coercers() == dict(BUILTIN_COERCERS)
    assert plugins.rules() == BUILTIN_RULES
    assert {"standard", "daftra"} <= set(plugins.profiles())
    assert len(plugins.presets()) >= 5
    assert plugins.problems == []


def test_every_field_has_its_coercer(plugins: Plugins) -> None:
    """A field whose coercer nobody declares could not be read."""
    assert {field.coercer for field in plugins.fields()} <= set(plugins.coercers())


@pytest.mark.parametrize("as_bytes", [False, True], ids=["path", "bytes"])
def test_a_file_is_opened_with_what_the_host_said_about_it(plugins: Plugins, tmp_path: Path, as_bytes: bool) -> None:
    """Options go to the reader; ``None`` means that nothing was said."""
    path = tmp_path / "clients.csv"
    path.write_text("Name|Town; County\nJan|Gent; East\n", encoding="utf-8")
    data: object = path.read_bytes() if as_bytes else path
    source = plugins.open_source(data, {"delimiter": "pipe", "sheet": None, "name": "import.csv"})

    assert source is not None
    assert source.describe().name == "import.csv"
    assert [column.header for column in source.describe().columns] == ["Name", "Town; County"]
    assert [batch.rows for batch in source.batches()] == [[["Jan", "Gent; East"]]]
    source.close()


def test_records_are_a_source_and_a_number_is_none(plugins: Plugins) -> None:
    """What is in memory already goes the same way; a reader's options mean nothing to it."""
    source = plugins.open_source([{"Name": "Jan", "Debt": 12}, {"Name": "Marie"}], {"delimiter": ";", "name": "crm"})

    assert source is not None
    assert source.describe().name == "crm"
    assert [batch.rows for batch in source.batches()] == [[["Jan", "12"], ["Marie", ""]]]
    assert plugins.open_source(41) is None


def test_an_option_that_nobody_knows_is_a_broken_setting(plugins: Plugins) -> None:
    """Misspelt, it would silently be detected instead."""
    with pytest.raises(SettingsError, match="Did you mean 'delimiter'"):
        plugins.open_source(b"a,b\n1,2\n", {"delimeter": ";"})


def test_a_store_is_opened_unless_a_plugin_claims_its_name(plugins: Plugins) -> None:
    """Ours is asked last."""

    class Claims:
        @hookimpl
        def clientimport_open_store(self, target: object) -> FakeStore | None:
            return FakeStore("claimed") if target == "memory:" else None

    ours = plugins.open_store("memory:", "office")

    assert ours is not None
    assert ours.identity() != "claimed"
    assert Plugins([Claims()], builtin=builtin).open_store("memory:", "office") == FakeStore("claimed")


def test_loading_the_built_in_plugin_imports_nothing_heavy() -> None:
    """A host that reads CSV never pays for a workbook reader, nor for a database."""
    run = (
        "from clientimport.adapters import builtin; from clientimport.plugins import Plugins; import json, sys;"
        "plugins = Plugins(builtin=builtin, strict=True); plugins.fields(); plugins.rules(); plugins.profiles();"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, check=True, encoding="utf-8")

    assert set(json.loads(done.stdout)).isdisjoint(
        {"openpyxl", "python_calamine", "sqlalchemy", "phonenumbers", "email_validator", "stdnum", "rapidfuzz", "click"}
    )
