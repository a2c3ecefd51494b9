"""Applying from the command line: what was stopped half-way can be gone on with."""

from __future__ import annotations

from pathlib import Path

from clientimport.cli.output import Face
from clientimport.errors import AdapterError, ClientImportError
from clientimport.handles import Plan, Receipt
from clientimport.importer import Importer, Step


class StoppedError(ClientImportError):
    """An apply was stopped after its first commit; the text says how to go on."""

    code = "stopped"

    def __init__(self, text: str, *, code: str = code) -> None:
        self.code = code
        super().__init__(text)


def apply_plan(host: Importer, made: Plan, saved: Path | None, where: str, speak: Face) -> Receipt:
    """Apply *made*; *saved* is the file it was loaded from, ``None`` if it was made from a source just now.

    *where* is what a command needs to act on the same clients (see ``options.where``).

    Raises:
        StoppedError: by Ctrl+C or a failing store, with some records committed. A plan that was not saved is now.
    """
    tell_of_applied(host, made, speak)
    _tell_of_earlier(host, made, where, speak)
    step: Step | None = None
    try:
        with speak.progress() as progress:
            for step in host.apply_iter(made):
                if progress is not None:
                    progress(step.done, step.total, "applying")
    except (KeyboardInterrupt, AdapterError) as error:
        if step is None:
            raise
        why, code = ("Stopped", StoppedError.code) if isinstance(error, KeyboardInterrupt) else (str(error), error.code)
        raise StoppedError(f"{why.rstrip('.')}. {_how_to_go_on(made, saved, where, step)}", code=code) from None
    assert step is not None
    assert step.receipt is not None
    return step.receipt


def tell_of_applied(host: Importer, made: Plan, speak: Face) -> None:
    """Say so if this very plan was applied already: whoever sees it again should not wonder what it changes."""
    for run in host.runs.list():
        if run.plan_digest == made.digest and run.state == "done" and run.undone_by is None:
            speak.note(f"This plan was applied already, by {run.actor} on {run.started_at}, as run {run.id}.")


def _how_to_go_on(made: Plan, saved: Path | None, where: str, step: Step) -> str:
    done = f"{step.done} of {step.total} records are done. "
    back = f"To take them back: clientimport undo {step.run} {where}."
    path = saved or Path(f"clientimport-{step.run}.jsonl")
    if saved is None:
        try:
            made.save(path)
        except (OSError, ClientImportError) as error:  # perhaps the disk that filled up is this one
            return f"{done}The plan could not be saved ({error}); importing the file again does the rest. {back}"
    return f"{done}To go on: clientimport apply {path} {where} --yes. {back}"


def _tell_of_earlier(host: Importer, made: Plan, where: str, speak: Face) -> None:
    """Name runs of the same file that were stopped for good, as by a power cut: this plan takes up what they did not do."""
    for run in host.runs.list():
        receipt = host.runs.receipt(run.id) if run.kind == "import" and run.state == "running" else None
        if receipt is None or receipt.undone_by or receipt.plan_digest == made.digest:
            continue
        if receipt.header["source"]["digest"] == made.header["source"]["digest"]:
            speak.note(
                f"Run {run.id} of {run.started_at} was stopped half-way; what it wrote is there, and this run does the "
                f"rest. To take its part back as well: clientimport undo {run.id} {where}"
            )
