"""Filters over lists and groups of values."""

from collections.abc import Callable
from typing import Any

from mtc.core.template_engine.errors import LimitProblem, Problem
from mtc.core.template_engine.filters.texts import whole
from mtc.core.template_engine.limits import MAX_LIST, NODE, Meter, bounded
from mtc.core.template_engine.values import (
    UNDEFINED,
    Path,
    dig,
    field_path,
    is_number,
    joined,
    plain_text,
    sequence,
    to_text,
)


def walked(m: Meter, value: Any, path: Path = ()) -> list[Any]:
    """Return the items of a list, paid for, with the steps to a field of each."""
    items = sequence(m, value)
    m.items(len(items))
    m.spend(len(items) * len(path) * NODE)
    return items


def length(m: Meter, value: Any) -> int:
    """Return how many items a list, or characters a text, has."""
    return len(value) if isinstance(value, str | list | dict) else len(to_text(value))


def join(m: Meter, value: Any, separator: Any = "", attribute: Any = None) -> str:
    """The items as one text with a separator between them."""
    items = walked(m, value)
    if attribute is not None:
        items = map_(m, items, attribute)
    return joined(m, items, separator)


def first(m: Meter, value: Any) -> Any:
    """The first item."""
    items = value if type(value) is str or type(value) is list else walked(m, value)
    return items[0] if items else UNDEFINED


def last(m: Meter, value: Any) -> Any:
    """The last item."""
    items = value if type(value) is str or type(value) is list else walked(m, value)
    return items[-1] if items else UNDEFINED


def reverse(m: Meter, value: Any) -> Any:
    """The list, or text, from its end to its beginning."""
    if isinstance(value, str):
        m.text(len(value))
        return plain_text(m, value)[::-1]
    return walked(m, value)[::-1]


def limit(m: Meter, value: Any, count: Any) -> list[Any]:
    """The first `count` items."""
    return walked(m, value)[: whole(count, "limit", 0, MAX_LIST)]


def offset(m: Meter, value: Any, count: Any) -> list[Any]:
    """The items after the first `count`."""
    return walked(m, value)[whole(count, "offset", 0, MAX_LIST) :]


def batch(m: Meter, value: Any, size: Any, fill: Any = None) -> list[list[Any]]:
    """The items in rows of `size`, the last row filled up when `fill` is given."""
    items, width = walked(m, value), whole(size, "The size of batch", 1, 1000)
    rows = [items[at : at + width] for at in range(0, len(items), width)]
    m.items(len(rows) + width)
    if rows and fill is not None:
        rows[-1] = rows[-1] + [fill] * (width - len(rows[-1]))
    return rows


def list_(m: Meter, value: Any) -> list[Any]:
    """The items (or letters, or keys) as a list."""
    return list(walked(m, value))


def items(m: Meter, value: Any) -> list[list[Any]]:
    """The keys and values of a group: {% for key, value in group|items %}."""
    return [[key, inner] for key, inner in _group(m, value).items()]


def keys(m: Meter, value: Any) -> list[Any]:
    """The keys of a group."""
    return list(_group(m, value))


def values(m: Meter, value: Any) -> list[Any]:
    """The values of a group."""
    return list(_group(m, value).values())


def dictsort(m: Meter, value: Any) -> list[list[Any]]:
    """The keys and values of a group in the order of the keys."""
    pairs = items(m, value)
    keys = [order_key(m, pair[0], False) for pair in pairs]
    m.spend(len(pairs) * len(pairs).bit_length() * 2)
    return [pairs[place] for place in sorted(range(len(pairs)), key=keys.__getitem__)]


def _group(m: Meter, value: Any) -> dict[str, Any]:
    if value is None or value is UNDEFINED:
        return {}
    if type(value) is not dict:
        raise Problem("This filter needs a group of values.")
    m.items(len(value))
    return value


def map_(m: Meter, value: Any, attribute: Any, default: Any = UNDEFINED) -> list[Any]:
    """One field of every item: products|map(attribute="name")."""
    path = field_path(m, attribute)
    values = [dig(item, path) for item in walked(m, value, path)]
    return values if default is UNDEFINED else [default if item is UNDEFINED else item for item in values]


