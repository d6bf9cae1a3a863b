"""The arithmetic behind the table of `make bench`."""

from mtc.bench.load import request_bytes
from mtc.bench.report import Line, limit_line, ratio, ratio_line, speed_lines

SAMPLES = {
    "mine": [(40.0, 4.0), (90.0, 4.0), (50.0, 2.0)],
    "other": [(100.0, 1.0), (100.0, 2.0), (200.0, 1.0)],
}


def test_a_ratio_is_the_median_of_the_rounds_ratios():
    assert ratio(SAMPLES, "mine", "other") == (0.4, 0.5)


def test_no_processor_time_is_no_division():
    assert ratio({"a": [(1.0, 0.0)], "b": [(2.0, 1.0)]}, "a", "b") == (0.5, 0.0)


def test_the_goal_is_met_by_answers():
    assert ratio_line(SAMPLES, "x", "mine", "other", 0.4).good is True
    assert ratio_line(SAMPLES, "x", "mine", "other", 0.41) == Line("x", "0.40 (cpu 0.50)", ">= 0.41", False)


def test_a_limit_is_met_up_to_itself():
    assert limit_line("memory", 150, 150, "MB") == Line("memory", "150 MB", "<= 150 MB", True)
    assert limit_line("start", 3.01, 3, "s", digits=2).good is False


def test_speeds_are_medians():
    assert [line.figure for line in speed_lines(SAMPLES)] == ["50/s    4.000 ms", "100/s    1.000 ms"]


def test_a_line_says_what_was_missed():
    assert Line("x", "1", "<= 0", False).text().endswith("<= 0        MISSED")
    assert Line("x", "1").text().split() == ["x", "1"]


def test_the_request_is_whole():
    text = request_bytes("games.localhost:8000", "/search").decode()
    assert text.startswith("GET /search HTTP/1.1\r\nHost: games.localhost:8000\r\n")
    assert text.endswith("Connection: keep-alive\r\n\r\n")
