"""Plugins: the hooks they answer, the marker they use, and the one place that calls them.

A plugin is a module or an object whose functions carry ``@hookimpl``. What each function promises, and what it may
count on, is written at the hook itself (``clientimport.plugins.hookspecs``). pluggy is imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from clientimport.plugins.values import Event, PluginInfo

if TYPE_CHECKING:
    from clientimport.plugins.hookspecs import hookimpl
    from clientimport.plugins.manager import Plugins

__all__ = ["Event", "PluginInfo", "Plugins", "hookimpl"]

_HOMES = {
    "Plugins": "clientimport.plugins.manager",
    "hookimpl": "clientimport.plugins.hookspecs",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
