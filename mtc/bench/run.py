"""The rounds: every target in turn, again and again, so that a noisy minute hits all of them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from mtc.bench import large_catalog, rls_cost
from mtc.bench.pages import LISTING, STORE, Pages, host_of, study
from mtc.bench.report import Line, Samples, limit_line, ratio_line, show, speed_lines
from mtc.bench.servers import ROOT, BenchError, Load, Server, environment, mtc, opponent

SECONDS = 0.5
WARM_SECONDS = 0.3
BARE, CACHED = "bare WSGI, bytes of the page", "MTC: cached page"
FLOOR_PRODUCT, PRODUCT = "floor: product page", "MTC: product page"
FLOOR_LISTING, LISTED = "floor: listing", "MTC: listing of 24"


@dataclass(frozen=True)
class Target:
    """One thing to load: which server, under which host, which path."""

    name: str
    server: Server
    host: str
    path: str


def run(rounds: int = 5, products: int = 0, var: str = "", database: str = "") -> None:
    """Measure and print. With `products` a tenant of that many is filled and queried as well.

    `database` is the address of a PostgreSQL with data, as mtc_app: what its policies cost is measured there.
    `var` names an embedded profile with the demo; without it a fresh one is made and thrown away.
    """
    began = time.perf_counter()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mtc-bench-")))
        try:
            _run(stack, folder, Path(var) if var else folder / "var", rounds)
            if products:
                show(
                    f"{products:,} products in one tenant (median ms of the query)",
                    large_catalog.measure(folder, products),
                )
            if database:
                show("row-level security: with policies / without (median)", rls_cost.measure(database))
        except BenchError as error:
            raise SystemExit(f"mtc: {error}") from None
    print(f"\n  measured in {time.perf_counter() - began:.0f} s")


def _run(stack: ExitStack, folder: Path, var: Path, rounds: int) -> None:
    def keep(server: Server) -> Server:
        stack.callback(server.stop)
        return server

    env = {"MTC_VAR": str(var)}
    prepared = (var / "mtc.db").exists()
    first = keep(mtc("first start", env, folder))
    first.stop()
    cached = keep(mtc("second start", env, folder))
    load = Load()
    stack.callback(load.stop)
    pages = study(cached)
    memory = _memory(cached, load, pages)
    uncached = keep(mtc("without page cache", {**env, "MTC_PAGE_CACHE_MB": "0"}, folder))
    facts = folder / "facts.json"
    facts.write_text(json.dumps(pages.facts))
    theirs = {"BENCH_FACTS": str(facts), "BENCH_FLOOR_DB": str(folder / "floor.db")}
    opponents = {kind: keep(opponent(kind, theirs, folder)) for kind in ("bare", "flask_route", "floor")}
    samples = _measure(load, _targets(pages, cached, uncached, opponents), rounds)
    show("answers a second, server's processor time an answer", speed_lines(samples))
    show("ratios", _ratios(samples))
    show("statements of a page", _statements(env, pages))
    started = [
        Line("first start" if prepared else "first start, with the demo", f"{first.started:.1f} s"),
        limit_line("second start", cached.started, 3, "s", digits=1),
    ]
    show("`make run`", [*started, *memory])


def _targets(pages: Pages, cached: Server, uncached: Server, others: dict[str, Server]) -> list[Target]:
    cached_host, uncached_host = host_of(cached), host_of(uncached)
    return [
        Target("bare WSGI, 3 KB", others["bare"], "localhost", "/"),
        Target(BARE, others["bare"], "localhost", "/page"),
        Target("bare Flask route, 3 KB", others["flask_route"], "localhost", "/"),
        Target(FLOOR_PRODUCT, others["floor"], "localhost", "/p/item-1"),
        Target(FLOOR_LISTING, others["floor"], "localhost", "/search"),
        Target(CACHED, cached, cached_host, LISTING),
        Target(PRODUCT, uncached, uncached_host, pages.product),
        Target(LISTED, uncached, uncached_host, LISTING),
        Target("MTC: home page", uncached, uncached_host, "/"),
        Target("MTC: empty cart", uncached, uncached_host, "/cart"),
    ]


def _measure(load: Load, targets: list[Target], rounds: int) -> Samples:
    for target in targets:
        load.run(target.server, target.host, target.path, WARM_SECONDS)
    samples: Samples = {target.name: [] for target in targets}
    for _ in range(rounds):
        for target in targets:
            samples[target.name].append(load.run(target.server, target.host, target.path, SECONDS))
    return samples


def _ratios(samples: Samples) -> list[Line]:
    return [
        ratio_line(samples, "cached page / bare WSGI of the same bytes", CACHED, BARE, 0.6),
        ratio_line(samples, "product page / floor", PRODUCT, FLOOR_PRODUCT, 1 / 3),
        ratio_line(samples, "listing of 24 / floor", LISTED, FLOOR_LISTING, 0.4),
    ]


def _statements(env: dict[str, str], pages: Pages) -> list[Line]:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "mtc.bench.statements", f"{STORE}.localhost", LISTING, pages.product, "/"],
        cwd=ROOT, env=environment({**env, "MTC_PAGE_CACHE_MB": "0"}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BenchError(f"statements could not be counted:\n{done.stderr[-2000:]}")
    counted: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return [
        limit_line("listing", counted[LISTING], 3, ""),
        limit_line("product page", counted[pages.product], 4, ""),
        Line("home page", str(counted["/"])),
    ]


def _memory(server: Server, load: Load, pages: Pages) -> list[Line]:
    """Return the memory of `make run` once it has shown its pages and has had visitors for a moment."""
    host = host_of(server)
    for path in ("/", LISTING, pages.product, "/cart", "/account/login"):
        server.get(host, path)
    server.get(f"localhost:{server.port}", "/login")
    for path in (LISTING, "/cart"):
        load.run(server, host, path, WARM_SECONDS)
    shared, resident = server.memory_mb()
    return [
        limit_line("memory of all processes (PSS)", shared, 150, "MB"),
        Line("the same, shared pages counted twice (RSS)", f"{resident:.0f} MB"),
    ]
