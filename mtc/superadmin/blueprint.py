"""The blueprint of the platform's own pages."""

from __future__ import annotations

from flask import Blueprint

platform = Blueprint("platform", __name__, url_prefix="/platform")
platform.mtc_surfaces = ("platform",)  # type: ignore[attr-defined]
