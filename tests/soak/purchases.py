"""Purchases over HTTP: seconds from pressing "Pay" until the key stands on the buyer's page.

`python -m tests.soak.purchases --rate 20 --seconds 30` starts a server of its own with the demo;
with `--url http://games.localhost:8000` it buys from a store that is running (use test data: it sells out).
"""

from __future__ import annotations

import argparse
import html
import http.client
import itertools
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

PATIENCE_SECONDS = 60.0
POLL_SECONDS = 1.0  # how often the order page itself asks
_BUYER = {"country": "DE", "name": "Ada", "terms": "on", "consent": "on", "payment_method": "test"}
_VARIANT = re.compile(r'name="variant_id"[^>]*value="([0-9a-f-]{36})"')
_POLL = re.compile(r'id="order-status" hx-get="([^"]+)"')
_KEY = re.compile(r"/orders/[^/\"]+/reveal/")
_numbers = itertools.count(int(time.time()) % 100_000 * 100)


class PurchaseError(Exception):
    """The shop gave an answer with which no purchase can go on."""


@dataclass
class Visitor:
    """One browser: an address of its own on the loopback network, its cookies, one connection."""

    base_url: str
    number: int = field(default_factory=lambda: next(_numbers))
    cookies: dict[str, str] = field(default_factory=dict)
    _link: http.client.HTTPConnection | None = None

    def get(self, path: str, *, partial: bool = False) -> str:
        """The page, or the fragment that htmx asks for."""
        headers = {"HX-Request": "true", "HX-Request-Type": "partial"} if partial else {}
        return self._ask("GET", path, None, headers)[1]

    def post(self, path: str, form: dict[str, str]) -> str:
        """Where the answer of the form leads; raises PurchaseError when it leads nowhere."""
        origin = self.base_url.rstrip("/")
        headers = {"Origin": origin, "Content-Type": "application/x-www-form-urlencoded"}
        status, text, location = self._ask("POST", path, urlencode(form), headers)
        if status != 303:
            raise PurchaseError(f"{path} was answered {status}: {text[:200]}")
        parts = urlsplit(location)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str, str]:
        link = self._link or self._connect()
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            link.request(method, path, body, {"Host": urlsplit(self.base_url).netloc, **headers})
            answer = link.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (http.client.HTTPException, OSError):
            self.close()
            raise
        for one in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = one.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text, answer.getheader("Location", "")

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.base_url)
        host, port = parts.hostname or "localhost", parts.port or (443 if parts.scheme == "https" else 80)
        # Each buyer comes from an address of their own, or the limits of one address would answer.
        local = host.endswith("localhost") or host.startswith("127.")
        n = self.number
        source = (f"127.{1 + n // 62500 % 250}.{n // 250 % 250}.{1 + n % 250}", 0) if local else None
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._link = kind(
            "127.0.0.1" if local else host, port, timeout=PATIENCE_SECONDS, source_address=source
        )
        return self._link

    def close(self) -> None:
        """Hang up."""
        if self._link is not None:
            self._link.close()
        self._link = None


def variants_for_sale(base_url: str, most: int = 40) -> list[str]:
    """Variants that the products of the front pages offer."""
    visitor, found = Visitor(base_url), []
    pages = [visitor.get(path) for path in ("/", "/search?q=", "/search?q=a")]
    for path in sorted(set(re.findall(r'href="(/p/[a-z0-9-]+)"', " ".join(pages))))[:most]:
        found += _VARIANT.findall(visitor.get(path))[:1]
    visitor.close()
    if not found:
        raise PurchaseError(f"{base_url} offers nothing that can be bought.")
    return found


