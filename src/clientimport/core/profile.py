"""A named product behaviour as data: the code knows no product by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from clientimport.core.cells.places import country_code
from clientimport.core.findings import Severity
from clientimport.core.invitations import NAME
from clientimport.core.lifecycle import DEACTIVATE, REACTIVATE, TWO_STATES, Lifecycle
from clientimport.core.merging import MergePolicy
from clientimport.core.schema import Field
from clientimport.core.words import Words
from clientimport.errors import SettingsError

MODES = ("upsert", "create_only", "update_only")
ACTS = (
    "import", "undo", "clients.deactivate", "clients.remove",
    "openings.set", "openings.delete", "payments.add", "periods.close", "invitations.send",
)  # fmt: skip
NEARNESS = ("strict", "close", "similar", "rough", "off")
SIGNS = ("positive", "any")
ROWS = ("failed", "all")


def act_of(event: str) -> str:
    """What firing *event* is called among the acts that permissions are asked for."""
    return f"clients.{event}"


def _one_of(*allowed: str) -> Callable[[object, attrs.Attribute[str], object], None]:
    def check(_: object, attribute: attrs.Attribute[str], value: object) -> None:
        if value not in allowed:
            raise SettingsError(attribute.name, value, allowed=allowed)

    return check


def _named(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not value:
        raise SettingsError(attribute.name, value, wanted="a short name")


def _count(_: object, attribute: attrs.Attribute[int], value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise SettingsError(attribute.name, value, wanted="a whole number above 0")


def _yes_no(_: object, attribute: attrs.Attribute[bool], value: object) -> None:
    if not isinstance(value, bool):
        raise SettingsError(attribute.name, value, allowed=("True", "False"))


def _country(_: object, __: attrs.Attribute[str | None], value: object) -> None:
    if value is not None and (not isinstance(value, str) or country_code(value) != value):
        raise SettingsError("import.country", value, wanted="an ISO 3166 country code of two capitals, such as BE")


@attrs.frozen(kw_only=True)
class Rung:
    """One step of the matching ladder: a key scheme and how much it proves.

    Attributes:
        scheme: ``external_id``, ``national_number``, ``vat_number``, ``email``, ``phone`` …
        exclusive: One client a key value: an equal key is the same client, whatever else differs. Otherwise the names must
            agree as well, so a couple may share an e-mail address.
        refuses: It identifies nobody by itself. A record whose key of this scheme another client has, or an earlier record
            of another client, is refused. It must be exclusive.

    Raises:
        SettingsError: names the key and what it may be.
    """

    scheme: str = attrs.field(validator=_named)
    exclusive: bool = attrs.field(default=True, validator=_yes_no)
    refuses: bool = attrs.field(default=False, validator=_yes_no)

    def __attrs_post_init__(self) -> None:
        if self.refuses and not self.exclusive:
            raise SettingsError("match.refuses", True, wanted="exclusive = true beside it")


@attrs.frozen(kw_only=True)
class Listed:
    """A field whose values are looked up in a list that the host keeps, such as its offices.

    Attributes:
        name: Under which the host gives the list: ``Importer(lists={name: …})``.
        field: The field.
        forbidden: A value may not stand in it; otherwise it must.
        entries: What stands in it where the host gives none; none: then the field is not checked, and a finding says so.

    Raises:
        SettingsError: names the key and what it may be.
    """

    name: str = attrs.field(validator=_named)
    field: str = attrs.field(validator=_named)
    forbidden: bool = attrs.field(default=False, validator=_yes_no)
    entries: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Choose:
    """A field of which every new client needs a value before it is added: that of its row, else one that a person chooses.

    Attributes:
        field: The field.
        options: What is offered, as it would stand in a cell; empty: what stands in the list that the field is looked up in, else
            its choices, else any text that it takes.

    Raises:
        SettingsError: names the key and what it may be.
    """

    field: str = attrs.field(validator=_named)
    options: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class ReportStyle:
    """How the exception report looks.

    Attributes:
        rows: ``failed`` (only rows that were refused or held) or ``all``.
        comment_column: Header of the column with the reasons.

    Raises:
        SettingsError: names the key and what it may be.
    """

    rows: str = attrs.field(default="failed", validator=_one_of(*ROWS))
    comment_column: str = "Comments"


@attrs.frozen(kw_only=True)
class TemplateColumn:
    """A column of the import template.

    Attributes:
        field: The field that it feeds.
        header: Its heading; empty for the field's label.
        required: Marked as one that needs something; by default where the profile requires the field.
        choices: What its drop-down offers -> what is read for it, as a cell would say it. Empty for the field's own choices.

    Raises:
        SettingsError: names the key and what it may be.
    """

    field: str = attrs.field(validator=_named)
    header: str = ""
    required: bool | None = None
    choices: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class TemplateStyle:
    """How the import template looks.

    Attributes:
        columns: Its columns, in order; none for the fields that the profile requires and the usual ones.
        note: What its READ ME sheet says first.
        most: So many clients at most in a template that is filled in with those there are.

    Raises:
        SettingsError: names the key and what it may be.
    """

    columns: tuple[TemplateColumn, ...] = ()
    note: str = ""
    most: int = attrs.field(default=20_000, validator=_count)


@attrs.frozen(kw_only=True)
class MessageRule:
    """Who may get a message, and what sending it does to them.

    Attributes:
        sources: The states of the lifecycle in which a client may get it; empty: every active one.
        event: The event of the lifecycle that is fired for the client when the message is sent; empty: none is.
    """

    sources: tuple[str, ...] = ()
    event: str = ""


@attrs.frozen(kw_only=True)
class InvitationStyle:
    """Whether an import invites, and what goes with a message.

    Attributes:
        on_import: Queue a message for every new client with an e-mail address, with the import. It is sent by a later act.
        template: Name of the message.
        messages: Name of a message -> who may get it and what sending it does. It holds for names that go on after a ``_`` too,
            as ``reminder_2`` after ``reminder``: a client gets a message of one name once. One that is not named goes to active
            clients and does nothing.
        shows: Fields that a preview shows beside each message.
        count_unsent: Receipts say how many of the clients that their import made have not got ``template`` yet.

    Raises:
        SettingsError: names the key and what it may be.
    """

    on_import: bool = attrs.field(default=False, validator=_yes_no)
    template: str = attrs.field(default="welcome", validator=_named)
    messages: Mapping[str, MessageRule] = attrs.field(factory=dict)
    shows: tuple[str, ...] = ()
    count_unsent: bool = attrs.field(default=False, validator=_yes_no)

    def __attrs_post_init__(self) -> None:
        if self.count_unsent and not self.rule(self.template).sources:
            wanted = f"invitations.messages.{self.template}.from beside it: the states of those who did not get it yet"
            raise SettingsError("invitations.count_unsent", True, wanted=wanted)

    def rule(self, template: str) -> MessageRule:
        """What holds for the message of that name: the table of the longest name that it is or goes on from."""
        names = [name for name in self.messages if template == name or template.startswith(f"{name}_")]
        return self.messages[max(names, key=len)] if names else _ANY_ACTIVE

    def check(self, lifecycle: Lifecycle) -> None:
        """See that the messages go with *lifecycle*.

        Raises:
            SettingsError: a message names a state or event that there is not, or one that cannot be of use: a state that is
                not active, an event with guards (nobody may be asked once a message is gone) or one from other states.
        """
        active = tuple(state.name for state in lifecycle.states if state.active)
        for name, rule in self.messages.items():
            if not NAME.fullmatch(name):
                wanted = "the name of a message: letters, digits and underscores"
                raise SettingsError("invitations.messages", name, wanted=wanted)
            key = f"invitations.messages.{name}"
            for state in rule.sources:
                if state not in active:
                    raise SettingsError(f"{key}.from", state, allowed=active)
            if not rule.event:
                continue
            event = lifecycle.event.get(rule.event)
            if event is None:
                raise SettingsError(f"{key}.event", rule.event, allowed=tuple(lifecycle.event))
            if event.guards:
                raise SettingsError(
                    f"{key}.event", rule.event, wanted="an event without guards: a sent message is sent"
                )
            if rule.sources and not set(rule.sources) & set(event.sources):
                wanted = f"an event that starts from one of {', '.join(rule.sources)}"
                raise SettingsError(f"{key}.event", rule.event, wanted=wanted)


_ANY_ACTIVE = MessageRule()


@attrs.frozen(kw_only=True)
class Profile:
    """How clients are checked, matched and merged for one product.

    Attributes:
        name: Short name, as in ``profile="daftra"``.
        title: The product's name for people.
        fields: Fields of its own besides the built-in ones.
        required: Fields that every record needs.
        recommended: Fields that are said to be missing where a new record has none, and that refuse nothing.
        required_one_of: Groups of fields of which every record needs at least one.
        ladder: Keys that identify, strongest first.
        merge: What an update may write.
        mode: ``upsert``, ``create_only`` or ``update_only``.
        update_existing: The default of the option "update existing clients".
        near: The weakest band of near matches that an import asks about: ``strict``, ``close``, ``similar``, ``rough``; or ``off``.
        country: ISO 3166 code taken where a record and the host name no country; ``None``: none is.
        lists: Fields whose values are looked up in lists of the host.
        choose: Fields that a person chooses for new clients whose rows say nothing there.
        opening_sign: ``positive`` (an opening balance below zero is refused) or ``any``.
        severities: Finding code -> how it weighs here; ``None`` silences it.
        message_codes: Finding code -> this product's own words for it.
        message_fields: Field -> this product's words for any error about it; ``field:code`` for one finding about it, which
            goes before the words for the code.
        message_reasons: ``disposition:reason`` -> this product's words for what becomes of a record.
        labels: Text key -> this product's label. Wherever words are given they are one text, or one a language.
        report: The exception report.
        template: The import template.
        invitations: Whether an import invites, and what goes with a message.
        permissions: Act (``import``, ``undo``, ``clients.remove``, ``openings.set``, ``openings.delete``, ``payments.add``,
            ``periods.close``, ``invitations.send``, and ``clients.`` with an event of the lifecycle) -> permissions the actor needs.
        permission_labels: Permission -> what the product calls it.
        roles: What the product calls a kind of user -> the permissions that they hold.
        lifecycle: The states of clients and what moves them.

    Raises:
        SettingsError: names the key and what it may be.
    """

    name: str = attrs.field(validator=_named)
    title: str = ""
    fields: tuple[Field, ...] = ()
    required: tuple[str, ...] = ("name",)
    recommended: tuple[str, ...] = ()
    required_one_of: tuple[tuple[str, ...], ...] = ()
    ladder: tuple[Rung, ...] = ()
    merge: MergePolicy = attrs.field(factory=MergePolicy)
    mode: str = attrs.field(default="upsert", validator=_one_of(*MODES))
    update_existing: bool = attrs.field(default=True, validator=_yes_no)
    near: str = attrs.field(default="close", validator=_one_of(*NEARNESS))
    country: str | None = attrs.field(default=None, validator=_country)
    lists: tuple[Listed, ...] = ()
    choose: tuple[Choose, ...] = ()
    opening_sign: str = attrs.field(default="any", validator=_one_of(*SIGNS))
    severities: Mapping[str, Severity | None] = attrs.field(factory=dict)
    message_codes: Mapping[str, Words] = attrs.field(factory=dict)
    message_fields: Mapping[str, Words] = attrs.field(factory=dict)
    message_reasons: Mapping[str, Words] = attrs.field(factory=dict)
    labels: Mapping[str, Words] = attrs.field(factory=dict)
    report: ReportStyle = attrs.field(factory=ReportStyle)
    template: TemplateStyle = attrs.field(factory=TemplateStyle)
    invitations: InvitationStyle = attrs.field(factory=InvitationStyle)
    permissions: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    permission_labels: Mapping[str, str] = attrs.field(factory=dict)
    roles: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    lifecycle: Lifecycle = TWO_STATES

    def __attrs_post_init__(self) -> None:
        self.invitations.check(self.lifecycle)

    def act(self, event: str) -> str:
        """The act whose permissions firing *event* takes: its own; to reactivate those to deactivate, if it has none."""
        own = act_of(event)
        return act_of(DEACTIVATE) if event == REACTIVATE and own not in self.permissions else own
