"""Registries that higher domains fill: prices of offers, and problems of their delivery."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select

from mtc.core.i18n import Sentence
from mtc.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant as far as its price is concerned. Amounts are minor units of `currency`."""

    variant_id: UUID
    product_id: UUID
    type_slug: str
    collection_ids: frozenset[UUID]
    price: int
    compare_at: int | None
    currency: str
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The price of one piece as shown: `base` is the list price, `trace` says how it came about."""

    unit: int
    base: int
    trace: tuple[dict[str, Any], ...] = ()


Pricer = Callable[[Sequence[Offer]], list[Shown]]
pricers: Registry[Pricer] = Registry("pricer")


# The same in SQL, for a row of variants inside of its product's; None while list prices are what is paid.
UnitPrice = Callable[[], ColumnElement[int] | None]
unit_prices: Registry[UnitPrice] = Registry("price in SQL")


def unit_price() -> ColumnElement[int] | None:
    """Return the column of a variant's price for the running actor; None for its list price."""
    pricer = unit_prices.find("rules")
    return pricer() if pricer is not None else None


# A query of product_id and score, with its two expressions for HAVING and ORDER BY.
Ranked = tuple[Select[Any], ColumnElement[int], ColumnElement[UUID]]


class SearchEngine(Protocol):
    """Finds products by what somebody types. Its answers are parts of statements on the products."""

    def matching(self, text: str) -> list[ColumnElement[bool]]:
        """The conditions on products that the text finds; none for an empty text."""

    def ranked(self, text: str, where: Sequence[ColumnElement[bool]]) -> Ranked:
        """Return the products that the text finds and that fit the conditions, each with its score."""


search_engines: Registry[SearchEngine] = Registry("search engine")


def search_engine() -> SearchEngine:
    """The search of a plugin that the tenant has on, else MTC's own."""
    return list(search_engines.items())[-1][1]


def show_prices(offers: Sequence[Offer]) -> list[Shown]:
    """Return the price of one piece of each offer for the running actor; without a pricer, its list price."""
    pricer = pricers.find("rules")
    if pricer is None:
        return [Shown(offer.price, offer.price) for offer in offers]
    return pricer(offers)


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """A variant as far as its delivery is concerned; `delivery` is the type's, overlaid by its own."""

    variant_id: UUID
    label: str
    stock_source: str
    delivery: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DeliveryProblem:
    """A reason why a variant cannot be delivered, with the remedy and its part of the product editor."""

    sentence: Sentence
    place: str


DeliveryCheck = Callable[[Sequence[DeliveryFacts]], list[DeliveryProblem]]
delivery_checks: Registry[DeliveryCheck] = Registry("delivery check")


def delivery_problems(variants: Sequence[DeliveryFacts]) -> list[DeliveryProblem]:
    """Return why variants cannot be delivered; nothing where all of them can."""
    return [problem for _, check in delivery_checks.items() for problem in check(variants)]
