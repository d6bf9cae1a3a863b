"""Signed notifications: `t=<seconds>,v1=<hex>` over `t.body`, as Stripe describes its webhook signatures."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from mtc.core import clock
from mtc.core.errors import UnauthorizedError

TOLERANCE = 300


def signature(secret: str, body: bytes, seconds: int) -> str:
    """The header's text for a body sent at that Unix time."""
    mark = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={mark}"


def check(secret: str, body: bytes, headers: Mapping[str, str], name: str) -> None:
    """Raises UnauthorizedError unless one signature fits the exact bytes and the time is within 300 s."""
    header = next((value for key, value in headers.items() if key.lower() == name.lower()), "")
    parts = [part.partition("=") for part in header.split(",")[:10]]
    times = [value for key, _, value in parts if key.strip() == "t"]
    marks = [value.strip() for key, _, value in parts if key.strip() == "v1"]
    if (
        not secret
        or len(times) != 1
        or not times[0].isascii()
        or not times[0].isdigit()
        or len(times[0]) > 12
    ):
        raise UnauthorizedError("The notification is not signed.")
    seconds = int(times[0])
    expected = signature(secret, body, seconds).partition("v1=")[2]
    # Every candidate is compared, so that the time taken says nothing.
    if sum(hmac.compare_digest(expected.encode(), mark.encode()) for mark in marks) == 0:
        raise UnauthorizedError("The signature does not fit the notification.")
    if abs(clock.now().timestamp() - seconds) > TOLERANCE:
        raise UnauthorizedError("The notification is too old.")
