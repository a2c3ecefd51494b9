"""What a user has after installing the wheel and a plugin; run by ``nox -s package``, not by pytest."""

from __future__ import annotations

import sys
from importlib import metadata, resources
from pathlib import Path

import clientimport
from clientimport.adapters import builtin
from clientimport.plugins import Plugins


def main() -> None:
    folder = Path(str(clientimport.__file__)).parent
    assert folder.is_relative_to(sys.prefix), f"{folder} is not what was installed"
    assert metadata.version("clientimport")
    inside = resources.files("clientimport")
    board = [f"reports/board/{name}" for name in ("choices.js", "elements.js", "cards.js", "board.js", "board.css")]
    for name in ("py.typed", "messages/en.toml", "messages/nl.toml", "messages/fr.toml", *board):
        assert inside.joinpath(name).is_file(), name

    plugins = Plugins(["loyalty"], entry_points=True, builtin=builtin, strict=True)
    assert "loyalty.number" in {field.name for field in plugins.fields()}
    assert {"standard", "daftra"} <= set(plugins.profiles())
    assert plugins.presets()
    assert plugins.rules()
    assert [info.name for info in plugins.describe()] == ["clientimport", "loyalty"]

    missing = [name for name in clientimport.__all__ if getattr(clientimport, name, None) is None]
    assert not missing, missing
    sys.stdout.write(f"clientimport {metadata.version('clientimport')} works from {folder}\n")


main()
