"""The payment methods of a store as its merchant sets them up: named, ordered, switched on and off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from mtc.core.configured import ChecksConfig, ChecksSettings, TypeSettings, form_fields
from mtc.core.db import scope_tenant, session
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.i18n import Sentence, _, _l, source_text
from mtc.core.ids import uuid7
from mtc.payments import queries
from mtc.payments.events import PaymentMethodChanged, PaymentMethodSwitchedOff, PaymentMethodSwitchedOn
from mtc.payments.hooks import PaymentMethodChange, PaymentMethodSwitch
from mtc.payments.models import PaymentGateway
from mtc.payments.services.gateways import (
    CREDENTIALS,
    active_gateways,
    credentials_of,
    is_usable,
    kind_of,
    may_take,
    set_up,
)
from mtc.payments.types import gateways
from mtc.payments.types.free import KIND as FREE
from mtc.plugins.services import run_before

_BEHIND = 3  # the position of what is offered and not set up yet: behind what a merchant has ordered


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """One way to pay. `missing` says what has to be filled in before it can be switched on.

    `settings` are the fields of its form, `secrets` those among them that are sealed; `testable` says whether
    what is stored can be tried.
    """

    slug: str
    type: str
    name: str
    label: Sentence
    explanation: Sentence
    is_active: bool
    is_test: bool
    config: Mapping[str, Any]
    missing: Mapping[str, list[Sentence]]
    settings: list[dict[str, Any]]
    secrets: frozenset[str]
    testable: bool


def payment_methods() -> list[PaymentMethod]:
    """Return the methods that the store may be paid by, set up or not, in the merchant's order."""
    rows = [row for row in queries.all_gateways() if is_usable(row)]
    slugs = {row.slug for row in rows}
    return [_method(row) for row in rows] + [_method(_new(slug)) for slug in offered() if slug not in slugs]


def offered() -> tuple[str, ...]:
    """Return the kinds that every store is offered, one method each, named by their kind."""
    offered_types = {
        name: gateway_type for name, gateway_type in gateways.items() if gateway_type.offered is not None
    }
    in_order = sorted(offered_types, key=lambda name: offered_types[name].offered or 0)
    return tuple(name for name in in_order if may_take(offered_types[name]))


def payment_method(slug: str) -> PaymentMethod:
    """One of them; raises NotFoundError."""
    return _method(_row(slug) or _new(_known(slug)))


def free_orders_on() -> bool:
    """Return whether what costs nothing may be ordered: unless the merchant has switched it off."""
    row = queries.gateway_by_slug(FREE)
    return row is None or row.is_active


def can_be_paid() -> bool:
    """Return whether some way to pay with money is switched on."""
    return any(not row.is_test for row in active_gateways())


def update_method(
    slug: str,
    *,
    name: str | None = None,
    config: Mapping[str, Any] | None = None,
    credentials: Mapping[str, Any] | None = None,
) -> PaymentMethod:
    """Rename a method or change its settings; what is not named, and each secret that is empty, stays.

    Raises NotFoundError, and ValidationError by field: also when one that is on would lack something.
    """
    row = _ensure(slug)
    change = PaymentMethodChange(row.slug, name, None if config is None else dict(config))
    change = run_before("before_payment_method_change", change)
    name, config = change.name, change.config
    gateway_type = kind_of(row.type)
    errors: dict[str, list[Sentence]] = {}
    if name is not None:
        shown = scrub(name, multiline=False)
        if not 1 <= len(shown) <= 100 or any(ord(sign) < 32 for sign in name):
            errors["name"] = [_l("Use 1 to 100 characters on one line.")]
        row.name = shown[:100]
    if config is not None or credentials is not None:
        try:
            set_up(row, gateway_type, {**row.config, **(config or {})}, credentials or {})
        except ValidationError as error:
            errors |= error.details
    if row.is_active and not errors and isinstance(gateway_type, ChecksConfig):
        errors = gateway_type.missing(row.config)
    if errors:
        raise ValidationError(_l("Check the marked fields."), errors)
    session.flush()
    emit(PaymentMethodChanged(entity_id=row.id, method=row.slug, name=row.name))
    return _method(row)


