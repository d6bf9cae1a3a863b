"""The fixtures of the test kit (docs/plugins/testing.md): `pytest_plugins = ["mtc.testing.plugin"]`.

They build on the fixtures `app` and `tenant` of the project, and the route test on its `enumerating`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from mtc.core import clock as clocks
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.payments.services import ensure_test_gateway, mark_paid
from mtc.tasks.services import run_due
from mtc.testing.clients import Visitor
from mtc.testing.matrix import all_leaks
from mtc.testing.plugin_fixtures import Leaks, ask_everywhere, models_of, owner_of
from mtc.testing.tenants import World
from mtc.testing.two_tenants import Two, make_two


@pytest.fixture
def two_tenants(app: Flask) -> Two:
    """Two tenants with a row in every table, also in a plugin's; texts of the second hold `two.THEIRS`."""
    return make_two()


@pytest.fixture
def statement_leaks(two_tenants: Two) -> Callable[[str], Leaks]:
    """`statement_leaks("my_plugin") == {}`: no form of statement reaches the other tenant in its tables."""
    return lambda plugin: all_leaks(two_tenants, models_of(plugin))


@pytest.fixture
def route_leaks(app: Flask, enumerating: Any) -> Callable[..., Leaks]:
    """`route_leaks("my_plugin", **settings) == {}`: with the plugin on, no request reaches another tenant.

    Two complete stores with the plugin; everything of one is marked, and the people of the other ask for
    it on every route of the application. `places` says where routes of the plugin lead.
    """
    return partial(ask_everywhere, app, enumerating)


class Clock:
    """The clock, stopped: `now` tells it, `advance` moves it."""

    @property
    def now(self) -> Any:
        """The moment at which it stands."""
        return clocks.now()

    def advance(self, seconds: float) -> None:
        """Move it forward."""
        clocks.advance(seconds)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The clock stands still until it is moved."""
    with clocks.frozen(clocks.now()):
        yield Clock()


@pytest.fixture
def outbox(app: Flask) -> Callable[[], list[Any]]:
    """`outbox()` does the work that is due and returns the mails that have left so far."""

    def look() -> list[Any]:
        run_due()
        return list(app.extensions["mtc.ports"].mail.sent)

    return look


@pytest.fixture
def fake_gateway(tenant: World) -> Callable[[UUID], None]:
    """`fake_gateway(order_id)`: the test provider reports that the order was paid, and the work is done."""
    with tenant_scope(tenant.id), unit_of_work():
        ensure_test_gateway()

    def pay(order_id: UUID) -> None:
        with tenant_scope(tenant.id), unit_of_work():
            mark_paid(order_id, "test")
        run_due()

    return pay


@pytest.fixture
def client_admin(app: Flask, tenant: World) -> Visitor:
    """The owner of the tenant, logged in to the admin: `client_admin.get(f"/admin/{slug}/orders")`."""
    return owner_of(app, tenant)
