"""One submit of a settings form: a repeater's button, a refusal with messages, or clean values."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from mtc.core.fields import FieldSet
from mtc.web.forms.build import SettingsForm, form_for
from mtc.web.forms.nested_values import read
from mtc.web.forms.repeater_buttons import OPERATION, apply_operation


@dataclass(frozen=True, slots=True)
class Submission:
    """Result of a submit: `values` to save, or None and a `form` to show again with `status`."""

    form: SettingsForm
    values: dict[str, Any] | None
    status: int


def submit(
    fieldset: FieldSet,
    formdata: MultiDict[str, str],
    prefix: str = "",
    *,
    refs: Callable[[str, str], bool] | None = None,
    stored: Mapping[str, Any] | None = None,
    only: Collection[str] | None = None,
) -> Submission:
    """Read, work a repeater's button, or validate.

    `stored` are the values saved before: secrets left blank and fields outside `only` keep them.
    """
    typed = read(fieldset, formdata, prefix, only)
    if only is not None:
        typed = {**{key: value for key, value in (stored or {}).items() if key not in only}, **typed}
    operation = formdata.get(OPERATION, "")
    start = f"{prefix.rstrip('-')}-" if prefix else ""
    if operation and operation.startswith(start):
        changed = apply_operation(fieldset, typed, operation.removeprefix(start))
        return Submission(form_for(fieldset, changed, prefix=prefix), None, 200)
    result = fieldset.inspect(fieldset.keep_secrets(typed, stored or {}), refs)
    if result.errors:
        return Submission(form_for(fieldset, typed, result.errors, prefix), None, 422)
    return Submission(form_for(fieldset, result.values, prefix=prefix), result.values, 200)
