"""Who may reach what: every route for every role, and other people's things by their ids."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from flask import Flask

from mtc.testing.urls import address
from tests.security.attacks import forms
from tests.security.fort import Fort, People, Visitor
from tests.security.places import places
from tests.security.roles import AGAIN, GOLDEN, matrix, told, written


def test_every_route_admits_whom_it_says(
    site: Flask, people: People, fort: Fort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "view_functions", dict(site.view_functions))
    found, agreed = matrix(site, people, fort), told()
    changed = {route: line for route, line in found.items() if agreed.get(route) != line}
    gone = sorted(set(agreed) - set(found))
    assert not changed and not gone, f"{AGAIN}\n{json.dumps(changed, indent=1)}\ngone: {gone}"
    assert GOLDEN.read_text() == written(found), AGAIN


def test_the_admin_is_not_on_store_hosts_nor_stores_on_the_platform(
    site: Flask, people: People, fort: Fort
) -> None:
    good, owner = places(fort), people.staff("owner")
    for rule in site.url_map.iter_rules():
        endpoint, path = rule.endpoint, address(rule, good.get(rule.endpoint, {}))
        if (
            endpoint.startswith(("admin.", "front.", "platform.", "api_storefront.", "api_v1."))
            and endpoint != "front.healthz"
        ):
            base = fort.base
        elif endpoint.startswith("storefront.") and path != "/":
            base = owner.base
        else:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            client = site.test_client()
            for name, key in (("mtc_shop", owner.key), ("mtc_staff", owner.key)):
                client.set_cookie(name, key, domain=base.removeprefix("http://").partition(":")[0])
            answer = client.open(path, method=method, base_url=base, headers={"Origin": base})
            assert answer.status_code == 404, (method, rule.rule, base, answer.status_code)


def test_ids_of_the_rival_are_404(people: People, fort: Fort, rival: Fort, site: Flask) -> None:
    """Each place of each address of the admin and the API with the rival's value, all else being Acme's."""
    mine, theirs = places(fort), places(rival)
    whose = {"admin": people.staff("owner"), "api_v1": people.program()}
    tried = 0
    for rule in site.url_map.iter_rules():
        for name in rule.arguments:
            if (
                rule.endpoint.partition(".")[0] not in whose
                or mine[rule.endpoint][name] == theirs[rule.endpoint][name]
            ):
                continue
            path = address(rule, {**mine[rule.endpoint], name: theirs[rule.endpoint][name]})
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                head = rule.endpoint.partition(".")[0]
                sent = {"json" if head == "api_v1" else "data": forms(fort).get(rule.endpoint, {})}
                answer = whose[head].open(method, path, **(sent if method == "POST" else {}))
                assert answer.status_code == 404, (method, path, answer.status_code)
                tried += 1
    assert tried > 40


def test_what_others_bought_is_404(people: People, fort: Fort, rival: Fort) -> None:
    nobody, ada = people.shopper(), people.shopper(logged_in=True)
    other = people.shopper(rival, logged_in=True)
    for who, number in ((nobody, fort.order), (nobody, fort.pending), (ada, fort.pending)):
        for path in (f"/orders/{number}", f"/orders/{number}?t=", f"/orders/{number}?t={'x' * 32}"):
            assert who.get(path).status_code == 404, path
        assert who.get(f"/orders/{number}?t={rival.secret}").status_code == 404
        assert who.post(f"/orders/{number}/reveal/{fort.ids['unit']}").status_code == 404
        assert who.post(f"/orders/{number}/pay").status_code == 404
        assert who.get(f"/orders/{number}/status").status_code == 404
    assert ada.get(f"/orders/{fort.order}").status_code == 200
    assert ada.post(f"/orders/{fort.order}/reveal/{rival.ids['unit']}").status_code == 404
    assert ada.post(f"/orders/{fort.order}/reveal/{fort.ids['idle']}").status_code == 404
    assert ada.post(f"/orders/{fort.order}/reveal/{uuid4()}").status_code == 404
    for path in (f"/d/{fort.download}", f"/pay/test/{fort.pay}", fort.picture):
        assert other.get(path).status_code == 404, path
    assert people.shopper(rival).get(fort.order_url).status_code == 404
    for path in ("/account", "/account/library", "/account/orders"):
        page = other.get(path).text
        assert fort.slug not in page and not any(key in page for key in fort.keys)


def test_a_key_is_shown_on_request_alone(people: People, fort: Fort) -> None:
    who = people.shopper()
    who.client.set_cookie("order_device", fort.device, domain="acme.localhost")
    path = f"/orders/{fort.order}/reveal/{fort.ids['unit']}?t={fort.secret}"
    assert who.get(path).status_code == 405
    page = who.get(fort.order_url)
    assert page.headers["Cache-Control"] == "no-store" and page.headers["Referrer-Policy"] == "no-referrer"
    assert not any(key in page.text for key in fort.keys)
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    shown = who.post(path, headers=partial)
    assert shown.status_code == 200 and shown.headers["Cache-Control"] == "no-store"
    assert sum(key in shown.text for key in fort.keys) == 1
    support = people.staff("support").get(f"/admin/acme/orders/{fort.order}")
    assert not any(key in support.text for key in fort.keys)


def test_mails_and_lists_of_the_admin_hold_no_keys_nor_secrets(people: People, fort: Fort) -> None:
    owner = people.staff("owner")
    for path in ("/mail", f"/mail/{fort.ids['mail']}", f"/mail/{fort.ids['mail']}/body", "/orders", "/tasks",
                 f"/orders/{fort.order}", f"/stock/{fort.ids['variant']}"):  # fmt: skip
        page = owner.get(f"/admin/acme{path}").text
        assert not any(key in page for key in fort.keys), path
        assert fort.secret not in page or path.startswith("/orders/"), path


def test_a_shopper_of_one_store_is_nobody_at_another(
    site: Flask, people: People, fort: Fort, rival: Fort
) -> None:
    ada = people.shopper(logged_in=True)
    for base, domain, name in (
        (rival.base, "rival.localhost", "mtc_shop"),
        ("http://localhost:8000", "localhost", "mtc_staff"),
    ):
        thief = Visitor(site.test_client(), base, key=ada.key)
        thief.client.set_cookie(name, ada.key, domain=domain)
        path = "/account" if "rival" in base else "/admin/acme/"
        assert thief.get(path).status_code == 302 and "login" in thief.get(path).headers["Location"]
