"""What pages of the storefront are filled with (docs/pages.md)."""

from mtc.pages.registry import Source, sources

__all__ = [
    "Source",
    "sources",
]
