"""The tables of the SQL store, as numbered steps that are never changed once released; a new need is a new step.

A store on an engine takes the steps itself when it is opened. On a borrowed connection it does not: there the host
puts ``steps()`` into its own migrations.
"""

from __future__ import annotations

import attrs

from clientimport.errors import SettingsError


@attrs.frozen
class Step:
    """One numbered change of the schema.

    Attributes:
        number: The schema's version once the step is taken.
        statements: SQL statements, each without a semicolon at its end, to be sent one by one in one transaction. The
            last ones record the version.
    """

    number: int
    statements: tuple[str, ...]


def steps(dialect: str = "sqlite", *, after: int = 0) -> tuple[Step, ...]:
    """The steps above version *after* (0: all of them), in order.

    Raises:
        SettingsError: No steps are written for this *dialect*.
    """
    if dialect not in _STEPS:
        raise SettingsError("dialect", dialect, allowed=sorted(_STEPS))
    return tuple(step for step in _STEPS[dialect] if step.number > after)


def newest(dialect: str = "sqlite") -> int:
    """The schema version that this release reads and writes.

    Raises:
        SettingsError: No steps are written for this *dialect*.
    """
    return steps(dialect)[-1].number


# Columns are INTEGER and TEXT only, so that a copy in any other database means the same. Every row and every unique key
# carries the workspace. There are no foreign keys: a host's SQLite connection enforces them or not as it likes, so
# they could not be relied on.
_SQLITE_1 = (
    "CREATE TABLE clientimport_meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # The id is unique over all workspaces and is the row's place in the table; AUTOINCREMENT is not needed, because
    # ids come from the counter in meta and rows are never deleted.
    """CREATE TABLE clientimport_clients (
        id INTEGER NOT NULL PRIMARY KEY,
        workspace TEXT NOT NULL,
        version INTEGER NOT NULL,
        removed INTEGER NOT NULL,
        document TEXT NOT NULL)""",
    # For scans of one workspace; SQLite adds the id behind it.
    "CREATE INDEX clientimport_clients_live ON clientimport_clients (workspace) WHERE removed = 0",
    # A number for each scheme of each workspace: it keeps both texts out of every key and its index, which makes
    # inserting a client with three keys a fifth cheaper.
    """CREATE TABLE clientimport_scheme (
        number INTEGER NOT NULL PRIMARY KEY,
        workspace TEXT NOT NULL,
        name TEXT NOT NULL,
        UNIQUE (workspace, name))""",
    """CREATE TABLE clientimport_keys (
        scheme INTEGER NOT NULL,
        value TEXT NOT NULL,
        slot TEXT NOT NULL,
        client INTEGER NOT NULL,
        PRIMARY KEY (scheme, value, slot)) WITHOUT ROWID""",
    "CREATE INDEX clientimport_keys_client ON clientimport_keys (client)",
    # The number is the run's place in time and stands for its long id in the tables below.
    """CREATE TABLE clientimport_run (
        number INTEGER NOT NULL PRIMARY KEY,
        workspace TEXT NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        plan_digest TEXT NOT NULL,
        state TEXT NOT NULL,
        through INTEGER NOT NULL,
        actor TEXT NOT NULL,
        source TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        counts TEXT NOT NULL,
        header TEXT NOT NULL,
        undone_by TEXT,
        revision TEXT NOT NULL,
        UNIQUE (workspace, id))""",
    "CREATE INDEX clientimport_run_plan ON clientimport_run (workspace, plan_digest)",
    """CREATE TABLE clientimport_run_page (
        workspace TEXT NOT NULL,
        run INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        lines TEXT NOT NULL,
        PRIMARY KEY (workspace, run, first))""",
    """CREATE TABLE clientimport_run_op (
        workspace TEXT NOT NULL,
        run INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        client INTEGER,
        action TEXT NOT NULL,
        outcome TEXT NOT NULL,
        document TEXT NOT NULL,
        version INTEGER,
        PRIMARY KEY (run, sequence)) WITHOUT ROWID""",
    "CREATE INDEX clientimport_run_op_client ON clientimport_run_op (client) WHERE client IS NOT NULL",
    """CREATE TABLE clientimport_activity (
        workspace TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        run TEXT,
        summary TEXT NOT NULL,
        previous TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (workspace, sequence)) WITHOUT ROWID""",
    """CREATE TRIGGER clientimport_activity_no_update BEFORE UPDATE ON clientimport_activity
        BEGIN SELECT RAISE(ABORT, 'the activity log is append-only'); END""",
    """CREATE TRIGGER clientimport_activity_no_delete BEFORE DELETE ON clientimport_activity
        BEGIN SELECT RAISE(ABORT, 'the activity log is append-only'); END""",
    # The store's id is made where the step runs: one migration file run on two databases makes two stores.
    "INSERT INTO clientimport_meta (name, value) VALUES ('store', lower(hex(randomblob(16))))",
    "INSERT INTO clientimport_meta (name, value) VALUES ('next_client', '1')",
    "INSERT INTO clientimport_meta (name, value) VALUES ('schema', '1')",
)

