"""The errors that MTC raises: each knows its HTTP status and a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.core.i18n.lazy import Sentence, shown, source_text


class AppError(Exception):
    """Base of every expected failure; `message` is shown to people, `details` names the fields at fault."""

    status = 500
    code = "error"

    def __init__(self, message: Sentence, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(source_text(message))  # logs are in English
        self._message = message
        self._details: dict[str, Any] = dict(details or {})

    @property
    def message(self) -> str:
        """The sentence in the running language."""
        return str(self._message)

    @property
    def details(self) -> dict[str, Any]:
        """Return the faults by field, as sentences in the running language."""
        return {name: shown(value) for name, value in self._details.items()}


class CommandError(Exception):
    """A command cannot do what it was asked to; the message is one line that says why and what to do."""


class ValidationError(AppError):
    """The input is not acceptable; `details` maps field paths to lists of sentences (400)."""

    status = 400
    code = "invalid"


class UnauthorizedError(AppError):
    """Nobody is logged in, or the credentials are wrong (401)."""

    status = 401
    code = "unauthorized"


class ForbiddenError(AppError):
    """The actor is known and may not do this (403)."""

    status = 403
    code = "forbidden"


class NotFoundError(AppError):
    """The thing does not exist, or belongs to another tenant: both look the same (404)."""

    status = 404
    code = "not_found"


class ConflictError(AppError):
    """The thing has changed, or is taken, since the caller looked (409)."""

    status = 409
    code = "conflict"


class BusyError(ConflictError):
    """Others are at the same thing at this moment: again in `retry_after` seconds, unchanged (409)."""

    code = "busy"
    retry_after = 1


class GoneError(AppError):
    """The thing existed and is no longer available, such as an expired link (410)."""

    status = 410
    code = "gone"


class PayloadTooLargeError(AppError):
    """The request body is larger than the route accepts (413)."""

    status = 413
    code = "too_large"


class MisdirectedError(AppError):
    """No store answers to this host name (421, RFC 9110 section 15.5.20)."""

    status = 421
    code = "unknown_host"


class UnsupportedMediaError(AppError):
    """The body is in a format that the route does not read (415)."""

    status = 415
    code = "unsupported_media"


class UnprocessableError(AppError):
    """The request can be read, and what it says cannot be done; `details` as for ValidationError (422)."""

    status = 422
    code = "unprocessable"


class TooManyRequestsError(AppError):
    """The caller has to wait `retry_after` seconds (429)."""

    status = 429
    code = "too_many_requests"

    def __init__(self, message: Sentence, retry_after: int = 60) -> None:
        super().__init__(message, {"retry_after": retry_after})
        self.retry_after = retry_after


class UnavailableError(AppError):
    """The store is closed for now, such as a suspended tenant (503)."""

    status = 503
    code = "unavailable"
    retry_after = 600


class OutageError(UnavailableError):
    """A part that MTC depends on does not answer: the database or the store of files (503)."""

    retry_after = 5


class StoreClosedError(UnavailableError):
    """The store is not open to shoppers: its merchant has not opened it, or has closed it."""

    code = "store_closed"
