"""The values a template can hold: plain data, text that is already HTML, and nothing."""

from typing import Any, Final, TypeGuard

from markupsafe import Markup, escape

from mtc.core.normalization import unescape
from mtc.core.template_engine.errors import LimitProblem, Problem, TemplateRenderError
from mtc.core.template_engine.limits import (
    MAX_DATA_DEPTH,
    MAX_LIST,
    MAX_TEXT,
    MAX_VALUES,
    NODE,
    REFERENCE,
    Meter,
)


class Undefined:
    """The value of a name or key that is not there: prints as nothing, is false, has nothing inside."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


UNDEFINED: Final = Undefined()

SCALARS: Final = frozenset({str, int, float, bool, type(None)})
PLAIN: Final = SCALARS | {dict, list}
_TEXT_KEYS: Final = frozenset({str})
_REFERENCES: Final = 500  # of HTML that are read between two looks at the clock


def check_data(data: dict[str, Any]) -> None:
    """Refuse data that is not plain: dict with text keys, list, str, int, float, bool, None, exactly these.

    Raises TemplateRenderError naming the type (never the value). Bounded, so that a circle ends.
    """
    if type(data) is not dict:
        raise TemplateRenderError("The data of a template must be a dict.")
    level: list[Any] = [data]
    seen = depth = 0
    while level:
        depth += 1
        if depth > MAX_DATA_DEPTH:
            raise TemplateRenderError(f"The data of a template is more than {MAX_DATA_DEPTH} levels deep.")
        inner: list[Any] = []
        for container in level:
            seen += len(container) + 1
            values = container.values() if type(container) is dict else container
            if type(container) is dict and not _TEXT_KEYS.issuperset(map(type, container)):
                raise TemplateRenderError("The data of a template has a key that is not a text.")
            kinds = set(map(type, values))
            if not kinds <= SCALARS:
                _plain(kinds)
                inner += [value for value in values if type(value) is dict or type(value) is list]
            if seen > MAX_VALUES:
                raise TemplateRenderError(f"The data of a template has more than {MAX_VALUES:,} values.")
        level = inner


def _plain(kinds: set[type]) -> None:
    if not kinds <= PLAIN:
        names = ", ".join(sorted(value_type.__name__ for value_type in kinds - PLAIN))
        raise TemplateRenderError(f"The data of a template may only hold plain values, not {names}.")


def to_text(value: Any) -> str:
    """Return the text of a single value; nothing (None, undefined) is the empty text."""
    value_type = type(value)
    if value_type is str or value_type is Markup:
        return value
    if value is None or value is UNDEFINED:
        return ""
    if value_type is int or value_type is float or value_type is bool:
        try:
            return str(value)
        except ValueError:  # CPython refuses to print integers of thousands of digits
            raise Problem("This number is too large to print.") from None
    if value_type is list:
        raise Problem("A list cannot be printed. Loop over it or use the join filter.")
    if value_type is dict:
        raise Problem("A group of values cannot be printed. Name one of its fields, as in price.formatted.")
    raise Problem("This value cannot be printed.")


def plain_text(meter: Meter, value: Any) -> str:
    """Return the text of a value for a text filter; HTML counts as the text it shows, and is charged for."""
    text = to_text(value)
    if type(text) is not Markup:
        return text
    parts = str(text).split("&")
    meter.spend(len(text) + (len(parts) - 1) * REFERENCE)
    # no reference goes on behind an ampersand; the clock is looked at between the pieces
    shown = []
    for start in range(0, len(parts), _REFERENCES):
        meter.check()
        piece = "&".join(parts[start : start + _REFERENCES])
        shown.append(unescape("&" + piece if start else piece))
    return "".join(shown)


def joined(meter: Meter, parts: list[Any], separator: Any = "") -> str:
    """Join values to one text, escaping plain texts when any part is HTML; charged before it is made."""
    texts = [to_text(part) for part in parts]
    glue = to_text(separator)
    if meter.html and (type(glue) is Markup or any(type(text) is Markup for text in texts)):
        meter.text(sum(map(len, texts)) + len(glue) * len(texts))
        safe = [str(escape(text)) for text in texts]
        shield = str(escape(glue))
        meter.text(sum(map(len, safe)) + len(shield) * max(0, len(safe) - 1))
        return Markup(shield.join(safe))  # noqa: S704 - every part was escaped or is the engine's own HTML
    meter.text(sum(map(len, texts)) + len(glue) * max(0, len(texts) - 1))
    return glue.join(texts)


def is_number(value: Any) -> TypeGuard[int | float]:
    """True for int and float, false for bool."""
    return type(value) is int or type(value) is float


def sequence(meter: Meter, value: Any) -> list[Any]:
    """Return what a loop or list filter walks over: a list, the keys of a dict, the letters of a text."""
    value_type = type(value)
    if value_type is list:
        return value
    if value is None or value is UNDEFINED:
        return []
    if value_type is dict or value_type is str or value_type is Markup:
        if len(value) > MAX_LIST:
            raise LimitProblem(f"A list may have at most {MAX_LIST:,} items.")
        return list(value if value_type is dict else plain_text(meter, value))
    raise Problem("Only a list can be looped over.")


Path = tuple[str | int, ...]


def field_path(meter: Meter, attribute: Any) -> Path:
    """Return the steps to a field (dots lead into nested groups), whose name must be short."""
    path = plain_text(meter, attribute)
    if not 0 < len(path) <= 200:
        raise Problem("Name the attribute, for example price.amount.")
    return tuple(
        int(key) if key.isascii() and key.isdecimal() and len(key) < 6 else key for key in path.split(".", 8)
    )


def dig(value: Any, path: Path) -> Any:
    """Follow a path of keys into nested dicts and lists; undefined when any step is missing."""
    for key in path:
        value = item(value, key)
    return value


def item(value: Any, key: Any) -> Any:
    """Return value[key] of a dict, list or text; undefined when it is missing or makes no sense."""
    value_type = type(value)
    if value_type is dict:
        return value.get(key, UNDEFINED) if type(key) in SCALARS or type(key) is Markup else UNDEFINED
    if (value_type is list or value_type is str) and type(key) is int and -len(value) <= key < len(value):
        return value[key]
    return UNDEFINED


def same(meter: Meter, left: Any, right: Any) -> bool:
    """Compare two values as Python's == does, but charged: shared parts can make a small value endless."""
    pairs = [(left, right)]
    while pairs:
        first, second = pairs.pop()
        meter.spend(NODE)
        if first is UNDEFINED or second is UNDEFINED:
            if first not in (None, UNDEFINED) or second not in (None, UNDEFINED):
                return False
        elif type(first) is dict and type(second) is dict:
            meter.spend(len(first) * NODE)
            if first.keys() != second.keys():
                return False
            pairs += [(first[key], second[key]) for key in first]
        elif type(first) is list and type(second) is list:
            meter.spend(len(first) * NODE)
            if len(first) != len(second):
                return False
            pairs += zip(first, second, strict=True)
        elif isinstance(first, dict | list) or isinstance(second, dict | list) or first != second:
            return False
    return True


def measure(meter: Meter, value: Any) -> None:
    """Charge for every value inside a value, each time it is met: what writing it out would cost."""
    stack = [value]
    size = 0
    while stack:
        item = stack.pop()
        meter.spend(NODE)
        if type(item) is dict:
            length = sum(map(len, item))
            meter.spend(len(item) * NODE)
            stack += item.values()
        elif type(item) is list:
            length = 0
            meter.spend(len(item) * NODE)
            stack += item
        else:
            length = len(to_text(item)) + 2
        size += length
        meter.spend(length)
        if size > MAX_TEXT:
            raise LimitProblem(f"A text may have at most {MAX_TEXT:,} characters.")
