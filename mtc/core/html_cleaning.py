"""HTML that people wrote, down to harmless tags, at a cost that grows with its length only.

The parser behind nh3 opens again in each paragraph what the one before left open (HTML Standard,
"reconstruct the active formatting elements"): 1,600 open <b title=1>… and 1,600 <p> make 49 MB out of 28 kB.
Lists inside each other cost the square of their depth. So what has many tags is balanced before it is parsed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping

import nh3

MOST_OPEN = 40  # tags inside each other
FEW_TAGS = 64  # as many cannot cost much, whatever they are
URL_SCHEMES = {"http", "https", "mailto", "tel"}

_VOID = {"area", "br", "col", "hr", "img", "input", "source", "wbr"}
_BLOCKS = {
    "article", "aside", "blockquote", "details", "div", "dl", "figcaption", "figure", "footer", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "nav", "ol", "p", "pre", "section", "summary", "table", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}
_GROUPS = {"thead", "tbody", "tfoot"}
# what a start tag closes when it is open, and inside what it is not looked for
_IMPLIED: dict[str, tuple[set[str], set[str]]] = {
    "a": ({"a"}, {"table", *_CELLS}),
    "li": ({"li"}, {"ol", "ul"}),
    **dict.fromkeys(("dd", "dt"), ({"dd", "dt"}, {"dl"})),
    **dict.fromkeys(_CELLS, (_CELLS, {"tr", "table"})),
    "tr": ({"tr", *_CELLS}, {"table"}),
    **dict.fromkeys(_GROUPS, ({*_GROUPS, "tr", *_CELLS}, {"table"})),
    **dict.fromkeys(_BLOCKS, ({"p"}, {"table", *_CELLS})),
}
_TAG = re.compile("</?([a-zA-Z][^\t\n\f\r />]*)")
# what white space is in HTML; \s of Python knows more
_SPACE = "\t\n\f\r "
_BETWEEN = re.compile(f"[{_SPACE}/]*")
_ATTRIBUTE = re.compile(f"[^{_SPACE}/>][^{_SPACE}/>=]*")
_EQUALS = re.compile(f"[{_SPACE}]*=[{_SPACE}]*")
_UNQUOTED = re.compile(f"[^{_SPACE}>]*")

_SCRIPT_END = re.compile("</script", re.IGNORECASE)
_STYLE_END = re.compile("</style", re.IGNORECASE)
_RAW_END = {"script": _SCRIPT_END, "style": _STYLE_END}


def clean_html(
    text: str,
    *,
    tags: set[str],
    attributes: Mapping[str, set[str]],
    attribute_filter: Callable[[str, str, str], str | None] | None = None,
    link_rel: str | None = "noopener nofollow",
) -> str:
    """The text with nothing but these tags and attributes, each tag closed, 40 inside each other at most."""
    if text.count("<") > FEW_TAGS:
        text = balance(text, tags)
    return nh3.clean(
        text,
        tags=tags,
        attributes={tag: set(names) for tag, names in attributes.items()},
        attribute_filter=attribute_filter,
        url_schemes=URL_SCHEMES,
        link_rel=link_rel,
    )


def strip_tags(html: str, blank: str = " ") -> str:
    """Cleaned HTML with a blank for each tag and comment."""
    parts: list[str] = []
    place = 0
    while (start := html.find("<", place)) != -1:
        mark = "-->" if html.startswith("<!--", start) else ">"
        end = html.find(mark, start)
        if end == -1:
            break
        parts.append(html[place:start])
        place = end + len(mark)
    return blank.join([*parts, html[place:]])


def balance(text: str, tags: set[str]) -> str:
    """The text with these tags only, each closed in the order in which it was opened."""
    balancer = _Balancer(tags)
    place = 0
    while (start := text.find("<", place)) != -1:
        balancer.out.append(text[place:start])
        place = _take(text, start, balancer)
    balancer.out.append(text[place:])
    balancer.close_to(0)
    return "".join(balancer.out)


def _take(text: str, start: int, balancer: _Balancer) -> int:
    """Hand on the tag at `start`, and return where it ends; comments and what is cut off are left out."""
    match = _TAG.match(text, start)
    if match is None:
        if text.startswith("<!--", start):
            return _after(text, "-->", start + 4)
        if text[start + 1 : start + 2] in ("!", "?", "/"):
            return _after(text, ">", start)
        balancer.out.append("&lt;")
        return start + 1
    name, place = match[1].lower(), _tag_end(text, match.end())
    if place >= len(text):
        return place
    if text[start + 1] == "/":
        balancer.end(name)
    elif name in _RAW_END:
        closing = _RAW_END[name].search(text, place)
        return len(text) if closing is None else _after(text, ">", closing.end())
    else:
        balancer.start(name, text[start : place + 1])
    return place + 1


def _tag_end(text: str, place: int) -> int:
    """Return the place of a tag's >, or the end of a text that is cut off (HTML Standard 13.2.5.32 to 40)."""
    while (place := _end(_BETWEEN, text, place)) < len(text) and text[place] != ">":
        place = _end(_ATTRIBUTE, text, place)
        equals = _EQUALS.match(text, place)
        if equals is None:
            continue
        place = equals.end()
        if text[place : place + 1] in ('"', "'"):
            place = _after(text, text[place], place + 1)
        else:
            place = _end(_UNQUOTED, text, place)
    return place


def _end(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return place if match is None else match.end()


def _after(text: str, mark: str, place: int) -> int:
    end = text.find(mark, place)
    return len(text) if end == -1 else end + len(mark)


class _Balancer:
    """The tags that are open while a text is balanced, and what is written of it."""

    def __init__(self, tags: set[str]) -> None:
        self.out: list[str] = []
        self._tags = tags
        self._open: list[str] = []
        self._skipped: Counter[str] = Counter()

    def start(self, name: str, tag: str) -> None:
        """Write a start tag, behind the end tags of what it closes."""
        if name not in self._tags:
            return
        if name in _IMPLIED:
            self._close_implied(*_IMPLIED[name])
        if name in _VOID:
            self.out.append(tag)
        elif len(self._open) >= MOST_OPEN:
            self._skipped[name] += 1
        else:
            self.out.append(tag)
            self._open.append(name)

    def end(self, name: str) -> None:
        """Write an end tag, behind those of what is open inside; one without a start is left out."""
        if self._skipped[name]:
            self._skipped[name] -= 1
        elif name in self._open:
            self.close_to(len(self._open) - 1 - self._open[::-1].index(name))

    def close_to(self, depth: int) -> None:
        """Write the end tags of all that is open beyond a depth."""
        self.out += [f"</{name}>" for name in reversed(self._open[depth:])]
        del self._open[depth:]

    def _close_implied(self, names: set[str], barriers: set[str]) -> None:
        depth = None
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place] in barriers:
                break
            if self._open[place] in names:
                depth = place
        if depth is not None:
            self.close_to(depth)
