"""The options that commands share, and what is made of them."""

from __future__ import annotations

import getpass
import shlex
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import click

from clientimport.cli.output import Face
from clientimport.core.books import EXISTING, Books
from clientimport.core.interpretation import FORMATS
from clientimport.core.mapping import FieldMapping
from clientimport.core.mapping import Mapping as ColumnMapping
from clientimport.core.merging import Merge, MergePolicy
from clientimport.core.profile import NEARNESS
from clientimport.core.settings import Settings
from clientimport.errors import SettingsError
from clientimport.messages import LANGUAGES

if TYPE_CHECKING:
    from clientimport.core.profile import Profile
    from clientimport.core.schema import Schema
    from clientimport.importer import Importer

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SPELT = {"comma": ",", "point": "."}


def _all(*options: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


face_options = _all(
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else."),
    click.option(
        "--lang", envvar="CLIENTIMPORT_LANG", default="en", show_default=True, metavar="|".join(LANGUAGES),
        help="Language of messages about the data.",
    ),
)  # fmt: skip

who_options = _all(
    click.option("--workspace", default="default", show_default=True, help="Whose clients these are."),
    click.option("--actor", metavar="NAME", help="Who acts, for the log. Default: the user's name."),
    click.option("--role", "roles", multiple=True, metavar="ROLE", help="What the profile calls the actor's kind of user; repeat."),
    click.option("--permission", "permissions", multiple=True, metavar="P", help="What the actor may do; repeat. Default: everything."),
    click.option("--plugin", "plugins", multiple=True, metavar="NAME", help="Use an installed plugin; repeat."),
)  # fmt: skip

store_option = click.option(
    "--store", envvar="CLIENTIMPORT_STORE", required=True, metavar="URL",
    help="Where the clients live: sqlite:///clients.db or a file name. Also CLIENTIMPORT_STORE.",
)  # fmt: skip

profile_option = click.option(
    "--profile", default="standard", show_default=True, help="Product behaviour: a name, or a TOML file."
)

source_options = _all(
    click.option("--sheet", help="Worksheet by name, or by number from 1."),
    click.option("--delimiter", help="Comma, semicolon, tab or pipe, instead of detecting it."),
    click.option("--encoding", help="Encoding of a text file, instead of detecting it."),
    click.option("--header", metavar="ROW", help="Row of the column names, counted from 1; 'none' if there is none. Default: 'auto', which finds it."),
)  # fmt: skip

mapping_options = _all(
    click.option("--set", "settings", multiple=True, metavar="FIELD=COLUMN", help="Feed a field from a column; repeat. A field twice joins the columns, or has the values of both if it holds many."),
    click.option("--drop", "drops", multiple=True, metavar="COLUMN", help="Leave a column out; repeat."),
    click.option("--constant", "constants", multiple=True, metavar="FIELD=TEXT", help="Give every record this value; repeat."),
    click.option("--format", "formats", multiple=True, metavar="COLUMN=FORMAT", help="Dates of a column or field: DMY, MDY, YMD; amounts: comma or point before the decimals; repeat."),
)  # fmt: skip

decisions_option = _all(
    click.option(
        "--decisions", type=FILE,
        help='What was decided: a filled-in review workbook (.xlsx), the file of a review page, or JSON {"id": "choice"}.',
    ),
    click.option("--choose", "chosen", multiple=True, metavar="FIELD=VALUE", help="Choose for the new clients that have nothing in a field that the profile wants chosen; repeat."),
)  # fmt: skip

books_option = click.option(
    "--books",
    type=FILE,
    help="How opening balances are booked: a TOML file with receivable, equity, base_currency, rates …",
)
totals_option = click.option(
    "--control-total", "control_totals", multiple=True, metavar="XXX=AMOUNT",
    help="What the opening balances must add up to, such as EUR=12345.67; repeat. Else none is posted in that currency.",
)  # fmt: skip

lists_option = click.option(
    "--list", "lists", multiple=True, metavar="NAME=FILE",
    help="What stands in a list that the profile looks values up in: a text file, one entry a line; repeat.",
)  # fmt: skip

plan_options = _all(
    profile_option,
    click.option("--mapping", type=FILE, help="A mapping saved by 'map --write'."),
    mapping_options,
    source_options,
    click.option("--as-at", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="The day the books move. Default: today."),
    click.option("--update-existing/--no-update-existing", default=None, help="Update clients that are there already. Default: the profile's."),
    click.option("--mode", type=click.Choice(["upsert", "create_only", "update_only"]), help="Default: the profile's."),
    click.option("--merge", "merges", multiple=True, metavar="[FIELD=]POLICY", help=f"What an update may write, of all fields or of one: {', '.join(Merge)}; repeat. Default: the profile's."),
    click.option("--lead", "leads", multiple=True, metavar="SYSTEM", help="For the policy leading: the systems, the leading one first; 'here' is what was entered here; repeat."),
    click.option("--leaving-share", type=float, metavar="0…1", help="Of the clients that earlier imports of the system had, so many must be in the file, or none leaves. Default: 0.5."),
    click.option("--near", metavar="|".join(NEARNESS), help="Ask about new clients that resemble a known one or another row, from this band on. Default: the profile's."),
    click.option("--country", metavar="XX", help="Country where a record names none, such as BE."),
    click.option("--currency", metavar="XXX", help="Currency where an opening balance names none, such as EUR."),
    totals_option,
    click.option("--system", metavar="NAME", help="The program or list that the file comes from; its last import is what a change is compared with. Default: a file with the same columns."),
    click.option("--existing-opening", type=click.Choice(EXISTING), help="What a balance does that differs from the client's present one. Default: ask."),
    books_option,
    lists_option,
)  # fmt: skip


def face(given: Mapping[str, Any]) -> Face:
    """How to speak.

    Raises:
        SettingsError: no such language.
    """
    if given["lang"] not in LANGUAGES:
        raise SettingsError("lang", given["lang"], allowed=LANGUAGES)
    return Face(given["as_json"], given["lang"])


def importer(
    given: Mapping[str, Any], *, profile: Profile | None = None, store: str | None = None, new: bool = False
) -> Importer:
    """The importer that the options describe; a store that is not there is made only where it may be *new*.

    Raises:
        UsageError: there is no store.
    """
    from clientimport.core.client import Actor
    from clientimport.importer import Importer

    url = store_url(store or given["store"])
    if not new and _is_missing(url):
        raise click.UsageError(f"There is no store at {given['store']}. Importing a file makes one.")
    permissions = frozenset(given.get("permissions") or ()) or None
    return Importer(
        url,
        profile=profile or _profile(given.get("profile") or "standard"),
        workspace=given.get("workspace") or "default",
        actor=Actor(name=given.get("actor") or _user(), permissions=permissions, roles=given.get("roles") or ()),
        default_country=given.get("country"),
        default_currency=given.get("currency"),
        plugins=given.get("plugins") or (),
        settings=_settings(given),
        books=books(given),
        guards=_guards(given.get("guards") or ()),
        lists=_lists(given.get("lists") or ()),
    )


def acting(given: Mapping[str, Any], *, new: bool = False) -> Importer:
    """The importer for an act that goes by the rules of a profile: which one must not be forgotten.

    Raises:
        UsageError: there is no store; or no profile was said, and the last import that stands was made with another one than
            goes without saying.
    """
    host = importer(given, new=new)
    if click.get_current_context().get_parameter_source("profile") is not click.core.ParameterSource.DEFAULT:
        return host
    runs = (run for run in reversed(host.runs.list()) if run.kind == "import" and run.undone_by is None)
    last = next(runs, None)
    before = host.profile.name if last is None else host.runs.profile(last.id).name
    if before == host.profile.name:
        return host
    host.close()
    raise click.UsageError(
        f"The last import into this store was made with the profile {before}, by whose rules clients are known again. "
        f"Say which one is meant: --profile {before}, or its file, or --profile {host.profile.name}."
    )


def _settings(given: Mapping[str, Any]) -> Settings:
    found = Settings(charges=dict(_pairs("--charge", given.get("charges") or ())))
    share = given.get("leaving_share")
    return found if share is None else attrs.evolve(found, leaving_share=share)


def merge(given: Mapping[str, Any], profile: Profile) -> MergePolicy | None:
    """The profile's policy with what was said on the command line; ``None`` if nothing was.

    Raises:
        SettingsError: there is no such policy or field, one is said twice, ``leading`` has no order, or an order is of no use.
    """
    said, leads = given.get("merges") or (), given.get("leads") or ()
    if not said and not leads:
        return None
    default, fields = profile.merge.default, dict(profile.merge.fields)
    for_all = [each for each in said if "=" not in each]
    pairs = _pairs("--merge", [each for each in said if "=" in each])
    names = [*("" for _ in for_all), *(field for field, _ in pairs)]
    if len(set(names)) < len(names):
        raise SettingsError("--merge", list(said), wanted="one policy for all fields, and one for each field")
    if for_all:  # it is not meant for all but those that the profile has its own idea about
        default, fields = _policy(for_all[0]), {}
    fields |= {field: _policy(policy) for field, policy in pairs}
    if leads and Merge.LEADING not in (default, *fields.values()):
        raise SettingsError("--lead", list(leads), wanted="--merge leading, or --merge FIELD=leading, beside it")
    order = tuple(leads) or profile.merge.order
    return MergePolicy(default=default, fields=fields, order=order, orders={} if leads else profile.merge.orders)


def _policy(text: str) -> Merge:
    if text not in list(Merge):
        raise SettingsError("--merge", text, allowed=[choice.value for choice in Merge])
    return Merge(text)


def books(given: Mapping[str, Any]) -> Books | None:
    """How opening balances are booked, as far as it was said.

    Raises:
        SettingsError: the file is not TOML, or a key or value in it is not possible.
    """
    path: Path | None = given.get("books")
    found: dict[str, Any] = {}
    if path is not None:
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=str)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError("--books", path.name, wanted=f"a TOML file ({error})") from None
    if given.get("existing_opening"):
        found["existing"] = given["existing_opening"]
    return Books.from_dict(found) if found else None


