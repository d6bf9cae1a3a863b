"""The shop that is tried, and what people do in it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from mtc.catalog.services import products
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.tenants.services import bump_content_version
from tests.chaos.redis_faults.counts import Counts
from tests.chaos.redis_faults.visitor import Visitor
from tests.e2e.server import Served
from tests.security.fort import PASSWORD, Fort
from tests.servers.redis import Redis

BUYER = {"name": "Bea", "country": "IE", "terms": "1", "consent": "1"}


@dataclass
class House:
    """One installation in the server profile: two web processes, a worker, PostgreSQL and Redis."""

    fort: Fort
    redis: Redis
    site: Served
    app: Any
    addresses: Any = field(default_factory=lambda: iter(range(1, 60_000)))

    def visitor(self, host: str, counts: Counts) -> Visitor:
        """Somebody from an address that was not seen before."""
        number = next(self.addresses)
        return Visitor(self.site.port, host, f"198.18.{number // 250}.{number % 250 + 1}", counts)

    def buy(self, counts: Counts) -> None:
        """One journey from the front page to the key."""
        who = self.visitor("acme.localhost", counts)
        for path in ("/", "/c/worlds", "/p/game"):
            who.ask("GET", path)
        who.ask("POST", "/cart/add", {"variant_id": self.fort.ids["variant"], "quantity": "1"})
        who.ask("GET", "/cart")
        who.ask("GET", "/checkout")
        counts.bought += 1
        _, page = who.ask("POST", "/checkout", {**BUYER, "email": f"bea{next(self.addresses)}@example.org"})
        if not page.startswith("http"):
            counts.bad.append("no order")
            return
        path = urlsplit(page).path
        who.ask("GET", path)
        order = urlsplit(who.ask("POST", path, {"choice": "pay"})[1])
        until = time.monotonic() + 20
        button = None
        while button is None and time.monotonic() < until:
            time.sleep(0.1)
            _, text = who.ask("GET", f"{order.path}?{order.query}")
            button = re.search(r'action="(/orders/[^"]+/reveal/[^"]+)"', text)
        if button:
            part = {"HX-Request-Type": "partial"}
            shown = who.ask("POST", button[1].replace("&amp;", "&"), **part)[1]
            counts.keys += bool(re.search(r"WALK-\d+-KEY", shown))

    def administer(self, counts: Counts) -> None:
        """The owner logs in and looks around."""
        who = self.visitor("localhost", counts)
        who.ask("POST", "/login", {"email": "owner@acme.example", "password": PASSWORD})
        for path in ("/", "/orders", f"/orders/{self.fort.order}", "/products", "/mail"):
            if who.ask("GET", f"/admin/acme{path}")[0] != 200:
                counts.bad.append(f"admin {path}")

    def change(self, name: str, counts: Counts) -> float:
        """Seconds until nobody sees the old name of a product any more, in either process."""
        with self.app.app_context(), tenant_scope(self.fort.tenant_id), unit_of_work():
            products.update(UUID(self.fort.ids["product"]), {"name": name})
            bump_content_version(self.fort.tenant_id)
        changed = stale = time.monotonic()
        while time.monotonic() - max(changed, stale) < 2:
            if name not in self.visitor("acme.localhost", counts).ask("GET", "/p/game")[1]:
                stale = time.monotonic()
            time.sleep(0.02)
        return stale - changed

    def knock(self, counts: Counts) -> int:
        """How many of 90 payments one address may try; 30, and 30 for each process without Redis."""
        who = self.visitor("acme.localhost", counts)
        return sum(who.ask("POST", "/orders/none/pay")[0] == 404 for _ in range(90))
