"""A plan beside the store in four groups, for people and machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import attrs

from clientimport.core.decisions import CLIENTS, FIELDS, choices
from clientimport.core.leaving import REASONS
from clientimport.core.overview import GROUPS, FieldReview, OtherClient, OverviewEntry, Reviewer
from clientimport.core.plan import Option
from clientimport.errors import PlanError
from clientimport.messages import Messages, visible
from clientimport.reports.documents import conflict_dict, declared, finding_dict, whole
from clientimport.reports.near import comparison_lines, near_matches
from clientimport.reports.reasons import fate as fate_of
from clientimport.reports.texts import opening_line, shown
from clientimport.services.reviewing import Others

if TYPE_CHECKING:
    from clientimport.core.plan import Conflict
    from clientimport.core.profile import Profile


@attrs.define(kw_only=True, repr=False)
class Group:
    """One group of an overview; iterated over, it gives its clients in the order of the source or store.

    Those of ``only_here`` are ``OtherClient``, all others ``OverviewEntry``.

    Attributes:
        name: One of ``only_in_import``, ``only_here``, ``both`` and ``invalid``.
        records: Records of the import in it; 0 for ``only_here``.
    """

    name: str
    records: int
    _counts: Callable[[], int]
    _entries: Callable[[], Iterator[Any]]
    _count: int | None = attrs.field(default=None, init=False)

    @property
    def count(self) -> int:
        """Clients in it; those only here are counted when they are first asked for."""
        if self._count is None:
            self._count = self._counts()
        return self._count

    def __iter__(self) -> Iterator[Any]:
        return self._entries()

    def __repr__(self) -> str:
        return f"<Group {self.name}>"


class Overview:
    """What is only in the import, only here, in both, and invalid.

    Every record of the import is in one group: the ``records`` of the groups add up to the plan's. A client in several rows
    is one entry, and so are rows that wait for one answer.

    Attributes:
        plan: Digest of the plan.
        store: Identity of the store that it was made for.
        decisions: The decisions it was made with, id -> choice.
        product: What the application calls itself in headings; ``None``: "here".
        groups: Name -> group. ``only_here`` is missing for a plan that was loaded without an importer, which knows no store.

    What is only here is counted and looked up in the store when it is asked for.
    """

    def __init__(
        self,
        reviewer: Reviewer,
        others: Others | None,
        *,
        header: Mapping[str, Any],
        profile: Profile,
        digest: str,
        conflicts: list[Conflict],
        offered: Mapping[str, Sequence[str]],
        product: str | None,
    ) -> None:
        self.product = product
        self._profile = profile
        self._header = header
        self._conflicts = conflicts
        self._offered = offered
        self._reviewer = reviewer
        self._others = others
        self.plan = digest
        self.store: str = header["store"]
        self.groups: dict[str, Group] = {}
        for name in GROUPS:
            if name != "only_here":
                self.groups[name] = Group(
                    name=name,
                    records=reviewer.records[name],
                    counts=partial(reviewer.counts.__getitem__, name),
                    entries=partial(reviewer.entries, name),
                )
            elif others is not None:
                self.groups[name] = Group(name=name, records=0, counts=others.count, entries=others.__iter__)

    @property
    def decisions(self) -> Mapping[str, str]:
        return self._header["decisions"]  # type: ignore[no-any-return]

    def bulk(self) -> dict[str, int]:
        """The ids of the decisions about all clients alike that mean something here -> how many clients each is about.

        ``records:only_in_import`` (``take``, ``skip``), ``fields:phone`` … (``keep``, ``overwrite``) and ``clients:not-listed`` …
        (``leave``, ``deactivate``, ``remove``), by the reasons why clients are only here. A decision about one client or field
        goes before them.
        """
        reasons = {} if self._others is None else self._others.reasons()
        alike = {f"{CLIENTS}:{reason}": reasons[reason] for reason in REASONS if reason in reasons}
        return {id_: count for id_, count in {**self._reviewer.bulk(), **alike}.items() if count}

    @property
    def only_in_import(self) -> Group:
        """Clients that no stored client is."""
        return self.groups["only_in_import"]

    @property
    def only_here(self) -> Group:
        """Stored clients that no record points at.

        Raises:
            PlanError: the plan was loaded without an importer, and knows no store.
        """
        if "only_here" not in self.groups:
            raise PlanError("This plan was loaded by itself and knows no store; load it with importer.load(path).")
        return self.groups["only_here"]

    @property
    def both(self) -> Group:
        """Clients that are stored already."""
        return self.groups["both"]

    @property
    def invalid(self) -> Group:
        """Records that cannot go in."""
        return self.groups["invalid"]

    def __repr__(self) -> str:
        return f"<Overview of {', '.join(self.groups)}>"

    def label(self, group: str, lang: str = "en") -> str:
        """The heading of a group, for example ``Customers only in import``."""
        return self._label(group, self.messages(lang))

    def to_dict(self, lang: str = "en", *, equal: bool = True) -> dict[str, Any]:
        """The machine-readable face: ``plan``, ``product``, ``groups`` (name -> ``label``, ``clients``, ``records``), a list of
        entries for each group under its name, ``conflicts``, ``decisions``, ``bulk`` and ``choose`` (field -> what is offered).

        Args:
            lang: Of labels and messages.
            equal: With the fields that are the same on both sides.
        """
        return whole(self.document(lang, equal=equal))

    def document(self, lang: str = "en", *, equal: bool = True) -> dict[str, Any]:
        """``to_dict`` with the entries as iterators."""
        messages = self.messages(lang)
        return {
            "plan": self.plan,
            "store": self.store,
            "product": self.product,
            "groups": {
                name: {"label": self._label(name, messages), "clients": group.count, "records": group.records}
                for name, group in self.groups.items()
            },
            **{
                name: (
                    _other_dict(entry, messages)
                    if isinstance(entry, OtherClient)
                    else _entry_dict(entry, messages, equal, self._offered)
                    for entry in group
                )
                for name, group in self.groups.items()
            },
            "conflicts": [conflict_dict(conflict, messages) for conflict in self._conflicts],
            "decisions": [{"id": id_, "choice": choice} for id_, choice in self.decisions.items()],
            "bulk": [
                {
                    "id": id_,
                    "label": self._bulk_label(id_, messages),
                    "choices": list(self._profile.lifecycle.leaving(choices(id_))),
                    "choice": self.decisions.get(id_),
                    "count": count,
                }
                for id_, count in self.bulk().items()
            ],
            "choose": {field: list(options) for field, options in self._offered.items() if options},
        }

    def to_text(self, lang: str = "en", *, limit: int | None = 10, equal: bool = False) -> str:
        """The same to be read, no more than *limit* clients of a group; ``None``: all of them."""
        return "".join(f"{line}\n" for line in self.lines(lang, limit=limit, equal=equal))

    def lines(self, lang: str = "en", *, limit: int | None = 10, equal: bool = False) -> Iterator[str]:
        """``to_text`` line by line, without line breaks."""
        return (text for _, text in self.marked_lines(lang, limit=limit, equal=equal))

    def marked_lines(
        self, lang: str = "en", *, limit: int | None = 10, equal: bool = False
    ) -> Iterator[tuple[str, str]]:
        """The same, each with what it is: ``group``, ``client``, ``error``, ``question``, the fate of a field, or ``""``."""
        messages = self.messages(lang)
        conflicts = {conflict.id: conflict for conflict in self._conflicts}
        for name, group in self.groups.items():
            yield "group", f"{self._label(name, messages)}: {group.count}"
            for entry in islice(group, limit):
                if isinstance(entry, OtherClient):
                    why = messages.review(f"only_here:{entry.reason}")
                    chosen = "" if entry.choice == "leave" else f" -> {messages.action(entry.choice)}"
                    client = messages.label("client").lower()
                    yield "client", visible(f"  {client} {entry.client}  {entry.name}: {why}{chosen}")
                else:
                    yield from _entry_lines(entry, messages, conflicts, equal)
            if limit is not None and group.count > limit:
                yield "", f"  … {messages.label('more').replace('{count}', str(group.count - limit))}"
            yield "", ""

    def messages(self, lang: str) -> Messages:
        """The words of the product, in one language.

        Raises:
            SettingsError: there are no texts in that language.
        """
        return Messages(lang, self._profile, fields=declared(self._header))

    def _bulk_label(self, id_: str, messages: Messages) -> str:
        kind, _, about = id_.partition(":")
        if kind == FIELDS:
            return messages.review("bulk:fields").replace("{field}", messages.field(about))
        if kind == CLIENTS:
            return messages.review(f"only_here:{about}")
        return self._label(about, messages)

    def _label(self, group: str, messages: Messages) -> str:
        if group != "only_here":
            return messages.label(group)
        text = messages.label("only_here" if self.product is None else "only_here_product")
        return text.replace("{product}", self.product or "")


def _entry_lines(
    entry: OverviewEntry, messages: Messages, conflicts: Mapping[str, Conflict], equal: bool
) -> Iterator[tuple[str, str]]:
    record = entry.record
    rows = ", ".join(map(str, entry.rows[:5])) + (" …" if len(entry.rows) > 5 else "")
    client = f", {messages.label('client').lower()} {' / '.join(entry.clients)}" if entry.clients else ""
    fate = fate_of(record, messages)
    yield "client", visible(f"  {messages.word('row')} {rows}{client}  {entry.name}: {fate}")
    for finding in record.findings:
        if entry.group == "invalid" and finding.severity == "error":
            yield "error", visible(f"    {messages.finding(finding).message}")
    if not record.choose and record.conflict is not None and (conflict := conflicts.get(record.conflict)) is not None:
        yield "question", visible(f"    {messages.conflict(conflict)}")
        for choice, near in near_matches(conflict).items():
            yield "question", visible(f"      {messages.option(Option(choice=choice), conflict)}")
            yield from (("", visible(f"          {line}")) for line in comparison_lines(near, messages))
    if entry.group == "both":
        for field in entry.fields if equal else entry.differences:
            yield field.fate, visible(f"    {_field_line(field, messages)}")
    if record.opening is not None:
        yield "", visible(f"    {opening_line(record.opening, messages)}")


def _field_line(field: FieldReview, messages: Messages) -> str:
    name, here, given = messages.field(field.field), shown(field.here, messages), shown(field.given, messages)
    if field.fate == "written":
        return f"{name}: {here} -> {given} ({messages.rule(field.rule or '')})"
    if field.fate == "same":
        return f"{name}: {here}"
    fate = messages.review(f"fate:{field.fate}")
    return f"{name}: {here} ({fate})" if field.given is None else f"{name}: {here} | {given} ({fate})"


def _entry_dict(
    entry: OverviewEntry, messages: Messages, equal: bool, offered: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    record = entry.record
    return {
        "id": entry.id,
        "choice": entry.choice,
        "choices": list(choices(entry.id)),
        "sequence": record.sequence,
        "rows": list(entry.rows),
        "name": entry.name,
        "clients": list(entry.clients),
        "disposition": record.disposition.value,
        "reason": record.reason,
        "why": fate_of(record, messages),
        "conflict": record.conflict,
        "fields": [
            {"field": f.field, "label": messages.field(f.field), "here": f.here, "given": f.given, "base": f.base,
             "fate": f.fate, "rule": f.rule, "id": f.id, "choice": f.choice, "choices": list(choices(f.id))}
            for f in (entry.fields if equal else entry.differences)
        ],
        "choose": [
            {"field": each.field, "label": messages.field(each.field), "id": each.id, "value": each.value,
             "choice": each.choice, "choices": list(offered.get(each.field, ()))}
            for each in entry.choose
        ],
        "opening": None if record.opening is None else record.opening.to_dict(),
        "findings": [finding_dict(finding, messages) for finding in record.findings],
    }  # fmt: skip


def _other_dict(other: OtherClient, messages: Messages) -> dict[str, Any]:
    return {
        "id": other.id,
        "choice": other.choice,
        "choices": list(other.choices),
        "client": other.client,
        "name": other.name,
        "reason": other.reason,
        "why": messages.review(f"only_here:{other.reason}"),
        "systems": list(other.systems),
    }
