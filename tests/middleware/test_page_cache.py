"""The page cache: for anonymous visitors, for one version of a tenant, never with another's nonce."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from werkzeug.datastructures import Headers

from mtc.core import clock
from mtc.middleware.page_cache import MARK, UNTIL, PageCache
from mtc.web.site import KEY, Site

TENANT = UUID(int=1)


class Store:
    """What the cache asks of a store."""

    tenant_id = TENANT
    content_version = 1


class Pages:
    """A WSGI application that counts its calls; what it answers can be changed."""

    def __init__(self) -> None:
        self.calls = 0
        self.store: Any = Store()
        self.status, self.marked = "200 OK", True
        self.until: datetime | None = None
        self.headers: list[tuple[str, str]] = []
        self.body = "page {calls} <script nonce={nonce}>"

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.calls += 1
        environ[KEY] = Site("store", environ["HTTP_HOST"], self.store)
        if self.marked:
            environ[MARK] = True
            environ[UNTIL] = self.until
        nonce = environ.get("mtc.nonce", "none")
        policy = [("Content-Security-Policy", f"script-src 'nonce-{nonce}'"), ("Content-Type", "text/html")]
        start_response(self.status, [*policy, *self.headers])
        body = self.body.format(calls=self.calls, nonce=nonce, path=environ["PATH_INFO"])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body.encode()]


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def cache(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> PageCache:
    versions = {TENANT: 1}
    monkeypatch.setattr("mtc.middleware.page_cache.store_lookup.version", versions.get)
    made = PageCache(pages, megabytes=1)
    made.versions = versions  # type: ignore[attr-defined]
    return made


def get(cache: PageCache, path: str = "/", method: str = "GET", **more: str) -> tuple[str, str, str]:
    """(status, policy, body)."""
    answer: list[Any] = []
    environ = {
        "REQUEST_METHOD": method,
        "wsgi.url_scheme": "https",
        "HTTP_HOST": "acme.example",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        **more,
    }
    body = b"".join(cache(environ, lambda status, headers, exc_info=None: answer.extend((status, headers))))
    return answer[0], Headers(answer[1])["Content-Security-Policy"], body.decode()


def test_a_page_is_kept_no_longer_than_its_prices_hold(cache: PageCache, pages: Pages) -> None:
    now = datetime(2026, 7, 1, 17, 59, 30, tzinfo=UTC)
    pages.until = now + timedelta(seconds=30)
    for later, calls in ((0, 1), (29, 1), (30, 2)):
        with clock.frozen(now + timedelta(seconds=later)):
            get(cache)
        assert pages.calls == calls


def test_the_second_visitor_gets_the_page_with_a_nonce_of_their_own(cache: PageCache, pages: Pages) -> None:
    first, second = get(cache), get(cache)
    assert (pages.calls, cache.hits) == (1, 1)
    for status, policy, body in (first, second):
        nonce = policy.split("nonce-")[1].rstrip("'")
        assert (status, body) == ("200 OK", f"page 1 <script nonce={nonce}>")
    assert first[1] != second[1]


@pytest.mark.parametrize(
    "more",
    [
        {"HTTP_COOKIE": "mtc_session=x"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_RANGE": "bytes=0-1"},
        {"HTTP_HX_REQUEST": "true"},
        {"REQUEST_METHOD": "POST"},
    ],
)
def test_what_is_somebodys_own_is_neither_kept_nor_served(
    cache: PageCache, pages: Pages, more: dict[str, str]
) -> None:
    get(cache, **more)
    get(cache)
    get(cache, **more)
    assert (pages.calls, cache.hits) == (3, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"HTTP_HOST": "rival.example"},
        {"PATH_INFO": "/other"},
        {"QUERY_STRING": "sort=price"},
        {"wsgi.url_scheme": "http"},
        {"HTTP_ACCEPT": "application/json"},
    ],
)
def test_another_address_is_another_page(cache: PageCache, pages: Pages, change: dict[str, str]) -> None:
    get(cache)
    get(cache, **change)
    assert (pages.calls, cache.hits) == (2, 0)


@pytest.mark.parametrize(
    "answer",
    [{"status": "404 NOT FOUND"}, {"marked": False}, {"headers": [("Set-Cookie", "a=b")]}, {"store": None}],
)
def test_other_answers_are_not_kept(cache: PageCache, pages: Pages, answer: dict[str, Any]) -> None:
    for name, value in answer.items():
        setattr(pages, name, value)
    get(cache)
    get(cache)
    assert (pages.calls, cache.hits) == (2, 0)


def test_a_page_ends_with_its_version(cache: PageCache, pages: Pages) -> None:
    get(cache)
    cache.versions[TENANT] = 2  # type: ignore[attr-defined]
    pages.store.content_version = 2
    assert "page 2" in get(cache)[2]
    assert "page 2" in get(cache)[2]
    del cache.versions[TENANT]  # type: ignore[attr-defined]
    assert "page 3" in get(cache)[2]


def test_asking_for_the_head_empties_no_page(cache: PageCache, pages: Pages) -> None:
    assert get(cache, method="HEAD")[2] == ""
    assert "page" in get(cache)[2]
    assert get(cache, method="HEAD")[2] == ""
    assert "page 2" in get(cache)[2]


def test_the_oldest_pages_make_room(cache: PageCache, pages: Pages) -> None:
    pages.body = "{path}" + "x" * 300_000
    for number in range(6):
        get(cache, f"/{number}")
    assert cache._pages.taken <= 2**20
    assert [key[2] for key, _ in cache._pages.items()] == ["/3", "/4", "/5"]
    cache.clear()
    assert (cache._pages.taken, len(cache._pages)) == (0, 0)


def test_no_room_means_no_cache(pages: Pages) -> None:
    cache = PageCache(pages, megabytes=0)
    get(cache)
    get(cache)
    assert pages.calls == 2
