"""One request and its answer, as granian hands them to Python."""

from __future__ import annotations

import logging
from typing import Any

from mtc.server.served_app import RawHeaders

log = logging.getLogger(__name__)


class Exchange:
    """The scope of a request, its body and the way back, all as in ASGI.

    `watcher` is granian's: proto.receive() and proto.send() are ASGI's, done() ends the exchange. Sending may
    be called from any thread; receiving and sending a stream belong to the event loop.
    """

    __slots__ = ("_watcher", "receive", "scope")

    def __init__(self, watcher: Any) -> None:
        self._watcher = watcher
        self.scope: dict[str, Any] = watcher.scope
        self.receive = watcher.proto.receive

    def send(self, status: int, headers: RawHeaders, body: bytes) -> None:
        """Send a whole answer and end."""
        send = self._watcher.proto.send
        try:
            send({"type": "http.response.start", "status": status, "headers": headers})
            send({"type": "http.response.body", "body": body})
        except RuntimeError as error:  # the client has gone
            log.debug("An answer could not be sent: %s", error)
        finally:
            self._watcher.done()

    async def send_part(self, message: dict[str, Any]) -> None:
        """Send one message of a stream, once the client has taken those before it."""
        await self._watcher.proto.send(message)

    def end(self) -> None:
        """End the exchange as it is: the connection is closed where the answer is not complete."""
        self._watcher.done()
