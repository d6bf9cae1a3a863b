"""Judge a description of fields before it is saved: only the supported part of JSON Schema passes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mtc.core.errors import ValidationError
from mtc.core.fields.cleaning import MAX_ITEMS, MAX_NUMBER, MAX_TEXT, join
from mtc.core.fields.conditions import problems as condition_problems
from mtc.core.fields.conditions import variables
from mtc.core.fields.describe import describe, kind_of, widgets_for
from mtc.core.fields.fieldset import FieldSet
from mtc.core.fields.formats import FORMATS, scrub
from mtc.core.fields.layout import layout_problems
from mtc.core.fields.to_json_schema import to_schema
from mtc.core.i18n import Sentence, _l
from mtc.core.normalization import strip_invisible

MAX_DEPTH = 4
MAX_SETTINGS = 40
MAX_OPTIONS = 200
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

_COMMON = {
    "type", "title", "description", "default", "const", "x-widget", "x-unit", "x-placeholder", "x-show-if",
    "x-filterable", "x-show-on-card", "x-searchable",
}  # fmt: skip
_CHOICE = {"enum", "x-enum-labels"}
_NUMBER = {"minimum", "maximum", "multipleOf", "x-number-format", *_CHOICE}
NUMBER_FORMATS = ("plain", "grouped")
_KEYWORDS: dict[str, set[str]] = {
    "string": {"minLength", "maxLength", "format", *_CHOICE},
    "integer": _NUMBER,
    "number": _NUMBER,
    "boolean": set(),
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "object": {"properties", "required", "additionalProperties", "x-order"},
}
_ADVICE = {
    "pattern": _l("Patterns are not accepted: choose a named format instead."),
    "patternProperties": _l("Patterns are not accepted: name each property."),
    "$ref": _l("References are not accepted: write the part out here."),
    "allOf": _l("Use show_if in ui_config instead."),
    "anyOf": _l("Use show_if in ui_config instead."),
    "oneOf": _l("Use show_if in ui_config instead."),
    "if": _l("Use show_if in ui_config instead."),
}
_UNSEEN = _l("Type this text anew: it holds characters that nobody sees.")
_TEXTS = ("title", "description", "x-unit", "x-placeholder")
_FLAGS = ("uniqueItems", "x-filterable", "x-show-on-card", "x-searchable")
_LIMITS = {"minLength": MAX_TEXT, "maxLength": MAX_TEXT, "minItems": MAX_ITEMS, "maxItems": MAX_ITEMS}
_PAIRS = (("minLength", "maxLength"), ("minItems", "maxItems"), ("minimum", "maximum"))


@dataclass(frozen=True, slots=True)
class Problem:
    """Fault of a description and its place (`properties-title-format`)."""

    path: str
    message: Sentence


def check_schema(
    definition: Any, ui_config: Any = None, *, max_settings: int = MAX_SETTINGS
) -> list[Problem]:
    """Every reason not to accept a description (a list of fields or a JSON Schema); empty when it is fine."""
    try:
        schema = to_schema(definition)
    except ValidationError as error:
        return [Problem(path, sentences[0]) for path, sentences in error.details.items()] or [
            Problem("", error.message)
        ]
    problems = [Problem(path, message) for path, message in _property(schema, "", 0, {})]
    if schema.get("type") != "object":
        problems.append(Problem("type", _l("The outermost type is object.")))
    if not problems and _settings(schema) > max_settings:
        problems.append(Problem("", _l("Use at most %(most)s settings.", most=max_settings)))
    if problems:
        return problems
    if ui_config:
        problems = [
            Problem(path, message) for path, message in layout_problems(describe(schema, {}), ui_config)
        ]
    return problems or [Problem(join("properties", path), message) for path, message in _defaults(schema)]


def check(definition: Any, ui_config: Any = None, *, max_settings: int = MAX_SETTINGS) -> dict[str, Any]:
    """The description as JSON Schema, ready to be stored; ValidationError when `check_schema` objects."""
    details: dict[str, list[Sentence]] = {}
    for problem in check_schema(definition, ui_config, max_settings=max_settings):
        details.setdefault(problem.path or "_form", []).append(problem.message)
    if details:
        raise ValidationError(_l("Correct the description of the fields."), details=details)
    return to_schema(definition)


def _property(
    schema: Any, path: str, depth: int, siblings: Mapping[str, str]
) -> Iterator[tuple[str, Sentence]]:
    kind = schema.get("type") if isinstance(schema, dict) else None
    if not isinstance(kind, str) or kind not in _KEYWORDS:
        yield join(path, "type"), _l("Choose one of string, integer, number, boolean, array, object.")
        return
    if depth == 0 and schema.get("$schema") == "https://json-schema.org/draft/2020-12/schema":
        schema = {word: value for word, value in schema.items() if word != "$schema"}
    for word in schema:
        if word not in _COMMON and word not in _KEYWORDS[kind]:
            advice = _ADVICE.get(word, _l("This keyword is not supported here."))
            yield join(path, word if isinstance(word, str) else "keyword"), advice
    yield from _words(schema, path)
    yield from _choices(schema, kind, path)
    yield from _hints(schema, path, siblings)
    if kind == "object":
        yield from _object(schema, path, depth + 1)
    elif kind == "array":
        yield from _array(schema, path, depth)


def _words(schema: dict[str, Any], path: str) -> Iterator[tuple[str, Sentence]]:
    for word in _TEXTS:
        value = schema.get(word, "")
        if not isinstance(value, str) or len(value) > 500:
            yield join(path, word), _l("Use a text of at most 500 characters.")
        elif word != "description" and strip_invisible(value, multiline=False) != value:
            yield join(path, word), _UNSEEN
    for word in _FLAGS:
        if not isinstance(schema.get(word, False), bool):
            yield join(path, word), _l("Use true or false.")
    for word, limit in _LIMITS.items():
        if not _whole(schema.get(word, 0), limit):
            yield join(path, word), _l("Use a whole number from 0 to %(most)s.", most=limit)
    for word in ("minimum", "maximum", "multipleOf"):
        lowest = 0 if word == "multipleOf" else -MAX_NUMBER
        value = schema.get(word, 1)
        if not _number(value) or not lowest <= value <= MAX_NUMBER or (word == "multipleOf" and value <= 0):
            yield (
                join(path, word),
                _l("Use a number within reach.") if lowest else _l("Use a number above 0."),
            )
    for low, high in _PAIRS:
        least, most = schema.get(low), schema.get(high)
        if least is not None and most is not None and _number(least) and _number(most) and least > most:
            yield join(path, low), _l("The lower limit is above the upper limit.")
    if schema.get("x-number-format", "plain") not in NUMBER_FORMATS:
        yield join(path, "x-number-format"), _l("Choose one of %(list)s.", list=", ".join(NUMBER_FORMATS))
    name = schema.get("format")
    if "format" in schema and (not isinstance(name, str) or name not in FORMATS):
        yield join(path, "format"), _l("Choose one of %(list)s.", list=", ".join(sorted(FORMATS)))
    if isinstance(schema.get("const", ""), dict | list):
        yield join(path, "const"), _l("Use a text, a number, true or false.")


def _choices(schema: dict[str, Any], kind: str, path: str) -> Iterator[tuple[str, Sentence]]:
    if "enum" not in schema:
        return
    options, labels = schema["enum"], schema.get("x-enum-labels", {})
    fits = _is_option if kind == "string" else _number if kind == "number" else _is_integer
    if not isinstance(options, list) or not 0 < len(options) <= MAX_OPTIONS or not all(map(fits, options)):
        yield (
            join(path, "enum"),
            _l("List 1 to %(most)s values of the type, none of them empty.", most=MAX_OPTIONS),
        )
    elif len(set(options)) != len(options):
        yield join(path, "enum"), _l("Use each option only once.")
    if not isinstance(labels, dict) or not all(isinstance(label, str) for label in labels.values()):
        yield join(path, "x-enum-labels"), _l("Give an object of values and their labels.")
    elif any(strip_invisible(label, multiline=False) != label for label in labels.values()):
        yield join(path, "x-enum-labels"), _UNSEEN
    if "format" in schema:
        yield join(path, "format"), _l("A choice has options or a format, not both.")


def _hints(schema: dict[str, Any], path: str, siblings: Mapping[str, str]) -> Iterator[tuple[str, Sentence]]:
    if "x-show-if" in schema:
        for message in condition_problems(schema["x-show-if"], siblings):
            yield join(path, "x-show-if"), message
    items = schema.get("items", {})
    if "x-widget" in schema and isinstance(items, dict):
        allowed = widgets_for(kind_of(schema))
        if schema["x-widget"] not in allowed:
            yield join(path, "x-widget"), _l("Choose one of %(list)s.", list=", ".join(allowed))


def _object(schema: dict[str, Any], path: str, depth: int) -> Iterator[tuple[str, Sentence]]:
    properties, required = schema.get("properties"), schema.get("required", [])
    if depth > MAX_DEPTH:
        yield path, _l("Nest at most %(most)s levels.", most=MAX_DEPTH)
        return
    if not isinstance(properties, dict):
        yield join(path, "properties"), _l("Give an object of names and their descriptions.")
        return
    names = frozenset(name for name in properties if isinstance(name, str))
    for word, listed in (("required", required), ("x-order", schema.get("x-order", []))):
        if not isinstance(listed, list) or any(
            not isinstance(name, str) or name not in names for name in listed
        ):
            yield join(path, word), _l("List names of properties.")
    if schema.get("additionalProperties", False) is not False:
        yield (
            join(path, "additionalProperties"),
            _l("Only false is accepted: unknown properties are dropped."),
        )
    siblings = variables(properties)
    for name, part in properties.items():
        if not isinstance(name, str) or not NAME.fullmatch(name):
            yield (
                join(path, "properties"),
                _l("Name properties in lower case: a letter, then letters, digits, _."),
            )
        else:
            yield from _property(part, join(path, f"properties-{name}"), depth, siblings)


def _array(schema: dict[str, Any], path: str, depth: int) -> Iterator[tuple[str, Sentence]]:
    items = schema.get("items")
    kind = items.get("type") if isinstance(items, dict) else None
    if kind not in ("string", "object"):
        yield join(path, "items"), _l("Describe the entries: texts, options or objects.")
    else:
        yield from _property(items, join(path, "items"), depth, {})


def _defaults(schema: dict[str, Any]) -> Iterator[tuple[str, Sentence]]:
    # a default must pass its own field; conditions do not matter here
    for name, part in schema["properties"].items():
        if part.get("default") is not None:
            bare = {word: value for word, value in part.items() if word not in ("default", "x-show-if")}
            alone = FieldSet({"type": "object", "properties": {name: bare}})
            for path, sentences in alone.inspect({name: part["default"]}).errors.items():
                yield join(name, "default"), f"The default is not accepted ({path}): {sentences[0]}"
        for nested in (part, part.get("items", {})):
            if nested.get("type") == "object":
                for path, message in _defaults(nested):
                    yield join(name, path), message


def _settings(schema: dict[str, Any]) -> int:
    total = 0
    for part in schema["properties"].values():
        inner = part if part["type"] == "object" else part.get("items", {})
        total += _settings(inner) if inner.get("type") == "object" else 1
    return total


def _whole(value: Any, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= limit


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MAX_NUMBER


def _is_integer(value: Any) -> bool:
    return _number(value) and isinstance(value, int)


def _is_option(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and scrub(value, multiline=False) == value
