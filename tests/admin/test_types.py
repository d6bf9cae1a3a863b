"""The type editor and the starter types in the admin: buttons, refusals, renames, what is kept."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest

from mtc.catalog import queries
from mtc.catalog.queries.types import TypeInfo
from mtc.core.tenancy import tenant_scope
from mtc.delivery import queries as delivery
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.audit.log import entries
from tests.servers.database import both_databases

_TAG = re.compile(r"<(input|select|textarea|option|button)\b([^>]*)>([^<]*)")


def filled(page: str) -> dict[str, Any]:
    """What a browser would send for the type editor on the page."""
    form = page[page.index('id="type-form"') :].partition("</form>")[0]
    sent: dict[str, Any] = {}
    name = ""
    for tag, attributes, text in _TAG.findall(form):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        flags = re.sub(r'"[^"]*"', "", attributes).split()
        name = found.get("name", name if tag == "option" else "")
        if not name or tag == "button" or name == "csrf_token":
            continue
        if tag == "option" and "selected" in flags:
            sent[name] = unescape(found["value"])
        elif tag == "textarea":
            sent[name] = unescape(text.removeprefix("\n"))
        elif tag == "select":
            sent[name] = ""
        elif tag == "input" and (found.get("type") != "checkbox" or "checked" in flags):
            sent[name] = unescape(found.get("value", ""))
    return sent


def types_of(shop: Shop) -> dict[str, TypeInfo]:
    with tenant_scope(shop.world.id, readonly=True):
        return {one.slug: one for one in queries.type_book().types}


def values_of(shop: Shop) -> dict[str, Any]:
    with tenant_scope(shop.world.id, readonly=True):
        return queries.attributes_of([shop.product])[shop.product]


def editor(shop: Shop) -> str:
    return f"{shop.url}/types/{types_of(shop)[shop.type_slug].id}"


@both_databases
def test_a_type_is_made_from_nothing(shop: Shop, owner: Person) -> None:
    url, form = f"{shop.url}/types/new", {"name": "Sound pack", "stock_source": "unlimited", "method": ""}
    form |= {"fields-0-label": "Tempo (BPM)", "fields-0-type": "integer", "fields-0-searchable": "1",
             "fields-0-min": "40", "fields-0-max": "300", "fields-0-filterable": "1",
             "fields-0-group": "Music"}  # fmt: skip
    form |= {"fields-1-label": "Mood", "fields-1-type": "select", "fields-1-options": "calm\nup = Upbeat"}
    form |= {"fields-2-label": "Tracks", "fields-2-type": "repeater", "fields-2-group": "Content"}
    page = owner.post(url, {**form, "_op": "fields-2-add"}).get_data(as_text=True)
    assert 'name="fields-2-fields-0-label"' in page
    sent = filled(page) | {"fields-2-fields-0-label": "Title", "fields-2-fields-0-required": "1"}
    page = owner.post(url, {**sent, "_op": "fields-1-up"}).get_data(as_text=True)
    assert 'name="preview-mood"' in page  # the preview shows what would be saved
    answer = owner.post(url, filled(page))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    kind = types_of(shop)["sound-pack"]
    assert [(one.key, one.kind) for one in kind.fields.fields] == [
        ("mood", "choice"), ("tempo_bpm", "number"), ("tracks", "repeater"),
    ]  # fmt: skip
    mood, tempo, tracks = kind.fields.fields
    assert [(one.value, one.label) for one in mood.options] == [("calm", "calm"), ("up", "Upbeat")]
    assert (mood.searchable, tempo.searchable) == (False, True)
    assert (tempo.minimum, tempo.maximum, tempo.filterable) == (40, 300, True)
    assert [(one.key, one.required) for one in tracks.fields] == [("title", True)]
    assert [group.label for group in kind.fields.tabs[0].groups] == ["", "Music", "Content"]
    assert kind.stock_source == "unlimited"
    (entry,) = entries("admin.create_type", shop.world.id)
    assert entry.summary == "Created a product type"
    # Opening it and saving it again changes nothing.
    again = f"{shop.url}/types/{kind.id}"
    assert owner.post(again, filled(owner.get(again).get_data(as_text=True))).status_code == 303
    assert types_of(shop)["sound-pack"].fields.schema == kind.fields.schema
    assert types_of(shop)["sound-pack"].fields.ui_config == kind.fields.ui_config


@both_databases
def test_a_field_is_renamed_moved_and_removed(shop: Shop, owner: Person) -> None:
    sent = filled(owner.get(editor(shop)).get_data(as_text=True))
    page = owner.post(editor(shop), {**sent, "_op": "fields-0-down"}).get_data(as_text=True)
    sent = filled(page)
    assert [sent[f"fields-{n}-was"] for n in range(3)] == ["size", "platform", "coop"]
    assert owner.post(editor(shop), {**sent, "fields-1-name": "system"}).status_code == 303
    assert values_of(shop) == {"system": "steam", "size": 12}
    late = owner.post(editor(shop), sent)
    assert late.status_code == 422
    assert "Somebody else has changed this product type." in late.get_data(as_text=True)
    sent = filled(owner.get(editor(shop)).get_data(as_text=True))
    page = owner.post(editor(shop), {**sent, "_op": "fields-0-remove"}).get_data(as_text=True)
    asked = owner.post(editor(shop), filled(page))
    assert asked.status_code == 422
    page = asked.get_data(as_text=True)
    assert "1 product has a value for “Size” that is removed." in page
    assert values_of(shop) == {"system": "steam", "size": 12}
    assert owner.post(editor(shop), filled(page) | {"drop": "size"}).status_code == 303
    assert values_of(shop) == {"system": "steam"}


def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    shop: Shop, owner: Person, subtests: pytest.Subtests
) -> None:
    sent = filled(owner.get(editor(shop)).get_data(as_text=True)) | {"fields-2-help": "My own words"}
    new = {"fields-3-label": "Studio", "fields-3-type": "text"}
    for changes, sentence in [
        ({"name": ""}, "Give the type a name."),
        ({"slug": "No slug!"}, "Use small letters, digits and single hyphens"),
        ({"method": "pigeon"}, "Choose one of the store's ways to deliver."),
        ({"stock_source": "moon"}, "Choose pool, unlimited or none."),
        ({"icon": "../x"}, "Choose one of the icons."),
        ({"fields-0-label": ""}, "Give the field a label."),
        ({"fields-0-name": "No Name"}, "Platform: Use small letters, digits and _"),
        ({"fields-0-options": ""}, "Platform: List at least one option."),
        ({"fields-0-type": "wormhole"}, "Platform: Choose one of the known types."),
        ({"fields-0-options": "epic"}, "1 product has a “Platform” that these settings do not accept."),
        ({"fields-1-min": "much"}, "Size: Use a number."),
        ({"fields-1-min": "9", "fields-1-max": "3"}, "Size: The lower limit is above the upper limit."),
        ({"fields-1-default": "much"}, "The default is not accepted"),
        ({"fields-2-name": "size"}, "Co-op: Use each name only once."),
        ({**new, "fields-3-required": "1"}, "Studio: 1 product has no “Studio”."),
        ({**new, "fields-3-type": "repeater"}, "Nest"),
        ({"version": "x" * 5000}, "Somebody else has changed"),
    ]:
        with subtests.test(changes=changes):
            answer = owner.post(editor(shop), {**sent, **changes})
            page = unescape(answer.get_data(as_text=True))
            if sentence == "Nest":  # a repeated group without fields is no mistake
                assert answer.status_code == 303
                continue
            assert answer.status_code == 422
            assert sentence in page
            assert "My own words" in page
    assert values_of(shop) == {"platform": "steam", "size": 12}


@both_databases
def test_starter_types_are_added_with_one_click(shop: Shop, owner: Person) -> None:
    page = owner.get(f"{shop.url}/types").get_data(as_text=True)
    assert "What else do you sell?" in page
    assert 'value="game-key"' not in page  # the store has a type of this name
    answer = owner.post(f"{shop.url}/types/starter", {"types": ["ebook", "course", "game-key"]})
    assert answer.headers["Location"].endswith("/types")
    assert set(types_of(shop)) == {"game-key", "ebook", "course"}
    with tenant_scope(shop.world.id, readonly=True):
        assert "files" in {one.slug for one in delivery.methods()}
    answer = owner.post(f"{shop.url}/types/starter", {"types": "gift-card", "then": "product"})
    assert answer.headers["Location"].endswith("/products/new?type=gift-card")
    assert owner.post(f"{shop.url}/types/starter", {}).status_code == 400
    assert owner.post(f"{shop.url}/types/starter", {"types": "moon"}).status_code == 404
    (entry, *_) = entries("admin.add_starter_types", shop.world.id)
    assert entry.summary == "Added starter product types"
    page = owner.get(f"{shop.url}/products/new?type=ebook").get_data(as_text=True)
    assert re.search(r'value="unlimited" selected', page)


def test_a_type_is_deleted_only_when_no_product_uses_it(shop: Shop, owner: Person) -> None:
    assert "delete-type" not in owner.get(editor(shop)).get_data(as_text=True)
    refused = owner.post(f"{editor(shop)}/delete")
    assert refused.status_code == 409
    assert "1 product is of this type" in refused.get_data(as_text=True)
    owner.post(f"{shop.url}/types/starter", {"types": "ebook"})
    url = f"{shop.url}/types/{types_of(shop)['ebook'].id}"
    assert "delete-type" in owner.get(url).get_data(as_text=True)
    assert owner.post(f"{url}/delete").status_code == 303
    assert set(types_of(shop)) == {"game-key"}
    assert owner.get(url).status_code == 404


@both_databases
def test_types_of_others_are_not_found(shop: Shop, rival: Shop, owner: Person, person: Any) -> None:
    theirs = types_of(rival)[rival.type_slug].id
    for which in (theirs, uuid4()):
        for method, path in (("get", ""), ("post", ""), ("post", "/delete")):
            assert getattr(owner, method)(f"{shop.url}/types/{which}{path}").status_code == 404
    support = person("support")
    assert support.get(editor(shop)).status_code == 200
    for path in ("/types/new", f"/types/{UUID(int=1)}", "/types/starter"):
        assert support.post(shop.url + path, {"name": "x"}).status_code == 403


def test_strange_buttons_and_numbers_do_no_harm(shop: Shop, owner: Person) -> None:
    for data in (
        {"_op": "fields-9-up"}, {"_op": "fields-0-fields-7-remove"}, {"_op": "fields-0-explode"},
        {"_op": "x-0-up"}, {"_op": "fields-²-up"}, {"_op": "-"}, {"_op": "fields-0-fields-0-fields-0-add"},
        {"fields-٣-label": "x"}, {"fields-0-fields-0-fields-0-fields-0-fields-0-label": "x"},
        {"fields-0-label": "x" * 60_000},
        {"fields-0-was": "a.b.c", "fields-0-label": "A", "fields-0-type": "text"},
    ):  # fmt: skip
        answer = owner.post(f"{shop.url}/types/new", data)
        assert answer.status_code in (200, 422), data
