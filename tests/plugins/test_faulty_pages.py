"""The admin of a store that uses a broken plugin or theme says so."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.pages.models import Theme
from mtc.pages.services.manifest_sync import sync_all
from mtc.plugins.models import Plugin
from tests.plugins.kit import switch_off, switch_on

pytest_plugins = ["mtc.testing.plugin"]


def spoil() -> None:
    """As if the folders could not be read at the last start."""
    with platform_scope("spoil a plugin and a theme"), unit_of_work():
        session.execute(update(Plugin).values(status="broken", problem="order_guard: it has no plugin.py."))
        session.execute(
            update(Theme).where(Theme.slug == "slate").values(problem="theme.json is no JSON (x).")
        )


def test_the_first_page_tells_the_tenants_that_use_it(tenant: Any, client_admin: Any) -> None:
    sync_all()
    switch_on(tenant, "order_guard")
    assert "is broken" not in client_admin.get("/admin/acme/").text
    spoil()
    page = client_admin.get("/admin/acme/").text
    assert "order_guard: it has no plugin.py. The store goes on without it." in page
    assert "theme.json is no JSON (x). The store has the default look." in page
    switch_off(tenant, "order_guard")
    assert "it has no plugin.py" not in client_admin.get("/admin/acme/").text
