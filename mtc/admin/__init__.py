"""The admin: what staff see of their tenant, and the front door of the platform."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from mtc.admin.blueprints import admin, front
from mtc.web.static import install_static

VIEWS = (
    "welcome",
    "login",
    "second_step",
    "account",
    "factors",
    "passkeys",
    "home",
    "products",
    "product_form",
    "product_pictures",
    "product_types",
    "stock",
    "stock_upload",
    "orders",
    "order",
    "order_actions",
    "refunds",
    "mails",
    "settings",
    "notifications",
    "keys",
    "tasks",
    "team",
    "join",
    "visits",
    "audit",
)


def mount(app: Flask) -> None:
    """Add the surface's routes to the application."""
    install_static(app)
    for name in VIEWS:
        import_module(f"mtc.admin.{name}")
    app.register_blueprint(front)
    app.register_blueprint(admin)
