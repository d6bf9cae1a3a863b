"""Rate limits: calls are counted by name and caller, and refused beyond a number in some seconds."""

from __future__ import annotations

from typing import NoReturn

from mtc.core.client_networks import client_network
from mtc.core.errors import TooManyRequestsError
from mtc.core.i18n import lazy_ngettext
from mtc.core.retry import keep
from mtc.infra import ports
from mtc.infra.cache import Verdict


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
