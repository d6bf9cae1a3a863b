"""A plugin whose own tables refer to each other, and to themselves, in circles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import update

from mtc.core import clock
from mtc.core.db import Base, session
from mtc.core.ids import uuid7
from mtc.plugins.queries import rows_in
from mtc.plugins.services import state_of
from tests.plugins.kit import at_work
from tests.plugins.samples import write

TABLES = ["p_garden_beds", "p_garden_notes", "p_garden_plants"]
MODELS = '''"""Beds with a favourite plant, plants that stand in a bed beside others, notes about plants."""

from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from mtc.sdk.db import PluginTable, tenant_foreign_key


class Model(PluginTable, DeclarativeBase):
    """What the tables of this plugin derive from."""


class Bed(Model):
    """A bed; only the migration knows that its favourite is a plant, for SQLAlchemy sorts no circles."""

    __tablename__ = "p_garden_beds"

    name: Mapped[str]
    favourite_id: Mapped[UUID | None]


class Plant(Model):
    """A plant."""

    __tablename__ = "p_garden_plants"
    __table_args__ = (
        tenant_foreign_key("bed_id", "p_garden_beds"),
        tenant_foreign_key("beside_id", "p_garden_plants"),
    )

    bed_id: Mapped[UUID]
    beside_id: Mapped[UUID | None]


class Note(Model):
    """A note."""

    __tablename__ = "p_garden_notes"
    __table_args__ = (tenant_foreign_key("plant_id", "p_garden_plants"),)

    plant_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(default="")
'''
MIGRATION = '''"""The garden."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
KEY = ("tenant_id", "id")


def _table(name, *columns):
    op.create_table(
        name,
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenants.id"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint(*KEY),
    )


def _reference(column, table):
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def upgrade():
    _table(
        "p_garden_beds",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("favourite_id", sa.Uuid()),
    )
    _table(
        "p_garden_plants",
        sa.Column("bed_id", sa.Uuid(), nullable=False),
        sa.Column("beside_id", sa.Uuid()),
        _reference("bed_id", "p_garden_beds"),
        _reference("beside_id", "p_garden_plants"),
    )
    with op.batch_alter_table("p_garden_beds") as batch:
        batch.create_foreign_key(
            "fk_p_garden_favourite", "p_garden_plants", ["tenant_id", "favourite_id"], list(KEY)
        )
    _table(
        "p_garden_notes",
        sa.Column("plant_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        _reference("plant_id", "p_garden_plants"),
    )
'''


def write_garden(folder: Path) -> None:
    """Write the plugin into the folder."""
    made = write(folder, "garden", "from . import models\n", hooks=[], tables=TABLES, trust="sdk")
    (made / "models.py").write_text(MODELS)
    (made / "migrations" / "versions").mkdir(parents=True)
    (made / "migrations" / "versions" / "0001_garden.py").write_text(MIGRATION)


def plant(world: Any, plants: int) -> None:
    """A bed of so many plants, each beside the one before, with a note about each, and a stored value."""
    beds, notes, plant_table = (Base.metadata.tables[name] for name in TABLES)
    with at_work(world):
        bed, before = uuid7(), None
        key = {"tenant_id": world.id, "created_at": clock.now()}
        session.execute(beds.insert().values(**key, id=bed, name="North"))
        for number in range(plants):
            plant_id = uuid7()
            row = {**key, "id": plant_id, "bed_id": bed, "beside_id": before}
            session.execute(plant_table.insert().values(**row))
            note = {**key, "id": uuid7(), "plant_id": plant_id, "text": f"Plant {number}"}
            session.execute(notes.insert().values(**note))
            before = plant_id
        favourite = update(beds).where(beds.c.tenant_id == world.id).values(favourite_id=before)
        session.execute(favourite)
        state_of("garden", world.id).put("season", {"is": "spring"})


def rows(world: Any) -> list[int]:
    """How many rows of the tenant each table has."""
    with at_work(world):
        return [rows_in(Base.metadata.tables[name], world.id) for name in TABLES]
