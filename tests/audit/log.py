"""What the audit log says, for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from mtc.audit.models import AuditEntry
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope


def entries(action: str = "", tenant_id: UUID | None = None) -> list[AuditEntry]:
    """Entries from the first to the last; of one action or tenant when told."""
    with platform_scope("read the audit log", readonly=True), unit_of_work():
        query = select(AuditEntry).order_by(AuditEntry.created_at, AuditEntry.id)
        if tenant_id is not None:
            query = query.where(AuditEntry.tenant_id == tenant_id)
        found = list(session.scalars(query))
    return [one for one in found if action in ("", one.action)]


def difference(entry: AuditEntry) -> dict[str, Any]:
    """The fields that changed, as `type.field`, with what was there before and after."""
    return {
        f"{one['type']}.{name}": tuple(values)
        for one in entry.changes
        for name, values in one["fields"].items()
    }
