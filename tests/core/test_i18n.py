"""Sentences in the running locale: fallbacks, plural forms, lazy ones, the pseudo-locale, negotiation."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from mtc.core.context import ANONYMOUS, SYSTEM, Context, use
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.i18n import (
    _,
    _l,
    current_locale,
    direction,
    fallbacks,
    language_name,
    lazy_ngettext,
    locale_tag,
    negotiate,
    ngettext,
    pgettext,
    retold,
    use_locale,
)
from mtc.core.i18n.catalogs import catalog, fits, read_catalog, shipped
from mtc.infra.http.base import UnreachableError
from mtc.payments.types.base import RefundError


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "Your cart"),
        ("en-GB", "Your cart"),
        ("de", "Ihr Warenkorb"),
        ("de-AT", "Ihr Warenkorb"),
        ("de_at", "Ihr Warenkorb"),
        ("ar", "سلتك"),
        ("sv", "Your cart"),
        ("../../etc/passwd", "Your cart"),
        ("", "Your cart"),
    ],
)
def test_a_sentence_falls_back_to_the_nearest_locale(locale: str, text: str) -> None:
    with use_locale("de" if not locale else "en"), use_locale(locale or "en"):
        assert _("Your cart") == text
        assert type(_("Your cart")) is str


def test_what_nobody_has_translated_is_english() -> None:
    with use_locale("de"):
        assert _("No catalog holds this %(name)s.", name="<b>") == "No catalog holds this <b>."
        assert pgettext("a context", "Your cart") == "Your cart"
        assert _("100% of it") == "100% of it"


@pytest.mark.parametrize(
    ("locale", "number", "text"),
    [
        ("en", 0, "0 hours ago"),
        ("en", 1, "1 hour ago"),
        ("de", 1, "vor 1 Stunde"),
        ("de", 2, "vor 2 Stunden"),
        ("ar", 0, "قبل 0 ساعة"),
        ("ar", 1, "قبل ساعة واحدة"),
        ("ar", 2, "قبل ساعتين"),
        ("ar", 3, "قبل 3 ساعات"),
        ("ar", 11, "قبل 11 ساعة"),
        ("ar", 100, "قبل 100 ساعة"),
        ("ar", 103, "قبل 103 ساعات"),
        ("sv", 2, "2 hours ago"),
    ],
)
def test_numbers_take_their_plural_form(locale: str, number: int, text: str) -> None:
    with use_locale(locale):
        assert ngettext("%(num)s hour ago", "%(num)s hours ago", number) == text


def test_the_locale_is_that_of_the_innermost_block_and_of_its_thread() -> None:
    seen: list[str] = []
    with use_locale("de"):
        with use_locale("ar"):
            assert current_locale() == "ar"
        assert current_locale() == "de"
        thread = threading.Thread(target=lambda: seen.append(current_locale()))
        thread.start()
        thread.join()
        with use(Context(actor=ANONYMOUS)):  # a request goes on in its language
            assert current_locale() == "de"
        with use(Context(actor=SYSTEM)):  # what the system does for itself is in English
            assert current_locale() == "en"
    assert (seen, current_locale()) == (["en"], "en")


def test_a_lazy_sentence_is_translated_when_it_is_shown() -> None:
    sentence = _l("“%(product)s” is sold out.", product=_l("An item"))
    hours = lazy_ngettext("%(num)s hour ago", "%(num)s hours ago", 3)
    with use_locale("de"):
        assert (str(sentence), f"{hours}") == ("„Ein Artikel“ ist ausverkauft.", "vor 3 Stunden")
        assert sentence.source == "“An item” is sold out."
    assert str(sentence) == "“An item” is sold out."
    assert not isinstance(sentence, str)
    assert _l("Your cart") == _l("Your cart") != _l("An item")
    assert len({_l("Your cart"), _l("Your cart")}) == 1


def test_an_error_speaks_the_running_language_and_logs_english() -> None:
    error = ConflictError(
        _l("“%(product)s” is sold out.", product="A & B"), {"quantity": [_l("Sold out.")], "left": 0}
    )
    with use_locale("de"):
        assert error.message == "„A & B“ ist ausverkauft."
        assert json.loads(json.dumps(error.details)) == {"quantity": ["Ausverkauft."], "left": 0}
    assert str(error) == error.message == "“A & B” is sold out."
    assert error.details == {"quantity": ["Sold out."], "left": 0}
    assert ValidationError("As it is.").message == "As it is."


def test_the_pseudo_locale_keeps_what_programs_read() -> None:
    with use_locale("en-XA"):
        assert _("Add <b>%(name)s</b>", name="Tom") == "⟦Åðð <b>Tom</b>······⟧"
        assert ngettext("%(num)s day ago", "%(num)s days ago", 2) == "⟦2 ðåýš åĝö·····⟧"
        assert _(" ") == " "
    assert direction("en-XA") == "ltr"


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("de", "de"),
        ("DE_at", "de-AT"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("d", ""),
        ("de-", ""),
        ("de/../x", ""),
        ("de" * 40, ""),
        ("", ""),
    ],
)
def test_the_spelling_of_tags(text: str, tag: str) -> None:
    assert locale_tag(text) == tag


def test_names_directions_and_fallbacks() -> None:
    assert [(language_name(tag), direction(tag)) for tag in ("en", "de", "ar", "he", "xx")] == [
        ("English", "ltr"),
        ("Deutsch", "ltr"),
        ("العربية", "rtl"),
        ("עברית", "rtl"),
        ("English", "ltr"),
    ]
    assert fallbacks("zh-Hant-TW") == ("zh-Hant-TW", "zh-Hant", "zh", "en")
    assert fallbacks("rubbish!") == fallbacks("en") == ("en",)
    assert shipped() == ("en", "ar", "de")


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH, en;q=0.8", "de"),
        ("fr;q=0.9, en;q=0.3, de;q=0.5", "de"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("en;q=0, de;q=0.1", "de"),
        ("*", "en"),
        ("fr, *;q=0.5, de;q=0.4", "en"),
        ("DE-at", "de"),
        ("de;q=nan, pt;q=1e9, ;;;,=,q", "en"),
        ("xx," * 20 + "de", "en"),
        ("x" * 5000, "en"),
        ("\xff;q=9", "en"),
        ("de;level=1", "en"),
        ("de;q=٣", "en"),
    ],
)
def test_what_a_browser_reads_is_looked_up_in_the_list(header: str, found: str) -> None:
    assert negotiate(header, ("en", "de", "pt-BR"), "en") == found


def test_a_translation_that_cannot_be_filled_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "messages.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "Hello %(name)s"\nmsgstr "Hallo %(nmae)s"\n\n'
        'msgid "Bye %(name)s"\nmsgstr "Bis dann, %(name)s"\n\n'
        '#, fuzzy\nmsgid "Old"\nmsgstr "Alt"\n\n'
        'msgctxt "verb"\nmsgid "Order"\nmsgstr "Bestellen"\n\n'
        'msgid "%(num)s key"\nmsgid_plural "%(num)s keys"\nmsgstr[0] "ein Schlüssel"\nmsgstr[1] ""\n',
        encoding="utf-8",
    )
    read = read_catalog(path)
    assert read.sentences == {"Bye %(name)s": "Bis dann, %(name)s", ("verb", "Order"): "Bestellen"}
    assert read.plurals == {}
    assert fits("100%", ("50 %",)) and fits("%(a)s", ("no value",)) and not fits("%(a)s", ("%(a)", "%(a)s"))


def test_a_sentence_that_was_written_down_is_shown_in_the_running_language() -> None:
    written = _l("The server did not answer in time.").source
    with use_locale("de"):
        assert retold(written) == "Der Server hat nicht rechtzeitig geantwortet."
        assert retold("What somebody typed") == "What somebody typed"
        assert retold("") == ""
    assert retold(written) == written


def test_what_is_written_down_of_a_failure_is_english() -> None:
    with use_locale("de"):
        broken = UnreachableError(_l("The server closed the connection."))
        assert str(broken) == "The server closed the connection."
        assert str(RefundError(_l("Nothing was paid."), permanent=True)) == "Nothing was paid."


def test_a_sentence_that_was_written_down_with_values_is_shown_in_the_running_language() -> None:
    written = _l("Your server answered %(status)s.", status=500).source
    with use_locale("de"):
        assert retold(written) == "Ihr Server hat 500 geantwortet."
        assert retold("Your server answered .") == "Your server answered .", "a value is never empty"
        assert retold("Order 7") == "Order 7", "what people type, too, is like a short sentence"
        assert retold("That of acme.example counts here too.") != "That of acme.example counts here too."
    with use_locale("en-XA"):
        assert retold(written).startswith("⟦") and "500" in retold(written)
    assert retold(written) == written


def test_written_sentences_in_english_read_no_catalog() -> None:
    catalog.cache_clear()
    assert retold("Your server answered 500.") == "Your server answered 500."
    assert catalog.cache_info().misses == 0
