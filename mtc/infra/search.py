"""The search index where no migration has made it; the same plain table on every database."""

from __future__ import annotations

from sqlalchemy import Connection

from mtc.core.db import Base

TABLE = "product_search"


def create_search(connection: Connection) -> None:
    """Make the table of the search index unless it is there."""
    Base.metadata.tables[TABLE].create(connection, checkfirst=True)


def drop_search(connection: Connection) -> None:
    """Drop the table of the search index if it is there."""
    Base.metadata.tables[TABLE].drop(connection, checkfirst=True)
