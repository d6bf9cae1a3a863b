"""Validation: our own sentence for each way to be wrong, and nothing else than errors or clean values."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.core.errors import ValidationError
from mtc.core.fields import FORMATS, FieldSet, check

TEXT = {"type": "string"}
EVERYTHING: dict[str, Any] = {
    "type": "object",
    "required": ["title", "slides"],
    "properties": {
        "title": {"type": "string", "minLength": 3, "maxLength": 20},
        "intro": {"type": "string", "default": "Welcome"},
        "body": {"type": "string", "format": "richtext"},
        "columns": {"type": "integer", "minimum": 1, "maximum": 6, "default": 3},
        "ratio": {"type": "number", "multipleOf": 0.1, "maximum": 5},
        "size": {"type": "string", "enum": ["s", "m", "l"], "default": "m"},
        "level": {"type": "integer", "enum": [1, 2, 3]},
        "dark": {"type": "boolean", "default": False},
        "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b", "c"]}, "uniqueItems": True},
        "lines": {"type": "array", "items": {"type": "string", "maxLength": 5}, "maxItems": 3},
        "opens": {"type": "string", "format": "date-time"},
        "accent": {"type": "string", "format": "color"},
        "image": {"type": "string", "format": "media-ref"},
        "link": {"type": "string", "format": "link", "x-show-if": {"field": "dark", "eq": True}},
        "box": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": TEXT, "wide": {"type": "boolean"}},
        },
        "slides": {
            "type": "array",
            "minItems": 1,
            "maxItems": 3,
            "items": {
                "type": "object",
                "required": ["title"],
                "properties": {
                    "title": {"type": "string", "minLength": 3},
                    "more": {"type": "boolean"},
                    "target": {"type": "string", "format": "url", "x-show-if": {"field": "more", "eq": True}},
                },
            },
        },
    },
}
FIELDS = FieldSet(check(EVERYTHING))
GOOD = {"title": "Hello", "slides": [{"title": "One"}]}


def errors(data: Any, refs: Any = None) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        FIELDS.validate(data, refs)
    return caught.value.details


def test_clean_values_have_defaults() -> None:
    assert FIELDS.validate(GOOD) == {
        "title": "Hello",
        "intro": "Welcome",
        "columns": 3,
        "size": "m",
        "dark": False,
        "slides": [{"title": "One"}],
    }
    assert FIELDS.defaults() == {"intro": "Welcome", "columns": 3, "size": "m", "dark": False}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": "ab"}, {"title": ["Use at least 3 characters."]}),
        ({"title": "a" * 21}, {"title": ["Use at most 20 characters."]}),
        ({"title": "  "}, {"title": ["Enter a value."]}),
        ({"title": None}, {"title": ["Enter a value."]}),
        ({"title": 5}, {"title": ["Enter text."]}),
        ({"title": "x" * 100_001}, {"title": ["Use at most 100,000 characters."]}),
        ({"columns": 0}, {"columns": ["Enter 1 or more."]}),
        ({"columns": "7"}, {"columns": ["Enter 6 or less."]}),
        ({"columns": "two"}, {"columns": ["Enter a whole number."]}),
        ({"columns": 1.5}, {"columns": ["Enter a whole number."]}),
        ({"columns": True}, {"columns": ["Enter a whole number."]}),
        ({"columns": 10**5000}, {"columns": ["Enter a whole number."]}),
        ({"ratio": 0.25}, {"ratio": ["Enter a multiple of 0.1."]}),
        ({"ratio": float("nan")}, {"ratio": ["Enter a number."]}),
        ({"ratio": "1e9"}, {"ratio": ["Enter a number."]}),
        ({"size": "xl"}, {"size": ["Choose one of the options."]}),
        ({"level": "4"}, {"level": ["Choose one of the options."]}),
        ({"dark": "maybe"}, {"dark": ["Choose yes or no."]}),
        ({"tags": ["a", "a"]}, {"tags": ["Use each entry only once."]}),
        ({"tags": ["z"]}, {"tags": ["Choose one of the options."]}),
        ({"tags": {"a": 1}}, {"tags": ["Give a list."]}),
        ({"lines": ["ok", "too long"]}, {"lines": ["Entry 2: Use at most 5 characters."]}),
        ({"lines": ["ok", 3]}, {"lines": ["Entry 2: Enter text."]}),
        ({"lines": ["a", "b", "c", "d"]}, {"lines": ["Keep at most 3 entries."]}),
        ({"lines": ["a"] * 201}, {"lines": ["Keep at most 200 entries."]}),
        ({"opens": "soon"}, {"opens": ["Enter a date and time such as 2026-01-31T18:00."]}),
        ({"accent": "red"}, {"accent": ["Enter a colour such as #1a73e8."]}),
        ({"box": "x"}, {"box": ["Give a group of settings."]}),
        ({"box": {"wide": True}}, {"box-name": ["Enter a value."]}),
        ({"slides": []}, {"slides": ["Add at least 1 entry."]}),
        ({"slides": None}, {"slides": ["Add at least 1 entry."]}),
        ({"slides": "x"}, {"slides": ["Give a list."]}),
        ({"slides": [{"title": "x"}]}, {"slides-0-title": ["Use at least 3 characters."]}),
        ({"slides": [{"title": "Good"}, {}]}, {"slides-1-title": ["Enter a value."]}),
        ({"slides": [7, {"title": "x"}]}, {
            "slides-0": ["Give a group of settings."],
            "slides-1-title": ["Use at least 3 characters."],
        }),
        ({"slides": [{"title": "One"}] * 4}, {"slides": ["Keep at most 3 entries."]}),
    ],
)  # fmt: skip
def test_each_mistake_has_its_sentence(change: dict[str, Any], expected: dict[str, list[str]]) -> None:
    assert errors({**GOOD, **change}) == expected


@pytest.mark.parametrize("data", [None, 5, "x", [], [GOOD]])
def test_anything_but_an_object_is_refused(data: Any) -> None:
    assert errors(data) == {"_form": ["Send the settings as an object of names and values."]}


def test_coercion() -> None:
    given = {
        "columns": " 4 ",
        "ratio": "0.30",
        "level": "2",
        "dark": "on",
        "tags": "a",
        "lines": ["a", "", None],
    }
    values = FIELDS.validate({**GOOD, **given})
    assert {key: values[key] for key in given} == {
        "columns": 4,
        "ratio": 0.3,
        "level": 2,
        "dark": True,
        "tags": ["a"],
        "lines": ["a"],
    }


def test_numbers_keep_four_places() -> None:
    fields = FieldSet([{"name": "n", "type": "number"}])
    assert fields.validate({"n": 0.123456}) == {"n": 0.1235}
    assert fields.validate({"n": "12.00005"}) == {"n": 12.0001}
    assert fields.validate({"n": 2.0}) == {"n": 2}


def test_unknown_keys_are_dropped_and_reported() -> None:
    dropped: list[str] = []
    data = {**GOOD, "junk": 1, "slides": [{"title": "One", "evil": [[]]}]}
    assert "junk" not in FIELDS.clean(data, dropped)
    assert dropped == ["junk", "slides-0-evil"]


def test_a_text_with_a_default_can_be_emptied() -> None:
    assert FIELDS.validate({**GOOD, "intro": ""})["intro"] == ""
    assert FIELDS.validate({**GOOD, "columns": ""})["columns"] == 3


def test_text_is_storable() -> None:
    assert FIELDS.validate({**GOOD, "title": " a\x00b\ud800c\r\nd "})["title"] == "abc d"


def test_hidden_fields_keep_their_value_but_may_be_missing() -> None:
    assert FIELDS.validate({**GOOD, "link": "/x"})["link"] == "/x"
    fields = FieldSet(
        [
            {"name": "on", "type": "boolean"},
            {"name": "name", "required": True, "show_if": {"field": "on", "eq": True}},
        ]
    )
    assert fields.validate({"on": False}) == {"on": False}
    with pytest.raises(ValidationError) as caught:
        fields.validate({"on": True})
    assert caught.value.details == {"name": ["Enter a value."]}


def test_hidden_rubbish_is_forgotten() -> None:
    assert "link" not in FIELDS.validate({**GOOD, "link": "javascript:alert(1)"})
    assert list(errors({**GOOD, "dark": True, "link": "javascript:alert(1)"})) == ["link"]
    slide = {"title": "One", "more": False, "target": "nowhere"}
    assert FIELDS.validate({**GOOD, "slides": [slide]})["slides"] == [{"title": "One", "more": False}]
    assert list(errors({**GOOD, "slides": [{**slide, "more": True}]})) == ["slides-0-target"]


def test_hidden_group_keeps_what_is_there() -> None:
    group = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": TEXT, "b": {"type": "string", "maxLength": 2}},
    }
    layout = {"fields": {"g": {"show_if": {"field": "on", "eq": True}}}}
    fields = FieldSet({"properties": {"on": {"type": "boolean"}, "g": group}}, layout)
    assert fields.validate({"g": {"b": "x"}}) == {"g": {"b": "x"}}
    assert fields.validate({"g": {"b": "long"}}) == {}


def test_references_must_exist_in_this_store() -> None:
    asked: list[tuple[str, str]] = []

    def refs(kind: str, name: str) -> bool:
        asked.append((kind, name))
        return name == "mine"

    assert FIELDS.validate({**GOOD, "image": "mine", "accent": "#ABC"}, refs)["accent"] == "#aabbcc"
    assert errors({**GOOD, "image": "theirs", "accent": "token:ghost"}, refs) == {
        "accent": ["Choose something that exists in this store."],
        "image": ["Choose something that exists in this store."],
    }
    assert asked == [("media", "mine"), ("token", "ghost"), ("media", "theirs")]
    assert FIELDS.references({**GOOD, "image": "mine"}) == {("media", "mine")}


def test_secrets_left_blank_are_kept() -> None:
    fields = FieldSet([{"name": "key", "type": "secret", "required": True}])
    assert fields.validate(fields.keep_secrets({"key": ""}, {"key": "s3cret"})) == {"key": "s3cret"}
    assert fields.validate(fields.keep_secrets({"key": "new"}, {"key": "s3cret"})) == {"key": "new"}


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["on", "1", "<p>x", "a"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
SLIDE = st.dictionaries(st.sampled_from(["title", "more", "target", "x"]), ANY, max_size=4)
LIKELY = st.dictionaries(
    st.sampled_from([*EVERYTHING["properties"], "junk"]), ANY | st.lists(SLIDE, max_size=4)
)


@given(ANY | LIKELY)
@settings(max_examples=300)
def test_any_json_gives_errors_or_clean_values(data: Any) -> None:
    try:
        values = FIELDS.validate(data, lambda kind, name: len(name) % 2 == 0)
    except ValidationError as error:
        assert error.details
        assert all(sentence.endswith(".") for sentences in error.details.values() for sentence in sentences)
    else:
        assert FIELDS.validate(values) == values
        for key, value in values.items():
            FIELDS.display(key, value)
            FIELDS.typed_values(key, value)


@given(
    st.sampled_from(sorted(FORMATS)),
    st.text() | st.from_regex(r"<[a-z]{1,3} ?(href=\S+)?>.*", fullmatch=True),
)
def test_formats_take_any_text_and_settle(name: str, text: str) -> None:
    fields = FieldSet({"properties": {"a": {"type": "string", "format": name}}})
    values = fields.clean({"a": text})
    assert fields.validate(values) == values


def test_deep_and_wide_data_are_bounded() -> None:
    deep: Any = []
    for _ in range(20_000):
        deep = [deep]
    assert list(errors({**GOOD, "title": deep, "tags": deep, "lines": deep, "box": deep})) == [
        "title",
        "tags",
        "lines",
        "box",
    ]
    assert FIELDS.validate({**GOOD, "junk": deep})["title"] == "Hello"
