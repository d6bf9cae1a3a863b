"""Pricing rules: made, changed, tried out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from mtc.catalog import queries as catalog
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.core import clock
from mtc.core.currencies import check_currency
from mtc.core.db import session
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import parse_moment, scrub
from mtc.core.i18n import Sentence, _l, formats
from mtc.core.money import LARGEST_AMOUNT
from mtc.core.rules import validate
from mtc.plugins.services import run_before
from mtc.pricing import queries
from mtc.pricing.events import PricingRuleCreated, PricingRuleDeleted, PricingRuleUpdated
from mtc.pricing.hooks import PricingRuleChange, PricingRuleDraft, PricingRuleView
from mtc.pricing.models import PricingRule
from mtc.pricing.registry import VARIABLES, Buyer, Facts, kinds
from mtc.pricing.services.calculator import applies, price
from mtc.tenants.services import bump_content_version

ENTITIES = ("global", "category", "product")
MODIFIERS = ("percent_off", "amount_off", "fixed_price")
_KEYS = {
    "name", "entity_type", "entity_id", "rule_type", "conditions", "price_modifier", "priority", "is_active",
    "starts_at", "ends_at",
}  # fmt: skip


def get(rule_id: UUID) -> PricingRule:
    """The rule; raises NotFoundError."""
    rule = queries.rule(rule_id)
    if rule is None:
        raise NotFoundError(_l("There is no such pricing rule."))
    return rule


def create(values: Mapping[str, Any]) -> PricingRule:
    """A new rule (docs/pricing.md); raises ValidationError with the fields at fault."""
    values = run_before("before_pricing_rule_create", PricingRuleDraft(dict(values))).values
    defaults = {"entity_type": "global", "priority": 100, "is_active": True, "conditions": {}}
    columns = _checked({**defaults, "name": "", "rule_type": "", "price_modifier": {}, **values})
    row = PricingRule(tenant_id=tenant_id(), **columns)
    session.add(row)
    _after()
    emit(PricingRuleCreated(entity_id=row.id, name=row.name))
    return row


def update(rule_id: UUID, values: Mapping[str, Any]) -> PricingRule:
    """Change a rule. Raises as create does, and NotFoundError."""
    row = get(rule_id)
    values = run_before("before_pricing_rule_update", PricingRuleChange(row.id, dict(values))).changes
    before = {name: getattr(row, name) for name in _KEYS}
    for name, value in _checked({**before, **values}).items():
        setattr(row, name, value)
    _after()
    emit(PricingRuleUpdated(entity_id=row.id, name=row.name, changed=sorted(values)))
    return row


def delete(rule_id: UUID) -> None:
    """Delete a rule; orders keep the trace of it."""
    row = get(rule_id)
    run_before("before_pricing_rule_delete", PricingRuleView(row.id, row.name))
    session.delete(row)
    _after()
    emit(PricingRuleDeleted(entity_id=row.id, name=row.name))


def preview(
    variant_id: UUID, quantity: int = 1, *, buyer: Buyer | None = None, now: datetime | None = None
) -> dict[str, Any]:
    """Return a price and its reasons: {unit, total, base, trace, rules: [{id, name, applies}]}."""
    offer = catalog.offers([variant_id]).get(variant_id)
    if offer is None:
        raise NotFoundError(_l("There is no such variant."))
    who, at = buyer or Buyer(), now or clock.now()
    result = price(offer, quantity, buyer=who, now=at)
    facts = Facts(offer, quantity, who, at)
    considered = [
        {"id": str(rule.id), "name": rule.name, "applies": applies(rule, facts)}
        for rule in queries.rule_book()
    ]
    return {
        "unit": result.unit,
        "total": result.total,
        "base": result.base,
        "trace": result.trace,
        "rules": considered,
    }


def _after() -> None:
    session.flush()
    queries.rule_book.forget()
    bump_content_version(tenant_id())


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    faults: dict[str, list[Sentence]] = {
        name: [_l("Rules have no such value.")] for name in sorted(set(values) - _KEYS)
    }
    columns = dict(values)
    columns["name"] = scrub(str(values["name"] or ""), multiline=False)
    if not 1 <= len(columns["name"]) <= 200:
        faults["name"] = [_l("Use 1 to 200 characters.")]
    if type(values["priority"]) is not int or not 0 <= values["priority"] <= 10_000:
        faults["priority"] = [_l("Use a whole number from 0 to 10,000.")]
    _check_entity(columns, faults)
    _check_conditions(columns, faults)
    _check_modifier(columns, faults)
    for name in ("starts_at", "ends_at"):
        columns[name] = _moment(values.get(name), name, faults)
    if (
        not faults
        and columns["starts_at"]
        and columns["ends_at"]
        and columns["ends_at"] <= columns["starts_at"]
    ):
        faults["ends_at"] = [_l("Choose a moment after the start.")]
    if faults:
        raise ValidationError(_l("Correct the marked fields."), faults)
    return columns


def _check_entity(columns: dict[str, Any], faults: dict[str, list[Sentence]]) -> None:
    entity_type, entity_id = columns["entity_type"], columns.get("entity_id") or None
    if entity_type not in ENTITIES:
        faults["entity_type"] = [_l("Choose everything, a collection or a product.")]
        return
    try:
        columns["entity_id"] = UUID(str(entity_id)) if entity_id else None
    except ValueError:
        faults["entity_id"] = [_l("Choose one of this store.")]
        return
    if entity_type == "global":
        columns["entity_id"] = None
    elif columns["entity_id"] is None:
        faults["entity_id"] = [_l("Choose what the rule is about.")]
    else:
        find: Any = catalog.product if entity_type == "product" else catalog.collection
        if find(columns["entity_id"]) is None:
            faults["entity_id"] = [_l("Choose one of this store.")]


def _check_conditions(columns: dict[str, Any], faults: dict[str, list[Sentence]]) -> None:
    conditions, rule_type = columns.get("conditions") or {}, kinds.find(str(columns["rule_type"]))
    if rule_type is None:
        faults["rule_type"] = [_l("Choose one of the kinds of rules.")]
        return
    if not isinstance(conditions, dict):
        faults["conditions"] = [_l("Give the conditions as an object.")]
        return
    columns["conditions"] = conditions
    for name in sorted(set(conditions) - {*rule_type.keys, "when"}):
        faults[f"conditions-{name}"] = [_l("This kind of rule has no such condition.")]
    for name, sentences in rule_type.faults(conditions).items():
        faults[f"conditions-{name}"] = sentences
    try:
        validate(conditions.get("when"), VARIABLES)
    except ValidationError as error:
        faults.update({f"conditions-when-{path}": text for path, text in error.details.items()})


def _check_modifier(columns: dict[str, Any], faults: dict[str, list[Sentence]]) -> None:
    modifier = columns.get("price_modifier")
    if not isinstance(modifier, dict) or modifier.get("type") not in MODIFIERS:
        faults["price_modifier-type"] = [_l("Choose per cent off, an amount off, or a fixed price.")]
        return
    value, most = modifier.get("value"), LARGEST_AMOUNT
    if modifier["type"] == "percent_off":
        most = 10_000
    if type(value) is not int or not 0 <= value <= most:
        faults["price_modifier-value"] = [
            _l("Use a whole number from 0 to %(most)s.", most=formats.number(most))
        ]
    if set(modifier) - {"type", "value", "stop", "currency"}:
        faults["price_modifier"] = [_l("Use type, value, stop and currency only.")]
    if modifier.get("currency"):
        try:
            check_currency(str(modifier["currency"]))
        except ValidationError as error:
            faults["price_modifier-currency"] = [error.message]


def _moment(value: Any, name: str, faults: dict[str, list[Sentence]]) -> datetime | None:
    if value in (None, ""):
        return None
    # One without its distance from UTC is a time on the store's clock.
    moment = value if isinstance(value, datetime) else parse_moment(str(value))
    if moment is None or moment.tzinfo is None:
        faults[name] = [_l("Enter a date and time such as 2026-01-31T18:00.")]
        return None
    return moment
