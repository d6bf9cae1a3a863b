"""The catalogue in the shapes that pages and programs get."""

from mtc.catalog.schemas.asking import Asked
from mtc.catalog.schemas.cards import cards, collection
from mtc.catalog.schemas.details import detail
from mtc.catalog.schemas.listings import listing

__all__ = ["Asked", "cards", "collection", "detail", "listing"]
