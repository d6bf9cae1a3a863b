"""What a plugin registers exists for tenants that have switched it on, and goes when the plugin goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app

from mtc.checkout.presenters import method_view
from mtc.core.db import unit_of_work
from mtc.core.errors import NotFoundError
from mtc.core.events import emit, event_types
from mtc.core.registry import CORE, Registry, forget, registering
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.delivery.services.methods import resolve, save_method
from mtc.delivery.types import kinds
from mtc.pages.registry import sources
from mtc.payments.services import get_gateway
from mtc.payments.services.gateways import is_usable
from mtc.payments.services.methods import offered, payment_methods, switch_method
from mtc.payments.types import gateways
from mtc.plugins.services.loader import broken, load_plugins
from mtc.pricing.registry import kinds as pricing_kinds
from mtc.tasks.registry import tasks
from mtc.tasks.services import run_due
from tests.events.things import ThingHappened
from tests.plugins.kit import loading, switch_off, switch_on
from tests.plugins.samples import module_of, write
from tests.tasks.samples import all_tasks

Guest = Callable[..., None]
CODE = """
from mtc.checkout.presenters import method_view
from mtc.core.errors import NotFoundError
from mtc.delivery.types import kinds
from mtc.delivery.services.methods import resolve, save_method
from mtc.payments.services import get_gateway
from mtc.payments.services.methods import offered, payment_methods, switch_method
from mtc.payments.services.gateways import is_usable
from mtc.delivery.types.manual import ManualDelivery
from mtc.events.registry import subscribe
from mtc.tasks.registry import task
from mtc.payments.types import gateways
from mtc.payments.types.free import FreeGateway
from mtc.payments.types.manual import ManualGateway
from mtc.pricing.registry import kinds as pricing_kinds, Kind
from mtc.pages.registry import sources
from tests.events.things import ThingHappened

SEEN = []


class Courier(ManualDelivery):
    label, shows, first_method = "Courier", "files", None


class Voucher(ManualGateway):
    label, offered, on_by_default, icon, pays_later = "Voucher", 9, True, "gift", False

    def about(self, config):
        return "By voucher."


gateways.register("shop.pay", FreeGateway())
gateways.register("shop.voucher", Voucher())
kinds.register("shop.courier", Courier())
pricing_kinds.register("shop.rule", Kind("Rule", lambda *_: True, lambda *_: {}))
sources.add("shop.things")(lambda requests, page: [])


@task("shop.work")
def work(payload):
    SEEN.append(payload["n"])


@subscribe(ThingHappened, name="shop.follow")
def follow(event):
    SEEN.append(event.n)


@hookimpl
def before_product_create(ctx, payload):
    pass
"""
SOURCES = [{"name": "shop.things", "surface": "storefront"}]
REGISTRIES: list[tuple[Registry[Any], str]] = [
    (kinds, "shop.courier"),
    (gateways, "shop.pay"),
    (pricing_kinds, "shop.rule"),
    (sources, "shop.things"),
    (tasks, "shop.work"),
]


def seen_in(world: Any) -> list[str]:
    """Which of the plugin's things exist for the tenant."""
    with tenant_scope(world.id), unit_of_work():
        return [name for registry, name in REGISTRIES if name in registry]


def test_only_tenants_that_have_it_on_see_it(tenant: Any, other_tenant: Any, guest: Guest) -> None:
    everything = [name for _, name in REGISTRIES]
    guest("shop", CODE, sources=SOURCES)
    assert (seen_in(tenant), seen_in(other_tenant)) == ([], [])
    switch_on(tenant, "shop")
    assert (seen_in(tenant), seen_in(other_tenant)) == (everything, [])
    with platform_scope("no tenant's work"), unit_of_work():
        assert "shop.pay" not in gateways
    assert "shop.pay" not in gateways  # outside any scope
    assert gateways.owner_of("shop.pay") == "shop" and gateways.owner_of("free") == CORE
    with tenant_scope(tenant.id), unit_of_work():
        assert "shop.pay" in dict(gateways.items()) and gateways.get("free") is not None
    with tenant_scope(other_tenant.id), unit_of_work():
        assert "shop.pay" not in dict(gateways.items())
    switch_off(tenant, "shop")
    assert seen_in(tenant) == []


