"""The import panel without its looks: where somebody is in an import, and what each thing they do changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from clientimport.core.suggesting import Suggestion
from clientimport.errors import SettingsError, SourceUnreadableError
from clientimport.messages import Messages
from clientimport.notebook.deciding import decided
from clientimport.notebook.problems import Problem, problem
from clientimport.notebook.upload import Upload

if TYPE_CHECKING:
    from clientimport.handles import Plan, Receipt
    from clientimport.importer import Importer
    from clientimport.workbench import Inspection

STEPS = ("file", "columns", "check", "result")
"""Where somebody can be, in order."""

FORMATS = {"auto": None, "comma": ",", "semicolon": ";", "tab": "\t"}
"""Choices of the file format, and the delimiter each one means; ``None``: found out."""

Tell = Callable[[int, int | None, str], None]


class PanelState:
    """One import, from the file to the report.

    Each method is one thing a person does; what goes wrong raises, as it does in the importer. ``attempt`` turns that into
    ``problem``, and leaves everything as it was before.

    Args:
        importer: Where the clients go. The host closes it.
        lang: Of labels and messages.
        options: For ``importer.plan``: ``as_at``, ``system``, ``control_totals``, ``mode``, ``merge``.
        tell: Called with (done, total or ``None``, stage) while something takes long.

    Attributes:
        step: One of ``STEPS``.
        upload: The file, whole or on its way; ``None`` before there is one.
        delimiter: One of ``FORMATS``.
        sheet: The worksheet that was chosen; ``None``: the first with something in it.
        suggestion: Which column feeds which field now.
        update_existing: Whether clients that are here already are updated.
        plan: What the import would do, with every answer that was given.
        receipt: What it did.
        problem: What went wrong last; ``None`` after something went well.
        error: The exception behind it, for who looks into it.

    Raises:
        SettingsError: no texts in that language.
    """

    def __init__(
        self,
        importer: Importer,
        *,
        lang: str = "en",
        options: Mapping[str, Any] | None = None,
        tell: Tell | None = None,
    ) -> None:
        self.importer = importer
        self.lang = lang
        self.messages = Messages(lang, importer.profile, fields=importer.schema)
        self.problem: Problem | None = None
        self.error: BaseException | None = None
        self._options = dict(options or {})
        self._tell = tell
        self._empty()

    def _empty(self) -> None:
        self.step = STEPS[0]
        self.upload: Upload | None = None
        self.delimiter = "auto"
        self.sheet: str | None = None
        self.inspection: Inspection | None = None
        self.suggestion: Suggestion | None = None
        self._looked_at: object = None
        self.update_existing = self.importer.profile.update_existing
        self.plan: Plan | None = None
        self._asked: Plan | None = None  # as it was before anything was decided, so that answers can be taken back
        self.receipt: Receipt | None = None

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Whatever is raised within becomes ``problem``; nothing comes out."""
        try:
            yield
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (a kernel goes on, and the person is told)
            self.fail(error)
        else:
            self.error = self.problem = None

    def fail(self, error: BaseException) -> None:
        """Keep what went wrong, and the words for it."""
        self.error = error
        self.problem = problem(error, self.messages)

    # ------------------------------------------------------------------------------------------------ the file

    @property
    def limit(self) -> int:
        """Bytes that a file may have."""
        return self.importer.limits.file_bytes

    def begin(self, name: str, size: int) -> None:
        """A file of *size* bytes is coming; one that was there before goes.

        Raises:
            LimitExceededError: it is bigger than the importer's limits.
            PermissionRefusedError: the actor may not import, so nothing is received.
        """
        importer = self.importer
        importer.actor.require(importer.profile.permissions.get("import", ()), importer.profile.permission_labels)
        delimiter = self.delimiter
        self.close()
        self.delimiter = delimiter
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise SourceUnreadableError("The size of the file is not known.")
        self.upload = Upload(str(name), size, self.limit)

    def receive(self, data: bytes | memoryview) -> int:
        """The next piece of the file; answers how many bytes are there. A file that comes wrong is let go.

        Raises:
            SourceUnreadableError: no file was begun, or more comes than was said.
        """
        if self.upload is None:
            raise SourceUnreadableError("A piece of a file came, and no file was begun.")
        try:
            self.upload.add(data)
        except (SourceUnreadableError, OSError):
            self.close()
            raise
        return self.upload.received

    def choose_format(self, delimiter: str) -> None:
        """How the file separates its columns.

        Raises:
            SettingsError: not one of ``FORMATS``.
        """
        if delimiter not in FORMATS:
            raise SettingsError("file format", delimiter, allowed=tuple(FORMATS))
        self.delimiter = delimiter

    # ------------------------------------------------------------------------------------------------ the steps

    def next_step(self) -> None:
        """From the file to its columns, and from there to what the import would do.

        Raises:
            SourceError: there is no whole file, or it cannot be read.
            StoreError: the store cannot be read.
        """
        if self.step == "file":
            self._inspect()
        elif self.step == "columns":
            self._plan()

    def back(self) -> None:
        """One step back; a plan that was made is let go."""
        if self.step == "columns":
            self.step = "file"
        elif self.step == "check":
            self._drop_plan()
            self.step = "columns"

    def close(self) -> None:
        """Let go of the file, of what was made of it, and begin anew."""
        self._drop_plan()
        if self.upload is not None:
            self.upload.close()
        self._empty()

    # ------------------------------------------------------------------------------------------------ the columns

    def choose_sheet(self, sheet: str) -> None:
        """Read another worksheet of the workbook.

        Raises:
            SettingsError: there is none of that name.
        """
        before, self.sheet = self.sheet, sheet
        try:
            self._inspect()
        except BaseException:
            self.sheet = before
            raise

    def assign(self, header: str, field: str | None) -> None:
        """Let a column feed *field*; ``None`` leaves it out.

        Raises:
            SettingsError: there is no such column or field.
        """
        if self.suggestion is None:
            raise SettingsError("column", header, wanted="a file first")
        self.suggestion = self.suggestion.change(header, field) if field else self.suggestion.drop(header)

    def accept(self, header: str) -> None:
        """Take what is suggested for a column.

        Raises:
            SettingsError: there is no such column, or nothing is suggested for it.
        """
        if self.suggestion is None:
            raise SettingsError("column", header, wanted="a file first")
        self.suggestion = self.suggestion.accept(header)

    @property
    def decisions(self) -> Mapping[str, str]:
        """What was decided about the plan: id -> choice."""
        return {} if self.plan is None else self.plan.decisions

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields that every client needs and no column feeds yet."""
        if self.suggestion is None:
            return ()
        fed = {entry.field for entry in self.suggestion.mapping.fields}
        if {"first_name", "last_name", "company_name"} & fed:
            fed.add("name")  # made of them
        return tuple(name for name in self.importer.profile.required if name not in fed)

    # ------------------------------------------------------------------------------------------------ the plan

    def decide(self, decisions: Mapping[str, str]) -> None:
        """Let these be all decisions: answers to questions, choices about single records, fields and clients.

        One that the plan cannot use, because another made its question go away, is a finding of the plan.

        Raises:
            SettingsError: there is no plan yet, or a choice is not one of those there are.
            StoreError: the store cannot be read.
        """
        if self._asked is None:
            raise SettingsError("decision", next(iter(decisions), ""), wanted="a plan first")
        self._set_plan(decided(self._asked, decisions))

    def apply(self) -> None:
        """Do what the plan says; after a failure, go on where it stopped.

        Raises:
            StoreError: the store failed.
            PermissionRefusedError: before anything is written.
        """
        if self.plan is None:
            raise SettingsError("import", "nothing", wanted="a file first")
        self.receipt = self.importer.apply(self.plan, progress=self._tell)
        self.step = "result"

    def exceptions(self) -> tuple[str, bytes]:
        """(file name, bytes) of the workbook with the rows that did not go in.

        Raises:
            SettingsError: nothing was imported yet.
        """
        import tempfile
        from pathlib import Path

        if self.receipt is None:
            raise SettingsError("report", "nothing", wanted="an import first")
        report = self.receipt.exceptions.in_language(self.lang)
        with tempfile.TemporaryDirectory(prefix="clientimport-") as folder:
            path = Path(folder) / "exceptions.xlsx"
            report.to_xlsx(path)
            return path.name, path.read_bytes()

    # ------------------------------------------------------------------------------------------------ the inside

    def _source(self) -> tuple[Any, dict[str, Any]]:
        if self.upload is None or not self.upload.whole:
            raise SourceUnreadableError("There is no whole file yet.")
        options = {"name": self.upload.name, "delimiter": FORMATS[self.delimiter], "sheet": self.sheet}
        return self.upload.path, {key: value for key, value in options.items() if value is not None}

    def _inspect(self) -> None:
        path, options = self._source()
        if self._looked_at != (path, options):  # else the columns stay as they were chosen
            self.inspection = self.importer.inspect(path, **options)
            self.suggestion = self.inspection.suggestion
            self._looked_at = (path, options)
        self.step = "columns"

    def _plan(self) -> None:
        path, options = self._source()
        plan = self.importer.plan(
            path,
            mapping=self.suggestion,
            update_existing=self.update_existing,
            progress=self._tell,
            **self._options,
            **options,
        )
        self._drop_plan()
        self.plan = self._asked = plan
        self.step = "check"

    def _set_plan(self, plan: Plan | None) -> None:
        if self.plan is not None and self.plan is not self._asked:
            self.plan.close()
        self.plan = plan

    def _drop_plan(self) -> None:
        self._set_plan(None)
        if self._asked is not None:
            self._asked.close()
            self._asked = None
