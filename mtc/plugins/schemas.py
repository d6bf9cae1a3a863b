"""What plugin.json must say."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string", "minLength": 1, "maxLength": 200}
_TEXTS = {"type": "array", "items": _TEXT, "uniqueItems": True}

MANIFEST: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id", "name", "version", "mtc", "hooks"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z][a-z0-9_]{2,39}$"},
        "name": _TEXT,
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "mtc": _TEXT,
        "description": {"type": "string", "maxLength": 1000},
        "author": _TEXT,
        "license": _TEXT,
        "categories": _TEXTS,
        "level": {"enum": ["tenant", "platform", "both"]},
        "permissions": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"uses": _TEXTS, "defines": _TEXTS},
        },
        "hooks": _TEXTS,
        "on_error": {"enum": ["proceed", "refuse"]},
        "settings_schema": {"type": "object"},
    },
}
