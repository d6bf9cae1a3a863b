"""A plugin with tables of its own, as docs/plugins/tables.md has it, to be written into a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MODELS = '''"""Points by currency."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from mtc.sdk.db import PluginTable


class Model(PluginTable, DeclarativeBase):
    """What the tables of this plugin derive from."""


class Points(Model):
    """The points that orders in a currency have earned."""

    __tablename__ = "p_ledger_points"
    __table_args__ = (UniqueConstraint("tenant_id", "currency"),)

    currency: Mapped[str]
    points: Mapped[int] = mapped_column(default=0)
'''
CODE = '''"""Ledger: a point for each unit of money."""

from sqlalchemy import select

from mtc.sdk import PluginContext, hookimpl
from mtc.sdk.events import OrderPaid

from .models import Points


@hookimpl
def after_order_paid(ctx: PluginContext, payload: OrderPaid) -> None:
    """Add the order's total to what its currency has, once."""
    if ctx.recall(f"order {payload.order_id}"):
        return
    found = ctx.db.scalars(select(Points).where(Points.currency == payload.currency))
    row = found[0] if found else Points(currency=payload.currency)
    row.points = (row.points or 0) + payload.total // 100
    ctx.db.add(row)
    ctx.remember(f"order {payload.order_id}", {})
'''
FIRST = '''"""Points by currency."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "p_ledger_points",
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenants.id"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.UniqueConstraint("tenant_id", "currency"),
    )


def downgrade() -> None:
    op.drop_table("p_ledger_points")
'''
ENV = '''"""Alembic's environment: MTC runs the migrations of plugins itself."""
'''


def write_ledger(folder: Path, *, first: str = FIRST, models: str = MODELS, **manifest: Any) -> Path:
    """Write the plugin into the folder and return its place."""
    place = folder / "ledger"
    versions = place / "migrations" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    described = {
        "id": "ledger",
        "name": "Ledger",
        "version": "1.0.0",
        "mtc": ">=0.1,<1",
        "sdk": "1",
        "hooks": ["after_order_paid"],
        "tables": ["p_ledger_points"],
        **manifest,
    }
    (place / "plugin.json").write_text(json.dumps(described))
    (place / "plugin.py").write_text(CODE)
    (place / "models.py").write_text(models)
    (versions / "0001_points.py").write_text(first)
    return place
