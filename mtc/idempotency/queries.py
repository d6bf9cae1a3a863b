"""Queries for requests with an Idempotency-Key."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from mtc.core.db import scope_tenant, session
from mtc.idempotency.models import IdempotencyKey


def idempotency_key(scope: str, key_hash: str) -> IdempotencyKey | None:
    """The row of a request that counts once, as the database has it now, or None."""
    query = select(IdempotencyKey).where(
        IdempotencyKey.tenant_id == scope_tenant(),
        IdempotencyKey.scope == scope,
        IdempotencyKey.key_hash == key_hash,
    )
    return session.scalars(query.execution_options(populate_existing=True)).first()


def idempotency_key_by_id(row_id: UUID) -> IdempotencyKey | None:
    """The row, or None."""
    query = select(IdempotencyKey).where(
        IdempotencyKey.tenant_id == scope_tenant(), IdempotencyKey.id == row_id
    )
    return session.scalars(query).first()
