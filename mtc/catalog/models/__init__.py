"""The tables of the catalogue."""

from mtc.catalog.models.listing import Collection, CollectionProduct, MovedAddress, product_search
from mtc.catalog.models.products import (
    STOCK_HASH,
    Product,
    ProductAttribute,
    ProductType,
    ProductVariant,
    StockItem,
)
from mtc.catalog.models.stock_files import StockImport, StockImportLines, StockUpload

__all__ = [
    "STOCK_HASH",
    "Collection",
    "CollectionProduct",
    "MovedAddress",
    "Product",
    "ProductAttribute",
    "ProductType",
    "ProductVariant",
    "StockImport",
    "StockImportLines",
    "StockItem",
    "StockUpload",
    "product_search",
]
