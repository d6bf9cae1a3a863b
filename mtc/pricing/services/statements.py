"""The calculator in SQL: what one piece of a variant costs the running shopper, for filters and sorting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, literal, not_, or_, true

from mtc.catalog.queries.tables import PRODUCTS as P
from mtc.catalog.queries.tables import VARIANTS as V
from mtc.catalog.queries.types import type_book
from mtc.catalog.registry import Offer
from mtc.core import clock
from mtc.core.db import is_postgresql
from mtc.core.errors import AppError
from mtc.core.rules import evaluate
from mtc.pricing.queries import Rule, in_collection, rule_book
from mtc.pricing.registry import Facts, kinds
from mtc.pricing.services.calculator import current_buyer

_NOBODY = UUID(int=0)
_OFFER = Offer(_NOBODY, _NOBODY, "", frozenset(), 0, None, "")
_COMPARED: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: column != value,
    "gt": lambda column, value: column > value,
    "gte": lambda column, value: column >= value,
    "lt": lambda column, value: column < value,
    "lte": lambda column, value: column <= value,
    "in": lambda column, value: column.in_(value),
    "not_in": lambda column, value: column.not_in(value),
    "starts_with": lambda column, value: func.substr(column, 1, len(value)) == value,
}


def unit_price() -> ColumnElement[int] | None:
    """The price of one piece of a row of VARIANTS joined with, or inside of, its PRODUCTS row.

    The same as `price(offer).unit` for the running shopper; None while every list price is what is paid. A
    condition that has no counterpart in SQL is taken as not met.
    """
    book = rule_book()
    facts = Facts(_OFFER, 1, current_buyer(book), clock.now()) if book else None
    unit: ColumnElement[int] = V.c.price
    stopped: list[ColumnElement[bool]] = []
    for rule in book:
        assert facts is not None
        applies = _applies(rule, facts)
        if applies is None:
            continue
        met = and_(applies, *(not_(condition) for condition in stopped))
        unit = _modified(unit, rule.modifier, met)
        if rule.modifier.get("stop"):
            stopped.append(applies)
    return None if unit is V.c.price and not stopped else unit


def _applies(rule: Rule, facts: Facts) -> ColumnElement[bool] | None:
    """For which rows the rule holds; None when for none of them."""
    rule_type = kinds.find(rule.rule_type)
    try:
        if rule_type is None or not rule.is_open(facts.now) or not rule_type.holds(rule.conditions, facts):
            return None
        met = _condition(rule.conditions.get("when"), facts)
    except AppError:
        return None
    about = _concerned(rule)
    currency = rule.modifier.get("currency")
    return and_(about, met, P.c.currency == currency) if currency else and_(about, met)


def _concerned(rule: Rule) -> ColumnElement[bool]:
    if rule.entity_type == "product":
        return V.c.product_id == rule.entity_id
    if rule.entity_type == "category":
        return in_collection(rule.entity_id)
    return true() if rule.entity_type == "global" else false()


def _condition(node: Any, facts: Facts) -> ColumnElement[bool]:
    if not node:
        return true()
    for name, join in (("all", and_), ("any", or_)):
        if name in node:
            return join(*(_condition(part, facts) for part in node[name]))
    if "not" in node:
        return not_(_condition(node["not"], facts))
    return _leaf(node, facts)


def _leaf(node: dict[str, Any], facts: Facts) -> ColumnElement[bool]:
    field, data = node["field"], facts.data()
    if field == "product.type":
        fits = [
            product_type.id
            for product_type in type_book().types
            if evaluate(node, {**data, field: product_type.slug})
        ]
        return P.c.product_type_id.in_(fits)
    column = {"price": V.c.price, "product.sku": V.c.sku}.get(field)
    if column is None:
        return true() if evaluate(node, data) else false()
    name, value = next((name, value) for name, value in node.items() if name != "field")
    if name == "between" and isinstance(value, list):
        bounds = zip(("gte", "lte"), value, strict=True)
        return and_(true(), *(_COMPARED[how](column, bound) for how, bound in bounds if bound is not None))
    if name not in _COMPARED or isinstance(value, dict):
        return false()
    return _COMPARED[name](column, value)


def _modified(
    unit: ColumnElement[int], modifier: dict[str, Any], met: ColumnElement[bool]
) -> ColumnElement[int]:
    """The unit price after the modifier where it is met: `unit` stands in it once, however many follow."""
    value = int(modifier.get("value") or 0)
    mine = case((met, value), else_=0)
    if modifier.get("type") == "percent_off":  # less a share that is rounded half up
        return _largest((unit * (10_000 - mine) + 4_999) // 10_000)
    if modifier.get("type") == "amount_off":
        return _largest(unit - mine)
    return case((met, max(0, value)), else_=unit) if modifier.get("type") == "fixed_price" else unit


def _largest(amount: ColumnElement[int]) -> ColumnElement[int]:
    return func.greatest(amount, literal(0)) if is_postgresql() else func.max(amount, 0)
