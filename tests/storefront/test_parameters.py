"""Parameters that no page looks at: the same page, from the same entry of the page cache."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from mtc.middleware.page_key import key_of_environ, key_of_scope
from mtc.web.page_parameters import DECLARED, declared_query, is_declared
from tests.architecture.tree import ROOT, tree_of
from tests.storefront.conftest import Browser

UNKNOWN = [
    "fbclid=IwAR1", "utm_source=news&utm_medium=mail&utm_campaign=a%20b", "gclid=1", "msclkid=", "ref",
    "=", "&&",
    "f=1", "f%2e=1&_ga=2.1", "Q=star", "a=1&a=2", "%00=1", "x=%FF", f"f.{'k' * 100}=1", "page=2",
]  # fmt: skip
QUERIES = {
    "": "", "q=a": "q=a", "q=a&fbclid=1": "q=a", "fbclid=1&q=a&utm_source=x": "q=a",
    "sort=name&q=a": "sort=name&q=a",
    "f.genre=rpg&f.genre=puzzle&gclid=1": "f.genre=rpg&f.genre=puzzle", "%71=a": "%71=a",
    "variant=A%26B&x": "variant=A%26B",
    "after=x&before=&type=a&type=b&sale=1&in_stock=1&price_min=1&price_max=2&lang=de&v=1":
        "after=x&before=&type=a&type=b&sale=1&in_stock=1&price_min=1&price_max=2&lang=de&v=1",
}  # fmt: skip


@pytest.mark.parametrize("query", UNKNOWN)
def test_b51_what_no_page_declares_is_no_part_of_the_key(query: str) -> None:
    assert declared_query(query).strip("&") == ""


@pytest.mark.parametrize("query", QUERIES)
def test_b51_what_a_page_declares_stays_as_it_came(query: str) -> None:
    assert declared_query(query) == QUERIES[query]


@pytest.mark.parametrize("query", [*QUERIES, *UNKNOWN])
def test_b51_both_servers_make_the_same_key(query: str) -> None:
    scope: dict[str, Any] = {
        "method": "GET", "scheme": "http", "path": "/c/worlds", "raw_path": b"/c/worlds",
        "headers": [(b"host", b"acme.example")], "query_string": query.encode("latin-1"),
    }  # fmt: skip
    environ = {
        "REQUEST_METHOD": "GET", "wsgi.url_scheme": "http", "HTTP_HOST": "acme.example",
        "PATH_INFO": "/c/worlds", "QUERY_STRING": query,
    }  # fmt: skip
    assert key_of_scope(scope) == key_of_environ(environ)


@pytest.mark.parametrize(
    "path", ["/", "/c/worlds", "/search", "/p/star-harbour", "/pages/about", "/search?q=star"]
)
def test_b51_unknown_parameters_are_served_from_the_kept_page(browser: Browser, path: str) -> None:
    cache = browser.client.application.extensions["mtc.page_cache"]
    browser.get(path)
    kept, hits = len(cache._pages), cache.hits
    for number, query in enumerate(UNKNOWN, 1):
        answer = browser.get(f"{path}{'&' if '?' in path else '?'}{query}")
        assert answer.status_code == 200
        assert (len(cache._pages), cache.hits) == (kept, hits + number), query
    other = browser.get("/search?q=guide&fbclid=2").text
    assert "Guide" in other and "fbclid" not in other
    assert len(cache._pages) == kept + 1


def test_b51_a_page_that_is_made_with_unknown_parameters_does_not_show_them(browser: Browser) -> None:
    for path in ("/", "/c/worlds", "/search", "/p/star-harbour", "/pages/about"):
        assert "surprise" not in browser.get(f"{path}?utm_source=surprise&q=&fbclid=surprise").text


def test_b51_whatever_a_cacheable_view_reads_is_declared() -> None:
    """Each text that a module of pages with kept views reads from the query of a request."""
    read: set[str] = set()
    for path in sorted(ROOT.glob("mtc/storefront/*.py")):
        if "cacheable=True" not in path.read_text(encoding="utf-8"):
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "request.args.get":
                read.add(str(ast.literal_eval(node.args[0])))
    assert read and all(is_declared(name) for name in read), read - DECLARED
