"""Bringing plugins in: objects, entry points, and the checks that each plugin passes before it is heard."""

from __future__ import annotations

import difflib
from importlib import metadata

import attrs
import pluggy

from clientimport.errors import PluginError, SettingsError
from clientimport.plugins import hookspecs

GROUP = "clientimport.plugins"
LOADING = "(loading)"
"""What stands for the hook in a ``PluginError`` about a plugin that never got as far as a hook."""


@attrs.frozen(kw_only=True)
class Loaded:
    """A plugin that passed: its name, where it says it comes from, and the hooks it answers."""

    name: str
    version: str
    hooks: tuple[str, ...]


def new_manager() -> pluggy.PluginManager:
    """An empty manager that knows our hooks. One an importer: two importers never hear each other's plugins."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def register(manager: pluggy.PluginManager, plugin: object, *, name: str, version: str) -> Loaded:
    """Add one plugin, or leave the manager as it was and raise.

    Raises:
        PluginError: the name is taken, the plugin answers no hook, answers one that does not exist or with arguments
            that it does not have, or wraps one.
    """
    if manager.has_plugin(name):
        raise PluginError(name, LOADING, "another plugin of this name is loaded already")
    try:
        manager.register(plugin, name=name)
        _check(manager, plugin, name)
    except pluggy.PluginValidationError as error:  # arguments that a hook has not
        _take_out(manager, plugin)
        raise PluginError(name, LOADING, _in_a_line(error)) from error
    except PluginError:
        _take_out(manager, plugin)
        raise
    except ValueError as error:  # one object, registered under another name before
        raise PluginError(name, LOADING, _in_a_line(error)) from error
    callers = manager.get_hookcallers(plugin) or []
    return Loaded(name=name, version=version, hooks=tuple(sorted(caller.name for caller in callers)))


def load_entry_point(manager: pluggy.PluginManager, entry: metadata.EntryPoint) -> Loaded:
    """Import one entry point's plugin and add it.

    Raises:
        PluginError: importing fails in whatever way, or the plugin does not pass ``register``.
    """
    distribution = entry.dist
    try:
        plugin = entry.load()
    except (Exception, SystemExit) as error:
        raise PluginError(entry.name, LOADING, _in_a_line(error)) from error
    return register(manager, plugin, name=entry.name, version=distribution.version if distribution else "")


def entry_points() -> list[metadata.EntryPoint]:
    """What is installed under our group, by name; nothing is imported."""
    return sorted(metadata.entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))


def choose(setting: str, name: str) -> metadata.EntryPoint:
    """The installed entry point called *name*; *setting* is what the host named it in.

    Raises:
        SettingsError: it is not installed.
    """
    installed = entry_points()
    for entry in installed:
        if entry.name == name:
            return entry
    allowed = tuple(dict.fromkeys(entry.name for entry in installed))
    raise SettingsError(setting, name, allowed=allowed, wanted=f"an installed entry point of {GROUP}")


def name_of(plugin: object) -> str:
    """What to call a plugin given as an object: its own ``name``, a module's name, or its class's."""
    for attribute in ("name", "__name__"):
        name = getattr(plugin, attribute, None)
        if isinstance(name, str) and name:
            return name
    return type(plugin).__name__


def version_of(plugin: object) -> str:
    version = getattr(plugin, "__version__", "")
    return version if isinstance(version, str) else ""


def own_version() -> str:
    """This library's, ``""`` where it runs from a folder without being installed."""
    try:
        return metadata.version(hookspecs.PROJECT)
    except metadata.PackageNotFoundError:
        return ""


def _check(manager: pluggy.PluginManager, plugin: object, name: str) -> None:
    callers = manager.get_hookcallers(plugin) or []
    if not callers:
        raise PluginError(name, LOADING, "answers no hook; mark its functions with @clientimport.plugins.hookimpl")
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        unknown = [caller.name for caller in callers if not caller.has_spec()]
        near = difflib.get_close_matches(unknown[0], _hook_names(), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise PluginError(name, unknown[0], f"there is no such hook{hint}") from error
    for caller in callers:
        for implementation in caller.get_hookimpls():
            if implementation.plugin_name == name and (implementation.wrapper or implementation.hookwrapper):
                raise PluginError(name, caller.name, "is a wrapper; a plugin answers for itself and for no other")


def _hook_names() -> list[str]:
    return [name for name in vars(hookspecs) if name.startswith(f"{hookspecs.PROJECT}_")]


def _take_out(manager: pluggy.PluginManager, plugin: object) -> None:
    if manager.is_registered(plugin):
        manager.unregister(plugin)


def _in_a_line(error: BaseException) -> str:
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
