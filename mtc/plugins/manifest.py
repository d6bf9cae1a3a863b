"""Validation of plugin.json, with a sentence for each error."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from mtc.plugins.registry import contribution_points
from mtc.plugins.versions import RANGE

_TEXT = {"type": "string", "minLength": 1, "maxLength": 200}
_TEXTS = {"type": "array", "items": _TEXT, "uniqueItems": True}
_URL = {"type": "string", "maxLength": 500, "pattern": "^https://"}
_CONTACT = {"type": "string", "maxLength": 500, "pattern": "^(https://|mailto:)"}

ID = "^[a-z][a-z0-9_]{2,39}$"
REQUIRED = ("id", "name", "version", "mtc", "sdk", "hooks")
_OWN: dict[str, Any] = {
    "id": {"type": "string", "pattern": ID},
    "name": _TEXT,
    "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
    "mtc": {"type": "string", "pattern": RANGE},
    "sdk": {"type": "string", "pattern": "^[1-9][0-9]{0,3}$"},
    "summary": {"type": "string", "minLength": 1, "maxLength": 140},
    "description": {"type": "string", "maxLength": 1000},
    "author": {
        "oneOf": [
            _TEXT,
            {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {"name": _TEXT, "url": _URL, "security": _CONTACT},
            },
        ]
    },
    "icon": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,39}$"},
    "changelog": {"type": "string", "pattern": r"^[A-Za-z0-9_-]{1,60}\.md$"},
    "license": _TEXT,
    "categories": _TEXTS,
    "level": {"enum": ["tenant", "platform", "both"]},
    "hooks": _TEXTS,
    "on_error": {"enum": ["proceed", "refuse"]},
    "trust": {"enum": ["sdk", "full"]},
    "settings_schema": {"type": "object"},
}

_HINTS = {
    "id": "Use 3 to 40 lower-case letters, digits and underscores, a letter first.",
    "name": "Write a text of 1 to 200 characters.",
    "version": "Write three numbers, such as 1.0.0.",
    "mtc": "Write which versions of MTC it works with, such as >=0.1,<1.",
    "sdk": 'Write the number of the SDK that it is written for, such as "1".',
    "summary": "Write a text of 1 to 140 characters.",
    "description": "Write a text of at most 1000 characters.",
    "author": "Write a name, or an object with name, url (https:) and security (mailto: or https:).",
    "icon": "Write the name of an icon of static/icons/sprite.svg, such as star.",
    "changelog": "Write the name of a file of its folder, such as CHANGELOG.md.",
    "license": "Write a text of 1 to 200 characters.",
    "categories": "Write a list of different texts.",
    "level": "Choose one of tenant, platform, both.",
    "hooks": "Write a list of the hooks it implements, each once.",
    "on_error": "Choose proceed or refuse.",
    "trust": "Choose sdk or full.",
    "settings_schema": "Write a JSON Schema object.",
}


def manifest_schema() -> dict[str, Any]:
    """The JSON Schema of plugin.json: what describes the plugin, and the parts of all contribution points."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": list(REQUIRED),
        "additionalProperties": False,
        "properties": {**_OWN, **{name: point.schema for name, point in contribution_points.items()}},
    }


def manifest_problems(manifest: Any) -> list[str]:
    """Return a sentence about each thing that is wrong with a manifest."""
    if not isinstance(manifest, dict):
        return ["It must be a JSON object."]
    schema = manifest_schema()
    hints = {**_HINTS, **{name: point.hint for name, point in contribution_points.items()}}
    problems = []
    missing = [f"`{name}`" for name in REQUIRED if name not in manifest]
    if missing:
        problems.append(f"{', '.join(missing)} must be given.")
    odd = sorted(f"`{name}`" for name in manifest if name not in schema["properties"])
    if odd:
        problems.append(f"{', '.join(odd)} cannot be used here.")
    errors = Draft202012Validator(schema).iter_errors(manifest)
    wrong = {str(error.absolute_path[0]) for error in errors if error.absolute_path}
    return [*problems, *(f"`{name}`: {hints[name]}" for name in schema["properties"] if name in wrong)]
