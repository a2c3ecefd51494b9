"""What differs between databases: how to begin, how to ask for many things at once, what a failure means.

A further database is one more class with the attributes and methods of ``Sqlite``, and its steps in ``schema``.
Statements that every database takes stand where they are used, with ``?`` for each value.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from clientimport.adapters.stores.moves import WRONG_MOVE
from clientimport.core.canonical import encode
from clientimport.errors import KeyTakenError, OpeningExistsError, PeriodClosedError, StoreError


class Sqlite:
    """SQLite 3.24 or newer, through Python's own ``sqlite3``."""

    name = "sqlite"

    errors: tuple[type[Exception], ...] = (sqlite3.Error, UnicodeError, OverflowError)
    """What the driver raises when a statement fails; a lone surrogate in a text is a ``UnicodeError``, a number of more
    than 64 bits an ``OverflowError``."""

    chunk = 5_000
    """How many keys or ids are asked for at once: one JSON list, so the statement's text never changes."""

    has_schema = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'clientimport_meta'"

    # CROSS JOIN is SQLite's way to say that the list is read first and the index is searched for each of it.
    hits = """SELECT held.value, held.client FROM json_each(?) AS wanted
        CROSS JOIN clientimport_keys AS held
        ON held.scheme = (SELECT number FROM clientimport_scheme WHERE workspace = ? AND name = ?)
        AND held.value = wanted.value"""

    hits_in_slot = f"{hits} AND held.slot = ?"

    # SQLite's write lock, taken when the unit of work began, already keeps other writers out.
    clients = """SELECT client.id, client.version, client.document FROM json_each(?) AS wanted
        CROSS JOIN clientimport_clients AS client
        ON client.id = wanted.value AND client.workspace = ? AND client.removed = 0"""

    apart = """SELECT apart.one, apart.other FROM json_each(?) AS wanted
        CROSS JOIN clientimport_not_same AS apart
        ON apart.workspace = ? AND apart.one = wanted.value"""

    pairs = """SELECT apart.one, apart.other, apart.run FROM json_each(?) AS wanted
        CROSS JOIN clientimport_not_same AS apart ON apart.workspace = ?"""

    pairs_of = (f"{pairs} AND apart.one = wanted.value", f"{pairs} AND apart.other = wanted.value")
    """Two statements: with OR it would not search its indexes."""

    keys_of = """SELECT held.client, scheme.name, held.value, held.slot FROM json_each(?) AS wanted
        CROSS JOIN clientimport_keys AS held
        ON held.client = wanted.value
        JOIN clientimport_scheme AS scheme ON scheme.number = held.scheme AND scheme.workspace = ?
        ORDER BY held.client, scheme.name, held.value, held.slot"""

    touched = """SELECT DISTINCT done.client FROM json_each(?) AS wanted
        CROSS JOIN clientimport_run_op AS done
        ON done.client = wanted.value AND done.workspace = ? AND done.outcome = 'applied'
        AND done.action NOT IN ('deactivate', 'remove')
        JOIN clientimport_run AS run ON run.number = done.run AND run.kind = 'import' AND run.undone_by IS NULL"""

    about = """SELECT done.client, run.number, run.id, done.sequence, done.action, done.document, done.version, done.said
        FROM json_each(?) AS wanted
        CROSS JOIN clientimport_run_op AS done
        ON done.client = wanted.value AND done.workspace = ? AND done.outcome = 'applied'
        JOIN clientimport_run AS run ON run.number = done.run AND run.kind = 'import' AND run.undone_by IS NULL"""

    about_from = f"{about} AND run.system = ?"

    done = """SELECT done.sequence, done.client, done.action, done.outcome, done.document, done.version, done.said
        FROM json_each(?) AS wanted
        CROSS JOIN clientimport_run_op AS done ON done.run = ? AND done.sequence = wanted.value"""

    outbox_ids = """SELECT box.id, box.client, box.template, box.language, box.state, box.run, box.not_before, box.attempts,
        box.error, box.queued_at, box.changed_at, box.address FROM json_each(?) AS wanted
        CROSS JOIN clientimport_outbox AS box ON box.id = wanted.value AND box.workspace = ?"""

    outbox_clients = outbox_ids.replace("box.id = wanted", "box.client = wanted")

    among = "(SELECT value FROM json_each(?))"
    """The values of one packed parameter, to stand behind IN."""

    @staticmethod
    def pack_texts(values: Sequence[str]) -> str:
        """*values* as one parameter. Those with a NUL are left out: ``json_each`` would cut them off there."""
        packed = encode(values)
        if "\\u0000" in packed:
            packed = encode([value for value in values if "\0" not in value])
        return packed

    @staticmethod
    def pack_numbers(numbers: Sequence[str]) -> str:
        """Numbers, given as decimal text, as one parameter."""
        return f"[{','.join(numbers)}]"

    @staticmethod
    def in_transaction(connection: sqlite3.Connection) -> bool:
        return connection.in_transaction

    @staticmethod
    def autocommits(connection: sqlite3.Connection) -> bool:
        """Whether each statement outside an explicit transaction commits by itself."""
        mode = getattr(connection, "autocommit", -1)  # Python 3.12; -1 says that isolation_level decides
        return mode is True or (mode == -1 and connection.isolation_level is None)

    @staticmethod
    def failure(error: BaseException) -> StoreError:
        """What a driver's exception means, in words that hold no SQL and no values."""
        if isinstance(error, UnicodeError):
            return StoreError("A text holds characters that are not valid Unicode and cannot be stored.")
        if isinstance(error, OverflowError):
            return StoreError("A number is too large for the database.")
        if isinstance(error, sqlite3.IntegrityError):
            return _broken_rule(str(error))
        name = getattr(error, "sqlite_errorname", "")
        retry, text = _MEANINGS.get("_".join(name.split("_")[:2]), (False, ""))
        if not text:
            text = "The database refused a statement or the connection is no longer usable"
        return StoreError(f"{text} ({name or type(error).__name__}).", retry=retry)


