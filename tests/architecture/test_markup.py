"""Templates and CSS: short lines, and no white-space control where two attributes would be joined."""

import re
from collections.abc import Iterator

import pytest

from tests.architecture.tree import ROOT, name_of
from tests.servers.layout import styles, templates

WIDTH = 140
PART = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--|<(?=[A-Za-z])|[>\"']", re.DOTALL)


def strips_between_attributes(source: str) -> Iterator[int]:
    """Lines of an HTML tag where Jinja takes away the white space beside an attribute.

    `<p id="a"{%- if b %} hidden{% endif %}>` is formatted with the blank before the condition: it is lost.
    """
    tag, quote = False, ""
    for part in PART.finditer(source):
        text = part[0]
        if text.startswith("{"):
            if tag and not quote and (text[2] == "-" or text[-3] == "-"):
                yield source.count("\n", 0, part.start()) + 1
        elif text == "<":
            tag = tag or not quote
        elif tag and text == ">" and not quote:
            tag = False
        elif tag and text in ("'", '"'):
            quote = "" if text == quote else quote or text


def test_lines_are_short() -> None:
    """The formatter breaks tags and text; an argument or a value that is too long is broken by hand."""
    long = {
        f"{name_of(path)}:{number}": len(line)
        for path in (*templates(ROOT), *styles(ROOT))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > WIDTH
    }
    assert long == {}


def test_attributes_stay_apart() -> None:
    found = {
        name_of(path): lines
        for path in templates(ROOT)
        if (lines := list(strips_between_attributes(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('<p id="a"\n{%- if b %} hidden{% endif %}>', [2]),
        ("<p {{ a -}} hidden>", [1]),
        ("<p id=\"{{- a -}}\" title='{%- if b %}>{% endif %}'>{{- c -}}</p>", []),
        ("a < b {{- c }}<p\n\n{#- d #}>", [3]),
        ("{%- if a > b %}<p>{%- endif %}", []),
    ],
)
def test_what_takes_white_space_away_is_seen(source: str, lines: list[int]) -> None:
    assert list(strips_between_attributes(source)) == lines
