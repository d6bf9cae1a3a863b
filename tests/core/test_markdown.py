"""The part of Markdown that merchants write in: what it becomes, and that nothing acts in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.core.markdown import LONGEST, render_markdown

CASES = {
    "": "",
    "One line": "<p>One line</p>",
    "One\nline\n\nAnother": "<p>One<br>\nline</p>\n<p>Another</p>",
    "# Head\nText": "<h2>Head</h2>\n<p>Text</p>",
    "#### Deep": "<h4>Deep</h4>",
    "#hashtag": "<p>#hashtag</p>",
    "Before\n- one\n- two\n\nAfter": "<p>Before</p>\n<ul><li>one</li><li>two</li></ul>\n<p>After</p>",
    "1. one\n2. two": "<ol><li>one</li><li>two</li></ol>",
    "- one\n  goes on\n1. other": "<ul><li>one goes on</li></ul>\n<ol><li>other</li></ol>",
    "- one\n\n- two": "<ul><li>one</li></ul>\n<ul><li>two</li></ul>",
    "**bold** and *italic* and 2 * 3 * 4": "<p><strong>bold</strong> and <em>italic</em> and 2 * 3 * 4</p>",
    "snake_case_name": "<p>snake_case_name</p>",
    "---": "<hr>",
    "[us](/pages/about)": '<p><a href="/pages/about" rel="noopener nofollow">us</a></p>',
    "[bad](javascript:alert(1))": "<p>[bad](javascript:alert(1))</p>",
    "[bad](javascript:x)": '<p><a rel="noopener nofollow">bad</a></p>',
    "<p>HTML <b>stays</b><script>x()</script></p>": "<p>HTML <b>stays</b></p>",
    'a <img src=x onerror="x()"> b': "<p>a  b</p>",
    "Tea & cake < 5": "<p>Tea &amp; cake &lt; 5</p>",
    "one\r\ntwo": "<p>one<br>\ntwo</p>",
}


@pytest.mark.parametrize("text", CASES)
def test_what_a_text_becomes(text: str) -> None:
    assert render_markdown(text) == CASES[text]


@given(st.text(alphabet="[](){}<>\"'&#*-_1. \n\tabj:/=on", max_size=300))
def test_nothing_acts_in_what_comes_out(text: str) -> None:
    html = render_markdown(text)
    assert not re.search(
        r"<(?!/?(?:a|b|br|code|em|h[2-5]|hr|i|li|ol|p|pre|s|small|strong|sub|sup|u|ul)\b)", html
    )
    assert not re.search(r"<[^>]*\son\w+=", html)


@pytest.mark.parametrize("piece", ["[", "[a](", "**", "*a", "# ", "- ", "<", "\n", "[[a]", "a*b"])
def test_hostile_repetition_is_read_once(piece: str) -> None:
    """A pattern that looks back over a whole line would need hours for these."""
    assert len(render_markdown(piece * (LONGEST // len(piece)))) < 20 * LONGEST
