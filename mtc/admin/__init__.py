"""The admin: what staff see of their tenant, and the front door of the platform."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from mtc.admin.blueprints import admin, front
from mtc.admin.demo_mail import mount_demo_mail
from mtc.web.static import install_static

VIEWS = (
    "welcome", "login", "forgotten", "second_step", "account", "factors", "passkeys", "home", "products",
    "product_form", "product_pictures", "product_files", "product_types", "type_editor", "stock",
    "stock_upload", "stock_imports", "key_search", "orders", "order", "order_actions", "bookings",
    "refunds", "mails", "settings", "settings_look", "settings_menus", "settings_legal", "settings_access",
    "settings_mail", "opening", "payments", "notifications", "keys", "tasks", "team", "join", "visits",
    "unsubscribe", "audit",
)  # fmt: skip


def mount(app: Flask) -> None:
    """Add the surface's routes to the application."""
    install_static(app)
    for name in VIEWS:
        import_module(f"mtc.admin.{name}")
    app.register_blueprint(front)
    app.register_blueprint(admin)
    mount_demo_mail(app)
    app.extensions["mtc.framed_error"] = import_module("mtc.admin.failures").error_in_frame
