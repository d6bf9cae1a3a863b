"""Characters that nobody sees are not kept in names and not accepted in addresses."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.catalog.services.product_input import product_values, variant_values
from mtc.catalog.services.type_values import type_values
from mtc.checkout.services.buyer_details import check_buyer
from mtc.checkout.values import BuyerDetails
from mtc.core.errors import ValidationError
from mtc.core.fields import FieldSet, canonical, check
from mtc.core.fields.formats import scrub
from mtc.core.normalization import has_invisible, strip_invisible
from mtc.emails.services.outbox import check_address
from mtc.infra.mail.base import address
from mtc.media.services.uploads import clean_name
from mtc.tenants.services.tenants import check_slug

DIRECTIONS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
CONTROLS = [code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (9, 10, 13, 0x85)]
FORMATS = [*range(0x200B, 0x2010), 0x061C, 0xFEFF, 0xAD, 0x2060, 0x180E, 0xE0001, 0xE0041, 0x3164, 0xFFA0]
INVISIBLE = [chr(code) for code in (*DIRECTIONS, *CONTROLS, *FORMATS)]
FIELDS = FieldSet([{"name": "studio", "label": "Studio", "type": "text"}])
SHOP = SimpleNamespace(settings={}, locale="en", slug="acme", tenant_id=None)


def _buyer(name: str) -> str:
    typed = BuyerDetails("ada@example.org", "DE", name, agreed=frozenset({"consent"}))
    return check_buyer(SHOP, typed).name


REMOVED: dict[str, Callable[[str], Any]] = {
    "one line": lambda text: scrub(text, multiline=False),
    "product": lambda text: product_values({"name": text})["name"],
    "variant": lambda text: variant_values({"name": text})["name"],
    "option": lambda text: next(iter(variant_values({"options": {text: "x"}})["attributes"])),
    "value of an option": lambda text: variant_values({"options": {"x": text}})["attributes"]["x"],
    "product type": lambda text: type_values({"name": text})["name"],
    "field of a product": lambda text: FIELDS.validate({"studio": text})["studio"],
    "file for sale": clean_name,
}
REFUSED: dict[str, Callable[[str], Any]] = {
    "address": lambda sign: check_address(f"ad{sign}a@example.org"),
    "address, host": lambda sign: check_address(f"ada@exam{sign}ple.org"),
    "sender, local part": lambda sign: address(f"ad{sign}a@example.org", "from"),
    "slug": lambda sign: check_slug(f"ac{sign}me"),
}


@pytest.mark.parametrize("place", REMOVED)
def test_names_are_kept_without_invisible_characters(place: str) -> None:
    found = {sign: REMOVED[place](f"Hollow{sign} Pi{sign}nes") for sign in INVISIBLE}
    assert {sign: name for sign, name in found.items() if name != "Hollow Pines"} == {}


def test_the_name_of_a_buyer_is_kept_without_them() -> None:
    signs = [sign for sign in INVISIBLE if ord(sign) >= 32]
    assert {_buyer(f"Ada{sign} Love{sign}lace") for sign in signs} == {"Ada Lovelace"}


def test_the_sender_of_a_mail_is_named_without_them() -> None:
    signs = [sign for sign in INVISIBLE if ord(sign) >= 32 and sign != "\x7f"]
    found = {address(f"Ada{sign} Love{sign}lace <ada@example.org>", "from").display_name for sign in signs}
    assert found == {"Ada Lovelace"}


@pytest.mark.parametrize("place", REFUSED)
def test_addresses_with_invisible_characters_are_refused(place: str) -> None:
    for sign in INVISIBLE:
        with pytest.raises(ValidationError):
            REFUSED[place](sign)


def test_the_format_of_an_address_refuses_what_is_left_in_it() -> None:
    assert canonical("email", "ada@example.org") == "ada@example.org"
    assert {canonical("email", f"می{sign}خ@example.org") for sign in "\u200c\u200d"} == {None}


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u00ad"])
def test_labels_of_fields_with_them_are_refused(sign: str) -> None:
    for more in (
        {"label": f"Stu{sign}dio", "type": "text"},
        {"label": "S", "type": "text", "unit": f"k{sign}m"},
    ):
        with pytest.raises(ValidationError):
            check([{"name": "studio", **more}])
    option = {"value": "a", "label": f"A{sign}a"}
    with pytest.raises(ValidationError):
        check([{"name": "studio", "label": "Studio", "type": "select", "options": [option]}])


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian
        "क्\u200dष",  # Devanagari
        "👩\u200d🚀",
        "🏳\ufe0f\u200d🌈",
        "👩🏽\u200d🚀",
        "\u0600\u0661",  # the Arabic sign of a number is drawn
        "Ångström & Söhne – 東京",
    ],
)
def test_what_scripts_and_emoji_need_stays(text: str) -> None:
    assert strip_invisible(text, multiline=False) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\u200cمی\u200d", "می"),
        ("می\u200c\u200cخ", "می\u200cخ"),
        ("Ada\u200dLovelace", "AdaLovelace"),
        ("می\u200c خ", "می خ"),
        ("one\ntwo\tthree\u2028four", "one two three four"),
    ],
)
def test_joiners_elsewhere_and_line_ends_go(text: str, kept: str) -> None:
    assert strip_invisible(text, multiline=False) == kept


def test_several_lines_lose_controls_and_overrides_only() -> None:
    signs = "".join(chr(code) for code in (*DIRECTIONS, *CONTROLS))
    text = f"one\n\ttwo{signs} \u200fשלום\u200e co\u00adop"
    assert scrub(text, multiline=True) == "one\n\ttwo \u200fשלום\u200e co\u00adop"
    assert scrub("a\r\nb\rc", multiline=True) == "a\nb\nc"


@given(st.text(st.characters()))
def test_what_is_left_is_visible_and_stays_as_it_is(text: str) -> None:
    kept = strip_invisible(text, multiline=False)
    assert strip_invisible(kept, multiline=False) == kept
    left = {char for char in kept if unicodedata.category(char) in ("Cc", "Cf", "Cs")} - {"\u200c", "\u200d"}
    assert all(unicodedata.name(char).startswith(("ARABIC", "SYRIAC", "KAITHI")) for char in left)
    assert has_invisible(kept) == bool({"\u200c", "\u200d"} & set(kept))
    lines = strip_invisible(text, multiline=True)
    assert strip_invisible(lines, multiline=True) == lines
    assert not {chr(code) for code in (*DIRECTIONS, *CONTROLS)} & set(lines)
