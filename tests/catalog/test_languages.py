"""Sorting by name in the store's language, and finding words of every script."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from mtc.catalog import queries
from mtc.catalog.queries import Filters
from mtc.catalog.queries.tables import PRODUCTS, SEARCH
from mtc.catalog.services import denormalize
from mtc.core.collation import LONGEST_KEY, sort_key
from mtc.core.db import session, unit_of_work
from mtc.tenants.services.stores import update_store
from tests.servers.database import both_databases

ORDERS: dict[str, list[str]] = {
    "en": ["2 Days", "10 Days", "ácid", "Apfel", "apple", "Éclair", "Łódź", "Lomo", "Øre", "Oz", "Zebra"],
    "de": ["Ähre", "Anton", "Apfel", "Öl", "Orm", "Straße", "Strassen", "Übung", "Zebra"],
    "sv": ["Apa", "Orm", "Zebra", "Åska", "Ängel", "Öl"],
    "da-DK": ["Aal", "Zulu", "Ærø", "Øl", "Åse"],
    "es": ["nata", "nube", "nz", "ñandú", "oso"],
    "pl": ["las", "luz", "łan", "maj"],
    "cs": ["cena", "čaj", "hora", "chata", "ihned"],
    "tr": ["hız", "ırmak", "Isparta", "ideal", "İzmir", "jale"],
    "et": ["saun", "šokk", "zen", "tall", "vesi", "õun", "ämm", "öö", "üks"],
    "ru": ["Анна", "Ежик", "Ёлка", "Жук", "Яма"],
    "ja": ["2", "10", "abc", "がいこく", "ゲーム", "ひかり", "東京"],
    "fr": ["côte", "«Cour»", "cours", "Part 2", "part 10", "Part 010b", "???"][:6],
}


@pytest.mark.parametrize("locale", ORDERS)
def test_b44_names_are_in_the_order_of_their_language(locale: str) -> None:
    names = ORDERS[locale]
    mixed = random.Random(44).sample(names, len(names))
    assert sorted(mixed, key=lambda name: sort_key(name, locale)) == names


def test_b44_keys_fit_their_column_and_hold_the_name_apart() -> None:
    dice = random.Random(1)
    for _ in range(2000):
        name = "".join(
            chr(dice.choice([dice.randrange(32, 0x250), dice.randrange(32, 0xD7FF)])) for _ in range(250)
        )
        key = sort_key(name, dice.choice([*ORDERS, "vi", "hu", "x"]))
        assert 0 < len(key) <= LONGEST_KEY
    assert len({sort_key(name) for name in ("cafe", "Café", "café!", "CAFE 1", "CAFE 01")}) == 5
    assert sort_key("9" * 200) > sort_key("9" * 50) > sort_key("8" * 50)


def names_in(sort: str, limit: int = 3) -> list[str]:
    """All names, read page by page to the end and back again."""
    there: list[str] = []
    after, page = "", None
    while page is None or page.next:
        page = queries.products(Filters(), sort=sort, after=after, limit=limit)
        there += [row.name for row in page.items]
        after = page.next or ""
    back = [row.name for row in page.items]
    while page.previous:
        page = queries.products(Filters(), sort=sort, before=page.previous, limit=limit)
        back = [row.name for row in page.items] + back
    assert back == there
    return there


@both_databases
def test_b44_listings_are_sorted_and_paged_by_language(make: Callable[..., Any], scope: Any) -> None:
    names = ["Éclair", "Zebra", "apple", "banana", "Apfel", "ácid", "Ängel", "10 Days", "2 Days", "eclair"]
    for name in names:
        make(name)
    expected = ["2 Days", "10 Days", "ácid", "Ängel", "Apfel", "apple", "banana", "eclair", "Éclair", "Zebra"]
    with unit_of_work():
        assert names_in("name") == expected
        assert [row.name for row in queries.admin_products(sort="name").items] == expected
        update_store(scope.id, scope.store.id, locale="sv-SE")
    with unit_of_work():
        while denormalize.refresh_old():
            pass
        assert names_in("name") == [name for name in expected if name != "Ängel"] + ["Ängel"]


@both_databases
def test_b44_b46_products_from_before_get_their_keys_and_words(make: Callable[..., Any], scope: Any) -> None:
    for name in ("zeta", "日本語ゲーム", "Alpha"):
        make(name)
    with unit_of_work():
        session.execute(update(PRODUCTS).where(PRODUCTS.c.tenant_id == scope.id).values(name_key="", card={}))
        assert (denormalize.refresh_old(), denormalize.refresh_old()) == (3, 0)
    with unit_of_work():
        assert names_in("name") == ["Alpha", "zeta", "日本語ゲーム"]
        assert all(row.card["offers"] for row in queries.products(Filters()).items)


JOINED = {
    "dont": "Don't Starve", "curly": "One One’s Own", "spider": "Spider-Man 2", "web": "Spiderman Web",
    "stalker": "S.T.A.L.K.E.R. Shadow", "clear": "Stalker Clear Sky", "book": "The E-Book",
    "ebook": "Ebook Reader", "amour": "L'amour fou", "man": "Man of Steel", "reilly": "O‑Reilly Guide",
    "version": "Tool 1.2",
}  # fmt: skip
JOINED_ASKED: list[tuple[str, set[str]]] = [
    ("dont starve", {"dont"}), ("don't starve", {"dont"}), ("don’t", {"dont"}), ("don t", {"dont"}),
    ("one ones own", {"curly"}), ("one's", {"curly"}), ("spiderman", {"spider", "web"}),
    ("spider-man", {"spider", "web"}), ("spider man", {"spider"}), ("Spider‐Man", {"spider", "web"}),
    ("stalker", {"stalker", "clear"}), ("s.t.a.l.k.e.r", {"stalker", "clear"}),
    ("S.T.A.L.K.E.R. sky", {"clear"}), ("ebook", {"book", "ebook"}), ("e-book", {"book", "ebook"}),
    ("e-books", {"book", "ebook"}), ("amour", {"amour"}), ("l'amour", {"amour"}), ("lamour", {"amour"}),
    ("man", {"man", "spider"}), ("oreilly", {"reilly"}), ("12", set()), ("1.2", {"version"}),
]  # fmt: skip


@both_databases
def test_joined_words_are_found_in_every_spelling(make: Callable[..., Any], subtests: Any) -> None:
    """itchio/itch.io #1375, bcgov/platform-services-registry #1980: people leave the apostrophe out."""
    ids = {make(name).id: key for key, name in JOINED.items()}
    with unit_of_work():
        for text, expected in JOINED_ASKED:
            with subtests.test(text=text):
                found = queries.products(Filters(text=text), sort="newest").items
                best = queries.products(Filters(text=text), sort="relevance").items
                offered = queries.suggestions(text, limit=20)
                for rows in (found, best, offered):
                    assert {ids[row.id] for row in rows} == expected


