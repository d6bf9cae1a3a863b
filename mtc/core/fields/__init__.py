"""The field language: one description of settings for types, plugins, widgets, delivery and themes."""

from mtc.core.fields.adapter import to_schema
from mtc.core.fields.conditions import holds
from mtc.core.fields.definition import to_definition
from mtc.core.fields.describe import Field, Option
from mtc.core.fields.fieldset import FieldSet, Group, Inspection, Tab
from mtc.core.fields.formats import FORMATS, canonical, is_link
from mtc.core.fields.lint import Problem, check, lint
from mtc.core.fields.values import DECIMAL_SCALE, TypedValue, decimal_text, display

__all__ = [
    "DECIMAL_SCALE",
    "FORMATS",
    "Field",
    "FieldSet",
    "Group",
    "Inspection",
    "Option",
    "Problem",
    "Tab",
    "TypedValue",
    "canonical",
    "check",
    "decimal_text",
    "display",
    "holds",
    "is_link",
    "lint",
    "to_definition",
    "to_schema",
]
