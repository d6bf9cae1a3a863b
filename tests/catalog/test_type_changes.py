"""Changing a type's fields: what happens to the values of its products, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mtc.catalog import presenters, queries
from mtc.catalog.models import Product, ProductType
from mtc.catalog.presenters import ListingParams
from mtc.catalog.queries.types import products_of_type
from mtc.catalog.services import product_types, products
from mtc.core.db import unit_of_work
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.fields import to_definition
from tests.servers.database import both_databases

Make = Callable[..., Product]


def _fields(kind: ProductType, **changes: Any) -> list[dict[str, Any]]:
    """The fields of the type; a change by name replaces words of a field, None takes it out."""
    listed = [(one, changes.get(one["name"], {})) for one in to_definition(product_types.get(kind.id).schema)]
    return [{**one, **change} for one, change in listed if change is not None]


def _save(kind: ProductType, fields: list[dict[str, Any]], **more: Any) -> None:
    with unit_of_work():
        product_types.update(kind.id, {"schema": {"fields": fields}}, **more)


def _values(*made: Product) -> list[dict[str, Any]]:
    found = queries.attributes_of([one.id for one in made])
    return [found[one.id] for one in made]


@both_databases
def test_renamed_fields_keep_their_values_everywhere(make: Make, games: ProductType) -> None:
    one = make("One", attributes={"genre": ["rpg", "puzzle"], "players": 4})
    two = make("Two", attributes={"platform": "epic"})
    layout = {
        "tabs": [{"label": "Game", "groups": [{"label": "", "fields": ["platform", "genre"]}]}],
        "fields": {"genre": {"show_if": {"field": "platform", "eq": "steam"}}},
        "roles": {"platform": ["owner"]},
    }
    with unit_of_work():
        product_types.update(games.id, {"ui_config": layout})
    # Two that change places, one that goes somewhere new: nothing may be lost on the way.
    swapped = {"platform": "genre", "genre": "platform", "players": "seats"}
    fields = _fields(games, platform={"name": "genre"}, genre={"name": "platform"}, players={"name": "seats"})
    _save(games, fields, renames=swapped)
    assert _values(one, two) == [
        {"genre": "steam", "platform": ["rpg", "puzzle"], "seats": 4},
        {"genre": "epic"},
    ]
    assert product_types.get(games.id).ui_config == {
        "tabs": [{"label": "Game", "groups": [{"label": "", "fields": ["genre", "platform"]}]}],
        "fields": {"platform": {"show_if": {"field": "genre", "eq": "steam"}}},
        "roles": {"genre": ["owner"]},
    }
    listing = presenters.listing(
        ListingParams.read("/all", {"f.platform": ["rpg"]}), title="All", currency="EUR"
    )
    assert [card.slug for card in listing["items"]] == ["one"]
    facets = {one["key"]: [(v["label"], v["count"]) for v in one["values"]] for one in listing["facets"]}
    assert facets["platform"] == [("RPG", 1), ("Puzzle", 1)]
    assert facets.get("genre", []) == []  # one product is left, with one platform: no choice
    everything = presenters.listing(ListingParams.read("/all", {}), title="All", currency="EUR")
    found = {facet["key"]: [v["value"] for v in facet["values"]] for facet in everything["facets"]}
    assert found["genre"] == ["steam", "epic"]
    with unit_of_work():  # the badges of the cards come from show_on_card
        assert queries.product_by_id(two.id).product.card["badges"] == ["Epic Games"]  # type: ignore[union-attr]
    fields = _fields(games, genre={"name": "platform"}, platform={"name": "genre"}, seats={"name": "players"})
    _save(games, fields, renames={"genre": "platform", "platform": "genre", "seats": "players"})
    assert _values(one, two)[0] == {"platform": "steam", "genre": ["rpg", "puzzle"], "players": 4}


@both_databases
def test_parts_of_groups_are_renamed_too(make: Make, games: ProductType) -> None:
    lessons = {"name": "lessons", "type": "repeater", "label": "Lessons", "fields": [
        {"name": "title", "type": "text", "label": "Title", "required": True}]}  # fmt: skip
    _save(games, [*_fields(games), lessons])
    one = make("One", attributes={"lessons": [{"title": "First"}, {"title": "Second"}]})
    renamed = {**lessons, "name": "steps", "fields": [{**lessons["fields"][0], "name": "heading"}]}
    _save(games, [*_fields(games, lessons=None), renamed],
          renames={"lessons": "steps", "lessons.title": "heading"})  # fmt: skip
    assert _values(one) == [{"platform": "steam", "steps": [{"heading": "First"}, {"heading": "Second"}]}]
    other = {"name": "other", "type": "text", "label": "Other"}
    with pytest.raises(ConflictError) as refused:
        _save(games, _fields(games, steps={"fields": [other]}))
    assert refused.value.details == {"drop-steps": ["1 product has a value for “Lessons” that is removed."]}


LOSSES = [
    ("a field is removed", {"genre": None}, "genre", {"platform": "steam", "players": 4}),
    ("an option goes", {"genre": {"options": ["puzzle"]}}, "genre", {"platform": "steam", "players": 4}),
    ("a limit tightens", {"players": {"validation": {"integer": True, "max": 2}}}, "players",
     {"platform": "steam", "genre": ["rpg"]}),
    ("a type changes", {"players": {"type": "date", "validation": None}}, "players",
     {"platform": "steam", "genre": ["rpg"]}),
]  # fmt: skip


@both_databases
@pytest.mark.parametrize("why, changes, key, left", LOSSES, ids=[one[0] for one in LOSSES])
def test_values_are_removed_only_when_that_is_confirmed(
    make: Make, games: ProductType, why: str, changes: Any, key: str, left: Any
) -> None:
    made = [make(name, attributes={"genre": ["rpg"], "players": 4}) for name in ("One", "Two")]
    label = games.schema["properties"][key]["title"]
    with pytest.raises(ConflictError) as refused:
        _save(games, _fields(games, **changes))
    sentence = f"2 products have a value for “{label}” that is removed."
    assert refused.value.details == {f"drop-{key}": [sentence]}
    assert _values(*made) == [{"platform": "steam", "genre": ["rpg"], "players": 4}] * 2
    _save(games, _fields(games, **changes), drop=[key])
    assert _values(*made) == [left] * 2


@both_databases
def test_what_products_must_have_and_lack_is_refused_with_the_number(make: Make, games: ProductType) -> None:
    one, two = make("One", attributes={"players": 2}), make("Two")
    new = {"name": "studio", "type": "text", "label": "Studio", "required": True}
    for fields, path, sentence in (
        ([*_fields(games), new], "fields-5-required",
         "2 products have no “Studio”. Give the field a default, or require it when all have one."),
        (_fields(games, players={"required": True}), "fields-2-required",
         "1 product has no “Players”. Give the field a default, or require it when all have one."),
        (_fields(games, platform={"options": ["epic"]}), "fields-0-type",
         "2 products have a “Platform” that these settings do not accept. Change the products first."),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            _save(games, fields)
        assert refused.value.details == {path: [sentence]}
    _save(games, [*_fields(games, players={"required": True, "default": 1}), {**new, "default": "Unknown"}])
    assert _values(one, two) == [
        {"platform": "steam", "players": 2, "studio": "Unknown"},
        {"platform": "steam", "players": 1, "studio": "Unknown"},
    ]


def test_mistakes_are_told_by_the_place_in_the_list(games: ProductType, subtests: pytest.Subtests) -> None:
    part = {"name": "part", "type": "select", "label": "Part", "options": ["a"]}
    for field, path in [
        ({"name": "Bad name"}, "fields-0-name"),
        ({"name": "x", "type": "wormhole"}, "fields-0-type"),
        ({"name": "x", "type": "select"}, "fields-0-options"),
        ({"name": "x", "type": "select", "options": ["a", "a"]}, "fields-0-options"),
        ({"name": "x", "type": "multiselect", "options": ["a", "a"]}, "fields-0-options"),
        ({"name": "x", "label": "l" * 501}, "fields-0-label"),
        ({"name": "x", "help": "l" * 501}, "fields-0-help"),
        ({"name": "x", "validation": {"minLength": 3, "maxLength": 2}}, "fields-0-validation-minLength"),
        ({"name": "x", "type": "number", "validation": {"step": 0}}, "fields-0-validation-step"),
        ({"name": "x", "type": "number", "default": "many"}, "fields-0-default"),
        ({"name": "x", "type": "number", "number_format": "loud"}, "fields-0-number_format"),
        ({"name": "x", "type": "repeater", "fields": [part, part]}, "fields-0-fields-1-name"),
        ({"name": "x", "type": "repeater", "fields": [{**part, "options": []}]}, "fields-0-fields-0-options"),
        ({"name": "x", "type": "group", "fields": [{**part, "default": "b"}]}, "fields-0-fields-0-default"),
        ({"name": "x", "type": "group", "fields": [{**part, "name": "Y"}]}, "fields-0-fields-0-name"),
        ({"name": "x", "type": "secret"}, "fields-0-type"),
        ({"name": "players", "type": "text", "filterable": True}, "fields-0-type"),
    ]:
        with subtests.test(field=field), pytest.raises(ValidationError) as refused, unit_of_work():
            product_types.create({"name": "Thing", "schema": {"fields": [field]}})
        assert list(refused.value.details) == [path]


@both_databases
def test_a_change_of_what_has_changed_meanwhile_is_refused(make: Make, games: ProductType) -> None:
    version = product_types.version_of(product_types.get(games.id).updated_at)
    with unit_of_work():
        product_types.update(games.id, {"name": "Games"}, version=version)
    with pytest.raises(ConflictError), unit_of_work():
        product_types.update(games.id, {"name": "Lost"}, version=version)
    assert product_types.get(games.id).name == "Games"
    make("One")
    for status in ("active", "archived"):
        with unit_of_work():
            row = products_of_type(games.id)
            products.update(next(row)[0], {"status": status})
        with pytest.raises(ConflictError, match="1 product is of this type"), unit_of_work():
            product_types.delete(games.id)


@both_databases
def test_fields_that_are_not_searchable_stay_out_of_the_index(make: Make, games: ProductType) -> None:
    make("One", attributes={"genre": ["puzzle"]})
    found = lambda: [row.slug for row in queries.suggestions("puzzle", 5)]  # noqa: E731
    assert found() == ["one"]
    _save(games, _fields(games, genre={"searchable": False}))
    assert found() == []