@both_databases
def test_words_from_before_are_made_anew(make: Callable[..., Any], scope: Any) -> None:
    make("Don't Starve")
    with unit_of_work():
        mine = PRODUCTS.c.tenant_id == scope.id
        key = session.execute(select(PRODUCTS.c.name_key).where(mine)).scalar_one()
        session.execute(delete(SEARCH).where(SEARCH.c.tenant_id == scope.id))
        session.execute(update(PRODUCTS).where(mine).values(name_key=key[:-1]))
        assert (denormalize.refresh_old(), denormalize.refresh_old()) == (1, 0)
    with unit_of_work():
        assert [row.name for row in queries.products(Filters(text="dont")).items] == ["Don't Starve"]


NAMES = {
    "jp": "日本語ゲーム入門", "ko": "온라인게임을 위한 안내서", "th": "เกมภาษาไทยสนุก", "zh": "中文软件教程",
    "pl": "Łódź Æon Øre", "de": "Straße", "vi": "Đặng Tiếng Việt", "tr": "Isı ılık", "hi": "हिन्दी खेल",
    "c++": "C++ Primer", "c#": "C# in Depth", "q": "Who? What???", "plain": "Plain words", "emoji": "🎮 Pads",
}  # fmt: skip
ASKED: list[tuple[str, set[str]]] = [
    ("ゲーム", {"jp"}), ("日本", {"jp"}), ("入門", {"jp"}), ("語ゲー", {"jp"}), ("門", {"jp"}),
    ("げーむ", {"jp"}), ("げー", {"jp"}),
    ("日本語ゲーム入門", {"jp"}), ("日本ゲーム", set()), ("게임", {"ko"}), ("온라인", {"ko"}),
    ("게이", {"ko"}), ("안내", {"ko"}), ("ภาษา", {"th"}), ("ไทย", {"th"}),
    ("软件", {"zh"}), ("教程", {"zh"}), ("软教", set()), ("lodz", {"pl"}),
    ("ŁÓDŹ", {"pl"}), ("aeon", {"pl"}), ("ore", {"pl"}), ("ØRE", {"pl"}),
    ("strasse", {"de"}), ("dang", {"vi"}), ("tieng viet", {"vi"}),
    ("isi ilik", {"tr"}), ("ISI", {"tr"}), ("हिन्दी", {"hi"}), ("खेल", {"hi"}),
    ("++", {"c++"}), ("+", {"c++"}), ("#", {"c#"}), ("???", {"q"}), ("?", {"q"}),
    ("🎮", {"emoji"}), ("＋＋", {"c++"}), ("!!!", set()), ("%", set()), ("*", set()),
    ("\\", set()), ("_", set()), ("%%", set()), ("\u200b", set()),
    ("\u0301", set()), ("plain", {"plain"}),
]  # fmt: skip


@both_databases
def test_b46_words_of_every_script_are_found_by_their_parts(make: Callable[..., Any]) -> None:
    for name in NAMES.values():
        make(name)
    back = {name: key for key, name in NAMES.items()}
    with unit_of_work():
        for text, keys in ASKED:
            for sort in ("relevance", "newest"):
                found = queries.products(Filters(text=text), sort=sort, limit=48).items
                assert {back[row.name] for row in found} == keys, (text, sort)
            assert {back[row.name] for row in queries.suggestions(text, 20)} == keys, text
            assert {back[row.name] for row in queries.admin_products(text=text).items} == keys, text
        assert len(queries.products(Filters(text="  "), limit=48).items) == len(NAMES)
