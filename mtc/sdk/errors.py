"""Errors that plugins raise and catch; those of `AppError` below 500 are shown to whoever asked."""

from mtc.core.errors import (
    AppError,
    BusyError,
    ConflictError,
    ForbiddenError,
    GoneError,
    NotFoundError,
    TooManyRequestsError,
    UnauthorizedError,
    UnavailableError,
    UnprocessableError,
    ValidationError,
)
from mtc.core.hooks import Reject
from mtc.infra.http import DeadlineError, HttpError, RefusedUrlError, UnreachableError
from mtc.infra.mail import MailError
from mtc.payments.types.base import ProviderError, RefundError, StartError
from mtc.plugins.services.state import StateConflict

__all__ = [
    "AppError",
    "BusyError",
    "ConflictError",
    "DeadlineError",
    "ForbiddenError",
    "GoneError",
    "HttpError",
    "MailError",
    "NotFoundError",
    "ProviderError",
    "RefundError",
    "RefusedUrlError",
    "Reject",
    "StartError",
    "StateConflict",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnavailableError",
    "UnprocessableError",
    "UnreachableError",
    "ValidationError",
]
