"""The kinds of payment providers, one file each."""

from mtc.payments.kinds import free, manual, test
from mtc.payments.kinds.base import Gateway, gateways

__all__ = ["Gateway", "free", "gateways", "manual", "test"]
