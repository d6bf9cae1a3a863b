"""Files that were bought: resumable, counted by the bytes sent, streamed without holding the database."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from uuid import UUID

from flask import Flask, Response, current_app, request

from mtc.core import clock
from mtc.core.context import current
from mtc.core.crypto import unsign
from mtc.core.database_errors import DatabaseError
from mtc.core.db import end_transaction, unit_of_work
from mtc.core.errors import AppError, NotFoundError, UnavailableError
from mtc.core.i18n import _l
from mtc.core.tenancy import tenant_scope
from mtc.delivery import queries
from mtc.delivery.services import GrantedDownload, open_download, record_bytes
from mtc.delivery.services.downloads import PURPOSE
from mtc.infra import ports
from mtc.media.models import Media
from mtc.storefront.blueprint import storefront
from mtc.web.access import public
from mtc.web.byte_ranges import Span, read_range
from mtc.web.client_address import client_ip
from mtc.web.content_disposition import attachment
from mtc.web.rate_limits import limit

log = logging.getLogger(__name__)
REPORT_BYTES, REPORT_SECONDS = 16 * 2**20, 30  # how often a running stream writes down how far it is


class RangeError(AppError):
    """No byte of the range exists (416)."""

    status = 416
    code = "range"


@storefront.get("/d/<token>")
@public(when_closed=True)
def download(token: str) -> Response:
    """The file of a link. What counts are the bytes that go out; a HEAD and a prefetch send none."""
    limit("download", client_ip(), 300, 600)
    row = queries.download(UUID(unsign(token, PURPOSE)["d"]))
    if row is None:
        raise NotFoundError(_l("There is no such download."))
    media, name = row.Media, row.Download.filename
    etag = f'"{media.sha256[:32] or media.id.hex}"'
    span = read_range(request.headers.get("Range"), request.headers.get("If-Range"), media.size, etag)
    if span is None:
        raise RangeError(_l("The part of the file that was asked for does not exist."))
    if request.method == "HEAD":
        return _headed(Response(b""), name, media, etag, span)
    if _is_prefetch():
        raise UnavailableError(_l("Files are sent when somebody asks for them, not in advance."))
    end_transaction()  # the reservation is a transaction of its own, and the storage is asked outside of any
    tenant_id = current().tenant_id
    assert tenant_id is not None
    with tenant_scope(tenant_id), unit_of_work():
        opened = open_download(
            token, start=span.start, end=span.end, ip=client_ip(), may_shorten=span.partial
        )
    sent = Span(opened.start, opened.end, span.partial)
    body = DownloadStream(current_app._get_current_object(), tenant_id, opened)  # type: ignore[attr-defined]
    return _headed(Response(body, direct_passthrough=True), name, opened.media, etag, sent)


def _is_prefetch() -> bool:
    """Return whether a browser asks for a link that nobody has followed yet."""
    names = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    hints = " ".join(request.headers.get(name, "") for name in names).lower()
    return any(word in hints for word in ("prefetch", "prerender", "preview"))


class DownloadStream:
    """The bytes of an answer; what was handed on is recorded now and then, and when it ends or breaks."""

    def __init__(self, app: Flask, tenant_id: UUID, opened: GrantedDownload) -> None:
        self._app, self._tenant_id, self._opened = app, tenant_id, opened
        self._download_id = opened.download.id
        self._position = self._reported = opened.start
        self._reported_at, self._open = clock.now(), True
        try:
            self._chunks = ports.storage.read_range(opened.media.storage_key, opened.start, opened.end)
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            if self._is_due() and not self._record():
                raise StopIteration
            chunk = next(self._chunks)
        except BaseException:
            self.close()
            raise
        self._position += len(chunk)
        return chunk

    def close(self) -> None:
        """Told by the server when the answer has gone or the visitor has: record the rest."""
        if not self._open:
            return
        self._open = False
        end = getattr(getattr(self, "_chunks", None), "close", None)
        if end is not None:
            end()
        try:
            self._record(ended=True)
        except DatabaseError:  # nobody can be told; the reservation is given up after a while
            log.exception("the bytes of a download could not be recorded")

    def _is_due(self) -> bool:
        passed = (clock.now() - self._reported_at).total_seconds()
        return self._position - self._reported >= REPORT_BYTES or passed >= REPORT_SECONDS

    def _record(self, *, ended: bool = False) -> bool:
        with self._app.app_context(), tenant_scope(self._tenant_id), unit_of_work():
            goes_on = record_bytes(self._download_id, self._opened.stream, self._position, ended=ended)
        self._reported, self._reported_at = self._position, clock.now()
        return goes_on


def _headed(response: Response, name: str, media: Media, etag: str, span: Span) -> Response:
    headers = response.headers
    response.status_code = 206 if span.partial else 200
    headers["Content-Type"] = media.content_type or "application/octet-stream"
    headers["Content-Length"] = str(span.end - span.start)
    headers["Accept-Ranges"] = "bytes"
    headers["ETag"] = etag
    headers["Cache-Control"] = "private, no-store"
    headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Robots-Tag"] = "noindex"
    headers["Content-Disposition"] = attachment(name)
    if span.partial:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{media.size}"
    return response
