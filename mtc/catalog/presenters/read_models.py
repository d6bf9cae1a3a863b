"""Read models of products and collections for pages and programs: typed, in words and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from mtc.catalog.presenters.delivery_promise import PromiseView
from mtc.core.money import ShownAmount

Image = dict[str, Any]
"""A picture for a page: `src`, `alt`, `width`, `height`, `srcset`."""

# A dict, because themes and programs read its `from`, which is no name in Python: variants differ in price.
CardPrice = TypedDict("CardPrice", {"amount": int, "formatted": str, "from": bool})


@dataclass(frozen=True, slots=True)
class TypeName:
    """The type of a product."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product in a list; its price is that of the cheapest offer."""

    id: str
    slug: str
    url: str
    name: str
    summary: str
    type: TypeName
    image: Image | None
    price: CardPrice
    compare_at: ShownAmount | None
    discount_percent: int | None
    badge: str | None
    badges: list[str]
    in_stock: bool
    stock_label: str | None
    default_variant_id: str | None
    single_variant: bool


@dataclass(frozen=True, slots=True)
class VariantView:
    """A variant on the page of its product; `availability` is the word of schema.org."""

    id: str
    sku: str
    name: str
    options: dict[str, str]
    price: ShownAmount
    compare_at: ShownAmount | None
    discount_percent: int | None
    in_stock: bool
    delivery: PromiseView
    availability: str
    stock_label: str | None
    selected: bool = False


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option of a product with the values that its variants have."""

    key: str
    label: str
    values: list[str]


@dataclass(frozen=True, slots=True)
class VariantTable:
    """The variants by two options; `cells` are variants by the value of `rows`, then of `columns`."""

    rows: OptionView
    columns: OptionView
    cells: dict[str, dict[str, VariantView]]


@dataclass(frozen=True, slots=True)
class AttributeView:
    """A field of the product's type with its value, also in words."""

    key: str
    label: str
    value: Any
    display: str
    filterable: bool


@dataclass(frozen=True, slots=True)
class CollectionLink:
    """A collection that a product is in."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ProductDetail(ProductCard):
    """A card with all that only the page of the product shows; `table` where each variant has a cell."""

    description_html: str
    gallery: list[Image]
    attributes: list[AttributeView]
    options: list[OptionView]
    table: VariantTable | None
    variants: list[VariantView]
    collections: list[CollectionLink]
    delivery: PromiseView | None
    json_ld: str = ""


@dataclass(frozen=True, slots=True)
class CollectionView:
    """A collection in a list, and how many products it has."""

    slug: str
    url: str
    name: str
    description: str
    image: Image | None
    count: int
