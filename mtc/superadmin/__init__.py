"""The pages of the people who run the platform: tenants, people, health."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from mtc.superadmin.blueprint import platform
from mtc.web.static import install_static

VIEWS = (
    "tenants", "new_tenant", "owner_invitation", "users", "health", "plugins", "audit", "support_sessions",
)  # fmt: skip


def mount(app: Flask) -> None:
    """Add the surface's routes to the application."""
    install_static(app)
    for name in VIEWS:
        import_module(f"mtc.superadmin.{name}")
    app.register_blueprint(platform)
