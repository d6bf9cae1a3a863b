"""Services of the catalogue."""

from mtc.catalog.services import collections, product_types, products, stock_reservation, variants


class ProductService:
    """The verbs of products under one name."""

    create = staticmethod(products.create)
    update = staticmethod(products.update)
    publish = staticmethod(products.publish)
    archive = staticmethod(products.archive)


class ProductTypeService:
    """The verbs of product types under one name."""

    create = staticmethod(product_types.create)
    update = staticmethod(product_types.update)
    delete = staticmethod(product_types.delete)


__all__ = [
    "ProductService",
    "ProductTypeService",
    "collections",
    "product_types",
    "products",
    "stock_reservation",
    "variants",
]
