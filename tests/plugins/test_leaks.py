"""The leak tests of the kit find a plugin that carries things from one tenant to another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.testing.plugin_fixtures import ask_everywhere
from tests.orders.shop import open_shop, order_of
from tests.plugins.kit import loading
from tests.plugins.written import shop_rules

pytestmark = pytest.mark.thorough

pytest_plugins = ["mtc.testing.plugin"]

MANIFEST = """{
  "id": "gossip", "name": "Gossip", "version": "1.0.0", "mtc": ">=0.1,<1", "sdk": "1",
  "hooks": ["before_order_create"], "settings_schema": {"type": "object", "properties": {}}
}
"""
# Remembers for the whole process who ordered last, and tells the next order.
CODE = '''"""Gossip."""

from dataclasses import replace

from mtc.sdk import hookimpl

last = []


@hookimpl
def before_order_create(ctx, payload):
    before = last[-1] if last else ""
    last.append(f"{ctx.tenant_id}")
    return replace(payload, customer_data={**payload.customer_data, "before": before})
'''


def test_a_plugin_that_keeps_things_between_tenants_is_found(
    app: Flask, tmp_path: Path, enumerating: Any
) -> None:
    folder = tmp_path / "leaky"
    (folder / "gossip").mkdir(parents=True)
    (folder / "gossip" / "plugin.json").write_text(MANIFEST)
    (folder / "gossip" / "plugin.py").write_text(CODE)
    with loading(folder):
        found = ask_everywhere(app, enumerating, "gossip", rules=shop_rules(app))
    assert "orders: a row of the attacker holds the victim's" in found


def test_the_kit_has_a_clock_an_outbox_a_provider_and_an_admin(
    tenant: Any, clock: Any, outbox: Any, fake_gateway: Any, client_admin: Any
) -> None:
    shop = open_shop(tenant)
    before = clock.now
    clock.advance(60)
    order = order_of(shop, (shop.key, 1)).order
    fake_gateway(order.id)
    assert (clock.now - before).total_seconds() == 60
    assert [mail.subject for mail in outbox()] == ["Your order 1001", "Your keys from order 1001"]
    page = client_admin.get("/admin/acme/orders")
    assert page.status_code == 200 and "1001" in page.text


def test_two_tenants_have_a_row_in_every_table(two_tenants: Any) -> None:
    assert set(two_tenants.my_ids) == set(two_tenants.their_ids) > {"orders", "plugin_state"}


@pytest.mark.parametrize("plugin", ["order_guard"])
def test_statements_on_the_tables_of_plugins(statement_leaks: Any, plugin: str) -> None:
    assert statement_leaks(plugin) == {}
