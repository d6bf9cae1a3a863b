"""Settings forms: rendered, filled in by a pretend browser, read back, refused, moved about."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.datastructures import MultiDict

from mtc.core.fields import FieldSet, check
from mtc.web.forms import apply_operation, form_for, read, submit
from mtc.web.template_sentences import install_translations

FOLDER = Path(__file__).parents[2] / "templates"
TEMPLATES = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
install_translations(TEMPLATES)
DEFINITION: list[dict[str, Any]] = [
    {"name": "title", "label": "Title", "required": True, "help": "On top", "validation": {"minLength": 3}},
    {"name": "data", "type": "textarea"},
    {"name": "story", "type": "richtext"},
    {"name": "columns", "type": "integer", "default": 3, "validation": {"min": 1, "max": 6}, "unit": "col"},
    {"name": "ratio", "type": "number"},
    {"name": "side", "type": "select", "options": ["left", "right"], "required": True, "default": "left"},
    {"name": "platform", "type": "select", "options": ["a", "b", "c", "d", "e", "f"]},
    {"name": "tags", "type": "multiselect", "options": [{"value": "x", "label": "Ex"}, "y"]},
    {"name": "dark", "type": "boolean", "default": True},
    {"name": "accent", "type": "color", "default": "#112233"},
    {"name": "target", "type": "link", "show_if": {"field": "dark", "eq": False}},
    {"name": "opens", "type": "date"},
    {"name": "starts", "type": "datetime"},
    {"name": "words", "type": "list"},
    {"name": "key", "type": "secret"},
    {"name": "box", "type": "group",
     "fields": [{"name": "name", "required": True}, {"name": "wide", "type": "boolean"}]},
    {"name": "slides", "type": "repeater", "validation": {"maxItems": 3}, "fields": [
        {"name": "title", "required": True, "validation": {"minLength": 3}},
        {"name": "errors", "type": "boolean"},
        {"name": "points", "type": "repeater", "fields": [{"name": "text"}]},
    ]},
]  # fmt: skip
FIELDS = FieldSet(check(DEFINITION), {"fields": {"slides": {"item_title": "Slide {title}"}}})


def render(form: Any) -> str:
    source = '{% import "forms/fields.html" as forms %}{{ forms.settings(form) }}'
    return TEMPLATES.from_string(source).render(form=form)


class Browser(HTMLParser):
    """What a browser without scripts would send for the controls of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.sent: MultiDict[str, str] = MultiDict()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.buttons: list[str] = []
        self.select = self.area = ""
        self.text = ""
        self.feed(html)

    def by_id(self, name: str) -> dict[str, str]:
        return next(attrs for _, attrs in self.tags if attrs.get("id") == name)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        name = given.get("name", "")
        if tag == "input" and (given["type"] not in ("checkbox", "radio") or "checked" in given):
            self.sent.add(name, given.get("value", ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given:
            self.sent[self.select] = given["value"]
        elif tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "button" and name == "_op" and "disabled" not in given:
            self.buttons.append(given["value"])

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            body = self.text.replace("\r\n", "\n").removeprefix("\n")
            self.sent.add(self.area, body.replace("\n", "\r\n"))
            self.area = ""


FULL: dict[str, Any] = {
    "title": 'A "title" <b>',
    "data": "one\ntwo",
    "story": "<p>Hi</p>",
    "columns": 4,
    "ratio": 1.5,
    "side": "right",
    "platform": "f",
    "tags": ["x", "y"],
    "dark": False,
    "accent": "token:primary",
    "target": "/about",
    "opens": "2026-01-31",
    "starts": "2026-01-31T18:00:00Z",
    "words": ["red", "green blue"],
    "box": {"name": "N", "wide": True},
    "slides": [
        {"title": "One", "errors": True, "points": [{"text": "p"}, {}]},
        {"title": "Two", "errors": False, "points": []},
    ],
}


def test_values_come_back_as_they_went() -> None:
    assert FIELDS.validate(FULL) == FULL
    html = render(form_for(FIELDS, FULL, prefix="w1"))
    assert FIELDS.validate(read(FIELDS, Browser(html).sent, "w1")) == FULL


def test_an_untouched_form_gives_the_defaults() -> None:
    sent = Browser(render(form_for(FIELDS))).sent
    values = FIELDS.inspect(read(FIELDS, sent)).values
    empty = {"tags": [], "words": [], "slides": []}
    assert values == {"columns": 3, "side": "left", "dark": True, "accent": "#112233", **empty}


def test_the_page_has_no_inline_script_style_or_loose_label() -> None:
    page = Browser(render(form_for(FIELDS, FULL, {"title": ["Wrong."], "slides-0-title": ["Also wrong."]})))
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    for tag, attrs in page.tags:
        assert tag not in ("script", "style")
        assert "style" not in attrs and not any(name.startswith("on") for name in attrs)
        assert attrs.get("for", ids[0]) in ids
        assert set(attrs.get("aria-describedby", "").split()) <= set(ids)


def test_what_was_typed_stays_with_our_messages() -> None:
    typed = {"title": "ab", "columns": "many", "target": "nope", "dark": ""}
    result = submit(FIELDS, MultiDict({**typed, "slides-7-title": "x"}))
    assert (result.values, result.status) == (None, 422)
    html = render(result.form)
    page = Browser(html)
    for key in ("title", "columns", "target"):
        assert page.sent[key] == typed[key]
    assert page.sent["slides-0-title"] == "x"
    assert [(slip.target, slip.label, slip.message) for slip in result.form.slips] == [
        ("title", "Title", "Use at least 3 characters."),
        ("columns", "Columns", "Enter a whole number."),
        ("target", "Target", "Enter a link such as /pages/about or https://example.com."),
        ("slides-0-title", "Slides: Title", "Use at least 3 characters."),
    ]
    assert 'href="#slides-0-title"' in html
    control = next(given for _, given in page.tags if given.get("name") == "title")
    assert (control["aria-invalid"], control["aria-describedby"]) == ("true", "title-help title-err")
    assert '<p class="field__error" id="title-err">Use at least 3 characters.</p>' in html


def test_an_error_of_no_field_is_in_the_summary() -> None:
    form = form_for(
        FIELDS, FULL, {"_form": ["Try again."], "ghost": ["Gone."], "box": ["Odd."], "slides": ["Few."]}
    )
    assert [(slip.target, slip.message) for slip in form.slips] == [
        ("", "Try again."),
        ("", "Gone."),
        ("box", "Odd."),
        ("slides", "Few."),
    ]
    assert 'id="slides-err">Few.' in render(form)


def test_conditions_hide_but_keep() -> None:
    hidden = Browser(render(form_for(FIELDS, {**FULL, "dark": True})))
    wrapper = hidden.by_id("f-target")
    assert "hidden" in wrapper
    assert wrapper["data-show-if"] == '{"eq": false, "field": "dark"}'
    assert hidden.sent["target"] == "/about"
    assert "hidden" not in Browser(render(form_for(FIELDS, FULL))).by_id("f-target")


def test_secrets_never_come_back() -> None:
    html = render(form_for(FIELDS, {**FULL, "key": "s3cret"}))
    assert "s3cret" not in html
    result = submit(FIELDS, Browser(html).sent, stored={"key": "s3cret"})
    assert result.values is not None
    assert result.values["key"] == "s3cret"


def test_a_repeaters_buttons_are_plain_submits() -> None:
    page = Browser(render(form_for(FIELDS, FULL, prefix="w1")))
    assert "w1-slides-0-remove" in page.buttons
    assert "w1-slides-0-up" not in page.buttons
    assert "w1-slides-0-points-add" in page.buttons
    first = next(given for tag, given in page.tags if tag == "button")
    assert "name" not in first
    result = submit(FIELDS, MultiDict([*page.sent.items(multi=True), ("_op", "w1-slides-0-down")]), "w1")
    assert (result.values, result.status, result.form.slips) == (None, 200, [])
    titles = [entry.form["title"].data for entry in result.form["slides"].entries]
    assert titles == ["Two", "One"]
    assert "Slide Two" in render(result.form)


def test_operations() -> None:
    data = {"slides": [{"title": "a"}, {"title": "b", "points": [{"text": "p"}]}]}

    def after(operation: str) -> list[Any]:
        return apply_operation(FIELDS, data, operation)["slides"]

    a, b = data["slides"]
    assert after("slides-add") == [a, b, {}]
    assert after("slides-0-remove") == [b]
    assert after("slides-1-up") == [b, a]
    assert after("slides-0-duplicate") == [a, a, b]
    assert after("slides-1-points-0-remove") == [a, {"title": "b", "points": []}]
    assert after("slides-0-points-add") == [{"title": "a", "points": [{}]}, b]
    for nothing in (
        "slides-0-up",
        "slides-9-remove",
        "title-add",
        "slides",
        "",
        "-",
        "slides-²-up",
        "slides-0-add",
    ):
        assert after(nothing) == [a, b]
    three = {"slides": [{}, {}, {}]}
    assert apply_operation(FIELDS, three, "slides-add") == three
    assert apply_operation(FIELDS, three, "slides-0-duplicate") == three


def test_one_field_can_be_edited_alone() -> None:
    result = submit(FIELDS, MultiDict({"columns": "5"}), stored=FULL, only={"columns"})
    assert result.values == {**FULL, "columns": 5}


NAMES = st.sampled_from(
    ["title", "columns", "tags", "box-name", "slides-0-title", "slides-x-title", "slides-3-points-1-text",
     "slides", "_op", "starts", "dark", "slides-999999999-title", "slides--title"]
)  # fmt: skip
WORDS = st.sampled_from(["slides-0-remove", "slides-add"]) | st.text(max_size=8)
POSTS = st.lists(st.tuples(NAMES | st.text(max_size=5), WORDS), max_size=12)


@given(POSTS)
@settings(max_examples=60, deadline=None)
def test_any_post_is_refused_or_accepted(pairs: list[tuple[str, str]]) -> None:
    result = submit(FIELDS, MultiDict(pairs))
    assert result.status in (200, 422)
    render(result.form)


VALUES = st.fixed_dictionaries(
    {"title": st.text(min_size=3, max_size=20)},
    optional={
        "data": st.text(max_size=30),
        "story": st.text(max_size=30),
        "columns": st.integers(1, 6),
        "ratio": st.floats(-1e6, 1e6),
        "platform": st.sampled_from("abcdef"),
        "tags": st.lists(st.sampled_from("xy"), unique=True),
        "dark": st.booleans(),
        "opens": st.dates().map(str),
        "starts": st.datetimes().map(lambda moment: moment.isoformat()),
        "words": st.lists(st.text(max_size=8), max_size=3),
        "slides": st.lists(
            st.fixed_dictionaries(
                {"title": st.text(min_size=3), "errors": st.booleans(), "points": st.just([])}
            ),
            max_size=3,
        ),
    },
)


def test_a_line_ends_where_a_browser_ends_it() -> None:
    text = "one\x85two\u2028three\r\nfour\rfive\n\nsix"
    assert read(FIELDS, MultiDict({"words": text}), only=["words"]) == {
        "words": ["one\x85two\u2028three", "four", "five", "six"]
    }


@given(VALUES)
@settings(max_examples=60, deadline=None)
def test_round_trip_through_a_page(data: dict[str, Any]) -> None:
    result = FIELDS.inspect(data)
    if result.errors:
        return
    again = FIELDS.validate(read(FIELDS, Browser(render(form_for(FIELDS, result.values))).sent))
    assert again == {"tags": [], "words": [], "slides": [], **result.values}


@given(st.dictionaries(st.sampled_from([field.key for field in FIELDS.fields]), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["title", "points"]), inner),
)))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_any_stored_value_can_be_shown(data: dict[str, Any]) -> None:
    render(form_for(FIELDS, data))
