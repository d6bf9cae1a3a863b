"""The list of forged addresses (P7): nobody who is not public is connected to, however it is spelled.

The control fetches as most programs do: it looks the name up, checks the address with `ipaddress`, and hands
the URL to something that looks it up again and follows redirects. On this very list it ends up inside.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from mtc.infra.http import HttpClient, HttpError
from tests.infra.network import PUBLIC

Answer = list[str]
OUTSIDE = {PUBLIC, "2001:4860:4860::8888"}  # all others in the list are inside


@dataclass(frozen=True)
class Case:
    """A URL, what its name resolves to at each look-up, and where a public server redirects to."""

    url: str
    answers: tuple[Answer, ...] = ()
    moved: str = ""


def _leads(*addresses: str) -> Case:
    return Case("https://hooks.example/in", (list(addresses),))


# Names that lead inside: one address of each block that is not public.
INSIDE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.254",
    "127.0.0.1", "127.8.8.8", "168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1",
    "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::7f00:1", "::a00:1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "64:ff9b:1::a9fe:a9fe",
    "100::1", "2001::1", "2001:0:7f00:1::1", "2001:0:a9fe:a9fe::", "2001:10::1", "2001:db8::1",
    "2002:7f00:1::1", "2002:a9fe:a9fe::", "2002:a00:1::", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2a00:1450::5efe:7f00:1",
    "2a00:1450::200:5efe:a00:1",
]  # fmt: skip
# Addresses written so that a check and a resolver may read them differently.
SPELLED = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0x7f.0.0.1", "0177.0.0.1",
    "017700000001", "127.0.0.01", "127.0.0.1.", "0", "0.0.0.0", "169.254.169.254", "0xa9fea9fe",
    "2852039166", "0251.0376.0251.0376", "169.254.43518", "①②⑦.⓪.⓪.①", "127。0。0。1", "１２７.0.0.1",
    "%31%32%37.0.0.1", "[::1]", "[::]", "[::7f00:1]", "[::127.0.0.1]", "[::ffff:7f00:1]",
    "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:a9fe:a9fe]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a9fe:a9fe]",
    "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[fd00:ec2::254]",
    "[ff02::1]", "localhost", "LOCALHOST.", "ⓛocalhost",
]  # fmt: skip
PARTS = [
    Case("https://hooks.example:22/", ([PUBLIC],)),
    Case("https://hooks.example:6379/", (["10.0.0.1"],)),
    Case("https://hooks.example:0/", (["127.0.0.1"],)),
    Case("https://hooks.example:99999/", (["127.0.0.1"],)),
    Case("https://user@127.0.0.1/"),
    Case("https://user:secret@hooks.example/", (["10.0.0.1"],)),
    Case("https://hooks.example@127.0.0.1/"),
    Case("https://hooks.example\\@127.0.0.1/"),
    Case("https://127.0.0.1#@hooks.example/"),
    Case("https://127.0.0.1?@hooks.example/"),
    Case("https://127.0.0.1\\.hooks.example/", (["127.0.0.1"],)),
    Case("https://hooks.example\x00.127.0.0.1/", (["127.0.0.1"],)),
    Case("https://hooks.example/\r\nHost: 127.0.0.1", (["127.0.0.1"],)),
    Case("https://127.0.0.1\t/"),
    Case(" https://127.0.0.1/"),
    Case("//127.0.0.1/"),
    Case("HTTPS://127.0.0.1/"),
    Case("http://127.0.0.1/"),
    Case("gopher://127.0.0.1:6379/_FLUSHALL"),
    Case("file:///etc/passwd"),
    Case("ftp://127.0.0.1/"),
    Case("unix:///run/docker.sock"),
]
MIXED = [
    _leads(PUBLIC, "127.0.0.1"),
    _leads("127.0.0.1", PUBLIC),
    _leads(PUBLIC, PUBLIC, "10.0.0.1"),
    _leads(PUBLIC, "::1"),
    _leads(PUBLIC, "2001:4860:4860::8888", "fd00::1"),
    _leads(PUBLIC, "64:ff9b::a9fe:a9fe"),
]
REBOUND = [
    Case("https://hooks.example/in", ([PUBLIC], ["127.0.0.1"])),
    Case("https://hooks.example/in", ([PUBLIC], ["169.254.169.254"])),
    Case("https://hooks.example/in", ([PUBLIC], ["::1"])),
    Case("https://hooks.example/in", ([PUBLIC], ["10.0.0.1", PUBLIC])),
    Case("https://hooks.example/in", (["10.0.0.1"], [PUBLIC])),
    Case("https://hooks.example/in", ([], ["127.0.0.1"])),
]
MOVED = [
    Case("https://hooks.example/in", ([PUBLIC],), moved=target)
    for target in (
        "https://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "https://[::1]/", "//10.0.0.1/",
        "https://2130706433/", "https://inside.example/", "gopher://127.0.0.1:6379/_x", "file:///etc/passwd",
    )
]  # fmt: skip
CASES = [
    *map(_leads, INSIDE),
    *(Case(f"https://{host}/") for host in SPELLED),
    *PARTS,
    *MIXED,
    *REBOUND,
    *MOVED,
]


@dataclass
class Net:
    """A resolver and a connector without a network; every server answers, some with a redirect."""

    case: Case
    lookups: int = 0
    connects: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: int = 443, timeout: float = 1.0) -> Answer:
        """What the name leads to; numbers in any dialect lead where the C library says."""
        self.lookups += 1
        if host == "inside.example":
            return ["10.0.0.1"]
        if host == "hooks.example" or (self.case.answers and host.endswith(".hooks.example")):
            return list(self.case.answers[min(self.lookups, len(self.case.answers)) - 1])
        if host.rstrip(".").lower() in {"localhost", "ⓛocalhost"}:
            return ["127.0.0.1", "::1"]
        with suppress(OSError):
            return [socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))]
        with suppress(ValueError):
            return [str(ip_address(host))]
        raise OSError("no such name")

    def connect(self, address: str, port: int = 443, timeout: float = 1.0) -> Any:
        """A server that answers once."""
        self.connects.append(address)
        line = f"HTTP/1.1 302 Found\r\nLocation: {self.case.moved}\r\n" if self.case.moved else ""
        return Line((line or "HTTP/1.1 200 OK\r\n") + "Content-Length: 0\r\n\r\n")

    def inside(self) -> list[str]:
        """Whom nobody should have called."""
        return [one for one in self.connects if one not in OUTSIDE]


class Line:
    """The socket of such a server, and the TLS around it."""

    def __init__(self, says: str) -> None:
        self._says = io.BytesIO(says.encode())

    def recv_into(self, buffer: Any) -> int:
        """Some bytes of the answer."""
        return self._says.readinto(buffer)

    def sendall(self, data: Any) -> None:
        """Taken."""

    def settimeout(self, seconds: float) -> None:
        """Never late."""

    def close(self) -> None:
        """Closed."""


class NoTls:
    """Stands for a context; whether names and certificates fit is tested in test_http.py."""

    def wrap_socket(self, sock: Any, *, server_hostname: str) -> Any:
        """The socket as it is."""
        return sock


def hardened(net: Net) -> None:
    """Ours, with plain http allowed as in a development setting: the harder case."""
    client = HttpClient(allow_http=True, resolver=net.resolve, connector=net.connect, context=NoTls())  # type: ignore[arg-type]
    client.request("POST", net.case.url, body=b"{}", timeout=1)


def naive(net: Net) -> None:
    """Resolve, check, fetch."""
    url = net.case.url
    for number in range(5):
        host = unquote(urlsplit(url).hostname or "").partition("%")[0]
        first = net.resolve(host)[0]
        if number == 0 and (ip_address(first).is_private or ip_address(first).is_loopback):
            raise ValueError("refused")
        net.connect(net.resolve(host)[-1])
        if not net.case.moved or number:
            return
        url = urljoin(url, net.case.moved)


def calls(fetch: Callable[[Net], None]) -> list[tuple[Case, list[str]]]:
    """The cases in which somebody inside was called."""
    found = []
    for case in CASES:
        net = Net(case)
        with suppress(HttpError, ValueError, OSError, IndexError):
            fetch(net)
        if net.inside():
            found.append((case, net.inside()))
    return found


def test_nobody_inside_is_called() -> None:
    assert len(set(map(repr, CASES))) == len(CASES) == 138
    assert calls(hardened) == []


def test_the_name_is_looked_up_once_and_redirects_are_answers() -> None:
    for case in (*REBOUND[:3], *MOVED):
        net = Net(case)
        hardened(net)
        assert (net.lookups, net.connects) == (1, [PUBLIC]), case


def test_the_control_is_led_inside() -> None:
    """Without our client: each kind of trick works on somebody."""
    led = calls(naive)
    kinds = {
        "carrier-grade NAT": _leads("100.64.0.1"),
        "multicast": _leads("224.0.0.1"),
        "NAT64": _leads("64:ff9b::a9fe:a9fe"),
        "6to4": _leads("2002:a9fe:a9fe::"),
        "mixed": MIXED[0],
        "rebinding": REBOUND[0],
        "redirect": MOVED[0],
    }
    assert {kind for kind, case in kinds.items() if case not in [one for one, _ in led]} == set()
    assert len(led) >= 20, len(led)
