"""Children that die."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress


def forked(act: Callable[[], None]) -> int:
    """A child process that does *act* and exits without touching what belongs to this one."""
    child = os.fork()
    if child:
        return child
    code = 1
    with suppress(BaseException):  # whatever happened, pytest must not go on in the child
        try:
            act()
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
    os._exit(code)


def waited(child: int) -> int:
    """How it ended: 0, another exit code, or minus the signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def ended(act: Callable[[], None]) -> int:
    """Do *act* in a child and wait for it."""
    return waited(forked(act))


def killed(act: Callable[[], None], after: float) -> bool:
    """Start *act* in a child, kill it *after* seconds, and say whether it was still at it."""
    import time

    child = forked(act)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    return waited(child) == -signal.SIGKILL


KILLED = -signal.SIGKILL
