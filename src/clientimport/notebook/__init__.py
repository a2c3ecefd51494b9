"""Imports in a notebook: a panel from file to report, and a board to decide on a plan. Needs ``clientimport[notebook]``.

::

    from clientimport.notebook import board, panel

    panel(importer)
    chosen = board(plan)
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from clientimport.errors import ClientImportError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from clientimport.core.merging import Merge, MergePolicy
    from clientimport.handles import Plan
    from clientimport.importer import Importer
    from clientimport.notebook.widgets import Board, Panel

__all__ = ["board", "panel"]


def panel(
    importer: Importer,
    *,
    lang: str = "en",
    as_at: date | None = None,
    control_totals: Mapping[str, Decimal | str | int] | None = None,
    system: str | None = None,
    mode: str | None = None,
    merge: MergePolicy | Merge | str | None = None,
) -> Panel:
    """A panel for one import after the other: choose a file, match its columns, look what would happen, import, take the report.

    Its labels are the importer's profile's. What goes wrong is said on it and never raised in the notebook. The file lies
    in a temporary folder until somebody presses Close; nothing of it is kept in the notebook.

    Args:
        importer: Where the clients go; its limits say how big a file may be. Close it yourself, after the panel.
        lang: Of labels and messages: ``en``, ``nl`` or ``fr``.
        as_at: See ``Importer.plan``, also for the others.
        control_totals: Currency -> what the opening balances must add up to.
        system: The program or list that the records come from.
        mode: ``upsert``, ``create_only`` or ``update_only``.
        merge: A policy for all fields, or a ``MergePolicy``.

    Raises:
        SettingsError: there are no texts in that language.
        ClientImportError: the extra ``notebook`` is not installed.
    """
    options = {"as_at": as_at, "control_totals": control_totals, "system": system, "mode": mode, "merge": merge}
    _need_anywidget()
    from clientimport.notebook.widgets import Panel

    return Panel(importer, lang=lang, options={name: value for name, value in options.items() if value is not None})


def board(plan: Plan, *, lang: str = "en") -> Board:
    """A board to decide on *plan*: answer its questions, choose fields and clients. ``board.plan`` is the plan decided so far.

    Args:
        plan: Made by an importer, or loaded with ``importer.load``. It is not changed.
        lang: Of labels and messages: ``en``, ``nl`` or ``fr``.

    Raises:
        SettingsError: there are no texts in that language.
        StoreError: the store cannot be read.
        ClientImportError: the extra ``notebook`` is not installed.
    """
    _need_anywidget()
    from clientimport.notebook.widgets import Board

    return Board(plan, lang=lang)


def _need_anywidget() -> None:
    try:
        import anywidget  # noqa: F401
    except ModuleNotFoundError:
        raise ClientImportError("Panel and board need one more package: pip install 'clientimport[notebook]'") from None
