"""Descriptions of products: text keeps its paragraphs, Markdown is rendered, HTML stays as it is (U13)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.catalog.models import Product
from mtc.catalog.services import products
from mtc.catalog.services.descriptions import SOURCE, render, to_edit
from mtc.core.db import unit_of_work
from tests.servers.database import both_databases

CASES: tuple[tuple[str, str], ...] = (
    ("One line.", "<p>One line.</p>"),
    ("First.\n\nSecond.", "<p>First.</p>\n<p>Second.</p>"),
    ("First.\r\n\r\nSecond.\r\nIts second line.", "<p>First.</p>\n<p>Second.<br>\nIts second line.</p>"),
    ("First.\n \n\n\nSecond.", "<p>First.</p>\n<p>Second.</p>"),
    ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
    (
        "## Inside\n- **Forty** layouts\n- *Two* fonts",
        "<h3>Inside</h3>\n"
        "<ul><li><strong>Forty</strong> layouts</li><li><em>Two</em> fonts</li></ul>",
    ),
    (
        "See [the site](https://example.com/a?b=1).",
        '<p>See <a href="https://example.com/a?b=1" rel="noopener nofollow">the site</a>.</p>',
    ),
    ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
    ("Hello <strong>you</strong>\n\nBye<script>alert(1)</script>",
     "<p>Hello <strong>you</strong></p>\n<p>Bye</p>"),
    ("<p>Kept.</p>\n<ul>\n<li>One</li>\n</ul>", "<p>Kept.</p>\n<ul>\n<li>One</li>\n</ul>"),
    ("<p>1. Not a list</p>\n\n- nor this", "<p>1. Not a list</p>\n\n- nor this"),
    ('<p onclick="x()">Clean</p>', "<p>Clean</p>"),
    ("", ""),
    (" \n\n ", ""),
)  # fmt: skip


def test_u13_plain_text_keeps_its_paragraphs(subtests: pytest.Subtests) -> None:
    for text, html in CASES:
        with subtests.test(text=text):
            assert render(text) == html


@given(st.lists(st.text("ab .,", max_size=20).map(lambda text: f"a{text}b"), min_size=1, max_size=6))
def test_u13_there_is_a_paragraph_for_each(paragraphs: list[str]) -> None:
    html = render("\n\n".join(paragraphs))
    assert html.count("<p>") == len(paragraphs)


@both_databases
def test_u13_the_editor_shows_what_was_written(make: Callable[..., Product]) -> None:
    text = "First.\n\nSecond **bold**."
    product = make(description=text, meta={"own": 1})
    html = "<p>First.</p>\n<p>Second <strong>bold</strong>.</p>"
    assert (product.description, product.meta) == (html, {"own": 1, SOURCE: text})
    assert to_edit(product.description, product.meta) == text
    for values, expected in (
        ({"name": "Other"}, {"own": 1, SOURCE: text}),
        ({"meta": {"own": 2}}, {"own": 2, SOURCE: text}),
        ({"description": "Third."}, {"own": 2, SOURCE: "Third."}),
        ({"description": "<p>Fourth.</p>"}, {"own": 2}),
        ({"description": ""}, {"own": 2}),
    ):
        with unit_of_work():
            assert products.update(product.id, values).meta == expected
    assert to_edit("<p>From elsewhere.</p>", {SOURCE: "Something else."}) == "<p>From elsewhere.</p>"
