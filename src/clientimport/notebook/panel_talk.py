"""The panel's half of the talk with the browser: messages in, messages out, and nothing raised.

What the browser says (``type`` and what belongs to it):

- ``look``: it wants to draw the panel.
- ``begin`` (``id``, ``name``, ``size``): a file comes; ``piece`` (``id``) with one buffer: the next bytes of it.
- ``format`` (``value``), ``sheet`` (``value``), ``update`` (``value``): choices.
- ``assign`` (``column``, ``field`` or null), ``accept`` (``column``): what a column feeds.
- ``answer`` (``id``, ``choice``): an answer to one question; ``decide`` (``decisions``: id -> choice): all there are.
- ``board``: it wants the data of a board.
- ``next``, ``back``, ``import``, ``close``: the buttons.
- ``report`` (``id``): it wants the exception report.

What it hears: ``texts`` once, ``view`` after everything, ``board`` (``data``), ``got`` (``id``, ``received``) after ``begin`` and each piece, ``busy``
(``text``, ``share`` 0 to 1 or null) while something takes long, and ``report`` (``id``, ``name``, ``part``, ``parts``) with one
buffer each.

All of it goes as messages and none as widget state, so that no client stays behind in a notebook that is saved.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clientimport.importer import Importer
from clientimport.notebook.panel_state import PanelState
from clientimport.notebook.panel_view import panel_texts, panel_view
from clientimport.reports.review_page import board_data

Send = Callable[[Mapping[str, Any], Sequence[bytes]], None]

PIECE = 1 << 20
"""Bytes in one message; notebook servers refuse messages of more than ten times that."""
_PAUSE = 0.1
"""Seconds between two messages about progress."""


class PanelTalk:
    """Hears the browser and answers.

    Args:
        importer: Where the clients go.
        send: Sends a message with its buffers to the browser.
        lang: Of labels and messages.
        options: For ``importer.plan``.

    Attributes:
        state: Where the import is.

    Raises:
        SettingsError: no texts in that language.
    """

    def __init__(
        self, importer: Importer, send: Send, *, lang: str = "en", options: Mapping[str, Any] | None = None
    ) -> None:
        self.state = PanelState(importer, lang=lang, options=options, tell=self._busy)
        self._send = send
        self._file: object = None
        self._told = 0.0

    def hear(self, message: object, buffers: Sequence[bytes | memoryview] = ()) -> None:
        """Do what *message* asks, and answer. A message that makes no sense is answered with the view."""
        said: Mapping[str, Any] = message if isinstance(message, Mapping) else {}
        kind = str(said.get("type"))
        if kind == "look":
            self._send({"type": "texts", "texts": panel_texts(self.state)}, ())
        elif kind in {"begin", "piece"}:
            if self._hear_file(said, buffers):
                return
        elif kind == "board":
            with self.state.attempt():
                self._board()
        elif kind == "report":
            with self.state.attempt():
                self._report(said.get("id"))
        else:
            self._told = 0.0
            with self.state.attempt():
                _act(self.state, kind, said)
        self.show()

    def show(self) -> None:
        """Send the view as it is now; if it cannot be made, because the store went away, that at the first step."""
        try:
            view = panel_view(self.state)
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (as in PanelState.attempt)
            self.state.fail(error)
            self.state.step = "file"
            view = panel_view(self.state)
        self._send({"type": "view", "view": view}, ())

    def _hear_file(self, said: Mapping[str, Any], buffers: Sequence[bytes | memoryview]) -> bool:
        """Whether more of the file is to come, so that there is nothing new to be seen."""
        if said["type"] == "piece" and said.get("id") != self._file:
            return True  # of a file that was let go meanwhile
        with self.state.attempt():
            if said["type"] == "begin":
                self._file = None
                self.state.begin(said.get("name", ""), said.get("size", -1))
                self._file = said.get("id")
            for buffer in buffers if said["type"] == "piece" else ():
                self.state.receive(buffer)
        upload = self.state.upload
        if self.state.problem is not None or upload is None:
            return False
        self._send({"type": "got", "id": self._file, "received": upload.received}, ())
        return not upload.whole

    def _board(self) -> None:
        if self.state.plan is not None:
            self._send({"type": "board", "data": board_data(self.state.plan.overview(), self.state.lang)}, ())

    def _report(self, asked: object) -> None:
        name, content = self.state.exceptions()
        parts = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
        for number, part in enumerate(parts):
            about = {"type": "report", "id": asked, "name": name, "part": number, "parts": len(parts)}
            self._send(about, (part,))

    def _busy(self, done: int, total: int | None, stage: str) -> None:
        now = time.monotonic()
        if now - self._told < _PAUSE:
            return
        self._told = now
        say = self.state.messages.panel
        text = say("importing", done=str(done), total=str(total)) if stage == "applying" else say("reading")
        self._send({"type": "busy", "text": text, "share": done / total if total else None}, ())


def _act(state: PanelState, kind: str, said: Mapping[str, Any]) -> None:
    """Do one thing that a person did."""
    match kind:
        case "format":
            state.choose_format(said["value"])
        case "sheet":
            state.choose_sheet(said["value"])
        case "update":
            state.update_existing = bool(said["value"])
        case "assign":
            state.assign(said["column"], said["field"])
        case "accept":
            state.accept(said["column"])
        case "answer":
            state.decide({**state.decisions, said["id"]: said["choice"]})
        case "decide":
            state.decide(dict(said["decisions"]))
        case "next":
            state.next_step()
        case "back":
            state.back()
        case "import":
            state.apply()
        case "close":
            state.close()
