"""The sentence for each way in which a value can be wrong; none of them quotes what was sent."""

from typing import Any

from mtc.core.fields.describe import Field

FORM = "_form"
NOT_AN_OBJECT = "Send the settings as an object of names and values."
NOT_HERE = "Choose something that exists in this store."
TYPES = {
    "string": "Enter text.",
    "integer": "Enter a whole number.",
    "number": "Enter a number.",
    "boolean": "Choose yes or no.",
    "array": "Give a list.",
    "object": "Give a group of settings.",
}


def too_long(limit: int) -> str:
    """For a text over the limit, in characters."""
    return f"Use at most {_count(limit, 'character')}."


def required(field: Field) -> str:
    """For a value that must be there and is not."""
    if field.kind in ("choice", "boolean") or field.widget == "picker":
        return "Choose an option."
    if field.type == "array":
        return _items("at least", 1, field)
    return TYPES["object"] if field.kind == "group" else "Enter a value."


def for_keyword(keyword: str, limit: Any, field: Field) -> str:
    """For a keyword of the schema that a value breaks; limit is the keyword's value."""
    match keyword:
        case "minLength":
            return f"Use at least {_count(limit, 'character')}."
        case "maxLength":
            return too_long(limit)
        case "minimum":
            return f"Enter {limit} or more."
        case "maximum":
            return f"Enter {limit} or less."
        case "multipleOf":
            return f"Enter a multiple of {limit}."
        case "minItems":
            return _items("at least", limit, field)
        case "maxItems":
            return _items("at most", limit, field)
        case "uniqueItems":
            return "Use each entry only once."
        case "enum":
            return "Choose one of the options."
        case "const":
            return "Switch this on to go on." if limit is True else "Enter the expected value."
    return TYPES.get(str(limit), "Correct this value.")


def _items(bound: str, limit: int, field: Field) -> str:
    if field.kind == "choices":
        return f"Choose {bound} {_count(limit, 'option')}."
    return f"{'Add' if bound == 'at least' else 'Keep'} {bound} {_count(limit, 'entry', 'entries')}."


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
