"""The condition language: plain JSON that says when a price, a workflow branch or a widget applies."""

from mtc.core.rules.check import validate
from mtc.core.rules.evaluate import evaluate, explain
from mtc.core.rules.language import TYPES, fields_of, leaves_of, operators_for, rename_fields

__all__ = [
    "TYPES",
    "evaluate",
    "explain",
    "fields_of",
    "leaves_of",
    "operators_for",
    "rename_fields",
    "validate",
]
