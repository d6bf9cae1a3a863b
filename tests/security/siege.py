"""All routes and everybody who attacks them, and the one who looks at every answer."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from uuid import uuid4

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from mtc.api.v1.endpoint import Endpoint, endpoint_of
from mtc.web.access import access_of
from tests.security.attacks import MARK, TEXTS, forms
from tests.security.fort import Fort, People, Visitor
from tests.security.places import places

HOSTS = ("localhost:8000", "acme.localhost:8000", "127.0.0.1:8000", "")
UUIDS = ("", "0", "ffffffff-ffff-ffff-ffff-ffffffffffff", "'", "%00", "1" * 400)
PATHS = ("%ff%fe", "%00", "..%2f..%2fetc%2fpasswd", "%ed%a0%80", "a%0d%0aX-Evil:%201", "%2e%2e", "x" * 5000)
SHARE = 6  # every text goes to each sixth of the rules whose gate looks a tenant up


@dataclass
class Watch(logging.Handler):
    """Looks at every answer and keeps what is wrong with any; knows the exceptions behind failures."""

    faults: dict[str, str] = field(default_factory=dict)
    seen: int = 0
    last: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def __hash__(self) -> int:
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Remember the exception of a failure."""
        error = record.exc_info[1] if record.exc_info else None
        self.last = f"{type(error).__name__}: {str(error)[:300]}" if error else record.getMessage()[:200]

    def look(self, what: str, answer: TestResponse, where: str) -> None:
        """Judge an answer."""
        self.seen += 1
        if answer.status_code >= 500:
            self._fault(what, f"{answer.status_code} {self.last}", where)
        if "X-Evil" in answer.headers:
            self._fault(what, "a header was injected", where)
        target = urlsplit(answer.headers.get("Location", ""))
        if target.netloc not in HOSTS or target.path.startswith("//") or target.scheme not in ("", "http"):
            self._fault(what, f"leads to {target.geturl()[:80]}", where)
        if answer.mimetype == "text/html":
            text = answer.get_data(as_text=True)
            for sign in (MARK, "Traceback (most", "1787569", "root:x:0", "sqlalchemy", 'File "/'):
                if sign in text:
                    self._fault(what, f"shows {sign}", where)
        answer.close()

    def _fault(self, what: str, why: str, where: str) -> None:
        self.faults.setdefault(f"{what}: {why[:200]}", where[:300])


def spoiled(
    rule: Rule, good: dict[str, str], rival: dict[str, str], gate: int | None = None
) -> Iterable[dict[str, str]]:
    """The places of a rule with one of them hostile at a time.

    `gate`: the tenant is looked up before the view by the gate of many rules, of which this has that number;
    they share the texts for it.
    """
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        texts = list(PATHS) + [
            quote(text, safe="/" if kind == "PathConverter" else "") for text in TEXTS.values()
        ]
        if kind == "UUIDConverter":
            texts = [*UUIDS, str(uuid4())]
        if kind == "IntegerConverter":
            texts = ["-1", "99999", "9" * 60, "x", "1.5", "%D9%A3"]
        if name == "tenant" and gate is not None:
            texts = texts[gate % SHARE :: SHARE]
        assert kind in {"UUIDConverter", "IntegerConverter", "PathConverter", "UnicodeConverter"}, kind
        for text in [*texts, rival[name]]:
            yield {**good, name: text}


def speak_json(what: Endpoint | None, given: dict[str, Any]) -> None:
    """Endpoints for programs take JSON, and no parameter that they do not know."""
    if what is None:
        return
    asked, data = given.get("query_string"), given.get("data")
    if asked:
        given["query_string"] = {name: asked[name] for name in what.query["properties"] if name in asked}
    if isinstance(data, dict) and not any(isinstance(value, tuple) for value in data.values()):
        given["json"] = given.pop("data")


@dataclass
class Siege:
    """All routes and everybody who attacks them."""

    app: Flask
    people: People
    fort: Fort
    rival: Fort
    watch: Watch

    def __post_init__(self) -> None:
        self.places, self.forms = places(self.fort), forms(self.fort)
        self.theirs = places(self.rival)
        shop, staff = self.people.shopper, self.people.staff
        self.shoppers = [shop(), shop(logged_in=True)]
        self.shoppers[1].post("/cart/add", {"variant_id": self.fort.ids["file_variant"]})
        in_place = Visitor(self.app.test_client(), "http://127.0.0.1:8000", "/s/acme")
        self.everybody = [*self.shoppers, staff(""), staff("owner"), staff("root"), in_place]
        self.program = self.people.program()

    def rules(self) -> list[Rule]:
        """All rules; a new one with places needs values in places()."""
        found = list(self.app.url_map.iter_rules())
        missing = {
            one.endpoint
            for one in found
            if one.arguments and set(self.places.get(one.endpoint, ())) != one.arguments
        }
        assert not missing, f"add values for {sorted(missing)} to tests/security/places.py"
        # What closes the store comes last: all that follows would be answered 503.
        return sorted(
            found, key=lambda one: one.endpoint.endswith((".close_the_store", ".close_to_shoppers"))
        )

    def who(self, rule: Rule) -> list[Visitor]:
        """Those for whom the route is meant; what changes a log-in ends sessions, but not the owner's."""
        if rule.endpoint == "storefront.log_out":
            return [self.people.shopper(logged_in=True)]
        if access_of(self.app.view_functions[rule.endpoint]).kind == "account":  # type: ignore[union-attr]
            return [self.people.staff("manager")]
        head = rule.endpoint.partition(".")[0]
        if head in ("storefront", "api_payments"):
            return self.shoppers
        whose = {"admin": self.everybody[3], "platform": self.everybody[4], "api_v1": self.program}
        return [whose.get(head, self.everybody[2])]

    def gate(self, rule: Rule, number: int) -> int | None:
        """The number, where the gate in front of the view looks the tenant up."""
        access = access_of(self.app.view_functions[rule.endpoint])
        return number if access is not None and access.kind in ("staff", "program") else None

    def leads_to_a_view(self, rule: Rule, path: str) -> bool:
        """Whether any rule takes the path, with a method of this rule."""
        adapter = self.app.url_map.bind("localhost", path_info=unquote(path))
        return any(adapter.test(method=method) for method in rule.methods or ())

    def send(self, who: Visitor, rule: Rule, path: str, **more: Any) -> None:
        """One request with each method of the rule."""
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            given = dict(more)
            if method == "GET" and "data" in given:
                given["query_string"] = given.pop("data")
            speak_json(endpoint_of(self.app.view_functions[rule.endpoint]), given)
            where = f"{method} {path[:120]} {str(more)[:200]} {who.base}"
            try:
                self.watch.look(f"{method} {rule.rule}", who.open(method, path, **given), where)
            except Exception as error:  # it went past every handler
                self.watch._fault(f"{method} {rule.rule}", f"raised {type(error).__name__}: {error}", where)


def settle(siege: Siege, least: int) -> None:
    """All faults at once."""
    listing = "\n".join(f"{fault}\n    {where}" for fault, where in sorted(siege.watch.faults.items()))
    assert not listing, f"{len(siege.watch.faults)} faults\n{listing}"
    assert siege.watch.seen >= least, siege.watch.seen
