"""The load: a process that keeps a few connections busy with one prebuilt request and counts answers."""

from __future__ import annotations

import json
import re
import select
import socket
import sys
import time
from dataclasses import dataclass
from typing import Any

CONNECTIONS = 8
ROOM = 1 << 18
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class LoadError(Exception):
    """The server answered something that no measurement can count."""


@dataclass(slots=True)
class _Line:
    socket: socket.socket
    missing: int = 0
    head: bytes = b""


def request_bytes(host: str, path: str) -> bytes:
    """A GET as browsers send it, as far as servers look."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: bench\r\nAccept: text/html\r\n"
        "Accept-Encoding: identity\r\nConnection: keep-alive\r\n\r\n"
    ).encode()


def drive(port: int, request: bytes, seconds: float, connections: int = CONNECTIONS) -> tuple[int, float]:
    """Send the request again and again over so many connections; (answers, seconds that passed).

    Raises LoadError for an answer that is not a 200 with a length.
    """
    poll = select.epoll()
    lines: dict[int, _Line] = {}
    for _ in range(connections):
        made = socket.create_connection(("127.0.0.1", port), 10)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setblocking(False)
        lines[made.fileno()] = _Line(made)
        poll.register(made.fileno(), select.EPOLLIN)
    answers, buffer = 0, memoryview(bytearray(ROOM))
    started = time.perf_counter()
    end = started + seconds
    for line in lines.values():
        line.socket.sendall(request)
    try:
        while time.perf_counter() < end:
            for number, _ in poll.poll(1.0):
                line = lines[number]
                if _received(line, buffer):
                    answers += 1
                    line.socket.sendall(request)
        return answers, time.perf_counter() - started
    finally:
        for line in lines.values():
            line.socket.close()
        poll.close()


def _received(line: _Line, buffer: memoryview) -> bool:
    """Read what there is; whether the answer is complete."""
    count = line.socket.recv_into(buffer)
    if not count:
        raise LoadError("the server closed a connection")
    if line.missing:
        line.missing -= count
        return line.missing == 0
    head = line.head + bytes(buffer[:count])
    cut = head.find(b"\r\n\r\n")
    if cut < 0:
        line.head = head
        return False
    length = _LENGTH.search(head, 0, cut + 2)
    if length is None or not head.startswith(b"HTTP/1.1 200"):
        raise LoadError(head[: max(cut, 80)].decode("latin-1"))
    line.missing = cut + 4 + int(length[1]) - len(head)
    line.head = b""
    return line.missing == 0


def main() -> None:
    """Answer orders from standard input, one JSON object a line, until it closes."""
    for text in sys.stdin:
        order: dict[str, Any] = json.loads(text)
        try:
            answers, passed = drive(
                order["port"],
                request_bytes(order["host"], order["path"]),
                order["seconds"],
                order.get("connections", CONNECTIONS),
            )
            reply: dict[str, Any] = {"answers": answers, "seconds": passed}
        except (LoadError, OSError) as error:
            reply = {"error": str(error)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
