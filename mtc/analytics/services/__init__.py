"""The numbers of a store, ready to be shown."""

from mtc.analytics.services.numbers import PERIOD, Day, Numbers, store_numbers
from mtc.analytics.services.shares import change, share

__all__ = ["PERIOD", "Day", "Numbers", "change", "share", "store_numbers"]
