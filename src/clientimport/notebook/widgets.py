"""The widgets themselves: what the browser says goes to plain Python, what that answers goes to the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from clientimport.notebook.panel_talk import PanelTalk

if TYPE_CHECKING:
    from clientimport.handles import Plan, Receipt
    from clientimport.importer import Importer


def _text(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


class Panel(anywidget.AnyWidget):
    """See ``clientimport.notebook.panel``. Show it as the last expression of a cell.

    Attributes:
        step: Where somebody is: ``file``, ``columns``, ``check`` or ``result``; can be observed.
        receipt: What the last import did; ``None`` before there is one. Stays when the panel is closed; can be observed.
        plan: What would be imported, at the step ``check``; else ``None``.
        error: The exception behind the message that is shown, for who looks into it; ``None`` if all is well.
    """

    _esm = _text("panel.js")
    _css = _text("panel.css")
    step = traitlets.Unicode("file")
    receipt = traitlets.Any(None, allow_none=True)

    def __init__(self, importer: Importer, *, lang: str = "en", options: Mapping[str, Any] | None = None) -> None:
        self._talk = PanelTalk(importer, self._say, lang=lang, options=options)
        super().__init__()
        self.on_msg(self._hear)

    @property
    def plan(self) -> Plan | None:
        return self._talk.state.plan

    @property
    def error(self) -> BaseException | None:
        return self._talk.state.error

    def close(self) -> None:
        """Remove the file and what was made of it, and take the panel away."""
        self._talk.state.close()
        super().close()

    def _say(self, message: Mapping[str, Any], buffers: Sequence[bytes]) -> None:
        self.send(dict(message), buffers=list(buffers))

    def _hear(self, _: object, message: object, buffers: Sequence[memoryview]) -> None:
        self._talk.hear(message, buffers)
        state = self._talk.state
        self.step = state.step
        if state.receipt is not None:
            self.receipt = state.receipt
