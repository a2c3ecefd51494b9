"""The journal in the languages of plain-text accounting, so that other people's checkers can look over it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from clientimport.core.journal import JournalEntry, JournalLine
from clientimport.core.money import converted, decimals, from_minor, to_minor
from clientimport.errors import SettingsError

FORMATS = ("hledger", "beancount")

_EQUITY = "equity"
_ROOTS = {"receivable": "Assets", _EQUITY: "Equity", "rounding": "Expenses"}
_HLEDGER_TYPES = {"receivable": "A", _EQUITY: "E", "rounding": "X"}


def journal_lines(
    entries: Sequence[JournalEntry],
    names: Mapping[str, str],
    format: str,
) -> Iterator[str]:
    """The lines of a journal file. Each client has an account of its own below the receivable control account.

    Args:
        entries: The entries, in the order they are to stand.
        names: Client id -> name, for comments.
        format: ``hledger`` or ``beancount``.

    Raises:
        SettingsError: no such format.
    """
    if format not in FORMATS:
        raise SettingsError("format", format, allowed=FORMATS)
    return _hledger(entries, names) if format == "hledger" else _beancount(entries, names)


def _hledger(entries: Sequence[JournalEntry], names: Mapping[str, str]) -> Iterator[str]:
    accounts: dict[str, str] = {}
    for line in _all_lines(entries):
        accounts.setdefault(_hledger_account(line), _HLEDGER_TYPES[line.role])
    for currency in _currencies(entries):
        places = decimals(currency)
        yield f"commodity 1000.{'0' * places} {currency}"
    for account, kind in accounts.items():
        yield f"account {account}  ; type: {kind}"
    for entry in entries:
        yield ""
        yield f"{entry.date.isoformat()} * ({entry.id}) {_what(entry)}  ; run: {_words(entry.run)}"
        for line, amount in _weighed(entry):
            comment = f"  ; client: {_words(names.get(line.client, ''))}" if line.client is not None else ""
            yield f"    {_hledger_account(line)}  {amount}{comment}".rstrip()


def _hledger_account(line: JournalLine) -> str:
    # two blanks end an account's name, and a semicolon begins a comment
    name = " ".join(re.sub(r"[;:]", " ", line.account).split())
    root = _ROOTS[line.role].lower()
    return f"{root}:{name}" if line.client is None else f"{root}:{name}:client {line.client}"


def _beancount(entries: Sequence[JournalEntry], names: Mapping[str, str]) -> Iterator[str]:
    spelt = _Beancount(entries)
    yield 'option "title" "Opening balances"'
    for currency in _currencies(entries):
        yield f'option "operating_currency" "{currency}"'
    if entries:
        first = min(entry.date for entry in entries).isoformat()
        yield ""
        yield from (f"{first} open {account}" for account in spelt.accounts.values())
    for entry in entries:
        yield ""
        yield f'{entry.date.isoformat()} * "{_what(entry)}"'
        yield f'  entry: "{entry.id}"'
        yield f'  run: "{_quoted(entry.run)}"'
        for line, amount in _weighed(entry):
            yield f"  {spelt.account(line)}  {amount}"
            if line.client is not None:
                yield f'    client: "{_quoted(names.get(line.client, ""))}"'


class _Beancount:
    """Account names as beancount takes them: ASCII letters, digits and hyphens, beginning with a capital or digit."""

    def __init__(self, entries: Sequence[JournalEntry]) -> None:
        self.accounts: dict[tuple[str, str, str | None], str] = {}
        taken: dict[str, str] = {}
        for line in _all_lines(entries):
            base = re.sub(r"[^A-Za-z0-9]+", "-", line.account).strip("-") or "Account"
            base = base[0].upper() + base[1:]
            while taken.setdefault(base, line.account) != line.account:
                base += "-2"
            client = "" if line.client is None else f":Client-{line.client}"
            self.accounts.setdefault(self._key(line), f"{_ROOTS[line.role]}:{base}{client}")

    def account(self, line: JournalLine) -> str:
        return self.accounts[self._key(line)]

    @staticmethod
    def _key(line: JournalLine) -> tuple[str, str, str | None]:
        return line.account, line.role, line.client


def _weighed(entry: JournalEntry) -> Iterator[tuple[JournalLine, str]]:
    """Each line of *entry* with its amount, at its price where it was converted.

    Checkers weigh a line by its price. In a cut-over entry the other side of a currency holds the sum of converted lines,
    which lies a little beside its own amount converted, and may even lie on the other side. There the line gets the latter,
    and what is between goes to the same account in the base currency, where mostly the rounding is that it meets.
    """
    beside: dict[str, Decimal] = {}
    for line in entry.lines:
        if line.role == _EQUITY and (base := _base(line)) is not None:
            beside[line.account] = beside.get(line.account, Decimal(0)) + base - _converted(line)
    for line in entry.lines:
        amount = line.debit - line.credit
        if line.base_debit is None or line.base_credit is None or line.base_currency in {None, line.currency}:
            if line.role == _EQUITY and line.base_currency is not None:
                amount += beside.pop(line.account, 0)
            if amount:
                yield line, f"{amount:f} {line.currency}"
        elif line.role != _EQUITY:
            yield line, f"{amount:f} {line.currency} @@ {line.base_debit + line.base_credit:f} {line.base_currency}"
        elif amount:
            yield line, f"{amount:f} {line.currency} @@ {abs(_converted(line)):f} {line.base_currency}"
    for line in entry.lines:
        if line.role == _EQUITY and (rest := beside.pop(line.account, 0)):
            yield line, f"{rest:f} {line.base_currency}"


def _base(line: JournalLine) -> Decimal | None:
    """What *line* is in the base currency, signed; ``None`` if it was not converted."""
    if line.base_debit is None or line.base_credit is None or line.base_currency == line.currency:
        return None
    return line.base_debit - line.base_credit


def _converted(line: JournalLine) -> Decimal:
    """The amount of a converted line at its rate, signed."""
    assert line.rate is not None
    assert line.base_currency is not None
    minor = to_minor(line.debit - line.credit, line.currency)
    assert minor is not None
    return from_minor(converted(minor, line.currency, line.rate, line.base_currency), line.base_currency)


def _what(entry: JournalEntry) -> str:
    if entry.kind == "reversal":
        return f"Reversal of {', '.join(entry.reverses)}"
    return "Opening balance"


def _all_lines(entries: Iterable[JournalEntry]) -> Iterator[JournalLine]:
    for entry in entries:
        yield from entry.lines


def _currencies(entries: Iterable[JournalEntry]) -> list[str]:
    found: set[str] = set()
    for line in _all_lines(entries):
        found.add(line.currency)
        if line.base_currency is not None:
            found.add(line.base_currency)
    return sorted(found)


def _words(text: str) -> str:
    """*text* on one line, without what would end a tag."""
    # a comma ends a tag, and a date in brackets would be another date of the line
    return " ".join(re.sub(r"[,\[\]\x00-\x1f\x7f]", " ", text).split())


def _quoted(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
