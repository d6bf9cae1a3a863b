"""The JSON API: what storefront programs read, and where payment providers report."""

from __future__ import annotations

from flask import Flask

from mtc.api.payments import bp as payments
from mtc.api.storefront import bp as storefront


def mount(app: Flask) -> None:
    """Add the surface's routes to the application."""
    app.register_blueprint(storefront)
    app.register_blueprint(payments)
