"""What every gateway promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from mtc.core.errors import UnauthorizedError
from mtc.core.registry import Registry

Errors = dict[str, list[str]]


class RefundError(Exception):
    """The provider did not refund; `permanent` says that asking again will not help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Charge:
    """What the provider is asked to collect: minor units of `currency` for one order."""

    payment_id: UUID
    order_number: str
    amount: int
    currency: str
    email: str
    description: str
    return_url: str
    notify_url: str
    config: Mapping[str, Any]
    credentials: Mapping[str, str]
    reference: str = ""  # of a bank transfer, with check digits


@dataclass(frozen=True, slots=True)
class Started:
    """Where the shopper goes, and the provider's name for the payment."""

    redirect_url: str
    provider_ref: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notification:
    """What a provider has told us, after its signature was checked.

    `kind` is payment.succeeded, payment.failed, payment.cancelled, refund.succeeded or refund.failed;
    `refund_id` is ours, the idempotency key of the refund.
    """

    event_id: str
    kind: str
    provider_ref: str
    account: str = ""
    order_number: str = ""
    amount: int = 0
    currency: str = ""
    refund_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Giveback:
    """A refund that the provider is asked for; `refund_id` is the idempotency key."""

    refund_id: UUID
    provider_ref: str
    amount: int
    currency: str
    reason: str
    config: Mapping[str, Any]
    credentials: Mapping[str, str]


class Gateway(Protocol):
    """A kind of payment provider. Settings and credentials are described in the field language."""

    @property
    def label(self) -> str:
        """What the merchant calls it."""

    @property
    def settings(self) -> list[dict[str, Any]]:
        """The fields of `config`."""

    @property
    def credentials(self) -> list[dict[str, Any]]:
        """The fields that are sealed."""

    def start(self, charge: Charge) -> Started:
        """Ask the provider for a page to pay on."""

    def verify(
        self,
        headers: Mapping[str, str],
        body: bytes,
        config: Mapping[str, Any],
        credentials: Mapping[str, str],
    ) -> Notification:
        """Read a notification; raises UnauthorizedError when it is forged or too old."""

    def refund(self, giveback: Giveback) -> str:
        """Give money back and return the provider's name for it; asking twice does it once. RefundError."""


class TakesNoNotifications:
    """For a gateway without a provider."""

    def verify(
        self,
        headers: Mapping[str, str],
        body: bytes,
        config: Mapping[str, Any],
        credentials: Mapping[str, str],
    ) -> Notification:
        """Nobody notifies."""
        raise UnauthorizedError("This way to pay takes no notifications.")


@runtime_checkable
class ChecksConfig(Protocol):
    """A gateway whose settings depend on more than each field can say by itself."""

    def check_config(self, config: dict[str, Any]) -> tuple[dict[str, Any], Errors]:
        """The settings as stored, and what is wrong with them by field."""

    def missing(self, config: Mapping[str, Any]) -> Errors:
        """What has to be filled in, by field, before it can be switched on."""


@runtime_checkable
class WaitsForDays(Protocol):
    """A gateway whose money takes days to come."""

    def hold_days(self, config: Mapping[str, Any]) -> int:
        """How long an order waits for the money, its keys reserved."""


gateways: Registry[Gateway] = Registry("payment gateway")
