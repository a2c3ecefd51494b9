"""The command line: prints and asks, decides nothing. click and rich come with ``clientimport[cli]``."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``clientimport`` with *arguments* (the process's own by default) and end the process.

    Raises:
        SystemExit: always; 0 done, 1 done with rows refused or questions left, 2 wrong usage or settings, a source or plan
            that cannot be used, or a missing permission, 3 the outside world failed, 130 stopped by Ctrl+C.
    """
    try:
        import click  # noqa: F401
    except ModuleNotFoundError:
        print("The command line needs more packages: pip install 'clientimport[cli]'", file=sys.stderr)
        raise SystemExit(2) from None
    from clientimport.cli.running import run

    # The process is ours: looking for garbage at every 700 new objects takes up to a tenth of an import.
    gc.set_threshold(50_000, *gc.get_threshold()[1:])
    raise SystemExit(run(sys.argv[1:] if arguments is None else arguments))
