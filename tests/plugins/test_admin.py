"""What a plugin adds to the admin is there for the stores that have it on, and for no others."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.admin.home.cards import cards
from mtc.admin.navigation import navigation
from mtc.core.db import session, unit_of_work
from mtc.core.permissions import labels_of, permissions
from mtc.core.registry import CORE, Registry
from mtc.core.tenancy import tenant_scope
from mtc.identity.models import UserRole
from mtc.plugins.services import state_of
from mtc.testing.clients import Visitor
from mtc.testing.plugin_fixtures import owner_of
from tests.plugins.kit import at_work, loading, switch_off, switch_on
from tests.plugins.samples import write
from tests.plugins.test_manifest import refusal

Guest = Callable[..., None]
DEFINES = {"permissions": {"defines": ["campaign:see"]}, "hooks": []}
REGISTRIES: list[tuple[Registry[Any], str]] = [
    (permissions, "campaign:see"),
    (navigation.entries, "campaign.orders"),
    (cards, "campaign.told"),
]


@pytest.fixture
def code(root: Path) -> str:
    """The example of docs/plugins/admin.md."""
    page = (root / "docs" / "plugins" / "admin.md").read_text()
    return page.split("# In the admin\n\n```python\n")[1].split("\n```\n")[0]


@pytest.fixture
def owners(app: Flask, tenant: Any, other_tenant: Any, guest: Guest, code: str) -> tuple[Visitor, Visitor]:
    """The owners of two stores, of which the first has the plugin on."""
    guest("campaign", code, **DEFINES)
    switch_on(tenant, "campaign")
    return owner_of(app, tenant), owner_of(app, other_tenant)


def menu(visitor: Visitor, slug: str) -> list[str]:
    page = visitor.get(f"/admin/{slug}/").text
    aside = page.split("<aside")[1].split('<div class="sidebar-foot"')[0]
    return [text.strip() for text in re.findall(r"</svg>([^<]*)</a>", aside)]


def titles(visitor: Visitor, slug: str) -> list[str]:
    return re.findall(r'<h2 class="card-title">([^<]*)</h2>', visitor.get(f"/admin/{slug}/").text)


def test_only_the_store_that_has_it_on_sees_menu_and_card(
    tenant: Any, other_tenant: Any, owners: tuple[Visitor, Visitor]
) -> None:
    mine, theirs = tenant.tenant.slug, other_tenant.tenant.slug
    here, there = menu(owners[0], mine), menu(owners[1], theirs)
    assert here[:4] == ["Home", "Orders", "Mail", "Campaign orders"]
    assert [label for label in here if label != "Campaign orders"] == there
    assert [title for title in titles(owners[0], mine) if title not in titles(owners[1], theirs)] == [
        "Campaign"
    ]
    with at_work(tenant):
        state_of("campaign", tenant.id).increment("orders", 3)
    page = owners[0].get(f"/admin/{mine}/").text
    assert f'href="/admin/{mine}/orders?q=campaign"' in page
    assert "<strong>3 orders</strong><br><span" in page and "Since the campaign began." in page
    assert "campaign" not in owners[1].get(f"/admin/{theirs}/").text.lower()
    switch_off(tenant, "campaign")
    assert menu(owners[0], mine) == there and titles(owners[0], mine) == titles(owners[1], theirs)


def test_who_lacks_the_permission_sees_neither(
    app: Flask, tenant: Any, owners: tuple[Visitor, Visitor]
) -> None:
    slug = tenant.tenant.slug
    with tenant_scope(tenant.id), unit_of_work():
        session.query(UserRole).filter_by(slug="owner").one().permissions = ["orders:*"]
    assert menu(owners[0], slug) == ["Home", "Orders", "Failed tasks"]
    assert "Campaign" not in titles(owners[0], slug)
    with tenant_scope(tenant.id), unit_of_work():
        session.query(UserRole).filter_by(slug="owner").one().permissions = ["orders:*", "campaign:*"]
    assert menu(owners[0], slug) == ["Home", "Orders", "Campaign orders", "Failed tasks"]
    assert titles(owners[0], slug)[-1] == "Campaign"


def test_roles_list_its_permissions_where_it_is_on(
    tenant: Any, other_tenant: Any, owners: tuple[Visitor, Visitor]
) -> None:
    said = []
    for world, visitor in zip((tenant, other_tenant), owners, strict=True):
        with tenant_scope(world.id), unit_of_work():
            row = UserRole(tenant_id=world.id, kind="staff", slug="friend", name="Friend")
            row.permissions = ["mail:read", "campaign:*"]
            session.add(row)
        with tenant_scope(world.id), unit_of_work():
            said.append(labels_of(["mail:read", "campaign:*"]))
        page = visitor.get(f"/admin/{world.tenant.slug}/settings/access").text
        assert ("See what the campaign brings." in page) is (world is tenant)
    mail = "Read the mails that the store has sent."
    assert said == [[mail, "See what the campaign brings."], [mail]]


def test_a_card_that_fails_is_left_out(app: Flask, tenant: Any, guest: Guest, caplog: Any) -> None:
    guest(
        "campaign",
        "from sqlalchemy import text\n"
        "from mtc.admin.home.cards import card\n"
        "from mtc.core.db import session\n"
        "@card('campaign.bad', 'Bad', permission='orders:read', order=1)\n"
        "def bad(home):\n    session.execute(text('SELECT * FROM no_such_table'))\n"
        "@card('campaign.none', 'None', permission='orders:read', order=2)\n"
        "def none(home):\n    return None\n",
        hooks=[],
    )
    switch_on(tenant, "campaign")
    owner = owner_of(app, tenant)
    assert titles(owner, tenant.tenant.slug)[-3:] == ["Latest orders", "To act on", "Keys running low"]
    assert "The card campaign.bad of a plugin is left out." in caplog.text


def test_its_things_cost_a_page_one_statement(
    tenant: Any, queries: Any, owners: tuple[Visitor, Visitor]
) -> None:
    address = f"/admin/{tenant.tenant.slug}/orders"
    counts = []
    for change in (lambda: None, lambda: switch_off(tenant, "campaign")):
        change()
        owners[0].get(address)
        with queries() as seen:
            assert owners[0].get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]  # which plugins are on is asked once, whatever they add


def test_what_it_added_goes_with_it(folder: Path, tenant: Any, code: str) -> None:
    write(folder, "campaign", code, **DEFINES)
    with loading(folder):
        assert [registry.owner_of(name) for registry, name in REGISTRIES] == ["campaign"] * 3
    assert [registry.find_any(name) for registry, name in REGISTRIES] == [None] * 3


@pytest.mark.parametrize("defines", [[], ["campaign:see", "campaign:do"]])
def test_manifest_and_code_name_the_same_permissions(
    app: Flask, folder: Path, code: str, defines: list[str]
) -> None:
    write(folder, "campaign", code, hooks=[], permissions={"defines": defines})
    odd = "campaign:do" if defines else "campaign:see"
    assert refusal(folder) == f"campaign: manifest and code differ in these permissions: {odd}."
    assert cards.find_any("campaign.told") is None


def test_the_core_registers_its_own_in_the_same_way() -> None:
    for registry, name in ((permissions, "orders:read"), (navigation.entries, "orders"), (cards, "sales")):
        assert registry.owner_of(name) == CORE
    assert list(permissions) == list(permissions.entries) and "orders:read" in permissions


def test_an_entry_of_a_menu_stands_above_the_access_of_its_route() -> None:
    with pytest.raises(ValueError, match=r"^lost declares its access below its entry of a menu$"):

        @navigation.entry("lost", "Lost")
        def lost() -> None:
            pass
