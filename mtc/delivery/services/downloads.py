"""Download links: signed, ending, and limited by the bytes that were sent, not by requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from mtc.core import clock
from mtc.core.crypto import keyed_hash, sign, unsign
from mtc.core.db import session
from mtc.core.errors import GoneError, NotFoundError, UnavailableError
from mtc.core.events import emit
from mtc.core.i18n import LazyText, _l
from mtc.core.ids import token
from mtc.delivery import queries
from mtc.delivery.events import DownloadReset, DownloadStarted
from mtc.delivery.hooks import DownloadDraft, DownloadView
from mtc.delivery.models import Download
from mtc.delivery.services.coverage import Progress, Stream, dump, load
from mtc.delivery.services.methods import way_of
from mtc.delivery.types.file import terms
from mtc.media.models import Media
from mtc.plugins.services import run_before

PURPOSE = "download"
_LONGEST_LINK = 7 * 24 * 3600
_LOG = 50
_BUSY = _l(
    "This file is being downloaded at the moment, and no other download is left. Try again when it ends."
)


@dataclass(frozen=True, slots=True)
class GrantedDownload:
    """A stream that may go out now: the bytes from `start` up to, not including, `end`."""

    download: Download
    media: Media
    stream: str
    start: int
    end: int


def download_token(download: Download) -> str:
    """The signed part of `/d/<token>`: ends with the right to download, after a week at the latest."""
    seconds = _LONGEST_LINK
    if download.expires_at is not None:
        seconds = min(seconds, int((download.expires_at - clock.now()).total_seconds()))
    return sign({"d": str(download.id)}, PURPOSE, max(seconds, 0))


def open_download(
    link: str, *, start: int = 0, end: int | None = None, ip: str = "", may_shorten: bool = False
) -> GrantedDownload:
    """Reserve the bytes of one answer; needs a writing scope and `record_bytes` while and after they go out.

    Open streams count as if they had ended, so answers that run side by side cannot exceed the limit. A
    download that was counted before its last bytes arrived may be finished; with `may_shorten` (the answer
    to a range) `end` is then that of the gap.
    Raises ValidationError (forged), GoneError (used up, expired, refunded), UnavailableError (all that is
    left is on its way by another stream) and NotFoundError.
    """
    row = queries.lock_download(UUID(unsign(link, PURPOSE)["d"]))
    if row is None:
        raise NotFoundError(_l("There is no such download."))
    download, media = row
    now = clock.now()
    if download.revoked_at is not None or (download.expires_at is not None and download.expires_at <= now):
        raise GoneError(_why(download))
    progress = load(download.progress, media.storage_key)
    progress.drop_stale(now)
    end = media.size if end is None else min(end, media.size)
    granted = _granted(download, progress, start, end, media.size)
    if granted < end and not may_shorten:
        raise GoneError(_why(download))
    end = granted
    if progress.is_new:
        used, most = download.used, download.max_downloads
        run_before(
            "before_download",
            DownloadDraft(download.order_id, download.id, download.filename, used, most, ip[:45]),
        )
        entry = {"at": now.isoformat(), "ip": ip[:45], "link": keyed_hash(link, PURPOSE)[:16]}
        download.log = [*download.log, entry][-_LOG:]
        started = DownloadStarted(
            entity_id=download.order_id, download_id=download.id, file=download.filename, ip=ip
        )
        emit(started)
    stream = token(9)
    progress.streams[stream] = Stream(start, end, now)
    download.progress, download.last_used_at = dump(progress), now
    session.flush()
    return GrantedDownload(download, media, stream, start, end)


def _granted(download: Download, progress: Progress, start: int, end: int, size: int) -> int:
    """Return where the answer may end; raises GoneError and UnavailableError."""
    if download.max_downloads is None:
        return end
    expected, more = progress.projected(size)
    if download.used + more < download.max_downloads:
        return end
    gap = expected.missing_from(start, size)
    if gap:
        return min(end, gap)
    if progress.streams and (download.used < download.max_downloads or progress.missing_from(start, size)):
        raise UnavailableError(_BUSY)
    raise GoneError(_why(download))


def record_bytes(download_id: UUID, stream: str, position: int, *, ended: bool = False) -> bool:
    """Record that a stream has sent all bytes before `position`; False when it must stop.

    A stream that is not known any more was given up as dead, or its file was replaced.
    """
    row = queries.lock_download(download_id)
    if row is None:
        return False
    download, media = row
    progress = load(download.progress, media.storage_key)
    reported = progress.streams.get(stream)
    if reported is None:
        return False
    counted = progress.add(reported.position, min(position, reported.end), media.size)
    reported.position, reported.reported_at = min(position, reported.end), clock.now()
    if ended:
        del progress.streams[stream]
    most = download.max_downloads
    download.used = download.used + counted if most is None else min(most, download.used + counted)
    download.progress = dump(progress)
    session.flush()
    return True


def _why(download: Download) -> LazyText:
    if download.revoked_at is not None:
        return _l("This item was refunded; its files are closed.")
    if download.expires_at is not None and download.expires_at <= clock.now():
        return _l("This download has ended. Ask the store for a new one.")
    return _l(
        "This file was downloaded %(count)s times. Ask the store for more.",
        count=download.max_downloads,
    )


def reset_download(download_id: UUID) -> Download:
    """Give the full allotment and the full time again; raises NotFoundError, GoneError (refunded).

    The time is what the line was bought with, and never ends earlier than it did before.
    """
    row = queries.lock_download(download_id)
    if row is None:
        raise NotFoundError(_l("There is no such download."))
    download = row.Download
    if download.revoked_at is not None:
        raise GoneError(_l("This item was refunded; its files stay closed."))
    run_before("before_download_reset", DownloadView(download.order_id, download.id, download.filename))
    if download.expires_at is not None:
        days = _days(download.order_item_id)
        fresh = clock.now() + timedelta(days=days) if days else None
        download.expires_at = None if fresh is None else max(fresh, download.expires_at)
    download.used, download.progress = 0, {}
    session.flush()
    emit(DownloadReset(entity_id=download.order_id, download_id=download.id, file=download.filename))
    return download


def _days(order_item_id: UUID) -> float:
    """Return how many days the line's files can be fetched; 0 is for ever."""
    item = queries.item_by_id(order_item_id)
    if item is None:
        raise NotFoundError(_l("There is no such download."))
    bought: Mapping[str, Any] = dict(item.snapshot.get("delivery") or {})
    return terms(bought, way_of(item, queries.methods()).config).days
