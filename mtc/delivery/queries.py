"""Queries of deliveries, downloads and methods."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, String, cast, select, update

from mtc.catalog.models import ProductVariant
from mtc.core.db import scope_tenant, session
from mtc.delivery.models import Delivery, DeliveryMethod, Download
from mtc.media.models import Media
from mtc.orders.models import OrderItem


def methods() -> list[DeliveryMethod]:
    """The ways to deliver that the tenant has set up."""
    query = select(DeliveryMethod).where(DeliveryMethod.tenant_id == scope_tenant())
    return list(session.scalars(query.order_by(DeliveryMethod.created_at)).all())


def method_by_slug(slug: str) -> DeliveryMethod | None:
    """Return the method of that slug, or None."""
    query = select(DeliveryMethod).where(
        DeliveryMethod.tenant_id == scope_tenant(), DeliveryMethod.slug == slug
    )
    return session.scalars(query).first()


def method_by_id(method_id: UUID) -> DeliveryMethod | None:
    """The method, or None."""
    query = select(DeliveryMethod).where(
        DeliveryMethod.tenant_id == scope_tenant(), DeliveryMethod.id == method_id
    )
    return session.scalars(query).first()


def deliveries_of(order_id: UUID) -> list[Delivery]:
    """The deliveries of an order."""
    query = select(Delivery).where(Delivery.tenant_id == scope_tenant(), Delivery.order_id == order_id)
    query = query.order_by(Delivery.created_at, Delivery.id).execution_options(populate_existing=True)
    return list(session.scalars(query).all())


def delivery_of(order_item_id: UUID) -> Delivery | None:
    """The delivery of a line as the database has it now, or None."""
    query = select(Delivery).where(
        Delivery.tenant_id == scope_tenant(), Delivery.order_item_id == order_item_id
    )
    return session.scalars(query.execution_options(populate_existing=True)).first()


def delivery_rows(item_ids: Collection[UUID]) -> list[Row[Any]]:
    """(order_item_id, status, delivery_data) of lines."""
    query = select(Delivery.order_item_id, Delivery.status, Delivery.delivery_data).where(
        Delivery.tenant_id == scope_tenant(), Delivery.order_item_id.in_(item_ids)
    )
    return list(session.execute(query).all())


def failed_items(variant_id: UUID, limit: int = 100) -> list[UUID]:
    """The lines of a variant whose delivery failed, oldest first."""
    query = (
        select(Delivery.order_item_id)
        .join(
            OrderItem,
            (OrderItem.tenant_id == Delivery.tenant_id) & (OrderItem.id == Delivery.order_item_id),
        )
        .where(
            Delivery.tenant_id == scope_tenant(),
            Delivery.status == "failed",
            OrderItem.variant_id == variant_id,
        )
        .order_by(Delivery.created_at, Delivery.id)
        .limit(limit)
    )
    return list(session.scalars(query).all())


def downloads_of(item_ids: Collection[UUID]) -> list[Download]:
    """The downloads of lines, in the order of their files' names."""
    query = select(Download).where(Download.tenant_id == scope_tenant(), Download.order_item_id.in_(item_ids))
    query = query.order_by(Download.filename, Download.id).execution_options(populate_existing=True)
    return list(session.scalars(query).all())


def lines_with(variant_id: UUID, after: UUID | None, limit: int) -> list[UUID]:
    """Delivered lines of a variant in the order of their ids, those behind `after`."""
    query = select(OrderItem.id).where(
        OrderItem.tenant_id == scope_tenant(),
        OrderItem.variant_id == variant_id,
        OrderItem.delivery_status == "delivered",
        *([OrderItem.id > after] if after else []),
    )
    return list(session.scalars(query.order_by(OrderItem.id).limit(limit)).all())


def sizes(media_ids: Collection[UUID]) -> dict[UUID, int]:
    """Sizes of files in bytes."""
    query = select(Media.id, Media.size).where(Media.tenant_id == scope_tenant(), Media.id.in_(media_ids))
    return {row.id: row.size for row in session.execute(query).all()}


