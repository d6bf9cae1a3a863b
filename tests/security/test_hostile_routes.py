"""Every route of the application with hostile values: an answer for people, never a failure of ours."""

from __future__ import annotations

import re
from collections import defaultdict
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask

from mtc.testing.urls import address
from tests.security.attacks import CURSORS, FIELDS, TEXTS, forms
from tests.security.fort import PLATFORM, Fort
from tests.security.siege import Siege, settle, spoiled
from tests.servers.database import both_databases

LISTS = {
    "api_storefront.products", "storefront.collection", "storefront.search", "storefront.orders",
    "admin.products", "admin.orders", "admin.mails", "admin.stock", "admin.pool", "admin.tasks",
    "api_v1.orders", "api_v1.refunds", "api_v1.stock_batches", "storefront.library",
    "platform.tenants", "platform.users", "admin.audit", "platform.audit",
}  # fmt: skip
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "X'\">"}


@both_databases
def test_hostile_addresses(siege: Siege, database_kind: str) -> None:
    """On PostgreSQL only those that lead to a view: no statement hears of the others."""
    for number, rule in enumerate(siege.rules()):
        good, rival = (places.get(rule.endpoint, {}) for places in (siege.places, siege.theirs))
        for who in siege.everybody:
            siege.send(who, rule, address(rule, good))
        for values in spoiled(rule, good, rival or good, siege.gate(rule, number)):
            path = address(rule, values)
            if database_kind == "sqlite" or siege.leads_to_a_view(rule, path):
                siege.send(siege.who(rule)[-1], rule, path)
    settle(siege, 2000)


@both_databases
def test_hostile_queries_and_forms(siege: Siege, database_kind: str) -> None:
    """Every parameter at once, then each field of a good form by itself.

    Pages that are no lists get a few texts only: they put no parameter into a statement. On PostgreSQL they
    get the one that it alone refuses, should that be untrue of any. Where each field has its turn, the two
    databases share the texts for all parameters at once.
    """
    for place, rule in enumerate(siege.rules()):
        path = address(rule, siege.places.get(rule.endpoint, {}))
        who, form = siege.who(rule)[-1], siege.forms.get(rule.endpoint, {})
        plain = rule.endpoint not in LISTS and "POST" not in (rule.methods or ())
        texts, postgres = list(TEXTS.values()), database_kind == "postgres"
        if plain:
            at_once = [TEXTS["nul"]] if postgres else texts[:7]
        else:
            at_once = texts[(place + postgres) % 2 :: 2] if form or postgres else texts
        for text in at_once:
            siege.send(who, rule, path, data=dict.fromkeys(FIELDS, text))
        for number, name in enumerate(form):
            # Not every field with every text: each text meets every form, and each field some of the texts.
            step = 6 if postgres else 4 if len(form) > 12 else 3
            for text in texts[number % step :: step]:
                siege.send(who, rule, path, data={**form, name: text})
    settle(siege, 900)


@both_databases
def test_hostile_cursors(siege: Siege, database_kind: str) -> None:
    """Places in lists that nobody has given out; pages that are no lists, on SQLite, read none."""
    sorted_lists = {
        "storefront.collection": 1,
        "storefront.search": 1,
        "admin.products": 1,
        "api_storefront.products": 1,
    }
    for rule in siege.rules():
        if "GET" in (rule.methods or ()):
            path = address(rule, siege.places.get(rule.endpoint, {}))
            sorts = (
                ("", "newest", "name", "price", "price_desc", "sold")
                if rule.endpoint in sorted_lists
                else ("",)
            )
            others = CURSORS[5:7] if database_kind == "sqlite" else []
            for cursor in CURSORS if rule.endpoint in LISTS else others:
                for sort in sorts:
                    given = {"cursor": cursor, "after": cursor, "before": "", "sort": sort, "q": ""}
                    siege.send(siege.who(rule)[-1], rule, path, data=given)
    settle(siege, 600)


BODIES: list[dict[str, Any]] = [
    {"data": b"\xff\xfe\x00" * 50, "content_type": "application/x-www-form-urlencoded"},
    {"data": b"a=%ff%00&b=%ed%a0%80&=&&%=%&name=%ff", "content_type": "application/x-www-form-urlencoded"},
    {"data": b"name=x&name=y&name[]=z", "content_type": "application/x-www-form-urlencoded; charset=utf-7"},
    {"data": b'{"a": [1', "content_type": "application/json"},
    {"data": b'[[[{"__proto__": null}]]]', "content_type": "application/json"},
    {"data": b"[" * 20_000, "content_type": "application/json"},
    {"data": b"<a>", "content_type": "text/xml"},
    {"data": b"x", "content_type": "multipart/form-data"},
    {
        "data": b"--b\r\nContent-Disposition: form-data\r\n\r\n",
        "content_type": "multipart/form-data; boundary=b",
    },
    {"data": b"x", "content_type": "\x7f/\xe9; q=;;;="},
    {"data": b"x" * 100, "content_type": ""},
    {"data": {"keys": (BytesIO(b"x"), "../../etc/passwd"), "name": (BytesIO(b"y"), "")}},
]
HEADERS: list[dict[str, str]] = [
    {"Range": "bytes=0-0,-1,9-,a-b", "If-Range": "\xff", "If-None-Match": "*", "If-Modified-Since": "x"},
    {"Range": "bytes=" + ",".join(f"{n}-{n}" for n in range(1000))},
    {"Range": "bytes=99999999999999999999-"},
    {"Range": "bytes=-99999999999999999"},
    {"Accept": "application/json;q=nan, */*;q=-1", "Accept-Language": "\xff;q=9", "Accept-Encoding": "x"},
    {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "'\"><svg>", "HX-Current-URL": "\xff"},
    {"Cookie": "mtc_cart=\xff\xff; mtc_shop=" + "x" * 90 + "; mtc_staff=" + "'" * 60 + "; theme=<svg>; =;;;"},
    {"Cookie": "mtc_cart=" + "é" * 150 + "; mtc_cart=2; mtc_shop=" + "\xe9" * 40},
    {"Authorization": "Basic \xff", "User-Agent": "\xff" * 900, "X-Forwarded-For": "'; DROP TABLE x"},
    {"Content-Length": "-1"},
    {"Content-Length": "x"},
]  # fmt: skip
# Judged before any view, in the same way for all rules, which share them.
EARLY: list[dict[str, str]] = [
    {"Origin": "http://[", "Sec-Fetch-Site": ""},
    {"Host": "acme.localhost:x"},
    {"Origin": "null", "X-CSRFToken": "é" * 100},
    {"Host": "[::1"},
]


