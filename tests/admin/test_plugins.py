"""The admin's Plugins: what each may do, installing, settings, switching, uninstalling."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import UserRole
from mtc.plugins import queries as reads
from mtc.plugins.services import block_plugin, deprecate_plugin, sync_plugins
from mtc.tasks.services import run_due
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.audit.log import entries
from tests.plugins.conftest import folder, guest
from tests.servers.database import both_databases

__all__ = ["folder", "guest"]
Guest = Callable[..., None]
CHAT = "https://chat.example/hook"
SCHEMA = {
    "type": "object",
    "required": ["word"],
    "properties": {
        "word": {"type": "string", "title": "Word"},
        "token": {"type": "string", "title": "Token", "format": "secret"},
    },
}


@pytest.fixture
def url(shop: Shop) -> str:
    """The address of the list."""
    sync_plugins()
    return f"{shop.url}/plugins"


def status(shop: Shop, plugin: str = "order_guard") -> str:
    with tenant_scope(shop.world.id, readonly=True), unit_of_work():
        row = reads.installation(shop.world.id, plugin)
        return row.status if row is not None else ""


def test_the_list_is_searched_and_has_categories(owner: Person, url: str, queries: Any) -> None:
    page = owner.get(url).text
    assert "Order guard" in page and "Not installed" in page and "Version 1.0.0 by MTC" in page
    assert "Order guard" in owner.get(f"{url}?q=FRAUD").text
    assert "No plugin fits" in owner.get(f"{url}?q=nothing").text
    assert "Order guard" in owner.get(f"{url}?category=fraud").text
    assert "No plugin fits" in owner.get(f"{url}?category=games").text
    assert "<html" not in owner.partial(f"{url}?q=guard").text
    with queries() as seen:
        owner.get(url)
    about_plugins = [text for text in seen if "FROM plugins" in text or "FROM tenant_plugins" in text]
    assert len(about_plugins) == 2


def test_what_it_may_do_is_told_before_it_is_installed(owner: Person, url: str, guest: Guest) -> None:
    page = owner.get(f"{url}/order_guard").text
    for sentence in (
        "Can refuse or change an order before it is placed.",
        "Learns of: Paid (order.paid)",
        "Uses: See orders and customers.",
        "It is also the example of a plugin",
    ):
        assert sentence in page
    assert "(before_order_create)" in page and page.count("<h1") == 1
    assert "trusted with all of MTC" not in page and "Uninstall…" not in page
    guest("trusty", "", hooks=[], author={"name": "Ada", "url": "https://ada.example"}, changelog="NEWS.md")
    sync_plugins()
    page = owner.get(f"{url}/trusty").text
    assert "It is trusted with all of MTC" in page and 'href="https://ada.example"' in page
    assert owner.get(f"{url}/nobody").status_code == 404


@both_databases
def test_from_installing_to_deleting(owner: Person, shop: Shop, url: str, ports: Any) -> None:
    guard = f"{url}/order_guard"
    assert owner.post(f"{guard}/install").status_code == 303
    assert (status(shop), entries()[-1].action) == ("inactive", "admin.install_the_plugin")
    wrong = owner.post(f"{guard}/settings", {"s-chat_url": "chat", "s-blocked_domains": "bad.example"})
    assert wrong.status_code == 422 and 'value="chat"' in wrong.text and "field__error" in wrong.text
    typed = {"s-chat_url": CHAT, "s-blocked_domains": "bad.example\nworse.example"}
    assert owner.post(f"{guard}/settings", typed).status_code == 303
    page = owner.get(guard).text
    assert CHAT in page and "bad.example\nworse.example" in page
    ports.http.on("POST", CHAT, status=500)
    assert "The chat answered 500. Check the address." in owner.post(f"{guard}/test").text
    ports.http.on("POST", CHAT, status=204)
    assert "A line was sent to the chat." in owner.post(f"{guard}/test").text
    assert owner.post(f"{guard}/switch", {"active": "1"}).status_code == 303
    assert status(shop) == "active" and "No failure is known." in owner.get(guard).text
    assert "Nothing but its settings." in owner.get(f"{guard}/uninstall").text
    unsure = owner.post(f"{guard}/uninstall", {"stored": "delete", "confirm": "guard"})
    assert unsure.status_code == 422 and status(shop) == "active"
    assert owner.post(f"{guard}/uninstall", {"stored": "keep"}).status_code == 303
    assert status(shop) == "uninstalled" and "Uninstalled, data kept" in owner.get(url).text
    owner.post(f"{guard}/install")
    assert CHAT in owner.get(guard).text
    sure = {"stored": "delete", "confirm": "order_guard"}
    assert owner.post(f"{guard}/uninstall", sure).status_code == 303
    assert status(shop) == "deleting" and "Being deleted" in owner.get(url).text
    run_due()
    assert status(shop) == "" and owner.get(f"{guard}/uninstall").status_code == 404


def test_missing_settings_are_named_at_their_fields(owner: Person, url: str, guest: Guest) -> None:
    guest("wordy", "", hooks=[], settings_schema=SCHEMA)
    sync_plugins()
    owner.post(f"{url}/wordy/install")
    refused = owner.post(f"{url}/wordy/switch", {"active": "1"})
    assert refused.status_code == 422 and 'id="s-word-err"' in refused.text


def test_a_secret_is_never_shown_and_stays_when_it_is_left_empty(
    owner: Person, shop: Shop, url: str, guest: Guest
) -> None:
    guest(
        "wordy",
        "from mtc.sdk.lifecycle import CheckResult\n"
        "def test_settings(ctx, values):\n"
        "    return CheckResult(values['token'] == 'hush', values['word'])\n",
        hooks=[],
        settings_schema=SCHEMA,
    )
    sync_plugins()
    owner.post(f"{url}/wordy/install")
    assert owner.post(f"{url}/wordy/settings", {"s-word": "one", "s-token": "hush"}).status_code == 303
    assert "hush" not in owner.get(f"{url}/wordy").text
    assert owner.post(f"{url}/wordy/settings", {"s-word": "two", "s-token": ""}).status_code == 303
    tested = owner.post(f"{url}/wordy/test").text
    assert 'data-variant="success"' in tested and "hush" not in tested


def test_one_that_refuses_says_why(owner: Person, shop: Shop, url: str, guest: Guest) -> None:
    guest("strict", "def on_activate(ctx):\n    raise Reject('Not on a Monday.')\n", hooks=[])
    sync_plugins()
    owner.post(f"{url}/strict/install")
    refused = owner.post(f"{url}/strict/switch", {"active": "1"})
    assert refused.status_code == 422
    assert "Not on a Monday." in refused.text and status(shop, "strict") == "inactive"


def test_callbacks_run_once_for_a_request(owner: Person, shop: Shop, url: str, guest: Guest) -> None:
    guest("counts", "def on_install(ctx):\n    ctx.state.increment('installed')\n", hooks=[])
    sync_plugins()
    assert owner.post(f"{url}/counts/install").status_code == 303
    data = owner.get(f"{url}/counts/data.jsonl")
    [line] = [json.loads(line) for line in data.text.splitlines()]
    assert (line["table"], line["row"]["key"], line["row"]["number"]) == ("plugin_state", "installed", 1)
    assert data.headers["Content-Disposition"] == "attachment; filename=counts-acme.jsonl"
    assert "1 stored value" in owner.get(f"{url}/counts/uninstall").text


def test_what_the_platform_says_is_shown(owner: Person, shop: Shop, url: str) -> None:
    with platform_scope("deprecate"), unit_of_work():
        deprecate_plugin("order_guard", "Use another one.")
    page = owner.get(f"{url}/order_guard").text
    assert "Use another one." in page and "</svg>Install</button>" not in page
    assert owner.post(f"{url}/order_guard/install").status_code == 409
    with platform_scope("block"), unit_of_work():
        block_plugin("order_guard", "It leaks.")
    assert "It leaks." in owner.get(f"{url}/order_guard").text
    assert "Blocked" in owner.get(url).text and status(shop) == ""


def test_who_may_only_look_changes_nothing(app: Flask, owner: Person, shop: Shop, url: str) -> None:
    owner.post(f"{url}/order_guard/install")
    with tenant_scope(shop.world.id), unit_of_work():
        session.query(UserRole).filter_by(slug="owner").one().permissions = ["plugins:read"]
    page = owner.get(f"{url}/order_guard")
    assert page.status_code == 200 and "Switch on" not in page.text and "disabled" in page.text
    assert owner.post(f"{url}/order_guard/switch", {"active": "1"}).status_code in (403, 404)
    assert status(shop) == "inactive"
