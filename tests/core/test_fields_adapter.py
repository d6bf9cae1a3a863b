"""Lists of fields become JSON Schema, and only the supported part of JSON Schema passes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.core.errors import ValidationError
from mtc.core.fields import FieldSet, check, check_schema, to_schema

SEED = {
    "fields": [
        {
            "name": "title",
            "type": "text",
            "label": "Product Title",
            "required": True,
            "validation": {"minLength": 3, "maxLength": 255},
        },
        {
            "name": "platform",
            "type": "select",
            "filterable": True,
            "show_on_card": True,
            "options": [{"value": "steam", "label": "Steam"}, {"value": "epic", "label": "Epic Games"}],
        },
    ]
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.sampled_from(
    ["type", "properties", "items", "enum", "format", "default", "required", "title", "x-order", "x-show-if",
     "x-widget", "x-enum-labels", "minimum", "maximum", "const", "name", "fields", "options", "validation"]
)  # fmt: skip
KINDS = st.sampled_from(
    ["string", "object", "array", "integer", "number", "boolean", "select", "repeater", "a"]
)
SCHEMAS = st.recursive(
    KINDS | JSON,
    lambda inner: (
        st.dictionaries(WORDS | st.just("a"), inner, max_size=6)
        | st.builds(lambda x: {"type": "object", "properties": {"a": x}}, inner)
        | st.builds(lambda x: {"fields": [{"name": "a", "type": "repeater", "fields": x}]}, inner)
    ),
    max_leaves=15,
)


def test_seed_list_becomes_schema() -> None:
    assert to_schema(SEED) == {
        "type": "object",
        "properties": {
            "title": {"type": "string", "title": "Product Title", "minLength": 3, "maxLength": 255},
            "platform": {
                "type": "string",
                "title": "Platform",
                "x-filterable": True,
                "x-show-on-card": True,
                "enum": ["steam", "epic"],
                "x-enum-labels": {"steam": "Steam", "epic": "Epic Games"},
            },
        },
        "x-order": ["title", "platform"],
        "required": ["title"],
    }


def test_order_survives_a_store_that_sorts_keys() -> None:
    schema = {"type": "object", "properties": {"zebra": {"type": "string"}, "ant": {"type": "string"}}}
    stored = json.loads(json.dumps(check(schema), sort_keys=True))
    assert [field.key for field in FieldSet(stored).fields] == ["zebra", "ant"]


def test_adapting_twice_changes_nothing() -> None:
    assert to_schema(to_schema(SEED)) == to_schema(SEED)


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ({"name": "a", "type": "wormhole"}, "fields-0-type"),
        ({"type": "text"}, "fields-0"),
        ({"name": "a", "type": "select"}, "fields-0-options"),
        ({"name": "a", "type": "select", "options": [3]}, "fields-0-options-0"),
        ({"name": "a", "validation": "short"}, "fields-0-validation"),
        ({"name": "a", "type": "repeater", "fields": [{"name": "b", "type": "x"}]}, "fields-0-fields-0-type"),
    ],
)
def test_unreadable_list_is_refused(field: dict[str, Any], path: str) -> None:
    with pytest.raises(ValidationError) as caught:
        to_schema([field])
    assert list(caught.value.details) == [path]
    assert [problem.path for problem in check_schema([field])] == [path]


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"type": "string", "pattern": "(a+)+"}, "properties-a-pattern"),
        ({"type": "string", "$ref": "https://example.com/x"}, "properties-a-$ref"),
        ({"type": "object", "properties": {}, "allOf": []}, "properties-a-allOf"),
        ({"type": ["string", "null"]}, "properties-a-type"),
        ({"type": "string", "format": "ipv9"}, "properties-a-format"),
        ({"type": "string", "enum": ["x", "x"]}, "properties-a-enum"),
        ({"type": "string", "enum": [""]}, "properties-a-enum"),
        ({"type": "integer", "enum": [1.5]}, "properties-a-enum"),
        ({"type": "string", "minLength": 5, "maxLength": 2}, "properties-a-minLength"),
        ({"type": "number", "multipleOf": 0}, "properties-a-multipleOf"),
        ({"type": "array"}, "properties-a-items"),
        ({"type": "array", "items": {"type": "array", "items": {}}}, "properties-a-items"),
        ({"type": "string", "x-widget": "range"}, "properties-a-x-widget"),
        ({"type": "string", "x-show-if": {"field": "ghost", "eq": 1}}, "properties-a-x-show-if"),
        ({"type": "string", "default": 5}, "properties-a-default"),
        ({"type": "string", "minLength": 3, "default": "ab"}, "properties-a-default"),
        (
            {"type": "object", "properties": {}, "additionalProperties": True},
            "properties-a-additionalProperties",
        ),
        ({"type": "object", "properties": {"B": {"type": "string"}}}, "properties-a-properties"),
        ({"type": "object", "properties": {}, "required": ["x"]}, "properties-a-required"),
    ],
)
def test_unsupported_schema_is_refused(schema: dict[str, Any], path: str) -> None:
    whole = {"type": "object", "properties": {"a": schema}}
    assert [problem.path for problem in check_schema(whole)] == [path]
    with pytest.raises(ValidationError) as caught:
        check(whole)
    assert list(caught.value.details) == [path]


def test_advice_instead_of_patterns() -> None:
    found = check_schema({"type": "object", "properties": {"a": {"type": "string", "pattern": "x"}}})
    assert [(one.path, str(one.message)) for one in found] == [
        ("properties-a-pattern", "Patterns are not accepted: choose a named format instead.")
    ]


def test_depth_and_number_of_settings_are_limited() -> None:
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(5):
        deep = {"type": "object", "properties": {"a": deep}}
    assert [str(problem.message) for problem in check_schema(deep)] == ["Nest at most 4 levels."]
    assert check_schema(deep["properties"]["a"]) == []
    many = [{"name": f"f{index}"} for index in range(41)]
    assert [str(problem.message) for problem in check_schema(many)] == ["Use at most 40 settings."]
    assert check_schema(many, max_settings=41) == []
    assert check_schema(many[:40]) == []


def test_layout_speaks_only_of_fields_that_exist() -> None:
    layout = {
        "tabs": [{"label": "Content", "groups": [{"label": "Text", "fields": ["title", "ghost"]}]}],
        "fields": {
            "ghost": {},
            "title": {"widget": "range", "show_if": {"field": "platform", "gt": "x"}, "colour": "red"},
        },
        "roles": {"platform": "designer"},
    }
    assert [problem.path for problem in check_schema(SEED, layout)] == [
        "tabs-0-groups-0",
        "fields-ghost",
        "fields-title",
        "roles",
    ]
    del layout["fields"]["title"]["colour"]  # type: ignore[index, attr-defined]
    assert [problem.path for problem in check_schema(SEED, layout)][2:4] == [
        "fields-title-widget",
        "fields-title-show_if",
    ]


def test_deep_descriptions_are_refused_without_recursion() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    assert [problem.message for problem in check_schema({"type": "object", "default": deep})] == [
        "Nest the description of the fields less deeply."
    ]


@given(SCHEMAS, JSON)
def test_lint_takes_anything(schema: Any, layout: Any) -> None:
    if not check_schema(schema, layout):
        FieldSet(check(schema), layout or None).inspect({})


@given(SCHEMAS, JSON)
def test_what_lint_accepts_works(schema: Any, data: Any) -> None:
    whole = {"type": "object", "properties": {"a": schema}} if isinstance(schema, dict) else [schema]
    if not check_schema(whole):
        fields = FieldSet(check(whole))
        fields.inspect({"a": data})
        assert fields.inspect(fields.defaults()).dropped == []
