"""A provider that has to be asked for each payment, with books of its own."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from mtc.core.db import current_scope, unit_of_work
from mtc.core.registry import Entry
from mtc.core.tenancy import tenant_scope
from mtc.payments.services import save_gateway
from mtc.payments.types import gateways
from mtc.payments.types.base import PaymentRedirect, PaymentRequest
from mtc.payments.types.test import TestGateway
from tests.orders.shop import Shop


class Remote(TestGateway):
    """Books a payment once per idempotency key, then does what is next in `plan`, which may raise."""

    __test__ = False
    outside = True

    def __init__(self) -> None:
        self.booked: dict[UUID, int] = {}
        self.asked: list[UUID] = []
        self.writing: list[bool] = []
        self.plan: list[Callable[[], object]] = []

    def start(self, charge: PaymentRequest) -> PaymentRedirect:
        """A page of the provider's own."""
        scope = current_scope()
        self.writing.append(scope is not None and not scope.readonly)
        self.asked.append(charge.payment_id)
        self.booked[charge.payment_id] = charge.amount
        if self.plan:
            self.plan.pop(0)()
        return PaymentRedirect(f"https://pay.example/{charge.payment_id}", f"remote_{charge.payment_id.hex}")


def with_remote(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Remote:
    """Let the shop take payments of such a provider, as `remote`."""
    made = Remote()
    monkeypatch.setitem(gateways.entries, "remote", Entry(made))
    with tenant_scope(shop.tenant_id), unit_of_work():
        secret = {"account": "acct_remote", "secret": "whsec_remote"}
        save_gateway("remote", "remote", "Remote card", {}, secret, is_test=True)
    return made


def fails(error: BaseException) -> Callable[[], object]:
    """A step of a plan."""

    def step() -> object:
        raise error

    return step
