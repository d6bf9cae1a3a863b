"""Orders and faults at the same time: each fault comes after so many acknowledged orders, on any machine."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from redis import Redis as Client

from tests.chaos.house import House
from tests.chaos.program import MESSAGES
from tests.chaos.shoppers import Shopper
from tests.servers.redis import Redis

MOST_PENDING = 250
"""Shoppers wait while more tasks are due: the machine is to be shaken, not to be buried."""


@dataclass(frozen=True)
class Plan:
    """How many orders and which faults."""

    orders: int
    faults: tuple[str, ...]
    shoppers: int = 4
    pause: float = 0.0  # seconds from one fault to the next, at least


def faults(*, seed: int = 1, wipes: int = 0, **kinds: int) -> tuple[str, ...]:
    """So many faults of each kind in an order that a seed gives; wipes are spread and never come last."""
    mixed = [kind for kind, count in kinds.items() for _ in range(count)]
    random.Random(seed).shuffle(mixed)
    for number in range(wipes):
        mixed.insert((2 * number + 1) * len(mixed) // (2 * wipes), "wipe")
    return tuple(mixed)


@dataclass
class Storm:
    """One run over a house; afterwards `seconds` is how long the house took to come to rest."""

    house: House
    shopper: Shopper
    plan: Plan
    pending: Callable[[], int]
    redis: Redis | None = None
    wiped: int = 0
    seconds: float = 0.0
    _due: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _failed: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Let everybody buy while the faults happen, then wait until nothing is due any more."""
        watcher = threading.Thread(target=self._watch, daemon=True)
        watcher.start()
        try:
            with ThreadPoolExecutor(self.plan.shoppers) as pool:
                buying = [pool.submit(self._buy, number) for number in range(self.plan.orders)]
                # In this thread: a server that a thread has started is ended with the thread.
                self._break()
                for one in buying:
                    one.result()
        finally:
            self._over.set()
            watcher.join()
        last = time.monotonic()
        self.house.wait(lambda: self.pending() == 0)
        self.seconds = time.monotonic() - last
        self.house.wait(lambda: self.messages() == 0)

    def messages(self) -> int:
        """How many messages of the control wait in Redis."""
        if self.redis is None:
            return 0
        with Client.from_url(self.redis.url()) as client:
            return int(client.llen(MESSAGES))

    def _watch(self) -> None:
        while not self._over.wait(0.3):
            self._due = self.pending()

    def _buy(self, number: int) -> None:
        while self._due > MOST_PENDING:
            time.sleep(0.05)
        try:
            self.shopper.buy(number)
        except BaseException:
            self._failed.set()
            raise

    def _break(self) -> None:
        for number, kind in enumerate(self.plan.faults, 1):
            self._until(number * self.plan.orders // len(self.plan.faults))
            getattr(self, f"_{kind}")(number)
            time.sleep(self.plan.pause)

    def _until(self, orders: int, seconds: float = 3600.0) -> None:
        until = time.monotonic() + seconds
        while len(self.shopper.paid) < orders and time.monotonic() < until and not self._failed.is_set():
            time.sleep(0.01)

    def _web(self, _number: int) -> None:
        self.house.wait(self.house.kill_web)

    def _server(self, _number: int) -> None:
        self.house.wait(self.house.kill_server)

    def _worker(self, number: int) -> None:
        self.house.wait(lambda: self.house.kill_worker(number))

    def _wipe(self, _number: int) -> None:
        """Everything in Redis is gone while nobody works: once in a flush, once with the server itself."""
        assert self.redis is not None
        self.house.pause_workers()
        # Not for ever: shoppers may be waiting for the workers.
        self._until(min(len(self.shopper.paid) + 2, self.plan.orders), 3.0)
        if self.wiped % 2:
            self.redis.kill()
            self.redis.start()
        else:
            self.redis.flush()
        self.wiped += 1
        self.house.go_on()
