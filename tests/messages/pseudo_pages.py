"""Every page of a host in the pseudo-locale, found by its links, and what it says outside of the brackets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

from werkzeug.test import TestResponse

from mtc.catalog.services.starter_types import starter_types
from mtc.core.i18n.pseudo import CLOSE, OPEN
from mtc.core.markdown import render_markdown
from mtc.core.paths import ROOT
from mtc.tenants.services.legal_pages import placeholders

Found = tuple[str, str]
READ = frozenset({"title", "alt", "placeholder", "aria-label", "aria-description", "label", "data-confirm"})
SILENT = frozenset({"script", "style", "code", "pre", "textarea", "svg", "kbd"})
LISTS_OF_NAMES = frozenset({"timezone", "country", "icon"})
"""Fields with hundreds of names that no catalog holds."""
EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
ELSEWHERE = ("/d/", "/logout", ".csv", "/store/preview", "/media/", "/static/", "/pay/")
KINDS = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/orders/)[A-Z]+-?\d+|(?<=/platform/tenants/)(?!new\b)[a-z-]+"
    r"|(?<=^/p/)[^/]+|(?<=^/c/)[^/]+"
)
_PIECES = re.compile(r"[,;:·|/()\n…→]| [–—-] ")
# Permissions, and what a browser has asked for.
_CODES = re.compile(r"\b[a-z_]+:[a-z_]+\b|\b(?:GET|POST|PATCH|PUT|DELETE) /\S*")
_AROUND = ' ."“”‘’?!+×*#%&-–—•\u2066\u2067\u2068\u2069'


class Outside(HTMLParser):
    """The pieces of text, also of readable attributes, that stand in no brackets."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent, self._inner, self._depth = "", 0, 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._silent:
            self._inner += tag == self._silent
            return
        if tag in SILENT or given.get("name") in LISTS_OF_NAMES or given.get("translate") == "no":
            self._silent, self._inner = ("" if tag in EMPTY else tag), 1
        for name, value in attrs:
            if value and not self._silent and (name in READ or _is_button(tag, name, given)):
                self._say(value, attribute=True)

    def handle_endtag(self, tag: str) -> None:
        if self._silent == tag:
            self._inner -= 1
            if not self._inner:
                self._silent = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._say(data)

    def _say(self, text: str, *, attribute: bool = False) -> None:
        depth, outside = 0 if attribute else self._depth, [""]
        for sign in text:
            depth = max(0, depth + (sign == OPEN) - (sign == CLOSE))
            if sign in OPEN + CLOSE:
                outside.append("")
            elif not depth:
                outside[-1] += sign
        if not attribute:
            self._depth = depth
        self.texts += [one for part in outside for one in pieces(part)]


def _is_button(tag: str, name: str, attrs: dict[str, str | None]) -> bool:
    return tag == "input" and name == "value" and attrs.get("type") in ("submit", "button", "reset")


def pieces(text: str) -> Iterator[str]:
    """The text cut at its signs: names that stand side by side are looked at one by one."""
    for part in _PIECES.split(_CODES.sub("", text)):
        one = " ".join(part.split()).strip(_AROUND)
        if sum(sign.isalpha() for sign in one) > 1:
            yield one


def texts_of_demo() -> frozenset[str]:
    """What merchants and shoppers of the demo have written: its data files."""
    found = {text for one in starter_types() for text in _strings(one.values())}
    slugs = {one.slug for one in starter_types()}
    for path in (ROOT / "mtc" / "demo").rglob("*.json"):
        found |= set(_strings(json.loads(path.read_text(encoding="utf-8"))))
    for path in (ROOT / "templates" / "legal").rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        found |= {text, render_markdown(text), *(f"[{one}]" for one in placeholders(text))}
    found |= {render_markdown(one) for one in found if "\n" in one}
    # A word in small letters is a value for programs, which pages must not show.
    written = {one for one in found if one != one.lower() or " " in one}
    return frozenset(piece for one in written for piece in Outside(one).texts) | slugs


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from _strings(one)


def kind(path: str) -> str:
    """The address without what differs between pages of one kind: combinations of filters are one kind."""
    bare, _, query = path.partition("#")[0].partition("?")
    return KINDS.sub("…", bare) + ("?" if query else "")


def walk(
    get: Callable[[str], TestResponse], starts: Iterable[str], *, follow: bool = True
) -> Iterator[Found]:
    """Address and text of one page of each kind that the starts lead to."""
    waiting, known = list(starts), {kind(one) for one in starts}
    while waiting:
        path = waiting.pop(0)
        answer = get(path)
        if answer.status_code in (301, 302, 303, 307, 308):
            links = [answer.headers["Location"]]
        elif answer.mimetype != "text/html":
            continue
        else:
            assert answer.status_code < 500, path
            links = re.findall(r'\bhref="(/[^"#]*)', answer.text)
            yield path, answer.text
        for link in (one.replace("&amp;", "&") for one in links if follow):
            if link.startswith("/") and kind(link) not in known and not any(one in link for one in ELSEWHERE):
                known.add(kind(link))
                waiting.append(link)
