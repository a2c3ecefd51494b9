"""What imports did and said about a client, read from the run log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clientimport.core.canonical import decode
from clientimport.ports import LEAVING, OperationRow


def last_said(operations: Iterable[OperationRow]) -> dict[str, Any]:
    """Field -> the value that the newest import gave that gave any; *operations* are about one client, oldest first."""
    said: dict[str, Any] = {}
    for operation in operations:
        if operation.action in LEAVING:  # somebody decided that; the import said nothing of the client
            continue
        said.update(written_by(operation))
        if operation.said is not None:
            said.update(decode(operation.said))
    return said


def written_by(operation: OperationRow) -> dict[str, Any]:
    """Field -> the value that an operation of an import wrote."""
    if operation.action == "remove":
        return {}
    document: dict[str, Any] = decode(operation.document)
    if operation.action == "create":
        return document
    return {field: new for field, (_, new) in document.items()}
