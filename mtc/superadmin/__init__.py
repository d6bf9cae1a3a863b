"""The superadmin surface."""

from __future__ import annotations

from flask import Flask


def mount(app: Flask) -> None:
    """Add the surface's routes to the application."""
