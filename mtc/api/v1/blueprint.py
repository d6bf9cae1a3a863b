"""Version 1 of the API for the merchant's own programs, below /api/v1/<tenant>."""

from __future__ import annotations

from flask import Blueprint

v1 = Blueprint("api_v1", __name__, url_prefix="/api/v1/<tenant>")
v1.mtc_surfaces = ("platform",)  # type: ignore[attr-defined]
