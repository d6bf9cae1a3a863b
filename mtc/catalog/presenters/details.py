"""A product as its page gets it."""

from __future__ import annotations

from dataclasses import fields, replace

from mtc.catalog.presenters.amounts import amount, collection_url, image, percent_off
from mtc.catalog.presenters.cards import card, was
from mtc.catalog.presenters.delivery_promise import delivery_promise
from mtc.catalog.presenters.jsonld import product_json_ld
from mtc.catalog.presenters.provided import facts_of
from mtc.catalog.presenters.read_models import (
    AttributeView,
    CollectionLink,
    OptionView,
    ProductDetail,
    VariantTable,
    VariantView,
)
from mtc.catalog.queries.product_details import Details
from mtc.catalog.queries.tables import AnyRow
from mtc.catalog.queries.types import type_book
from mtc.catalog.queries.variants import collection_ids
from mtc.catalog.registry import Offer, Shown, show_prices
from mtc.core.i18n import _


def detail(details: Details, selected: str = "") -> ProductDetail:
    """The card of a product with all that only its own page shows; `selected` is a variant's id or SKU."""
    row = details.product
    offers = [_offer(row, variant) for variant in details.variants]
    priced = list(zip(offers, show_prices(offers), strict=True))
    variants = [
        _variant(row, variant, shown) for variant, (_of, shown) in zip(details.variants, priced, strict=True)
    ]
    chosen = _chosen(variants, selected)
    if chosen is not None:
        selected_one = replace(chosen, selected=True)
        variants = [selected_one if variant is chosen else variant for variant in variants]
    here = card(
        row, [pair for pair, variant in zip(priced, variants, strict=True) if variant.in_stock] or priced
    )
    if variants and not any(variant.in_stock for variant in variants):
        here = replace(here, in_stock=False, stock_label=variants[0].stock_label)
    shown = ProductDetail(
        **{field.name: getattr(here, field.name) for field in fields(here)},
        description_html=row.description,
        gallery=[picture for picture in (image(stored, row.name) for stored in row.gallery) if picture],
        attributes=[*_attributes(details), *facts_of(row.id)],
        options=_options(variants),
        table=_table(variants),
        variants=variants,
        collections=[
            CollectionLink(collection["name"], collection_url(collection["slug"]))
            for collection in (row.card or {}).get("collections", ())
        ],
        delivery=chosen.delivery if chosen is not None else None,
    )
    return replace(shown, json_ld=product_json_ld(shown, row.currency))


def _offer(row: AnyRow, variant: AnyRow) -> Offer:
    return Offer(
        variant_id=variant.id,
        product_id=row.id,
        type_slug=row.type_slug,
        collection_ids=collection_ids(row.card),
        price=variant.price,
        compare_at=(variant.price_data or {}).get("compare_at"),
        currency=row.currency,
        sku=variant.sku,
    )


def _variant(row: AnyRow, variant: AnyRow, shown: Shown) -> VariantView:
    before = was(_offer(row, variant), shown)
    pool = variant.stock_source == "pool"
    promise = delivery_promise(
        variant.stock_source, row.type_delivery, variant.delivery_data, available=variant.available
    )
    label = promise.stock_label
    if pool and 0 < variant.available <= variant.low_at:
        label = _("Only a few left")
    return VariantView(
        id=str(variant.id),
        sku=variant.sku,
        name=variant.name or row.name,
        options=dict(variant.attributes or {}),
        price=amount(shown.unit, row.currency),
        compare_at=amount(before, row.currency) if before is not None else None,
        discount_percent=percent_off(shown.unit, before),
        in_stock=promise.orderable,
        delivery=promise.view(),
        availability=promise.schema_availability,
        stock_label=label,
    )


def _chosen(variants: list[VariantView], id_or_sku: str) -> VariantView | None:
    """The wanted variant, else the first that can be bought, else the first."""
    named = next(
        (variant for variant in variants if id_or_sku and id_or_sku in (variant.id, variant.sku)), None
    )
    return (
        named
        or next((variant for variant in variants if variant.in_stock), None)
        or next(iter(variants), None)
    )


def _options(variants: list[VariantView]) -> list[OptionView]:
    values: dict[str, list[str]] = {}
    for variant in variants:
        for label, value in variant.options.items():
            if value not in values.setdefault(label, []):
                values[label].append(value)
    return [OptionView(label.lower().replace(" ", "-"), label, some) for label, some in values.items()]


def _table(variants: list[VariantView]) -> VariantTable | None:
    """The variants by two options; None unless each has a cell of its own.

    So none is missing and none hides another.
    """
    options = _options(variants)
    if len(options) != 2 or any(len(variant.options) != 2 for variant in variants):
        return None
    rows, columns = options
    cells: dict[str, dict[str, VariantView]] = {value: {} for value in rows.values}
    for variant in variants:
        row, column = variant.options[rows.label], variant.options[columns.label]
        if column in cells[row]:
            return None
        cells[row][column] = variant
    return VariantTable(rows, columns, cells)


def _attributes(details: Details) -> list[AttributeView]:
    product_type = type_book().get(details.product.product_type_id)
    if product_type is None:
        return []
    stored = {row.attribute_key: row.attribute_value for row in details.attributes if row.attribute_value}
    return [
        AttributeView(
            key=field.key,
            label=field.label,
            value=stored[field.key].get("value"),
            display=stored[field.key].get("display", ""),
            filterable=field.filterable,
        )
        for field in product_type.fields.fields
        if field.key in stored
    ]
