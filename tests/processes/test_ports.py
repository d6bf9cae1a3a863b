"""Ports for servers that are told their number before they listen."""

import socket
from pathlib import Path

import pytest

from mtc.processes import ports


def test_outgoing_connections_are_never_given_such_a_port() -> None:
    system = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(system.read_text().split()[0]) if system.exists() else 49152
    assert first >= ports.LAST
    assert ports.FIRST <= ports.free_port() < ports.LAST


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_is_free_for_both_protocols(monkeypatch: pytest.MonkeyPatch, kind: socket.SocketKind) -> None:
    taken, free = ports.free_port(), ports.free_port()
    offered = iter([taken - ports.FIRST, free - ports.FIRST])
    monkeypatch.setattr(ports.secrets, "randbelow", lambda _: next(offered))
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", taken))
        assert ports.free_port() == free
