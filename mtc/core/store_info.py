"""Store and tenant of a request or a job, without a row of the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


def is_sandbox(mode: str, status: str) -> bool:
    """Return whether every order of a store is a test: in test mode, and before the store opens."""
    return mode == "test" or status != "open"


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """Store and tenant of a request."""

    tenant_id: UUID
    tenant_slug: str
    tenant_name: str
    tenant_status: str
    content_version: int
    id: UUID
    slug: str
    name: str
    tagline: str
    email: str
    country: str
    currency: str
    locale: str
    theme_slug: str
    status: str
    primary_host: str | None
    mode: str = "live"
    settings: dict[str, Any] = field(default_factory=dict)
    branding: dict[str, Any] = field(default_factory=dict)
    tenant_settings: dict[str, Any] = field(default_factory=dict)
    locales: tuple[str, ...] = ()
    opened_at: datetime | None = None
    timezone: str = ""

    @property
    def is_open(self) -> bool:
        """Return whether shoppers can see the store and buy in it."""
        return self.tenant_status == "active" and self.status == "open" and self.opened_at is not None

    @property
    def is_sandbox(self) -> bool:
        """Return whether every order is a test."""
        return is_sandbox(self.mode, self.status)
