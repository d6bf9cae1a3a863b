"""Events of deliveries, downloads and revealed keys."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core.events import Personal
from mtc.core.i18n import _l
from mtc.orders.events import OrderEvent


@dataclass(frozen=True, kw_only=True)
class _LineEvent(OrderEvent):
    order_item_id: UUID
    title: str


@dataclass(frozen=True, kw_only=True)
class DeliveryDone(_LineEvent, name="delivery.done", label=_l("Item delivered")):
    """A line of an order was delivered."""

    quantity: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class DeliveryFailed(_LineEvent, name="delivery.failed", label=_l("Delivery failed")):
    """A line could not be delivered; it is tried again or waits for a person."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class DeliveryRevoked(_LineEvent, name="delivery.revoked", label=_l("Access withdrawn")):
    """Unopened keys of a refunded line went back (`returned`), what else it had was closed (`revoked`)."""

    returned: int
    revoked: int


@dataclass(frozen=True, kw_only=True)
class DeliveryResent(OrderEvent, name="delivery.resent", label=_l("Mail sent again")):
    """Delivered items were mailed once more."""

    to: Personal[str]
    text: Personal[str]


@dataclass(frozen=True, kw_only=True)
class _DownloadEvent(OrderEvent):
    download_id: UUID
    file: str


@dataclass(frozen=True, kw_only=True)
class DownloadStarted(_DownloadEvent, name="download.started", label=_l("Download")):
    """A buyer began to download a file."""

    ip: Personal[str]


@dataclass(frozen=True, kw_only=True)
class DownloadReset(_DownloadEvent, name="download.reset", label=_l("Downloads reset")):
    """A file may be downloaded as often as when it was bought."""
