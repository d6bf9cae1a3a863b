"""The filters of the template language, by name."""

from collections.abc import Callable
from typing import Any

from mtc.core.template_engine.filters.dates import DATE_FILTERS
from mtc.core.template_engine.filters.lists import LIST_FILTERS
from mtc.core.template_engine.filters.markup import MARKUP_FILTERS
from mtc.core.template_engine.filters.numbers import NUMBER_FILTERS
from mtc.core.template_engine.filters.selection import SELECTION_FILTERS
from mtc.core.template_engine.filters.texts import TEXT_FILTERS

FILTERS: dict[str, Callable[..., Any]] = {
    **TEXT_FILTERS,
    **MARKUP_FILTERS,
    **LIST_FILTERS,
    **SELECTION_FILTERS,
    **NUMBER_FILTERS,
    **DATE_FILTERS,
}

# Parameters that a filter hands on as they are, without looking into them: their length costs nothing.
HANDED_ON: dict[Callable[..., Any], frozenset[str]] = {
    FILTERS["default"]: frozenset({"fallback"}),
    FILTERS["pluralize"]: frozenset({"one", "many"}),
    FILTERS["batch"]: frozenset({"fill"}),
    FILTERS["map"]: frozenset({"default"}),
    FILTERS["groupby"]: frozenset({"default"}),
    FILTERS["int"]: frozenset({"default"}),
    FILTERS["float"]: frozenset({"default"}),
}
