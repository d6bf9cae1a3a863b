"""One place where errors become answers: JSON for programs, a fragment for htmx, a page for people."""

from __future__ import annotations

import logging
from errno import EACCES, EDQUOT, EIO, ENOSPC, EROFS, ESTALE, ETIMEDOUT
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from jinja2 import Template
from werkzeug.exceptions import HTTPException

from mtc.core import security_log
from mtc.core.connection_errors import DATABASE_ERRORS, is_unreachable
from mtc.core.database_errors import DatabaseError, is_contention, is_full
from mtc.core.errors import (
    AppError,
    BusyError,
    NotFoundError,
    OutageError,
    PayloadTooLargeError,
    StoreClosedError,
    TooManyRequestsError,
    UnavailableError,
)
from mtc.core.i18n import LazyText, _l
from mtc.core.ids import token
from mtc.core.store_info import StoreInfo
from mtc.extensions import htmx
from mtc.web.envelope import fail
from mtc.web.responses import wants_json
from mtc.web.site import KEY

log = logging.getLogger(__name__)

_SENTENCES = {
    400: _l("The request could not be read. Go back and try again."),
    404: _l("There is nothing at this address."),
    405: _l("This address does not do that. Go back and try again."),
    408: _l("That took too long to arrive. Try again."),
    413: _l("This is too large. Send less at once."),
    414: _l("This address is too long."),
    415: _l("This kind of content is not understood here."),
    416: _l("The part of the file that was asked for does not exist."),
    431: _l("The request's headers are too large."),
}
_REFUSALS = {400, 401, 403, 413, 421, 429}
_BUSY = _l("Others are at the same thing just now. Please try again in a moment.")
_FULL = _l(
    "Nothing can be saved here just now: nothing was changed, ordered or paid. We have been told; please try"
    " again later."
)
_AWAY = _l("We cannot reach our data at the moment. Please try again in a few seconds.")
_UNREADABLE = frozenset({EACCES, EIO, EROFS, ESTALE, ETIMEDOUT})  # a disk or a network share that has gone
_OURS = _l("Something went wrong on our side. It has been noted; please try again in a moment.")


class Failure(AppError):
    """An error that came from the framework, with our sentence for it."""

    def __init__(self, status: int, message: LazyText) -> None:
        super().__init__(message)
        self.status = status
        self.code = str(status)


def install_errors(app: Flask) -> None:
    """Answer every error of the application."""
    app.extensions["mtc.error_page"] = _plain_page

    @app.errorhandler(AppError)
    def _app_error(error: AppError) -> Response:
        if error.status >= 500 and error.status != 503:
            log.error("%s: %s", type(error).__name__, error.message, exc_info=error)
            return _answer(app, Failure(error.status, _OURS))
        if error.status in _REFUSALS:
            security_log.refuse("request.refused", status=error.status, code=error.code)
        return _answer(app, error)

    @app.errorhandler(HTTPException)
    def _http_error(error: HTTPException) -> Any:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        if status == 404:
            return _answer(app, NotFoundError(_SENTENCES[404]))
        if status == 413:
            return _answer(app, PayloadTooLargeError(_SENTENCES[413]))
        response = _answer(
            app, Failure(status, _SENTENCES.get(status, _SENTENCES[400] if status < 500 else _OURS))
        )
        allow = error.get_response().headers.get("Allow")
        if allow:
            response.headers["Allow"] = allow
        return response

    _install_outages(app)

    @app.errorhandler(Exception)
    def _other(error: Exception) -> Response:
        return _unexpected(app, error)


def _unexpected(app: Flask, error: Exception) -> Response:
    number = g.get("request_id") or token(9)
    g.request_id = number
    log.error("request %s failed", number, exc_info=error)
    return _answer(app, Failure(500, _OURS))


def _install_outages(app: Flask) -> None:
    """Answer what the database, the storage and the disk fail with."""

    def _database(error: Exception) -> Response:
        if isinstance(error, DatabaseError):
            if is_full(error):
                return _no_room(error)
            if is_contention(error):
                return _answer(app, BusyError(_BUSY))
        return _out_of_reach("database", error) if is_unreachable(error) else _unexpected(app, error)

    for error_type in DATABASE_ERRORS:
        app.register_error_handler(error_type, _database)

    @app.errorhandler(OSError)
    def _storage(error: OSError) -> Response:
        if error.errno in (ENOSPC, EDQUOT):
            return _no_room(error)
        return _out_of_reach("storage", error) if error.errno in _UNREADABLE else _unexpected(app, error)

    def _out_of_reach(service: str, error: Exception) -> Response:
        said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        log.error(
            "the %s is out of reach, %s %s was refused: %s", service, request.method, request.path, said
        )
        return _answer(app, OutageError(_AWAY))

    def _no_room(error: Exception) -> Response:
        log.error("there is no room left on the disk: %s %s was refused", request.method, request.path)
        return _answer(app, UnavailableError(_FULL))


def _answer(app: Flask, error: AppError) -> Response:
    if wants_json():
        response = fail(error)
    elif htmx.partial:
        body = render_template("storefront/fragments/toast.html", text=error.message, variant="destructive")
        response = make_response(body, error.status)
    else:
        response = _page(app, error)
    if isinstance(error, TooManyRequestsError | BusyError | UnavailableError):
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401 and request.path.startswith("/api/v1/"):
        response.headers["WWW-Authenticate"] = 'Bearer realm="MTC"'
    if isinstance(error, StoreClosedError):
        response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(app: Flask, error: AppError) -> Response:
    """The themed page; when that cannot be made either, a page that needs nothing at all."""
    current_site = request.environ.get(KEY)
    themed = error.status < 500 or isinstance(error, StoreClosedError)
    if current_site is not None and current_site.store is not None and themed:
        try:
            page: str = app.extensions["mtc.error_page"](error, current_site.store)
            return make_response(page, error.status)
        except Exception:
            log.exception("the error page of %s could not be made", current_site.host)
    elif error.status < 500 and "mtc.framed_error" in app.extensions:
        try:
            framed: str = app.extensions["mtc.framed_error"](error)
        except Exception:
            log.exception("the frame of an error in the admin could not be made")
        else:
            if framed:
                return make_response(framed, error.status)
    return make_response(_plain_page(error, None), error.status)


def _plain_page(error: AppError, _store: StoreInfo | None) -> str:
    names: list[str | Template] = [f"errors/{error.status}.html", "errors/plain.html"]
    back = "/admin" if request.path.startswith(("/admin", "/platform", "/account-settings")) else "/"
    facts = {"status": error.status, "message": error.message, "back": back}
    return render_template(names, **facts, request_id=g.get("request_id", ""))
