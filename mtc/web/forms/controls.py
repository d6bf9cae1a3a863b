"""One WTForms field for each widget of the field language."""

from collections.abc import Callable, Mapping
from typing import Any

from wtforms.fields import (
    BooleanField,
    FieldList,
    FormField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.core import UnboundField
from wtforms.utils import unset_value
from wtforms.widgets import CheckboxInput, ListWidget, PasswordInput

from mtc.core.fields import Field
from mtc.core.fields.formats import SPACINGS, parse_moment
from mtc.core.i18n import _
from mtc.core.local_time import local

MakePart = Callable[[Field, Any, str], Any]

# a mistyped number must stay visible, which type=number does not allow; colours may be empty or tokens
_INPUTS = {
    "range": "range", "date": "date", "datetime": "datetime-local", "email": "email", "url": "url"
}  # fmt: skip


class GroupControl(FormField):
    """A fieldset: a form within a form, whose own messages are `own_errors`."""

    own_errors: list[str] = []

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.object_data = data
        self.form = self.form_class(data, f"{self.name}-")


class EntriesControl(FieldList):
    """A repeater: rows of fieldsets, whose own messages are `own_errors`."""

    own_errors: list[str] = []


def present(field: Field, value: Any) -> Any:
    """A value as its control shows it, whatever it is; what no control can show is empty."""
    if field.kind == "repeater":
        return list(value) if isinstance(value, list | tuple) else []
    if field.kind == "group":
        return value if isinstance(value, Mapping) else {}
    if field.kind == "boolean":
        return (
            value.strip().lower() in ("true", "on", "1", "yes") if isinstance(value, str) else value is True
        )
    if field.type == "array":
        texts = [_shown(item) for item in value] if isinstance(value, list | tuple) else [_shown(value)]
        return texts if field.kind == "choices" else "\n".join(texts)
    return _moment(value) if field.widget == "datetime" else _shown(value)


def control_for(field: Field, make_part: MakePart) -> UnboundField:
    """The unbound WTForms field for a description; `make_part` builds the form of a group or row."""
    common: dict[str, Any] = {"label": field.label, "description": field.help}
    if field.kind == "group":
        return GroupControl(lambda values, prefix: make_part(field, values, prefix), **common)
    if field.kind == "repeater":
        row = GroupControl(lambda values, prefix: make_part(field, values, prefix), label=field.label)
        return EntriesControl(row, default=list, **common)
    if field.kind == "boolean":
        return BooleanField(**common)
    if field.options or field.widget == "spacing":
        return _choice(field, common)
    return _text(field, common)


def _choice(field: Field, common: dict[str, Any]) -> UnboundField:
    choices = [SelectChoice(str(option.value), option.label) for option in field.options]
    if field.kind == "choices":
        boxes = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}
        return SelectMultipleField(choices=choices, coerce=_shown, **boxes, **common)
    choices = choices or [
        SelectChoice(name, name.upper() if len(name) == 2 else name.capitalize()) for name in SPACINGS
    ]
    if not field.required or (field.default is None and field.widget == "select"):
        choices = [SelectChoice("", _("Choose…") if field.required else _("Not set")), *choices]
    field_class = RadioField if field.widget == "segmented" else SelectField
    return field_class(choices=choices, coerce=_shown, validate_choice=False, **common)


def _text(field: Field, common: dict[str, Any]) -> UnboundField:
    if field.widget in ("textarea", "richtext", "code", "lines"):
        rows = {"textarea": 4, "lines": 4, "richtext": 8, "code": 12}[field.widget]
        return TextAreaField(render_kw={"rows": rows, **_extras(field)}, **common)
    if field.widget == "password":
        # never sent back: an empty one on submit means "keep what is stored"
        render = {"autocomplete": "new-password", **_extras(field)}
        return StringField(widget=PasswordInput(hide_value=True), render_kw=render, **common)
    input_type = _INPUTS.get(field.widget, "text")
    return StringField(render_kw={"type": input_type, **_extras(field)}, **common)


def _extras(field: Field) -> dict[str, Any]:
    extras: dict[str, Any] = {}
    if field.placeholder:
        extras["placeholder"] = field.placeholder
    if field.kind == "number":
        extras["inputmode"] = "numeric" if field.type == "integer" else "decimal"
    if field.widget == "range":
        extras = {"min": field.minimum or 0, "max": field.maximum or 100, "step": field.step or "any"}
    if field.widget in ("color", "token", "icon", "link", "picker", "richtext", "code"):
        extras["data-picker"] = field.format if field.widget == "picker" else field.widget
        extras["spellcheck"] = "true" if field.widget == "richtext" else "false"
    return extras


def _shown(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, int) and abs(value) > 10**30:
        return ""
    return str(value)


def _moment(value: Any) -> str:
    moment = parse_moment(value) if isinstance(value, str) else None
    if moment is None:
        return _shown(value)
    return local(moment).replace(tzinfo=None).isoformat(timespec="seconds" if moment.second else "minutes")
