"""Data sources of the storefront's pages (docs/pages.md)."""

from mtc.pages.registry import Source, sources

__all__ = [
    "Source",
    "sources",
]