# The rules of the ledger stand here and not in the code alone: whoever writes to these tables, by whatever program, is
# refused. Three things follow from how SQLite works. What a trigger refuses, it refuses in words that ``dialects`` knows.
# The rules that a unique index would keep are checked by a trigger before it, because INSERT OR REPLACE would make room
# by deleting, and delete triggers do not hear of that. And inside a trigger the outer statement's OR IGNORE counts, so
# nothing is left to a conflict there. A day must be one of the calendar: date() alone would let 30 February pass, and
# counts it on only where it has to reckon.
_SQLITE_2 = (
    # Digest of the source that the run read.
    "ALTER TABLE clientimport_run ADD COLUMN source_digest TEXT NOT NULL DEFAULT ''",
    # One row moves an amount to an account from its contra account: no entry can fail to balance. An entry is the rows
    # that name the same first one. The number is unique over all workspaces. The smallest whole number is left out of
    # the amounts because it has no mirror.
    """CREATE TABLE clientimport_posting (
        number INTEGER NOT NULL PRIMARY KEY,
        workspace TEXT NOT NULL,
        entry INTEGER NOT NULL,
        run INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        joint INTEGER NOT NULL,
        kind TEXT NOT NULL,
        date TEXT NOT NULL,
        client INTEGER,
        account TEXT NOT NULL,
        contra TEXT NOT NULL,
        currency TEXT NOT NULL,
        minor INTEGER NOT NULL,
        rate TEXT,
        base_currency TEXT,
        base_minor INTEGER,
        reverses INTEGER,
        sources TEXT NOT NULL,
        restores INTEGER,
        CONSTRAINT clientimport_posting_currency CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
        CONSTRAINT clientimport_posting_restores CHECK (restores IS NULL OR kind = 'opening'),
        CONSTRAINT clientimport_posting_kind CHECK (kind IN ('opening', 'reversal', 'rounding')),
        CONSTRAINT clientimport_posting_party CHECK (CASE kind
            WHEN 'opening' THEN client IS NOT NULL
            WHEN 'rounding' THEN client IS NULL
            ELSE 1 END),
        CONSTRAINT clientimport_posting_takes_back CHECK ((kind = 'reversal') = (reverses IS NOT NULL)),
        CONSTRAINT clientimport_posting_joint CHECK (joint IN (0, 1)),
        CONSTRAINT clientimport_posting_date CHECK (date IS date(date, '+0 days') AND date > '0001'),
        CONSTRAINT clientimport_posting_accounts CHECK (account <> contra),
        CONSTRAINT clientimport_posting_minor CHECK (typeof(minor) = 'integer' AND minor <> 0
            AND minor >= -9223372036854775807),
        CONSTRAINT clientimport_posting_base CHECK (CASE
            WHEN base_minor IS NULL THEN rate IS NULL AND base_currency IS NULL
            ELSE rate IS NOT NULL AND base_currency IS NOT NULL AND typeof(base_minor) = 'integer'
                AND base_minor >= -9223372036854775807 AND (base_minor = 0 OR (base_minor > 0) = (minor > 0))
            END))""",
    "CREATE INDEX clientimport_posting_workspace ON clientimport_posting (workspace)",
    "CREATE INDEX clientimport_posting_run ON clientimport_posting (run)",
    # The first rows of the entries that a run makes for a whole day.
    "CREATE INDEX clientimport_posting_joint ON clientimport_posting (run, date) WHERE joint = 1 AND entry = number",
    "CREATE UNIQUE INDEX clientimport_posting_reverses ON clientimport_posting (reverses) WHERE reverses IS NOT NULL",
    "CREATE INDEX clientimport_posting_rounding ON clientimport_posting (entry) WHERE kind = 'rounding'",
    # The opening balances that stand. Only the triggers below write it, so its key says: one a client and currency.
    """CREATE TABLE clientimport_opening (
        workspace TEXT NOT NULL,
        client INTEGER NOT NULL,
        currency TEXT NOT NULL,
        posting INTEGER NOT NULL,
        PRIMARY KEY (workspace, client, currency)) WITHOUT ROWID""",
    # What an opening balance consists of, as documents.
    """CREATE TABLE clientimport_open_item (
        workspace TEXT NOT NULL,
        posting INTEGER NOT NULL,
        line INTEGER NOT NULL,
        number TEXT NOT NULL,
        date TEXT,
        due TEXT,
        minor INTEGER NOT NULL,
        PRIMARY KEY (posting, line),
        CONSTRAINT clientimport_open_item_days CHECK (date IS date(date, '+0 days') AND due IS date(due, '+0 days')),
        CONSTRAINT clientimport_open_item_minor CHECK (typeof(minor) = 'integer')) WITHOUT ROWID""",
    # Closed from the first to the last day.
    """CREATE TABLE clientimport_period (
        workspace TEXT NOT NULL,
        first TEXT NOT NULL,
        last TEXT NOT NULL,
        PRIMARY KEY (workspace, first, last),
        CONSTRAINT clientimport_period_days CHECK (first IS date(first, '+0 days') AND first > '0001' AND last IS date(last, '+0 days')
            AND first <= last)) WITHOUT ROWID""",
    # Payments that the host tells of; opening balances are not repeated here.
    """CREATE TABLE clientimport_payment (
        number INTEGER NOT NULL PRIMARY KEY,
        workspace TEXT NOT NULL,
        client INTEGER NOT NULL,
        date TEXT NOT NULL,
        method TEXT NOT NULL,
        currency TEXT NOT NULL,
        minor INTEGER NOT NULL,
        reference TEXT NOT NULL,
        CONSTRAINT clientimport_payment_date CHECK (date IS date(date, '+0 days') AND date > '0001'),
        CONSTRAINT clientimport_payment_minor CHECK (typeof(minor) = 'integer'))""",
    "CREATE INDEX clientimport_payment_workspace ON clientimport_payment (workspace)",
    "CREATE INDEX clientimport_payment_client ON clientimport_payment (client)",
    # One trigger, because SQLite does not say in which order it runs several.
    """CREATE TRIGGER clientimport_posting_insert BEFORE INSERT ON clientimport_posting BEGIN
        SELECT RAISE(ABORT, 'posting exists')
            WHERE EXISTS (SELECT 1 FROM clientimport_posting WHERE number = NEW.number);
        SELECT RAISE(ABORT, 'closed period')
            WHERE EXISTS (SELECT 1 FROM clientimport_period
                WHERE workspace = NEW.workspace AND first <= NEW.date AND last >= NEW.date);
        SELECT RAISE(ABORT, 'posting without run')
            WHERE NOT EXISTS (SELECT 1 FROM clientimport_run WHERE number = NEW.run AND workspace = NEW.workspace);
        SELECT RAISE(ABORT, 'posting in another entry')
            WHERE NEW.entry <> NEW.number AND NOT EXISTS (SELECT 1 FROM clientimport_posting AS head
                WHERE head.number = NEW.entry AND head.entry = head.number AND head.workspace = NEW.workspace
                AND head.run = NEW.run AND head.date = NEW.date AND head.joint = 1 AND NEW.joint = 1
                AND (head.kind = 'reversal') = (NEW.kind = 'reversal'));
        SELECT RAISE(ABORT, 'opening exists')
            WHERE NEW.kind = 'opening' AND EXISTS (SELECT 1 FROM clientimport_opening
                WHERE workspace = NEW.workspace AND client = NEW.client AND currency = NEW.currency);
        SELECT RAISE(ABORT, 'client not there')
            WHERE NEW.kind = 'opening' AND NOT EXISTS (SELECT 1 FROM clientimport_clients
                WHERE id = NEW.client AND workspace = NEW.workspace AND removed = 0);
        SELECT RAISE(ABORT, 'restored without origin')
            WHERE NEW.restores IS NOT NULL AND NOT EXISTS (SELECT 1 FROM clientimport_posting AS first
                WHERE first.number = NEW.restores AND first.kind = 'opening' AND first.restores IS NULL
                AND first.workspace = NEW.workspace AND first.client = NEW.client AND first.currency = NEW.currency
                AND first.minor = NEW.minor AND first.date = NEW.date);
        SELECT RAISE(ABORT, 'reversed already')
            WHERE NEW.reverses IS NOT NULL
            AND EXISTS (SELECT 1 FROM clientimport_posting WHERE reverses = NEW.reverses);
        SELECT RAISE(ABORT, 'reversal without mirror')
            WHERE NEW.reverses IS NOT NULL AND NOT EXISTS (SELECT 1 FROM clientimport_posting AS taken
                WHERE taken.number = NEW.reverses AND taken.workspace = NEW.workspace AND taken.kind <> 'reversal'
                AND taken.date = NEW.date AND taken.client IS NEW.client
                AND taken.account = NEW.account AND taken.contra = NEW.contra
                AND taken.currency = NEW.currency AND taken.minor = -NEW.minor AND taken.rate IS NEW.rate
                AND taken.base_currency IS NEW.base_currency AND taken.base_minor IS -NEW.base_minor);
        END""",
    """CREATE TRIGGER clientimport_posting_opened AFTER INSERT ON clientimport_posting WHEN NEW.kind = 'opening' BEGIN
        INSERT INTO clientimport_opening (workspace, client, currency, posting)
            VALUES (NEW.workspace, NEW.client, NEW.currency, NEW.number);
        END""",
    """CREATE TRIGGER clientimport_posting_reversed AFTER INSERT ON clientimport_posting
        WHEN NEW.reverses IS NOT NULL BEGIN
        DELETE FROM clientimport_opening
            WHERE workspace = NEW.workspace AND client = NEW.client AND currency = NEW.currency
            AND posting = NEW.reverses;
        END""",
    """CREATE TRIGGER clientimport_posting_no_update BEFORE UPDATE ON clientimport_posting
        BEGIN SELECT RAISE(ABORT, 'postings are append-only'); END""",
    """CREATE TRIGGER clientimport_posting_no_delete BEFORE DELETE ON clientimport_posting
        BEGIN SELECT RAISE(ABORT, 'postings are append-only'); END""",
    """CREATE TRIGGER clientimport_opening_insert BEFORE INSERT ON clientimport_opening BEGIN
        SELECT RAISE(ABORT, 'register of openings')
            WHERE NOT EXISTS (SELECT 1 FROM clientimport_posting AS posting
                WHERE posting.number = NEW.posting AND posting.kind = 'opening' AND posting.workspace = NEW.workspace
                AND posting.client = NEW.client AND posting.currency = NEW.currency)
            OR EXISTS (SELECT 1 FROM clientimport_posting WHERE reverses = NEW.posting);
        END""",
    """CREATE TRIGGER clientimport_opening_delete BEFORE DELETE ON clientimport_opening BEGIN
        SELECT RAISE(ABORT, 'register of openings')
            WHERE NOT EXISTS (SELECT 1 FROM clientimport_posting WHERE reverses = OLD.posting);
        END""",
    """CREATE TRIGGER clientimport_opening_no_update BEFORE UPDATE ON clientimport_opening
        BEGIN SELECT RAISE(ABORT, 'register of openings'); END""",
    """CREATE TRIGGER clientimport_run_posted BEFORE DELETE ON clientimport_run BEGIN
        SELECT RAISE(ABORT, 'postings are append-only')
            WHERE EXISTS (SELECT 1 FROM clientimport_posting WHERE run = OLD.number);
        END""",
    # Only statements that name one of these columns pay for it; ordinary changes of a client do not.
    """CREATE TRIGGER clientimport_clients_owing BEFORE UPDATE OF id, workspace, removed ON clientimport_clients
        WHEN NEW.removed IS NOT 0 OR NEW.id IS NOT OLD.id OR NEW.workspace IS NOT OLD.workspace BEGIN
        SELECT RAISE(ABORT, 'client with opening')
            WHERE EXISTS (SELECT 1 FROM clientimport_opening WHERE workspace = OLD.workspace AND client = OLD.id);
        END""",
    """CREATE TRIGGER clientimport_clients_owing_delete BEFORE DELETE ON clientimport_clients BEGIN
        SELECT RAISE(ABORT, 'client with opening')
            WHERE EXISTS (SELECT 1 FROM clientimport_opening WHERE workspace = OLD.workspace AND client = OLD.id);
        END""",
    """CREATE TRIGGER clientimport_open_item_insert BEFORE INSERT ON clientimport_open_item BEGIN
        SELECT RAISE(ABORT, 'document exists')
            WHERE EXISTS (SELECT 1 FROM clientimport_open_item WHERE posting = NEW.posting AND line = NEW.line);
        SELECT RAISE(ABORT, 'document without opening')
            WHERE NOT EXISTS (SELECT 1 FROM clientimport_posting
                WHERE number = NEW.posting AND workspace = NEW.workspace AND kind = 'opening');
        END""",
    """CREATE TRIGGER clientimport_open_item_no_update BEFORE UPDATE ON clientimport_open_item
        BEGIN SELECT RAISE(ABORT, 'postings are append-only'); END""",
    """CREATE TRIGGER clientimport_open_item_no_delete BEFORE DELETE ON clientimport_open_item
        BEGIN SELECT RAISE(ABORT, 'postings are append-only'); END""",
    """CREATE TRIGGER clientimport_period_no_update BEFORE UPDATE ON clientimport_period
        BEGIN SELECT RAISE(ABORT, 'periods are closed and reopened'); END""",
    """CREATE TRIGGER clientimport_payment_insert BEFORE INSERT ON clientimport_payment BEGIN
        SELECT RAISE(ABORT, 'payment exists')
            WHERE EXISTS (SELECT 1 FROM clientimport_payment WHERE number = NEW.number);
        SELECT RAISE(ABORT, 'client not there')
            WHERE NOT EXISTS (SELECT 1 FROM clientimport_clients
                WHERE id = NEW.client AND workspace = NEW.workspace AND removed = 0);
        END""",
    """CREATE TRIGGER clientimport_payment_no_update BEFORE UPDATE ON clientimport_payment
        BEGIN SELECT RAISE(ABORT, 'payments are append-only'); END""",
    """CREATE TRIGGER clientimport_payment_no_delete BEFORE DELETE ON clientimport_payment
        BEGIN SELECT RAISE(ABORT, 'payments are append-only'); END""",
    "UPDATE clientimport_meta SET value = '2' WHERE name = 'schema'",
)

