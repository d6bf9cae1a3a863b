"""Hooks for plugins while something is delivered, shown or fetched."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core.context import Context
from mtc.core.events import Personal
from mtc.core.hooks import Changeable, hookspec
from mtc.orders.hooks import OrderView


@dataclass(frozen=True, slots=True)
class DeliveryDraft:
    """A line about to be delivered. Only a refusal has an effect: the line then waits for a person."""

    order_id: UUID
    order_item_id: UUID
    kind: str
    title: str
    quantity: int
    email: Personal[str]


@dataclass(frozen=True, slots=True)
class RevealDraft:
    """Keys about to be shown to their owner: one (`unit`), those of a line, or all of the order.

    `how` they are handed out: key, page or file.
    """

    order_id: UUID
    order_item_id: UUID | None
    unit: UUID | None
    how: str
    ip: Personal[str]


@dataclass(frozen=True, slots=True)
class KeyReplacement:
    """A faulty key (`unit`) about to be set aside, for another one."""

    order_id: UUID
    order_item_id: UUID
    unit: UUID
    reason: Changeable[Personal[str]]


@dataclass(frozen=True, slots=True)
class DownloadDraft:
    """A download about to begin; `used` times of `most` before (None: any number)."""

    order_id: UUID
    download_id: UUID
    file: str
    used: int
    most: int | None
    ip: Personal[str]


@dataclass(frozen=True, slots=True)
class DownloadView:
    """A download about to get its full allotment again."""

    order_id: UUID
    download_id: UUID
    file: str


@dataclass(frozen=True, slots=True)
class ManualDelivery:
    """A line that a person says was delivered; `message` is for the buyer."""

    order_id: UUID
    order_item_id: UUID
    title: str
    message: Changeable[str]


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file for sale of a variant about to be shared with it, renamed, moved or removed (`what`)."""

    variant_id: UUID
    media_id: UUID
    file: str
    what: str


@hookspec
def before_delivery(ctx: Context, payload: DeliveryDraft) -> DeliveryDraft | None:
    """Refuse (raise Reject) to deliver a line for now; its sentence is shown to the merchant."""


@hookspec
def before_delivery_complete(ctx: Context, payload: ManualDelivery) -> ManualDelivery | None:
    """Look at, change or refuse a line that a person delivers."""


@hookspec
def before_delivery_resend(ctx: Context, payload: OrderView) -> OrderView | None:
    """Refuse (raise Reject) to mail once more what was delivered."""


@hookspec
def before_key_reveal(ctx: Context, payload: RevealDraft) -> RevealDraft | None:
    """Refuse (raise Reject) to show keys to their owner."""


@hookspec
def before_key_replace(ctx: Context, payload: KeyReplacement) -> KeyReplacement | None:
    """Look at, change or refuse the replacement of a faulty key."""


@hookspec
def before_download(ctx: Context, payload: DownloadDraft) -> DownloadDraft | None:
    """Refuse (raise Reject) a new download of a file that was bought."""


@hookspec
def before_download_reset(ctx: Context, payload: DownloadView) -> DownloadView | None:
    """Refuse (raise Reject) to let a file be downloaded as often as when it was bought."""


@hookspec
def before_variant_files_change(ctx: Context, payload: FileChange) -> FileChange | None:
    """Refuse (raise Reject) to change the files for sale of a variant; uploads have before_media_upload."""
