"""Photographs of a phone on a product's page: what they weigh there, how they are looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.journeys import SHOPS
from tests.e2e.screens import ROOT, shot
from tests.e2e.server import Served
from tests.servers import photos

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Visit = Callable[..., Page]
STUDIO = SHOPS[1]
MOST_BYTES = 300_000
# Past the browser's cache: until a copy is made its address leads to the picture, for a minute in each cache.
STATUS = "async (address) => (await fetch(address, { redirect: 'manual', cache: 'no-store' })).status"
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
MOST_BEFORE_PAINT = 80_000
FIGURES = ROOT / "test-results" / "paint.json"
PAINT = """async () => {
  const entries = (type) => new Promise((done) => {
    new PerformanceObserver((list) => done(list.getEntries())).observe({ type, buffered: true });
    setTimeout(() => done([]), 1000);
  });
  const [largest, first] = [(await entries("largest-contentful-paint")).at(-1), await entries("paint")];
  const [document] = performance.getEntriesByType("navigation");
  const resources = performance.getEntriesByType("resource");
  const blocking = resources.filter((one) => one.renderBlockingStatus === "blocking");
  const picture = resources.find((one) => one.name === largest.url);
  const path = (one) => new URL(one.name).pathname;
  return {
    first_paint: first.find((one) => one.name === "first-contentful-paint").startTime / 1000,
    largest_paint: largest.startTime / 1000,
    largest: largest.url,
    blocking: blocking.map(path).sort(),
    bytes: [document, picture, ...blocking].reduce((sum, one) => sum + one.transferSize, 0),
    found_by: picture.initiatorType,
    requests: resources.map((one) => [path(one), Math.round(one.startTime), one.transferSize]),
  };
}"""
COPY = re.compile(r"\.jpg\.w\d+\.webp$")


def _weighed(page: Page) -> dict[str, int]:
    """Bytes that came over the line, by address."""
    session, names, sizes = page.context.new_cdp_session(page), {}, {}
    session.send("Network.enable")

    def told(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["response"]["url"]

    def loaded(event: dict[str, Any]) -> None:
        sizes[names.get(event["requestId"], event["requestId"])] = event["encodedDataLength"]

    session.on("Network.responseReceived", told)
    session.on("Network.loadingFinished", loaded)
    return sizes


def _published(demo: Served, visit: Visit, tmp_path: Path) -> str:
    """Put four photographs in the place of a product's pictures; returns the address of its page."""
    files = []
    for number, size in enumerate([(3000, 4000), (4000, 3000), (3000, 4000), (4000, 3000)]):
        files.append(tmp_path / f"{number}.jpg")
        files[-1].write_bytes(photos.photograph(*size, exposure=number))
    assert sum(file.stat().st_size for file in files) > 2_500_000
    page = visit()
    journeys.log_in(page, demo, STUDIO.owner)
    page.goto(f"{demo.platform}/admin/studio/products?q=Quiet+Grid")
    page.get_by_role("link", name="The Quiet Grid").first.click()
    page.locator("input[name=pictures]").set_input_files(files)
    page.locator("#upload-pictures").click()
    expect(page.locator(".editor-pictures img[src*='.jpg.w320.webp']")).to_have_count(4, timeout=90_000)
    for _ in range(page.locator(".editor-pictures li").count() - 4):
        count = page.locator(".editor-pictures li").count()
        page.get_by_role("button", name="Take picture 1 off").click()
        expect(page.locator(".editor-pictures li")).to_have_count(count - 1)
    return demo.store("studio") + f"/p/{STUDIO.product}"


def test_u8_u18_a_page_with_four_photographs_weighs_little_on_a_phone(
    demo: Served, visit: Visit, tmp_path: Path
) -> None:
    address = _published(demo, visit, tmp_path)
    phone = visit(width="phone", device_scale_factor=3)
    phone.goto(address)
    for number in range(4):  # the tasks have come round when each copy is what it says
        source = phone.locator(".plates img").nth(number).get_attribute("src")
        for _ in range(600):
            if phone.evaluate(STATUS, source) == 200:
                break
            phone.wait_for_timeout(200)
    phone = visit(width="phone", device_scale_factor=3)
    sizes = _weighed(phone)
    phone.goto(address)
    phone.wait_for_load_state("networkidle")
    shot(phone, "studio-photographs-phone")
    pictures = [name for name in sizes if ".jpg" in name]
    assert pictures and all(COPY.search(name) for name in pictures), pictures
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    first = phone.locator(".plates img").first
    assert first.get_attribute("fetchpriority") == "high"
    assert first.get_attribute("loading") is None
    assert phone.locator(".plates img").nth(1).get_attribute("loading") == "lazy"
    assert (first.get_attribute("width"), first.get_attribute("height")) == ("3000", "4000")
    _look_closer(phone)
    paint = _painted(visit(width="phone", device_scale_factor=3), address)
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(paint, indent=2))
    assert COPY.search(paint["largest"]), paint
    assert paint["found_by"] == "img", paint
    assert len(paint["blocking"]) == 4 and all(name.endswith(".css") for name in paint["blocking"]), paint
    assert paint["bytes"] <= MOST_BEFORE_PAINT, paint


def _painted(page: Page, address: str) -> dict[str, Any]:
    """How the page is painted under slow 4G and a quarter of the processor.

    The seconds are kept as figures, for a busy machine has others. `bytes` is what has to come before the
    largest paint: the page, what blocks it, and the picture.
    """
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.send("Network.emulateNetworkConditions", SLOW_4G)
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(address, wait_until="load")
    figures: dict[str, Any] = page.evaluate(PAINT)
    line.detach()
    return figures


def _look_closer(page: Page) -> None:
    """By keyboard: open, go on, enlarge, close; the focus comes back."""
    opener = page.locator("[data-ui-zoom]").first
    opener.focus()
    page.keyboard.press("Enter")
    strip = page.locator("[data-ui-zoom-strip]")
    expect(strip).to_be_focused()
    assert strip.evaluate("strip => strip.scrollLeft") == 0
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('[data-ui-zoom-strip]').scrollLeft >= 389")
    page.keyboard.press("Enter")
    expect(page.locator("[data-ui-zoom-slide]").nth(1)).to_have_attribute("data-ui-zoomed", "")
    page.keyboard.press("Escape")
    expect(page.locator("[data-ui-zoom-box]")).not_to_be_visible()
    expect(opener).to_be_focused()
