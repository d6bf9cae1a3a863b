"""Prices at certain times, on the clock of the store: time zones, summer time, midnight, what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.catalog import queries as catalog
from mtc.core import clock
from mtc.core.context import Context, acting, current, use
from mtc.core.db import unit_of_work
from mtc.core.errors import ValidationError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.core.timezones import timezone_choices
from mtc.pricing.periodic import renew_prices
from mtc.pricing.services import Buyer, price, prices_hold_until, rules
from mtc.pricing.types.time_based import DAYS, is_on
from mtc.tenants.queries import tenant_by_id
from mtc.tenants.services import store_lookup, update_store
from tests.pricing.offers import TEN_OFF, offer, rule
from tests.servers.database import both_databases

BERLIN = ZoneInfo("Europe/Berlin")
HALF = {"type": "percent_off", "value": 5000}
NAMES = [name for _, zones in timezone_choices() for name, _ in zones]


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime:
    """A moment in UTC from a time on a clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def unit(conditions: dict, moment: datetime, zone: str = "Europe/Berlin", **values) -> int:
    """What costs 20.00 costs at the moment by a rule that halves it."""
    book = (rule(conditions=conditions, modifier=HALF, **values),)
    with use(Context(store=SimpleNamespace(timezone=zone, country=""))):
        return price(offer(2000), buyer=Buyer(), book=book, now=moment).unit


@both_databases
@pytest.mark.parametrize("how", ["its own zone", "its country", "the context's store"])
def test_b60_wednesday_18_to_20_in_berlin_holds_in_summer_and_winter(make, tenant, how):
    with tenant_scope(tenant.id), unit_of_work():
        zone = {"country": "DE"} if how == "its country" else {"timezone": "europe/berlin"}
        store = update_store(tenant.id, tenant.store.id, **zone)
    made = make("Happy", price=2000)
    times = ("2026-07-01T18:30", "2026-07-01T20:30", "2026-12-02T18:30", "2026-12-02T20:30")
    with tenant_scope(tenant.id), unit_of_work():
        rules.create(
            {"name": "Happy hour", "rule_type": "time_based", "price_modifier": HALF,
             "conditions": {"days": ["wed"], "from": "18:00", "to": "20:00"}}
        )  # fmt: skip
    store_lookup.clear()
    info = store_lookup.by_slug(store.slug)
    context = current() if how != "the context's store" else Context(tenant_id=tenant.id, store=info)
    with use(context), acting(tenant_id=tenant.id), tenant_scope(tenant.id, readonly=True):
        (variant,) = catalog.variants_of(made.id)
        bought = catalog.offers([variant.id])[variant.id]
        assert [price(bought, now=at(one)).unit for one in times] == [1000, 2000, 1000, 2000]


@pytest.mark.parametrize(
    ("conditions", "moment", "holds"),
    [
        # over midnight: the span belongs to the day on which it begins
        ({"days": ["sat"], "from": "22:00", "to": "02:00"}, "2026-07-04T21:59", False),
        ({"days": ["sat"], "from": "22:00", "to": "02:00"}, "2026-07-04T22:00", True),
        ({"days": ["sat"], "from": "22:00", "to": "02:00"}, "2026-07-05T00:00", True),
        ({"days": ["sat"], "from": "22:00", "to": "02:00"}, "2026-07-05T01:59", True),
        ({"days": ["sat"], "from": "22:00", "to": "02:00"}, "2026-07-05T02:00", False),
        ({"days": ["sat"], "from": "22:00", "to": "02:00"}, "2026-07-04T01:00", False),
        ({"days": ["sun"], "from": "22:00", "to": "02:00"}, "2026-07-06T01:00", True),
        ({"from": "22:00", "to": "02:00"}, "2026-07-01T01:00", True),
        # the weekday of the store and not that of UTC
        ({"days": ["wed"]}, "2026-07-01T00:30", True),
        ({"days": ["tue"]}, "2026-07-01T00:30", False),
        # whole days, open ends
        ({"days": ["wed"], "from": "00:00", "to": "00:00"}, "2026-07-01T23:59", True),
        ({"days": ["wed"], "from": "00:00", "to": "00:00"}, "2026-07-02T00:00", False),
        ({"days": ["wed"], "from": "18:00", "to": "18:00"}, "2026-07-02T17:59", True),
        ({"days": ["wed"], "from": "18:00", "to": "18:00"}, "2026-07-02T18:00", False),
        ({"days": ["wed"], "from": "18:00", "to": "24:00"}, "2026-07-01T23:59", True),
        ({"days": ["wed"], "from": "18:00"}, "2026-07-02T00:00", False),
        ({"days": ["wed"], "to": "9:30"}, "2026-07-01T09:29", True),
        ({"days": ["wed"], "to": "9:30"}, "2026-07-01T09:30", False),
        ({"from": "never"}, "2026-07-01T09:30", False),
        # the condition language means the same clock
        ({"when": {"field": "now", "time_between": ["18:00", "20:00"]}}, "2026-07-01T18:30", True),
        ({"when": {"field": "now", "time_between": ["18:00", "20:00"]}}, "2026-07-01T20:30", False),
        ({"when": {"field": "now", "weekday": ["wed"]}}, "2026-07-01T00:30", True),
    ],
)
def test_spans_over_midnight_and_on_the_right_weekday(conditions, moment, holds):
    assert unit(conditions, at(moment)) == (1000 if holds else 2000)