_SQLITE_3 = (
    "ALTER TABLE clientimport_run_op ADD COLUMN said TEXT",
    "ALTER TABLE clientimport_run ADD COLUMN system TEXT NOT NULL DEFAULT ''",
    "UPDATE clientimport_meta SET value = '3' WHERE name = 'schema'",
)

# Clients that are not the same, as somebody said; the run is empty where it was said by hand.
_SQLITE_4 = (
    """CREATE TABLE clientimport_not_same (
        workspace TEXT NOT NULL,
        one INTEGER NOT NULL,
        other INTEGER NOT NULL,
        run TEXT NOT NULL,
        PRIMARY KEY (workspace, one, other),
        CONSTRAINT clientimport_not_same_order CHECK (one < other)) WITHOUT ROWID""",
    "CREATE INDEX clientimport_not_same_other ON clientimport_not_same (workspace, other)",
    "CREATE INDEX clientimport_not_same_run ON clientimport_not_same (workspace, run) WHERE run <> ''",
    "UPDATE clientimport_meta SET value = '4' WHERE name = 'schema'",
)

# Messages to clients. That none goes twice hangs on three rules here: one live row a client and template, states that follow
# one another, and rows that stay. What is sent or cancelled has no state after it.
_SQLITE_5 = (
    """CREATE TABLE clientimport_outbox (
        id INTEGER NOT NULL PRIMARY KEY,
        workspace TEXT NOT NULL,
        client INTEGER NOT NULL,
        template TEXT NOT NULL,
        language TEXT NOT NULL,
        state TEXT NOT NULL,
        run TEXT NOT NULL,
        not_before TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        error TEXT NOT NULL,
        queued_at TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        address TEXT NOT NULL,
        CONSTRAINT clientimport_outbox_state
            CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'cancelled')),
        CONSTRAINT clientimport_outbox_day CHECK (not_before = '' OR not_before IS date(not_before, '+0 days')))""",
    """CREATE UNIQUE INDEX clientimport_outbox_live ON clientimport_outbox (workspace, client, template)
        WHERE state IN ('queued', 'sending', 'sent', 'unknown')""",
    "CREATE INDEX clientimport_outbox_client ON clientimport_outbox (client)",
    "CREATE INDEX clientimport_outbox_state ON clientimport_outbox (workspace, state)",
    "CREATE INDEX clientimport_outbox_run ON clientimport_outbox (workspace, run) WHERE run <> ''",
    "CREATE INDEX clientimport_outbox_address ON clientimport_outbox (workspace, address) WHERE address <> ''",
    """CREATE TRIGGER clientimport_outbox_insert BEFORE INSERT ON clientimport_outbox BEGIN
        SELECT RAISE(ABORT, 'invitation stays')
            WHERE EXISTS (SELECT 1 FROM clientimport_outbox WHERE id = NEW.id);
        SELECT RAISE(ABORT, 'invitation moves') WHERE NEW.state <> 'queued' OR NEW.attempts <> 0;
        SELECT RAISE(ABORT, 'invitation for nobody')
            WHERE NOT EXISTS (SELECT 1 FROM clientimport_clients
                WHERE id = NEW.client AND workspace = NEW.workspace AND removed = 0);
        SELECT RAISE(ABORT, 'invitation exists')
            WHERE EXISTS (SELECT 1 FROM clientimport_outbox
                WHERE workspace = NEW.workspace AND client = NEW.client AND template = NEW.template
                AND state IN ('queued', 'sending', 'sent', 'unknown'));
        END""",
    """CREATE TRIGGER clientimport_outbox_update BEFORE UPDATE ON clientimport_outbox BEGIN
        SELECT RAISE(ABORT, 'invitation stays')
            WHERE NEW.id IS NOT OLD.id OR NEW.workspace IS NOT OLD.workspace OR NEW.client IS NOT OLD.client
            OR NEW.template IS NOT OLD.template OR NEW.run IS NOT OLD.run OR NEW.not_before IS NOT OLD.not_before
            OR NEW.queued_at IS NOT OLD.queued_at OR NEW.attempts IS NOT OLD.attempts + (NEW.state = 'sending');
        SELECT RAISE(ABORT, 'invitation moves')
            WHERE NOT CASE OLD.state
                WHEN 'queued' THEN NEW.state IN ('sending', 'cancelled')
                WHEN 'sending' THEN NEW.state IN ('sent', 'failed', 'queued', 'unknown')
                WHEN 'unknown' THEN NEW.state IN ('sending', 'sent', 'failed', 'queued')
                WHEN 'failed' THEN NEW.state IN ('sending', 'cancelled')
                ELSE 0 END;
        SELECT RAISE(ABORT, 'invitation exists')
            WHERE OLD.state = 'failed' AND NEW.state = 'sending' AND EXISTS (SELECT 1 FROM clientimport_outbox
                WHERE workspace = NEW.workspace AND client = NEW.client AND template = NEW.template AND id <> NEW.id
                AND state IN ('queued', 'sending', 'sent', 'unknown'));
        END""",
    """CREATE TRIGGER clientimport_outbox_no_delete BEFORE DELETE ON clientimport_outbox
        BEGIN SELECT RAISE(ABORT, 'invitation stays'); END""",
    "UPDATE clientimport_meta SET value = '5' WHERE name = 'schema'",
)

