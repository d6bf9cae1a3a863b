"""Catalogs are in step with the sources, German and Arabic are whole, and every translation can be filled."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtc.core.i18n.catalogs import fits, path_of
from mtc.core.i18n.messages import SCRIPT
from tests.messages.catalogs import catalogs_of, in_step, read, untranslated
from tests.messages.extraction import messages_of, owners, said_to_shoppers, template_messages, template_of

OWNERS = list(owners())
CATALOGS = [path for owner in OWNERS for path in catalogs_of(owner)]


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: owner.name)
def test_catalogs_are_in_step_with_the_sources(owner: Path) -> None:
    template = template_of(owner)
    stale = [str(path) for path in catalogs_of(owner) if in_step(path, template) != path.read_bytes()]
    assert stale == [], "run `make messages`"


def test_nothing_is_left_to_translate_into_german() -> None:
    assert [one for owner in OWNERS for one in untranslated(path_of(owner / "locales", "de"))] == []


def test_what_shoppers_read_is_there_in_every_locale() -> None:
    for path in CATALOGS:
        assert untranslated(path, said_to_shoppers(path.parents[3])) == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: "-".join(path.parts[-5:-2]))
def test_translations_take_the_values_of_their_sentence(path: Path) -> None:
    catalog = read(path)
    for message in catalog:
        if message.id and not message.fuzzy:
            sources = message.id if isinstance(message.id, tuple) else (message.id,)
            forms = message.string if isinstance(message.string, tuple) else (message.string or "",)
            assert fits(sources[-1], forms), sources
            assert len(forms) == (catalog.num_plurals if len(sources) > 1 else 1), sources


def test_every_way_to_mark_a_sentence_is_found(tmp_path: Path) -> None:
    python, script = tmp_path / "a.py", tmp_path / "a.js"
    python.write_text(
        "from mtc.core.i18n import _\n"
        "# Translators: on a button\n_('One')\n_l('Two %(x)s', x=1)\nngettext('1 a', '%(num)s a', n)\n"
        "pgettext('verb', 'Order')\n_(name)\n_('Joined '\n  'from two')\n"
    )
    assert list(messages_of(python)) == [
        ("One", ["Translators: on a button"], None),
        ("Two %(x)s", [], None),
        (("1 a", "%(num)s a"), [], None),
        ("Order", [], "verb"),
        ("Joined from two", [], None),
    ]
    script.write_text("toast(t('Copied'), 'success');")
    assert list(messages_of(script)) == [("Copied", [], SCRIPT)]
    template = (
        "{{ _('One') }}{% trans n=x %}  Two\n {{ n }}{% endtrans %}{{ 'Three'|t }}"
        "{{ ngettext('1 a', '%(num)s a', 3) }}{{ npgettext('c', '1 b', '%(num)s b', 3) }}"
        "{% trans count=y %}one{% pluralize %}{{ count }} of them{% endtrans %}"
    )
    assert list(template_messages(template.encode())) == [
        ("One", [], None),
        ("Two %(n)s", [], None),
        (("1 a", "%(num)s a"), [], None),
        (("1 b", "%(num)s b"), [], "c"),
        (("one", "%(count)s of them"), [], None),
        ("Three", [], None),
    ]
