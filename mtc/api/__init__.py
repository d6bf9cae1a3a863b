"""The JSON API: what programs read and do, and where payment providers report."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from mtc.api.payments import bp as payments
from mtc.api.storefront import bp as storefront
from mtc.api.v1.blueprint import v1
from mtc.api.v1.document import bp as document
from mtc.api.v1.plugin_routes import mount_plugin_routes

VIEWS = (
    "notifications", "orders", "payments", "plugins", "products", "files", "stock", "stock_files",
    "product_types", "settings", "legal_pages", "mail_sender",
)  # fmt: skip


def mount(app: Flask) -> None:
    """Add the surface's routes to the application."""
    import_module("mtc.api.contributions")
    for name in VIEWS:
        import_module(f"mtc.api.v1.{name}")
    for blueprint in (storefront, payments, v1, document):
        app.register_blueprint(blueprint)
    mount_plugin_routes(app)