def switch_method(slug: str, active: bool) -> PaymentMethod:
    """Switch a method on or off; raises NotFoundError, and ValidationError while something is missing."""
    row = _ensure(slug)
    run_before("before_payment_method_switch", PaymentMethodSwitch(row.slug, active))
    missing = _method(row).missing
    if active and missing:
        raise ValidationError(_l("Set it up first: fill in what is missing."), dict(missing))
    row.is_active = active
    session.flush()
    event_type = PaymentMethodSwitchedOn if active else PaymentMethodSwitchedOff
    emit(event_type(entity_id=row.id, method=row.slug, name=row.name))
    return _method(row)


def settings_to_try(slug: str) -> tuple[ChecksSettings, dict[str, Any]]:
    """The kind of a method and what is stored of its settings, for `try_settings`; raises NotFoundError."""
    row = _row(slug)
    gateway_type = kind_of(row.type) if row is not None else None
    if row is None or not isinstance(gateway_type, ChecksSettings):
        raise NotFoundError(_l("There is nothing to test here."))
    return gateway_type, {**row.config, **credentials_of(row)}


def move_method(slug: str, *, up: bool) -> None:
    """Change places with the method before it, or after it; raises NotFoundError."""
    _known(slug)
    rows_by_slug = {row.slug: row for row in queries.all_gateways()}
    rows = [rows_by_slug.get(method.slug) or _ensure(method.slug) for method in payment_methods()]
    order = [row.slug for row in rows]
    here = order.index(slug)
    there = max(here - 1, 0) if up else min(here + 1, len(order) - 1)
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows):
        row.position = position
    session.flush()


def _known(slug: str) -> str:
    row = _row(slug)
    if row is None and slug not in offered():
        raise NotFoundError(_l("There is no such way to pay."))
    return slug


def _row(slug: str) -> PaymentGateway | None:
    row = queries.gateway_by_slug(slug)
    return row if row is not None and is_usable(row) else None


def _new(slug: str) -> PaymentGateway:
    gateway_type = gateways.get(slug)
    return PaymentGateway(
        id=uuid7(),
        tenant_id=scope_tenant(),
        slug=slug,
        type=slug,
        name=source_text(gateway_type.label),
        is_active=gateway_type.on_by_default,
        is_test=not gateway_type.moves_money,
        position=_BEHIND + (gateway_type.offered or 0),
        config={},
    )


def _ensure(slug: str) -> PaymentGateway:
    """The row of a method, made when there is none yet."""
    row = _row(_known(slug))
    if row is not None:
        return row
    fresh, credentials = _new(slug), gateways.get(slug).first_credentials()
    if credentials:
        CREDENTIALS.write(fresh, credentials)
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:  # somebody else set it up at this moment
        session.expire_all()
    row = _row(slug)
    assert row is not None
    return row


def _method(row: PaymentGateway) -> PaymentMethod:
    gateway_type = gateways.get(row.type)
    missing = gateway_type.missing(row.config) if isinstance(gateway_type, ChecksConfig) else {}
    fields, secrets = gateway_type.settings, frozenset[str]()
    if not gateway_type.first_credentials():  # those that MTC makes are nobody's to type
        stored = credentials_of(row)
        fields, secrets = form_fields(gateway_type, stored), TypeSettings.of(gateway_type).secrets
        lacking = {field["name"] for field in fields if field.get("required")} & (secrets - stored.keys())
        missing = {**missing, **{name: [_("Fill this in.")] for name in lacking}}
    return PaymentMethod(
        slug=row.slug,
        type=row.type,
        name=row.name,
        label=gateway_type.label,
        explanation=gateway_type.explanation,
        is_active=row.is_active,
        is_test=row.is_test,
        config=dict(row.config),
        missing=missing,
        settings=fields,
        secrets=secrets,
        testable=inspect(row).persistent and isinstance(gateway_type, ChecksSettings),
    )
