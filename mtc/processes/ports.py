"""Ports for servers that are told their number before they listen."""

import secrets
import socket

# The system gives outgoing connections ports from 32768 (Linux) or 49152 (RFC 6335) up. One that it named
# for port 0 may be such a connection's by the time the server listens; one from below that range is not.
FIRST, LAST = 12_000, 32_000


def free_port() -> int:
    """A port on which nobody listens on 127.0.0.1, over TCP or UDP."""
    while True:
        port = FIRST + secrets.randbelow(LAST - FIRST)
        if all(_is_free(port, socket_type) for socket_type in (socket.SOCK_STREAM, socket.SOCK_DGRAM)):
            return port


def _is_free(port: int, socket_type: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, socket_type) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
