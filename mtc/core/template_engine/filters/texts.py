"""Filters that turn a text into another; each pays for its result before it makes it."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from jinja2.filters import do_title

from mtc.core.i18n import gettext
from mtc.core.normalization import in_latin
from mtc.core.template_engine.errors import LimitProblem, Problem
from mtc.core.template_engine.limits import MAX_ARGUMENT, MAX_LIST, MAX_TEXT, NODE, Meter
from mtc.core.template_engine.values import UNDEFINED, is_number, plain_text, to_text

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def whole(value: Any, label: str, least: int, most: int) -> int:
    """Return an argument that must be a whole number within bounds."""
    if type(value) is not int or not least <= value <= most:
        raise Problem(f"{label} must be a whole number from {least:,} to {most:,}.")
    return value


def _sized(m: Meter, value: Any, factor: int = 1) -> str:
    text = plain_text(m, value)
    m.spend(len(text) * factor)
    return text


def _grown(text: str) -> str:
    # changing case can lengthen a text (ß, ligatures), up to threefold
    if len(text) > MAX_TEXT:
        raise LimitProblem(f"A text may have at most {MAX_TEXT:,} characters.")
    return text


def upper(m: Meter, value: Any) -> str:
    """TEXT IN CAPITALS."""
    return _grown(_sized(m, value, 2).upper())


def lower(m: Meter, value: Any) -> str:
    """text in small letters."""
    return _grown(_sized(m, value, 2).lower())


def capitalize(m: Meter, value: Any) -> str:
    """First letter large, the rest small."""
    return _grown(_sized(m, value, 2).capitalize())


def title(m: Meter, value: Any) -> str:
    """Every Word With A Large First Letter."""
    return _grown(do_title(_sized(m, value, 30)))


def translate(m: Meter, value: Any) -> str:
    """The text in the running language, where a catalog has it; beyond 1,000 characters it stays as it is."""
    text = _sized(m, value, 2)
    return gettext(text) if len(text) <= MAX_ARGUMENT else text


def trim(m: Meter, value: Any, chars: Any = None) -> str:
    """The text without white space (or the given characters) at both ends."""
    drop = None if chars is None else plain_text(m, chars)
    return _sized(m, value, 1 + len(drop or "") // 16).strip(drop)


def string(m: Meter, value: Any) -> str:
    """The value as a text."""
    return to_text(value)


def default(m: Meter, value: Any, fallback: Any = "", boolean: Any = False) -> Any:
    """The fallback when the value is missing or null (with `true` also when it is empty, zero or false)."""
    if value is UNDEFINED or value is None or (boolean and not value):
        return fallback
    return value


def replace(m: Meter, value: Any, old: Any, new: Any, count: Any = None) -> str:
    """The text with every `old` replaced by `new`, the first `count` times."""
    text, part, other = _sized(m, value), plain_text(m, old), plain_text(m, new)
    occurrences = text.count(part)
    if count is not None:
        occurrences = min(occurrences, whole(count, "The count of replace", 0, MAX_TEXT))
    m.text(len(text) + occurrences * (len(other) - len(part)))
    return text.replace(part, other, occurrences)


def truncate(
    m: Meter, value: Any, length: Any = 255, killwords: Any = False, end: Any = "...", leeway: Any = 5
) -> str:
    """The text cut to `length` characters at the end of a word, as Jinja does it."""
    text, tail = _sized(m, value), plain_text(m, end)
    most = whole(length, "The length of truncate", len(tail), MAX_TEXT)
    if len(text) <= most + whole(leeway, "The leeway of truncate", 0, MAX_TEXT):
        return text
    cut = text[: most - len(tail)]
    return (cut if killwords else cut.rsplit(" ", 1)[0]) + tail


def split(m: Meter, value: Any, separator: Any = None) -> list[str]:
    """The parts of the text between separators (white space when none is given)."""
    text = _sized(m, value)
    glue = None if separator is None else plain_text(m, separator)
    if glue == "":
        raise Problem("split needs a separator that is not empty.")
    # one more than the limit is enough to notice it, and bounds what is made
    parts = text.split(glue, MAX_LIST)
    m.items(len(parts))
    return parts


def wordcount(m: Meter, value: Any) -> int:
    """Return how many words the text has."""
    return len(re.findall(r"\w+", _sized(m, value, 10)))


def indent(m: Meter, value: Any, width: Any = 4, first: Any = False) -> str:
    """Every line but the first (or with it) moved right by `width` spaces."""
    text = _sized(m, value)
    pad = " " * whole(width, "The width of indent", 0, 80)
    m.text(len(text) + (text.count("\n") + 1) * len(pad))
    return (pad if first else "") + text.replace("\n", "\n" + pad)


def urlencode(m: Meter, value: Any) -> str:
    """The text ready for use in an address; a group of values becomes a=1&b=2."""
    if type(value) is dict:
        m.spend(len(value) * NODE)
        pairs = [f"{quote(_sized(m, k, 12), '')}={quote(_sized(m, v, 12), '')}" for k, v in value.items()]
        m.text(sum(map(len, pairs)) + len(pairs))
        return "&".join(pairs)
    text = _sized(m, value, 12)
    return _grown(quote(text.encode("utf-8", "replace"), "/"))


def slugify(m: Meter, value: Any) -> str:
    """The text as a part of an address: small letters, figures and hyphens."""
    ascii_text = in_latin(_sized(m, value, 20), 2_000)
    return _NOT_SLUG.sub("-", ascii_text.lower()).strip("-")[:200]


def pluralize(m: Meter, value: Any, one: Any = "", many: Any = "s") -> Any:
    """`one` when the number (or length) is one, else `many`: item{{ n|pluralize }}."""
    number = value if is_number(value) else len(value) if isinstance(value, list | dict) else 0
    return one if number == 1 else many


TEXT_FILTERS: dict[str, Callable[..., Any]] = {
    "upper": upper,
    "lower": lower,
    "capitalize": capitalize,
    "title": title,
    "t": translate,
    "trim": trim,
    "string": string,
    "default": default,
    "d": default,
    "replace": replace,
    "truncate": truncate,
    "split": split,
    "wordcount": wordcount,
    "indent": indent,
    "urlencode": urlencode,
    "slugify": slugify,
    "pluralize": pluralize,
}
