"""The filters of the template language, by name."""

from collections.abc import Callable
from typing import Any

from mtc.core.text.filters.dates import DATE_FILTERS
from mtc.core.text.filters.lists import LIST_FILTERS
from mtc.core.text.filters.markup import MARKUP_FILTERS
from mtc.core.text.filters.numbers import NUMBER_FILTERS
from mtc.core.text.filters.selection import SELECTION_FILTERS
from mtc.core.text.filters.texts import TEXT_FILTERS

FILTERS: dict[str, Callable[..., Any]] = {
    **TEXT_FILTERS,
    **MARKUP_FILTERS,
    **LIST_FILTERS,
    **SELECTION_FILTERS,
    **NUMBER_FILTERS,
    **DATE_FILTERS,
}
