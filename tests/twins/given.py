"""A product with two kinds of clients, standard and offline, as these tests have it."""

from __future__ import annotations

from collections.abc import Sequence

from clientimport import FieldMapping, Importer, Mapping, Profile
from clientimport.core.plan import PlannedRecord
from clientimport.documents.profile import profile_from_dict
from clientimport.handles import Plan

PROFILE: Profile = profile_from_dict(
    {
        "name": "office",
        "fields": [{"name": "is_offline", "coercer": "yes_no", "label": "Is Offline"}],
        "match": [{"scheme": "external_id"}, {"scheme": "email", "refuses": True}],
        "merge": {"default": "ask"},
        "import": {"near": "off"},
        "messages": {"codes": {"beside-twin": "There is a connected one."}},
        "report": {"rows": "all"},
        "lifecycle": {
            "initial": "invited",
            "states": [{"name": name} for name in ("invited", "connected", "offline", "duplicate")],
            "events": [
                {"name": "connect", "from": ["invited"], "to": "connected", "twin": "supersede"},
                {"name": "supersede", "from": ["offline"], "to": "duplicate"},
            ],
            "twin": {
                "field": "is_offline",
                "initial": "offline",
                "key": "external_id",
                "refused_beside": ["connected"],
            },
        },
    }
)

Row = dict[str, str]
FIELDS = {"External id": "external_id", "Name": "name", "Email": "email", "Is Offline": "is_offline"}


def row(id_: str, name: str = "", email: str = "", offline: str = "No", client: str = "") -> Row:
    """A row as a file of that product has it."""
    own = {"clientimport id": client} if client else {}
    return {"External id": id_, "Name": name or f"Client {id_}", "Email": email, "Is Offline": offline, **own}


def opened(store: object = "memory:") -> Importer:
    """An importer for it."""
    return Importer(store, profile=PROFILE)


def fates(plan: Plan) -> list[str]:
    """``disposition:reason`` or the codes of what refused it, of each record."""
    return [_fate(record) for record in plan.records()]


def _fate(record: PlannedRecord) -> str:
    errors = [finding.code for finding in record.findings if finding.severity == "error"]
    return " ".join(errors) or f"{record.disposition}:{record.reason}"


def plan_of(importer: Importer, rows: Sequence[Row]) -> Plan:
    """The plan of *rows*, whatever their cells make of the headers."""
    fields = {
        **FIELDS,
        **({"clientimport id": "clientimport_id"} if any("clientimport id" in each for each in rows) else {}),
    }
    mapping = Mapping(fields=[FieldMapping(field=field, columns=[header]) for header, field in fields.items()])
    return importer.plan(list(rows), mapping=mapping)


def bring(importer: Importer, rows: Sequence[Row]) -> list[str]:
    """Plan and apply; the fates."""
    with plan_of(importer, rows) as plan:
        found = fates(plan)
        importer.apply(plan)
    return found


def states(importer: Importer) -> dict[tuple[str, bool], str]:
    """(external id, whether it is offline) -> state, of all clients."""
    return {(str(each["external_id"]), each["is_offline"] is True): each.status for each in importer.clients()}
