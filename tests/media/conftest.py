"""Products that show pictures."""

from tests.catalog.conftest import games, make

__all__ = ["games", "make"]
