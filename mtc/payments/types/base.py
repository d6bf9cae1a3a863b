"""The interface of gateways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from mtc.core.errors import UnauthorizedError
from mtc.core.i18n import Sentence, _l, source_text
from mtc.core.registry import Registry


class ProviderError(Exception):
    """The provider did not do what it was asked for; `permanent` says that asking again will not help."""

    def __init__(self, message: Sentence, *, permanent: bool) -> None:
        super().__init__(source_text(message))  # it is written down in English
        self.permanent = permanent


class StartError(ProviderError):
    """The provider has no page to pay on. The message is for the merchant, buyers see another one."""


class RefundError(ProviderError):
    """The provider did not refund."""


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """The amount for the provider to collect: minor units of `currency` for one order.

    `payment_id` is the idempotency key: a provider that is asked twice with it makes one payment.
    """

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
class PaymentRedirect:
    """The page that the shopper is sent to, and the provider's name for the payment."""

    redirect_url: str
    provider_ref: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """An event of a provider, after its signature was checked.

    `kind` is payment.succeeded, payment.failed, payment.cancelled, refund.succeeded or refund.failed;
    `refund_id` and `payment_id` are ours, the idempotency keys, where the provider repeats them: what it says
    may come before its answer to the request that started the payment.
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
    payment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """A refund that the provider is asked for; `refund_id` is the idempotency key."""

    refund_id: UUID
    provider_ref: str
    amount: int
    currency: str
    reason: str
    config: Mapping[str, Any]
    credentials: Mapping[str, str]


class Gateway(Protocol):
    """A kind of payment provider. Settings and credentials are described in the field language.

    `start` and `refund` are called while no transaction is open. A kind that asks nobody for `start` has
    `outside = False`: its payments begin in the transaction of the order.
    """

    @property
    def outside(self) -> bool:
        """Return whether a server is asked when a payment starts."""

    @property
    def moves_money(self) -> bool:
        """False for a provider to try things with: its payments are test payments."""

    @property
    def charges(self) -> bool:
        """Return whether shoppers choose it to pay with; False for one that is only switched on or off."""

    @property
    def pays_later(self) -> bool:
        """Return whether the money is sent after ordering, which then waits for it."""

    @property
    def offered(self) -> int | None:
        """Its place among the methods that every store is offered; None for one that is set up otherwise."""

    @property
    def on_by_default(self) -> bool:
        """Return whether one that is offered is on until a merchant switches it off."""

    @property
    def icon(self) -> str:
        """The name of the icon beside it at checkout."""

    def about(self, config: Mapping[str, Any]) -> str:
        """Return the text below its name for shoppers."""

    def first_credentials(self) -> dict[str, str]:
        """Return the credentials that it begins with when a store is offered it."""

    @property
    def label(self) -> Sentence:
        """The name for the merchant."""

    @property
    def explanation(self) -> Sentence:
        """The explanation for the merchant."""

    @property
    def settings(self) -> list[dict[str, Any]]:
        """The fields of `config`."""

    @property
    def credentials(self) -> list[dict[str, Any]]:
        """The sealed fields."""

    def start(self, charge: PaymentRequest) -> PaymentRedirect:
        """Ask the provider for a page to pay on; asking twice with an id does it once. StartError."""

    def verify(
        self,
        headers: Mapping[str, str],
        body: bytes,
        config: Mapping[str, Any],
        credentials: Mapping[str, str],
    ) -> WebhookEvent:
        """Read a notification; raises UnauthorizedError when it is forged or too old."""

    def refund(self, giveback: RefundRequest) -> str:
        """Give money back and return the provider's name for it; asking twice does it once. RefundError."""


class OrdinaryGateway:
    """Defaults that most gateways share."""

    moves_money = True
    charges = True
    pays_later = False
    offered: int | None = None
    on_by_default = False
    icon = "credit-card"
    explanation: Sentence = ""

    def about(self, config: Mapping[str, Any]) -> str:
        """Return the merchant's own text."""
        return str(config.get("description") or "")

    def first_credentials(self) -> dict[str, str]:
        """None: the merchant types them."""
        return {}


class TakesNoNotifications(OrdinaryGateway):
    """For a gateway without a provider."""

    def verify(
        self,
        headers: Mapping[str, str],
        body: bytes,
        config: Mapping[str, Any],
        credentials: Mapping[str, str],
    ) -> WebhookEvent:
        """Nobody notifies."""
        raise UnauthorizedError(_l("This way to pay takes no notifications."))


@runtime_checkable
class WaitsForDays(Protocol):
    """A gateway whose money takes days to come."""

    def hold_days(self, config: Mapping[str, Any]) -> int:
        """Return how long an order waits for the money, its keys reserved."""


gateways: Registry[Gateway] = Registry("payment gateway")
