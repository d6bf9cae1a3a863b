"""What the server's gateway asks of the application before it takes a thread."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import Rule

from mtc.middleware.gateway_site import site_of
from mtc.web.access import access_of


def test_every_route_for_uploads_is_given_them_and_no_shop_page_is(app: Flask) -> None:
    takes, rules = site_of(app).takes_upload, list(app.url_map.iter_rules())

    def uploads(rule: Rule) -> bool:
        access = access_of(app.view_functions[rule.endpoint])
        return access is not None and access.uploads

    paths = [rule.rule.replace("<", "").replace(">", "") for rule in rules if uploads(rule)]
    assert len(paths) > 5 and all(takes(path) and takes(f"/s/acme{path}") for path in paths)
    shops = ("/", "/search", "/cart/add", "/checkout", "/login", "/s/acme/cart/add", "/nowhere")
    assert not any(takes(path) for path in shops)
