"""The catalogue's fixtures, for prices."""

from __future__ import annotations

from tests.catalog.conftest import games, make

__all__ = ["games", "make"]
