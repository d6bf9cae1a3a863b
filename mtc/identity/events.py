"""Events of shoppers and their accounts."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.events import DomainEvent, Personal
from mtc.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class _CustomerEvent(DomainEvent, entity="customer", permission="orders:read"):
    pass


@dataclass(frozen=True, kw_only=True)
class CustomerRegistered(_CustomerEvent, name="customer.registered", label=_l("Account made")):
    """A shopper finished an account; the address is proved."""

    email: Personal[str]
    locale: str


@dataclass(frozen=True, kw_only=True)
class CustomerVerified(_CustomerEvent, name="customer.verified", label=_l("Address proved")):
    """A shopper has shown that the address is theirs."""


@dataclass(frozen=True, kw_only=True)
class CustomerLoggedIn(_CustomerEvent, name="customer.logged_in", label=_l("Logged in")):
    """A shopper logged in. Written down only where a plugin follows it."""


@dataclass(frozen=True, kw_only=True)
class CustomerPasswordChanged(_CustomerEvent, name="customer.password_changed", label=_l("Password changed")):
    """A customer has another password; every session of theirs ended."""
