"""HTML of people is cleaned at a cost that grows with its length, and well-formed HTML stays what it is."""

from __future__ import annotations

import random

import nh3
import pytest

from mtc.core.fields import canonical
from mtc.core.html_cleaning import FEW_TAGS, MOST_OPEN, balance, clean_html
from mtc.core.template_engine.filters.markup import RICH_ATTRIBUTES, RICH_TAGS
from mtc.pages.services.render import clean_own

# (what stands in front n times, what follows n times): `#` becomes another number each time
HOSTILE = {
    "left open in each paragraph": ("<p>", "<b title=#>", "</p><p>x"),
    "closed where it cannot be": ("", "<b title=#><table><td></b></table>", "<p>x</p>"),
    "closed in a value": ("<p>", "<b title='</b>' lang=#>", "</p><p>x"),
    "closed in a comment": ("<p>", "<b title=#><!--></b>-->", "</p><p>x"),
    "closed in an open comment": ("<p>", "<b title=#><!--</b>--!>", "</p><p>x"),
    "closed in raw text": ("<p>", "<b title=#><textarea></b></textarea>", "</p><p>x"),
    "closed in a script": ("<p>", "<b title=#><script></b></script>", "</p><p>x"),
    "closed in foreign text": ("<p>", "<b title=#><svg><![CDATA[</b>]]></svg>", "</p><p>x"),
    "a slash that means nothing": ("<p>", "<b title=#/>", "</p><p>x"),
    "end tags before": ("</b>", "<b title=#></i>", "<p>x</p>"),
    "lists": ("", "<ul><li>", "x"),
    "quotations": ("", "<blockquote>", "x"),
    "links": ("", "<a href=/#>", "<p>x"),
    "cells": ("", "<table><tr><td>", "<b title=#>"),
    "headings": ("", "<h2><b title=#>", "<h3>x"),
}


def hostile(name: str, count: int) -> str:
    head, first, second = HOSTILE[name]
    return head + "".join((first * count + second * count).replace("#", "{}").format(*range(2 * count)))


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_cleaned_grows_with_its_length_only(name: str) -> None:
    sizes = []
    for count in (400, 800):
        text = hostile(name, count)
        for cleaned in (
            canonical("richtext", text) or "",
            str(clean_own(text)),
            clean_html(text, tags=RICH_TAGS, attributes=RICH_ATTRIBUTES),
        ):
            assert len(cleaned) < 8 * len(text) + 1000
            assert depth(cleaned) <= MOST_OPEN * 4 // 3 + 1  # tbody is put in where it is missing
        sizes.append(len(str(clean_own(text))))
    assert sizes[1] < 2.5 * sizes[0] + 1000


def depth(html: str) -> int:
    """How deep the tags of well-formed HTML stand inside each other."""
    deepest = now = 0
    for tag in html.split("<")[1:]:
        if tag.startswith(("br", "hr", "img", "source")):
            continue
        now += -1 if tag.startswith("/") else 1
        deepest = max(deepest, now)
    return deepest


def written(chosen: random.Random, level: int = 0) -> str:
    """A well-formed text as an editor writes it."""
    parts = []
    for _ in range(chosen.randrange(1, 5)):
        kind = chosen.choice(["p", "ul", "h2", "quote", "table"] if level < 3 else ["p"])
        words = "a &lt; b <strong>c <em title='<p>\">'>d</em></strong><br>e <a href=\"/x?y='1'\">f</a> é"
        if kind == "p":
            parts.append(f"<p>{words}</p>")
        elif kind == "ul":
            parts.append(f"<ul><li>{words}</li><li>{words}{written(chosen, level + 1)}</li></ul>")
        elif kind == "quote":
            parts.append(f"<blockquote>{written(chosen, level + 1)}</blockquote><hr>")
        elif kind == "h2":
            parts.append(f"<h2>{words}</h2>")
        else:
            parts.append(f"<table><tbody><tr><th>1</th><td>{words}</td></tr></tbody></table>")
    return "".join(parts)


def test_well_formed_texts_stay_what_they_are() -> None:
    for seed in range(200):
        text = written(random.Random(seed))
        assert balance(text, RICH_TAGS) == text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("<table><tr><td>a<td>b<tr></table>", "<table><tr><td>a</td><td>b</td></tr><tr></tr></table>"),
        ("<p><b>a</p>b</b>", "<p><b>a</b></p>b"),
        ("<b><i>a</b>b</i>", "<b><i>a</i></b>b"),
        ("</p>a</div><div>b", "ab"),
        ("a<!-- <b> -->b<!doctype c>d<?e?>f</>g", "abdfg"),
        ("1 < 2 <3 <", "1 &lt; 2 &lt;3 &lt;"),
        ("a<script>if (1 < 2) {}</script >b<STYLE>c</style>d", "abd"),
        ("a<b title='", "a"),
        ("a<b", "a"),
        ("a<b title='>c</b>", "a"),
        ("a<b\x0btitle='>'>c", "a'>c"),
        ("a<b / =x='>'>c", "a<b / =x='>'>c</b>"),
        ("a<b x = '>' y=\"'>c</b>\">d", "a<b x = '>' y=\"'>c</b>\">d</b>"),
        ("<P CLASS=x>a</P>", "<P CLASS=x>a</p>"),
    ],
)  # fmt: skip
def test_what_is_open_is_closed(given: str, kept: str) -> None:
    assert balance(given, RICH_TAGS) == kept


def test_the_tags_are_read_as_the_parser_reads_them() -> None:
    """What stays of random rubbish is parsed to the same text and tags that were written."""
    pieces = [
        "<b", "</b", "<p", "</p", "<i>", "</i>", "<", ">", "/", "=", "'", '"', " ", "\n", "title", "x",
        "<!--", "-->", "--!>", "<!", "<?", "</", "<script>", "</script>", "<svg>", "<textarea>", "&lt;",
        "<table>", "<td>", "</table>", "<ul>", "<li>", "\x0c", "\t", "<b title='", "<a href=\"",
    ]  # fmt: skip
    chosen = random.Random(5)
    for _ in range(3000):
        text = balance("".join(chosen.choices(pieces, k=40)), {"b", "i", "p", "ul", "li"})
        cleaned = nh3.clean(
            text, tags={"b", "i", "p", "ul", "li"}, attributes={"b": {"title"}}, link_rel=None
        )
        for name in ("b", "i", "ul"):
            starts = sum(cleaned.count(f"<{name}{end}") for end in (">", " "))
            assert starts == cleaned.count(f"</{name}>")
            assert starts <= sum(text.count(f"<{name}{end}") for end in "> \n\t\x0c/") + 1, text


def test_few_tags_are_left_to_the_parser() -> None:
    text = "<p>x" * FEW_TAGS
    assert clean_html(text, tags={"p"}, attributes={}) == "<p>x</p>" * FEW_TAGS
