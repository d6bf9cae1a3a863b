"""Servers with the demo, and a browser that complains about every error a page makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from _pytest.nodeid import coerce_node_id
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tests.e2e.server import Served, served
from tests.servers.database import make_postgres_database
from tests.servers.demo import put_demo
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HELD_BY_HTMX = """() => !document.querySelector("script[src*=htmx]")
  || [...document.querySelectorAll("[hx-get], [hx-post]")].every((element) => element._htmx)"""
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep each group in one process: pytest-xdist 3.8 writes the group where pytest 9.2 no longer looks."""
    if not config.getoption("loadgroup", False):
        return
    for item in items:
        group = item.get_closest_marker("xdist_group")
        if group is not None and "@" not in item.nodeid.rpartition("]")[2].rpartition("::")[2]:
            item._id = coerce_node_id(f"{item.nodeid}@{group.args[0]}")  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The embedded profile with the demo, as `make run` starts it again."""
    server = served(tmp_path_factory.mktemp("embedded"))
    put_demo(Path(server.environment["MTC_VAR"]))
    server.run("serve")
    server.wait()
    yield server
    codes = server.stop()
    assert codes == [0], server.log()


@pytest.fixture(scope="session")
def server_demo(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres, redis_server: Redis
) -> Iterator[Served]:
    """The server profile with the demo: PostgreSQL, Redis, two web processes and an RQ worker."""
    database = make_postgres_database(postgres_server, "e2e")
    server = served(
        tmp_path_factory.mktemp("server"),
        database_url=database.app_url,
        database_owner_url=database.owner_url,
        redis_url=redis_server.url(),
        workers="0",
        processes="2",
    )
    server.run("migrate")
    assert server.processes.pop().wait(120) == 0, server.log()
    server.run("worker")
    server.run("demo", "--orders", "20")
    assert server.processes.pop().wait(240) == 0, server.log()
    server.run("serve")
    server.wait()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser(chromium_executable: Path) -> Iterator[Browser]:
    """One Chromium for the tests of this process."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(chromium_executable), args=SWITCHES)
        yield chromium
        chromium.close()


class Complaints(list[str]):
    """Errors that pages made: script errors, violated policies, answers of 500."""


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`visit(width="phone")`: a fresh visitor's page; after the test no page may have complained.

    `expects` are answers of 500 and above that belong to the test; `offline`: the test cuts the connection.
    """
    complaints = Complaints()
    with ExitStack() as stack:

        def new_page(
            *, width: str = "desktop", expects: tuple[int, ...] = (), offline: bool = False, **options: Any
        ) -> Page:
            context = stack.enter_context(_context(browser, width, options))
            # Without scripts Chromium asks for none, and blames the policy for each that a link would load.
            held_back = "" if options.get("java_script_enabled", True) else "csp"
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
            page.on(
                "console",
                lambda message: (
                    complaints.append(f"console: {message.text}")
                    if message.type == "error"
                    and "Failed to load resource" not in message.text
                    and not (offline and "Failed to fetch" in message.text)
                    else None
                ),
            )
            page.on(
                "response",
                lambda answer: (
                    complaints.append(f"{answer.status} {answer.url}")
                    if answer.status >= 500 and answer.status not in expects
                    else None
                ),
            )
            page.on(
                "requestfailed",
                lambda request: (
                    complaints.append(f"{request.failure} {request.url}")
                    if request.resource_type in ("script", "stylesheet")
                    and "ERR_ABORTED" not in str(request.failure)
                    and (request.resource_type, request.failure) != ("script", held_back)
                    else None
                ),
            )
            if options.get("java_script_enabled", True):
                _wait_for_scripts(page)
            return page

        yield new_page
    assert complaints == []


def _wait_for_scripts(page: Page) -> None:
    """Let `goto` return when htmx holds every element: before that a press is an ordinary form's."""
    goto = page.goto

    def goto_and_wait(url: str, **options: Any) -> Response | None:
        answer = goto(url, **options)
        page.wait_for_function(HELD_BY_HTMX)
        return answer

    page.goto = goto_and_wait  # type: ignore[method-assign,assignment]


@contextmanager
def _context(browser: Browser, width: str, options: dict[str, Any]) -> Iterator[BrowserContext]:
    phone = width == "phone"
    context = browser.new_context(
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
        has_touch=phone,
        reduced_motion="reduce",
        **options,
    )
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()
