"""The store of the storefront's tests, read by programs."""

from tests.storefront.conftest import shop, site

__all__ = ["shop", "site"]
