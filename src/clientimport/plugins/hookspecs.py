"""The hooks of ``clientimport``: what each asks of a plugin, and what the plugin may count on.

They hold for every hook:

- An implementation may name only the arguments it wants. Arguments may be added to a hook later, never taken away.
- Plugins are asked one at a time, in the order of their names. ``tryfirst`` and ``trylast`` change nothing, and
  wrappers are refused: the same plugins give the same result, however they were registered.
- An exception, or an answer of the wrong type, is recorded as a ``PluginError`` that names plugin and hook; the other
  plugins go on. With ``Plugins(strict=True)`` it is raised instead.
- Two plugins that declare one name clash. The clash is recorded, naming both, and the earlier keeps the name: the
  built-in plugin first, then by plugin name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from clientimport.core.coercion import Coercer
    from clientimport.core.profile import Profile
    from clientimport.core.rules import Rule
    from clientimport.core.schema import Field
    from clientimport.core.suggesting import Preset
    from clientimport.plugins.values import Event
    from clientimport.ports import Sender, Source, Store

PROJECT = "clientimport"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a plugin's function as the answer to the hook of its name."""


@hookspec
def clientimport_open_source(data: object, options: Mapping[str, object]) -> Source | None:
    """Open *data* as records, or answer ``None`` if it is not yours.

    *data* is what the host gave: a path, bytes, a list of dicts, a DataFrame, an object of the plugin's own. *options*
    holds what the host said about it (``sheet``, ``delimiter``, ``encoding``, ``name``, ``limits`` …); a plugin leaves
    alone the keys it does not know.

    When: once a plan, before anything is mapped. Plugins by name, the built-in one last, so that a plugin may claim
    what a spreadsheet reader would take; the first answer wins and the rest are not asked.
    May read the data; must not write, nor guess: an unsure plugin answers ``None``.
    Returns a source that can be read more than once, always the same.
    Raises ``SourceError`` or another ``ClientImportError``: it is yours, and it is damaged, too big or refused. That
    reaches the host unchanged. Any other exception is the plugin's fault: it is recorded and the next is asked.
    """


@hookspec
def clientimport_open_store(target: object, workspace: str) -> Store | None:
    """Open the store that *target* means, for one *workspace*, or answer ``None`` if it is not yours.

    *target* is what the host gave: an URL, an engine, a connection, an object of the plugin's own.

    When: once an importer. Plugins by name, the built-in one last; the first answer wins.
    May connect and create its own tables, except on a connection the host lent; must not change a client.
    Returns a store that serves that workspace alone.
    Raises ``StoreError`` or another ``ClientImportError``: it is yours, and it cannot be opened. That reaches the host
    unchanged. Any other exception is recorded and the next plugin is asked.
    """


@hookspec
def clientimport_open_sender(target: object) -> Sender | None:
    """Open the sender of messages that *target* means, or answer ``None`` if it is not yours.

    *target* is what the host gave: an URL, an object of the plugin's own.

    When: once an act of sending, after everything was checked. Plugins by name, the built-in one last; the first answer wins.
    May connect; must not send anything before it is asked to.
    Returns a sender whose ``deliver`` comes back only if the message was accepted, and raises one of the three errors of
    ``clientimport.ports`` only if it surely was not. Anything else it raises makes the message *unknown*.
    Raises ``SettingsError`` or another ``ClientImportError``: it is yours, and it cannot be opened. That reaches the host
    unchanged. Any other exception is recorded and the next plugin is asked.
    """


@hookspec
def clientimport_fields() -> Iterable[Field]:
    """Declare fields that clients have besides the built-in ones.

    When: once an importer, before the first plan. Must not read or write anything.
    Returns fields with names of their own; ``plugin.field`` (``loyalty.number``) cannot clash with another's. Order is
    kept within a plugin. Their coercer is a built-in one or one declared by ``clientimport_coercers``.
    """


@hookspec
def clientimport_coercers() -> Mapping[str, Coercer]:
    """Declare how texts of a kind of column become values, by the name fields refer to.

    When: once an importer, before the first plan. Must not read or write anything.
    Returns functions that never raise for data and give canonical JSON values; the same texts always give the same
    values, whatever the day or the machine.
    """


@hookspec
def clientimport_rules() -> Iterable[Rule]:
    """Declare checks over whole records, made after coercion.

    When: once an importer, before the first plan. The rules themselves run on every batch, the built-in ones first.
    Must not read or write anything, neither here nor in a check.
    Returns rules with the finding codes they may yield and the usual severity of each: kebab-case, beginning with the
    plugin's name (``loyalty-tier-unknown``) so that they clash with nobody's. A rule never changes a record.
    """


@hookspec
def clientimport_mapping_presets() -> Iterable[Preset]:
    """Declare ready mappings for files of a known product.

    When: once an importer, before the first mapping is suggested. May read the plugin's own data files.
    Returns presets whose signature tells that product's files from every other's: a preset that fits wins over what
    single headers suggest.
    """


@hookspec
def clientimport_profiles() -> Iterable[Profile]:
    """Declare product behaviours: what is required, which keys match, what a match does, which words are used.

    When: once an importer, before its own profile is looked up. May read the plugin's own data files.
    Returns profiles with names of their own.
    """


@hookspec
def clientimport_observe(event: Event) -> None:
    """Hear that something was done: a plan made, a plan applied, a run undone.

    When: after the fact, once each, after everything is committed. Cannot change or stop anything.
    May send or log the event; it holds no values of people. Must be quick: the host waits.
    An exception is recorded and never reaches the host, not even with ``strict``.
    """
