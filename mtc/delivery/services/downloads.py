"""Download links: signed, ending, counted, and resumable without being counted twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, update

from mtc.catalog.models import Media
from mtc.core import clock
from mtc.core.crypto import keyed_hash, sign, unsign
from mtc.core.db import session
from mtc.core.errors import GoneError, NotFoundError
from mtc.delivery import queries
from mtc.delivery.kinds.file import DAYS
from mtc.delivery.models import Download
from mtc.events.services import emit

PURPOSE = "download"
RESUME = timedelta(minutes=10)
_LONGEST_LINK = 7 * 24 * 3600
_LOG = 50


@dataclass(frozen=True, slots=True)
class Opened:
    """A download that may go out now; `counted` says whether it took one of the allotment."""

    download: Download
    media: Media
    counted: bool


def download_token(download: Download) -> str:
    """The signed part of `/d/<token>`: ends with the right to download, after a week at the latest."""
    seconds = _LONGEST_LINK
    if download.expires_at is not None:
        seconds = min(seconds, int((download.expires_at - clock.now()).total_seconds()))
    return sign({"d": str(download.id)}, PURPOSE, max(seconds, 0))


def open_download(token: str, *, range_start: int = 0, ip: str = "") -> Opened:
    """Let one download go out and count it; needs a writing scope.

    A request for the rest of the file (`range_start` > 0, the first byte asked for) that comes within 10
    minutes of the last one by the same link goes on with it and is not counted. Raises ValidationError
    (forged), GoneError (used up, expired, refunded) and NotFoundError.
    """
    found = queries.download(UUID(unsign(token, PURPOSE)["d"]))
    if found is None:
        raise NotFoundError("There is no such download.")
    download, media = found
    mark = keyed_hash(token, PURPOSE)[:16]
    goes_on = range_start > 0 and _goes_on(download, mark)
    _take(download, mark, ip, count=not goes_on)
    if not goes_on:
        facts = {"download_id": str(download.id), "file": download.filename, "ip": ip}
        emit("download.started", entity_type="order", entity=_Order(download.order_id), data=facts)
    return Opened(download, media, counted=not goes_on)


class _Order:
    """Stands for the order in an event, where loading it would cost a statement."""

    def __init__(self, order_id: UUID) -> None:
        self.id = order_id


def _goes_on(download: Download, mark: str) -> bool:
    last: dict[str, Any] = download.log[-1] if download.log else {}
    recent = download.last_used_at is not None and clock.now() - download.last_used_at <= RESUME
    return recent and last.get("link") == mark


def _take(download: Download, mark: str, ip: str, *, count: bool) -> None:
    now = clock.now()
    values: dict[str, Any] = {"last_used_at": now}
    where = [
        Download.tenant_id == download.tenant_id,
        Download.id == download.id,
        Download.revoked_at.is_(None),
        or_(Download.expires_at.is_(None), Download.expires_at > now),
    ]
    if count:
        where.append(Download.used < Download.max_downloads)
        entry = {"at": now.isoformat(), "ip": ip[:45], "link": mark}
        values |= {"used": Download.used + 1, "log": [*download.log, entry][-_LOG:]}
    statement = update(Download).where(*where).values(**values).returning(Download.id)
    if session.execute(statement.execution_options(synchronize_session=False)).first() is None:
        raise GoneError(_why(download))
    session.refresh(download)


def _why(download: Download) -> str:
    if download.revoked_at is not None:
        return "This item was refunded; its files are closed."
    if download.expires_at is not None and download.expires_at <= clock.now():
        return "This download has ended. Ask the store for a new one."
    return f"This file was downloaded {download.max_downloads} times. Ask the store for more."


def reset_download(download_id: UUID) -> Download:
    """Give the full allotment and the full time again; raises NotFoundError, GoneError (refunded)."""
    found = queries.download(download_id)
    if found is None:
        raise NotFoundError("There is no such download.")
    download = found.Download
    if download.revoked_at is not None:
        raise GoneError("This item was refunded; its files stay closed.")
    if download.expires_at is not None:
        download.expires_at = clock.now() + timedelta(days=DAYS)
    download.used = 0
    session.flush()
    facts = {"download_id": str(download.id), "file": download.filename}
    emit("download.reset", entity_type="order", entity=_Order(download.order_id), data=facts)
    return download
