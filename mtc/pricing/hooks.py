"""Hooks for plugins at changes of pricing rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.context import Context
from mtc.core.hooks import Changeable, hookspec


@dataclass(frozen=True, slots=True)
class PricingRuleDraft:
    """A pricing rule about to be made; `values` as docs/pricing.md has them."""

    values: Changeable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PricingRuleChange:
    """A pricing rule about to change; `changes` are the values that are given."""

    rule_id: UUID
    changes: Changeable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PricingRuleView:
    """A pricing rule about to be deleted."""

    rule_id: UUID
    name: str


@hookspec
def before_pricing_rule_create(ctx: Context, payload: PricingRuleDraft) -> PricingRuleDraft | None:
    """Look at, change or refuse a pricing rule before it is made."""


@hookspec
def before_pricing_rule_update(ctx: Context, payload: PricingRuleChange) -> PricingRuleChange | None:
    """Look at, change or refuse a change of a pricing rule."""


@hookspec
def before_pricing_rule_delete(ctx: Context, payload: PricingRuleView) -> PricingRuleView | None:
    """Refuse (raise Reject) to delete a pricing rule."""