def totals(given: Mapping[str, Any]) -> dict[str, str]:
    """Control totals by currency, as texts; the importer checks them.

    Raises:
        SettingsError: one is not of its form, or there are two for one currency.
    """
    found: dict[str, str] = {}
    for currency, amount in _pairs("--control-total", given["control_totals"]):
        if currency.upper() in found:
            raise SettingsError("--control-total", currency, wanted="each currency once")
        found[currency.upper()] = amount
    return found


def where(given: Mapping[str, Any]) -> str:
    """The options by which another command acts on the same clients, as a person types them."""
    said = ["--store", given["store"]]
    if given.get("workspace", "default") != "default":
        said += ["--workspace", given["workspace"]]
    for plugin in given.get("plugins") or ():
        said += ["--plugin", plugin]
    return shlex.join(said)


def said_again(context: click.Context, other: click.Command) -> str:
    """The store, and the options that were typed in this call and that *other* takes too, as a person types them for it."""
    takes = {option.name: option for option in other.params if isinstance(option, click.Option)}
    said: list[str] = []
    for name, value in context.params.items():
        typed = context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        if not (typed or name == "store") or name not in takes or name in _OF_THE_CALL:
            continue
        option = takes[name]
        if option.is_flag:
            said.append((option.opts if value else option.secondary_opts)[0])
        else:
            for each in value if option.multiple else [value]:
                said += [option.opts[0], each.date().isoformat() if isinstance(each, datetime) else str(each)]
    return shlex.join(said)


