"""Events of pricing rules."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.events import DomainEvent
from mtc.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class _RuleEvent(DomainEvent, entity="pricing_rule", permission="products:read"):
    name: str


@dataclass(frozen=True, kw_only=True)
class PricingRuleCreated(_RuleEvent, name="pricing_rule.created", label=_l("Pricing rule created")):
    """A rule was made."""


@dataclass(frozen=True, kw_only=True)
class PricingRuleUpdated(_RuleEvent, name="pricing_rule.updated", label=_l("Pricing rule changed")):
    """A rule changed."""

    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class PricingRuleDeleted(_RuleEvent, name="pricing_rule.deleted", label=_l("Pricing rule deleted")):
    """A rule was deleted; orders keep the trace of it."""
