"""Deliveries of other systems, and what a plugin receives them with."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """A notification that was verified and kept. `attempt` is 1 when it is received for the first time."""

    name: str
    event_id: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    attempt: int = 1

    def json(self) -> Any:
        """Return the body read as JSON; raises ValueError."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class WebhookReceiver:
    """Two functions that take the notifications of another system.

    `verify(ctx, headers, body)` returns the sender's id of the event, or raises for a forged notification. It
    writes nothing and has a second. `receive(ctx, delivery)` does the work, in a task.
    """

    verify: Callable[[Any, Mapping[str, str], bytes], str]
    receive: Callable[[Any, WebhookDelivery], None]


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """Return whether the signature is the HMAC-SHA256 of the body with the secret, in hexadecimal."""
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(expected.encode(), signature.lower().encode())
