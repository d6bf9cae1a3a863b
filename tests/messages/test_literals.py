"""Unmarked sentences: no folder gets more of them, and what is counted is found."""

from __future__ import annotations

import pytest

from tests.messages.literals import baseline, count, in_python, in_template, lowered


def test_no_folder_gets_more_sentences_that_are_not_translated() -> None:
    most = baseline()
    more = {
        name: (number, most.get(name, 0)) for name, number in count().items() if number > most.get(name, 0)
    }
    assert more == {}, "mark them with _() or _l(): see docs/translations.md"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("flash('It is saved.')", ["It is saved."]),
        ("flash(_('It is saved.'))", []),
        ("raise NotFoundError(f'There is no {name} here.')", ["There is no x here."]),
        ("raise NotFoundError(_l('There is no such mail.'))", []),
        ("raise ValidationError(_l('No.'), {'a': ['Use a number.']})", ["Use a number."]),
        ("Field(label='Your name', code='Not seen here')", ["Your name"]),
        ("GONE = 'It is gone now.'", ["It is gone now."]),
        ("SQL = 'Select something'", []),
        ("View('cart', 'Your cart' if x else _('Empty cart'))", ["Your cart"]),
        ("log.info('It is saved.')", []),
    ],
)
def test_literals_of_python(source: str, found: list[str]) -> None:
    assert list(in_python(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Your cart</p>", ["Your cart"]),
        ("<p>{{ _('Your cart') }}</p>", []),
        ("<p>{% trans %}Your cart{% endtrans %}</p>", []),
        ("<p>{{ 'Your cart'|t }}</p>", []),
        ('<input placeholder="Your name" class="big Red">', ["Your name"]),
        ('<a title="{{ _(\'Your name\') }}" href="/a b">→</a>', []),
        ("{{ ui.button('Place the order', href='/x') }}", ["Place the order"]),
        ("{{ ui.button(_('Place the order'), icon_name='shopping-bag') }}", []),
        ('<p class="{{ x }} big one">{{ y }}</p>', []),
        ('<script nonce="x">let Some = words here</script>', []),
        ("<b>Checkout</b> · 3", ["Checkout"]),
    ],
)
def test_literals_of_templates(source: str, found: list[str]) -> None:
    assert list(in_template(source)) == found


def test_the_numbers_only_go_down() -> None:
    most = {"mtc/pages": 5, "mtc/web": 3}
    assert lowered(most, {"mtc/pages": 5, "mtc/web": 2}) == {"mtc/pages": 5, "mtc/web": 2}
    assert lowered(most, {"mtc/pages": 1, "mtc/web": 4}) == {"mtc/pages": 1, "mtc/web": 3}
    with pytest.raises(SystemExit):
        lowered(most, {"mtc/pages": 6, "mtc/web": 3})