_MEANINGS = {
    "SQLITE_BUSY": (True, "Another program is writing to the database and did not finish in time; try again"),
    "SQLITE_LOCKED": (True, "Another connection of this program holds the database; try again"),
    "SQLITE_FULL": (False, "The disk is full; nothing of this unit of work was kept. Make room, then go on"),
    "SQLITE_IOERR": (False, "Reading or writing the database file failed; check the disk or the network folder"),
    "SQLITE_CANTOPEN": (False, "The database file cannot be opened; check that its folder exists and may be written"),
    "SQLITE_NOTADB": (False, "The file is not an SQLite database"),
    "SQLITE_CORRUPT": (False, "The database file is damaged; restore a backup"),
    "SQLITE_READONLY": (False, "The database may only be read; check the permissions of the file and its folder"),
    "SQLITE_TOOBIG": (False, "A text is too long for the database"),
}

_RULES = (
    ("clientimport_clients.id", "A client with this id exists already."),
    ("clientimport_run_op.", "The run has an operation with this sequence already."),
    ("clientimport_run_page.", "The run has a page that begins at this sequence already."),
    ("clientimport_run.", "A run with this id exists already."),
    ("activity log is append-only", "The activity log is append-only."),
    ("postings are append-only", "What is posted is never changed or deleted."),
    ("payments are append-only", "Payments are never changed or deleted."),
    ("posting exists", "A posting with this number exists already."),
    ("posting without run", "The run is not in the run log."),
    ("posting in another entry", "A posting would stand in an entry that is not its own."),
    ("client not there", "A posting or payment is for a client that is not there or was removed."),
    ("client with opening", "A client with an opening balance cannot be removed; take the balance back first."),
    ("reversed already", "A posting was taken back already."),
    ("restored without origin", "A posting restores a balance that was never there."),
    ("reversal without mirror", "A reversal does not mirror the posting that it takes back."),
    ("register of openings", "The register of opening balances follows the postings and is not written by hand."),
    ("document exists", "An opening balance's documents are never changed."),
    ("document without opening", "Open documents belong to an opening balance."),
    ("periods are closed and reopened", "A closed period is reopened, never changed."),
    ("payment exists", "A payment with this number exists already."),
    ("invitation moves", WRONG_MOVE),
    ("invitation stays", "An invitation is moved from state to state, never changed or deleted."),
    ("invitation for nobody", "An invitation is for a client that is not there or was removed."),
    ("invitation exists", "The client has a live invitation of this template already."),
    ("clientimport_outbox.", "The client has a live invitation of this template already."),
    ("clientimport_outbox_", "An invitation is not possible: its state, day or attempts."),
    ("clientimport_posting_", "A posting is not possible: its kind, date, accounts, amount or conversion."),
    ("clientimport_open_item_", "An open document's days or amount are not possible."),
    ("clientimport_period_days", "A period has a first and a last day, in this order."),
    ("clientimport_payment_", "A payment's date or amount is not possible."),
)


def _broken_rule(text: str) -> StoreError:
    if "clientimport_keys.client" in text:
        return KeyTakenError("An exclusive key is held by another client.")
    if "opening exists" in text:
        return OpeningExistsError("The client has an opening balance in this currency already.")
    if "closed period" in text:
        return PeriodClosedError("A posting would be dated in a closed period.")
    for mark, meaning in _RULES:
        if mark in text:
            return StoreError(meaning)
    return StoreError("A row breaks a rule of the database.")
