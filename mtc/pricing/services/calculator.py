"""The one calculator: what something costs for whom, how many, when, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mtc.catalog.registry import Offer
from mtc.core import clock
from mtc.core.context import current
from mtc.core.errors import AppError
from mtc.core.i18n import _l
from mtc.core.money import percent
from mtc.core.rules import evaluate
from mtc.pricing.queries import ActiveRules, Rule, buyers, rule_book
from mtc.pricing.queries import buyer as buyer_of
from mtc.pricing.registry import Buyer, Facts, kinds

_LIST_PRICE = _l("List price")


@dataclass(frozen=True, slots=True)
class PriceResult:
    """A price in minor units: per piece, for all, the list price per piece, and the steps as plain JSON."""

    unit: int
    total: int
    base: int
    trace: list[dict[str, Any]] = field(default_factory=list)


def current_buyer(book: ActiveRules) -> Buyer:
    """The shopper of the running request; staff and programs see what everybody sees.

    Who that is is looked up only when a rule of the book depends on it.
    """
    actor = current().actor
    if actor.kind != "customer" or actor.id is None or not any(rule.asks_who for rule in book):
        return Buyer()
    remembered = buyers()
    if actor.id not in remembered:
        remembered[actor.id] = buyer_of(actor.id)
    return remembered[actor.id]


def price(
    offer: Offer,
    quantity: int = 1,
    *,
    buyer: Buyer | None = None,
    book: ActiveRules | None = None,
    now: datetime | None = None,
    recurring: bool = False,
) -> PriceResult:
    """Return the price of `quantity` pieces of the offer.

    The rules apply in the order of the book, each to the unit price that the ones before it left, until
    one that says `stop`; the unit price never falls below zero. By default for the running shopper, now,
    by the tenant's rules.
    """
    book = rule_book() if book is None else book
    facts = Facts(offer, quantity, buyer or current_buyer(book), now or clock.now(), recurring)
    unit = offer.price
    trace: list[dict[str, Any]] = [{"step": "base", "label": _LIST_PRICE.source, "amount": unit}]
    for rule in book:
        if not applies(rule, facts):
            continue
        changed = modified(unit, rule.modifier)
        if changed != unit:
            trace.append(_step(rule, changed - unit, changed))
            unit = changed
        if rule.modifier.get("stop"):
            break
    return PriceResult(unit, unit * quantity, offer.price, trace)


def price_many(
    purchases: Iterable[tuple[Offer, int]],
    *,
    buyer: Buyer | None = None,
    now: datetime | None = None,
    recurring: bool = False,
) -> list[PriceResult]:
    """The prices of several lines by the same rules at the same moment; one statement at most."""
    lines: Sequence[tuple[Offer, int]] = list(purchases)
    if not lines:
        return []
    book, at = rule_book(), now or clock.now()
    who = buyer or current_buyer(book)
    return [
        price(offer, quantity, buyer=who, book=book, now=at, recurring=recurring) for offer, quantity in lines
    ]


def applies(rule: Rule, facts: Facts) -> bool:
    """Return whether the rule changes this purchase. A rule that cannot be read does not."""
    rule_type = kinds.find(rule.rule_type)
    if rule_type is None or not rule.concerns(facts.offer) or not rule.is_open(facts.now):
        return False
    currency = rule.modifier.get("currency")
    if currency and currency != facts.offer.currency:
        return False
    try:
        return rule_type.holds(rule.conditions, facts) and evaluate(rule.conditions.get("when"), facts.data())
    except AppError:
        return False


def modified(unit: int, modifier: dict[str, Any]) -> int:
    """The unit price after a modifier {type, value}; never below zero."""
    value = int(modifier.get("value") or 0)
    if modifier.get("type") == "percent_off":
        return max(0, unit - percent(unit, value))
    if modifier.get("type") == "amount_off":
        return max(0, unit - value)
    return max(0, value) if modifier.get("type") == "fixed_price" else unit


def _step(rule: Rule, change: int, amount: int) -> dict[str, Any]:
    return {
        "step": "rule",
        "rule_id": str(rule.id),
        "rule_type": rule.rule_type,
        "label": rule.name,
        "change": change,
        "amount": amount,
    }
