"""Events of the catalogue: products and their types, variants, collections, stock."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core.events import DomainEvent
from mtc.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class _ProductEvent(DomainEvent, entity="product", permission="products:read"):
    product_id: UUID
    slug: str


@dataclass(frozen=True, kw_only=True)
class ProductCreated(_ProductEvent, name="product.created", label=_l("Product created")):
    """A product was made, with its first variants."""

    name: str


@dataclass(frozen=True, kw_only=True)
class ProductUpdated(_ProductEvent, name="product.updated", label=_l("Product changed")):
    """Values of a product changed; `changed` are their names."""

    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class ProductPublished(_ProductEvent, name="product.published", label=_l("Product put on sale")):
    """A product was put on sale, now or from a moment on."""


@dataclass(frozen=True, kw_only=True)
class ProductArchived(_ProductEvent, name="product.archived", label=_l("Product archived")):
    """A product was taken off sale for good; orders keep it."""


@dataclass(frozen=True, kw_only=True)
class _TypeEvent(DomainEvent, entity="product_type", permission="products:read"):
    slug: str


@dataclass(frozen=True, kw_only=True)
class ProductTypeCreated(_TypeEvent, name="product_type.created", label=_l("Product type created")):
    """A product type was made."""


@dataclass(frozen=True, kw_only=True)
class ProductTypeUpdated(_TypeEvent, name="product_type.updated", label=_l("Product type changed")):
    """A product type or its fields changed."""

    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class ProductTypeDeleted(_TypeEvent, name="product_type.deleted", label=_l("Product type deleted")):
    """A product type that nothing used was deleted."""


@dataclass(frozen=True, kw_only=True)
class _CollectionEvent(DomainEvent, entity="collection", permission="products:read"):
    slug: str


@dataclass(frozen=True, kw_only=True)
class CollectionCreated(_CollectionEvent, name="collection.created", label=_l("Collection created")):
    """A collection was made."""


@dataclass(frozen=True, kw_only=True)
class CollectionUpdated(_CollectionEvent, name="collection.updated", label=_l("Collection changed")):
    """A collection changed, or which products are in it."""

    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class CollectionDeleted(_CollectionEvent, name="collection.deleted", label=_l("Collection deleted")):
    """A collection was deleted; its products stay."""


@dataclass(frozen=True, kw_only=True)
class _VariantEvent(DomainEvent, entity="product_variant", permission="products:read"):
    sku: str


@dataclass(frozen=True, kw_only=True)
class VariantCreated(_VariantEvent, name="variant.created", label=_l("Variant created")):
    """A variant was added to a product."""

    product_id: UUID


@dataclass(frozen=True, kw_only=True)
class VariantUpdated(_VariantEvent, name="variant.updated", label=_l("Variant changed")):
    """A variant changed; `changed` are the names of its values."""

    changed: list[str] | None = None


@dataclass(frozen=True, kw_only=True)
class VariantDeleted(_VariantEvent, name="variant.deleted", label=_l("Variant deleted")):
    """A variant that nobody has bought was deleted."""


@dataclass(frozen=True, kw_only=True)
class VariantFilesChanged(_VariantEvent, name="variant.files_changed", label=_l("Files for sale changed")):
    """A file for sale was added to a variant, replaced or taken away; `size` in bytes."""

    file: str
    size: int
    what: str


@dataclass(frozen=True, kw_only=True)
class _StockEvent(DomainEvent, entity="product_variant", permission="products:read"):
    variant_id: UUID


@dataclass(frozen=True, kw_only=True)
class _StockLevel(_StockEvent):
    """Base class of events of stock: the keys that are left, and the number from which on that is low."""

    sku: str
    available: int
    low_at: int


@dataclass(frozen=True, kw_only=True)
class StockLow(_StockLevel, name="stock.low", label=_l("Stock is low")):
    """A pool has fallen to its warning level."""


@dataclass(frozen=True, kw_only=True)
class StockSoldOut(_StockLevel, name="stock.sold_out", label=_l("Sold out")):
    """The last key of a pool was taken."""


@dataclass(frozen=True, kw_only=True)
class StockRestocked(_StockLevel, name="stock.restocked", label=_l("In stock again")):
    """A pool that was empty has keys again."""


@dataclass(frozen=True, kw_only=True)
class StockAdded(_StockEvent, name="stock.added", label=_l("Keys added")):
    """Keys were added to a pool."""

    batch: str
    added: int


@dataclass(frozen=True, kw_only=True)
class StockReturned(_StockEvent, name="stock.returned", label=_l("Keys came back")):
    """Keys of an order that was not paid or was refunded unopened are for sale again."""

    returned: int


@dataclass(frozen=True, kw_only=True)
class StockRemoved(_StockEvent, name="stock.removed", label=_l("Keys removed")):
    """A batch of keys was taken back."""

    removed: int


@dataclass(frozen=True, kw_only=True)
class StockImportStarted(_StockEvent, name="stock.import_started", label=_l("Import of keys started")):
    """A large file of keys is being read by a task."""

    import_id: UUID
    batch: str
    keys: int


@dataclass(frozen=True, kw_only=True)
class StockLevelChanged(
    DomainEvent, name="stock.level_changed", label=_l("Warning level changed"), permission="products:read"
):
    """The warning level of a pool, or of all that have none of their own, changed."""

    low_at: int | None = None
    variant_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class KeyRevealed(
    DomainEvent, name="key.revealed", label=_l("Key revealed"), entity="stock_item", permission="orders:read"
):
    """A key was shown for the first time; it counts as used."""

    order_item_id: UUID


@dataclass(frozen=True, kw_only=True)
class KeyQuarantined(
    DomainEvent,
    name="key.quarantined",
    label=_l("Key set aside"),
    entity="stock_item",
    permission="products:read",
):
    """A key was set aside; `was` is its status before."""

    was: str


@dataclass(frozen=True, kw_only=True)
class KeyReplaced(
    DomainEvent, name="key.replaced", label=_l("Key replaced"), entity="stock_item", permission="orders:read"
):
    """A delivered key was set aside, and another one given in its place (`by`)."""

    by: UUID
    order_item_id: UUID
