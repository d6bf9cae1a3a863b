"""Everybody at once, in one state of Redis."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tests.chaos.redis_faults.counts import Counts
from tests.chaos.redis_faults.house import House

SHOPPERS = 3


def measure(house: House, name: str, seconds: float, during: Callable[[], object] = int) -> Counts:
    """Everybody at once for so long, in one state."""
    counts, over = Counts(name), threading.Event()

    def again(work: Callable[[Counts], None]) -> None:
        while not over.is_set():
            work(counts)

    def fault() -> None:
        while not over.wait(0.5):
            during()

    works = [lambda: again(house.buy)] * SHOPPERS + [lambda: again(house.administer), fault]
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    aside = Counts(name)
    counts.passed = house.knock(aside)
    counts.bad += aside.bad
    counts.knocks = aside.spent
    house.visitor("acme.localhost", counts).ask("GET", "/p/game")
    counts.seen = house.change(f"Game, {name}", counts)
    time.sleep(seconds)
    over.set()
    for thread in threads:
        thread.join()
    return counts
