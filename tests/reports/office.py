"""LibreOffice without a screen: saves a workbook again, and types into one as a person would."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PATIENCE = 180
_FILTER = "Calc MS Excel 2007 XML"

_TYPING = """
import json, sys, time
import uno
from com.sun.star.beans import PropertyValue

def said(name, value):
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found

pipe, source, target, cells, wanted = sys.argv[1:]
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
for attempt in range(300):
    try:
        context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.2)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
book = desktop.loadComponentFromURL(source, "_blank", 0, ())
sheet = book.Sheets.getByIndex(0)
frame = book.CurrentController.Frame
book.CurrentController.setActiveSheet(sheet)
dispatcher = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
refused = []
for place, text in json.loads(cells).items():
    before = sheet.getCellRangeByName(place).getCellByPosition(0, 0).getFormula()
    dispatcher.executeDispatch(frame, ".uno:GoToCell", "", 0, (said("ToPoint", place),))
    dispatcher.executeDispatch(frame, ".uno:EnterString", "", 0, (said("StringName", text),))
    if sheet.getCellRangeByName(place).getCellByPosition(0, 0).getFormula() == before:
        refused.append(place)
book.storeToURL(target, (said("FilterName", wanted),))
book.close(True)
print(json.dumps(refused), flush=True)
try:
    desktop.terminate()
except Exception:
    pass
"""


def office() -> str | None:
    """The program, if it is installed."""
    return shutil.which("soffice")


@cache
def python_of_office() -> str | None:
    """A Python that can steer it."""
    for python in filter(None, map(shutil.which, ("/usr/bin/python3", "python3"))):
        if subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0:
            return python
    return None


def save_again(path: Path, folder: Path) -> Path:
    """*path* opened and saved as the same kind of file in *folder*."""
    command = [
        "soffice",
        _profile(folder),
        "--headless",
        "--convert-to",
        path.suffix[1:],
        "--outdir",
        str(folder),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
    return folder / path.name


def type_into(path: Path, folder: Path, cells: Mapping[str, str]) -> tuple[Path, list[str]]:
    """*path* with *cells* (place -> text) typed on its first sheet, saved in *folder*; and the places that took nothing."""
    folder.mkdir(exist_ok=True)
    python = python_of_office()
    assert python is not None
    pipe = f"clientimport{uuid.uuid4().hex}"
    command = ["soffice", _profile(folder), "--headless", "--norestore", f"--accept=pipe,name={pipe};urp"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    saved = folder / path.name
    try:
        done = subprocess.run(
            [python, "-c", _TYPING, pipe, path.as_uri(), saved.as_uri(), json.dumps(cells), _FILTER],
            check=False,
            capture_output=True,
            timeout=PATIENCE,
            encoding="utf-8",
        )
        if not done.stdout.strip():  # it may crash while it says goodbye, when all is done and told
            raise subprocess.CalledProcessError(done.returncode, "soffice", done.stdout, done.stderr)
    finally:
        deadline = time.monotonic() + 20
        while running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        if running.poll() is None:
            running.terminate()
            running.wait(20)
    return saved, json.loads(done.stdout)


def _profile(folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    return f"-env:UserInstallation={(folder / 'office').as_uri()}"
