"""B08 in a browser: many keys are bought, revealed, copied and fetched as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.journeys import SHOPS
from tests.e2e.server import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]


def buy(page: Page, demo: Served, count: int, *, scripts: bool) -> None:
    for quantity in [10] * (count // 10) + [count % 10]:  # the product's page takes ten at a time
        journeys.choose(page, demo, SHOPS[0])
        page.locator("main input[name=quantity]").first.fill(str(quantity))
        journeys.add_to_cart(page, demo, SHOPS[0])
    journeys.check_out(page, "reseller@example.org")
    journeys.pay(page)
    button = page.get_by_role("button", name="Reveal all")
    for _ in range(20):  # without scripts the page does not ask by itself
        if scripts or button.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(button).to_be_visible(timeout=20_000)


def fetched(page: Page, name: str) -> tuple[str, bytes]:
    with page.expect_download() as file:
        page.get_by_role("button", name=f"Download as {name}").click()
    return file.value.suggested_filename, file.value.path().read_bytes()


@pytest.mark.parametrize(("count", "scripts"), [(12, True), (3, False)], ids=["scripts", "no scripts"])
def test_b08_many_keys_are_revealed_copied_and_downloaded(
    demo: Served, visit: Callable[..., Page], count: int, scripts: bool
) -> None:
    """Few where no script runs: the demo has a small stock that all journeys share."""
    page = visit(java_script_enabled=scripts, accept_downloads=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    buy(page, demo, count, scripts=scripts)
    expect(page.locator(".key")).to_have_count(count)
    page.get_by_role("button", name="Reveal all").click()
    expect(page.locator(".key[data-revealed=yes]")).to_have_count(count)
    keys = page.locator(".key-value").all_inner_texts()
    assert len(set(keys)) == count
    number = journeys.order_number(page)
    if scripts:
        page.get_by_role("button", name="Copy all").click()
        expect(page.locator("#toasts")).to_contain_text(f"{count} keys copied to the clipboard")
        assert page.evaluate("navigator.clipboard.readText()") == "\n".join(keys)
    else:
        expect(page.get_by_role("button", name="Copy all")).to_be_hidden()
    name, text = fetched(page, ".txt")
    assert name.startswith(f"{number}-") and name.endswith("keys.txt")
    assert text.decode() == "\n".join(keys) + "\n"
    page.wait_for_timeout(1100)  # the form takes a second press after a second
    name, table = fetched(page, ".csv")
    assert name.endswith("keys.csv") and table.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    assert head == ["product", "variant", "key"] and [row[2] for row in rows] == keys
