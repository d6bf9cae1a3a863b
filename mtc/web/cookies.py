"""Cookies of shoppers: their names, and writing them with the flags that keep them here."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.wrappers import Response as BaseResponse

CART_DAYS, SESSION_DAYS = 60, 60


def _secure() -> bool:
    secure: bool = current_app.config["MTC"].secure
    return secure


def cookie(name: str) -> str:
    """The full name; __Host- binds a cookie to this very host where there is HTTPS (RFC 6265bis)."""
    return f"__Host-{name}" if _secure() and not request.script_root else name


def chosen_scheme() -> str:
    """The visitor's choice of light or dark, which a script keeps, or an empty text."""
    chosen = request.cookies.get(cookie("theme"), "")
    return chosen if chosen in ("light", "dark") else ""


def cart_token() -> str:
    """The text of the visitor's cart cookie, or an empty text."""
    text = request.cookies.get(cookie("mtc_cart"), "")
    return text if len(text) <= 200 else ""


def set_cookie(response: BaseResponse, name: str, value: str, *, days: int) -> None:
    """Keep a value in the browser for so many days: not for scripts, not for other sites' requests."""
    response.set_cookie(
        name,
        value,
        max_age=days * 86_400,
        path=request.script_root or "/",
        secure=_secure(),
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(response: BaseResponse, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(
        name, path=request.script_root or "/", secure=_secure(), httponly=True, samesite="Lax"
    )


def leave(response: BaseResponse) -> BaseResponse:
    """After a log-out: the browser forgets what it stored of this host, and pages it could go back to."""
    response.headers["Clear-Site-Data"] = '"storage"'
    response.headers["Cache-Control"] = "no-store"
    return response
