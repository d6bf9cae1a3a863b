"""Everything that is read from the catalogue."""

from mtc.catalog.queries.admin import admin_products, product_choices
from mtc.catalog.queries.cards import ProductListSource, by_ids, by_slugs, related, shelves, suggestions
from mtc.catalog.queries.collection_members import collection, collection_by_slug, collections, members
from mtc.catalog.queries.facets import MOST_COUNTED, Counts, counts
from mtc.catalog.queries.filters import Filters
from mtc.catalog.queries.listing import SORTS, products
from mtc.catalog.queries.pools import low_stock
from mtc.catalog.queries.product_details import Details, appeared, attributes_of, count_products, product
from mtc.catalog.queries.product_details import by_id as product_by_id
from mtc.catalog.queries.product_details import by_slug as product_by_slug
from mtc.catalog.queries.search_engines import SearchByIds
from mtc.catalog.queries.stock import batches, items_of, stock_counts, stock_items
from mtc.catalog.queries.types import ProductTypes, product_type, product_types, type_book
from mtc.catalog.queries.url_redirects import present_collection, present_product
from mtc.catalog.queries.variants import offers, variant, variants_of

__all__ = [
    "MOST_COUNTED", "SORTS", "Counts", "Details", "Filters", "ProductListSource", "ProductTypes",
    "SearchByIds", "admin_products", "appeared", "attributes_of", "batches", "by_ids", "by_slugs",
    "collection", "collection_by_slug", "collections", "count_products", "counts", "items_of", "low_stock",
    "members", "offers", "present_collection", "present_product",
    "product", "product_by_id", "product_by_slug", "product_choices", "product_type", "product_types",
    "products", "related", "shelves", "stock_counts", "stock_items", "suggestions", "type_book", "variant",
    "variants_of",
]  # fmt: skip
