"""The base of forms written by hand: strips what is typed and speaks in our words."""

from typing import Any

from wtforms import Form
from wtforms.fields import PasswordField, StringField
from wtforms.meta import DefaultMeta

from mtc.core.errors import ValidationError
from mtc.core.i18n import _l, ngettext
from mtc.web.forms.error_summary import error_summary

_SENTENCES = {
    "This field is required.": _l("Enter a value."),
    "Not a valid choice.": _l("Choose one of the options."),
    "Not a valid choice": _l("Choose one of the options."),
    "Invalid Choice: could not coerce.": _l("Choose one of the options."),
    "Invalid Choice: could not coerce": _l("Choose one of the options."),
    "Not a valid integer value.": _l("Enter a whole number."),
    "Not a valid decimal value.": _l("Enter a number."),
    "Not a valid float value.": _l("Enter a number."),
    "Not a valid datetime value.": _l("Enter a date and time such as 2026-01-31T18:00."),
    "Not a valid date value.": _l("Enter a date such as 2026-01-31."),
    "Not a valid time value.": _l("Enter a time such as 18:00."),
    "Invalid email address.": _l("Enter an email address such as name@example.com."),
    "Invalid URL.": _l("Enter a full address that starts with https://."),
    "Invalid input.": _l("Correct this value."),
    "Field must be equal to %(other_name)s.": _l("Enter the same value twice."),
    "Number must be at least %(min)s.": _l("Enter %(min)s or more."),
    "Number must be at most %(max)s.": _l("Enter %(max)s or less."),
    "Number must be between %(min)s and %(max)s.": _l("Enter a number from %(min)s to %(max)s."),
    "Field must be between %(min)d and %(max)d characters long.": _l("Use %(min)d to %(max)d characters."),
}


def _at_least(number: int) -> str:
    return ngettext("Use at least %(num)s character.", "Use at least %(num)s characters.", number)


def _at_most(number: int) -> str:
    return ngettext("Use at most %(num)s character.", "Use at most %(num)s characters.", number)


def _exactly(number: int) -> str:
    return ngettext("Use exactly %(num)s character.", "Use exactly %(num)s characters.", number)


_COUNTED = {
    "Field must be at least %(min)d character long.": _at_least,
    "Field cannot be longer than %(max)d character.": _at_most,
    "Field must be exactly %(max)d character long.": _exactly,
}


class OurWords:
    """WTForms' translations hook: its English sentences replaced by ours, in the running locale."""

    def gettext(self, string: str) -> str:
        """Our sentence for one of WTForms', which fills its values in; the same when we have no better."""
        return str(_SENTENCES.get(string, string))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The same for sentences that count."""
        if singular in _COUNTED:
            return _COUNTED[singular](number)
        return self.gettext(singular if number == 1 else plural)


def strip(value: Any) -> Any:
    """Text without outer blanks and NUL, which no database column holds; anything else as it is."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


class BaseForm(Form):
    """A form written by hand: `BaseForm(request.form)`, then `validate()` or `accept()`.

    CSRF is the middleware's: pages call `csrf_field()`. Passwords are not stripped.
    """

    class Meta(DefaultMeta):
        csrf = False

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Add the strip filter to fields of text."""
            field_class = unbound_field.field_class
            if issubclass(field_class, StringField) and not issubclass(field_class, PasswordField):
                options = {**options, "filters": [strip, *unbound_field.kwargs.get("filters", ())]}
                kwargs = {word: value for word, value in unbound_field.kwargs.items() if word != "filters"}
                unbound_field = type(unbound_field)(
                    field_class, *unbound_field.args, name=unbound_field.name, **kwargs
                )
            return unbound_field.bind(form=form, **options)

        def get_translations(self, form: Any) -> OurWords:
            """Our words in place of WTForms'."""
            return OurWords()

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether everything is right; a field that could not be read is not validated any further."""
        valid = super().validate(extra_validators)
        for field in self:
            if field.process_errors:
                field.errors = list(field.process_errors)
        return bool(valid)

    def accept(self) -> dict[str, Any]:
        """The validated data; raises ValidationError with details by field name."""
        if self.validate():
            return dict(self.data)
        details: dict[str, list[str]] = {}
        for slip in error_summary(self):
            details.setdefault(slip.target or "_form", []).append(slip.message)
        raise ValidationError(_l("Correct the marked fields."), details=details)

    def refuse(self, details: dict[str, Any]) -> None:
        """Show a service's ValidationError.details at the fields; what names no field goes on top."""
        for name, messages in details.items():
            sentences = [str(message) for message in (messages if isinstance(messages, list) else [messages])]
            if name in self:
                self[name].errors = [*self[name].errors, *sentences]
            else:
                self.form_errors.extend(sentences)
