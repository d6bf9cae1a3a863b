"""ctx.http: the hosts of the manifest and no others, JSON, and repeated calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mtc.infra.http import DeadlineError, Response, UnreachableError
from mtc.plugins.errors import PluginError
from mtc.sdk.http import HttpAnswerError, UndeclaredHostError
from tests.plugins.contexts import NOTHING, context_of
from tests.plugins.kit import switch_on

API = "https://api.example/items"
URLS = {
    "type": "object",
    "properties": {
        "url": {"type": "string", "title": "Address", "format": "url"},
        "size": {"type": "integer", "title": "Size"},
    },
}


@pytest.fixture
def caller(tenant: Any, other_tenant: Any, guest: Callable[..., None]) -> str:
    """A plugin that may call one host by its name and one by a setting; on for two tenants."""
    guest("caller", NOTHING, hosts=["api.example", "settings:url"], settings_schema=URLS)
    switch_on(tenant, "caller", url="https://mine.example/in")
    switch_on(other_tenant, "caller", url="https://theirs.example/in")
    return "caller"


def test_only_hosts_of_the_manifest_are_called(
    tenant: Any, other_tenant: Any, caller: str, ports: Any
) -> None:
    for url in (API, "https://mine.example/other", "https://theirs.example/in"):
        ports.http.on("GET", url)
    with context_of(tenant, caller) as ctx:
        assert ctx.http.get(API).status == 200
        assert ctx.http.get("https://mine.example/other").status == 200
        for url in ("https://theirs.example/in", "https://sub.api.example/", "https://api.example.bad/"):
            with pytest.raises(UndeclaredHostError, match=r"^caller may not call .*: plugin.json does not"):
                ctx.http.get(url)
    with context_of(other_tenant, caller) as ctx:
        assert ctx.http.get("https://theirs.example/in").status == 200
        with pytest.raises(UndeclaredHostError):
            ctx.http.get("https://mine.example/in")
    assert len(ports.http.requests) == 3


def test_without_hosts_nothing_is_called(tenant: Any, guest: Callable[..., None], ports: Any) -> None:
    guest("silent", NOTHING)
    switch_on(tenant, "silent")
    with context_of(tenant, "silent") as ctx, pytest.raises(UndeclaredHostError):
        ctx.http.get(API)
    assert ports.http.requests == []


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("https://api.example", "write a name such as"),
        ("API.example", "write a name such as"),
        ("settings:nothing", "settings_schema has no such text"),
        ("settings:size", "settings_schema has no such text"),
    ],
)
def test_hosts_are_checked_at_the_start(host: str, sentence: str, guest: Callable[..., None]) -> None:
    with pytest.raises(PluginError, match=sentence):
        guest("caller", NOTHING, hosts=[host], settings_schema=URLS)


def test_json_goes_out_and_comes_back(tenant: Any, caller: str, ports: Any) -> None:
    ports.http.on("POST", API, body=b'{"id": 7}')
    with context_of(tenant, caller) as ctx:
        assert ctx.http.json("POST", API, {"name": "Ü"}, headers={"X-Key": "k"}) == {"id": 7}
    [sent] = ports.http.requests
    assert json.loads(sent.body) == {"name": "Ü"}
    assert (sent.headers["content-type"], sent.headers["x-key"]) == ("application/json", "k")


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [(404, b"{}", "api.example answered 404."), (200, b"<p>", "api.example did not answer in JSON.")],
)
def test_an_answer_that_is_no_json_is_an_error(
    status: int, body: bytes, sentence: str, tenant: Any, caller: str, ports: Any
) -> None:
    ports.http.on("GET", API, status=status, body=body)
    with context_of(tenant, caller) as ctx, pytest.raises(HttpAnswerError) as error:
        ctx.http.json("GET", API)
    assert (str(error.value), error.value.response.status) == (sentence, status)


def test_an_empty_answer_is_nothing(tenant: Any, caller: str, ports: Any) -> None:
    ports.http.on("DELETE", API, status=204)
    with context_of(tenant, caller) as ctx:
        assert ctx.http.json("DELETE", API) is None


@pytest.mark.parametrize(
    ("method", "options", "calls"),
    [
        ("GET", {"retries": 2}, 3),
        ("GET", {}, 1),
        ("POST", {"retries": 2}, 1),
        ("POST", {"retries": 2, "idempotency_key": "order 1"}, 3),
    ],
)
def test_a_call_is_repeated_where_that_is_safe(
    method: str, options: dict[str, Any], calls: int, tenant: Any, caller: str, ports: Any
) -> None:
    ports.http.on(method, API, lambda sent: Response(503, {}, b""))
    with context_of(tenant, caller) as ctx:
        assert ctx.http.request(method, API, **options).status == 503
    assert len(ports.http.requests) == calls
    keys = {sent.headers.get("idempotency-key") for sent in ports.http.requests}
    assert keys == {options.get("idempotency_key")}


@pytest.mark.parametrize(("error", "calls"), [(UnreachableError, 2), (DeadlineError, 1)])
def test_what_could_not_be_reached_is_tried_again(
    error: type[Exception], calls: int, tenant: Any, caller: str, ports: Any
) -> None:
    def fail(sent: Any) -> Response:
        raise error("no answer")

    ports.http.on("GET", API, fail)
    with context_of(tenant, caller) as ctx, pytest.raises(error):
        ctx.http.get(API, retries=1)
    assert len(ports.http.requests) == calls


def test_the_number_of_repeats_is_limited(tenant: Any, caller: str) -> None:
    with context_of(tenant, caller) as ctx, pytest.raises(ValueError, match="0 to 3"):
        ctx.http.get(API, retries=4)
