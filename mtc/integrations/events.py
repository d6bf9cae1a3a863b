"""Events of the keys of a tenant's own programs."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.events import DomainEvent
from mtc.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class _ApiKeyEvent(DomainEvent, entity="api_key", permission="api_keys:write"):
    name: str
    prefix: str


@dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(_ApiKeyEvent, name="api_key.created", label=_l("API key created")):
    """An API key was made; `scopes` is what it may do."""

    scopes: list[str]


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(_ApiKeyEvent, name="api_key.revoked", label=_l("API key revoked")):
    """An API key was taken back."""
