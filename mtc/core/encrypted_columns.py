"""Registry of the columns that hold sealed texts, declared beside the column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from uuid import UUID

from mtc.core.db import Base, tables_version

SEALED: dict[str, Any] = {"sealed": "text"}
"""`mapped_column(info=SEALED)`: the column holds one sealed text, or nothing.

The text is bound to the row's tenant where the tenant is part of the table's key, else to none.
"""
SEALED_VALUES: dict[str, Any] = {"sealed": "values"}
"""`mapped_column(info=SEALED_VALUES)`: a JSON column some of whose texts are sealed."""


Part = Callable[[UUID, str], str]


def hash_of(column: str, purpose: str, part: Part | None = None) -> dict[str, Any]:
    """`info=hash_of(...)`: the keyed hash, for this purpose, of what that column holds sealed.

    `part` says for a tenant which text is hashed instead of the whole one; of an empty text there is no hash.
    """
    return {"hash_of": (column, purpose), "hash_part": part}


# A key's id, then a nonce of 12 bytes, at least nothing, and a tag of 16, as base64.
_SEAL = re.compile(r"([A-Za-z0-9]+):[A-Za-z0-9+/]{37,}={0,2}")


@lru_cache(maxsize=2)
def _declared(_version: tuple[int, int]) -> dict[tuple[str, str], str]:
    return {
        (table.name, column.name): column.info["sealed"]
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if "sealed" in column.info
    }


def sealed_columns() -> dict[tuple[str, str], str]:
    """(table, column) of every column with sealed texts, and whether it is a `text` or holds `values`."""
    return _declared(tables_version())


def hashed_columns() -> dict[tuple[str, str], tuple[str, str]]:
    """(table, column) of every keyed hash that can be made anew -> the sealed column and the purpose."""
    return {
        (table.name, column.name): column.info["hash_of"]
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if "hash_of" in column.info
    }


def hashed_part(table: str, column: str) -> Part | None:
    """The function that says what is hashed for the column; None where it is the whole text."""
    part: Part | None = Base.metadata.tables[table].columns[column].info.get("hash_part")
    return part


def check_place(table: str, column: str) -> None:
    """Raise ValueError for a column that nobody would find when keys are changed."""
    if (table, column) not in sealed_columns():
        raise ValueError(
            f"{table}.{column} is not declared: mapped_column(..., info=SEALED), mtc.core.encrypted_columns"
        )


def key_id(text: str) -> str | None:
    """The id of the key that a text was sealed with; None where it is no sealed text."""
    match = _SEAL.fullmatch(text)
    return match[1] if match else None


def sealed_texts(value: Any) -> Iterator[str]:
    """Every text in the value of a column that looks sealed."""
    if isinstance(value, str):
        if key_id(value):
            yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from sealed_texts(inner)
