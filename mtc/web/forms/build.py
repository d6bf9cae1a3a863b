"""Build a WTForms form from a set of fields, showing values, what was typed, and what is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms.fields import Field as FormControl
from wtforms.form import BaseForm as WTForm

from mtc.core.fields import Field, FieldSet, Tab
from mtc.core.fields.conditions import holds
from mtc.core.i18n import Sentence
from mtc.web.forms.controls import EntriesControl, GroupControl, control_for, present
from mtc.web.forms.error_summary import FormError, error_summary
from mtc.web.forms.nested_values import read

Errors = Mapping[str, Sequence[Sentence]]


class SettingsForm(WTForm):
    """A form made from descriptions; each control carries its description as `spec`.

    Fields are reached as `form["key"]`, since a key may be called like a method.
    """

    def __init__(
        self, fields: tuple[Field, ...], values: Mapping[str, Any], prefix: str, tabs: tuple[Tab, ...]
    ):
        super().__init__([(field.key, control_for(field, _part)) for field in fields], prefix=prefix)
        self.tabs = tabs
        self.process(
            data={field.key: present(field, values.get(field.key, field.default)) for field in fields}
        )
        for field in fields:
            self[field.key].spec = field
            self[field.key].shown = True

    @property
    def slips(self) -> list[FormError]:
        """The mistakes in the order of the fields, for the error summary."""
        return error_summary(self)


def form_for(
    fieldset: FieldSet,
    data: Mapping[str, Any] | MultiDict[str, str] | None = None,
    errors: Errors | None = None,
    prefix: str = "",
) -> SettingsForm:
    """A form for the fields: `data` are values, or a submitted form; `errors` are ValidationError.details.

    Values are shown as they are, so that what was typed wrongly stays; an absent value shows the default.
    """
    values = read(fieldset, data, prefix) if isinstance(data, MultiDict) else dict(data or {})
    form = SettingsForm(fieldset.fields, values, prefix, fieldset.tabs)
    start = f"{prefix.rstrip('-')}-" if prefix else ""
    _mark(form, fieldset.clean(values), ())
    left = dict(errors or {})
    _attach(form, left, len(start))
    form.form_errors = [sentence for sentences in left.values() for sentence in sentences]
    return form


def _part(field: Field, values: Any, prefix: str) -> SettingsForm:
    return SettingsForm(field.fields, values if isinstance(values, Mapping) else {}, prefix, ())


def _mark(form: SettingsForm, values: Any, scopes: tuple[Mapping[str, Any], ...]) -> None:
    """Note which controls their conditions show, judged on cleaned values."""
    here = (values if isinstance(values, Mapping) else {}, *scopes)
    for control in form:
        control.shown = holds(control.spec.show_if, *here)
        if isinstance(control, GroupControl):
            _mark(control.form, here[0].get(control.spec.key), here)
        elif isinstance(control, EntriesControl):
            rows = here[0].get(control.spec.key) or []
            for index, entry in enumerate(control.entries):
                _mark(entry.form, rows[index] if index < len(rows) else {}, here)


def _attach(form: SettingsForm, errors: dict[str, Sequence[Sentence]], start: int) -> None:
    """Hand each control its messages; whatever is left belongs to none."""
    for control in form:
        _give(control, errors.pop(control.name[start:], []))
        if isinstance(control, GroupControl):
            _attach(control.form, errors, start)
        elif isinstance(control, EntriesControl):
            for entry in control.entries:
                _give(entry, errors.pop(entry.name[start:], []))
                _attach(entry.form, errors, start)


def _give(control: FormControl, sentences: Sequence[Sentence]) -> None:
    if isinstance(control, GroupControl | EntriesControl):
        control.own_errors = [str(sentence) for sentence in sentences]
    else:
        control.errors = [str(sentence) for sentence in sentences]
