"""Formats, conditions, descriptions, typed columns and words for people."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mtc.core.errors import NotFoundError
from mtc.core.fields import FieldSet, TypedValue, canonical, holds, is_link


@pytest.mark.parametrize(
    ("name", "text", "stored"),
    [
        ("color", "#FFF", "#ffffff"),
        ("color", "#12345678", "#12345678"),
        ("color", "token:primary", "token:primary"),
        ("color", "red;}body{", None),
        ("color", "#12345", None),
        ("token-ref", "token:card-foreground", "token:card-foreground"),
        ("token-ref", "#ffffff", None),
        ("url", "https://example.com/a?b=c", "https://example.com/a?b=c"),
        ("url", "http://[::1", None),
        ("url", "https://user:pass@example.com", None),
        ("url", "ftp://example.com", None),
        ("url", "https://example.com:99999", None),
        ("email", "name@example.com", "name@example.com"),
        ("email", "name@localhost", None),
        ("email", "a b@example.com", None),
        ("date", "2026-02-28", "2026-02-28"),
        ("date", "2026-02-30", None),
        ("date-time", "2026-01-31T18:00", "2026-01-31T18:00:00Z"),
        ("date-time", "2026-01-31T18:00:00+02:00", "2026-01-31T16:00:00Z"),
        ("date-time", "0001-01-01T00:00:00+14:00", None),
        ("icon", "shopping-cart", "shopping-cart"),
        ("icon", "../x", None),
        ("media-ref", "0190a1b2-aaaa-7bbb-8ccc-1234567890ab", "0190a1b2-aaaa-7bbb-8ccc-1234567890ab"),
        ("media-ref", "a/../b", None),
        ("spacing", "md", "md"),
        ("spacing", "10px", None),
        ("richtext", "<p onclick=x()>Hi <script>evil()</script><b>you</b></p>", "<p>Hi <b>you</b></p>"),
        ("richtext", '<a href="javascript:x">x</a>', '<a rel="noopener nofollow">x</a>'),
        ("richtext", '<a href="//evil.example">x</a>', '<a rel="noopener nofollow">x</a>'),
        ("richtext", '<p style="color:red" hx-get="/x">x</p>', "<p>x</p>"),
        ("richtext", "<p><br></p>", ""),
    ],
)
def test_formats(name: str, text: str, stored: str | None) -> None:
    assert canonical(name, text) == stored


@pytest.mark.parametrize(
    "link", ["/", "/a?b#c", "#top", "https://example.com", "mailto:a@b.co", "tel:+44-20-7946"]
)
def test_links(link: str) -> None:
    assert is_link(link)


@pytest.mark.parametrize(
    "link",
    ["", "//evil", "/\\evil", "javascript:alert(1)", "jav\tascript:x", "data:text/html,x", "vbscript:x", "x",
     "https:evil", "https://", " /x", "JAVASCRIPT:x", "/x\n", "mailto:x"],
)  # fmt: skip
def test_links_that_are_refused(link: str) -> None:
    assert not is_link(link)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        ({"field": "a", "eq": 1}, True),
        ({"field": "a", "eq": True}, False),
        ({"field": "off", "eq": False}, True),
        ({"field": "a", "ne": 2}, True),
        ({"field": "tags", "in": ["x", "y"]}, True),
        ({"field": "a", "in": [2, 3]}, False),
        ({"field": "a", "gt": 0}, True),
        ({"field": "tags", "gt": 0}, False),
        ({"all": [{"field": "a", "eq": 1}, {"field": "b", "eq": "inner"}]}, True),
        ({"any": [{"field": "a", "eq": 2}, {"not": {"field": "a", "eq": 2}}]}, True),
        ({"not": {"any": []}}, True),
        ({"eval": "1"}, True),
        ({"field": "a", "gt": "x"}, True),
        ({"field": "off", "ne": True}, True),
        ({"field": "off", "ne": False}, False),
        ({"field": "off", "exists": True}, False),
        ({"field": "a", "lt": {"field": "limit"}}, True),
        ({"field": "b", "starts_with": "in"}, True),
    ],
)
def test_conditions(condition: Any, expected: bool) -> None:
    assert holds(condition, {"b": "inner"}, {"a": 1, "b": "outer", "tags": ["x"], "limit": 2}) is expected


FIELDS = FieldSet(
    [
        {"name": "name", "label": "Name", "help": "What people see", "validation": {"maxLength": 40}},
        {"name": "platform", "type": "select", "filterable": True, "show_on_card": True,
         "options": [{"value": "pc", "label": "PC"}, "mac"]},
        {"name": "genres", "type": "multiselect", "options": [{"value": "rpg", "label": "Role play"}, "puzzle"]},  # noqa: E501
        {"name": "many", "type": "select", "options": list("abcdef")},
        {"name": "players", "type": "integer", "unit": "players"},
        {"name": "size", "type": "number", "unit": "GB", "validation": {"min": 0, "max": 500, "step": 0.5}},
        {"name": "coop", "type": "boolean"},
        {"name": "released", "type": "date"},
        {"name": "starts", "type": "datetime"},
        {"name": "story", "type": "richtext"},
        {"name": "key", "type": "secret"},
        {"name": "steps", "type": "repeater", "fields": [{"name": "text"}]},
        {"name": "box", "type": "group", "fields": [{"name": "wide", "type": "boolean"}, {"name": "tall"}]},
    ],
    {
        "tabs": [
            {"label": "Basics", "groups": [{"label": "Text", "fields": ["name", "story"]}]},
            {"label": "Empty", "fields": []},
        ],
        "fields": {"size": {"widget": "range", "responsive": True}, "steps": {"item_title": "Step {text}"}},
        "roles": {"platform": ["designer"]},
    },
)  # fmt: skip


def test_descriptions() -> None:
    assert {field.key: (field.kind, field.widget) for field in FIELDS.fields} == {
        "name": ("text", "text"),
        "platform": ("choice", "segmented"),
        "genres": ("choices", "checkboxes"),
        "many": ("choice", "select"),
        "players": ("number", "number"),
        "size": ("number", "range"),
        "coop": ("boolean", "switch"),
        "released": ("date", "date"),
        "starts": ("date-time", "datetime"),
        "story": ("richtext", "richtext"),
        "key": ("secret", "password"),
        "steps": ("repeater", "repeater"),
        "box": ("group", "group"),
    }
    name, platform, size, steps = (FIELDS.field(key) for key in ("name", "platform", "size", "steps"))
    assert (name.label, name.help, name.max_length, name.required) == ("Name", "What people see", 40, False)
    assert (platform.filterable, platform.show_on_card, platform.roles) == (True, True, ("designer",))
    assert [(option.value, option.label) for option in platform.options] == [("pc", "PC"), ("mac", "mac")]
    assert (size.minimum, size.maximum, size.step, size.unit, size.responsive) == (0, 500, 0.5, "GB", True)
    assert steps.fields[0].path == "steps.text"
    assert steps.title_of({"text": "One"}, 0) == "Step One"
    with pytest.raises(NotFoundError):
        FIELDS.field("ghost")


def test_tabs_lose_no_field() -> None:
    basics, more = FIELDS.tabs
    assert (basics.label, basics.groups[0].label) == ("Basics", "Text")
    assert [field.key for field in basics.groups[0].fields] == ["name", "story"]
    assert more.label == "More"
    assert len(more.groups[0].fields) == 11


MOMENT = datetime(2026, 1, 31, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "value", "typed", "words"),
    [
        ("name", "Quest", TypedValue("text", text="Quest"), "Quest"),
        ("platform", "pc", TypedValue("text", text="pc"), "PC"),
        ("platform", "gone", TypedValue("text", text="gone"), "gone"),
        ("players", 2026, TypedValue("integer", number=2026), "2026 players"),
        ("players", 12_345, TypedValue("integer", number=12_345), "12,345 players"),
        ("size", 12.5, TypedValue("number", number=125_000), "12.5 GB"),
        ("size", 3, TypedValue("number", number=30_000), "3 GB"),
        ("size", 0.0001, TypedValue("number", number=1), "0.0001 GB"),
        ("coop", True, TypedValue("boolean", flag=True), "Yes"),
        ("coop", False, TypedValue("boolean", flag=False), "No"),
        ("released", "2026-01-31", TypedValue("date", moment=MOMENT.replace(hour=0)), "31 January 2026"),
        (
            "starts",
            "2026-01-31T18:00:00Z",
            TypedValue("datetime", moment=MOMENT),
            "31 January 2026, 18:00 UTC",
        ),
        ("story", "<p>Once <b>upon</b></p>", TypedValue("text", text="<p>Once <b>upon</b></p>"), "Once upon"),
        ("key", "s3cret", TypedValue("text", text="s3cret"), "••••••••"),
        ("genres", ["rpg", "puzzle"], TypedValue("list", text="Role play, puzzle"), "Role play, puzzle"),
        ("steps", [{"text": "x"}], TypedValue("list", text="1 entry"), "1 entry"),
        ("box", {"wide": True}, TypedValue("group", text="Wide: Yes"), "Wide: Yes"),
    ],
)
def test_typed_values_and_words(key: str, value: Any, typed: TypedValue, words: str) -> None:
    assert FIELDS.typed_value(key, value) == typed
    assert FIELDS.display(key, value) == words


def test_lists_give_one_row_for_each_entry() -> None:
    assert FIELDS.typed_values("genres", ["rpg", "puzzle"]) == [
        TypedValue("text", text="rpg"),
        TypedValue("text", text="puzzle"),
    ]
    assert FIELDS.typed_values("players", 4) == [TypedValue("integer", number=4)]
    assert FIELDS.display("name", None) == ""
