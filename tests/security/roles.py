"""What every role gets from every route, as roles.json keeps it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask

from mtc.testing.leak_detector import Unlimited
from mtc.testing.urls import address
from mtc.web.access import access_of
from tests.security.fort import Fort, People
from tests.security.places import places

GOLDEN = Path(__file__).with_name("roles.json")
AGAIN = "If that is meant, run: .venv/bin/python -m tests.security.write_roles"
ROLES = ("anonymous", "shopper", "support", "manager", "owner", "stranger", "root", "program", "weak program")
Matrix = dict[str, dict[str, str]]


def told() -> Matrix:
    """The table as it was agreed."""
    found: Matrix = json.loads(GOLDEN.read_text())
    return found


def written(found: Matrix) -> str:
    """The table as a text."""
    return json.dumps(found, indent=1) + "\n"


def matrix(site: Flask, people: People, fort: Fort) -> Matrix:
    """For every route and method: what each role gets at Acme, as `in`, `log in`, `403` or `404`.

    The views of the application are signs afterwards.
    """
    site.extensions["mtc.ports"] = replace(site.extensions["mtc.ports"], limits=Unlimited())
    found: Matrix = {}
    good = places(fort)
    _only_gates(site)
    programs = {"program": people.program(), "weak program": people.program(scopes=["mail:read"])}
    for rule in sorted(site.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        access = access_of(site.view_functions[rule.endpoint])
        assert access is not None, f"{rule.endpoint} declares nothing"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            line = found.setdefault(f"{method} {rule.rule}", {})
            for role in ROLES:
                if rule.endpoint.startswith(("storefront.", "api_payments")):
                    who = people.shopper(logged_in=role == "shopper")
                    who.bearer = programs[role].bearer if role in programs else ""
                    if role in people.users:  # the session of the platform's host is worth nothing here
                        who.key = people.staff(role).key
                        who.client.set_cookie("mtc_shop", who.key, domain="acme.localhost")
                else:
                    who = programs.get(role) or people.staff(role if role in people.users else "")
                answer = who.open(method, address(rule, good.get(rule.endpoint, {})))
                line[role] = _class(answer)
                answer.close()
    return found


def _only_gates(site: Flask) -> None:
    """Put a sign behind every gate in place of the view, so that nothing changes for those who come later."""
    for endpoint, view in list(site.view_functions.items()):

        def sign(**_: Any) -> tuple[str, int]:
            return "", 299

        sign.mtc_access = access_of(view)  # type: ignore[attr-defined]
        site.view_functions[endpoint] = sign


def _class(answer: Any) -> str:
    if answer.status_code == 401 or "/login?next=" in answer.headers.get("Location", ""):
        return "log in"
    return "in" if answer.status_code == 299 else str(answer.status_code)
