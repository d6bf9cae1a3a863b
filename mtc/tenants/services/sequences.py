"""Gapless numbers of a tenant."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from mtc.core.db import session
from mtc.tenants.models import Sequence


def next_number(tenant_id: UUID, name: str, *, start: int = 1) -> int:
    """The next number of that name, raised in the running transaction: rolled back, it is free again."""
    raise_it = (
        update(Sequence)
        .where(Sequence.tenant_id == tenant_id, Sequence.name == name)
        .values(value=Sequence.value + 1)
        .returning(Sequence.value)
        .execution_options(synchronize_session=False)
    )
    value = session.execute(raise_it).scalar()
    if value is None:
        try:
            with session.begin_nested():
                session.add(Sequence(tenant_id=tenant_id, name=name, value=start))
            return start
        except IntegrityError:  # another transaction made the counter first
            value = session.execute(raise_it).scalar_one()
    return int(value)
