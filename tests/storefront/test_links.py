"""Links that we write ourselves: the parameters in them are such that the page knows."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from mtc.catalog.presenters import ListingParams
from mtc.catalog.queries import SORTS
from tests.architecture.tree import ROOT
from tests.storefront.conftest import Browser

# A link to a listing up to where it ends, or where a template or a program puts something in.
LINK = re.compile(r"""(/search|/c/[\w-]+)\?([^"'\s<>{}`)\\]*)""")
PLACES = [
    *ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.json"), *ROOT.glob("themes/**/*.html"),
    *ROOT.glob("themes/**/*.json"), *ROOT.glob("mtc/**/*.json"), *ROOT.glob("static/js/**/*.js"),
    *(path for path in ROOT.glob("mtc/**/*.py") if "bench" not in path.parts),
]  # fmt: skip


def faults_of(text: str) -> list[str]:
    """The links to listings in the text whose parameters a listing does not know, or not with that value."""
    found = []
    for path, query in LINK.findall(text):
        for name, value in parse_qsl(query.replace("&amp;", "&"), keep_blank_values=True):
            asked = dict(ListingParams.read(path, {name: [value]}).pairs())
            is_known = name in ("q", "after", "before") or not value or asked.get(name) == value
            if not is_known or (name == "sort" and value not in SORTS):
                found.append(f"{path}?{query}: {name}={value}")
    return found


def test_u16_links_to_listings_have_parameters_that_are_known() -> None:
    read = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PLACES}
    assert {name: found for name, text in read.items() if (found := faults_of(text))} == {}
    assert sum(len(LINK.findall(text)) for text in read.values()) > 5


def test_u16_a_link_with_an_unknown_parameter_is_found() -> None:
    assert faults_of('<a href="/search?q=&sort=discount">') == ["/search?q=&sort=discount: sort=discount"]
    assert faults_of('"/c/worlds?order=name&amp;sort=name"') == [
        "/c/worlds?order=name&amp;sort=name: order=name"
    ]
    assert faults_of('"/search?sale=1&in_stock=1&sort=price-asc&f.genre=rpg&type=game&q=x"') == []
    assert faults_of('"/search?sale=yes"') == ["/search?sale=yes: sale=yes"]


def test_u16_links_of_pages_have_parameters_that_are_known(browser: Browser) -> None:
    for path in (
        "/",
        "/c/worlds",
        "/search?q=star",
        "/search?sale=1",
        "/p/star-harbour",
        "/cart",
        "/nothing",
    ):
        assert faults_of(browser.get(path).text) == []


def test_u16_a_link_by_discount_from_before_shows_what_is_on_sale() -> None:
    asked = ListingParams.read("/search", {"sort": ["discount"]})
    assert (asked.on_sale, asked.sort, asked.url()) == (True, "", "/search?sale=1")
