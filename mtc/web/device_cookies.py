"""Browsers that are known: whoever has logged in with one before cannot be locked out by others' wrong tries.

Wrong passwords are counted for each person, or anybody could try for ever; but then anybody could also keep
a person out. So a browser that has logged in carries a signed cookie and its tries are counted apart
(OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). A stolen one gives no more than tries.
"""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from mtc.core.crypto import keyed_hash, sign, unsign
from mtc.core.errors import AppError
from mtc.core.ids import token
from mtc.web.cookies import cookie, set_cookie

NAME, PURPOSE, DAYS, MOST = "known", "known.browser", 180, 5


def tries_as(account: str) -> str:
    """Return who counts as trying: the account, or this very browser when it has logged in to it before."""
    alias = _alias(account)
    browser = _read().get(alias, "")
    return f"{alias}:{browser}" if browser else alias


def remember(response: Response, account: str) -> None:
    """Mark the browser as one that has logged in to the account; it keeps the last five."""
    others = {alias: browser for alias, browser in _read().items() if alias != _alias(account)}
    newest = dict([*others.items(), (_alias(account), token(12))][-MOST:])
    set_cookie(response, cookie(NAME), sign({"b": newest}, PURPOSE, DAYS * 86_400), days=DAYS)


def _alias(account: str) -> str:
    return keyed_hash(account.strip().lower(), "known browser")[:24]


def _read() -> dict[str, str]:
    value = request.cookies.get(cookie(NAME), "")
    try:
        return dict(unsign(value, PURPOSE)["b"]) if value else {}
    except AppError:
        return {}
