"""Rules that change prices."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, TenantModel


class PricingRule(TenantModel, Base):
    """A rule that changes an entity's price by its modifier when the conditions hold.

    `entity_id` is a product (entity_type product) or a collection (category). price_modifier
    {type: percent_off|amount_off|fixed_price, value: basis points or minor units, stop: bool};
    docs/pricing.md lists the conditions of each rule type.
    """

    __tablename__ = "pricing_rules"
    __entity__ = "pricing_rule"
    __label__ = ("name",)
    __table_args__ = (
        Index("ix_pricing_rules_tenant_id_entity", "tenant_id", "is_active", "entity_type", "priority"),
    )

    name: Mapped[str] = mapped_column(String(200))
    entity_type: Mapped[str] = mapped_column(String(20))  # product category global
    entity_id: Mapped[UUID | None] = mapped_column()
    rule_type: Mapped[str] = mapped_column(String(20))  # role_based quantity time_based subscription
    conditions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    price_modifier: Mapped[dict[str, Any]] = mapped_column(default=dict)
    priority: Mapped[int] = mapped_column(Integer, default=100)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    starts_at: Mapped[datetime | None] = mapped_column()
    ends_at: Mapped[datetime | None] = mapped_column()
