"""The list of mistakes above a form, each with a link to its field."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wtforms.fields import FieldList, FormField


@dataclass(frozen=True, slots=True)
class FormError:
    """One mistake: the id of the field to go to, its label, the sentence."""

    target: str
    label: str
    message: str


def error_summary(form: Any) -> list[FormError]:
    """The mistakes of a form in the order of its fields; those of no field first."""
    own = [FormError("", "", str(message)) for message in getattr(form, "form_errors", [])]
    return own + [slip for field in form for slip in _slips(field, "")]


def _slips(field: Any, owner: str) -> Iterator[FormError]:
    label = f"{owner}{field.label.text}"
    for message in getattr(field, "own_errors", ()):
        yield FormError(field.id, label, str(message))
    if isinstance(field, FieldList):
        for entry in field.entries:
            yield from _slips(entry, "")
    elif isinstance(field, FormField):
        for part in field.form:
            yield from _slips(part, f"{label}: ")
    else:
        for message in field.errors:
            yield FormError(field.id, label, str(message))
