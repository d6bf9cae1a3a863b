"""The two blueprints of the admin: log-in and landing pages, and a tenant's pages."""

from __future__ import annotations

from flask import Blueprint

front = Blueprint("front", __name__)
admin = Blueprint("admin", __name__, url_prefix="/admin/<tenant>")
front.mtc_surfaces = ("platform",)  # type: ignore[attr-defined]
admin.mtc_surfaces = ("platform",)  # type: ignore[attr-defined]
