"""Judge cleaned values: the schema's keywords, conditions, and references into the store."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema import ValidationError as KeywordError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from mtc.core.fields import messages
from mtc.core.fields.cleaning import MISSING, Cleaner, join
from mtc.core.fields.conditions import holds
from mtc.core.fields.describe import Field
from mtc.core.i18n import Sentence

Refs = Callable[[str, str], bool]
Errors = dict[str, list[Sentence]]

_KEPT = (
    "type", "enum", "const", "minLength", "maxLength", "minimum", "maximum", "multipleOf",
    "minItems", "maxItems", "uniqueItems",
)  # fmt: skip


def _multiple_of(
    validator: Validator, step: float, instance: Any, schema: Mapping[str, Any]
) -> Iterator[KeywordError]:
    # floats would refuse 0.3 as a multiple of 0.1
    if not isinstance(instance, bool | str) and Decimal(str(instance)) % Decimal(str(step)):
        yield KeywordError("multipleOf")


_Validator = extend(Draft202012Validator, {"multipleOf": _multiple_of})


def compiled(fields: tuple[Field, ...]) -> Validator:
    """A validator for cleaned values, made only of keywords that `check` knows."""
    return _Validator(_object(fields))


def validate_fields(
    fields: tuple[Field, ...],
    validator: Validator,
    values: dict[str, Any],
    problems: Errors,
    refs: Refs | None,
) -> Errors:
    """The errors by path; what hides in a field that is not shown is forgiven, or put back to its default."""
    errors: Errors = {path: list(sentences) for path, sentences in problems.items()}
    serious = set(errors)
    broken = list(_broken(fields, validator, values, problems))
    for path, keyword, sentence in [*broken, *_strangers(fields, values, refs)]:
        sentences = errors.setdefault(path, [])
        if sentence not in sentences:
            sentences.append(sentence)
        if keyword not in ("required", "minItems"):
            serious.add(path)
    hidden = dict(_hidden(fields, values, (values,), ""))
    for path in [path for path in errors if _cover(path, hidden)]:
        del errors[path]
        if path in serious:
            _reset(*hidden[str(_cover(path, hidden))])
    return errors


def _object(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {field.key: _property(field) for field in fields},
        "required": [field.key for field in fields if field.required],
    }


def _property(field: Field) -> dict[str, Any]:
    if field.kind == "group":
        return _object(field.fields)
    schema = {word: field.schema[word] for word in _KEPT if word in field.schema}
    if field.kind == "repeater":
        schema["items"] = _object(field.fields)
    elif field.type == "array":
        schema["items"] = {word: value for word, value in field.schema["items"].items() if word in _KEPT}
    return schema


def _broken(
    fields: tuple[Field, ...], validator: Validator, values: Mapping[str, Any], problems: Errors
) -> Iterator[tuple[str, str, str]]:
    for error in validator.iter_errors(_without_blanks(values)):
        steps = list(error.absolute_path)
        if error.validator == "required":
            for key in _absent(error):
                path, field, _ = _locate(fields, [*steps, key])
                if field and not _cover(path, problems):
                    yield path, "required", messages.required(field)
            continue
        path, field, entry = _locate(fields, steps)
        if field:
            sentence = messages.for_keyword(str(error.validator), error.validator_value, field)
            if entry is not None and field.kind != "choices":
                sentence = f"Entry {entry + 1}: {sentence}"
            yield path, str(error.validator), sentence


def _absent(error: KeywordError) -> list[str]:
    required, instance = error.validator_value, error.instance
    return (
        [key for key in required if key not in instance]
        if isinstance(required, list) and isinstance(instance, dict)
        else []
    )


def _locate(fields: tuple[Field, ...], steps: list[Any]) -> tuple[str, Field | None, int | None]:
    path, field = "", None
    for step in steps:
        if isinstance(step, int):
            if field and field.kind != "repeater":
                return path, field, step
        else:
            inside = field.fields if field else fields
            field = next((part for part in inside if part.key == step), None)
        path = join(path, step)
    return path, field, None


def _without_blanks(values: Any) -> Any:
    if isinstance(values, dict):
        return {key: _without_blanks(value) for key, value in values.items() if value != ""}
    return [_without_blanks(value) for value in values] if isinstance(values, list) else values


def walk(
    fields: tuple[Field, ...], values: dict[str, Any], path: str
) -> Iterator[tuple[Field, dict[str, Any], str]]:
    for field in fields:
        here, value = join(path, field.key), values.get(field.key)
        yield field, values, here
        if field.kind == "group" and value:
            yield from walk(field.fields, value, here)
        elif field.kind == "repeater":
            for index, entry in enumerate(value or ()):
                yield from walk(field.fields, entry, join(here, index))


def _hidden(
    fields: tuple[Field, ...], values: dict[str, Any], scopes: tuple[dict[str, Any], ...], path: str
) -> Iterator[tuple[str, tuple[dict[str, Any], Field]]]:
    for field in fields:
        here, value = join(path, field.key), values.get(field.key)
        if field.show_if and not holds(field.show_if, *scopes):
            yield here, (values, field)
        elif field.kind == "group" and value:
            yield from _hidden(field.fields, value, (value, *scopes), here)
        elif field.kind == "repeater":
            for index, entry in enumerate(value or ()):
                yield from _hidden(field.fields, entry, (entry, *scopes), join(here, index))


def _strangers(
    fields: tuple[Field, ...], values: dict[str, Any], refs: Refs | None
) -> Iterator[tuple[str, str, str]]:
    if refs is None:
        return
    resolved: dict[tuple[str, str], bool] = {}
    for field, owner, path in walk(fields, values, ""):
        value = owner.get(field.key)
        for target_type, name in references(field, value):
            if (target_type, name) not in resolved:
                resolved[target_type, name] = refs(target_type, name)
            if not resolved[target_type, name]:
                yield path, "ref", str(messages.NOT_HERE)


def references(field: Field, value: Any) -> list[tuple[str, str]]:
    """Return the targets of a cleaned value: (type, id) pairs such as ("media", "018f…")."""
    texts = [
        text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str) and text
    ]
    if field.format in ("color", "token-ref"):
        return [("token", text.removeprefix("token:")) for text in texts if text.startswith("token:")]
    if field.format and field.format.endswith("-ref"):
        return [(field.format.removesuffix("-ref"), text) for text in texts]
    return []


def _cover(path: str, covers: Mapping[str, Any]) -> str | None:
    return next((cover for cover in covers if path == cover or path.startswith(f"{cover}-")), None)


def _reset(owner: dict[str, Any], field: Field) -> None:
    owner.pop(field.key, None)
    value = Cleaner().value(field, MISSING, field.key)
    if value is not MISSING:
        owner[field.key] = value
