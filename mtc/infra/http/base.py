"""Interface of outbound HTTP, and the ways in which it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from mtc.core.i18n import Sentence, source_text

TIMEOUT = 15.0
MAX_BYTES = 64 * 1024


class HttpError(Exception):
    """No answer came; the message is fit for the people who entered the address."""

    def __init__(self, message: Sentence) -> None:
        super().__init__(source_text(message))  # it is written down in English


class RefusedUrlError(HttpError):
    """The address is none that MTC calls, now or later: nothing was connected."""


class UnreachableError(HttpError):
    """The name does not resolve, or the server does not accept or breaks the connection."""


class DeadlineError(HttpError):
    """The answer was not complete in time."""


@dataclass(frozen=True)
class Response:
    """An answer of any status; `headers` has lower-case names, `truncated` says that the body went on."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: bool = False


class Http(Protocol):
    """The one way out: everything that calls another server goes through it."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = TIMEOUT,
        max_bytes: int = MAX_BYTES,
    ) -> Response:
        """Ask `url` and return what it says, redirects included: they are never followed.

        `timeout` is for the whole call, in seconds; of the body at most `max_bytes` are read.
        Raises RefusedUrlError, UnreachableError or DeadlineError; ValueError for a bad method or header.
        """
