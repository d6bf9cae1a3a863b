"""A page key becomes plain data, in seven steps, remembered until the content changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.pages import queries as ui
from mtc.pages.models import Layout, Template, Theme
from mtc.pages.services import (
    Visitor,
    changes_with_time,
    move_widget,
    place_widget,
    remove_widget,
    replace_widgets,
    set_props,
    set_visibility,
    show_widget,
)
from mtc.tenants.services import StoreInfo, bump_content_version
from mtc.tenants.services.tenants import set_branding
from tests.pages.conftest import fresh, resolved
from tests.servers.database import both_databases

pytestmark = both_databases


@contextmanager
def changing(store: StoreInfo) -> Iterator[None]:
    """A unit of work in the tenant's scope."""
    with tenant_scope(store.tenant_id), unit_of_work():
        yield


def _main(page: dict[str, Any]) -> list[tuple[str, int]]:
    return [(w["component"]["slug"], w["position"]) for w in page["widgets"] if w["region"] == "main"]


def test_the_result_has_the_documented_shape(store: StoreInfo) -> None:
    page = resolved(store, "product")
    assert set(page) == {"id", "page", "layout", "theme", "widgets", "slots"}
    assert page["page"] == "product"
    assert [region["name"] for region in page["layout"]["regions"]][:2] == ["announcement", "header"]
    assert page["layout"]["grid_config"]["columns"] == 12
    assert page["theme"]["colors"]["primary"].startswith("#")
    assert page["theme"]["fonts"]["body"].startswith('"Inter", ')
    widget = next(one for one in page["widgets"] if one["region"] == "gallery")
    assert widget == {
        "id": "product-4",
        "region": "gallery",
        "position": 0,
        "component": {"slug": "product-gallery", "type": "widget"},
        "props": {},
        "shipped": True,
    }
    assert json.loads(json.dumps(page)) == page


def test_a_page_that_is_remembered_costs_no_statement(store: StoreInfo, queries: Any) -> None:
    resolved(store, "home")
    with queries() as seen:
        resolved(store, "home", Visitor("customer"))
    assert seen == []


def test_widgets_of_the_store_stand_in_for_those_of_the_template(store: StoreInfo) -> None:
    with changing(store):
        place_widget(store.id, "home", "hero", props={"heading": "Ours"})
        place_widget(store.id, "home", "faq", position=0)
    page = resolved(fresh(), "home")
    assert _main(page) == [("faq", 0), ("hero", 1)]
    hero = page["widgets"][-1]
    assert hero["props"]["heading"] == "Ours" and hero["props"]["height"] == "medium"
    assert [w["component"]["slug"] for w in page["widgets"] if w["region"] == "header"] == ["site-header"]
    assert _main(resolved(fresh(), "search")) == [("listing", 0)]


def test_moving_keeps_positions_without_gaps(store: StoreInfo) -> None:
    with changing(store):
        made = [place_widget(store.id, "home", slug) for slug in ("hero", "faq", "columns")]
    with changing(store):
        move_widget(made[2].id, position=0)
    assert _main(resolved(fresh(), "home")) == [("columns", 0), ("hero", 1), ("faq", 2)]
    with changing(store):
        move_widget(made[0].id, region="announcement", position=9)
    page = resolved(fresh(), "home")
    assert _main(page) == [("columns", 0), ("faq", 1)]
    assert [w["component"]["slug"] for w in page["widgets"] if w["region"] == "announcement"] == ["hero"]
    with changing(store):
        remove_widget(made[2].id)
        show_widget(made[1].id, shown=False)
    assert _main(resolved(fresh(), "home")) == []


def test_props_are_checked(store: StoreInfo) -> None:
    with changing(store):
        grid = place_widget(store.id, "home", "product-grid", props={"limit": 4})
    with pytest.raises(ValidationError) as refused, changing(store):
        set_props(grid.id, {"limit": 400, "source": "everything"})
    assert set(refused.value.details) == {"limit", "source"}
    with changing(store):
        assert set_props(grid.id, {"limit": 5, "unknown": 1}).props["limit"] == 5
    with pytest.raises(ValidationError), changing(store):
        place_widget(store.id, "home", "no-such-component")
    with pytest.raises(ValidationError), changing(store):
        replace_widgets(store.id, "home", [{"component": "hero"}, {"component": "nothing"}])
    assert _main(resolved(fresh(), "home")) == [("product-grid", 0)]


