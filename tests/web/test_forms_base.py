"""Forms written by hand: stripped text, our own words, errors in the shape of the house."""

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from werkzeug.datastructures import MultiDict
from wtforms import validators
from wtforms.fields import (
    BooleanField,
    EmailField,
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
)

from mtc.core.errors import ValidationError
from mtc.core.i18n import use_locale
from mtc.web.forms import BaseForm, error_summary
from mtc.web.forms.base import OurWords
from mtc.web.template_sentences import install_translations


class Account(BaseForm):
    name = StringField("Name", [validators.InputRequired(), validators.Length(3, 10)], description="In full")
    email = EmailField("Email", filters=[str.lower])
    password = PasswordField("Password", [validators.InputRequired()])
    age = IntegerField("Age", [validators.Optional(), validators.NumberRange(18, 99)])
    role = SelectField("Role", choices=[SelectChoice("a", "A"), SelectChoice("b", "B")])
    terms = BooleanField("Terms")


GOOD = {
    "name": "  Ada L \x00",
    "email": " ADA@Example.com ",
    "password": " keep me ",
    "age": "36",
    "role": "b",
}


def test_text_is_stripped_and_passwords_are_not() -> None:
    assert Account(MultiDict(GOOD)).accept() == {
        "name": "Ada L",
        "email": "ada@example.com",
        "password": " keep me ",
        "age": 36,
        "role": "b",
        "terms": False,
    }


def test_our_own_words() -> None:
    form = Account(MultiDict({**GOOD, "name": "x", "password": "", "age": "old", "role": "z"}))
    with pytest.raises(ValidationError) as caught:
        form.accept()
    assert caught.value.details == {
        "name": ["Use 3 to 10 characters."],
        "password": ["Enter a value."],
        "age": ["Enter a whole number."],
        "role": ["Choose one of the options."],
    }
    assert [slip.label for slip in error_summary(form)] == ["Name", "Password", "Age", "Role"]


def test_numbers_out_of_range() -> None:
    form = Account(MultiDict({**GOOD, "age": "3"}))
    assert not form.validate()
    assert form.age.errors == ["Enter a number from 18 to 99."]


def test_a_services_refusal_lands_at_its_field() -> None:
    form = Account(MultiDict(GOOD))
    form.refuse({"email": ["This address is taken."], "elsewhere": "Closed."})
    assert [(slip.target, slip.message) for slip in error_summary(form)] == [
        ("", "Closed."),
        ("email", "This address is taken."),
    ]


def test_the_same_macros_render_it() -> None:
    templates = Environment(loader=FileSystemLoader(Path(__file__).parents[2] / "templates"), autoescape=True)
    install_translations(templates)
    form = Account(MultiDict({**GOOD, "name": "<"}))
    form.validate()
    page = templates.from_string(
        '{% import "forms/fields.html" as forms %}{{ forms.error_summary(slips) }}'
        "{% for field in form %}{{ forms.render(field) }}{% endfor %}"
    )
    html = page.render(form=form, slips=error_summary(form))
    assert (
        '<input aria-describedby="name-help name-err" aria-invalid="true" aria-required="true" '
        'class="field__control" id="name" maxlength="10" minlength="3" name="name" type="text" value="&lt;">'
    ) in html
    assert '<a href="#name">Name</a>: Use 3 to 10 characters.' in html
    assert "keep me" not in html
    assert '<span class="switch__label">Terms</span>' in html


def test_what_wtforms_says_is_said_in_the_running_language() -> None:
    form = Account(MultiDict({"name": "x", "email": "a@b.example", "age": "120"}))
    with use_locale("de"):
        assert not form.validate()
    assert form["name"].errors == ["Verwenden Sie 3 bis 10 Zeichen."]
    assert form["age"].errors == ["Geben Sie eine Zahl von 18 bis 99 ein."]
    assert form["password"].errors == ["Geben Sie einen Wert ein."]
    with use_locale("de"):
        assert OurWords().ngettext("Field cannot be longer than %(max)d character.", "", 1) == (
            "Verwenden Sie höchstens 1 Zeichen."
        )
