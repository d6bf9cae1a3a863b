"""Product cards and collections as pages get them."""

from __future__ import annotations

from collections.abc import Sequence

from mtc.catalog.presenters.amounts import amount, collection_url, image, percent_off, product_url
from mtc.catalog.presenters.provided import with_badges
from mtc.catalog.presenters.read_models import CardPrice, CollectionView, ProductCard, TypeName
from mtc.catalog.queries.tables import AnyRow
from mtc.catalog.queries.variants import collection_ids, parsed_id
from mtc.catalog.registry import Offer, Shown, show_prices
from mtc.core.context import current
from mtc.core.i18n import _
from mtc.core.money import format_money


def offers_of(row: AnyRow) -> list[Offer]:
    """Return the offers that a card shows: those that can be bought now, or all where none can."""
    every = (row.card or {}).get("offers", ())
    shelves = collection_ids(row.card)
    return [
        Offer(
            variant_id=parsed_id(offer["id"]),
            product_id=row.id,
            type_slug=row.type_slug,
            collection_ids=shelves,
            price=offer["price"],
            compare_at=offer["compare_at"],
            currency=row.currency,
            sku=offer["sku"],
        )
        for offer in [offer for offer in every if not offer.get("out")] or every
    ]


def cards(rows: Sequence[AnyRow]) -> list[ProductCard]:
    """The cards of product rows, with the prices that the running actor pays for one piece."""
    offers = [offers_of(row) for row in rows]
    shown = iter(show_prices([offer for some in offers for offer in some]))
    return with_badges(
        [card(row, [(offer, next(shown)) for offer in some]) for row, some in zip(rows, offers, strict=True)]
    )


def card(row: AnyRow, priced: Sequence[tuple[Offer, Shown]]) -> ProductCard:
    """One card; its price is that of the cheapest offer."""
    best = min(priced, key=lambda pair: pair[1].unit, default=None)
    lowest = best[1].unit if best else row.price_from
    before = was(best[0], best[1]) if best else None
    off = percent_off(lowest, before)
    price: CardPrice = {
        "amount": lowest,
        "formatted": format_money(lowest, row.currency, current().locale),
        "from": len({pair[1].unit for pair in priced}) > 1,
    }
    return ProductCard(
        id=str(row.id),
        slug=row.slug,
        url=product_url(row.slug),
        name=row.name,
        summary=row.summary,
        type=TypeName(row.type_slug, row.type_name),
        image=image(row.image, row.name),
        price=price,
        compare_at=amount(before, row.currency) if before is not None and off else None,
        discount_percent=off,
        badge=row.badge or None,
        badges=list((row.card or {}).get("badges", ())),
        in_stock=row.in_stock,
        stock_label=None if row.in_stock else _("Sold out"),
        default_variant_id=str(best[0].variant_id) if best else None,
        single_variant=len((row.card or {}).get("offers", priced)) == 1,
    )


def was(offer: Offer, shown: Shown) -> int | None:
    """The price before: the merchant's, or the list price when a rule has lowered it."""
    candidates = [
        value for value in (offer.compare_at, shown.base) if value is not None and value > shown.unit
    ]
    return max(candidates, default=None)


def collection(row: AnyRow) -> CollectionView:
    """A collection as pages get it."""
    return CollectionView(
        slug=row.slug,
        url=collection_url(row.slug),
        name=row.name,
        description=row.description,
        image=image(row.image, row.name),
        count=row.size,
    )
