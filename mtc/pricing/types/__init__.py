"""The kinds of pricing rules, one file each."""

from mtc.pricing.types import quantity, role_based, subscription, time_based

__all__ = ["quantity", "role_based", "subscription", "time_based"]
