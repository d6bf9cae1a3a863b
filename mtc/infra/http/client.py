"""The hardened outbound client: public addresses only, one look-up, no redirects, a cap and a deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any

from mtc.core.i18n import _l
from mtc.core.outside_calls import check_outside_call
from mtc.infra.http.base import (
    MAX_BYTES,
    TIMEOUT,
    DeadlineError,
    RefusedUrlError,
    Response,
    UnreachableError,
)
from mtc.infra.http.public_addresses import is_public
from mtc.infra.http.transport import Deadline, TimedSocket, WiredConnection, connect, resolve
from mtc.infra.http.url import Target, parse_target

if TYPE_CHECKING:
    import ssl

Resolver = Callable[[str, int, float], Sequence[str]]
Connector = Callable[[str, int, float], Any]

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
_OURS = {
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "accept-encoding",
    "upgrade",
    "expect",
    "te",
}
_MAX_ADDRESSES = 4


class HttpClient:
    """An `Http` that cannot be talked into calling the inside of our network.

    The name is looked up once, all its addresses have to be public, and the connection goes to one of
    exactly these, while TLS and the Host header still carry the name: a second DNS answer has no effect.
    """

    def __init__(
        self,
        *,
        allow_http: bool = False,
        resolver: Resolver = resolve,
        connector: Connector = connect,
        context: ssl.SSLContext | None = None,
        user_agent: str = "MTC/0.1",
    ) -> None:
        self._allow_http = allow_http
        self._resolve = resolver
        self._connect = connector
        self._context = context
        self._user_agent = user_agent

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = TIMEOUT,
        max_bytes: int = MAX_BYTES,
    ) -> Response:
        """See `Http.request`. Compression is neither asked for nor undone: no answer grows in our hands."""
        if method not in _METHODS:
            raise ValueError("Use one of the methods " + ", ".join(sorted(_METHODS)) + ".")
        target = parse_target(url, allow_http=self._allow_http)
        sent = self._headers(target, headers or {}, method, body)
        check_outside_call(target.host)
        deadline = Deadline(timeout)
        try:
            sock = self._open(target, deadline)
        except TimeoutError as error:
            raise DeadlineError(_l("The server did not answer in time.")) from error
        connection = WiredConnection(target.host, TimedSocket(sock, deadline))
        try:
            return _exchange(connection, method, target.path, sent, body, max_bytes)
        except TimeoutError as error:
            raise DeadlineError(_l("The server did not answer in time.")) from error
        except (HTTPException, OSError, UnicodeError) as error:
            raise UnreachableError(_l("The server broke off or did not speak HTTP.")) from error
        finally:
            connection.close()
            sock.close()

    def _headers(
        self, target: Target, extra: Mapping[str, str], method: str, body: bytes | None
    ) -> list[tuple[str, str]]:
        sent = [("Host", target.host_header), ("Accept-Encoding", "identity"), ("Connection", "close")]
        if not any(name.lower() == "user-agent" for name in extra):
            sent.append(("User-Agent", self._user_agent))
        if body is not None or method in {"POST", "PUT", "PATCH"}:
            sent.append(("Content-Length", str(len(body or b""))))
        for name, value in extra.items():
            if name.lower() in _OURS:
                raise ValueError(f"The header {name} is set by the client.")
            if not (name + value).isascii() or not (name + value).isprintable():
                raise ValueError("A header is one line of ASCII.")
            sent.append((name, value))
        return sent

    def _open(self, target: Target, deadline: Deadline) -> Any:
        addresses = self._vetted(target, deadline)
        failure: OSError | None = None
        for address in addresses:
            sock = None
            try:
                sock = self._connect(address, target.port, deadline.left())
                return self._secured(sock, target, deadline)
            except OSError as error:
                if sock is not None:
                    sock.close()
                failure = error
        if isinstance(failure, TimeoutError):
            raise failure
        raise UnreachableError(_l("The server does not accept connections.")) from failure

    def _vetted(self, target: Target, deadline: Deadline) -> list[str]:
        """The addresses of the name; a single one that is not public refuses them all."""
        try:
            addresses = list(self._resolve(target.host, target.port, deadline.left()))
        except TimeoutError:
            raise
        except (OSError, UnicodeError) as error:
            raise UnreachableError(_l("The server's name is not known.")) from error
        if not addresses:
            raise UnreachableError(_l("The server's name is not known."))
        if not all(map(is_public, addresses)):
            raise RefusedUrlError(_l("The address does not lead to a public server."))
        return addresses[:_MAX_ADDRESSES]

    def _secured(self, sock: Any, target: Target, deadline: Deadline) -> Any:
        if target.scheme != "https":
            return sock
        import ssl  # noqa: PLC0415

        if self._context is None:
            # Made at the first call: it reads the system's certificates, which costs some milliseconds.
            self._context = ssl.create_default_context()
        sock.settimeout(deadline.left())
        try:
            return self._context.wrap_socket(sock, server_hostname=target.host)
        except ssl.SSLError as error:
            sock.close()
            raise UnreachableError(
                _l("The server has no certificate that is valid for this address.")
            ) from error


def _exchange(
    connection: WiredConnection,
    method: str,
    path: str,
    headers: Iterable[tuple[str, str]],
    body: bytes | None,
    max_bytes: int,
) -> Response:
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    content = _read(answer, max_bytes + 1)
    if answer.length and len(content) <= max_bytes and method != "HEAD":
        # http.client keeps silent when a body ends before its announced length.
        raise UnreachableError(_l("The server broke off its answer."))
    return Response(
        status=answer.status,
        headers={name.lower(): value for name, value in answer.getheaders()},
        body=content[:max_bytes],
        truncated=len(content) > max_bytes,
    )


def _read(answer: HTTPResponse, limit: int) -> bytes:
    pieces: list[bytes] = []
    while limit > 0 and (piece := answer.read(min(limit, 16 * 1024))):
        pieces.append(piece)
        limit -= len(piece)
    return b"".join(pieces)
