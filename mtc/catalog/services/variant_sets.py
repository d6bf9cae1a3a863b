"""Rules for the variants of a product together: their number, and that no two are equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.catalog.errors import TooManyVariantsError
from mtc.catalog.queries import variants
from mtc.catalog.queries.denormalize_sources import lock_products
from mtc.catalog.services.product_input import Faults
from mtc.core.i18n import _l
from mtc.core.normalization import compose, fold_letters

MAX_VARIANTS = 100
"""Variants of a product that are switched on."""
MOST_KEPT = 500
"""Variants of a product, with those that are switched off because they were sold."""


@dataclass(frozen=True, slots=True)
class Member:
    """A variant as the others see it; `place` is the beginning of its fields in a form."""

    place: str
    options: Mapping[str, Any]
    is_active: bool


def check_members(members: Iterable[Member]) -> None:
    """Raise TooManyVariantsError, and ValidationError for equal options of two."""
    some = list(members)
    check_number(sum(member.is_active for member in some), len(some))
    faults, seen = Faults(), set()
    for member in some:
        options = _folded(member.options)
        if not options or not member.is_active:
            continue
        if options in seen:
            faults.note(
                f"{member.place}options",
                _l(
                    "Another variant has the same options. Change an option, or remove one of the two"
                    " variants."
                ),
            )
        seen.add(options)
    faults.stop()


def check_number(active: int, every: int) -> None:
    """Raise TooManyVariantsError for more variants than a product may have."""
    if active > MAX_VARIANTS:
        sentence = _l(
            "A product has at most %(most)s variants, and these are %(active)s. Nothing was saved: remove"
            " some, or sell them as another product.",
            most=MAX_VARIANTS,
            active=active,
        )
    elif every > MOST_KEPT:
        sentence = _l(
            "A product keeps at most %(most)s variants with those that are switched off, and these are"
            " %(every)s. Nothing was saved: make a new product for the new ones.",
            most=MOST_KEPT,
            every=every,
        )
    else:
        return
    raise TooManyVariantsError(sentence, {"variants": [sentence]})


def check_joining(product_id: UUID, place: str, options: Mapping[str, Any], but: UUID | None = None) -> None:
    """Raise ValidationError when the product has no room for an active variant with these options.

    Rivals who add variants wait for each other until their transactions end.
    """
    lock_products([product_id])
    others = [row for row in variants.variants_of(product_id) if row.id != but]
    members = [Member("", row.attributes or {}, row.is_active) for row in others]
    combinations = {_folded(member.options) for member in members if member.is_active}
    check_number(sum(member.is_active for member in members) + 1, len(members) + 1)
    if _folded(options) and _folded(options) in combinations:
        check_members([Member("", options, True), Member(place, options, True)])


def _folded(options: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    return frozenset((_plain(label), _plain(str(value))) for label, value in options.items())


def _plain(text: str) -> str:
    folded = fold_letters(text)
    # Without their marks other scripts have other words: が is not か.
    return " ".join((folded if folded.isascii() else compose(text).casefold()).split())
