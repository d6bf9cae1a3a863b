"""Host and slug to store, remembered by each process for a second or until the tenant changes."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.local_cache import LocalCache
from mtc.core.store_info import StoreInfo
from mtc.core.tenancy import platform_scope
from mtc.tenants import queries

FRESH_SECONDS = 1.0
_MARGIN = timedelta(seconds=10)
_LARGEST = 20_000


def store_info(row: Any) -> StoreInfo:
    """A row of tenants.queries as StoreInfo."""
    return StoreInfo(
        tenant_id=row.tenant_id,
        tenant_slug=row.tenant_slug,
        tenant_name=row.tenant_name,
        tenant_status=row.tenant_status,
        content_version=row.content_version,
        id=row.store_id,
        slug=row.slug,
        name=row.name,
        tagline=row.tagline,
        email=row.email,
        country=row.country,
        currency=row.currency,
        locale=row.locale,
        theme_slug=row.theme_slug,
        status=row.store_status,
        primary_host=row.primary_host,
        mode=row.mode,
        settings=row.store_settings or {},
        branding=row.branding or {},
        tenant_settings=row.tenant_settings or {},
        locales=tuple(str(locale) for locale in row.locales or []),
        opened_at=row.opened_at,
        timezone=row.timezone,
    )


class StoreLookup:
    """The memory of one process. A watcher (see `refresh`) keeps entries beyond their second."""

    def __init__(self) -> None:
        self._known: LocalCache[tuple[str, str], tuple[float, StoreInfo | None]] = LocalCache(_LARGEST)
        self._versions: dict[UUID, int] = {}
        self._current: dict[UUID, tuple[float, int]] = {}
        self._seen: datetime | None = None
        self._watched_at = float("-inf")

    def by_slug(self, slug: str) -> StoreInfo | None:
        """The store of that slug, or None."""
        return self._find("slug", slug)

    def by_host(self, host: str) -> StoreInfo | None:
        """The store of a verified custom host, or None."""
        return self._find("host", host)

    def peek(self, how: str, name: str) -> StoreInfo | None:
        """Return the cached store that is still fresh, without asking the database."""
        entry = self._known.get((how, name))
        return entry[1] if entry is not None and self._fresh(entry[0]) else None

    def version(self, tenant_id: UUID) -> int | None:
        """The content version known to be current, without asking the database; None when unsure."""
        cached = self._current.get(tenant_id)
        return cached[1] if cached is not None and self._fresh(cached[0]) else None

    def forget(self, tenant_id: UUID) -> None:
        """Drop what is known of a tenant."""
        self._current.pop(tenant_id, None)
        for key, (_, info) in self._known.items():
            if info is None or info.tenant_id == tenant_id:
                self._known.pop(key)

    def clear(self) -> None:
        """Drop everything."""
        self._known.clear()
        self._current.clear()
        self._versions.clear()
        self._seen, self._watched_at = None, float("-inf")

    def refresh(self) -> None:
        """One round of the watcher, called every half second: drop tenants whose version has changed."""
        started, mark = time.monotonic(), clock.now()
        with platform_scope("watch content versions", readonly=True), unit_of_work():
            rows = queries.versions_since(self._seen - _MARGIN if self._seen else None)
        for tenant_id, version in rows:
            if self._versions.get(tenant_id) != version:
                self._versions[tenant_id] = version
                self.forget(tenant_id)
        self._seen, self._watched_at = mark, started

    def _fresh(self, loaded: float) -> bool:
        # A watcher that has looked within the last second vouches for everything it let stand.
        return time.monotonic() - max(loaded, self._watched_at) < FRESH_SECONDS

    def _find(self, how: str, name: str) -> StoreInfo | None:
        entry = self._known.get((how, name))
        if entry is not None and self._fresh(entry[0]):
            return entry[1]
        loaded = time.monotonic()
        ask = queries.store_by_slug if how == "slug" else queries.store_by_host
        with platform_scope(f"find the store of a {how}", readonly=True), unit_of_work():
            row = ask(name)
        info = store_info(row) if row is not None else None
        self._known.put((how, name), (loaded, info))
        if info is not None:
            self._current[info.tenant_id] = (loaded, info.content_version)
        return info


store_lookup = StoreLookup()


def store_url(store: StoreInfo, public_url: str) -> str:
    """The address of the store without a trailing slash, from stored names and never from a request."""
    scheme, _, rest = public_url.partition("://")
    # An address of IPv6 stands in brackets and holds colons of its own.
    name, end, tail = rest.rpartition("]")
    host, colon, port = tail.partition(":")
    host = name + end + host
    if store.primary_host:
        return f"{scheme}://{store.primary_host}{colon}{port}"
    if end or host.replace(".", "").isdigit():  # an address has no subdomains
        return f"{public_url}/s/{store.slug}"
    return f"{scheme}://{store.slug}.{host}{colon}{port}"
