"""Five fields of cron, on the clock of a time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from mtc.core.cron import parse_cron

LONDON, BERLIN = ZoneInfo("Europe/London"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 1, 31, 10, 7, 30, tzinfo=UTC)  # a Saturday


def after(text: str, moment: datetime = NOW, zone: ZoneInfo = LONDON) -> str:
    return parse_cron(text).next_after(moment, zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* * * * *", "2026-01-31 10:08"),
        ("*/15 * * * *", "2026-01-31 10:15"),
        ("7 * * * *", "2026-01-31 11:07"),
        ("15 3 * * *", "2026-02-01 03:15"),
        ("0 9-17/4 * * *", "2026-01-31 13:00"),
        ("0 0 1 * *", "2026-02-01 00:00"),
        ("0 0 31 * *", "2026-03-30 23:00"),
        ("0 0 29 2 *", "2028-02-29 00:00"),
        ("30 8 * * 1-5", "2026-02-02 08:30"),
        ("0 0 * * 7", "2026-02-01 00:00"),
        ("0 0 * * 0", "2026-02-01 00:00"),
        ("0 0 10 * 3", "2026-02-04 00:00"),
        ("5,50 10 * * *", "2026-01-31 10:50"),
        ("0 12 1 1,7 *", "2026-07-01 11:00"),
    ],
)
def test_the_next_time(text: str, expected: str) -> None:
    assert after(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "* * * * * *",
        "*  * * * *",
        "@daily",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "5-1 * * * *",
        "*/0 * * * *",
        "5/10 * * * *",
        "a * * * *",
        "1, * * * *",
        "-1 * * * *",
        "١ * * * *",
        "0 0 30 2 *",
        "0 0 31 4,6 *",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"(is not right|five fields|There is no day)"):
        parse_cron(text)


@pytest.mark.parametrize(
    ("text", "moment", "expected"),
    [
        # On 29 March 2026 the clock goes from 2 to 3: 02:30 counts as if it had not changed yet.
        ("30 2 * * *", datetime(2026, 3, 28, 12, tzinfo=UTC), "2026-03-29 01:30"),
        ("30 2 * * *", datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "2026-03-30 00:30"),
        # On 25 October 2026 it goes from 3 to 2: 02:30 comes twice, the first counts.
        ("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=UTC), "2026-10-25 00:30"),
        ("30 2 * * *", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-26 01:30"),
        # What runs each hour goes on each hour.
        ("30 * * * *", datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "2026-03-29 01:30"),
        ("30 * * * *", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25 01:30"),
        ("0 9 * * *", datetime(2026, 7, 1, tzinfo=UTC), "2026-07-01 07:00"),
    ],
)
def test_the_clock_changes(text: str, moment: datetime, expected: str) -> None:
    assert after(text, moment, BERLIN) == expected


def test_each_quarter_of_a_day_with_25_hours() -> None:
    moment, times = datetime(2026, 10, 24, 21, 59, tzinfo=UTC), []
    end = datetime(2026, 10, 25, 23, tzinfo=UTC)
    while (moment := parse_cron("*/15 * * * *").next_after(moment, BERLIN)) < end:
        times.append(moment)
    assert len(times) == 100
    assert {later - earlier for earlier, later in pairwise(times)} == {timedelta(minutes=15)}