# Keys by value before scheme: texts nearly always differ, few schemes do, and SQLite compares a text that comes first with
# nothing else. Finding and adding a key costs a seventh less.
_SQLITE_6 = (
    # Copied there and back, and not renamed: at that SQLite reads every view of the host's anew, and rewrites those on these keys.
    """CREATE TABLE clientimport_keys_by_value (
        scheme INTEGER NOT NULL,
        value TEXT NOT NULL,
        slot TEXT NOT NULL,
        client INTEGER NOT NULL)""",
    """INSERT INTO clientimport_keys_by_value (scheme, value, slot, client)
        SELECT scheme, value, slot, client FROM clientimport_keys""",
    "DROP TABLE clientimport_keys",
    """CREATE TABLE clientimport_keys (
        scheme INTEGER NOT NULL,
        value TEXT NOT NULL,
        slot TEXT NOT NULL,
        client INTEGER NOT NULL,
        PRIMARY KEY (value, scheme, slot)) WITHOUT ROWID""",
    """INSERT INTO clientimport_keys (scheme, value, slot, client)
        SELECT scheme, value, slot, client FROM clientimport_keys_by_value ORDER BY value, scheme, slot""",
    "DROP TABLE clientimport_keys_by_value",
    "CREATE INDEX clientimport_keys_client ON clientimport_keys (client)",
    "UPDATE clientimport_meta SET value = '6' WHERE name = 'schema'",
)

_STEPS = {
    "sqlite": (
        Step(1, _SQLITE_1),
        Step(2, _SQLITE_2),
        Step(3, _SQLITE_3),
        Step(4, _SQLITE_4),
        Step(5, _SQLITE_5),
        Step(6, _SQLITE_6),
    )
}
