"""The sweep sees each fault that it is there for, and nothing else on a page without one."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from tests.conftest import KEPT
from tests.e2e.sweeping import MOST_SHIFT, View, look, shift

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
STYLE = """<!doctype html><html lang="en"><title>t</title>
<meta name="viewport" content="width=device-width">
<style>body { margin: 0; font: 16px/1.5 sans-serif } :focus { outline: 2px solid #00f }
details { position: relative }
.menu { position: absolute; inset-inline-start: 0; background: #fff }</style>"""
MENU = (
    '<details class="m"><summary>Menu</summary><div class="menu" style="{}"><a href="#a">A link</a></div>'
    "</details>"
)
UPWARDS = "display: flex; flex-direction: column-reverse"
FAULTS = {
    "too wide": ('<p style="width: 900px">wide</p>', "the page is 580 px too wide"),
    "menu below the screen": (MENU.format("top: 1200px"), "opens away from its button"),
    "menu beside the screen": (MENU.format("left: -40px"), "opens at -40 to"),
    "sheet below the screen": (MENU.format("position: fixed; top: 900px"), "details.m in  opens at 900 to"),
    "dialog that is cut off": (
        '<dialog id="d"><div style="overflow: hidden; width: 90px"><b style="white-space: nowrap">'
        "Rindfleischetikettierung</b></div></dialog>",
        "dialog.d in  open: text is cut off",
    ),
    "positive tabindex": ('<a href="#a" tabindex="2">A</a>', "takes the focus out of order"),
    "focus upwards": (
        f'<div style="{UPWARDS}"><a href="#a">A</a><a href="#b">B</a></div>',
        "the focus goes back up",
    ),
    "focus that is not seen": (
        '<a href="#a" style="outline: none">A</a>',
        "does not show that it has the focus",
    ),
    "nobody is told": ('<button hx-get="/x">More</button>', "changes of this page are told to nobody"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(visit: Callable[..., Page], fault: str) -> None:
    page = visit(width="phone")
    html, sentence = FAULTS[fault]
    page.set_content(STYLE + html)
    found = look(page, [View(320, deep=True)])
    assert [line for line in found if sentence in line] != [], found


def test_nothing_is_found_on_a_page_without_a_fault(visit: Callable[..., Page]) -> None:
    page = visit(width="phone")
    page.set_content(STYLE + MENU.format("") + '<dialog id="d"><p>Hello</p></dialog><p role="status"></p>')
    assert look(page, [View(320, deep=True)]) == []


def test_the_whole_sweep_can_be_asked_for() -> None:
    """The environment is kept out of the tests; without this word `make sweep` looked at a part."""
    assert "MTC_SWEEP" in KEPT


def test_what_moves_is_measured(visit: Callable[..., Page]) -> None:
    page = visit(width="phone")
    page.goto(
        "data:text/html,"
        + quote(STYLE + '<p id="a">first</p><p style="height: 300px; background: #ddd">second</p>')
    )

    assert shift(page) == 0
    page.evaluate("document.getElementById('a').style.height = '200px'")
    assert shift(page) > MOST_SHIFT
