"""The catalogue in the shapes that pages and programs get."""

from mtc.catalog.schemas.asking import Asked
from mtc.catalog.schemas.cards import cards, collection
from mtc.catalog.schemas.details import detail
from mtc.catalog.schemas.listings import listing
from mtc.catalog.schemas.promise import delivery_promise, lacks_files, order_line_promise

__all__ = [
    "Asked",
    "cards",
    "collection",
    "delivery_promise",
    "detail",
    "lacks_files",
    "listing",
    "order_line_promise",
]
