"""The kinds of pricing rules, one file each."""

from mtc.pricing.kinds import quantity, role_based, subscription, time_based

__all__ = ["quantity", "role_based", "subscription", "time_based"]
