"""The ways to pay that a tenant has set up."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import current_app

from mtc.core.crypto import open_sealed, seal
from mtc.core.db import scope_tenant, session
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.fields import FieldSet
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _l
from mtc.core.ids import uuid7
from mtc.payments import queries
from mtc.payments.models import PaymentGateway
from mtc.payments.queries import gateway_by_slug
from mtc.payments.types import Gateway, gateways
from mtc.payments.types.base import ChecksConfig, WaitsForDays
from mtc.payments.types.test import KIND as TEST

HOLD_MINUTES = 30
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def takes_test_payments() -> bool:
    """Whether the test provider, which moves no money, may be paid with: not where one sells in earnest."""
    return not current_app.config["MTC"].production


def kind_of(name: str) -> Gateway:
    """The kind of gateway of that name; raises NotFoundError for one that is unknown or switched off here."""
    kind = gateways.get(name)
    if not may_take(kind):
        raise NotFoundError(_l("Test payments are switched off in this installation."))
    return kind


def may_take(kind: Gateway) -> bool:
    """Whether the kind may be paid with in this installation."""
    return kind.moves_money or takes_test_payments()


def is_usable(gateway: PaymentGateway) -> bool:
    """Whether its kind exists for the tenant and is not switched off in this installation."""
    kind = gateways.find(gateway.type)
    return kind is not None and may_take(kind)


def active_gateways() -> list[PaymentGateway]:
    """The ways to pay that shoppers may choose, in the merchant's order."""
    return [one for one in queries.active_gateways() if is_open(one) and gateways.get(one.type).charges]


def hold_minutes(gateway: PaymentGateway | None) -> int:
    """How long an order that is to be paid this way waits, with its keys reserved."""
    kind = gateways.get(gateway.type) if gateway is not None else None
    if gateway is None or not isinstance(kind, WaitsForDays):
        return HOLD_MINUTES
    return kind.hold_days(gateway.config) * 24 * 60


def is_open(gateway: PaymentGateway) -> bool:
    """Whether shoppers may choose it: the merchant has switched it on, and it is not switched off for all."""
    return gateway.is_active and is_usable(gateway)


def get_gateway(slug: str) -> PaymentGateway:
    """The tenant's gateway of that slug; raises NotFoundError."""
    gateway = gateway_by_slug(slug)
    if gateway is None:
        raise NotFoundError(_l("There is no such way to pay."))
    return gateway


def credentials_of(gateway: PaymentGateway) -> dict[str, str]:
    """The credentials in clear; raises SealError."""
    if not gateway.credentials:
        return {}
    text = open_sealed(
        gateway.credentials,
        tenant_id=gateway.tenant_id,
        table="payment_gateways",
        column="credentials",
        row_id=gateway.id,
    )
    return dict(json.loads(text))


def save_gateway(
    kind: str,
    slug: str,
    name: str,
    config: Mapping[str, Any] | None = None,
    credentials: Mapping[str, str] | None = None,
    *,
    is_active: bool = True,
    is_test: bool = False,
    position: int = 0,
) -> PaymentGateway:
    """Make or change the gateway of that slug. Credentials left empty stay as they are stored.

    Raises NotFoundError for an unknown kind and ValidationError.
    """
    tenant_id = scope_tenant()
    made = kind_of(kind)
    if not _SLUG.fullmatch(slug):
        raise ValidationError(
            _l("Check the short name."), {"slug": [_l("Use small letters, digits and hyphens.")]}
        )
    name = scrub(name, multiline=False)
    if not 1 <= len(name) <= 100:
        raise ValidationError(_l("Give it a name."), {"name": [_l("Use 1 to 100 characters.")]})
    gateway = gateway_by_slug(slug)
    if gateway is None:
        gateway = PaymentGateway(id=uuid7(), tenant_id=tenant_id, slug=slug, type=kind)
        session.add(gateway)
    elif gateway.type != kind:
        raise ValidationError(
            _l("Another kind of gateway has this name."), {"slug": [_l("Choose another name.")]}
        )
    gateway.name = name
    is_test = is_test or not made.moves_money
    gateway.is_active, gateway.is_test, gateway.position = is_active, is_test, position
    gateway.config = check_config(made, config or {})
    given = {key: value for key, value in (credentials or {}).items() if value}
    kept = {**credentials_of(gateway), **given}
    if made.credentials:
        kept = {key: str(value) for key, value in FieldSet(made.credentials).validate(kept).items()}
        seal_credentials(gateway, kept)
    session.flush()
    return gateway


def seal_credentials(gateway: PaymentGateway, values: Mapping[str, str]) -> None:
    """Keep the credentials with the gateway."""
    gateway.credentials = seal(
        json.dumps(dict(values)),
        tenant_id=gateway.tenant_id,
        table="payment_gateways",
        column="credentials",
        row_id=gateway.id,
    )


def check_config(kind: Gateway, config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a gateway as they are stored; raises ValidationError by field."""
    values = FieldSet(kind.settings).validate(config) if kind.settings else {}
    if isinstance(kind, ChecksConfig):
        values, errors = kind.check_config(values)
        if errors:
            raise ValidationError(_l("Check the marked fields."), errors)
    return values


def ensure_test_gateway() -> PaymentGateway:
    """The tenant's test provider, made with a fresh secret when there is none; raises as `kind_of`."""
    known = gateway_by_slug(TEST)
    if known is not None:
        return known
    return save_gateway(TEST, TEST, "Test card", {}, kind_of(TEST).first_credentials())