def test_its_subscribers_follow_the_events_of_these_tenants_only(
    tenant: Any, other_tenant: Any, guest: Guest
) -> None:
    guest("shop", CODE, sources=SOURCES)
    switch_on(tenant, "shop")
    for number, world in enumerate((tenant, other_tenant)):
        with tenant_scope(world.id), unit_of_work():
            emit(ThingHappened(n=number))
    assert [[task.name for task in all_tasks(world)] for world in (tenant, other_tenant)] == [
        ["shop.follow"],
        [],
    ]
    assert [task.lane for task in all_tasks(tenant)] == ["shop"]  # it delays nothing of MTC's own
    assert run_due() == 1
    assert module_of("shop").SEEN == [0]


def test_a_task_of_a_plugin_waits_while_it_is_switched_off(tenant: Any, guest: Guest) -> None:
    guest("shop", CODE, sources=SOURCES)
    switch_on(tenant, "shop")
    with tenant_scope(tenant.id), unit_of_work():
        emit(ThingHappened(n=7))
    switch_off(tenant, "shop")
    run_due()
    [task] = all_tasks(tenant)
    assert (task.status, task.attempts, module_of("shop").SEEN) == ("pending", 1, [])
    assert "There is no task called" in task.error


def test_its_kinds_are_offered_and_used_like_those_of_the_core(
    tenant: Any, other_tenant: Any, guest: Guest
) -> None:
    guest("shop", CODE, sources=SOURCES)
    switch_on(tenant, "shop")
    with tenant_scope(other_tenant.id), unit_of_work():
        assert "shop.voucher" not in offered()
        with pytest.raises(NotFoundError):
            save_method("shop.courier", "courier", "Courier", {})
    with tenant_scope(tenant.id), unit_of_work():
        assert offered()[-1] == "shop.voucher"
        voucher = next(one for one in payment_methods() if one.slug == "shop.voucher")
        assert (voucher.label, voucher.is_active, voucher.is_test) == ("Voucher", True, False)
        switch_method("shop.voucher", active=False)
        row = get_gateway("shop.voucher")
        shown = method_view(row)
        assert (shown.icon, shown.later, shown.description) == ("gift", False, "By voucher.")
        method = save_method("shop.courier", "courier", "Courier", {"promise": "Tomorrow"})
        way = resolve({"method": "courier"}, "pool", [method])
        assert (way.kind, way.config["promise"]) == ("shop.courier", "Tomorrow")
    switch_off(tenant, "shop")
    with tenant_scope(tenant.id), unit_of_work():
        assert not is_usable(get_gateway("shop.voucher"))  # set up, and of a plugin that is switched off
        assert [one.slug for one in payment_methods() if one.slug.startswith("shop")] == []


def test_what_it_registered_goes_with_it(tenant: Any, folder: Path) -> None:
    write(folder, "shop", CODE, sources=SOURCES)
    with loading(folder):
        assert gateways.find_any("shop.pay") is not None
    assert [registry.find_any(name) for registry, name in REGISTRIES] == [None] * len(REGISTRIES)
    with loading(folder):  # the names are free again
        assert gateways.find_any("shop.pay") is not None


@pytest.mark.parametrize(
    "line",
    [
        'gateways.register("other.pay", FreeGateway())',
        'gateways.register("free", FreeGateway())',
        'subscribe(ThingHappened, name="shop.quick", at_once=lambda _: True)(follow)',
        'subscribe(ThingHappened, name="shop.quick", shared=True)(follow)',
        "1 / 0",
    ],
)
def test_one_that_fails_leaves_nothing_behind(app: Flask, folder: Path, line: str) -> None:
    write(folder, "shop", CODE + line, sources=SOURCES)
    load_plugins(current_app, folder)
    assert "shop" in broken(current_app)
    broken(current_app).clear()
    assert [registry.find_any(name) for registry, name in REGISTRIES] == [None] * len(REGISTRIES)
    assert gateways.owner_of("free") == CORE


def test_a_name_begins_with_the_id_of_its_plugin() -> None:
    things: Registry[object] = Registry("thing")
    with registering("shop"):
        for name in ("shop.a", "shop-b", "shop:c"):
            things.register(name, object())
        with pytest.raises(ValueError, match=r"^thing 'shops\.d' must begin with the plugin's id, 'shop'$"):
            things.register("shops.d", object())
    assert things.find("shop.a") is None and things.find_any("shop.a") is not None
    forget("shop")
    assert things.find_any("shop.a") is None


def test_events_are_registered_like_all_else() -> None:
    assert event_types.owner_of("order.paid") == CORE