def order_key(m: Meter, value: Any, case_sensitive: bool) -> tuple[int, Any]:
    """A key under which any single values can be sorted: numbers, then texts, then nothing."""
    if isinstance(value, str):
        # comparing long texts costs their length again and again
        if len(value) > 1000:
            raise LimitProblem("Only texts of at most 1,000 characters can be sorted or grouped.")
        m.spend(len(value))
        return (1, str(value) if case_sensitive else value.lower())
    if is_number(value) or type(value) is bool:
        return (0, value)
    if value is None or value is UNDEFINED:
        return (2, 0)
    raise Problem("Only numbers and texts can be sorted or grouped; name an attribute.")


def _keyed(m: Meter, value: Any, attribute: Any, case_sensitive: Any) -> list[tuple[tuple[int, Any], Any]]:
    return _pairs(m, value, () if attribute is None else field_path(m, attribute), bool(case_sensitive))


def _pairs(m: Meter, value: Any, path: Path, strict: bool) -> list[tuple[tuple[int, Any], Any]]:
    items = walked(m, value, path)
    m.spend(len(items) * NODE * 2)
    return [(order_key(m, dig(item, path), strict), item) for item in items]


def sort(
    m: Meter, value: Any, reverse: Any = False, case_sensitive: Any = False, attribute: Any = None
) -> list[Any]:
    """The items in order, by a field when `attribute` is given."""
    pairs = _keyed(m, value, attribute, case_sensitive)
    m.spend(len(pairs) * len(pairs).bit_length() * 2)
    return [item for _, item in sorted(pairs, key=lambda pair: pair[0], reverse=bool(reverse))]


def unique(m: Meter, value: Any, case_sensitive: Any = False, attribute: Any = None) -> list[Any]:
    """The items without repetitions."""
    seen: dict[tuple[int, Any], Any] = {}
    for key, item in _keyed(m, value, attribute, case_sensitive):
        seen.setdefault(key, item)
    return list(seen.values())


def groupby(m: Meter, value: Any, attribute: Any, default: Any = UNDEFINED) -> list[dict[str, Any]]:
    """The items in groups with the same field: each has `grouper` and `list`."""
    path = field_path(m, attribute)
    groups: dict[tuple[int, Any], dict[str, Any]] = {}
    for key, item in sort_pairs(_pairs(m, value, path, False)):
        group = dig(item, path)
        grouper = default if group is UNDEFINED else group
        groups.setdefault(key, {"grouper": grouper, "list": []})["list"].append(item)
    m.items(len(groups))
    return list(groups.values())


def sort_pairs(pairs: list[tuple[tuple[int, Any], Any]]) -> list[tuple[tuple[int, Any], Any]]:
    """Pairs of key and item in the order of their keys."""
    return sorted(pairs, key=lambda pair: pair[0])


def sum_(m: Meter, value: Any, attribute: Any = None, start: Any = 0) -> Any:
    """The sum of the numbers, or of one field of every item."""
    numbers = walked(m, value) if attribute is None else map_(m, value, attribute)
    if not all(is_number(number) for number in [start, *numbers]):
        raise Problem("Only numbers can be summed.")
    try:
        return bounded(sum(numbers, start))
    except OverflowError:
        raise LimitProblem("A number grew too large.") from None


def min_(m: Meter, value: Any, attribute: Any = None) -> Any:
    """The smallest item."""
    pairs = _keyed(m, value, attribute, False)
    return min(pairs, key=lambda pair: pair[0])[1] if pairs else UNDEFINED


def max_(m: Meter, value: Any, attribute: Any = None) -> Any:
    """The largest item."""
    pairs = _keyed(m, value, attribute, False)
    return max(pairs, key=lambda pair: pair[0])[1] if pairs else UNDEFINED


LIST_FILTERS: dict[str, Callable[..., Any]] = {
    "length": length,
    "count": length,
    "join": join,
    "first": first,
    "last": last,
    "reverse": reverse,
    "limit": limit,
    "offset": offset,
    "batch": batch,
    "list": list_,
    "items": items,
    "keys": keys,
    "values": values,
    "dictsort": dictsort,
    "map": map_,
    "sort": sort,
    "unique": unique,
    "groupby": groupby,
    "sum": sum_,
    "min": min_,
    "max": max_,
}
