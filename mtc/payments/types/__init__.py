"""The kinds of payment providers, one file each."""

from mtc.payments.types import free, manual, test
from mtc.payments.types.base import Gateway, gateways

__all__ = ["Gateway", "free", "gateways", "manual", "test"]
