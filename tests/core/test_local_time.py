"""Moments on a store's clock: zones by country, skipped and repeated hours, days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.checkout.services.countries import COUNTRIES
from mtc.core import clock, local_time
from mtc.core.context import Context, use
from mtc.core.fields import FieldSet
from mtc.core.fields.formats import canonical, parse_moment
from mtc.core.fields.values import display
from mtc.core.relative_time import when
from mtc.core.template_engine import render
from mtc.core.timezones import find_timezone, timezone_choices, timezone_of_country, zone_named
from mtc.web.forms.controls import present

BERLIN = ZoneInfo("Europe/Berlin")
NAMES = sorted({name for _, zones in timezone_choices() for name, _ in zones})
FIRST, LAST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (2015, 2038))
names = st.sampled_from(NAMES)
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


def in_zone(name: str, country: str = ""):
    """A running store whose clock is that of the zone."""
    return use(Context(store=SimpleNamespace(timezone=name, country=country)))


def test_every_country_has_a_zone_that_the_list_offers():
    for code in COUNTRIES:
        zone = timezone_of_country(code)
        assert zone != "UTC" and (zone in NAMES), code
    assert (timezone_of_country(""), timezone_of_country("XX")) == ("UTC", "UTC")


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("DE", "Europe/Berlin"), ("US", "America/New_York"), ("CA", "America/Toronto"),
        ("AU", "Australia/Sydney"), ("BR", "America/Sao_Paulo"), ("RU", "Europe/Moscow"),
        ("IN", "Asia/Kolkata"), ("JP", "Asia/Tokyo"), ("UA", "Europe/Kyiv"), ("ES", "Europe/Madrid"),
        ("PT", "Europe/Lisbon"), ("NZ", "Pacific/Auckland"), ("XK", "Europe/Belgrade"),
        ("MX", "America/Mexico_City"), ("CN", "Asia/Shanghai"), ("CL", "America/Santiago"),
        ("AR", "America/Argentina/Buenos_Aires"), ("MN", "Asia/Ulaanbaatar"), ("MY", "Asia/Kuala_Lumpur"),
        ("CD", "Africa/Kinshasa"), ("CY", "Asia/Nicosia"), ("PF", "Pacific/Tahiti"),
    ],
)  # fmt: skip
def test_a_country_with_several_zones_has_that_of_most_people(country, zone):
    assert timezone_of_country(country) == zone


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/berlin ", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("utc", "UTC"),
        ("Berlin", ""),
        ("CET", ""),
        ("Etc/GMT+1", ""),
        ("../../etc/passwd", ""),
        ("/etc/localtime", ""),
        ("", ""),
    ],
)
def test_names_of_zones(typed, name):
    assert find_timezone(typed) == name


def test_a_store_without_a_zone_has_that_of_its_country():
    with in_zone("", "DE"):
        assert local_time.zone().key == "Europe/Berlin"
    with in_zone("Asia/Tokyo", "DE"):
        assert local_time.zone().key == "Asia/Tokyo"
    with in_zone("", ""):
        assert local_time.zone().key == "UTC"
    assert local_time.zone().key == "UTC"
    assert zone_named("Mars/Olympus").key == "UTC"


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-07-01T18:30", "2026-07-01T16:30:00Z"),
        ("2026-12-02T18:30", "2026-12-02T17:30:00Z"),
        ("2026-03-29T02:30", "2026-03-29T01:30:00Z"),  # skipped: as before the change, 03:30 in summer
        ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),  # comes twice: the first
        ("2026-07-01T18:30+00:00", "2026-07-01T18:30:00Z"),
        ("2026-07-01T18:30Z", "2026-07-01T18:30:00Z"),
    ],
)
def test_what_is_typed_is_on_the_stores_clock_and_kept_in_utc(typed, utc):
    with in_zone("Europe/Berlin"):
        assert canonical("date-time", typed) == utc


def test_a_moment_is_shown_and_edited_on_the_stores_clock():
    fields = FieldSet({"fields": [{"name": "at", "type": "datetime", "label": "Begins"}]})
    (field,) = fields.fields
    with in_zone("Europe/Berlin"):
        assert display(field, "2026-07-01T16:30:00Z") == "1 July 2026, 18:30 UTC+2"
        assert present(field, "2026-07-01T16:30:00Z") == "2026-07-01T18:30"
        assert canonical("date-time", present(field, "2026-07-01T16:30:00Z")) == "2026-07-01T16:30:00Z"
        assert render("{{ at|date('datetime') }}", {"at": "2026-07-01T22:30:00Z"}) == "2 Jul 2026, 00:30"
    assert display(field, "9999-12-31T23:59:00Z") == "31 December 9999, 23:59 UTC"
    with in_zone("Asia/Tokyo"):
        assert display(field, "9999-12-31T23:59:00Z") == "31 December 9999, 23:59 UTC"
        assert parse_moment("0001-01-01T00:00") is None


def test_a_repeated_time_says_which_one_it_is():
    with in_zone("Europe/Berlin"):
        first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC).astimezone(BERLIN) for hour in (0, 1))
        assert [local_time.clock_time(one) for one in (first, second)] == ["02:30 UTC+2", "02:30 UTC+1"]
        assert local_time.clock_time(datetime(2026, 10, 25, 3, 30, tzinfo=BERLIN)) == "03:30"
        assert not local_time.is_repeated(datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN))


@pytest.mark.parametrize(
    ("zone", "words"),
    [("UTC", "UTC"), ("Asia/Kolkata", "UTC+5:30"), ("America/St_Johns", "UTC−3:30"), ("Asia/Tokyo", "UTC+9")],
)
def test_the_distance_from_utc_in_words(zone, words):
    assert local_time.offset(datetime(2026, 1, 31, 12, tzinfo=ZoneInfo(zone))) == words


def test_today_and_yesterday_are_those_of_the_store():
    at = datetime(2026, 7, 1, 19, 50, tzinfo=UTC)
    with in_zone("Europe/Berlin"):
        for minutes, words in ((70, "today, 21:50"), (129, "today, 21:50"), (130, "yesterday, 21:50")):
            with clock.frozen(at + timedelta(minutes=minutes)):
                assert when(at) == words
        with clock.frozen(datetime(2026, 7, 1, 20, 0, tzinfo=UTC)):
            assert when(datetime(2026, 6, 30, 22, 5, tzinfo=UTC)) == "today, 00:05"


@settings(max_examples=300, deadline=None)
@given(names, moments)
def test_a_moment_survives_the_way_over_the_clock(name, moment):
    zone = ZoneInfo(name)
    with in_zone(name):
        here = local_time.local(moment)
        back = local_time.from_clock(here.replace(tzinfo=None))
    assert back == moment or (local_time.is_repeated(here) and back < moment)
    assert here.tzinfo == zone


@settings(max_examples=300, deadline=None)
@given(names, moments)
def test_a_day_begins_with_its_first_moment(name, moment):
    zone = ZoneInfo(name)
    day = moment.astimezone(zone).date()
    start, following = (local_time.day_start(one, zone) for one in (day, day + timedelta(days=1)))
    assert start <= moment < following
    assert start.astimezone(zone).date() == day
    assert (start - timedelta(microseconds=1)).astimezone(zone).date() < day


@settings(max_examples=100, deadline=None)
@given(names, moments, st.integers(1, 200))
def test_changes_of_the_clock_are_found_with_their_moment(name, since, days):
    zone, until = ZoneInfo(name), since + timedelta(days=days)
    spans = local_time.changes(since, until, zone)
    ends = [start for start, _ in spans[1:]] + [until]
    assert [start for start, _ in spans] == sorted({start for start, _ in spans})
    for (start, ahead), end in zip(spans, ends, strict=True):
        for moment in (start, start + (end - start) / 2, end - timedelta(seconds=1)):
            if start <= moment < end:
                assert moment.astimezone(zone).utcoffset() == timedelta(seconds=ahead)


def test_a_day_that_skips_midnight_begins_later():
    cairo = ZoneInfo("Africa/Cairo")
    start = local_time.day_start(date(2026, 4, 24), cairo)
    assert start.astimezone(cairo).time() == time(1)
    assert local_time.day_start(date(2011, 12, 30), ZoneInfo("Pacific/Apia")) == local_time.day_start(
        date(2011, 12, 31), ZoneInfo("Pacific/Apia")
    )
