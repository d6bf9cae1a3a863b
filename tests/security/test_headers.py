"""What every answer carries, which hosts are answered, and where nobody is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from mtc.middleware.gateway_site import site_of
from mtc.middleware.store_resolution import Tenancy
from mtc.testing.urls import address
from tests.fakes.ports import fake_ports
from tests.security.fort import PASSWORD, PLATFORM, Fort, People, Visitor
from tests.security.places import places

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def _answers(site: Flask, people: People, fort: Fort) -> Iterator[tuple[str, TestResponse]]:
    """Each route for those it is meant for, and the errors of each kind of host."""
    good, owner, root = places(fort), people.staff("owner"), people.staff("root")
    ada, nobody = people.shopper(logged_in=True), people.staff("")
    in_place = Visitor(site.test_client(), "http://127.0.0.1:8000", "/s/acme")
    for rule in site.url_map.iter_rules():
        path = address(rule, good.get(rule.endpoint, {}))
        head = rule.endpoint.partition(".")[0]
        for who in {"admin": [owner], "platform": [root], "storefront": [ada, in_place]}.get(
            head, [nobody, ada]
        ):
            if "GET" in (rule.methods or ()):
                yield path, who.get(path)
            else:
                yield path, who.client.post(path, base_url=who.base)
    for who in (ada, nobody, in_place):
        for path in ("/nothing", "/p/nothing", "/static/nothing.css", "/media/nothing.png", "/d/forged"):
            yield path, who.get(path)
            yield path, who.get(path, headers={"Accept": "application/json"})
        yield "DELETE", who.open("DELETE", "/")
    yield "unknown host", site.test_client().get("/", base_url="http://nobody.example")
    yield "no host", site.test_client().get("/", headers={"Host": ""})


def test_every_answer_is_shut_tight(site: Flask, people: People, fort: Fort) -> None:
    seen = 0
    for path, answer in _answers(site, people, fort):
        headers, seen = answer.headers, seen + 1
        for name, value in ALWAYS.items():
            assert headers.get(name) == value, (path, answer.status_code, name)
        assert headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN"), path
        assert headers["Referrer-Policy"] in ("strict-origin-when-cross-origin", "no-referrer"), path
        rules = headers["Content-Security-Policy"].split("; ")
        assert "default-src 'none'" in rules, path
        assert any(one.startswith("frame-ancestors ") for one in rules), path
        assert "Access-Control-Allow-Origin" not in headers, path
        _typed(answer, path)
        assert not any("unsafe-eval" in one or "*" in one for one in rules), path
        assert "script-src 'unsafe-inline'" not in rules
        if answer.mimetype == "text/html" and "sandbox" not in rules:
            assert "base-uri 'none'" in rules and "frame-ancestors 'none'" in rules, path
            assert "object-src 'none'" in rules, path
            assert "form-action 'self'" in rules and "require-trusted-types-for 'script'" in rules, path
            assert " on" not in _inline(answer.text) and "<script>" not in answer.text, path
            assert 'style="' not in answer.text, path
        files = ("/static/", "/themes/", "/theme/", "/media/", "/favicon", "/admin/acme/media/", "/x/")
        if not path.startswith(files):
            assert "no-store" in headers["Cache-Control"], (path, headers["Cache-Control"])
        assert "Server" not in headers and "X-Powered-By" not in headers
        answer.close()
    assert seen > 120


def _typed(answer: TestResponse, path: str) -> None:
    """Whatever has a body says what it is, and text says how it is written."""
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code not in (204, 304):
        assert kind, path
    if kind.startswith("text/") or "xml" in kind:
        assert "charset=utf-8" in kind, (path, kind)


def _inline(text: str) -> str:
    return " on" if ' onclick="' in text or ' onload="' in text or ' onerror="' in text else ""


HOSTS = [
    ("acme.localhost:8000", 200), ("ACME.LOCALHOST", 200), ("acme.localhost.", 200),
    ("acme.localhost:99", 200), ("evil.example", 421), ("acme.localhost.evil.example", 421),
    ("evilacme.localhost", 421), ("x.acme.localhost", 421), ("acme.localhost:8000@evil.example", 421),
    ("acme.localhost/evil", 421), ("acme.localhost evil", 421), ("acme.localhost,evil.example", 421),
    ("acme.localhost#x", 421), ("", 421), ("acme.localhost:port", 421), ("acme.localhost\\evil", 421),
    ("аcme.localhost", 421), ("-", 421), ("a" * 300 + ".localhost", 421), ("acme_.localhost", 421),
    ("'; DROP TABLE stores --", 421), ("[::1]:8000", 200), ("[::1", 421), ("127.0.0.1", 200),
    ("0x7f.1", 421), ("localhost", 200),
]  # fmt: skip


def test_only_known_hosts_are_answered(site: Flask, fort: Fort) -> None:
    for host, status in HOSTS:
        _knock(site, host, status)


def _knock(site: Flask, host: str, status: int) -> None:
    environ = {"HTTP_HOST": host.encode().decode("latin-1")}
    answer = site.test_client().get("/pages/about", environ_overrides=environ)
    platform = host in ("localhost", "127.0.0.1", "[::1]:8000")
    assert answer.status_code == (404 if platform else status)
    assert "evil" not in str(answer.headers)
    if status == 421:
        assert host not in answer.text or host in ("", "-")


def test_no_header_but_host_names_the_store(people: People, fort: Fort) -> None:
    who = people.shopper()
    more = dict.fromkeys(("X-Forwarded-Host", "X-Host", "X-Original-Host"), "evil.example")
    more |= {"Forwarded": "host=evil.example", "X-Forwarded-Proto": "https"}
    who.post("/cart/add", {"variant_id": fort.ids["file_variant"]})
    form = {"email": "a@example.org", "name": "A", "country": "IE", "terms": "1", "consent": "1"}
    placed = who.post("/checkout", form, headers=more)
    assert placed.status_code == 303 and placed.headers["Location"].startswith(f"{fort.base}/pay/test/")


def test_mails_lead_to_the_stored_address(people: People, fort: Fort, site: Flask) -> None:
    from_port = site.test_client()
    from_port.post(
        "/account/forgot", base_url="http://acme.localhost:6666", data={"email": "ada@acme.example"},
        headers={"Origin": "http://acme.localhost:6666"},
    )  # fmt: skip
    owner = people.staff("owner")
    assert "6666" not in owner.get("/admin/acme/mail").text
    bodies = [one.text for one in site.extensions["mtc.ports"].mail.sent]
    assert not any("6666" in body for body in bodies)


AWAY = [
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "/\n//evil.example", "javascript:alert(1)", "http:evil.example",
    "/\x00//evil.example", " //evil.example", "//evil.example/%2f..", "https:/evil.example",
    "/%5cevil.example\\", "?x", "evil.example", "//[", "http://[::1", "/x\r\nSet-Cookie: a=b",
    "//localhost:8000@evil.example",
]  # fmt: skip


def test_nobody_is_sent_away_after_a_log_in(site: Flask, people: People) -> None:
    for target in AWAY:
        site.extensions["mtc.ports"] = fake_ports()  # nobody is limited here
        _log_in_towards(people, target)


def _log_in_towards(people: People, target: str) -> None:
    shop, staff = people.shopper(), people.staff("")
    for who, path, email in (
        (shop, "/account/login", "ada@acme.example"),
        (staff, "/login", "owner@acme.example"),
    ):
        answer = who.post(path, {"email": email, "password": PASSWORD, "next": target})
        assert answer.status_code in (303, 400), answer.status_code
        to = answer.headers.get("Location", "/")
        assert to.startswith("/") and not to.startswith(("//", "/\\")) and "evil.example/" not in to[:2]
        assert "Set-Cookie: a" not in str(answer.headers)
    page = people.shopper(logged_in=True).get("/account/login", query_string={"next": target})
    to = page.headers.get("Location", "/")
    assert to.startswith("/") and not to.startswith(("//", "/\\"))


def test_paths_with_two_slashes_lead_nowhere_else(anonymous: Visitor, people: People) -> None:
    for who in (anonymous, people.staff("owner")):
        for path in (
            "//evil.example",
            "//evil.example/..",
            "/\\evil.example",
            "//evil.example/account",
            "/admin//evil",
        ):
            answer: Any = who.get(path)
            to = answer.headers.get("Location", "/")
            assert not to.startswith("//") and "//evil.example" not in to.replace("http://", "", 1)[:20], (
                path,
                to,
            )


def test_answers_from_before_flask_are_shut_tight_too(site: Flask, people: People) -> None:
    """Over HTTPS every answer, a redirect and a refusal of the gateway as well, asks for HTTPS for a year."""
    config = replace(site.config["MTC"], public_url="https://localhost:8000")
    told: list[dict[str, str]] = []

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        told.append({"status": status, **dict(headers)})

    environ = people.staff("").client.get("/s/acme/x", base_url=PLATFORM).request.environ
    tenancy = Tenancy(site, None, config)
    list(tenancy({**environ, "PATH_INFO": "/s/acme/x"}, start))
    site.config["MTC"], kept = config, site.config["MTC"]
    told.append({"status": "413", **dict(site_of(site).refused("192.0.2.9", 413))})
    site.config["MTC"] = kept
    assert [one["status"][:3] for one in told] == ["308", "413"]
    for headers in told:
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert all(headers[name] == value for name, value in ALWAYS.items())


def test_a_log_out_leaves_nothing_in_the_browser(people: People) -> None:
    ada, owner = people.shopper(logged_in=True), people.staff("owner")
    for who, path in ((ada, "/account/logout"), (owner, "/logout")):
        answer = who.post(path)
        assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"storage"')
        assert answer.headers["Cache-Control"] == "no-store"