def test_hours_that_the_clock_skips_or_repeats():
    """On 29 March 02:00 to 03:00 does not come; on 25 October it comes twice."""
    night = {"from": "02:00", "to": "03:00"}
    skipped = at("2026-03-29T01:59")
    assert [unit(night, skipped + timedelta(minutes=m)) for m in (0, 1, 61)] == [2000, 2000, 2000]
    over = {"from": "01:30", "to": "02:30"}
    assert [unit(over, skipped + timedelta(minutes=m)) for m in (0, 1)] == [1000, 2000]
    assert [unit(night, at("2026-10-25T02:30", fold=fold)) for fold in (0, 1)] == [1000, 1000]
    assert unit(night, at("2026-10-25T03:00")) == 2000


def test_a_rule_begins_and_ends_on_the_stores_clock(scope, tenant):
    with unit_of_work():
        update_store(tenant.id, tenant.store.id, timezone="Europe/Berlin")
    values = {"name": "Sale", "rule_type": "time_based", "price_modifier": TEN_OFF}
    with tenant_scope(tenant.id), acting(tenant_id=tenant.id), unit_of_work():
        row = rules.create({**values, "starts_at": "2026-07-01T00:00", "ends_at": "2026-12-01T00:00"})
        assert row.starts_at == datetime(2026, 6, 30, 22, tzinfo=UTC)
        assert row.ends_at == datetime(2026, 11, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "conditions", [{"from": "24:00"}, {"to": "24:01"}, {"from": "7"}, {"to": "١٨:00"}, {"to": 18}]
)
def test_times_that_are_none_are_refused(scope, conditions):
    with pytest.raises(ValidationError) as refused, unit_of_work():
        rules.create(
            {"name": "R", "rule_type": "time_based", "conditions": conditions, "price_modifier": TEN_OFF}
        )
    assert list(refused.value.details) == [f"conditions-{next(iter(conditions))}"]


FIRST, LAST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (2015, 2037))
minutes = st.integers(0, 24 * 60 - 1)
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NAMES), moments, minutes, minutes, st.sets(st.sampled_from(DAYS), min_size=1))
def test_a_span_holds_in_every_zone_as_the_clock_on_the_wall_says(zone, moment, start, end, days):
    """Counted another way: minutes since Monday, against the spans of this week and the one before."""
    here = moment.astimezone(ZoneInfo(zone))
    begin, finish = (f"{some // 60:02d}:{some % 60:02d}" for some in (start, end))
    conditions = {"days": sorted(days), "from": begin, "to": finish}
    now = here.weekday() * 1440 + here.hour * 60 + here.minute
    length = (end - start) % 1440 or 1440
    begins = [DAYS.index(day) * 1440 + start - week * 10_080 for day in days for week in (0, 1)]
    expected = any(begin <= now < begin + length for begin in begins)
    assert is_on(conditions, here) is expected
    assert unit(conditions, moment, zone) == (1000 if expected else 2000)


def _version(tenant_id) -> int:
    with platform_scope("look"), unit_of_work():
        return tenant_by_id(tenant_id).content_version


@pytest.mark.parametrize(
    "conditions",
    [
        {"days": ["wed"], "from": "18:00", "to": "20:00"},
        {
            "when": {
                "all": [{"field": "now", "time_between": ["18:00", "20:00"]}, {"field": "price", "gt": 0}]
            }
        },
    ],
)
def test_what_is_kept_is_renewed_when_a_span_begins_and_ends(scope, tenant, conditions):
    with unit_of_work():
        update_store(tenant.id, tenant.store.id, timezone="Europe/Berlin")
    with tenant_scope(tenant.id), unit_of_work():
        rules.create(
            {"name": "Happy", "rule_type": "time_based", "price_modifier": TEN_OFF, "conditions": conditions}
        )
    expected = _version(tenant.id)
    rounds = [("17:58:30", 0), ("18:00:10", 1), ("18:05:00", 0), ("19:59:00", 0), ("20:00:59", 1)]
    for text, renewals in rounds:
        moment = at(f"2026-07-01T{text}")
        with clock.frozen(moment), tenant_scope(tenant.id), acting(tenant_id=tenant.id), unit_of_work():
            renew_prices()
        expected += renewals
        assert _version(tenant.id) == expected, text


def test_prices_are_kept_no_longer_than_they_hold():
    now = at("2026-07-01T17:59:30")
    whole = rule(kind="quantity", conditions={"min": 1})
    later = rule(kind="quantity", conditions={"min": 1}, starts_at=now + timedelta(hours=2))
    ends = rule(kind="quantity", conditions={"min": 1}, ends_at=now + timedelta(hours=1))
    by_clock = rule(conditions={"when": {"not": {"field": "now", "weekday": ["mon"]}}})
    assert prices_hold_until((), now) is None
    assert prices_hold_until((whole,), now) is None
    assert prices_hold_until((whole, later, ends), now) == ends.ends_at
    assert prices_hold_until((later, rule(conditions={"from": "18:00"})), now) == at("2026-07-01T18:00")
    assert prices_hold_until((by_clock,), now) == at("2026-07-01T18:00")
