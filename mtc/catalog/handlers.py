"""Handlers of events of other domains."""

from __future__ import annotations

from typing import Any

from mtc.catalog.queries.pictures import products_showing
from mtc.core.db import scope_tenant
from mtc.events.registry import subscribe
from mtc.media.events import MediaResized
from mtc.tenants.services import bump_content_version


@subscribe(MediaResized, name="catalog.correct_picture_sizes")
def correct_picture_sizes(event: MediaResized) -> None:
    """Products repeat the size of their pictures, which was that of the picture lying on its side."""

    def corrected(image: dict[str, Any]) -> dict[str, Any]:
        ours = image.get("media_id") == str(event.entity_id)
        return {**image, "width": event.width, "height": event.height} if ours else image

    assert event.entity_id is not None
    for product in products_showing(event.entity_id):
        product.image = corrected(product.image)
        product.gallery = [
            corrected(image) if isinstance(image, dict) else image for image in product.gallery
        ]
    bump_content_version(scope_tenant())
