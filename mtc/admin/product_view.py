"""What the product editor shows besides the form: state, pictures, stock, where to see it."""

from __future__ import annotations

from typing import Any

from flask import request

from mtc.admin.pictures import picture_of
from mtc.admin.products import STATUSES
from mtc.admin.shell import base, public_url, store
from mtc.tenants.services import store_url
from mtc.web.times import when


def editor(found: Any) -> dict[str, Any]:
    """Values for the editor's template; `found` is None for a product that is being made."""
    if found is None:
        return {"product": None, "pictures": [], "stock": [], "action": ""}
    row = found.product
    url = f"{request.script_root}{base()}/products/{row.id}"
    pictures = [(picture_of(one), one) for one in [row.image, *(row.gallery or [])]]
    return {
        "product": {
            "id": str(row.id),
            "status": row.status,
            "tone": "published" if row.status == "active" else row.status,
            "label": STATUSES[row.status],
            "url": f"{store_url(store(), public_url())}/p/{row.slug}",
            "changed": when(row.updated_at),
            "version": row.version,
            "currency": row.currency,
        },
        "action": url,
        "pictures": [
            {**shown, "media_id": raw.get("media_id", ""), "number": number}
            for number, (shown, raw) in enumerate(pictures)
            if shown
        ],
        "stock": [
            {
                "id": str(one.id),
                "name": one.name or one.sku,
                "source": one.stock_source,
                "available": one.available,
                "low": one.stock_source == "pool" and one.available <= one.low_at,
            }
            for one in found.variants
        ],
    }
