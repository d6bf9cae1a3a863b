"""Changes of a type's fields, for the products of the type: checked first, then carried out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mtc.catalog import queries
from mtc.catalog.queries.types import products_of_type
from mtc.catalog.services import attributes
from mtc.catalog.services.denormalize import refresh
from mtc.catalog.services.type_layout import Renames, new_path, paths_of, rename_values, targets
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.fields import FieldSet
from mtc.core.i18n import LazyText, _l, formats, lazy_ngettext

_NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class TypeChange:
    """From the fields `old` to the fields `new`; `renames` says which old path has which new key."""

    type_id: UUID
    old: FieldSet
    new: FieldSet
    renames: Renames

    def moved(self, stored: Mapping[str, Any]) -> Moved:
        """The values of one product under the new fields, and what would go wrong."""
        before = rename_values(dict(stored), self.renames)
        inspected, was = self.new.inspect(before), self._wrong_already(stored)
        moved = Moved(dict(inspected.values))
        for key in stored:
            if key in self.old and stored[key] not in _NOTHING and self._new_key(key) not in self.new:
                moved.lost.add(key)
        for key in {_head(path) for path in inspected.errors} - was:
            spec = self.new.field(key)
            if before.get(key) in _NOTHING:
                if spec.required and not self._was_required(key):
                    moved.lacking.add(key)
            elif spec.required or spec.fields:
                moved.refused.add(key)
            else:
                moved.lost.add(self._old_key(key))
                moved.values.pop(key, None)
        for path in inspected.dropped:
            if "-" in path and _head(path) in self.new:
                moved.lost.add(self._old_key(_head(path)))
        return moved

    def _wrong_already(self, stored: Mapping[str, Any]) -> set[str]:
        """The new keys of values that the old fields refuse, too: this change is not about them."""
        errors = self.old.inspect(stored).errors
        wrong = {_head(path) for path in errors}
        return {self._new_key(key) or "" for key in wrong if stored.get(key) not in _NOTHING}

    def _new_key(self, key: str) -> str | None:
        if key in self.renames:
            return self.renames[key]
        return None if key in targets(self.renames) else key

    def _old_key(self, key: str) -> str:
        return next((old for old, new in self.renames.items() if new == key and "." not in old), key)

    def _was_required(self, key: str) -> bool:
        old = self._old_key(key)
        return old in self.old and self.old.field(old).required


@dataclass(slots=True)
class Moved:
    """The new `values`; old keys whose values are `lost`, new keys that `refused` theirs or are `lacking`."""

    values: dict[str, Any]
    lost: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    lacking: set[str] = field(default_factory=set)


def check_renames(renames: Renames, old: FieldSet, new: FieldSet) -> None:
    """Raise ValidationError unless each names a field that there was and one that there is, each once."""
    before, after = paths_of(old.fields), paths_of(new.fields)
    places = [new_path(path, renames) for path in renames]
    for path, place in zip(renames, places, strict=True):
        if path not in before:
            sentence = _l("There is no field “%(path)s” to rename.", path=path)
        elif place not in after or places.count(place) > 1:
            sentence = _l("“%(path)s” needs a field of its own to be renamed to.", path=path)
        else:
            continue
        raise ValidationError(_l("Correct the marked fields."), {"renames": [sentence]})


def check_products(change: TypeChange, drop: Collection[str]) -> None:
    """Refuse the change while products cannot follow it.

    Raises ValidationError for required fields that products lack, and ConflictError, with a detail
    `drop-<old key>` for each field that loses values and whose loss `drop` does not confirm.
    """
    lost: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    lacking: Counter[str] = Counter()
    for ids in products_of_type(change.type_id):
        for stored in queries.attributes_of(ids).values():
            moved = change.moved(stored)
            lost.update(moved.lost)
            refused.update(moved.refused)
            lacking.update(moved.lacking)
    order = [spec.key for spec in change.new.fields]
    details = {
        f"fields-{order.index(key)}-{requirement}": [refuse(number, str(change.new.field(key).label))]
        for numbers, requirement, refuse in ((lacking, "required", _lack), (refused, "type", _refuse))
        for key, number in numbers.items()
    }
    if details:
        raise ValidationError(_l("Products of this type do not fit the change."), details)
    unconfirmed = {key: number for key, number in lost.items() if key not in drop}
    if unconfirmed:
        labels = {key: change.old.field(key).label for key in unconfirmed}
        raise ConflictError(
            _l("The change removes values of products. Confirm it to go on."),
            {f"drop-{key}": [_lose(number, str(labels[key]))] for key, number in sorted(unconfirmed.items())},
        )


def rewrite_products(change: TypeChange) -> None:
    """Give the products their values under the new fields."""
    for ids in products_of_type(change.type_id):
        stored = queries.attributes_of(ids)
        attributes.write_many(
            {key: change.moved(values).values for key, values in stored.items()}, change.new
        )
        refresh(ids)


def _head(path: str) -> str:
    return path.partition("-")[0]


def _lack(number: int, field: str) -> LazyText:
    return lazy_ngettext(
        "%(number)s product has no “%(field)s”. Give the field a default, or require it when all have one.",
        "%(number)s products have no “%(field)s”. Give the field a default, or require it when all have one.",
        number,
        number=formats.number(number),
        field=field,
    )


def _refuse(number: int, field: str) -> LazyText:
    return lazy_ngettext(
        "%(number)s product has a “%(field)s” that these settings do not accept. Change the products first.",
        "%(number)s products have a “%(field)s” that these settings do not accept. Change the products"
        " first.",
        number,
        number=formats.number(number),
        field=field,
    )


def _lose(number: int, field: str) -> LazyText:
    return lazy_ngettext(
        "%(number)s product has a value for “%(field)s” that is removed.",
        "%(number)s products have a value for “%(field)s” that is removed.",
        number,
        number=formats.number(number),
        field=field,
    )
