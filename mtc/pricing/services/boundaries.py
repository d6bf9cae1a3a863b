"""Moments when prices change by the clock alone, for caches of prices."""

from __future__ import annotations

from datetime import datetime, timedelta

from mtc.core import local_time
from mtc.core.errors import AppError
from mtc.core.rules import evaluate, leaves_of
from mtc.pricing import queries
from mtc.pricing.queries import ActiveRules, Rule
from mtc.pricing.types.time_based import is_on

_STEP = timedelta(seconds=30)


def changed_between(since: datetime, until: datetime) -> bool:
    """Return whether a rule of the tenant began or ended to hold in the time span; at most two statements."""
    if queries.has_boundary(since, until):
        return True
    timed = [rule for rule in queries.rule_book() if _follows_the_clock(rule)]
    moments = [since + _STEP * step for step in range(int((until - since) / _STEP) + 1)]
    return any(len({_state(rule, moment) for moment in (*moments, until)}) > 1 for rule in timed)


def prices_hold_until(book: ActiveRules, now: datetime) -> datetime | None:
    """Until when prices made now by these rules can be shown; None: until a rule or a product is changed.

    Spans begin and end at whole minutes of the store's clock, which are those of UTC.
    """
    ends = [at for rule in book for at in (rule.starts_at, rule.ends_at) if at is not None and at > now]
    if any(_follows_the_clock(rule) for rule in book):
        ends.append(now.replace(second=0, microsecond=0) + timedelta(minutes=1))
    return min(ends, default=None)


def _follows_the_clock(rule: Rule) -> bool:
    return rule.rule_type == "time_based" or bool(_on_time(rule))


def _on_time(rule: Rule) -> list[dict[str, object]]:
    return [leaf for leaf in leaves_of(rule.conditions.get("when")) if leaf.get("field") == "now"]


def _state(rule: Rule, moment: datetime) -> tuple[bool, ...]:
    """Return the state of the rule that depends on the time, at the moment."""
    here = local_time.local(moment)
    try:
        spans = rule.rule_type == "time_based" and is_on(rule.conditions, here)
        return (spans, *(evaluate(leaf, {"now": here}) for leaf in _on_time(rule)))
    except AppError:  # a rule that cannot be read applies never
        return ()