def purchase(base_url: str, variants: Iterator[str]) -> float:
    """Buy one piece; the seconds from "Pay" until its key can be revealed.

    Raises PurchaseError when the shop refuses, or shows no key within a minute.
    """
    visitor = Visitor(base_url)
    try:
        for attempt in range(5):
            form = {"variant_id": next(variants), "quantity": "1"}
            try:
                visitor.post("/cart/add", form)
                email = f"buyer{visitor.number}-{attempt}@soak.example"
                pay_page = visitor.post("/checkout", {**_BUYER, "email": email})
                break
            except PurchaseError:  # sold out: another one, with another cart
                if attempt == 4:
                    raise
                visitor.cookies.clear()
        visitor.get(pay_page)
        started = time.monotonic()
        order_page = visitor.post(pay_page, {"choice": "pay"})
        page = visitor.get(order_page)
        while not _KEY.search(page):
            where = _POLL.search(page)
            if where is None or time.monotonic() - started > PATIENCE_SECONDS:
                raise PurchaseError(f"{order_page.partition('?')[0]} shows no key.")
            time.sleep(POLL_SECONDS)
            page = visitor.get(html.unescape(where[1]), partial=True) or page  # 204 changes nothing
        return time.monotonic() - started
    finally:
        visitor.close()


def measure_purchases(
    base_url: str, rate: float, seconds: float, errors: list[str] | None = None
) -> list[float]:
    """Start `rate` purchases a second for so long; the seconds from payment to key of each, in no order.

    `base_url` is the store's address. Purchases start on time however slow the others are. One that fails
    counts as infinitely slow, and `errors` gets its sentence.
    """
    known = variants_for_sale(base_url)
    guard, endless = threading.Lock(), itertools.cycle(known)

    def turns() -> Iterator[str]:
        while True:
            with guard:
                found = next(endless)
            yield found

    def one() -> float:
        try:
            return purchase(base_url, turns())
        except (PurchaseError, OSError, http.client.HTTPException) as error:
            if errors is not None:
                errors.append(f"{type(error).__name__}: {error}")
            return float("inf")

    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=max(8, int(rate * PATIENCE_SECONDS))) as pool:
        running = []
        for number in range(int(rate * seconds)):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            running.append(pool.submit(one))
        return [each.result() for each in running]


def summary(latencies: list[float]) -> dict[str, float]:
    """p50, p99 and the longest, in seconds, and how many there were."""
    ordered = sorted(latencies)
    at = max(0, -(-99 * len(ordered) // 100) - 1)
    return {
        "count": len(ordered),
        "p50": statistics.median_low(ordered),
        "p99": ordered[at],
        "max": ordered[-1],
    }


@contextmanager
def own_server(folder: Path, *, more_keys: int = 0, **settings: str) -> Iterator[str]:
    """A server with the demo in a folder of its own; yields the address of a store.

    `more_keys` are added to each of its pools.
    """
    from mtc.bench import servers
    from tests.servers.demo import put_demo

    environment = {"MTC_VAR": str(folder / "var"), **settings}
    put_demo(folder / "var")
    if more_keys:
        subprocess.run(
            [sys.executable, "-m", "tests.soak.restock", "games", str(more_keys)],
            env=servers.environment(environment), check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    server = servers.mtc("mtc", environment, folder)
    try:
        yield f"http://games.localhost:{server.port}"
    finally:
        server.stop()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.purchases", description=__doc__)
    parser.add_argument("--url", default="", help="Address of a running store.")
    parser.add_argument("--rate", type=float, default=20.0, help="Purchases a second.")
    parser.add_argument("--seconds", type=float, default=30.0, help="For how long.")
    cores = os.cpu_count() or 1
    parser.add_argument("--processes", type=int, default=cores, help="MTC_PROCESSES of the server.")
    given = parser.parse_args()
    errors: list[str] = []
    if given.url:
        found = measure_purchases(given.url, given.rate, given.seconds, errors)
    else:
        with (
            tempfile.TemporaryDirectory() as folder,
            own_server(
                Path(folder), more_keys=int(given.rate * given.seconds), MTC_PROCESSES=str(given.processes)
            ) as url,
        ):
            found = measure_purchases(url, given.rate, given.seconds, errors)
    figures = summary(found)
    print(" ".join(f"{name} {value:.2f}" for name, value in figures.items()), f"errors {len(errors)}")
    print(f"  the buyers' own program took {time.process_time():.1f} s of processor time")
    for sentence in sorted(set(errors))[:5]:
        print(f"  {sentence}")


if __name__ == "__main__":
    main()
