"""Bring client records from messy files into an application: mapped, checked, planned, applied once, undoable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clientimport.adapters.senders.folder import FolderSender
    from clientimport.adapters.senders.smtp import SmtpSender
    from clientimport.books import Balance
    from clientimport.core.books import Books
    from clientimport.core.client import Actor, Client
    from clientimport.core.decisions import Decision
    from clientimport.core.findings import Finding, Severity
    from clientimport.core.invitations import Invitation, Template, Templates
    from clientimport.core.journal import JournalEntry, JournalLine, Opening, OpenItem, Payment, Period
    from clientimport.core.locator import Locator
    from clientimport.core.mapping import FieldMapping, Mapping
    from clientimport.core.merging import Merge, MergePolicy
    from clientimport.core.profile import Profile
    from clientimport.core.provenance import Why
    from clientimport.core.schema import Field
    from clientimport.core.settings import Settings
    from clientimport.documents.invitations import load_templates
    from clientimport.documents.mapping import load_mapping
    from clientimport.documents.profile import load_profile
    from clientimport.errors import ClientImportError, PeriodClosedError, SettingsError, SourceError, StoreError
    from clientimport.handles import Plan, Receipt, Undone
    from clientimport.importer import Importer, Step
    from clientimport.limits import Limits
    from clientimport.reports.exporting import Written
    from clientimport.reports.proof import Proof
    from clientimport.workbench import Inspection

# Names and where they live: a name is imported when it is first used, so that "import clientimport" stays light.
_HOMES = {
    "Actor": "core.client",
    "Balance": "books",
    "Books": "core.books",
    "Client": "core.client",
    "ClientImportError": "errors",
    "Decision": "core.decisions",
    "Field": "core.schema",
    "FieldMapping": "core.mapping",
    "Finding": "core.findings",
    "FolderSender": "adapters.senders.folder",
    "Importer": "importer",
    "Inspection": "workbench",
    "Invitation": "core.invitations",
    "JournalEntry": "core.journal",
    "JournalLine": "core.journal",
    "Limits": "limits",
    "Locator": "core.locator",
    "Mapping": "core.mapping",
    "Merge": "core.merging",
    "MergePolicy": "core.merging",
    "OpenItem": "core.journal",
    "Opening": "core.journal",
    "Payment": "core.journal",
    "Period": "core.journal",
    "PeriodClosedError": "errors",
    "Plan": "handles",
    "Profile": "core.profile",
    "Proof": "reports.proof",
    "Receipt": "handles",
    "Settings": "core.settings",
    "SettingsError": "errors",
    "Severity": "core.findings",
    "SmtpSender": "adapters.senders.smtp",
    "SourceError": "errors",
    "Step": "importer",
    "StoreError": "errors",
    "Template": "core.invitations",
    "Templates": "core.invitations",
    "Undone": "handles",
    "Why": "core.provenance",
    "Written": "reports.exporting",
    "load_templates": "documents.invitations",
    "load_mapping": "documents.mapping",
    "load_profile": "documents.profile",
}

__all__ = [
    "Actor",
    "Balance",
    "Books",
    "Client",
    "ClientImportError",
    "Decision",
    "Field",
    "FieldMapping",
    "Finding",
    "FolderSender",
    "Importer",
    "Inspection",
    "Invitation",
    "JournalEntry",
    "JournalLine",
    "Limits",
    "Locator",
    "Mapping",
    "Merge",
    "MergePolicy",
    "OpenItem",
    "Opening",
    "Payment",
    "Period",
    "PeriodClosedError",
    "Plan",
    "Profile",
    "Proof",
    "Receipt",
    "Settings",
    "SettingsError",
    "Severity",
    "SmtpSender",
    "SourceError",
    "Step",
    "StoreError",
    "Template",
    "Templates",
    "Undone",
    "Why",
    "Written",
    "load_mapping",
    "load_profile",
    "load_templates",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'clientimport' has no attribute {name!r}")
    value = getattr(import_module(f"clientimport.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
