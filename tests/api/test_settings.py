"""Settings and legal texts through the API: the same rules as in the admin."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.api.programs import Program, new_program
from tests.audit.log import entries
from tests.factories.tenants import World
from tests.storefront.conftest import site

__all__ = ["site"]


@pytest.fixture
def program(site: Flask, tenant: World) -> Program:
    """A program that may do everything."""
    return new_program(site, tenant)


def test_settings_are_read_and_changed(program: Program) -> None:
    before = program.get("/settings").get_json()["data"]
    assert (before["name"], before["theme"], before["navigation"]) == ("Acme", "slate", [])
    changes = {
        "tagline": "Keys",
        "timezone": "Europe/Berlin",
        "locales": ["de", "ar"],
        "theme": "folio",
        "colors": {"primary": "#1b7f5c"},
        "navigation": [{"label": "All", "url": "/search"}],
        "columns": [{"title": "Help", "links": []}],
        "lines": ["Acme Ltd"],
        "announcement": "Sale",
    }
    after = program.post("/settings", changes).get_json()["data"]
    assert after == {**before, **changes}
    assert program.get("/settings").get_json()["data"] == after
    assert {one["slug"] for one in program.get("/themes").get_json()["data"]["items"]} >= {"folio", "slate"}


def test_languages_are_kept_once_and_without_the_stores_own(program: Program) -> None:
    answer = program.post("/settings", {"locales": ["DE", "en", "de"]}).get_json()["data"]
    assert (answer["locale"], answer["locales"]) == ("en", ["de"])


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"name": ""}, 422),
        ({"unknown": "x"}, 422),
        ({"email": "nobody"}, 400),
        ({"theme": "nothing"}, 400),
        ({"timezone": "Mars/Olympus"}, 400),
        ({"locales": ["de", "fr"]}, 400),
        ({"locales": "de"}, 422),
        ({"locales": ["d" * 36]}, 422),
        ({"timezone": "x" * 65}, 422),
        ({"colors": {"primary": "red"}}, 400),
        ({"colors": {"nothing": "#000000"}}, 400),
        ({"navigation": [{"label": "x", "url": "javascript:x"}]}, 400),
        ({"navigation": [{"label": "x", "url": "/"}] * 13}, 400),
    ],
)
def test_what_cannot_be_is_refused_whole(program: Program, changes: dict[str, object], status: int) -> None:
    before = program.get("/settings").get_json()["data"]
    answer = program.post("/settings", {"tagline": "Changed", **changes})
    assert answer.status_code == status
    assert program.get("/settings").get_json()["data"] == before


def test_a_store_is_closed_and_opened_with_its_terms(program: Program, tenant: World) -> None:
    assert program.post("/store/close").get_json()["data"]["open"] is False
    refused = program.post("/store/open")
    assert (refused.status_code, "terms of sale first" in refused.get_json()["error"]) == (409, True)
    draft = program.get("/legal-pages/terms").get_json()["data"]
    assert "Your company name" in draft["placeholders"] and draft["published_at"] is None
    program.post("/legal-pages/terms", {"title": "Terms", "body": draft["body"]})
    assert program.post("/legal-pages/terms/publish").status_code == 409
    program.post("/legal-pages/terms", {"title": "Terms", "body": "Be kind."})
    assert program.post("/legal-pages/terms/publish").get_json()["data"]["published"] is True
    state = program.post("/store/open").get_json()["data"]
    assert state["open"] is True and state["opened_at"].endswith("Z")
    assert [one["done"] for one in state["steps"] if one["key"] == "terms"] == [True]
    assert program.get("/store").get_json()["data"] == state
    assert program.post("/legal-pages/terms/unpublish").status_code == 409
    assert program.get("/legal-pages/nothing").status_code == 404
    assert program.get("/legal-pages/terms?locale=xx").status_code == 404
    assert len(program.get("/legal-pages").get_json()["data"]["items"]) == 4
    summaries = [one.summary for one in entries(tenant_id=tenant.id)]
    assert "Opened the store" in summaries and "Published a legal text" in summaries


def test_a_key_needs_the_scope_and_counts_for_its_own_store(
    site: Flask, tenant: World, other_tenant: World
) -> None:
    reader = new_program(site, tenant, ["settings:read"])
    assert reader.get("/settings").status_code == 200
    for path in ("/settings", "/store/open", "/store/close", "/legal-pages/terms/publish"):
        assert reader.post(path).status_code == 403
    stranger = new_program(site, other_tenant)
    stranger.slug = tenant.tenant.slug
    for path in ("/settings", "/themes", "/store", "/legal-pages", "/legal-pages/terms"):
        assert stranger.get(path).status_code == 404
