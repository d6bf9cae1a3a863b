"""Places of errors in a list of fields: `fields-2-options` instead of the path in the JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mtc.core.fields.schema_check import NAME
from mtc.core.i18n import Sentence, _l

_WORDS = {
    "": "name",
    "title": "label",
    "description": "help",
    "enum": "options",
    "items-enum": "options",
    "items-x-enum-labels": "options",
    "x-enum-labels": "options",
    "items": "fields",
    "properties": "fields",
    "format": "type",
    "minimum": "validation-min",
    "maximum": "validation-max",
    "multipleOf": "validation-step",
    **{word: f"validation-{word}" for word in ("minLength", "maxLength", "minItems", "maxItems")},
}
_BAD_NAME = _l("Use small letters, digits and _, beginning with a letter, 40 characters at most.")


def by_position(
    details: Mapping[str, list[Sentence]], fields: Sequence[Mapping[str, Any]]
) -> dict[str, list[Sentence]]:
    """The details of a refusal by `check`, with the places of the fields in the list."""
    errors: dict[str, list[Sentence]] = {}
    for path, sentences in details.items():
        steps = path.split("-")
        place = _place(steps[1:], fields, "") if steps[0] == "properties" and len(steps) > 1 else path
        errors.setdefault(place or path, []).extend(sentences)
    return errors


def bad_names(fields: Any, prefix: str = "fields") -> Iterator[tuple[str, Sentence]]:
    """Names that no field may have, with their paths."""
    for index, field in enumerate(fields if isinstance(fields, list) else []):
        if not isinstance(field, Mapping):
            continue
        name = field.get("name")
        if isinstance(name, str) and not NAME.fullmatch(name):
            yield f"{prefix}-{index}-name", _BAD_NAME
        yield from bad_names(field.get("fields"), f"{prefix}-{index}-fields")


def _place(steps: list[str], fields: Sequence[Mapping[str, Any]], prefix: str) -> str | None:
    name, rest = steps[0], steps[1:]
    index = next((number for number, field in enumerate(fields) if field.get("name") == name), None)
    if index is None:
        return None
    here, parts = f"{prefix}fields-{index}-", fields[index].get("fields") or []
    for inner in (["items", "properties"], ["properties"]):
        if rest[: len(inner)] == inner and len(rest) > len(inner):
            return _place(rest[len(inner) :], parts, here)
    if rest and any(part.get("name") == rest[0] for part in parts):
        return _place(rest, parts, here)
    word = "-".join(rest)
    return here + _WORDS.get(word, word.removeprefix("x-").replace("-", "_"))
