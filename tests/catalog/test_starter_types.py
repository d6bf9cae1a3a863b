"""Starter types: what the files say, and how they become a tenant's own."""

from __future__ import annotations

from typing import Any

import pytest

from mtc.catalog import queries
from mtc.catalog.services import product_types
from mtc.catalog.services.starter_types import DEFAULT_STARTER_TYPES, FOLDER, starter_types
from mtc.core.db import unit_of_work
from mtc.core.errors import NotFoundError
from mtc.core.fields import FieldSet, check, to_definition
from mtc.delivery import queries as delivery
from mtc.delivery.services import install_starter_types, save_method
from mtc.delivery.services.methods import first_methods
from mtc.delivery.types import kinds
from tests.servers.database import both_databases

SLUGS = [
    "game-key", "software-licence", "download", "ebook", "course", "gift-card", "event-ticket",
    "design-asset",
]  # fmt: skip


def test_the_folder_lists_what_is_offered() -> None:
    assert [one.slug for one in starter_types()] == SLUGS
    assert {path.stem.replace("_", "-") for path in FOLDER.iterdir()} == set(SLUGS)
    assert set(DEFAULT_STARTER_TYPES) <= set(SLUGS)


def test_every_file_is_whole_and_promises_what_its_delivery_does(subtests: pytest.Subtests) -> None:
    sources = {"email": "pool", "file": "unlimited"}
    for one in starter_types():
        with subtests.test(type=one.slug):
            schema = check(one.schema, one.ui_config, max_settings=200)
            assert to_definition(schema) == one.schema["fields"]
            fields = FieldSet(schema, one.ui_config)
            assert [tab.label for tab in fields.tabs] == [""]  # no field is forgotten by the layout
            assert any(field.filterable for field in fields.fields)
            kind = first_methods()[one.method][0]
            assert one.stock_source == sources[kind]
            assert one.delivery_data["instant"] is kinds.get(kind).automatic
            promised = {"pool": "from the", "unlimited": "download"}[one.stock_source]
            assert promised in one.description


@both_databases
def test_installing_makes_what_is_missing_and_touches_nothing_else(scope: Any) -> None:
    with unit_of_work():
        own = product_types.create({"name": "My books", "slug": "ebook"})
        save_method("webhook", "keys", "My server", {"url": "https://keys.example", "secret": "s" * 32})
    with unit_of_work():
        made = install_starter_types(["ebook", "gift-card", "course", "gift-card"])
        assert [one.slug for one in made] == ["gift-card", "course"]
    with unit_of_work():
        assert install_starter_types(["gift-card", "course"]) == []
    assert {one.slug: one.name for one in queries.type_book().types} == {
        "ebook": own.name,
        "gift-card": "Gift card",
        "course": "Course",
    }
    assert {one.slug: one.type for one in delivery.methods()} == {"keys": "webhook", "files": "file"}
    with pytest.raises(NotFoundError), unit_of_work():
        install_starter_types(["download", "moon"])
    assert len(queries.type_book().types) == 3


def test_a_software_licence_needs_nothing_that_a_merchant_may_not_know() -> None:
    """A category and systems do not fit every program, so neither is asked for, and both are explained."""
    fields = {field["name"]: field for field in next(
        one.schema["fields"] for one in starter_types() if one.slug == "software-licence"
    )}  # fmt: skip
    assert [name for name, field in fields.items() if field.get("required")] == []
    assert all(fields[name]["help"] for name in ("os", "category"))
