"""Whom the limits count, whatever a visitor writes into forwarding headers, with Redis up and down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from mtc.infra.cache import Limits, MemoryCache, RedisCache
from mtc.infra.redis_connection import RedisLink
from mtc.middleware.proxy_headers import Forwarded, plain_address
from tests.security.fort import Fort
from tests.servers.redis import Redis

PROXY, INNER, VICTIM, EVE = "10.0.0.1", "10.0.0.2", "203.0.113.5", "203.0.113.66"
MOST = 30
# What an attacker sends: another text each time, made to look like somebody else or to spoil the reading.
SPOOFS: list[Callable[[int], str]] = [
    lambda n: f"198.51.100.{n}",
    lambda n: f"198.51.100.{n}, 198.51.100.1{n}",
    lambda n: f'"{n}',  # a quotation mark without an end
    lambda n: f'"198.51.100.{n}\\"',
    lambda n: f"for=198.51.100.{n};by=1",
    lambda n: "," * n,
    lambda n: f" , ,198.51.100.{n},\t",
    lambda n: f"2001:db8::{n}",
    lambda n: f"fe80::1%eth{n}",
    lambda n: f"[2001:db8::{n}]:443",
    lambda n: f"198.51.100.7:{1000 + n}",
    lambda n: f"unknown, _hidden{n}",
    lambda n: f"é{n}".encode().decode("latin-1"),
    lambda n: "9" * (100 * n),
    lambda n: VICTIM,
]


@pytest.mark.parametrize(
    ("entry", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        (" 203.0.113.9\t", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:80", "fe80::1"),
        ("203.0.113.9%x", "203.0.113.9"),
        *((bad, "") for bad in ("", " ", "unknown", "_hidden", "203.0.113", "0x7f.1", "010.1.1.1")),
        *((bad, "") for bad in ("1.2.3.4:x", "1.2.3.4:999999", "[::1", "::1]", '"1.2.3.4"', "%1")),
        *((bad, "") for bad in ("for=1.2.3.4", "١.2.3.4")),
    ],
)
def test_an_entry_is_an_address_or_nothing(entry: str, address: str) -> None:
    assert plain_address(entry) == address


@pytest.mark.parametrize(
    ("hops", "header", "address"),
    [
        (1, None, PROXY),
        (1, "", PROXY),
        (1, EVE, EVE),
        (1, f"{VICTIM}, {EVE}", EVE),
        (1, f'"{VICTIM}, {EVE}', EVE),
        (1, f"{VICTIM},{EVE}:5000", EVE),
        (1, f"{VICTIM}, unknown", PROXY),
        (2, EVE, PROXY),  # too few: it did not pass both proxies
        (2, f"{EVE}, {INNER}", EVE),
        (2, f"{VICTIM}, {EVE}, {INNER}", EVE),
        (2, f"{VICTIM}, unknown, {INNER}", PROXY),
    ],
)
def test_the_entry_of_the_outermost_trusted_proxy_counts(hops: int, header: str | None, address: str) -> None:
    environ = {"REMOTE_ADDR": PROXY, "wsgi.url_scheme": "http"}
    if header is not None:
        environ["HTTP_X_FORWARDED_FOR"] = header
    list(Forwarded(lambda _environ, _start: [], hops=hops)(environ, print))
    assert environ["REMOTE_ADDR"] == address


@pytest.mark.parametrize(
    ("hops", "header", "scheme"),
    [(1, "https", "https"), (1, "http, https", "https"), (2, "https", "https"), (2, "https, http", "https")]
    + [(1, word, "http") for word in ("", "ftp", "https;", "javascript", "https\t,x")],
)
def test_the_scheme_is_http_or_https(hops: int, header: str, scheme: str) -> None:
    environ = {"REMOTE_ADDR": PROXY, "wsgi.url_scheme": "http", "HTTP_X_FORWARDED_PROTO": header}
    list(Forwarded(lambda _environ, _start: [], hops=hops)(environ, print))
    assert environ["wsgi.url_scheme"] == scheme


@contextmanager
def limits_of(kind: str, redis: Redis) -> Iterator[Limits]:
    """Limits in memory, in Redis, or on a Redis that is away."""
    if kind == "memory":
        yield Limits(MemoryCache())
        return
    redis.flush()
    link = RedisLink(redis.url() if kind == "up" else "redis://127.0.0.1:1/0")
    yield Limits(RedisCache(link))
    link.close()


class Street:
    """Visitors on the other side of so many proxies, each of which adds the address that it sees."""

    def __init__(self, stack: Any, fort: Fort, hops: int) -> None:
        self._client, self._fort, self._hops = Client(stack), fort, hops

    def knock(self, path: str, spoof: str, who: str = EVE, *, port: int = 0, data: Any = None) -> int:
        """POST as `who`, with `spoof` in every forwarding header that people have believed."""
        seen = [*([spoof] if spoof else []), f"{who}:{port}" if port else who, INNER]
        forged = ("X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "Forwarded")
        headers = {"Origin": self._fort.base, **dict.fromkeys(forged, spoof)}
        headers["X-Forwarded-For"] = ", ".join(seen[: len(seen) - 2 + self._hops])
        peer = {"REMOTE_ADDR": PROXY if self._hops else who}
        self._client.delete_cookie("mtc_cart", domain="acme.localhost")
        answer = self._client.post(
            path, base_url=self._fort.base, headers=headers, environ_overrides=peer, data=data
        )
        return answer.status_code


def test_no_header_makes_a_visitor_somebody_else(site: Flask, fort: Fort, redis_server: Redis) -> None:
    for kind in ("memory", "up", "down"):
        for hops in (0, 1, 2):
            with limits_of(kind, redis_server) as limits:
                site.extensions["mtc.ports"] = replace(site.extensions["mtc.ports"], limits=limits)
                stack = Forwarded(site.wsgi_app, hops=hops) if hops else site.wsgi_app
                street = Street(stack, fort, hops)
                for path, usual in (("/orders/none/pay", 404), ("/checkout", 422)):
                    codes = [street.knock(path, SPOOFS[n % len(SPOOFS)](n)) for n in range(MOST + 2)]
                    assert codes == [usual] * MOST + [429, 429], (kind, hops, path, codes)
                    assert street.knock(path, "", VICTIM) == usual, (kind, hops, path)


def test_control_readings_that_visitors_can_bend(site: Flask, fort: Fort) -> None:
    """The leftmost entry is what the visitor wrote; a proxy that adds ports makes a person of each."""

    def leftmost(environ: dict[str, Any], start: Any) -> Any:
        environ["REMOTE_ADDR"] = environ["HTTP_X_FORWARDED_FOR"].partition(",")[0]
        return site.wsgi_app(environ, start)

    believed = Street(leftmost, fort, 1)
    assert 429 not in [believed.knock("/orders/none/pay", f"198.51.100.{n}") for n in range(MOST + 2)]
    with_ports = Street(ProxyFix(site.wsgi_app), fort, 1)
    assert 429 not in [with_ports.knock("/orders/none/pay", "", port=5000 + n) for n in range(MOST + 2)]


def test_one_person_orders_and_pays_so_often_from_any_address(site: Flask, fort: Fort) -> None:
    """Ten orders, ten payments of one order, each from an address of its own; another person goes on."""
    numbers = iter(range(1, 200))

    def ask(path: str, data: dict[str, str], client: Any = None) -> int:
        peer = {"REMOTE_ADDR": f"198.51.100.{next(numbers)}"}
        client = client or site.test_client()
        headers = {"Origin": fort.base}
        answer = client.post(path, data=data, base_url=fort.base, headers=headers, environ_overrides=peer)
        return int(answer.status_code)

    def buy(email: str) -> int:
        client = site.test_client()
        ask("/cart/add", {"variant_id": fort.ids["file_variant"]}, client)
        form = {"email": email, "name": "E", "country": "IE", "terms": "1", "consent": "1"}
        return ask("/checkout", form, client)

    assert [buy(f"{'E' if n % 2 else 'e'}ve@example.org") for n in range(12)] == [303] * 10 + [429, 429]
    assert buy("ada@example.org") == 303
    assert [ask(fort.pending_url.replace("?", "/pay?"), {}) for _ in range(12)] == [303] * 10 + [429, 429]
    street = Street(site.wsgi_app, fort, 0)
    codes = [street.knock(f"/pay/test/{fort.pay}", f"198.51.100.{n}") for n in range(62)]
    assert codes == [422] * 60 + [429, 429]
    line = {"variant_id": fort.ids["file_variant"]}
    codes = [street.knock("/cart/add", f"198.51.100.{n}", data=line) for n in range(122)]
    assert codes == [303] * 120 + [429, 429]
