"""The rules of a tenant, and who a customer is to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, or_, select

from mtc.catalog.queries.scope_cache import NOW, TENANT, Remembered, tenant_id
from mtc.catalog.queries.tables import MEMBERS as CP
from mtc.catalog.queries.tables import VARIANTS
from mtc.catalog.registry import Offer
from mtc.core.db import session
from mtc.core.rules import fields_of
from mtc.identity.models import Customer, UserRole
from mtc.pricing.models import PricingRule
from mtc.pricing.registry import Buyer


@dataclass(frozen=True, slots=True)
class Rule:
    """An active rule, ready for use."""

    id: UUID
    name: str
    entity_type: str
    entity_id: UUID | None
    rule_type: str
    conditions: dict[str, Any]
    modifier: dict[str, Any]
    starts_at: datetime | None
    ends_at: datetime | None

    @property
    def asks_who(self) -> bool:
        """Return whether the rule depends on who buys."""
        named = fields_of(self.conditions.get("when"))
        return self.rule_type == "role_based" or any(name.startswith("customer.") for name in named)

    def concerns(self, offer: Offer) -> bool:
        """Return whether the rule is about the offer: its product, one of its collections, or everything."""
        if self.entity_type == "product":
            return offer.product_id == self.entity_id
        if self.entity_type == "category":
            return self.entity_id in offer.collection_ids
        return self.entity_type == "global"

    def is_open(self, now: datetime) -> bool:
        """Return whether the moment lies in the time for which the rule was made."""
        return (self.starts_at is None or self.starts_at <= now) and (
            self.ends_at is None or now < self.ends_at
        )


ActiveRules = tuple[Rule, ...]


# Columns of the table: a statement about an entity would be prepared anew on every page.
_R = cast(Table, PricingRule.__table__)
_RULES = (
    select(
        _R.c.id,
        _R.c.name,
        _R.c.entity_type,
        _R.c.entity_id,
        _R.c.rule_type,
        _R.c.conditions,
        _R.c.price_modifier,
        _R.c.starts_at,
        _R.c.ends_at,
    )
    .where(_R.c.tenant_id == TENANT, _R.c.is_active.is_(True))
    .where(or_(_R.c.ends_at.is_(None), _R.c.ends_at > NOW))
    .order_by(_R.c.priority, _R.c.id)
)


def _load() -> ActiveRules:
    return tuple(Rule(*row) for row in session.execute(_RULES))


rule_book: Remembered[ActiveRules] = Remembered(_load, across=True)
"""The active rules in the order they apply in: one statement, once per scope.

Pages of a store share them while its content stands, as every change of a rule raises its version.
"""


def in_collection(collection_id: UUID | None) -> ColumnElement[bool]:
    """Return whether the product of a row of VARIANTS stands in the collection."""
    query = select(CP.c.id).where(CP.c.tenant_id == TENANT, CP.c.collection_id == collection_id)
    return query.where(CP.c.product_id == VARIANTS.c.product_id).correlate(VARIANTS).exists()


def rule(rule_id: UUID) -> PricingRule | None:
    """One rule as an entity, or None."""
    query = select(PricingRule).where(PricingRule.tenant_id == tenant_id(), PricingRule.id == rule_id)
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def rules() -> list[PricingRule]:
    """All rules as entities, in the order they apply in."""
    query = select(PricingRule).where(PricingRule.tenant_id == tenant_id())
    return list(session.execute(query.order_by(PricingRule.priority, PricingRule.id)).scalars())


def buyer(customer_id: UUID) -> Buyer:
    """A customer as pricing sees them; an unknown one is nobody in particular."""
    query = (
        select(UserRole.slug, UserRole.pricing_tier, Customer.password_hash.is_not(None))
        .select_from(Customer)
        .outerjoin(UserRole, and_(UserRole.tenant_id == Customer.tenant_id, UserRole.id == Customer.role_id))
        .where(Customer.tenant_id == tenant_id(), Customer.id == customer_id)
    )
    row = session.execute(query).first()
    return Buyer(row[0] or "", row[1] or "", bool(row[2])) if row is not None else Buyer()


def _nobody() -> dict[UUID, Buyer]:
    return {}


buyers: Remembered[dict[UUID, Buyer]] = Remembered(_nobody)
"""The customers that the running scope has asked for already."""


def has_boundary(since: datetime, until: datetime) -> bool:
    """Return whether an active rule begins or ends between the moments."""
    starts = and_(PricingRule.starts_at > since, PricingRule.starts_at <= until)
    ends = and_(PricingRule.ends_at > since, PricingRule.ends_at <= until)
    query = select(PricingRule.id).where(
        PricingRule.tenant_id == tenant_id(), PricingRule.is_active.is_(True), or_(starts, ends)
    )
    return session.execute(query.limit(1)).first() is not None
