"""The field language: one description of settings for types, plugins, widgets, delivery and themes."""

from mtc.core.fields.conditions import holds
from mtc.core.fields.describe import Field, Option
from mtc.core.fields.fieldset import FieldSet, Group, Inspection, Tab
from mtc.core.fields.formats import FORMATS, canonical, is_link
from mtc.core.fields.from_json_schema import to_definition
from mtc.core.fields.schema_check import Problem, check, check_schema
from mtc.core.fields.to_json_schema import to_schema
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
    "check_schema",
    "decimal_text",
    "display",
    "holds",
    "is_link",
    "to_definition",
    "to_schema",
]
