"""A paid order, codes that are mailed for it, and whether a browser sees what it delivered."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mtc.infra import ports
from tests.storefront.conftest import BUYER, Browser, Shop, settle
from tests.storefront.test_account import _token

REVEAL = re.compile(r'action="(/orders/[^"]+/reveal/[^"]+)"')


@dataclass
class Bought:
    """A paid order with a key and a file, and the browser that placed it."""

    buyer: Browser
    url: str
    reveal: str

    @property
    def number(self) -> str:
        found = re.search(r"/orders/([^?]+)", self.url)
        assert found is not None
        return found[1]

    def below(self, name: str) -> str:
        return self.url.replace("?", f"/{name}?", 1)


def buy(browser: Browser, shop: Shop) -> Bought:
    for variant in (shop.key_variant, shop.file_variant):
        browser.post("/cart/add", {"variant_id": str(variant), "quantity": "1"})
    placed = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    url = browser.post(placed.location, {"choice": "pay"}).location
    settle()
    found = REVEAL.search(browser.get(url).text)
    assert found is not None
    return Bought(browser, url, found[1].replace("&amp;", "&"))


def ask_for_code(who: Browser, order: Bought) -> str:
    assert who.post(order.below("code")).status_code == 303
    settle()
    return newest_code()


def newest_code() -> str:
    sent = [one for one in ports.mail.sent if one.subject.startswith("Your code for order")]
    assert {one.to for one in sent} == {"ada@example.org"}
    found = re.search(r"(?m)^(\d{6})$", sent[-1].text)
    assert found is not None and found[1] in sent[-1].html
    return found[1]


def opened(who: Browser, order: Bought) -> bool:
    """Whether this browser sees everything, or nothing; on the page, in the fragment and by the button."""
    parts = who.get(order.url).text, who.get(order.below("status"), headers=PARTIAL).text
    secrets = ("/reveal/|STAR-0", "/d/", "ada@example.org", "guide.zip")
    seen = {bool(re.search(secret, part)) for part in parts for secret in secrets}
    shown = who.partial(order.reveal, _token(who) if who.get("/account").status_code == 200 else {})
    seen |= {shown.status_code == 200, "STAR-0" in shown.text, shown.status_code != 403}
    assert len(seen) == 1, (seen, shown.status_code)
    return seen == {True}


PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
