"""Hooks for plugins at changes of the catalogue, of stock, and at a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.context import Context
from mtc.core.events import Personal
from mtc.core.hooks import Changeable, hookspec

LONGEST_BADGE = 40


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product about to be made; `values` as docs/catalog.md has them. A copy may have others."""

    values: Changeable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ProductChange:
    """A product about to change; `changes` are the values that are given. A copy may have others."""

    product_id: UUID
    changes: Changeable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product about to be put on sale, or taken off it; without an id where it is made in this moment."""

    product_id: UUID | None
    name: str
    slug: str
    status: str


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A variant about to be added to a product."""

    product_id: UUID
    values: Changeable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class VariantChange:
    """A variant about to change; `changes` are the values that are given."""

    variant_id: UUID
    product_id: UUID
    changes: Changeable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class VariantView:
    """A variant about to be deleted."""

    variant_id: UUID
    product_id: UUID
    sku: str


@dataclass(frozen=True, slots=True)
class CollectionDraft:
    """A collection about to be made."""

    values: Changeable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CollectionChange:
    """A collection about to change; `products`, if given, are the ids of all its products in their order."""

    collection_id: UUID
    changes: Changeable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CollectionView:
    """A collection about to be deleted."""

    collection_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class ProductTypeDraft:
    """A product type about to be made."""

    values: Changeable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ProductTypeChange:
    """A product type about to change; `changes` are the values that are given, the fields under `schema`."""

    type_id: UUID
    changes: Changeable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ProductTypeView:
    """A product type about to be deleted."""

    type_id: UUID
    slug: str


@dataclass(frozen=True, slots=True)
class StockBatch:
    """Keys about to be added to a pool, all of one upload or (of a large file) none: then `keys` is empty.

    The keys are secrets: do not log them. A copy may have others, which are checked as those of people.
    """

    variant_id: UUID
    batch: Changeable[str]
    keys: Changeable[tuple[str, ...]]
    count: int


@dataclass(frozen=True, slots=True)
class StockRemoval:
    """A batch of keys about to be deleted, of which none was sold; `keys` is how many."""

    variant_id: UUID
    batch: int
    keys: int


@dataclass(frozen=True, slots=True)
class LevelChange:
    """The number of keys left at which a pool warns; None is no level, or that of the store.

    Without a variant it is that of the store.
    """

    variant_id: UUID | None
    low_at: Changeable[int | None]


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key about to be set aside; its value is not shown."""

    key_id: UUID
    variant_id: UUID
    status: str


@dataclass(frozen=True, slots=True)
class SearchDraft:
    """A search for products by a visitor: the text, values by facet, and the order (empty: the usual)."""

    text: Changeable[Personal[str]]
    filters: Changeable[dict[str, tuple[str, ...]]]
    sort: Changeable[str]


@dataclass(frozen=True, slots=True)
class CardsQuery:
    """Products whose cards are about to be shown, each once."""

    product_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Badge:
    """A word on the card of a product: 1 to 40 characters on one line."""

    text: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.text.strip()) <= LONGEST_BADGE or "\n" in self.text:
            raise ValueError(f"a badge has 1 to {LONGEST_BADGE} characters on one line")


@dataclass(frozen=True, slots=True)
class ProductsQuery:
    """Products whose pages are about to be shown."""

    product_ids: tuple[UUID, ...]


@hookspec
def before_product_create(ctx: Context, payload: ProductDraft) -> ProductDraft | None:
    """Look at, change (return a copy) or refuse (raise Reject) a product before it is made."""


@hookspec
def before_product_update(ctx: Context, payload: ProductChange) -> ProductChange | None:
    """Look at, change (return a copy) or refuse (raise Reject) a change of a product."""


@hookspec
def before_product_publish(ctx: Context, payload: ProductView) -> ProductView | None:
    """Refuse (raise Reject) to put a product on sale."""


@hookspec
def before_product_archive(ctx: Context, payload: ProductView) -> ProductView | None:
    """Refuse (raise Reject) to take a product off sale for good."""


@hookspec
def before_variant_create(ctx: Context, payload: VariantDraft) -> VariantDraft | None:
    """Look at, change or refuse a variant that is added to a product by itself."""


@hookspec
def before_variant_update(ctx: Context, payload: VariantChange) -> VariantChange | None:
    """Look at, change or refuse a change of a variant by itself."""


@hookspec
def before_variant_delete(ctx: Context, payload: VariantView) -> VariantView | None:
    """Refuse (raise Reject) to delete a variant."""


@hookspec
def before_collection_create(ctx: Context, payload: CollectionDraft) -> CollectionDraft | None:
    """Look at, change or refuse a collection before it is made."""


@hookspec
def before_collection_update(ctx: Context, payload: CollectionChange) -> CollectionChange | None:
    """Look at, change or refuse a change of a collection or of which products are in it."""


@hookspec
def before_collection_delete(ctx: Context, payload: CollectionView) -> CollectionView | None:
    """Refuse (raise Reject) to delete a collection."""


@hookspec
def before_product_type_create(ctx: Context, payload: ProductTypeDraft) -> ProductTypeDraft | None:
    """Look at, change or refuse a product type before it is made."""


@hookspec
def before_product_type_update(ctx: Context, payload: ProductTypeChange) -> ProductTypeChange | None:
    """Look at, change or refuse a change of a product type."""


@hookspec
def before_product_type_delete(ctx: Context, payload: ProductTypeView) -> ProductTypeView | None:
    """Refuse (raise Reject) to delete a product type."""


@hookspec
def before_stock_add(ctx: Context, payload: StockBatch) -> StockBatch | None:
    """Look at, change or refuse keys before they are added to a pool."""


@hookspec
def before_stock_remove(ctx: Context, payload: StockRemoval) -> StockRemoval | None:
    """Refuse (raise Reject) to delete a batch of keys."""


@hookspec
def before_stock_level_change(ctx: Context, payload: LevelChange) -> LevelChange | None:
    """Look at, change or refuse the level at which a pool, or the store, warns."""


@hookspec
def before_key_quarantine(ctx: Context, payload: KeyView) -> KeyView | None:
    """Refuse (raise Reject) to set a key aside that nobody has bought."""


@hookspec
def before_search(ctx: Context, payload: SearchDraft) -> SearchDraft | None:
    """Look at or change what a visitor searches for; a refusal shows its sentence in place of the results."""


@hookspec
def provide_card_badges(ctx: Context, payload: CardsQuery) -> dict[UUID, list[Badge]] | None:
    """Give words to show on the cards of products, by the product's id."""


@hookspec
def provide_product_facts(ctx: Context, payload: ProductsQuery) -> dict[UUID, dict[str, str]] | None:
    """Give facts to show among the details of products: by the product's id, value by name."""
