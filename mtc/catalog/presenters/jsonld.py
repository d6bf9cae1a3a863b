"""Data of products for search engines: JSON-LD in the words of schema.org (Product, Offer)."""

from __future__ import annotations

import json
from typing import Any

from mtc.catalog.presenters.read_models import ProductDetail, VariantView
from mtc.core.context import current
from mtc.core.money import to_decimal

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def product_json_ld(product: ProductDetail, currency: str) -> str:
    """The JSON-LD of a product detail, safe inside a script element."""
    base = str(current().extra.get("store_url", ""))
    page = base + product.url
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": page,
        "name": product.name,
        "url": page,
        "category": product.type.name,
        "offers": [_offer(variant, currency, page) for variant in product.variants],
    }
    if product.summary:
        data["description"] = product.summary
    if product.image:
        data["image"] = base + product.image["src"]
    if len(product.variants) == 1:
        data["sku"] = product.variants[0].sku
    return as_script(data)


def _offer(variant: VariantView, currency: str, page: str) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "sku": variant.sku,
        "name": variant.name,
        "url": page,
        "price": to_decimal(variant.price.amount, currency),
        "priceCurrency": currency,
        "availability": f"https://schema.org/{variant.availability}",
    }


def as_script(data: Any) -> str:
    """JSON that cannot end the script element that holds it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char, escape in _ESCAPES.items():
        text = text.replace(char, escape)
    return text
