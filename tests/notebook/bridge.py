"""A real widget without a notebook: its comm is a list of messages, or a page of a real browser."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

Sent = tuple[dict[str, Any], list[bytes]]
"""A message from the widget, with its buffers."""


_HOST = "http://notebook.test/"
_PAGE = """<!doctype html><meta charset="utf-8"><title>A notebook</title>
<style>body {{ margin: 16px; background: {background}; color: {color}; font-family: sans-serif; }}</style>
<div id="cell"></div>"""
_MODEL = """
async ([esm, css, state]) => {
  const style = document.createElement("style");
  style.textContent = css;
  document.head.append(style);
  const listeners = {};
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const text = (buffer) => {
    let out = "";
    for (const byte of new Uint8Array(buffer.buffer ?? buffer)) out += String.fromCharCode(byte);
    return btoa(out);
  };
  const changed = new Set();
  const tell = async (data, buffers) => {
    for (const [sent, sentBuffers] of await window.toPython(JSON.stringify(data), (buffers ?? []).map(text))) {
      if (sent.method === "custom") for (const f of [...(listeners["msg:custom"] ?? [])]) f(sent.content, sentBuffers.map(bytes));
      if (sent.method !== "update") continue;
      for (const [name, value] of Object.entries(sent.state)) {
        state[name] = value;
        for (const f of [...(listeners[`change:${name}`] ?? [])]) f();
      }
    }
  };
  const model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; changed.add(name); for (const f of listeners[`change:${name}`] ?? []) f(); },
    save_changes: () => {
      const sent = Object.fromEntries([...changed].map((name) => [name, state[name]]));
      changed.clear();
      tell({ method: "update", state: sent, buffer_paths: [] });
    },
    on: (name, f) => (listeners[name] ??= []).push(f),
    off: (name, f) => (listeners[name] = (listeners[name] ?? []).filter((other) => other !== f)),
    send: (content, callbacks, buffers) => void tell({ method: "custom", content }, buffers),
  };
  window.model = model;
  const module = await import(URL.createObjectURL(new Blob([esm], { type: "text/javascript" })));
  window.leave = await module.default.render({ model, el: document.getElementById("cell") });
}
"""


def list_comm(*arguments: Any, **given: Any) -> Any:
    """A comm that keeps what the widget sends."""
    from comm.base_comm import BaseComm

    class ListComm(BaseComm):
        def __init__(self, *arguments: Any, **given: Any) -> None:
            self.sent: list[Sent] = []
            super().__init__(*arguments, **given)

        def publish_msg(
            self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **_: Any
        ) -> None:
            if msg_type == "comm_msg":
                self.sent.append((json.loads(json.dumps(data)), [bytes(buffer) for buffer in buffers or ()]))

    return ListComm(*arguments, **given)


@attrs.define
class Bridge:
    """One widget, and what goes to and fro."""

    widget: Any

    def tell(self, content: object, *buffers: bytes) -> list[Sent]:
        """Send a custom message as the browser would; answers what the widget sends back."""
        return self.give({"method": "custom", "content": content}, buffers)

    def give(self, data: object, buffers: Sequence[bytes] = ()) -> list[Sent]:
        comm = self.widget.comm
        comm.sent.clear()
        comm.handle_msg({"content": {"data": data}, "buffers": [memoryview(buffer) for buffer in buffers]})
        return list(comm.sent)

    def view(self, content: object, *buffers: bytes) -> dict[str, Any]:
        """The last view that the panel sends back."""
        views = [sent["content"]["view"] for sent, _ in self.tell(content, *buffers) if _is(sent, "view")]
        return views[-1]  # type: ignore[no-any-return]

    def show(self, page: Any, *, dark: bool = False) -> None:
        """Render the widget's own module in *page*, as a notebook does."""

        def to_python(data: str, buffers: list[str]) -> list[Any]:
            sent = self.give(json.loads(data), [base64.b64decode(buffer) for buffer in buffers])
            return [[message, [base64.b64encode(buffer).decode() for buffer in parts]] for message, parts in sent]

        colours = {"background": "#111", "color": "#ddd"} if dark else {"background": "#fff", "color": "#222"}
        html = _PAGE.format(**colours)
        page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(_HOST)
        page.expose_function("toPython", to_python)
        state = {name: value for name, value in self.widget.get_state().items() if not isinstance(value, bytes)}
        plain = {name: value for name, value in state.items() if name in {"decisions", "unmet", "problem", "step"}}
        page.evaluate(_MODEL, [state["_esm"], state["_css"], plain])


def _is(sent: dict[str, Any], kind: str) -> bool:
    return bool(sent["method"] == "custom" and sent["content"]["type"] == kind)


def browser_page(browser: Any, *, width: int = 1000) -> Iterator[Any]:
    """A page of *browser*; complains about anything that the page logs as an error."""
    errors: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield page
    page.close()
    assert not errors, errors
