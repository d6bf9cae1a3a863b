"""The JSON API: what programs read and do, and where payment providers report."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from mtc.api.payments import bp as payments
from mtc.api.storefront import bp as storefront
from mtc.api.v1.blueprint import v1

VIEWS = ("orders",)


def mount(app: Flask) -> None:
    """Add the surface's routes to the application."""
    for name in VIEWS:
        import_module(f"mtc.api.v1.{name}")
    app.register_blueprint(storefront)
    app.register_blueprint(payments)
    app.register_blueprint(v1)
