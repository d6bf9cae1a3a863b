"""Components of plugins: rows of theirs, seen by the tenants that have the plugin on, gone with it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app

from mtc.core.db import session, unit_of_work
from mtc.core.errors import ValidationError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.pages.models import Component
from mtc.pages.services import component_book, place_widget
from mtc.plugins.services.loader import broken, load_plugins
from tests.plugins.kit import switch_off, switch_on
from tests.plugins.samples import write
from tests.plugins.slot_samples import component, write_components
from tests.servers.database import both_databases
from tests.storefront.conftest import Browser, Shop

Guest = Callable[..., None]
SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string", "title": "Text", "maxLength": 80}},
}
HELLO = component(
    "ada-hello",
    '<p class="ada-hello">{{ props.text }} {{ _("Cart") }}</p>',
    css=".ada-hello{color:rgb(1 2 3)}",
    props_schema=SCHEMA,
    default_props={"text": "Hello"},
)


def names(world: Any) -> list[str]:
    """The plugin's components that the tenant may use."""
    with tenant_scope(world.id), unit_of_work():
        return [slug for slug in component_book() if slug.startswith("ada-")]


def load(guest: Guest, folder: Path) -> None:
    write_components(folder, "ada", HELLO)
    guest("ada", "", hooks=[], components="components")


@both_databases
def test_only_tenants_that_have_it_on_can_place_it(
    tenant: Any, other_tenant: Any, shop: Shop, guest: Guest, folder: Path
) -> None:
    load(guest, folder)
    switch_on(tenant, "ada")
    assert (names(tenant), names(other_tenant)) == (["ada-hello"], [])
    with tenant_scope(other_tenant.id), unit_of_work(), pytest.raises(ValidationError):
        place_widget(other_tenant.store.id, "home", "ada-hello")
    switch_off(tenant, "ada")
    assert names(tenant) == []


def test_a_widget_is_gone_with_its_plugin_and_comes_back(
    tenant: Any, shop: Shop, browser: Browser, guest: Guest, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    load(guest, folder)
    switch_on(tenant, "ada")
    with tenant_scope(tenant.id), unit_of_work():
        place_widget(tenant.store.id, "home", "ada-hello", props={"text": "From <Ada>"})
    shown = '<p class="ada-hello">From &lt;Ada&gt; Cart</p>'
    assert browser.get("/").text.count(shown) == 1
    switch_off(tenant, "ada")
    with caplog.at_level(logging.INFO):
        response = browser.get("/")
    assert (response.status_code, shown in response.text) == (200, False)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    switch_on(tenant, "ada")
    assert browser.get("/").text.count(shown) == 1


def test_its_styles_join_the_sheet_of_the_store_while_it_is_on(
    tenant: Any, shop: Shop, browser: Browser, guest: Guest, folder: Path
) -> None:
    def sheet() -> str:
        page = browser.get("/").text
        return browser.get(
            page.split('rel="stylesheet" href="/theme/')[1].split('"')[0].join(("/theme/", ""))
        ).text

    load(guest, folder)
    assert "ada-hello" not in sheet()
    switch_on(tenant, "ada")
    assert "@layer components{.ada-hello{color:rgb(1 2 3)}}" in sheet()
    switch_off(tenant, "ada")
    assert "ada-hello" not in sheet()


def test_rows_are_the_plugins_and_written_when_they_have_changed(
    tenant: Any, guest: Guest, folder: Path
) -> None:
    load(guest, folder)
    switch_on(tenant, "ada")
    with platform_scope("look"), unit_of_work():
        row = session.query(Component).filter(Component.slug == "ada-hello").one()
        assert (row.tenant_id, row.is_system, row.name) == (None, False, "Ada-Hello")
        assert row.plugin_id is not None and row.default_props == {"text": "Hello"}
        before = row.updated_at
    switch_on(tenant, "ada")
    with platform_scope("look"), unit_of_work():
        assert session.query(Component).filter(Component.slug == "ada-hello").one().updated_at == before


GOOD = json.loads(HELLO["ada-hello.json"])
FAULTS = {
    "no JSON": ({"ada-hello.json": "{"}, "components/ada-hello.json is no JSON"),
    "an unknown name": (component("ada-hello", "", colour="red"), "'colour' was unexpected"),
    "another's name": (component("other-hello", ""), "begins with ada-."),
    "no template": ({"ada-hello.json": HELLO["ada-hello.json"]}, "has no template ada-hello.html."),
    "a faulty template": (
        component("ada-hello", "<p>\n{% if %}</p>"),
        "ada-hello.html, line 2 is no template",
    ),
    "an unknown filter": (component("ada-hello", "{{ 1|nothing }}"), "No filter named 'nothing'"),
    "a fault in its settings": (
        component("ada-hello", "", props_schema={"properties": {"a": {"type": "odd"}}}),
        "props_schema, properties-a-type: Choose one of",
    ),
    "a default of no setting": (
        component("ada-hello", "", default_props={"a": 1}),
        "default_props, a: There is no",
    ),
    "another's source": (
        component("ada-hello", "", data=[{"name": "x", "source": "bob.things"}]),
        "there is no data source bob.things",
    ),
    "no permission in the admin": (component("ada-hello", "", surface="admin"), "must name a permission"),
    "a permission in the storefront": (
        component("ada-hello", "", permission="orders:read"),
        "only components of",
    ),
    "styles in the admin": (
        component("ada-hello", "", surface="admin", permission="orders:read", css="p{}"),
        "only components of the storefront have styles",
    ),
    "an email without text": (component("ada-hello", "", surface="mail"), "has no template ada-hello.txt"),
    "a strange file": ({**HELLO, "ada-hello.js": ""}, "is none of .json, .html, .txt and .css"),
    "a file of no component": ({**HELLO, "ada-other.html": ""}, "has no ada-other.json beside it"),
    "a file that is too large": (component("ada-hello", "x" * 70_000), "larger than 64 KB"),
    "nothing": ({"_part.html": ""}, "components/ has no component"),
}


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_fault_breaks_the_plugin_with_a_sentence_and_nothing_else(
    app: Flask, folder: Path, fault: str
) -> None:
    files, sentence = FAULTS[fault]
    write(folder, "ada", "", hooks=[], components="components")
    (folder / "ada" / "components").mkdir()
    for name, text in files.items():
        (folder / "ada" / "components" / name).write_text(text)
    load_plugins(current_app, folder)
    problem = broken(current_app).pop("ada")
    assert sentence in problem and problem.startswith("ada: ")
    assert broken(current_app) == {}
