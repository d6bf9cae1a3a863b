"""Looking at every page of a host, found by its links: at many widths, in both schemes and directions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LOOK, OPEN, FOCUS = (
    (Path(__file__).parent / f"{name}.js").read_text() for name in ("sweep", "sweep-open", "sweep-focus")
)
SHIFTS = """async () => {
  await document.fonts.ready;
  let moved = 0;
  const count = (one) => { if (!one.hadRecentInput) moved += one.value; };
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(count));
  observer.observe({ type: "layout-shift", buffered: true });
  await new Promise((done) => setTimeout(done, 250));
  observer.disconnect();
  return moved;
}"""
MOST_SHIFT = 0.02
# Slow 4G: styles, scripts and pictures come one after the other, and the page is painted before its scripts.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
IDS = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/orders/)[A-Z]+-?\d+|(?<=/platform/tenants/)(?!new\b)[a-z-]+|(?<=^/admin/)[a-z-]+"
)
SHELVES = re.compile(r"^/(p|c)/.*")
# Not pages, or the way out.
ELSEWHERE = ("/d/", "/logout", ".csv", "/store/preview", "/media/", "/static/")
LINKS = """() => [...document.querySelectorAll("a[href]")]
  .filter((link) => link.origin === location.origin && !link.hasAttribute("download"))
  .map((link) => link.pathname + link.search)"""


@dataclass(frozen=True)
class View:
    """How a page is looked at: CSS pixels, light or dark, and the direction of its text."""

    width: int
    scheme: str = "light"
    direction: str = "ltr"
    axe: bool = False
    deep: bool = False  # everything is opened, and gone through by keyboard


QUICK = (View(320, deep=True), View(1280))
WHOLE = tuple(
    View(
        width,
        scheme,
        direction,
        axe=width in (390, 1280) and direction == "ltr",
        deep=width in (320, 768, 1280) and scheme == "light",
    )
    for scheme in ("light", "dark")
    for direction in ("ltr", "rtl")
    for width in (320, 360, 390, 768, 1280)
)


def kind(path: str) -> str:
    """The address without what differs between pages of one kind: combinations of filters are one kind."""
    bare, _, query = path.partition("#")[0].partition("?")
    return SHELVES.sub(r"/\1/…", IDS.sub("…", bare)) + ("?" if query else "")


def pages(page: Page, host: str, starts: Iterable[str], *, follow: bool = True) -> Iterator[str]:
    """Open one page of each kind that the starts lead to, and say its address while it is open."""
    waiting, known = list(starts), {kind(one) for one in starts}
    while waiting:
        path = waiting.pop(0)
        page.set_viewport_size({"width": 320, "height": 800})
        answer = page.goto(host + path)
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status < 500, path
        for link in page.evaluate(LINKS) if follow else ():
            if kind(link) not in known and not any(one in link for one in ELSEWHERE):
                known.add(kind(link))
                waiting.append(link)
        yield path


def look(page: Page, views: Iterable[View]) -> list[str]:
    """What goes wrong on the open page, in every view; the page is not loaded again."""
    found = []
    scheme = "light"
    page.wait_for_load_state()
    for view in views:
        page.set_viewport_size({"width": view.width, "height": 800})
        if view.scheme != scheme:
            page.emulate_media(color_scheme=view.scheme)  # type: ignore[arg-type]
            scheme = view.scheme
        page.evaluate("(way) => { document.documentElement.dir = way; }", view.direction)
        at = f"{view.width} px {view.scheme} {view.direction}"
        found += [f"{at}: {line}" for line in page.evaluate(LOOK)]
        if view.deep:
            page.keyboard.press("Tab")  # who has pressed a key last is shown where the focus is
            found += [f"{at}: {line}" for line in [*opened(page), *page.evaluate(FOCUS)]]
        if view.axe:
            found += [f"{at}: {line}" for line in breaches(page)]
    page.emulate_media(color_scheme="light")
    page.evaluate("() => { document.documentElement.dir = 'ltr'; }")
    return found


def opened(page: Page) -> list[str]:
    """What goes wrong when menus, sheets, dialogs and folded parts are opened one after the other."""
    found = []
    part = page.evaluate(OPEN, True)
    while part is not None:
        found += part["wrong"] + [f"{part['kind']} open: {line}" for line in page.evaluate(LOOK)]
        part = page.evaluate(OPEN, False)
    return found


def shift(page: Page) -> float:
    """By how much parts of the page have moved since it was asked for."""
    moved: float = page.evaluate(SHIFTS)
    return moved


def shifts(page: Page, address: str, widths: Iterable[int]) -> list[str]:
    """Where parts of the page move while it comes over a slow line for the first time, by width."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.send("Network.emulateNetworkConditions", LINE)
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        if (moved := shift(page)) > MOST_SHIFT:
            found.append(f"{width} px: the page moves by {moved:.3f}")
    line.detach()
    return found


def breaches(page: Page) -> list[str]:
    """Everything that axe finds, best practices included."""
    answer: dict[str, Any] = Axe().run(page).response
    return [
        f"axe {item['id']}: {node['target']} {node.get('failureSummary', '')[:160]}"
        for item in answer["violations"]
        for node in item["nodes"][:3]
    ]
