"""Shoppers who look around and fill a cart, and how long each answer took."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.soak.purchases import PurchaseError, Visitor, variants_for_sale

PAUSE_SECONDS = 0.5


@dataclass
class Walk:
    """What the shoppers saw: seconds of each answer, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def p99(self) -> float:
        """The answer that one of a hundred was slower than, in seconds."""
        ordered = sorted(self.seconds)
        return ordered[max(0, -(-99 * len(ordered) // 100) - 1)]


class Crossing:
    """Requests on their way, and a moment at which there is none."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    @contextmanager
    def request(self) -> Iterator[None]:
        """Be on the way for the length of the block."""
        with self._changed:
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def at_rest(self, act: Callable[[], None]) -> None:
        """Act while no request is on its way: what a process was answering when it hung is lost anyway."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._count == 0, 60)
            act()


def walk(base_url: str, shoppers: int, seconds: float, crossing: Crossing | None = None) -> Walk:
    """Have so many shoppers walk through the store for so long, each with one connection after the other."""
    crossing = crossing or Crossing()
    found, variants = Walk(), variants_for_sale(base_url, 8)
    until = time.monotonic() + seconds

    def shop(number: int) -> None:
        time.sleep(number * PAUSE_SECONDS / shoppers)
        for turn in itertools.count():
            visitor = Visitor(base_url)
            variant = variants[(number + turn) % len(variants)]
            search = f"/search?q={number}{turn}"
            steps = [("/", None), (search, None), ("/cart/add", variant), ("/cart", None)]
            for path, given in steps:
                if time.monotonic() > until:
                    visitor.close()
                    return
                with crossing.request():
                    began = time.monotonic()
                    try:
                        if given is None:
                            visitor.get(path)
                        else:
                            visitor.post(path, {"variant_id": given, "quantity": "1"})
                    except (PurchaseError, OSError, http.client.HTTPException) as error:
                        found.errors.append(f"{path}: {type(error).__name__} {error}")
                    found.seconds.append(time.monotonic() - began)
                visitor.close()  # a new connection each time: none of a process that was stopped
                time.sleep(PAUSE_SECONDS)

    threads = [threading.Thread(target=shop, args=(number,)) for number in range(shoppers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
