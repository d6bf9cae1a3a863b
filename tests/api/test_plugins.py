"""Plugins over the API."""

from __future__ import annotations

from typing import Any

from flask import Flask

from mtc.plugins.services import sync_plugins
from mtc.tasks.services import run_due
from tests.api.programs import new_program


def test_from_installing_to_deleting(site: Flask, tenant: Any) -> None:
    sync_plugins()
    program = new_program(site, tenant)
    [row] = program.get("/plugins").get_json()["data"]["items"]
    assert (row["id"], row["status"], row["on"]) == ("order_guard", "available", False)
    body = {"settings": {"blocked_domains": ["bad.example"]}}
    made = program.post("/plugins/order_guard", body).get_json()["data"]
    assert (made["status"], made["settings"]["blocked_domains"]) == ("inactive", ["bad.example"])
    assert made["may"][0] == "Can refuse or change an order before it is placed."
    wrong = program.post("/plugins/order_guard", {"settings": {"chat_url": "chat"}})
    assert wrong.status_code == 400 and list(wrong.get_json()["details"]) == ["chat_url"]
    on = program.post("/plugins/order_guard/switch", {"active": True}).get_json()["data"]
    assert (on["status"], on["on"]) == ("active", True)
    gone = program.post("/plugins/order_guard/uninstall", {"keep": False}).get_json()["data"]
    assert (gone["status"], gone["settings"]) == ("deleting", {})
    run_due()
    assert program.get("/plugins/order_guard").get_json()["data"]["status"] == "available"
    assert program.post("/plugins/order_guard/uninstall", {"keep": True}).status_code == 404
    assert program.get("/plugins/nobody").status_code == 404


def test_who_may_only_read_changes_nothing(site: Flask, tenant: Any) -> None:
    sync_plugins()
    program = new_program(site, tenant, ["plugins:read"])
    assert program.get("/plugins/order_guard").status_code == 200
    assert program.post("/plugins/order_guard", {}).status_code == 403
