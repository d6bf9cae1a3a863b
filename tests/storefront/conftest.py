"""A small store behind a browser without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mtc.catalog.services import collections, product_types, products, stock_reservation
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery.services import save_method
from mtc.media.services import media
from mtc.pages.services import sync_all
from mtc.payments.services import ensure_test_gateway
from mtc.tasks.services import run_due
from mtc.tenants.models import Store
from mtc.tenants.services import bump_content_version
from tests.catalog.conftest import GAME_FIELDS
from tests.servers.kept import kept

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="40"></svg>'
ARCHIVE = bytes(range(256)) * 40
BUYER = {"email": "ada@example.org", "name": "Ada", "country": "DE", "terms": "1", "consent": "1"}


@dataclass
class Browser:
    """The store's host as a browser without JavaScript sees it."""

    client: FlaskClient
    base: str
    tenant_id: UUID
    seen: list[str] = field(default_factory=list)

    def get(self, path: str, **more: Any) -> TestResponse:
        """Follow an address of the store, in full or from its root."""
        return self.client.get(self._path(path), base_url=self.base, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form from a page of the store."""
        headers = {"Origin": self.base, **more.pop("headers", {})}
        return self.client.post(
            self._path(path), data=data or {}, base_url=self.base, headers=headers, **more
        )

    def partial(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        """Send a form with htmx."""
        marks = {"HX-Request": "true", "HX-Request-Type": "partial", **headers}
        return self.post(path, data, headers=marks)

    def _path(self, path: str) -> str:
        return path.removeprefix(self.base)


@dataclass
class Shop:
    """What is for sale."""

    tenant_id: UUID
    store_id: UUID
    key_variant: UUID
    file_variant: UUID
    picture: str


@pytest.fixture
@kept
def site(app: Flask) -> Flask:
    """The application with the system's pages."""
    sync_all()
    return app


@pytest.fixture
@kept
def shop(site: Flask, tenant: Any) -> Shop:
    """Acme: one product with keys, one with a file, a collection, pages of its own text."""
    with tenant_scope(tenant.id), unit_of_work():
        row = session.get_one(Store, (tenant.id, tenant.store.id))
        row.tagline = "Things for tests"
        row.settings = {
            "navigation": [
                {"label": "Worlds", "url": "/c/worlds"},
                {"label": "About", "url": "/pages/about"},
            ],
            "footer": {"columns": [{"title": "Help", "links": [{"label": "Terms", "url": "/pages/terms"}]}]},
            "pages": [
                {"slug": "about", "title": "About us", "html": "<p>Two people.<script>x()</script></p>"},
                {"slug": "terms", "title": "Terms", "html": "<p>Be kind.</p>"},
            ],
        }
        ensure_test_gateway()
        save_method("email", "keys", "Key by e-mail", {"include_keys": True})
        save_method("file", "files", "Download", {"max_downloads": 2, "days": 30})
        product_types.create({"name": "Game", "slug": "game", "schema": {"fields": GAME_FIELDS}})
        cover = media.save("cover.svg", PICTURE, trusted=True)
        archive = media.save("guide.zip", ARCHIVE, private=True)
        shelf = collections.create({"name": "Worlds", "slug": "worlds", "description": "Places to be"})
        game = add_product("Star Harbour", [shelf.slug], cover, {"price": 2999, "stock_source": "pool"})
        stock_reservation.add_keys(game, "\n".join(f"STAR-{number:04d}-HARBOUR" for number in range(5)))
        delivery = {"method": "files", "files": [str(archive.id)]}
        guide = add_product("Guide", [], cover, {"price": 1200, "delivery_data": delivery})
        bump_content_version(tenant.id)
        return Shop(tenant.id, tenant.store.id, game, guide, media.url(cover))


def add_product(name: str, shelves: list[str], cover: Any, variant: dict[str, Any]) -> UUID:
    """A product that is on sale, with one variant; returns the variant's id."""
    made = products.create(
        {
            "name": name,
            "type": "game",
            "status": "active",
            "currency": "EUR",
            "summary": f"About {name}",
            "description": f"<p>All of {name}.</p>",
            "attributes": {"platform": "steam"},
            "collections": shelves,
            "is_featured": True,
            **({"image": media.as_image(cover)} if cover is not None else {}),
            "variants": [{"stock_source": "unlimited", **variant}],
        }
    )
    session.refresh(made, ["variants"])
    return UUID(str(made.variants[0].id))


@pytest.fixture
def browser(site: Flask, shop: Shop) -> Browser:
    """A visitor of Acme."""
    return Browser(site.test_client(), "http://acme.localhost:8000", shop.tenant_id)


@pytest.fixture
@kept
def order_page(browser: Browser, shop: Shop) -> str:
    """The page of an order that was paid, the report of which waits in the queue."""
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    pay = browser.post("/checkout", {**BUYER, "payment_method": "test"}).headers["Location"]
    path = "/pay/" + pay.partition("/pay/")[2]
    return "/orders/" + browser.post(path, {"choice": "pay"}).headers["Location"].partition("/orders/")[2]


def settle() -> None:
    """Let the worker do what is due."""
    run_due()
