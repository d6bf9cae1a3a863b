"""A small S3 server over real HTTP: objects, ranges and uploads in parts, in memory."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit


class FakeS3(ThreadingHTTPServer):
    """`objects` maps "/bucket/key" to (content, type, time); `log` has every method and path.

    While it is `broken` it answers everything with 503.
    """

    daemon_threads = True

    def __init__(self, access_key: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.access_key = access_key
        self.broken = False
        self.objects: dict[str, tuple[bytes, str, datetime]] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.types: dict[str, str] = {}
        self.log: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeS3

    def log_message(self, format: str, *args: object) -> None:
        self.server.log.append((self.command, self.path))

    def _request(self) -> tuple[str, dict[str, list[str]], bytes]:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return unquote(parts.path), parse_qs(parts.query, keep_blank_values=True), body

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", headers.pop("length", str(len(body))))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _denied(self, query: dict[str, list[str]]) -> bool:
        if self.server.broken:
            self._answer(503, b"<Error><Code>SlowDown</Code></Error>")
            return True
        credential = self.headers.get("Authorization") or "".join(query.get("X-Amz-Credential", []))
        if self.server.access_key + "/" in credential:
            return False
        self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        return True

    def _get(self) -> None:
        path, query, _ = self._request()
        if self._denied(query):
            return
        if path not in self.server.objects:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        content, kind, modified = self.server.objects[path]
        headers = {
            "ETag": f'"{hashlib.md5(content).hexdigest()}"',
            "Content_Type": kind,
            "Last_Modified": format_datetime(modified, usegmt=True),
        }
        if "response-content-disposition" in query:
            headers["Content_Disposition"] = query["response-content-disposition"][0]
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if wanted:
            self._answer(206, content[int(wanted[1]) : int(wanted[2]) + 1], **headers)
        else:
            self._answer(200, content, **headers)

    do_GET = do_HEAD = _get

    def do_PUT(self) -> None:
        path, query, body = self._request()
        if self._denied(query):
            return
        if "uploadId" in query:
            self.server.uploads[query["uploadId"][0]][int(query["partNumber"][0])] = body
        else:
            self._keep(path, body, self.headers["Content-Type"])
        self._answer(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')

    def do_POST(self) -> None:
        path, query, _ = self._request()
        if self._denied(query):
            return
        if "uploads" in query:
            name = f"upload-{len(self.server.uploads) + 1}"
            self.server.uploads[name] = {}
            self.server.types[name] = self.headers["Content-Type"]
            answer = (
                f"<InitiateMultipartUploadResult><UploadId>{name}</UploadId></InitiateMultipartUploadResult>"
            )
        else:
            name = query["uploadId"][0]
            parts = self.server.uploads.pop(name)
            self._keep(path, b"".join(parts[number] for number in sorted(parts)), self.server.types[name])
            answer = "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>"
        self._answer(200, answer.encode())

    def do_DELETE(self) -> None:
        path, query, _ = self._request()
        if self._denied(query):
            return
        self.server.objects.pop(path, None)
        self._answer(204)

    def _keep(self, path: str, content: bytes, kind: str) -> None:
        self.server.objects[path] = (content, kind, datetime.now(UTC))


@contextmanager
def fake_s3(access_key: str = "AKIATEST") -> Iterator[FakeS3]:
    """A running server on a free port."""
    with FakeS3(access_key) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
