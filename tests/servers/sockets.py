"""No test reaches beyond this machine: a socket of Python connects to loopback and Unix sockets only."""

import ipaddress
import socket
from typing import Any


class NetworkRefusedError(RuntimeError):
    """A test wanted to talk to another machine."""


def _is_local(sock: socket.socket, address: Any) -> bool:
    if sock.family == socket.AF_UNIX:
        return True
    host = str(address[0]).partition("%")[0]
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Refuses connections to other machines while it is installed."""

    def __init__(self) -> None:
        self._connect, self._connect_ex = socket.socket.connect, socket.socket.connect_ex
        self._getaddrinfo = socket.getaddrinfo

    def install(self) -> None:
        """Take the place of the real methods."""
        guard = self

        def connect(sock: socket.socket, address: Any) -> None:
            guard._check(sock, address)
            guard._connect(sock, address)

        def connect_ex(sock: socket.socket, address: Any) -> int:
            guard._check(sock, address)
            return guard._connect_ex(sock, address)

        def getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
            name = host.decode() if isinstance(host, bytes) else host
            if name not in {None, "", "localhost"} and not _is_number(name):
                raise NetworkRefusedError(f"a test looked up {name}")
            return guard._getaddrinfo(host, *args, **options)

        socket.socket.connect = connect  # type: ignore[method-assign]
        socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
        socket.getaddrinfo = getaddrinfo

    def remove(self) -> None:
        """Put the real methods back."""
        socket.socket.connect = self._connect  # type: ignore[method-assign]
        socket.socket.connect_ex = self._connect_ex  # type: ignore[method-assign]
        socket.getaddrinfo = self._getaddrinfo

    def _check(self, sock: socket.socket, address: Any) -> None:
        if not _is_local(sock, address):
            raise NetworkRefusedError(f"a test wanted to connect to {address!r}")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
