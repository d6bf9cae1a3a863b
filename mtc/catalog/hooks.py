"""Hooks for plugins at changes of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.context import Context
from mtc.core.hooks import hookspec


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product about to be made; `values` as docs/catalog.md has them. A copy may have others."""

    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProductChange:
    """A product about to change; `changes` are the values that are given. A copy may have others."""

    product_id: UUID
    changes: dict[str, Any]


@hookspec
def before_product_create(ctx: Context, payload: ProductDraft) -> ProductDraft | None:
    """Look at, change (return a copy) or refuse (raise Reject) a product before it is made."""


@hookspec
def before_product_update(ctx: Context, payload: ProductChange) -> ProductChange | None:
    """Look at, change (return a copy) or refuse (raise Reject) a change of a product."""
