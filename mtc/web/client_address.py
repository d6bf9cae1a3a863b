"""Address of the client that sent the request."""

from __future__ import annotations

from flask import request


def client_ip() -> str:
    """The caller's address; proxies are believed only as far as MTC_TRUSTED_HOPS says."""
    return request.remote_addr or "0.0.0.0"  # noqa: S104 - a value, nothing is bound