def download(download_id: UUID) -> Row[Download, Media] | None:
    """A download with its file, as the database has it now, or None."""
    query = (
        select(Download, Media)
        .join(Media, (Media.tenant_id == Download.tenant_id) & (Media.id == Download.media_id))
        .where(Download.tenant_id == scope_tenant(), Download.id == download_id)
    )
    return session.execute(query.execution_options(populate_existing=True)).first()


def lock_download(download_id: UUID) -> Row[Download, Media] | None:
    """A download with its file, locked against other streams until the transaction ends, or None."""
    query = (
        select(Download, Media)
        .join(Media, (Media.tenant_id == Download.tenant_id) & (Media.id == Download.media_id))
        .where(Download.tenant_id == scope_tenant(), Download.id == download_id)
        .with_for_update(of=Download)
    )
    return session.execute(query.execution_options(populate_existing=True)).first()


def media(ids: Iterable[Any]) -> list[Media]:
    """The files of these ids (texts), in their order; unknown ones are left out."""
    media_ids = []
    for value in ids:
        try:
            media_ids.append(UUID(str(value)))
        except ValueError:
            continue
    if not media_ids:
        return []
    query = select(Media).where(Media.tenant_id == scope_tenant(), Media.id.in_(media_ids))
    rows = {row.id: row for row in session.scalars(query).all()}
    return [rows[media_id] for media_id in dict.fromkeys(media_ids) if media_id in rows]


def item_by_id(order_item_id: UUID) -> OrderItem | None:
    """A line, or None."""
    query = select(OrderItem).where(OrderItem.tenant_id == scope_tenant(), OrderItem.id == order_item_id)
    return session.scalars(query).first()


def lock_variant(variant_id: UUID) -> ProductVariant | None:
    """A variant, locked against other changes until the transaction ends, or None."""
    query = select(ProductVariant).where(
        ProductVariant.tenant_id == scope_tenant(), ProductVariant.id == variant_id
    )
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(query).first()


def variants_of_product(product_id: UUID) -> list[ProductVariant]:
    """The variants of a product in their order."""
    query = select(ProductVariant).where(
        ProductVariant.tenant_id == scope_tenant(), ProductVariant.product_id == product_id
    )
    return list(session.scalars(query.order_by(ProductVariant.position, ProductVariant.id)).all())


def files_of(variants: Iterable[ProductVariant]) -> dict[UUID, list[Media]]:
    """The files for sale of variants in their order; one statement."""
    ids = {row.id: list((row.delivery_data or {}).get("files") or []) for row in variants}
    media_by_id = {str(row.id): row for row in media([file_id for some in ids.values() for file_id in some])}
    return {
        row: [media_by_id[str(file_id)] for file_id in some if str(file_id) in media_by_id]
        for row, some in ids.items()
    }


def rename_downloads(media_id: UUID, filename: str) -> None:
    """Give the rights to a file the name that it has now."""
    statement = update(Download).where(Download.tenant_id == scope_tenant(), Download.media_id == media_id)
    session.execute(statement.values(filename=filename).execution_options(synchronize_session=False))


def is_needed(media_id: UUID) -> bool:
    """Return whether a variant lists the file, somebody may download it, or an order waits for it."""
    mark = f"%{media_id}%"
    queries = (
        select(Download.id).where(Download.tenant_id == scope_tenant(), Download.media_id == media_id),
        select(ProductVariant.id).where(
            ProductVariant.tenant_id == scope_tenant(), cast(ProductVariant.delivery_data, String).like(mark)
        ),
        select(OrderItem.id).where(
            OrderItem.tenant_id == scope_tenant(),
            OrderItem.delivery_status.not_in(("delivered", "revoked")),
            cast(OrderItem.snapshot, String).like(mark),
        ),
    )
    return any(session.execute(query.limit(1)).first() is not None for query in queries)
