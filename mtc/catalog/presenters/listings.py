"""A listing as its page gets it: cards, facets, chips, sorting and the neighbouring pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from mtc.catalog import queries
from mtc.catalog.presenters.cards import cards
from mtc.catalog.presenters.listing_params import (
    PAGE_SIZE,
    ListingParams,
    filters,
    fits,
    label,
    price,
    spelled,
    stored,
    with_ordered_prices,
)
from mtc.catalog.presenters.searches import searched
from mtc.catalog.queries.facets import Counts
from mtc.catalog.queries.types import ProductTypes
from mtc.core.fields import Field
from mtc.core.i18n import _, _l
from mtc.core.money import to_decimal

MAX_SHOWN = 30
SORT_LABELS = {
    "relevance": _l("Best match"),
    "newest": _l("Newest"),
    "bestselling": _l("Best selling"),
    "price-asc": _l("Price: low to high"),
    "price-desc": _l("Price: high to low"),
    "name": _l("Name"),
}


def listing(
    params: ListingParams,
    *,
    title: str,
    description: str = "",
    collection_id: UUID | None = None,
    currency: str,
    limit: int = PAGE_SIZE,
) -> dict[str, Any]:
    """One page of products with everything around it: the rows and the counts, two statements.

    Types and price rules cost one more each, at most. Raises ValidationError for a stale cursor.
    """
    params = searched(params)
    book = queries.type_book()
    facets = book.facets()
    params = with_ordered_prices(params, currency)
    conditions = filters(params, facets, currency, collection_id)
    sort = params.sort or ("relevance" if params.text else "newest")
    page = queries.products(conditions, sort=sort, after=params.after, before=params.before, limit=limit)
    counts = queries.counts(conditions, list(facets))
    return {
        "title": title,
        "description": description,
        "items": cards(page.items),
        "total": counts.total,
        "many": counts.many,
        "next_url": params.url(after=page.next) if page.next else None,
        "previous_url": params.url(before=page.previous) if page.previous else None,
        "sort": _sort(params, sort),
        "facets": _facets(params, book, facets, counts),
        "chips": _chips(params, book, facets),
        "query": params.text,
        "price_range": _price_range(params, counts, currency),
        "hidden": [{"name": name, "value": value} for name, value in params.pairs()],
    }


def _sort(params: ListingParams, chosen: str) -> dict[str, Any]:
    offered = [name for name in SORT_LABELS if params.text or name != "relevance"]
    return {
        "value": chosen,
        "options": [
            {"value": name, "label": str(SORT_LABELS[name]), "url": replace(params, sort=name).url()}
            for name in offered
        ],
    }


def _uncounted(spec: Field) -> list[tuple[Any, int | None]]:
    """Return the choices of facets where too many products fit to count them by value."""
    offered = [True, False] if spec.type == "boolean" else [option.value for option in spec.options]
    return [(value, None) for value in offered]


def _facets(
    params: ListingParams, book: ProductTypes, facets: dict[str, Field], counts: Counts
) -> list[dict[str, Any]]:
    blocks = [_types(params, book, counts)]
    for key, spec in facets.items():
        chosen, address = params.values.get(key, ()), params.adding(key)
        counted: list[tuple[Any, int | None]] = [
            pair for pair in counts.values.get(key, []) if fits(spec, pair[0])
        ]
        if not counted and (counts.many or chosen):
            counted = _uncounted(spec)
        values = [
            {
                "value": spelled(spec, value),
                "label": label(spec, value),
                "count": count,
                "selected": spelled(spec, value) in chosen,
                "url": address(spelled(spec, value)),
            }
            for value, count in _ordered(spec, counted)
        ]
        blocks.append({"key": key, "label": spec.label, "type": spec.kind, "values": values[:MAX_SHOWN]})
    return [facet for facet in blocks if _is_a_choice(facet)]


def _types(params: ListingParams, book: ProductTypes, counts: Counts) -> dict[str, Any]:
    numbers = dict(counts.values.get("#type", []))
    values = [
        {
            "value": product_type.slug,
            "label": product_type.name,
            "count": numbers.get(product_type.slug, 0) if numbers else None,
            "selected": product_type.slug in params.types,
            "url": params.toggled("type", product_type.slug).url(),
        }
        for product_type in book.types
        if numbers.get(product_type.slug)
        or product_type.slug in params.types
        or (counts.many and not numbers)
    ]
    return {"key": "type", "label": _("Type"), "type": "choice", "values": values}


def _is_a_choice(facet: dict[str, Any]) -> bool:
    return len(facet["values"]) > 1 or any(value["selected"] for value in facet["values"])


def _ordered(spec: Field, values: list[tuple[Any, int | None]]) -> list[tuple[Any, int | None]]:
    """Options in the merchant's order, numbers by size, other texts by how common they are."""
    if spec.options:
        order = {option.value: number for number, option in enumerate(spec.options)}
        return sorted(values, key=lambda pair: (order.get(pair[0], len(order)), str(pair[0])))
    if spec.type == "boolean":
        return sorted(values, key=lambda pair: not pair[0])
    if spec.type in ("integer", "number"):
        return sorted(values, key=lambda pair: pair[0])
    return sorted(values, key=lambda pair: (-(pair[1] or 0), str(pair[0])))


def _chips(params: ListingParams, book: ProductTypes, facets: dict[str, Field]) -> list[dict[str, str]]:
    names = {product_type.slug: product_type.name for product_type in book.types}
    chips = [(names.get(slug, slug), params.toggled("type", slug)) for slug in params.types]
    for key, some in params.values.items():
        if key in facets:
            spec = facets[key]
            chips += [
                (f"{spec.label}: {_chip(spec, chosen)}", params.toggled(key, chosen)) for chosen in some
            ]
    if params.price_min or params.price_max:
        text = f"{params.price_min or '0'} – {params.price_max or '…'}"
        chips.append((text, replace(params, price_min="", price_max="")))
    if params.in_stock:
        chips.append((_("In stock"), replace(params, in_stock=False)))
    if params.on_sale:
        chips.append((_("On sale"), replace(params, on_sale=False)))
    return [{"label": text, "remove_url": rest.url()} for text, rest in chips]


def _chip(spec: Field, text: str) -> str:
    """A chosen value in the words of its facet; a text that cannot be one as it was sent."""
    value = stored(spec, text)
    return text if value is None else label(spec, value)


def _price_range(params: ListingParams, counts: Counts, currency: str) -> dict[str, Any] | None:
    chosen = (price(params.price_min, currency), price(params.price_max, currency))
    lowest, highest = counts.price_min, counts.price_max
    if lowest == highest and chosen == (None, None) and not counts.many:
        return None
    return {
        "min": to_decimal(lowest, currency) if lowest is not None else "",
        "max": to_decimal(highest, currency) if highest is not None else "",
        "selected_min": params.price_min if chosen[0] is not None else None,
        "selected_max": params.price_max if chosen[1] is not None else None,
    }
