"""The condition language: plain JSON that says when a price, a workflow branch or a widget applies."""

from mtc.core.rules.check import validate
from mtc.core.rules.language import TYPES, fields_of, leaves_of, operators_for
from mtc.core.rules.run import evaluate, explain

__all__ = ["TYPES", "evaluate", "explain", "fields_of", "leaves_of", "operators_for", "validate"]
