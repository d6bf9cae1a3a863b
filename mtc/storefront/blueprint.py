"""The two blueprints: a store's pages, and files that every host serves."""

from __future__ import annotations

from flask import Blueprint

storefront = Blueprint("storefront", __name__)
storefront.mtc_surfaces = ("store",)  # type: ignore[attr-defined]
files = Blueprint("files", __name__)
files.mtc_surfaces = ("store", "platform")  # type: ignore[attr-defined]
