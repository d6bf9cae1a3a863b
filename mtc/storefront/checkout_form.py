"""The form of the checkout: its fields, and what was typed as the values that the service takes."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from mtc.checkout.values import BuyerDetails
from mtc.core.errors import ValidationError
from mtc.core.fields import FieldSet
from mtc.core.i18n import _, _l
from mtc.web.forms import read

_AGREED = ("terms", "consent")
FIELDS = FieldSet(
    [
        {"name": "email", "type": "text"},
        {"name": "name", "type": "text"},
        {"name": "country", "type": "text"},
        {"name": "payment_method", "type": "text"},
        *({"name": name, "type": "boolean"} for name in _AGREED),
        {"name": "expected_total", "type": "integer", "validation": {"min": 0}},
    ]
)
TYPED = tuple(field.key for field in FIELDS.fields if field.key != "expected_total")
"""What the shopper fills in, and gets back when the form is refused."""


def read_buyer(form: MultiDict[str, str]) -> BuyerDetails:
    """The typed values; raises ValidationError by field for what is not of its type.

    What the values may be is the service's to say.
    """
    typed = read(FIELDS, form)
    inspected = FIELDS.inspect(typed)
    if inspected.errors:
        errors = {**inspected.errors}
        if "expected_total" in errors:
            errors["expected_total"] = [_("Load the page again.")]
        raise ValidationError(_l("Check the marked fields."), errors)
    return BuyerDetails(
        # Both as typed: characters that nobody sees are refused in them, not removed.
        email=typed.get("email", ""),
        name=typed.get("name", ""),
        country=inspected.values.get("country", ""),
        gateway=inspected.values.get("payment_method", ""),
        expected_total=inspected.values.get("expected_total"),
        agreed=frozenset(name for name in _AGREED if inspected.values.get(name)),
    )
