"""The ways to pay that a tenant has set up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app

from mtc.core.configured import SecretColumn, TypeSettings, checked_name
from mtc.core.db import scope_tenant, session
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.i18n import _l, source_text
from mtc.core.ids import uuid7
from mtc.payments import queries
from mtc.payments.models import PaymentGateway
from mtc.payments.queries import gateway_by_slug
from mtc.payments.types import Gateway, gateways
from mtc.payments.types.base import WaitsForDays
from mtc.payments.types.test import KIND as TEST

HOLD_MINUTES = 30
CREDENTIALS = SecretColumn("payment_gateways", "credentials")


def takes_test_payments() -> bool:
    """Return whether the test provider, which moves no money, is allowed: not where one sells in earnest."""
    return not current_app.config["MTC"].production


def kind_of(name: str) -> Gateway:
    """The kind of gateway of that name; raises NotFoundError for one that is unknown or switched off here."""
    gateway_type = gateways.get(name)
    if not may_take(gateway_type):
        raise NotFoundError(_l("Test payments are switched off in this installation."))
    return gateway_type


def may_take(gateway_type: Gateway) -> bool:
    """Return whether the kind may be paid with in this installation."""
    return gateway_type.moves_money or takes_test_payments()


def is_usable(gateway: PaymentGateway) -> bool:
    """Return whether its kind exists for the tenant and is not switched off in this installation."""
    gateway_type = gateways.find(gateway.type)
    return gateway_type is not None and may_take(gateway_type)


def active_gateways() -> list[PaymentGateway]:
    """The ways to pay that shoppers may choose, in the merchant's order."""
    return [
        gateway
        for gateway in queries.active_gateways()
        if is_open(gateway) and gateways.get(gateway.type).charges
    ]


def hold_minutes(gateway: PaymentGateway | None) -> int:
    """Return how long an order that is to be paid this way waits, with its keys reserved."""
    gateway_type = gateways.get(gateway.type) if gateway is not None else None
    if gateway is None or not isinstance(gateway_type, WaitsForDays):
        return HOLD_MINUTES
    return gateway_type.hold_days(gateway.config) * 24 * 60


def is_open(gateway: PaymentGateway) -> bool:
    """Return whether shoppers may choose it: switched on by the merchant, and not switched off for all."""
    return gateway.is_active and is_usable(gateway)


def get_gateway(slug: str) -> PaymentGateway:
    """The tenant's gateway of that slug; raises NotFoundError."""
    gateway = gateway_by_slug(slug)
    if gateway is None:
        raise NotFoundError(_l("There is no such way to pay."))
    return gateway


def credentials_of(gateway: PaymentGateway) -> dict[str, str]:
    """The credentials in clear; raises SealError."""
    return {key: str(value) for key, value in CREDENTIALS.read(gateway).items()}


def save_gateway(
    type: str,
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
    made = kind_of(type)
    name = checked_name(slug, name)
    gateway = gateway_by_slug(slug)
    if gateway is None:
        gateway = PaymentGateway(id=uuid7(), tenant_id=tenant_id, slug=slug, type=type)
        session.add(gateway)
    elif gateway.type != type:
        raise ValidationError(
            _l("Another kind of gateway has this name."), {"slug": [_l("Choose another name.")]}
        )
    gateway.name = name
    is_test = is_test or not made.moves_money
    gateway.is_active, gateway.is_test, gateway.position = is_active, is_test, position
    set_up(gateway, made, config or {}, credentials or {})
    session.flush()
    return gateway


def set_up(
    gateway: PaymentGateway, gateway_type: Gateway, config: Mapping[str, Any], credentials: Mapping[str, Any]
) -> None:
    """Keep these settings, and the credentials that are given; raises ValidationError by field."""
    described = TypeSettings.of(gateway_type)
    settings = {key: value for key, value in config.items() if key not in described.secrets}
    settings |= {key: value for key, value in credentials.items() if key in described.secrets}
    gateway.config, secrets = described.checked(settings, credentials_of(gateway), gateway_type)
    CREDENTIALS.write(gateway, {key: str(value) for key, value in secrets.items()})


def ensure_test_gateway() -> PaymentGateway:
    """The tenant's test provider, made with a fresh secret when there is none; raises as `kind_of`."""
    gateway = gateway_by_slug(TEST)
    if gateway is not None:
        return gateway
    return save_gateway(TEST, TEST, source_text(_l("Test card")), {}, kind_of(TEST).first_credentials())
