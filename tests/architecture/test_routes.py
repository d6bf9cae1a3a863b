"""Every route declares who may use it, and every permission is one that people can grant."""

from flask import Flask

from mtc.core.permissions import permissions
from mtc.web.access import access_of
from mtc.web.csrf import SAFE_METHODS

KINDS = {"public", "customer", "staff", "account", "platform", "file", "program"}


def test_every_route_declares_its_access(app: Flask) -> None:
    silent = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if (access := access_of(app.view_functions[rule.endpoint])) is None or access.kind not in KINDS
    ]
    assert silent == []


def test_staff_routes_name_a_declared_permission(app: Flask) -> None:
    unknown = {
        rule.rule: access.permission
        for rule in app.url_map.iter_rules()
        if (access := access_of(app.view_functions[rule.endpoint])) is not None
        and access.kind in ("staff", "program")
        and access.permission not in permissions
    }
    assert unknown == {}


def test_reading_changes_nothing_except_where_it_says_so(app: Flask) -> None:
    """A GET that writes is declared; there are few, and each is known."""
    writing = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and (access := access_of(app.view_functions[rule.endpoint])) is not None
        and access.writes
    }
    assert len(writing) <= 8, sorted(writing)


def test_every_route_is_documented(app: Flask) -> None:
    from tests.architecture.tree import ROOT

    text = (ROOT / "docs" / "routes.md").read_text(encoding="utf-8")
    missing = [rule.rule for rule in app.url_map.iter_rules() if f"`{rule.rule}`" not in text]
    assert missing == [], "run: .venv/bin/python -m tests.architecture.write_docs"


def test_every_route_that_changes_something_has_a_sentence_for_the_audit_log(app: Flask) -> None:
    """On the platform's host and for programs; what shoppers do is no entry of it."""
    silent = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        access = access_of(view)
        changes = (rule.methods or set()) - SAFE_METHODS - {"OPTIONS"}
        told = access is not None and access.kind in ("staff", "program", "account", "platform")
        if (told or rule.endpoint.startswith("front.")) and changes and not hasattr(view, "mtc_audited"):
            silent.append(rule.rule)
    assert silent == []
