"""A browser of the trial."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlencode

from tests.chaos.redis_faults.counts import Counts


class Visitor:
    """A browser with cookies and an address of its own, which measures every answer."""

    def __init__(self, port: int, host: str, address: str, counts: Counts) -> None:
        self._port, self._host, self._address, self._counts = port, f"{host}:{port}", address, counts
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, **more: str) -> tuple[int, str]:
        """(status, where it leads or its text); anything from 500 up, or no answer at all, is bad."""
        headers = {"Host": self._host, "X-Forwarded-For": self._address, **more}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers |= {
                "Origin": f"http://{self._host}",
                "Content-Type": "application/x-www-form-urlencoded",
            }
        began = time.perf_counter()
        try:
            link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            link.request(method, path, urlencode(form or {}) if method == "POST" else None, headers)
            answer = link.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self._counts.bad.append(f"{method} {path[:20]}: {type(error).__name__}")
            return 0, ""
        finally:
            link.close()
        self._counts.spent.append(time.perf_counter() - began)
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status >= 500:
            self._counts.bad.append(f"{method} {path[:20]}: {answer.status}")
        return answer.status, answer.getheader("Location") or text
