"""Types of pricing rules (docs/pricing.md)."""

from mtc.pricing.registry import Buyer, Facts
from mtc.pricing.registry import Kind as RuleType
from mtc.pricing.registry import kinds as rule_types

__all__ = [
    "Buyer",
    "Facts",
    "RuleType",
    "rule_types",
]
