"""Parts of the product editor besides the form: state, pictures, stock, where to see it."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from flask import current_app, request

from mtc.admin.layout import base, public_url, store
from mtc.admin.media.serve import picture_of
from mtc.admin.products.file_names import field_name
from mtc.admin.products.listing import status_labels
from mtc.core.relative_time import when
from mtc.delivery.presenters import in_words
from mtc.delivery.queries import files_of, variants_of_product
from mtc.media.models import Media
from mtc.tenants.services import store_url


def editor(details: Any) -> dict[str, Any]:
    """Values for the editor's template; `found` is None for a product that is being made."""
    if details is None:
        return {"product": None, "pictures": [], "stock": [], "files": [], "action": ""}
    row = details.product
    url = f"{request.script_root}{base()}/products/{row.id}"
    pictures = [(picture_of(picture), picture) for picture in [row.image, *(row.gallery or [])]]
    return {
        "product": {
            "id": str(row.id),
            "status": row.status,
            "tone": "published" if row.status == "active" else row.status,
            "label": status_labels()[row.status],
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
                "id": str(variant.id),
                "name": variant.name or variant.sku,
                "source": variant.stock_source,
                "available": variant.available,
                "low": variant.stock_source == "pool" and variant.available <= variant.low_at,
            }
            for variant in details.variants
        ],
        "files": _files(row.id, url),
        "max_upload_mb": current_app.config["MTC"].max_upload_mb,
    }


def _files(product: UUID, url: str) -> list[dict[str, Any]]:
    """The files for sale of the variants that are sold as files or have any."""
    variants = variants_of_product(product)
    files = files_of(variants)
    uses = Counter(file.id for some in files.values() for file in some)
    everything = {file.id: file for some in files.values() for file in some}
    return [
        {
            "id": str(variant.id),
            "name": variant.name or variant.sku,
            "action": f"{url}/variants/{variant.id}/files",
            "sells_files": variant.stock_source == "unlimited",
            "rows": [_file(variant.id, file, uses[file.id]) for file in files[variant.id]],
            "others": [
                (str(file.id), file.filename) for key, file in everything.items()
                if key not in {mine.id for mine in files[variant.id]}
            ],
        }
        for variant in variants
        if variant.stock_source == "unlimited" or files[variant.id]
    ]  # fmt: skip


def _file(variant: UUID, media: Media, uses: int) -> dict[str, Any]:
    field = field_name(variant, media.id)
    return {
        "id": str(media.id),
        "name": media.filename,
        "field": field,
        "typed": request.form.get(field) or media.filename,
        "size": in_words(media.size),
        "type": media.content_type.rpartition("/")[2],
        "checksum": media.sha256,
        "shared": uses > 1,
    }
