"""Outbound HTTP: the one hardened client that all of MTC uses."""

from mtc.infra.http.base import (
    DeadlineError,
    Http,
    HttpError,
    RefusedUrlError,
    Response,
    UnreachableError,
)
from mtc.infra.http.client import HttpClient
from mtc.infra.http.public_addresses import is_public
from mtc.infra.http.url import parse_target

__all__ = [
    "DeadlineError",
    "Http",
    "HttpClient",
    "HttpError",
    "RefusedUrlError",
    "Response",
    "UnreachableError",
    "is_public",
    "parse_target",
]
