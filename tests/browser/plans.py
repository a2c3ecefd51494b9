"""Plans to be looked at in a browser."""

from __future__ import annotations

from clientimport import Plan, Settings
from tests.planning.given import OpenImporter, bring_in, plan_of

EVIL = "</script><script>window.pwned = 1</script><img src=x onerror='window.pwned = 1'><!--<script>\u2028=1+1"

JAN = {"external_id": "1", "name": "Jan Peeters", "city": "Gent", "email": "", "notes": "oud"}
ELS = {"external_id": "2", "name": "Els Maes", "city": "Mol", "email": "", "notes": ""}
ZOE = {"external_id": "5", "name": "Zoë Smets", "city": "Ham", "email": "", "notes": "oud"}
NEW = {"external_id": "3", "name": "Rita Simons", "city": "Geel", "email": "rita@voorbeeld.be", "notes": ""}
BAD = {"external_id": "4", "name": "", "city": "Lier", "email": "mia@", "notes": ""}


def some_of_each(open_importer: OpenImporter) -> Plan:
    """Two new clients, one of them hostile; one only here; one with changes; one with a question; one invalid."""
    importer = open_importer(settings=Settings(product="Accounton"))
    bring_in(importer, JAN, ELS, system="crm")
    bring_in(importer, ZOE, system="erp")
    evil = {"external_id": "6", "name": EVIL, "city": "=1+1", "email": "", "notes": ""}
    jan = {**JAN, "city": "Brugge", "notes": "nieuw", "email": "jan@voorbeeld.be"}
    zoe = {**ZOE, "city": "Paal", "notes": "nieuw"}
    return plan_of(importer, jan, zoe, NEW, evil, BAD, system="crm")


def many(open_importer: OpenImporter, clients: int) -> Plan:
    """So many clients that are here already, each with four fields that differ."""
    importer = open_importer()
    here = [
        {
            "external_id": str(n),
            "name": f"Klant {n}",
            "city": "Gent",
            "notes": "oud",
            "address": f"Straat {n}",
            "tags": "a",
        }
        for n in range(clients)
    ]
    bring_in(importer, *here, system="crm")
    there = [
        {**row, "city": "Brugge", "notes": "nieuw", "address": f"Laan {row['external_id']}", "tags": "b"}
        for row in here
    ]
    return plan_of(importer, *there, system="crm")
