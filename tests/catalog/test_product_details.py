"""A product's page."""

from __future__ import annotations

import json

from mtc.catalog import presenters, queries
from mtc.catalog.services import collections, stock_reservation
from mtc.core.db import unit_of_work
from mtc.core.plain_data import plain
from tests.servers.database import both_databases

pytestmark = both_databases


def test_a_detail_is_what_templates_expect(make):
    with unit_of_work():
        collections.create({"name": "Indie"})
    make(
        "Hollow </script> Pines",
        slug="pines",
        summary="Dark",
        description="<p>Trees</p>",
        collections=["indie"],
        image={"src": "/media/a/b.png", "width": 4, "height": 3},
        gallery=[{"src": "/media/a/c.png", "alt": "Inside"}, {}],
        attributes={"coop": False, "players": 2},
        variants=[
            {"sku": "P1", "options": {"Edition": "Standard"}, "price": 2999, "stock_source": "pool"},
            {"sku": "P2", "options": {"Edition": "Deluxe"}, "price": 4999, "stock_source": "pool"},
        ],
    )
    first, second = queries.variants_of(queries.product_by_slug("pines").product.id)
    with unit_of_work():
        stock_reservation.add_keys(second.id, ["AAA"])
    detail = plain(presenters.detail(queries.product_by_slug("pines")))
    assert detail["description_html"] == "<p>Trees</p>"
    assert detail["image"] == {
        "src": "/media/a/b.png",
        "width": 4,
        "height": 3,
        "alt": "Hollow </script> Pines",
    }
    assert detail["gallery"] == [{"src": "/media/a/c.png", "alt": "Inside", "width": None, "height": None}]
    assert [(one["label"], one["display"]) for one in detail["attributes"]] == [
        ("Platform", "Steam"),
        ("Players", "2"),
        ("Co-op", "No"),
    ]
    assert detail["options"] == [{"key": "edition", "label": "Edition", "values": ["Standard", "Deluxe"]}]
    assert detail["price"] == {"amount": 4999, "formatted": "€49.99", "from": False}
    assert detail["collections"] == [{"name": "Indie", "url": "/c/indie"}]
    assert [(v["sku"], v["in_stock"], v["stock_label"], v["selected"]) for v in detail["variants"]] == [
        ("P1", False, "Sold out", False),
        ("P2", True, "Only a few left", True),
    ]
    assert detail["delivery"] == {
        "state": "by_hand",
        "label": "Delivered by hand: Within a day",
        "instant": False,
    }
    chosen = plain(presenters.detail(queries.product_by_slug("pines"), selected=str(first.id)))
    assert [v["selected"] for v in chosen["variants"]] == [True, False]


def test_json_ld_cannot_end_its_script(make):
    make("Hollow </script> Pines", slug="pines", price=2999)
    text = presenters.detail(queries.product_by_slug("pines")).json_ld
    assert "</script" not in text and "<" not in text
    data = json.loads(text)
    assert (data["@type"], data["name"], data["sku"]) == ("Product", "Hollow </script> Pines", "PINES")
    assert data["offers"] == [
        {
            "@type": "Offer",
            "sku": "PINES",
            "name": "Hollow </script> Pines",
            "url": "/p/pines",
            "price": "29.99",
            "priceCurrency": "EUR",
            "availability": "https://schema.org/InStock",
        }
    ]


def test_the_admin_lists_every_status(make, games):
    make("Alpha", status="draft")
    make("Beta")
    rows = queries.admin_products().items
    assert [(row.name, row.status, row.variants, row.available) for row in rows] == [
        ("Beta", "active", 1, 0),
        ("Alpha", "draft", 1, 0),
    ]
    assert [row.name for row in queries.admin_products(status="draft", type_id=games.id).items] == ["Alpha"]
    assert [row.name for row in queries.admin_products(text="bet").items] == ["Beta"]
    first = queries.admin_products(limit=1)
    assert [row.name for row in queries.admin_products(limit=1, cursor=first.next).items] == ["Alpha"]
