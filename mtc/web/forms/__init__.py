"""Forms in HTML: built from the field language, or written by hand on BaseForm."""

from mtc.web.forms.base import BaseForm
from mtc.web.forms.build import SettingsForm, form_for
from mtc.web.forms.error_summary import FormError, error_summary
from mtc.web.forms.nested_values import read
from mtc.web.forms.repeater_buttons import apply_operation
from mtc.web.forms.submission import Submission, submit

__all__ = [
    "BaseForm",
    "FormError",
    "SettingsForm",
    "Submission",
    "apply_operation",
    "error_summary",
    "form_for",
    "read",
    "submit",
]
