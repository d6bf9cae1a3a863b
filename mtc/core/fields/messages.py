"""The sentence for each way in which a value can be wrong; none of them quotes what was sent."""

from typing import Any

from mtc.core.fields.describe import Field
from mtc.core.i18n import LazyText, _, _l, ngettext
from mtc.core.i18n.formats import number

FORM = "_form"
NOT_AN_OBJECT = _l("Send the settings as an object of names and values.")
NOT_HERE = _l("Choose something that exists in this store.")
_TYPES: dict[str, LazyText] = {
    "string": _l("Enter text."),
    "integer": _l("Enter a whole number."),
    "number": _l("Enter a number."),
    "boolean": _l("Choose yes or no."),
    "array": _l("Give a list."),
    "object": _l("Give a group of settings."),
}


def of_type(name: str) -> str:
    """For a value that is not of the type."""
    return str(_TYPES[name]) if name in _TYPES else _("Correct this value.")


def too_long(limit: int) -> str:
    """For a text over the limit, in characters."""
    return ngettext(
        "Use at most %(num)s character.", "Use at most %(num)s characters.", limit, num=number(limit)
    )


def required(field: Field) -> str:
    """For a value that must be there and is not."""
    if field.kind in ("choice", "boolean") or field.widget == "picker":
        return _("Choose an option.")
    if field.type == "array":
        return _too_few(1, field)
    return of_type("object") if field.kind == "group" else _("Enter a value.")


def for_keyword(keyword: str, limit: Any, field: Field) -> str:
    """For a keyword of the schema that a value breaks; limit is the keyword's value."""
    match keyword:
        case "minLength":
            return ngettext(
                "Use at least %(num)s character.",
                "Use at least %(num)s characters.",
                limit,
                num=number(limit),
            )
        case "maxLength":
            return too_long(limit)
        case "minimum":
            return _("Enter %(limit)s or more.", limit=limit)
        case "maximum":
            return _("Enter %(limit)s or less.", limit=limit)
        case "multipleOf":
            return _("Enter a multiple of %(limit)s.", limit=limit)
        case "minItems":
            return _too_few(limit, field)
        case "maxItems":
            return _too_many(limit, field)
        case "uniqueItems":
            return _("Use each entry only once.")
        case "enum":
            return _("Choose one of the options.")
        case "const":
            return _("Switch this on to go on.") if limit is True else _("Enter the expected value.")
    return of_type(str(limit))


def _too_few(limit: int, field: Field) -> str:
    if field.kind == "choices":
        return ngettext(
            "Choose at least %(num)s option.", "Choose at least %(num)s options.", limit, num=number(limit)
        )
    return ngettext("Add at least %(num)s entry.", "Add at least %(num)s entries.", limit, num=number(limit))


def _too_many(limit: int, field: Field) -> str:
    if field.kind == "choices":
        return ngettext(
            "Choose at most %(num)s option.", "Choose at most %(num)s options.", limit, num=number(limit)
        )
    return ngettext("Keep at most %(num)s entry.", "Keep at most %(num)s entries.", limit, num=number(limit))
