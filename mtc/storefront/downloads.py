"""Files that were bought: resumable, counted, streamed without holding the database."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from mtc.core.crypto import unsign
from mtc.core.errors import AppError, NotFoundError
from mtc.delivery import queries
from mtc.delivery.services import open_download
from mtc.delivery.services.downloads import PURPOSE
from mtc.infra import ports
from mtc.infra.storage.base import FileInfo
from mtc.storefront.blueprint import storefront
from mtc.web.access import public
from mtc.web.attachments import attachment
from mtc.web.pages import client_ip, limit
from mtc.web.ranges import Span, read_range


class RangeError(AppError):
    """No byte of the range exists (416)."""

    status = 416
    code = "range"


@storefront.get("/d/<token>")
@public(writes=True, when_closed=True)
def download(token: str) -> Response:
    """The file of a link. The body is read after the transaction has ended."""
    limit("download", client_ip(), 300, 600)
    found = queries.download(UUID(unsign(token, PURPOSE)["d"]))
    if found is None:
        raise NotFoundError("There is no such download.")
    info = ports.storage.stat(found.Media.storage_key)
    etag = f'"{found.Media.sha256[:32] or info.etag.strip(chr(34))}"'
    span = read_range(request.headers.get("Range"), request.headers.get("If-Range"), info.size, etag)
    if span is None:
        raise RangeError("The part of the file that was asked for does not exist.")
    name, content_type = found.Download.filename, found.Media.content_type
    if request.method == "HEAD":  # asks how large it is; nothing goes out, so nothing counts
        return _headed(Response(b""), name, content_type, etag, info, span)
    opened = open_download(token, range_start=span.start if span.partial else 0, ip=client_ip())
    body = ports.storage.read_range(opened.media.storage_key, span.start, span.end)
    return _headed(Response(body, direct_passthrough=True), name, content_type, etag, info, span)


def _headed(
    response: Response, name: str, content_type: str, etag: str, info: FileInfo, span: Span
) -> Response:
    headers = response.headers
    response.status_code = 206 if span.partial else 200
    headers["Content-Type"] = content_type or "application/octet-stream"
    headers["Content-Length"] = str(span.end - span.start)
    headers["Accept-Ranges"] = "bytes"
    headers["ETag"] = etag
    headers["Last-Modified"] = info.modified.strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers["Cache-Control"] = "private, no-store"
    headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Robots-Tag"] = "noindex"
    headers["Content-Disposition"] = attachment(name)
    if span.partial:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{info.size}"
    return response
