"""The admin: what staff see of their tenant, and the log-in and landing pages of the platform."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from mtc.admin.blueprints import admin, front
from mtc.admin.emails.demo_mailbox import mount_demo_mail
from mtc.admin.plugin_pages import mount_plugin_pages
from mtc.web.static import install_static

VIEWS = (
    "home.welcome", "home.core_cards", "home.dashboard", "account.login", "account.password_reset",
    "account.mfa_login", "account.overview", "account.mfa_settings", "account.passkeys",
    "account.accept_invitation", "account.unsubscribe", "products.listing",
    "products.form", "products.pictures", "products.files",
    "product_types.listing", "product_types.editor", "stock.pools", "stock.upload", "stock.imports",
    "stock.search", "orders.listing", "orders.detail", "orders.actions", "orders.bookings", "orders.refunds",
    "emails.listing", "settings.general", "settings.appearance", "settings.menus", "settings.legal",
    "settings.slots",
    "settings.access", "settings.email", "settings.opening", "settings.payments", "settings.notifications",
    "settings.api_keys", "plugins.listing", "plugins.calls",
    "plugins.actions", "team.members", "team.support_sessions", "system.tasks", "system.audit",
)  # fmt: skip


def mount(app: Flask) -> None:
    """Add the surface's routes to the application."""
    install_static(app)
    for name in VIEWS:
        import_module(f"mtc.admin.{name}")
    app.register_blueprint(front)
    app.register_blueprint(admin)
    mount_plugin_pages(app)
    mount_demo_mail(app)
    app.extensions["mtc.framed_error"] = import_module("mtc.admin.error_pages").error_in_frame
