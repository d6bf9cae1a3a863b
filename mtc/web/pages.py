"""Full page or fragment, where to go next, and what was typed."""

from __future__ import annotations

import re
from typing import NoReturn, TypeVar

from flask import redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.core.client_networks import client_network
from mtc.core.errors import TooManyRequestsError, ValidationError
from mtc.core.i18n import _l, lazy_ngettext
from mtc.core.normalization import LONGEST_URL, split_url
from mtc.core.retry import keep
from mtc.infra import ports
from mtc.infra.cache import Verdict

R = TypeVar("R", bound=WerkzeugResponse)
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def wants_json() -> bool:
    """Return whether the answer is for a program."""
    if request.path.startswith(("/api/", "/webhooks/")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def local_path(text: str | None, default: str) -> str:
    """A path on this very host, or the default: nobody is sent away by a `next` parameter."""
    if not text or len(text) > LONGEST_URL or not text.startswith("/"):
        return default
    if text.startswith(("//", "/\\")) or "\\" in text:
        return default
    parts = split_url(text)
    if parts.scheme or parts.netloc or any(ord(c) < 32 for c in text):
        return default
    return text


def see_other(path: str) -> WerkzeugResponse:
    """After a POST: look there (303)."""
    return redirect(path, 303)


def keep_secret(response: R) -> R:
    """The answer of an address that holds a secret: it is no referrer, and nothing of the page is kept."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def check_address() -> None:
    """Refuse an address that no text column can hold, before anything is looked up with it."""
    check_texts([request.path, *request.args.keys(), *request.args.values()])


def check_form() -> None:
    """Refuse a form that no text column can hold; files are looked at by who takes them."""
    if request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        check_texts(
            [*request.form.keys(), *(value for values in request.form.listvalues() for value in values)]
        )


def check_texts(parts: list[str]) -> None:
    """Raise ValidationError when one of the texts is none that a text column can hold."""
    for part in parts:
        if _NO_TEXT.search(part):
            raise ValidationError(_l("Some of the input is no valid text. Type it again."))


def client_ip() -> str:
    """The caller's address; proxies are believed only as far as MTC_TRUSTED_HOPS says."""
    return request.remote_addr or "0.0.0.0"  # noqa: S104 - a value, nothing is bound


def limit_key(who: str) -> str:
    """Return who counts as one: an address with its network, else the text, cut short."""
    return client_network(who)[:300]


def limit(name: str, who: str, times: int, seconds: int) -> None:
    """Count one call of `who`; TooManyRequestsError beyond `times` in `seconds`. Holds without Redis."""
    verdict = count(name, who, times, seconds)
    if not verdict.allowed:
        refuse(verdict.retry_after)


def count(name: str, who: str, times: int, seconds: int) -> Verdict:
    """Count one call of `who` and say whether it is within the limit; the caller decides."""
    # A request that is done again (mtc/core/retry.py) is one request.
    return keep(("limit", name, who), lambda: ports.limits.limit(f"{name}:{limit_key(who)}", times, seconds))


def refuse(seconds: float) -> NoReturn:
    """Raise TooManyRequestsError, which says after how many seconds to try again."""
    wait = max(1, round(seconds))
    if wait < 120:
        text = lazy_ngettext(
            "That was too often. Wait %(num)s second and try again.",
            "That was too often. Wait %(num)s seconds and try again.",
            wait,
        )
    else:
        text = lazy_ngettext(
            "That was too often. Wait %(num)s minute and try again.",
            "That was too often. Wait %(num)s minutes and try again.",
            round(wait / 60),
        )
    raise TooManyRequestsError(text, wait)


def give_back(name: str, who: str, seconds: int) -> None:
    """Take back one call that `limit` has counted: it was an honest one."""
    ports.limits.give_back(f"{name}:{limit_key(who)}", seconds)


def reset_rate_limit(name: str, who: str, seconds: int) -> None:
    """Forget what `limit` has counted: who has shown the right password may come again."""
    ports.limits.clear(f"{name}:{limit_key(who)}", seconds)
