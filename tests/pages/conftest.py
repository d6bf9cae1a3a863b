"""The system's pages, and a store to place widgets in."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.pages.services import Visitor, resolve_page, sync_all
from mtc.tenants.services import StoreInfo, store_lookup
from tests.servers.kept import kept


@pytest.fixture
@kept
def system(app: Flask) -> Flask:
    """The application with the rows of the theme folders."""
    sync_all()
    return app


@pytest.fixture
def store(system: Flask, tenant: Any) -> StoreInfo:
    """Acme's store as requests know it."""
    return fresh()


def resolved(store: StoreInfo, page: str, visitor: Visitor | None = None) -> dict[str, Any]:
    """The resolved page, in a scope of its own."""
    with tenant_scope(store.tenant_id, readonly=True), unit_of_work():
        return resolve_page(store, page, visitor)


def fresh() -> StoreInfo:
    """Acme's store after a change."""
    info = store_lookup.by_slug("acme")
    assert info is not None
    return info
