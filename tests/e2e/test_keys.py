"""The keys of a full demo change while it sells: nobody who buys notices."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.journeys import SHOPS
from tests.e2e.server import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]


def mtc(served: Served, *words: str) -> str:
    """Run `mtc keys …` beside the server; returns what it said."""
    command = [sys.executable, "-m", "mtc.cli", "keys", *words]
    done = subprocess.run(command, env=served.environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def killed_rotation(served: Served) -> None:
    """A rotation that is killed as soon as it has begun."""
    command = [sys.executable, "-m", "mtc.cli", "keys", "rotate"]
    environment = {**served.environment, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "is the newest key" in process.stdout.readline()
        process.send_signal(signal.SIGKILL)


def test_keys_change_while_the_shops_sell(demo: Served, visit: Callable[..., Page]) -> None:
    shop = next(one for one in SHOPS if one.sells == "keys")
    buyer, undecided = visit(), visit()
    journeys.choose(buyer, demo, shop)
    journeys.add_to_cart(buyer, demo, shop)
    journeys.check_out(buyer, "before@example.org")
    journeys.pay(buyer)
    key = journeys.reveal(buyer)
    journeys.choose(undecided, demo, shop)
    journeys.add_to_cart(undecided, demo, shop)

    killed_rotation(demo)
    assert mtc(demo, "rotate").splitlines()[-1] == "Everything is sealed with k2."
    assert mtc(demo, "retire", "k1").startswith("k1 is retired.")
    assert "stock_items.value_hash" in mtc(demo, "rotate", "--secret")
    kept = json.loads((demo.folder / "var" / "secrets.json").read_text())
    assert [one.partition(":")[0] for one in kept["keyring"].split(",")] == ["k2"]

    # The server was not told: the order's link, its key and the cart from before are as they were, the
    # gateway's signatures hold, and what is bought now opens too.
    buyer.reload()
    expect(buyer.locator(".key-value").first).to_have_text(key)
    journeys.check_out(undecided, "after@example.org")
    journeys.pay(undecided)
    assert journeys.reveal(undecided) != key