_OF_THE_CALL = frozenset(("as_json", "lang", "actor"))
"""Options that say nothing about what is planned."""


def source_arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was said about how to read the file."""
    said = {key: given[key] for key in ("sheet", "delimiter", "encoding", "header") if given.get(key) is not None}
    header = said.get("header", "")
    return {**said, "header": int(header)} if header.isdecimal() else said


def plan_arguments(given: Mapping[str, Any], host: Importer, path: Path) -> dict[str, Any]:
    """Everything ``Importer.plan`` takes but data and progress."""
    moment = given.get("as_at")
    as_at: date | None = moment.date() if moment else None
    return {
        "mapping": mapping(given, host, path),
        "as_at": as_at,
        "mode": given.get("mode"),
        "update_existing": given.get("update_existing"),
        "near": given.get("near"),
        "merge": merge(given, host.profile),
        "control_totals": totals(given),
        "system": given.get("system"),
        **source_arguments(given),
    }


def choices(given: Mapping[str, Any]) -> dict[str, str]:
    """What is chosen for new clients.

    Raises:
        SettingsError: it is not of its form, or chosen twice.
    """
    found: dict[str, str] = {}
    for field, value in _pairs("--choose", given.get("chosen") or ()):
        if field in found:
            raise SettingsError("--choose", field, wanted="each field once")
        found[field] = value
    return found


def mapping(given: Mapping[str, Any], host: Importer, path: Path) -> ColumnMapping | None:
    """The saved mapping, or the suggested one, with what was said on the command line; ``None`` if nothing was said.

    Raises:
        SettingsError: an option is not of its form, or names a column or field that is not there.
    """
    saved: Path | None = given.get("mapping")
    said = [given.get(key) for key in ("settings", "drops", "constants", "formats")]
    if saved is None and not any(said):
        return None
    chosen: ColumnMapping
    inspection = host.inspect(path, **source_arguments(given))
    if saved is None:
        chosen = inspection.mapping
    else:
        from clientimport.documents.mapping import load_mapping

        chosen = load_mapping(saved, host.schema)
    headers = tuple(column.header for column in inspection.description.columns)
    return changed(chosen, given, headers, host)


def changed(chosen: ColumnMapping, given: Mapping[str, Any], headers: Sequence[str], host: Importer) -> ColumnMapping:
    """*chosen* with --set, --drop, --constant and --format.

    Raises:
        SettingsError: see ``mapping``.
    """
    feeds: dict[str, dict[str, None]] = {}  # each column once
    for field, column in _pairs("--set", given["settings"]):
        feeds.setdefault(host.schema.mappable[field].name, {})[_known("--set", column, headers)] = None
    for field, columns in feeds.items():
        apart = [[column] for column in columns] if host.schema.mappable[field].many else [columns]
        chosen = chosen.with_field(*(FieldMapping(field=field, columns=joined) for joined in apart))
    for field, text in _pairs("--constant", given["constants"]):
        chosen = chosen.with_field(FieldMapping(field=host.schema.mappable[field].name, constant=text))
    for column in given["drops"]:
        chosen = chosen.drop(_known("--drop", column, headers))
    for name, written in _pairs("--format", given["formats"]):
        chosen = _formatted(chosen, name, written, host.schema)
    return chosen


def store_url(text: str) -> str:
    """A store's URL; a plain file name means an SQLite file."""
    return text if "://" in text or text == "memory:" else f"sqlite:///{text}"


