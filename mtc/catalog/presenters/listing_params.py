"""Parameters of a listing, read from an address and written back into addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from secrets import token_hex
from typing import Any
from urllib.parse import quote_plus

from mtc.catalog.queries import SORTS, Filters
from mtc.core.errors import ValidationError
from mtc.core.fields import DECIMAL_SCALE, Field, decimal_text, display
from mtc.core.fields.cleaning import MAX_INTEGER, MAX_NUMBER
from mtc.core.money import parse_amount

PAGE_SIZE = 24
MAX_VALUES = 20
_KEEP = ("q", "type", "price_min", "price_max", "in_stock", "sale", "sort")
_PREFIX = "f."
_YES = ("1", "on", "true")
_MARK = token_hex(8)
_quoted = lru_cache(4096)(quote_plus)


@dataclass(frozen=True, slots=True)
class ListingParams:
    """A listing as asked for. `values` holds the texts of chosen facet values by key."""

    path: str
    text: str = ""
    types: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price_min: str = ""
    price_max: str = ""
    in_stock: bool = False
    on_sale: bool = False
    sort: str = ""
    after: str = ""
    before: str = ""

    @classmethod
    def read(cls, path: str, params: Mapping[str, Sequence[str]]) -> ListingParams:
        """Read the query of an address, {name: [values]}; what it does not know it leaves out."""

        def single(name: str) -> str:
            return params.get(name, [""])[0][:200].strip()

        values = {
            name[len(_PREFIX) :]: tuple(dict.fromkeys(some))[:MAX_VALUES]
            for name, some in sorted(params.items())
            if name.startswith(_PREFIX) and len(name) <= 60
        }
        sort = single("sort")
        return cls(
            path=path,
            text=single("q"),
            types=tuple(dict.fromkeys(params.get("type", ())))[:MAX_VALUES],
            values=values,
            price_min=single("price_min"),
            price_max=single("price_max"),
            in_stock=single("in_stock") in _YES,
            # Links of the first themes asked for a sort by discount.
            on_sale=single("sale") in _YES or sort == "discount",
            sort=sort if sort in SORTS else "",
            after=params.get("after", [""])[0],
            before=params.get("before", [""])[0],
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The query as pairs, without the place in the pages."""
        pairs = [("q", self.text), *(("type", slug) for slug in self.types)]
        pairs += [(_PREFIX + key, value) for key, some in self.values.items() for value in some]
        pairs += [("price_min", self.price_min), ("price_max", self.price_max)]
        pairs += [("in_stock", "1" if self.in_stock else ""), ("sale", "1" if self.on_sale else "")]
        pairs.append(("sort", self.sort))
        return [(name, value) for name, value in pairs if value]

    def url(self, **more: str) -> str:
        """The address of this listing from its first page, or from a cursor."""
        return self._written([*self.pairs(), *more.items()])

    def _written(self, pairs: Sequence[tuple[str, str]]) -> str:
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)
        return f"{self.path}?{query}" if query else self.path

    def toggled(self, key: str, value: str) -> ListingParams:
        """The same with a value of a facet added, or taken out when it is there."""
        if key == "type":
            return replace(self, types=_toggle(self.types, value))
        some = _toggle(tuple(self.values.get(key, ())), value)
        return replace(self, values={**self.values, key: some})

    def adding(self, key: str) -> Callable[[str], str]:
        """The address with one more value of a facet, for many values of it: `toggled(key, value).url()`."""
        # Written around the place where the values of the facet stand: a listing has a hundred of these.
        some = self.types if key == "type" else tuple(self.values.get(key, ()))
        marked = self.toggled(key, _MARK).url()
        before, _, after = marked.partition(_MARK)

        def address(value: str) -> str:
            return self.toggled(key, value).url() if value in some else before + _quoted(value) + after

        return address


def _toggle(some: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(entry for entry in some if entry != value) if value in some else (*some, value)


def filters(
    params: ListingParams, facets: Mapping[str, Field], currency: str, collection_id: Any = None
) -> Filters:
    """Return the filters of the queries: values in the types of their columns, without unreadable ones."""
    attributes: dict[str, tuple[Any, ...]] = {}
    for key, texts in params.values.items():
        if key in facets:
            values = [stored(facets[key], text) for text in texts]
            attributes[key] = tuple(value for value in values if value is not None)
    return Filters(
        text=params.text,
        collection_id=collection_id,
        type_slugs=params.types,
        attributes=attributes,
        price_min=price(params.price_min, currency),
        price_max=price(params.price_max, currency),
        in_stock=params.in_stock,
        on_sale=params.on_sale,
    )


def with_ordered_prices(params: ListingParams, currency: str) -> ListingParams:
    """The same with the lower price first: 50 to 10 means 10 to 50."""
    lowest, highest = price(params.price_min, currency), price(params.price_max, currency)
    if lowest is None or highest is None or lowest <= highest:
        return params
    return replace(params, price_min=params.price_max, price_max=params.price_min)


def price(text: str, currency: str) -> int | None:
    """A price as minor units, or None: the field is a number, which browsers send with a point."""
    try:
        return parse_amount(text, currency, "en") if text else None
    except ValidationError:
        return None


def stored(spec: Field, text: str) -> Any:
    """A facet value of an address as its column holds it; None when it cannot be one."""
    if spec.type == "boolean":
        return {"yes": True, "no": False}.get(text)
    if spec.type in ("integer", "number"):
        try:
            number = float(text)
        except ValueError:
            return None
        most = MAX_NUMBER if spec.type == "number" else MAX_INTEGER
        if not abs(number) <= most:  # said this way round because "nan" is a float, too
            return None
        return round(number * DECIMAL_SCALE) if spec.type == "number" else int(number)
    return text[:200]


def fits(spec: Field, value: Any) -> bool:
    """Return whether a value has the form of the field; a field of another type may have the same key."""
    if spec.type == "boolean":
        return isinstance(value, bool)
    return isinstance(value, int if spec.type in ("integer", "number") else str)


def spelled(spec: Field, value: Any) -> str:
    """A stored facet value as it stands in an address: the inverse of `stored`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if spec.type == "number":
        return decimal_text(value / DECIMAL_SCALE)
    return str(value)


def label(spec: Field, value: Any) -> str:
    """A stored facet value in words."""
    if spec.type == "number" and isinstance(value, int):
        value = value // DECIMAL_SCALE if value % DECIMAL_SCALE == 0 else value / DECIMAL_SCALE
    return display(spec, value)