def test_odd_bodies_and_headers(siege: Siege) -> None:
    for number, rule in enumerate(siege.rules()):
        path = address(rule, siege.places.get(rule.endpoint, {}))
        who = siege.who(rule)[-1]
        if "POST" in (rule.methods or ()):
            for body in BODIES:
                data = body["data"]
                if isinstance(data, dict):
                    data = {key: (BytesIO(b"x"), value[1]) for key, value in data.items()}
                siege.send(who, rule, path, **{**body, "data": data})
        for headers in [*HEADERS, EARLY[number % len(EARLY)]]:
            siege.send(who, rule, path, headers=headers)
    settle(siege, 1500)


def test_methods_that_a_route_does_not_have(siege: Siege) -> None:
    rules = siege.rules()
    has: defaultdict[str, set[str]] = defaultdict(set)
    for rule in rules:
        has[rule.rule] |= rule.methods or set()
    for rule in rules:
        path = address(rule, siege.places.get(rule.endpoint, {}))
        for method in METHODS - has[rule.rule]:
            answer = siege.who(rule)[-1].open(method, path)
            siege.watch.look(f"{method} {rule.rule}", answer, path)
            assert answer.status_code in (404, 405), (method, rule.rule, answer.status_code)
    settle(siege, 300)


def _multipart(parts: int, size: int) -> dict[str, Any]:
    head = b'--b\r\nContent-Disposition: form-data; name="part%d"\r\n\r\n'
    body = b"".join(head % number + b"x" * size + b"\r\n" for number in range(parts)) + b"--b--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=b"}


def test_bodies_above_the_limit_are_413(siege: Siege) -> None:
    """2 MB for whatever is no upload; whoever may not upload is told so before anything is read."""
    large = {"data": b"a=" + b"x" * (3 * 2**20), "content_type": "application/x-www-form-urlencoded"}
    many = _multipart(6, 400_000)
    uploads = {
        "admin.add_pictures", "admin.add_keys", "admin.save_brand_picture", "admin.add_files",
        "admin.replace_file", "api_v1.add_file", "api_v1.preview_key_file", "api_v1.add_key_file",
    }  # fmt: skip
    for rule in siege.rules():
        if "POST" not in (rule.methods or ()):
            continue
        path = address(rule, siege.places.get(rule.endpoint, {}))
        for body in (large, many, {**large, "content_type": "text/plain"}):
            answer = siege.who(rule)[-1].open("POST", path, **body)
            right = answer.status_code in ((413, 415, 422, 400) if rule.endpoint in uploads else (413,))
            unread = body["content_type"] == "text/plain" and answer.status_code < 500
            assert right or unread, (rule.rule, body["content_type"], answer.status_code)
            if rule.endpoint in uploads:
                assert siege.everybody[2].open("POST", path, **body).status_code == 401


def test_thousands_of_fields_are_413(siege: Siege) -> None:
    who = siege.everybody[0]
    assert who.open("POST", "/cart/add", **_multipart(3000, 1)).status_code == 413
    query = "&".join(f"f{n}=1" for n in range(3000))
    assert who.get(f"/search?{query}").status_code in (200, 400, 414)


def test_no_parameter_is_forgotten(root: Path) -> None:
    """Each parameter that a view reads is among those that the attacks send."""
    reads = re.compile(
        r'(?:form|args|values)\.get(?:list)?\("([\w.-]+)"|query_params\.\w+\("([\w.-]+)"|\b(?:text|one_of|one)\("([\w.-]+)"'
    )
    known = {
        *FIELDS,
        *(
            name
            for form in forms(
                Fort(uuid4(), "", "", dict.fromkeys(("variant", "file_variant", "item", "file"), ""))
            ).values()
            for name in form
        ),
    }
    unknown = set()
    for folder in ("storefront", "admin", "superadmin", "api", "audit"):
        for file in (root / "mtc" / folder).rglob("*.py"):
            for found in reads.findall(file.read_text()):
                unknown |= {name for name in found if name} - known
    assert not unknown, f"add {sorted(unknown)} to FIELDS in tests/security/attacks.py"


def test_what_stands_nowhere(site: Flask, fort: Fort) -> None:
    """Addresses without a route, on every kind of host."""
    client = site.test_client()
    for base in (fort.base, PLATFORM, "http://127.0.0.1:8000", "http://unknown.example"):
        for path in (
            "/.env",
            "/wp-login.php",
            "/%2e%2e/",
            "//evil.example",
            "/%00",
            "/a" * 2000,
            "/*",
            "/?%ff=%00",
        ):
            answer = client.get(path, base_url=base)
            assert answer.status_code < 500 and answer.headers["X-Content-Type-Options"] == "nosniff", (
                base,
                path,
            )
