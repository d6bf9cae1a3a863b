"""Shoppers who buy over HTTP and try again until the shop has answered."""

from __future__ import annotations

import http.client
import time
from collections import Counter
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from tests.orders.shop import FORM

PATIENCE_SECONDS = 120


class Shopper:
    """Buys one piece for each number; what is acknowledged is written into `paid`."""

    def __init__(self, port: int, slug: str, variant_id: UUID) -> None:
        self._port, self._host, self._variant = port, f"{slug}.localhost:{port}", variant_id
        self.paid: dict[int, str] = {}
        self.answers: Counter[str] = Counter()

    def buy(self, number: int) -> None:
        """Put into the cart, order, pay; each step again until it is acknowledged."""
        cookie = self._post("/cart/add", {"variant_id": str(self._variant), "quantity": "1"}, number)[1]
        form = {**FORM, "email": f"buyer{number}@example.org"}
        page = self._post("/checkout", form, number, cookie)[0]
        self.paid[number] = self._post(urlsplit(page).path, {"choice": "pay"}, number, cookie)[0]

    def _post(self, path: str, form: dict[str, str], number: int, cookie: str = "") -> tuple[str, str]:
        """Where the answer leads, and the cart's cookie."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                status, location, cookies = self._once(path, form, number, cookie)
            except (OSError, http.client.HTTPException) as error:
                status, location, cookies = 0, "", ""
                self.answers[type(error).__name__] += 1
            if status == 303:
                return location, cookies
            self.answers[str(status)] += 1
            assert time.monotonic() < until, f"{path} of {number} was never answered: {self.answers}"
            time.sleep(0.05)

    def _once(self, path: str, form: dict[str, str], number: int, cookie: str) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        headers = {
            "Host": self._host,
            "Origin": f"http://{self._host}",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"198.18.{number // 250}.{number % 250}",
        }
        if cookie:
            headers["Cookie"] = cookie
        try:
            connection.request("POST", path, urlencode(form), headers)
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        kept = answer.getheader("Set-Cookie", "").partition(";")[0]
        return answer.status, answer.getheader("Location", ""), kept
