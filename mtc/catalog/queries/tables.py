"""The tables of the catalogue by short names, for statements that return rows instead of entities."""

from __future__ import annotations

from typing import Any, TypeAlias, cast

from sqlalchemy import Row, Table

from mtc.catalog import models

ATTRIBUTES = cast(Table, models.ProductAttribute.__table__)
COLLECTIONS = cast(Table, models.Collection.__table__)
MEMBERS = cast(Table, models.CollectionProduct.__table__)
MOVED = cast(Table, models.MovedAddress.__table__)
PRODUCTS = cast(Table, models.Product.__table__)
SEARCH = models.product_search
STOCK = cast(Table, models.StockItem.__table__)
TYPES = cast(Table, models.ProductType.__table__)
IMPORTS = cast(Table, models.StockImport.__table__)
IMPORT_LINES = cast(Table, models.StockImportLines.__table__)
UPLOADS = cast(Table, models.StockUpload.__table__)
VARIANTS = cast(Table, models.ProductVariant.__table__)

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row of columns that the query names."""
