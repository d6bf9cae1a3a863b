"""Redis is killed, frozen or wiped, before or in the middle of buying: the shop sells on, limits hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from mtc.catalog.services import products, stock_reservation
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.infra.cache import Limits, MemoryCache, RedisCache
from mtc.infra.queue import RqQueue
from mtc.infra.redis_connection import RedisLink
from mtc.tasks.services import run_due
from mtc.tenants.services import bump_content_version, store_lookup
from tests.chaos.figures import Figures
from tests.chaos.redis_faults.trial import run
from tests.chaos.size import FULL
from tests.factories.tenants import World
from tests.security.fort import PASSWORD, Fort, People, build, hire, sync_all
from tests.servers.redis import Redis

pytestmark = [pytest.mark.postgres, pytest.mark.thorough]

BUYER = {"email": "bea@example.org", "name": "Bea", "country": "IE", "terms": "1", "consent": "1"}
MOST = 30  # payments of one address in ten minutes, as docs/security.md says


class Line(RedisLink):
    """A link that counts what reaches Redis, on a clock that stands: a breaker that opened stays open."""

    def __init__(self, url: str, *, pause: float = 3.0) -> None:
        self.asked, self.now = 0, 0.0
        super().__init__(url, pause=pause, clock=lambda: self.now)

    def call(self, action: Callable[[Any], Any]) -> Any:
        """The same, counted."""

        def counted(client: Any) -> Any:
            self.asked += 1
            return action(client)

        return super().call(counted)


@dataclass
class Site:
    """Acme in the server profile."""

    app: Flask
    fort: Fort
    people: People
    redis: Redis
    cache: Line
    queue: Line
    walks: int = 0

    def lines(self, **more: Any) -> None:
        """New connections for new processes; nothing is remembered of the old ones."""
        self.cache, self.queue = Line(self.redis.url(), **more), Line(self.redis.url(), **more)
        cache = RedisCache(self.cache)
        self.ports(cache=cache, limits=Limits(cache), queue=RqQueue(self.queue))

    def ports(self, **named: Any) -> None:
        """Put other ports in place."""
        self.app.extensions["mtc.ports"] = replace(self.app.extensions["mtc.ports"], **named)

    def break_redis(self, how: str) -> None:
        """up, killed, frozen or wiped."""
        {"up": int, "killed": self.redis.kill, "frozen": self.redis.freeze, "wiped": self.redis.flush}[how]()

    def mend_redis(self, how: str) -> None:
        """Undo it."""
        {"killed": self.redis.start, "frozen": self.redis.thaw}.get(how, int)()


@pytest.fixture
def site(app: Flask, tenant: World, redis_server: Redis) -> Iterator[Site]:
    """The store with keys enough for every walk."""
    sync_all()
    fort = build(tenant)
    with tenant_scope(fort.tenant_id), unit_of_work():
        stock_reservation.add_keys(
            UUID(fort.ids["variant"]), "\n".join(f"WALK-{n:04d}-SECRETKEY" for n in range(40))
        )
    line = Line(redis_server.url())
    made = Site(app, fort, hire(app, fort), redis_server, line, line)
    made.lines()
    yield made
    made.cache.close()
    made.queue.close()


def walk(site: Site, *, fault: Callable[[], object] = int, at: str = "") -> list[tuple[str, int]]:
    """A shopper and the owner, step by step, with a fault before one of the steps: (step, status)."""
    fort, codes = site.fort, []
    site.walks += 1
    shopper, owner = site.people.shopper(), site.people.staff("")
    client = {"environ_overrides": {"REMOTE_ADDR": f"198.51.100.{site.walks}"}}
    found: dict[str, str] = {}

    def ask(step: str, who: Any, method: str, path: str, data: Any = None) -> Any:
        if step == at:
            fault()
        answer = who.open(method, path, data=data, **client)
        codes.append((step, answer.status_code))
        return answer

    ask("home", shopper, "GET", "/")
    ask("listing", shopper, "GET", "/c/worlds?sort=price")
    ask("product", shopper, "GET", "/p/game")
    ask("add", shopper, "POST", "/cart/add", {"variant_id": fort.ids["variant"], "quantity": "1"})
    ask("cart", shopper, "GET", "/cart")
    ask("checkout", shopper, "GET", "/checkout")
    email = f"bea{site.walks}@example.org"
    placed = ask("order", shopper, "POST", "/checkout", {**BUYER, "email": email})
    found["pay"] = placed.headers.get("Location", "/none").removeprefix(fort.base)
    ask("pay page", shopper, "GET", found["pay"])
    paid = ask("pay", shopper, "POST", found["pay"], {"choice": "pay"})
    found["order"] = paid.headers.get("Location", "/none").removeprefix(fort.base)
    ask("waiting", shopper, "GET", found["order"])
    run_due()
    page = ask("delivered", shopper, "GET", found["order"]).text
    button = re.search(r'action="(/orders/[^"]+/reveal/[^"]+)"', page)
    partial = {"HX-Request-Type": "partial"}
    if at == "reveal":
        fault()
    shown = shopper.post(button[1].replace("&amp;", "&") if button else "/none", headers=partial, **client)
    keys = set(re.findall(r"\w+-\d{4}-SECRETKEY", shown.text))
    codes += [("reveal", shown.status_code), ("a key", len(keys))]
    ask("wrong password", owner, "POST", "/login", {"email": "owner@acme.example", "password": "no"})
    ask("log in", owner, "POST", "/login", {"email": "owner@acme.example", "password": PASSWORD})
    cookie = owner.client.get_cookie("mtc_staff", domain="localhost")
    owner.key = cookie.value if cookie is not None else ""
    for path in ("/", "/orders", f"/orders/{fort.order}", "/products", "/mail", "/settings"):
        ask(f"admin {path}", owner, "GET", f"/admin/acme{path}")
    refund = f"/admin/acme/orders/{found['order'].partition('?')[0].rpartition('/')[2]}/refund"
    ask("admin refund", owner, "GET", refund)
    ask("health", site.people.staff("root"), "GET", "/platform/health")
    return codes


GOOD = [200, 200, 200, 303, 200, 200, 303, 200, 303, 200, 200, 200, 1, 401, 303, *[200] * 8]


def knock(site: Site, *, wiped_after: int = 0) -> list[int]:
    """Payments that one address tries, beyond what is allowed; Redis is wiped after so many."""
    site.walks += 1
    who, place = site.people.shopper(), {"REMOTE_ADDR": f"198.51.100.{site.walks}"}
    codes = []
    for number in range(MOST + 2):
        if wiped_after and number == wiped_after:
            site.redis.flush()
        codes.append(who.post("/orders/none/pay", environ_overrides=place).status_code)
    return codes


MOMENTS = [
    ("up", "home"), ("killed", "home"), ("killed", "reveal"), ("frozen", "home"), ("frozen", "order"),
    ("wiped", "order"),
]  # fmt: skip


def test_the_shop_sells_while_redis_is_away(site: Site) -> None:
    """No 5xx, the key arrives, at most one question to a Redis that is away, and limits to the number."""
    for how, at in MOMENTS:
        site.lines()
        try:
            codes = walk(site, fault=lambda how=how: site.break_redis(how), at=at)  # type: ignore[misc]
            assert [status for _, status in codes] == GOOD, (how, at, codes)
            before = (site.cache.asked, site.queue.asked)
            assert knock(site, wiped_after=17 if how == "wiped" else 0) == [404] * MOST + [429, 429], how
            if how in ("killed", "frozen"):
                # Both circuits are open: the limit has held without a single question.
                assert (site.cache.asked, site.queue.asked) == before, how
                assert at != "home" or before == (1, 1), (how, before)
        finally:
            site.mend_redis(how)
        if how in ("killed", "frozen") and at == "home":
            site.cache.now = site.queue.now = 4.0
            assert [status for _, status in walk(site)] == GOOD, how
            assert site.cache.asked > before[0] + 5, "the line to Redis was not taken up again"


def test_control_without_the_fallback_the_same_walk_fails(site: Site) -> None:
    """Limits that raise when Redis is away, as a plain client does."""

    class Bare(MemoryCache):
        def incr(self, key: str, ttl: float, by: int = 1) -> int:
            return int(site.cache.client.incrby(key, by))

    site.ports(limits=Limits(Bare()))
    site.break_redis("killed")
    try:
        codes = dict(walk(site))
    finally:
        site.mend_redis("killed")
    assert {codes[step] for step in ("order", "log in", "wrong password")} == {500}
    assert codes["a key"] == 0


def test_control_without_the_breaker_every_step_waits(site: Site) -> None:
    """A link that never pauses asks a dead Redis again and again; of a frozen one each would be a timeout."""
    site.lines(pause=0.0)
    site.break_redis("killed")
    try:
        walk(site)
    finally:
        site.mend_redis("killed")
    assert site.cache.asked + site.queue.asked > 20


def test_changes_are_seen_at_once_in_every_process_without_redis(site: Site) -> None:
    """Versions of content travel through the database: two processes, one of which has cached the page."""
    page = site.app.extensions["mtc.page_cache"]
    other = type(store_lookup)()
    site.break_redis("killed")
    try:
        visitor = site.app.test_client()
        ask = lambda: visitor.get("/p/game", base_url=site.fort.base).text  # noqa: E731
        assert "Better Game" not in ask()
        hits = page.hits
        assert "Better Game" not in ask() and page.hits == hits + 1
        with site.app.app_context():
            assert other.by_slug("acme") is not None
            before = other.version(site.fort.tenant_id)
        with tenant_scope(site.fort.tenant_id), unit_of_work():
            products.update(UUID(site.fort.ids["product"]), {"name": "Better Game"})
            bump_content_version(site.fort.tenant_id)
        for one in (store_lookup, other):  # the watcher's round, which each process makes every half second
            one.refresh()
        assert "Better Game" in ask()
        assert other.version(site.fort.tenant_id) != before
    finally:
        site.mend_redis("killed")


if FULL:

    def test_real_processes() -> None:
        """The same with two web processes, a worker, and everybody at once (see redis_faults/)."""
        outcome = run(10)
        bare, slow = outcome.controls
        control = (
            f"no fallback: {len(bare.bad)} of {len(bare.spent)} answers 5xx; "
            f"no breaker: p95 {slow.p95() / outcome.healthy:.1f} times, a limited one {slow.knock():.0f} ms"
        )
        for one in outcome.states:
            times = one.p95() / outcome.healthy
            more = f"{len(one.bad)} of {len(one.spent)} answers 5xx, p95 {times:.2f} times"
            figures = Figures(
                "P11 Redis away",
                f"{one.bought} purchases and an owner with Redis {one.name}",
                faults=one.name,
                lost=one.bought - one.keys,
                more=f"{more}, a change seen after {one.seen:.1f} s",
                control=control,
            )
            figures.note(kept=not {one.name, f"limit, {one.name}"} & set(outcome.broken))
        assert outcome.broken == [], "\n".join(outcome.lines())
