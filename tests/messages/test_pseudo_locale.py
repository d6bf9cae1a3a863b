"""Every page of the demo says in the pseudo-locale what it says in brackets, but for what people wrote."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain

import pytest
from babel import Locale
from flask import Flask
from werkzeug.test import TestResponse

from mtc.core.db import unit_of_work
from mtc.core.i18n.catalogs import shipped
from mtc.core.i18n.locales import PSEUDO, SOURCE, language_name
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.demo.load import load_demo
from mtc.demo.welcome import PASSWORD, ROOT_EMAIL, ROOT_SECRET
from mtc.identity.queries import user_by_email
from mtc.identity.services.totp import unused_code
from mtc.pages.services import sync_all
from mtc.tasks.services import run_due
from mtc.tenants.queries import all_stores
from mtc.tenants.services import update_store
from mtc.tenants.services.store_lookup import store_lookup
from tests.admin.people import Person
from tests.messages.pseudo_pages import Found, Outside, texts_of_demo, walk

Get = Callable[[str], TestResponse]
SHOPS = {
    "games": ("ada@questline.example", "emberfall-chronicles"),
    "studio": ("ines@paperandgrain.example", "the-quiet-grid"),
    "software": ("rowan@fernworks.example", "cutroom"),
}
# Addresses, codes, days with their month, sizes, hosts, names of files, slugs.
VALUES = re.compile(
    r"[\w.-]+@[\w.-]+|[0-9a-f]{6,64}|SHA-256(?: [0-9a-f]{8})?|(?:[A-Z]+-?)?\d+|RF\d\d [A-Z0-9 ]+"
    r"|\d{1,2} [A-Z][a-z]{2,8}(?: \d{4})?|[\d.,]+ [kM]?B|UTC(?:[+-]\d+)?|\d\d UTC|http|[A-Z]{3,4}\d?"
    r"|(?:[a-z]+\.)?localhost|[A-Z][\w& ]+ <shop@localhost>|AAAAA-BBBBB-CCCCC|[\w-]+\.(?:zip|pdf|epub)"
    r"|[a-z]+(?:-[a-z]+)+"
)
WRITTEN = frozenset({
    "MTC", "Robin Root", "Ada", "dlc", "games", "studio", "software", "Pro", "Arcade", "Folio", "Slate",
    "days", "30 days", "36 months",  # with the units of fields of the demo's types
    # Names that a store gets when it is made, in English, and its merchant changes.
    "Bank transfer", "Test card", "Free orders", "By hand", "Key on screen and by e-mail", "Download",
    "Demo order",  # a note that the demo's history writes
    "5 left",  # the subject of a mail to a colleague who reads English
})  # fmt: skip
# What cannot be translated where it stands, and why.
ESCAPES = {
    "Totp secret": "the audit log names the columns of tables, as the entries of the API do",
    "Last step": "the audit log names the columns of tables, as the entries of the API do",
}
BEFORE_LOG_IN = ("/", "/login", "/login/forgot", "/join/x", "/login/new-password/x", "/no-such-page")
WORDS = "seven green lanterns drifting"
ORDER = {
    "email": "ada@example.org", "name": "Ada", "country": "DE", "terms": "1", "consent": "1",
    "payment_method": "test",
}  # fmt: skip
OPEN_TO_ALL = (
    "/", "/search", "/search?q=zzzz", "/cart", "/checkout", "/account/login", "/account/register",
    "/account/forgot", "/orders/lookup", "/no-such-page",
)  # fmt: skip


@pytest.fixture
def demo(app: Flask) -> Flask:
    """The demo with a few orders; each store speaks the pseudo-locale only."""
    sync_all()
    load_demo(6)
    with platform_scope("list the stores", readonly=True), unit_of_work():
        stores = [(row.tenant_id, row.store_id) for row in all_stores()]
    for tenant_id, store_id in stores:
        with tenant_scope(tenant_id), unit_of_work():
            update_store(tenant_id, store_id, locale=PSEUDO, locales=[PSEUDO])
    store_lookup.clear()
    return app


def staff(app: Flask, email: str) -> Person:
    person = Person(app, email)
    answer = person.post("/login", {"email": email, "password": PASSWORD})
    if answer.headers.get("Location") == "/login/second":
        with platform_scope("look at the app of the demo", readonly=True), unit_of_work():
            user = user_by_email(email)
            assert user is not None
            code = unused_code(user.id, ROOT_SECRET)
        answer = person.post("/login/second", {"code": code})
    assert answer.status_code == 303, answer.text
    return person


def is_value(text: str) -> bool:
    """Whether it is a code, a day, a size or another value; random ones are long and have capitals inside."""
    random = len(text) > 8 and text.replace("-", "_").replace("_", "x").isalnum() and not text[1:].islower()
    return random or VALUES.fullmatch(text) is not None


def escaped(pages: Iterable[Found]) -> dict[str, list[str]]:
    """What stands outside of brackets, by page."""
    names = {*map(language_name, (*shipped(), PSEUDO)), *Locale(SOURCE).territories.values()}
    known = texts_of_demo() | WRITTEN | names | set(ESCAPES)
    found = {}
    for path, html in pages:
        assert f'<html lang="{PSEUDO}"' in html, path
        texts = sorted({one for one in Outside(html).texts if one not in known and not is_value(one)})
        if texts:
            found[path] = texts
    return found


def in_pseudo(person: Person, starts: Iterable[str]) -> Iterator[Found]:
    return walk(lambda path: person.get(path, headers={"Accept-Language": PSEUDO}), starts)


def buyer(app: Flask, slug: str, product: str) -> tuple[Get, list[Found], list[str]]:
    """Somebody who has bought a product and has an account; the pages that only they see."""
    client, base = app.test_client(), f"http://{slug}.localhost:8000"
    send = partial(client.post, base_url=base, headers={"Origin": base})
    variant = re.search(
        r'name="variant_id"[^>]*value="([^"]+)"', client.get(f"/p/{product}", base_url=base).text
    )
    assert variant is not None
    send("/cart/add", data={"variant_id": variant[1], "quantity": "1"})
    filled = client.get("/cart", base_url=base).text, client.get("/checkout", base_url=base).text
    pay = "/pay/" + send("/checkout", data=ORDER).headers["Location"].partition("/pay/")[2]
    order = "/orders/" + send(pay, data={"choice": "pay"}).headers["Location"].partition("/orders/")[2]
    send("/account/register", data={"email": ORDER["email"]})
    run_due()
    sent = [one.text for one in app.extensions["mtc.ports"].mail.sent if one.to == ORDER["email"]]
    join = next(match[0] for match in (re.search(r"/account/join/\S+", text) for text in sent) if match)
    page = client.get(join, base_url=base).text
    send(join, data={"password": WORDS, "name": "Ada"})
    get = partial(client.get, base_url=base)
    return (
        get,
        [("the cart", filled[0]), ("checkout", filled[1]), ("joining", page)],
        [order, "/account", "/", "/search", f"/p/{product}"],
    )


def hosts(app: Flask) -> Iterator[tuple[str, Iterable[Found]]]:
    """What is walked through, by name."""
    for slug, (email, product) in SHOPS.items():
        get = partial(app.test_client().get, base_url=f"http://{slug}.localhost:8000")
        yield slug, walk(get, OPEN_TO_ALL, follow=False)
        shopper, seen, paths = buyer(app, slug, product)
        yield f"buyer of {slug}", chain(seen, walk(shopper, paths))
        yield f"admin of {slug}", in_pseudo(staff(app, email), [f"/admin/{slug}/"])
    yield "before the log-in", in_pseudo(Person(app), BEFORE_LOG_IN)
    yield "platform", in_pseudo(staff(app, ROOT_EMAIL), ["/platform/tenants", "/account-settings"])


def test_no_sentence_escapes(demo: Flask, subtests: pytest.Subtests) -> None:
    for name, pages in hosts(demo):
        with subtests.test(name):
            assert escaped(pages) == {}


def test_text_without_brackets_is_told_from_marked_text() -> None:
    page = (
        '<p title="Not this">⟦Öñé <b>ţŵö</b> %s⟧ four, ⟦ƒîṽé⟧ 6</p><script>let it = be</script>'
        '<select name="country"><option label="Mars">Venus</option></select><img alt="⟦Öñé⟧">'
        '<input type="submit" value="Send it"><input value="typed">'
    )
    assert Outside(page).texts == ["Not this", "four", "Send it"]
