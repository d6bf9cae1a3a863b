"""The catalogue in the shapes that pages and programs get."""

from mtc.catalog.presenters.cards import cards, collection
from mtc.catalog.presenters.delivery_promise import (
    PromiseView,
    delivery_promise,
    lacks_files,
    order_line_promise,
)
from mtc.catalog.presenters.details import detail
from mtc.catalog.presenters.listing_params import ListingParams
from mtc.catalog.presenters.listings import listing
from mtc.catalog.presenters.read_models import CollectionView, ProductCard, ProductDetail

__all__ = [
    "CollectionView",
    "ListingParams",
    "ProductCard",
    "ProductDetail",
    "PromiseView",
    "cards",
    "collection",
    "delivery_promise",
    "detail",
    "lacks_files",
    "listing",
    "order_line_promise",
]
