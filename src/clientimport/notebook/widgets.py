"""The widgets themselves: what the browser says goes to plain Python, what that answers goes to the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from clientimport.messages import Messages
from clientimport.notebook.deciding import decided
from clientimport.notebook.panel_talk import PanelTalk
from clientimport.notebook.problems import problem
from clientimport.reports.review_page import board_data, board_script, board_style

if TYPE_CHECKING:
    from clientimport.handles import Plan
    from clientimport.importer import Importer


def _text(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _script(name: str) -> str:
    """The module of one widget: the board in a room of its own, of which only ``mount`` is seen, then what both share."""
    board = board_script().replace("export function mount(", "function mount(", 1)
    return f"const mount = (() => {{\n{board}\nreturn mount;\n}})();\n{_text('frame.js')}\n{_text(name)}"


class Panel(anywidget.AnyWidget):
    """See ``clientimport.notebook.panel``. Show it as the last expression of a cell.

    Attributes:
        step: Where somebody is: ``file``, ``columns``, ``check`` or ``result``; can be observed.
        receipt: What the last import did; ``None`` before there is one. Stays when the panel is closed; can be observed.
        plan: What would be imported, at the step ``check``; else ``None``.
        error: The exception behind the message that is shown, for who looks into it; ``None`` if all is well.
    """

    _esm = _script("panel.js")
    _css = board_style() + _text("panel.css")
    step = traitlets.Unicode("file")
    receipt = traitlets.Any(None, allow_none=True)
    _talk: PanelTalk | None = None

    def __init__(self, importer: Importer, *, lang: str = "en", options: Mapping[str, Any] | None = None) -> None:
        self._talk = PanelTalk(importer, self._say, lang=lang, options=options)
        super().__init__()
        self.on_msg(self._hear)

    @property
    def plan(self) -> Plan | None:
        return None if self._talk is None else self._talk.state.plan

    @property
    def error(self) -> BaseException | None:
        return None if self._talk is None else self._talk.state.error

    def close(self) -> None:
        """Remove the file and what was made of it, and take the panel away."""
        if self._talk is not None:  # else it could not be made
            self._talk.state.close()
        super().close()

    def _say(self, message: Mapping[str, Any], buffers: Sequence[bytes]) -> None:
        self.send(dict(message), buffers=list(buffers))

    def _hear(self, _: object, message: object, buffers: Sequence[memoryview]) -> None:
        if self._talk is None:
            return
        self._talk.hear(message, buffers)
        state = self._talk.state
        self.step = state.step
        if state.receipt is not None:
            self.receipt = state.receipt


class Board(anywidget.AnyWidget):
    """See ``clientimport.notebook.board``. Show it as the last expression of a cell.

    Attributes:
        decisions: Id -> choice: what was decided, here or in the plan already. May be set from Python, and observed.
        unmet: Those that the plan cannot use -> why, as ``Plan.unmet``. They change nothing.
        problem: What kept the last decisions from being used, in words; empty if nothing did.
    """

    _esm = _script("board.js")
    _css = board_style() + _text("board.css")
    decisions = traitlets.Dict(value_trait=traitlets.Unicode(), key_trait=traitlets.Unicode()).tag(sync=True)
    unmet = traitlets.Dict(value_trait=traitlets.Unicode(), key_trait=traitlets.Unicode()).tag(sync=True)
    problem = traitlets.Unicode("").tag(sync=True)

    def __init__(self, plan: Plan, *, lang: str = "en") -> None:
        self._lang = lang
        self._messages = Messages(lang, plan.profile)
        self._given = self._plan = plan
        super().__init__(decisions=dict(plan.decisions), unmet=dict(plan.unmet))
        self.on_msg(self._hear)
        self.observe(self._decide, "decisions")

    @property
    def plan(self) -> Plan:
        """The plan with every decision that it can use; the one that was given, while nothing else was decided."""
        return self._plan

    def _decide(self, _: object) -> None:
        try:
            same = self.decisions == self._given.decisions
            self._plan = self._given if same else decided(self._given, self.decisions)
            self.unmet = dict(self._plan.unmet)
            self.problem = ""
            self.send({"type": "asked", "ids": [conflict.id for conflict in self._plan.conflicts]})
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (a kernel goes on, and the person is told)
            self.problem = self._told(error)

    def _hear(self, _: object, message: object, __: Sequence[memoryview]) -> None:
        if not isinstance(message, Mapping) or message.get("type") != "look":
            return
        try:
            self.send({"type": "board", "data": board_data(self._plan.overview(), self._lang)})
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (as above)
            self.problem = self._told(error)

    def _told(self, error: BaseException) -> str:
        told = problem(error, self._messages)
        return f"{told.head} {told.detail}".strip()
