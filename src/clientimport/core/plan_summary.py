"""A plan's summary and questions, from the plain data they are kept as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from clientimport.core.decisions import CHOOSE
from clientimport.core.findings import Finding, Severity
from clientimport.core.locator import Locator
from clientimport.core.plan import ColumnUse, Conflict, Option, PlanSummary, TieOut


def plan_conflicts_of(document: Mapping[str, Any], header: Mapping[str, Any]) -> list[Conflict]:
    source = header["source"]
    return [
        Conflict(
            id=question["id"],
            kind=question["kind"],
            sequences=(),
            records=question["records"],
            locator=Locator(source=source["name"], sheet=source["sheet"], column=question["column"]),
            fields=(question["field"],),
            params={} if question["kind"] == CHOOSE else {"counts": question["counts"]},
            options=tuple(Option(choice=choice) for choice in question["options"]),
        )
        for question in document["questions"]
        if question["records"]  # else nobody waits for the answer as things are decided now
    ]


def source_findings_of(document: Mapping[str, Any], header: Mapping[str, Any]) -> tuple[Finding, ...]:
    source = header["source"]
    return tuple(
        Finding(
            code=code,
            severity=Severity(severity),
            locator=Locator(
                source=where["source"] if where else source["name"],
                sheet=where["sheet"] if where else source["sheet"],
                row=row,
                column=column,
            ),
            field=field,
            seen=where["seen"] if where else None,
            params=params,
        )
        for code, severity, row, column, field, params, where in (
            (*entry, None) if len(entry) == 6 else entry for entry in document["source_findings"]
        )
    )


def conflict_of(question: Mapping[str, Any], header: Mapping[str, Any]) -> Conflict:
    source = header["source"]
    return Conflict(
        id=question["id"],
        kind=question["kind"],
        sequences=tuple(question["sequences"]),
        records=len(question["sequences"]),
        locator=Locator(source=source["name"], sheet=source["sheet"], row=question["row"]),
        fields=tuple(question["fields"]),
        params=question["params"],
        options=tuple(Option(choice=choice) for choice in question["options"]),
    )


def summary_of(document: Mapping[str, Any]) -> PlanSummary:
    conflicts = sum(bool(question["records"]) for question in document["questions"]) + document["conflicts"]
    return PlanSummary(
        records=document["records"],
        dispositions=document["dispositions"],
        reasons=document["reasons"],
        findings=document["findings"],
        severities=document["severities"],
        conflicts=conflicts,
        openings=document["openings"],
        postings=document.get("postings", {}),
        tie_out=tuple(
            TieOut(
                currency=tie["currency"],
                expected=Decimal(tie["expected"]),
                total=Decimal(tie["total"]),
                difference=Decimal(tie["difference"]),
            )
            for tie in document.get("tie_out", ())
        ),
        leaving=dict(Counter(row[2] for row in document.get("leaving", ()))),
        columns=tuple(
            ColumnUse(
                header=use["header"],
                field=use["field"],
                filled=use["filled"],
                confidence=use["confidence"],
                reason=use["reason"],
                suggestion=use["suggestion"],
                format=use["format"],
            )
            for use in document["columns"]
        ),
    )
