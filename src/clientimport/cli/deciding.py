"""Decisions at the command line: written to be taken, and told where they did nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click

from clientimport.cli.output import Face
from clientimport.core.findings import DECISION_CODES, Finding, Severity
from clientimport.errors import SettingsError
from clientimport.handles import Plan
from clientimport.messages import Messages
from clientimport.services.leaving import REFUSED

REVIEW_FILES = (".html", ".xlsx")


def write_review(made: Plan, path: Path, speak: Face, product: str | None = None) -> None:
    """Write *made* beside the store, as a workbook or page, and say how to use what is decided there.

    Raises:
        UsageError: choices that somebody made in the workbook at *path* would be lost.
    """
    decided = path.name
    if path.suffix.lower() == ".html":
        made.to_html(path, speak.lang, product=product)
        decided = "decisions.json"
    else:
        if choices_lost(made, path):
            raise click.UsageError(
                f"{path.name} holds choices that this plan does not have, and they would be lost. "
                f"Give it with --decisions {path.name} as well, or write to another file."
            )
        made.to_xlsx(path, speak.lang, product=product)
    speak.note(f"Written: {path}. To use what is decided there, add to plan or apply: --decisions {decided}")


def choices_lost(made: Plan, path: Path) -> bool:
    """Whether there is a review workbook at *path* with choices that *made* was not decided with."""
    from clientimport.reports.review_reading import read_review

    with contextlib.suppress(SettingsError):  # no review, or not to be read: there is nothing of ours to lose
        read = read_review(path) if path.exists() else None
        return read is not None and not read.decisions.items() <= made.decisions.items()
    return False


def refuse_misread(made: Plan, speak: Face) -> None:
    """Look that every choice of a filled-in workbook was understood, before anything is written.

    Raises:
        UsageError: some were not; they are named on standard error.
    """
    wrong = [each for each in _about_decisions(made) if each.severity is Severity.ERROR and each.code in DECISION_CODES]
    if wrong:
        for each in wrong[:10]:  # what somebody typed belongs in a report, not in an error's text
            speak.note(Messages(speak.lang).line(each))
        raise click.UsageError(
            f"Nothing was written: {len(wrong)} of the choices cannot be understood. 'clientimport plan' shows which."
        )


def tell_undone(made: Plan, speak: Face) -> bool:
    """Say what was decided and will not be done, and why; answer whether there is any."""
    found = list(_about_decisions(made))
    for finding in found:
        speak.note(Messages(speak.lang).line(finding))
    return bool(found)


def _about_decisions(made: Plan) -> Iterator[Finding]:
    return (each for each in made.source_findings if each.code in DECISION_CODES or each.code == REFUSED)
