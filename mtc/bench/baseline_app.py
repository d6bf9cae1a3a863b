"""Baselines of the benchmark: a bare WSGI app, a bare Flask route and a floor app, each one process."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from markupsafe import Markup
from sqlalchemy import JSON, ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

SMALL = b"<!doctype html><title>small</title>" + b"x" * 3037
HTML = "text/html; charset=utf-8"


def facts() -> dict[str, Any]:
    """Return the measures of MTC's own pages: bytes, listing, product (see pages.py)."""
    measures: dict[str, Any] = json.loads(Path(os.environ["BENCH_FACTS"]).read_text(encoding="utf-8"))
    return measures


def bare() -> Callable[..., Iterable[bytes]]:
    """A WSGI application that answers 3 KB, or at /page as many bytes as the cached page of MTC has."""
    page = b"x" * facts()["bytes"]
    small = [("Content-Type", HTML), ("Content-Length", str(len(SMALL)))]
    large = [("Content-Type", HTML), ("Content-Length", str(len(page)))]

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/page":
            start_response("200 OK", large)
            return [page]
        start_response("200 OK", small)
        return [SMALL]

    return application


def flask_route() -> Any:
    """A Flask application with one route that answers 3 KB."""
    app = Flask("bench_flask", static_folder=None)
    text = SMALL.decode()
    app.add_url_rule("/", "small", lambda: text)
    return app.wsgi_app


class Table(DeclarativeBase):
    """Tables of the floor app."""


class Item(Table):
    """A product as a shop without tenants, prices and themes would keep it: all of it in its row."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    summary: Mapped[str]
    image: Mapped[str]
    badge: Mapped[str]
    badges: Mapped[list[Any]] = mapped_column(JSON)
    in_stock: Mapped[bool]
    price: Mapped[int]
    was: Mapped[int]


class Sheet(Table):
    """Further content of a product's page, in one row, so that the page needs one query."""

    __tablename__ = "sheets"

    id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    summary: Mapped[str]
    description: Mapped[str]
    crumbs: Mapped[list[Any]] = mapped_column(JSON)
    images: Mapped[list[Any]] = mapped_column(JSON)
    badges: Mapped[list[Any]] = mapped_column(JSON)
    trust: Mapped[list[Any]] = mapped_column(JSON)
    variants: Mapped[list[Any]] = mapped_column(JSON)
    attributes: Mapped[list[Any]] = mapped_column(JSON)
    related: Mapped[list[Any]] = mapped_column(JSON)


def floor() -> Any:
    """Flask, Jinja and one SQLAlchemy query on SQLite: as many cards, facets and bytes as MTC's pages."""
    measures = facts()
    engine = create_engine(f"sqlite:///{os.environ['BENCH_FLOOR_DB']}")
    _fill(engine, measures)
    app = Flask("bench_floor", static_folder=None, template_folder=str(Path(__file__).parent / "pages"))
    app.jinja_env.globals.update(shop=_SHOP, static=lambda path: f"/static/{path}?v=4dac8fe4a492")
    app.jinja_env.filters["money"] = lambda amount: f"€{amount / 100:.2f}"
    facets = [_facet(number, values) for number, values in enumerate(measures["listing"]["facets"])]
    shared = {"facets": facets, "sorts": _SORTS, "total": 100}
    padding = {"listing": Markup(""), "product": Markup("")}

    @app.get("/search")
    def listing() -> str:
        with Session(engine) as work:
            items = work.scalars(
                select(Item).order_by(Item.id.desc()).limit(measures["listing"]["cards"])
            ).all()
        return render_template("listing.html", items=items, padding=padding["listing"], **shared)

    @app.get("/p/<slug>")
    def product(slug: str) -> str:
        with Session(engine) as work:
            item = work.scalars(select(Sheet).where(Sheet.slug == slug)).one()
        return render_template("product.html", item=item, padding=padding["product"])

    client = app.test_client()
    for name, path in (("listing", "/search"), ("product", "/p/item-1")):
        missing = measures[name]["bytes"] - len(client.get(path).data)
        padding[name] = Markup("<!-- " + "-" * max(0, missing - 9) + " -->")  # noqa: S704 - our own dashes
    engine.dispose()
    return app.wsgi_app


_SORTS = [
    ("newest", "Newest"), ("bestselling", "Best selling"), ("price-asc", "Price: low to high"),
    ("price-desc", "Price: high to low"), ("name", "Name"),
]  # fmt: skip
_SHOP = {
    "name": "Floor",
    "tagline": "A shop without a system",
    "email": "hello@floor.example",
    "url": "http://floor.example",
    "logo": "/media/01a20546-ec4a-7e8d-a023-2363b7f7743f/logo.svg",
    "navigation": [{"label": f"Shelf {n}", "url": f"/c/shelf-{n}"} for n in range(7)],
    "footer": [
        {"title": f"Column {n}", "links": [{"label": f"Page {m}", "url": f"/pages/{m}"} for m in range(4)]}
        for n in range(3)
    ],
}


def _facet(number: int, values: int) -> dict[str, Any]:
    choices = [
        {"value": f"value-{n}", "label": f"Value {n}", "count": n, "selected": False} for n in range(values)
    ]
    return {"key": f"facet-{number}", "label": f"Facet {number}", "choices": choices}


def _card(number: int) -> dict[str, Any]:
    return {
        "slug": f"item-{number}",
        "name": f"Product number {number}",
        "summary": "A sentence that says what this product is good for.",
        "image": f"/media/01a20546-ec4a-7e8d-a023-2363b7f7743f/{number:024d}.svg",
        "badge": "New" if number % 3 == 0 else "",
        "badges": ["Platform", "Global"],
        "in_stock": True,
        "price": 1999 + number,
        "was": 2999 if number % 2 else 0,
    }


def _sheet(page: dict[str, Any]) -> Sheet:
    variants = [
        {"id": f"01a20546-f473-77f8-8066-{n:012d}", "name": f"Edition {n}", "price": 1999, "stock": ""}
        for n in range(max(1, page["variants"]))
    ]
    return Sheet(
        id=1,
        slug="item-1",
        name="Product number 1",
        summary="A sentence that says what this product is good for.",
        description="<p>" + "Words that describe a product at some length. " * 10 + "</p>",
        crumbs=[["Home", "/"], ["Shelf 1", "/c/shelf-1"]],
        images=[_card(n)["image"] for n in range(3)],
        badges=["New", "Platform", "Global"],
        trust=[["zap", "Delivered at once"], ["shield", "From the maker"], ["rotate-ccw", "Replaced"]],
        variants=variants,
        attributes=[[f"Attribute {n}", f"Value {n}"] for n in range(page["attributes"])],
        related=[_card(n) for n in range(2, 2 + page["cards"])],
    )


def _fill(engine: Any, measures: dict[str, Any]) -> None:
    Table.metadata.create_all(engine)
    with Session(engine) as work:
        work.add_all(Item(id=number, **_card(number)) for number in range(1, 101))
        work.add(_sheet(measures["product"]))
        work.commit()
