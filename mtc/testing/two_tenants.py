"""Two tenants with one row in every table, and what counts as a leak between them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table, or_, select

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.testing.row_factory import insert_everywhere
from tests.factories.tenants import make_world

MINE, THEIRS, SYSTEM = "minetoken", "theirtoken", "systemtoken"


@dataclass
class Two:
    """My tenant and theirs, with the ids of their rows by table."""

    mine: UUID
    theirs: UUID
    my_ids: dict[str, UUID]
    their_ids: dict[str, UUID]
    system_ids: dict[str, UUID] = field(default_factory=dict)

    def snapshot(self, table: Table) -> list[Any]:
        """Their rows and the system's, as the platform sees them."""
        owner = or_(table.c.tenant_id != self.mine, table.c.tenant_id.is_(None))
        with platform_scope("look at what must not change", readonly=True), unit_of_work():
            return sorted((tuple(row) for row in session.execute(select(table).where(owner))), key=repr)

    def is_foreign(self, result: Any) -> bool:
        """Return whether the result holds anything of theirs."""
        text = repr(_plain(result))
        return THEIRS in text or any(
            str(i) in text or i.hex in text for i in (self.theirs, *self.their_ids.values())
        )


def _plain(result: Any) -> Any:
    if isinstance(result, list | tuple | set):
        return [_plain(item) for item in result]
    if hasattr(result, "__mapper__"):
        return {name: result.__dict__.get(name) for name, _ in result.__mapper__.columns.items()}
    if hasattr(result, "_mapping"):
        return [_plain(item) for item in result]
    return result


def make_two() -> Two:
    """Seed both tenants and the system."""
    mine, theirs = make_world("mine", "Mine").id, make_world("theirs", "Theirs").id
    with platform_scope("seed every table"), unit_of_work() as work:
        connection = work.connection()
        system = insert_everywhere(connection, None, SYSTEM)
        return Two(
            mine,
            theirs,
            insert_everywhere(connection, mine, MINE),
            insert_everywhere(connection, theirs, THEIRS),
            system,
        )
