"""A store that fails or dies at a chosen moment, to show that nothing is lost, doubled or left half done."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Literal, NoReturn, cast

import attrs

from clientimport.errors import StoreError
from clientimport.ports import Activity, Clients, Ledger, Outbox, Runs, Store, UnitOfWork


def fail() -> NoReturn:
    """Raise what a store raises when the outside world fails; trying again helps."""
    raise StoreError("The fault that this test asked for.", retry=True)


def kill() -> NoReturn:
    """End this process at once: nothing is flushed, no ``finally`` runs."""
    if hasattr(signal, "SIGKILL"):
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(137)


@attrs.frozen(kw_only=True)
class Fault:
    """When a store fails, and how.

    Attributes:
        at: The how-manieth statement or unit of work, from 1; 0: never (only count).
        of: ``statement``: a call of any method of a writing unit of work; ``unit``: a writing unit of work.
        when: ``before``: it is not done. ``after``: it is done, and the caller does not hear so; after a unit of work
            that is after its commit.
        act: What happens then, ``fail`` or ``kill`` or a function that raises.
    """

    at: int = 0
    of: Literal["statement", "unit"] = "statement"
    when: Literal["before", "after"] = "before"
    act: Callable[[], None] = fail


class FaultyStore:
    """Any store, with one fault. Reading units of work pass through untouched.

    Attributes:
        statements: Calls inside writing units of work so far; run once without a fault to know how many there are.
        units: Writing units of work so far.
    """

    def __init__(self, store: Store, fault: Fault | None = None) -> None:
        self.statements = 0
        self.units = 0
        self._store = store
        self._fault = fault or Fault()

    def identity(self) -> str:
        return self._store.identity()

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        return self._store.reading()

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        self.units += 1
        number = self.units
        self._perhaps("unit", "before", number)
        with self._store.writing() as unit:
            yield _FaultyUnit(unit, self._around)
        self._perhaps("unit", "after", number)

    def close(self) -> None:
        self._store.close()

    def _around(self, call: Callable[[], Any]) -> Any:
        self.statements += 1
        number = self.statements
        self._perhaps("statement", "before", number)
        answer = call()
        self._perhaps("statement", "after", number)
        return answer

    def _perhaps(self, of: str, when: str, number: int) -> None:
        if (self._fault.of, self._fault.when, self._fault.at) == (of, when, number):
            self._fault.act()


_Around = Callable[[Callable[[], Any]], Any]


class _FaultyUnit:
    def __init__(self, unit: UnitOfWork, around: _Around) -> None:
        self.clients = cast("Clients", _FaultyPort(unit.clients, around))
        self.runs = cast("Runs", _FaultyPort(unit.runs, around))
        self.ledger = cast("Ledger", _FaultyPort(unit.ledger, around))
        self.activity = cast("Activity", _FaultyPort(unit.activity, around))
        self.outbox = cast("Outbox", _FaultyPort(unit.outbox, around))


class _FaultyPort:
    def __init__(self, port: object, around: _Around) -> None:
        self._port = port
        self._around = around

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._port, name)
        return lambda *values, **named: self._around(lambda: method(*values, **named))
