"""Search for the products of a store (docs/plugins/contributions.md)."""

from mtc.catalog.queries import SearchByIds
from mtc.catalog.registry import SearchEngine, search_engines

__all__ = [
    "SearchByIds",
    "SearchEngine",
    "search_engines",
]
