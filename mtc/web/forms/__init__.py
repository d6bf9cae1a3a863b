"""Forms in HTML: built from the field language, or written by hand on BaseForm."""

from mtc.web.forms.base import BaseForm
from mtc.web.forms.build import SettingsForm, form_for
from mtc.web.forms.operations import apply_operation
from mtc.web.forms.reading import read
from mtc.web.forms.submission import Submission, submit
from mtc.web.forms.summary import Slip, summary

__all__ = [
    "BaseForm",
    "SettingsForm",
    "Slip",
    "Submission",
    "apply_operation",
    "form_for",
    "read",
    "submit",
    "summary",
]
