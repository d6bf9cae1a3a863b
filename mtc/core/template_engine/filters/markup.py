"""Filters that know HTML: besides set blocks the only places where text becomes HTML for good."""

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from markupsafe import escape as html_escape

from mtc.core.html_cleaning import URL_SCHEMES, clean_html, strip_tags
from mtc.core.template_engine.errors import LimitProblem, Problem
from mtc.core.template_engine.limits import MAX_RICH_TEXT, REFERENCE, Meter
from mtc.core.template_engine.values import measure, plain_text, to_text

RICH_TAGS = {
    *("a", "b", "blockquote", "br", "code", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "hr", "i"),
    *("img", "li", "ol", "p", "pre", "s", "small", "strong", "sub", "sup", "u", "ul"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
RICH_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_BREAK = "<br>\n"
# inside a script element these could end it or open a comment; the last two end lines in old JavaScript
_JSON_UNSAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<>&'\u2028\u2029"}


def _marked(m: Meter, text: str) -> str:
    return Markup(text) if m.html else text  # noqa: S704 - callers pass escaped or cleaned text only


def escape(m: Meter, value: Any) -> str:
    """The text with <, >, &, ' and " written as HTML shows them."""
    text = to_text(value)
    m.text(len(text))
    safe = str(html_escape(text))
    m.text(len(safe))
    return _marked(m, safe)


def nl2br(m: Meter, value: Any) -> str:
    """The text, escaped, with <br> for every new line."""
    text = str(escape(m, value)).replace("\r\n", "\n")
    m.text(len(text) + text.count("\n") * len(_BREAK))
    return _marked(m, text.replace("\n", _BREAK))


def striptags(m: Meter, value: Any) -> str:
    """The text that a piece of HTML shows, without its tags."""
    text = to_text(value)
    m.text(len(text) * 2)
    if len(text) > MAX_RICH_TEXT:
        raise LimitProblem(f"striptags takes at most {MAX_RICH_TEXT:,} characters.")
    m.spend(len(text) * 20)
    shown = " ".join(strip_tags(str(text), "").split())
    return plain_text(m, Markup(shown))  # noqa: S704 - only to read its references; the result is plain text


def rich_text(m: Meter, value: Any) -> str:
    """Formatted text (headings, lists, links, pictures) with everything else of its HTML taken out."""
    text = to_text(value)
    if len(text) > MAX_RICH_TEXT:
        raise LimitProblem(f"rich_text takes at most {MAX_RICH_TEXT:,} characters.")
    m.spend(len(text) * 20 + text.count("<") * REFERENCE)
    safe = _cleaned(str(text))
    m.text(len(safe))
    return _marked(m, safe)


@lru_cache(maxsize=256)
def _cleaned(text: str) -> str:
    return clean_html(text, tags=RICH_TAGS, attributes=RICH_ATTRIBUTES)


def safe_url(m: Meter, value: Any) -> str:
    """The address when it leads to a page (https, mailto, tel, /path, ?query, #part), else #."""
    text = plain_text(m, value)
    m.text(len(text) * 4)
    address = "".join(char for char in text if char > " " and char != "\x7f")
    scheme = _SCHEME.match(address)
    if scheme:
        return address if scheme[1].lower() in URL_SCHEMES else "#"
    if address.startswith(("#", "?")):
        return address
    leaves = address.startswith(("//", "/\\", "\\")) or ":" in re.split("[/?]", address, maxsplit=1)[0]
    return "#" if leaves else address


def tojson(m: Meter, value: Any) -> str:
    """The value as JSON; in HTML mode it may stand in a script element or an attribute."""
    measure(m, value)
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False, default=_nothing)
    except ValueError:
        raise Problem("This number cannot be written as JSON.") from None
    if not m.html:
        m.text(len(text))
        return text
    text = text.translate(_JSON_UNSAFE)
    m.text(len(text))
    return Markup(text)  # noqa: S704 - every character that HTML knows was replaced


def _nothing(value: Any) -> None:
    """Write undefined as null."""
    return


MARKUP_FILTERS: dict[str, Callable[..., Any]] = {
    "escape": escape,
    "e": escape,
    "nl2br": nl2br,
    "striptags": striptags,
    "rich_text": rich_text,
    "safe_url": safe_url,
    "tojson": tojson,
}
