"""From arguments to an exit code; every failure becomes one line, or one JSON object."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence

import click

from clientimport.cli.applying import StoppedError
from clientimport.cli.commands import commands
from clientimport.cli.output import print_json
from clientimport.errors import AdapterError, ClientImportError, PeriodClosedError
from clientimport.messages import visible

DONE, LEFT, WRONG, FAILED, STOPPED = 0, 1, 2, 3, 130
"""Exit codes: done; done with rows refused or questions left; wrong usage or settings, a source or plan that cannot be
used, a missing permission, or a closed period; the outside world failed; Ctrl+C."""


def run(arguments: Sequence[str]) -> int:
    """Do what *arguments* ask and answer the exit code. Anything but a defect of ours ends without a traceback."""
    if sys.stdout is None:  # closed by whoever started us: what is printed is for nobody
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # open until the process ends
    for stream in (sys.stdout, sys.stderr):  # a name that the terminal's encoding lacks is written as an escape
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")
    try:
        code = commands.main(args=list(arguments), prog_name="clientimport", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        return _failed(arguments, "usage", error.format_message(), WRONG)
    except StoppedError as error:
        return _failed(arguments, error.code, str(error), STOPPED if error.code == StoppedError.code else FAILED)
    except (click.Abort, KeyboardInterrupt):
        return _failed(arguments, StoppedError.code, "Stopped.", STOPPED)
    except PeriodClosedError as error:  # nothing failed: the books say no
        return _failed(arguments, error.code, str(error), WRONG)
    except AdapterError as error:
        return _failed(arguments, error.code, str(error), FAILED)
    except ClientImportError as error:
        return _failed(arguments, error.code, str(error), WRONG)
    except (BrokenPipeError, SystemExit):  # whoever read our output has seen enough; click ends the process then
        with contextlib.suppress(OSError, ValueError):  # a stdout that is no file
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        return _failed(arguments, "system", f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), FAILED)
    return code if isinstance(code, int) else DONE


def _failed(arguments: Sequence[str], code: str, message: str, exit_code: int) -> int:
    with contextlib.suppress(OSError):  # a full disk under our output is told by the exit code
        if "--json" in arguments:
            print_json({"error": {"code": code, "message": message}})
        else:
            click.echo(f"clientimport: {visible(message)}", err=True)
    return exit_code