def suffix(option: str, path: Path | None, allowed: Sequence[str]) -> str:
    """The ending of *path* in lower case, with its dot; ``""`` for no path.

    Raises:
        SettingsError: it is none of *allowed*.
    """
    if path is None:
        return ""
    found = path.suffix.lower()
    if found not in allowed:
        raise SettingsError(option, path.name, wanted=f"a file name ending in {', '.join(allowed)}")
    if not path.resolve().parent.is_dir():
        raise SettingsError(option, str(path), wanted="a file in a folder that exists")
    return found


def _profile(text: str) -> Profile | str:
    if not text.lower().endswith(".toml"):
        return text
    from clientimport.documents.profile import load_profile

    return load_profile(Path(text))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no name for this user id, as in some containers
        return "somebody"


def _is_missing(url: str) -> bool:
    """Whether *url* names a file of SQLite that is not there."""
    kind, _, file = url.partition(":///")
    file = file.partition("?")[0]
    return kind.partition("+")[0] == "sqlite" and not file.startswith("file:") and not Path(file).exists()


def _formatted(chosen: ColumnMapping, name: str, written: str, schema: Schema) -> ColumnMapping:
    """*chosen* with the format of a column or field called *name*."""
    meant = [entry for entry in chosen.fields if name in (entry.field, *entry.columns)]
    if not meant:
        fed = (*(entry.field for entry in chosen.fields), *(c for entry in chosen.fields for c in entry.columns))
        raise SettingsError("--format", name, allowed=tuple(dict.fromkeys(fed)))
    format_ = SPELT.get(written, written)
    for entry in meant:
        allowed = FORMATS.get(schema[entry.field].coercer, ())
        if format_ not in allowed:
            spelt = tuple(word for word, mark in SPELT.items() if mark in allowed)
            wanted = "" if allowed else f"a column of dates or amounts, and {entry.field} is neither"
            raise SettingsError("--format", f"{name}={written}", allowed=(*allowed, *spelt), wanted=wanted)
    return attrs.evolve(
        chosen, fields=[attrs.evolve(entry, format=format_) if entry in meant else entry for entry in chosen.fields]
    )


def _pairs(option: str, texts: Sequence[str]) -> list[tuple[str, str]]:
    """``NAME=VALUE`` texts taken apart at the first equals sign; for --format at the last, as headers may hold one."""
    pairs = []
    for text in texts:
        name, sign, value = text.rpartition("=") if option == "--format" else text.partition("=")
        if not sign or not name.strip():
            raise SettingsError(option, text, wanted="NAME=VALUE")
        pairs.append((name.strip(), value if option == "--constant" else value.strip()))
    return pairs


def _guards(texts: Sequence[str]) -> dict[str, Callable[[Sequence[str]], dict[str, str]]]:
    """Guards that answer what was said on the command line: ``NAME=none``, or ``NAME=`` and ids with commas between."""

    def answering(name: str, ids: str) -> Callable[[Sequence[str]], dict[str, str]]:
        held = {} if ids == "none" else {client.strip(): name for client in ids.split(",")}
        return lambda _: held

    return {name: answering(name, ids) for name, ids in _pairs("--guard", texts)}


def _entries(path: str) -> list[str]:
    """The entries of a list of the host: the lines of a text file that are not blank."""
    try:
        return [line.strip() for line in Path(path).read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "--list", path, wanted=f"a text file in UTF-8, one entry a line ({type(error).__name__})"
        ) from None


def _lists(texts: Sequence[str]) -> dict[str, list[str]]:
    pairs = _pairs("--list", texts)
    if len(dict(pairs)) < len(pairs):
        raise SettingsError("--list", list(texts), wanted="one file for each list")
    return {name: _entries(path) for name, path in pairs}


def _known(option: str, header: str, headers: Sequence[str]) -> str:
    if header not in headers:
        raise SettingsError(option, header, allowed=tuple(headers))
    return header