def test_hidden_widgets_are_not_in_the_data(store: StoreInfo) -> None:
    with changing(store):
        members = place_widget(store.id, "home", "faq", visibility_rules={"logged_in": True})
        place_widget(store.id, "home", "columns", visibility_rules={"roles": ["wholesale"]})
    everyone, customer = resolved(fresh(), "home"), resolved(fresh(), "home", Visitor("customer"))
    wholesale = resolved(fresh(), "home", Visitor("customer", "wholesale"))
    assert _main(everyone) == []
    assert _main(customer) == [("faq", 0)]
    assert _main(wholesale) == [("faq", 0), ("columns", 1)]
    assert "visibility_rules" not in customer["widgets"][-1]
    with pytest.raises(ValidationError), changing(store):
        set_visibility(members.id, {"field": "visitor.password", "eq": "x"})


def test_a_widget_for_some_hours_makes_the_page_change_with_time(store: StoreInfo) -> None:
    rule = {"field": "now", "gte": "2026-12-01T00:00:00+00:00"}
    with changing(store):
        place_widget(store.id, "home", "faq", visibility_rules=rule)
    info = fresh()
    with clock.frozen(datetime(2026, 11, 30, tzinfo=UTC)):
        assert _main(resolved(info, "home")) == []
    with clock.frozen(datetime(2026, 12, 2, tzinfo=UTC)):
        assert _main(resolved(info, "home")) == [("faq", 0)]
    assert changes_with_time(info, "home")
    resolved(info, "search")
    assert not changes_with_time(info, "search")


def test_branding_shows_at_once(store: StoreInfo) -> None:
    before = resolved(store, "home")["theme"]
    with changing(store):
        set_branding(store.tenant_id, {"colors": {"primary": "#123456"}})
    after = resolved(fresh(), "home")["theme"]
    assert after["colors"]["primary"] == "#123456" != before["colors"]["primary"]
    assert after["sheet"] != before["sheet"]


def test_a_tenant_has_themes_layouts_and_templates_of_its_own(store: StoreInfo) -> None:
    with changing(store):
        theme = Theme(
            tenant_id=store.tenant_id,
            name="Ours",
            slug="ours",
            colors={"light": {"primary": "#abcdef"}},
            settings={"base": "slate"},
        )
        layout = Layout(tenant_id=store.tenant_id, name="Thin", slug="narrow", regions=[{"name": "main"}])
        session.add_all([theme, layout])
        session.flush()
        template = Template(
            tenant_id=store.tenant_id,
            name="Front",
            page="home",
            theme_id=theme.id,
            layout_id=layout.id,
            override_config={
                "widgets": [{"component": "faq", "region": "main"}],
                "props": {"faq": {"heading": "Ask"}},
                "theme": {"borders": {"radius": 3}},
                "layout": {"grid_config": {"columns": 6}},
            },
        )
        session.add(template)
        store_row = session.get_one(_store_model(), (store.tenant_id, store.id))
        store_row.theme_slug = "ours"
        session.flush()
        bump_content_version(store.tenant_id)
    page = resolved(fresh(), "home")
    assert page["id"] == str(template.id)
    assert page["layout"]["regions"] == [{"name": "main"}]
    assert page["layout"]["grid_config"] == {"columns": 6}
    assert page["theme"]["slug"] == "slate" and page["theme"]["colors"]["primary"] == "#abcdef"
    assert page["theme"]["borders"] == {"radius": 3}
    assert page["widgets"][0]["props"]["heading"] == "Ask"
    other = resolved(fresh(), "search")
    assert other["theme"]["colors"]["primary"] == "#abcdef"
    assert _main(other) == [("listing", 0)]


def _store_model() -> Any:
    from mtc.tenants.models import Store

    return Store


def test_a_page_that_nobody_has_is_not_found(store: StoreInfo) -> None:
    with pytest.raises(NotFoundError):
        resolved(store, "no-such-page")


def test_rows_of_another_tenant_are_not_seen(store: StoreInfo, other_tenant: Any) -> None:
    with tenant_scope(other_tenant.id), unit_of_work():
        session.add(Theme(tenant_id=other_tenant.id, name="Theirs", slug="slate", colors={}))
        widget = place_widget(other_tenant.store.id, "home", "faq")
    assert resolved(store, "home")["theme"]["name"] == "Slate"
    assert ("faq", 0) not in _main(resolved(store, "home"))
    with pytest.raises(NotFoundError), changing(store):
        set_props(widget.id, {})
    with tenant_scope(store.tenant_id), unit_of_work():
        assert [theme.name for theme in ui.themes("slate")] == ["Slate"]
